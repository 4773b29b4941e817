"""What a container of a proof prints is judged step by step."""

import pytest

from hostcheck.prove.script import is_over, judge, lines_of
from hostcheck.prove.trial import Step, fact_of

PRINTED = """proof start overlay
proof layer 1048576
proof pids 28
proof gateway 172.17.0.1 yes
proof resolver 127.0.0.11 yes
proof serves
proof memory 137
"""


def test_all_steps_of_a_container_that_does_all():
    lines = lines_of(PRINTED)
    steps = judge(lines, networked=True)
    assert is_over(lines)
    assert {name: step.ok for name, step in steps.items()} == dict.fromkeys(
        ("start", "cow", "layer", "pids", "memory", "gateway", "resolver"), True
    )


def test_without_a_network_nothing_of_one_is_judged():
    assert {"gateway", "resolver"}.isdisjoint(judge(lines_of(PRINTED), networked=False))


@pytest.mark.parametrize(
    ("line", "step", "ok", "seen"),
    [
        ("start ext4", "cow", None, "its root is ext4"),
        ("layer 0 dd: writing '/proof': No space left", "layer", False, "0 of 1048576 bytes written: dd: writing"),
        ("layer", "layer", False, "0 of 1048576 bytes written"),
        ("pids 64", "pids", False, "not held: 64 processes under a limit of 32"),
        ("pids 0", "pids", None, "no process could be started beside"),
        ("memory 0", "memory", False, "not held: 64 MiB allocated under a limit of 32 MiB"),
        ("memory 1", "memory", None, "ended with 1"),
        ("gateway none no", "gateway", False, "no route to a gateway"),
        ("gateway 10.0.2.2 no", "gateway", False, "10.0.2.2 does not answer"),
        ("resolver none no", "resolver", False, "names no resolver of the engine"),
        ("resolver 127.0.0.11 no", "resolver", False, "127.0.0.11 does not know the container's name"),
    ],
)
def test_each_other_answer(line, step, ok, seen):
    found = judge(lines_of(f"proof {line}\n"), networked=True)[step]
    assert (found.ok, seen in found.seen) == (ok, True)


def test_a_step_that_was_not_reached_is_unknown():
    steps = judge(lines_of("proof start overlay\nproof pi"), networked=True)
    assert steps["pids"].ok is None
    assert steps["start"].ok is True
    assert not is_over(lines_of("proof start overlay\n"))


def test_what_an_engine_says_at_last_is_shown_of_a_long_message():
    said = f"driver failed on endpoint x ({'0123456789abcdef' * 4}): {'word ' * 60}\n bind: address already in use"
    [evidence] = fact_of("prove.docker", {"port": Step(ok=False, seen=said)}).evidence
    assert evidence.value.startswith("driver failed on endpoint x (0123456789ab): word")
    assert evidence.value.endswith("word bind: address already in use")
    assert len(evidence.value) == 200
