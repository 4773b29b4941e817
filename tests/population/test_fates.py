"""Whose disks depend on each other, by what hosts waited in their turns; what noise hides is unknown."""

import json
import random
import re

import pytest

from hostcheck.formats import FATES
from hostcheck.formats.terminal import Style
from hostcheck.population.fates import IDLE, fates_of, random_order

HOSTS, TIME = ("a", "b", "c"), "2026-11-30T09:00:00Z"
IDLE_SECONDS, LOADED_SECONDS = 0.0002, 0.03


def order_of(hosts=3, blocks=10, seed=5):
    """Turns like those of ``random_order``, the same each time."""
    chance = random.Random(seed)
    return [loader for _ in range(blocks) for loader in chance.sample((IDLE, *range(hosts)), hosts + 1)]


def answer(order, own, with_own_disk=(), *, slowed=1.0, noise=0.1, drift=1.0, chance=None):
    """What a host answers whose disk is also that of others, by their numbers."""
    chance = chance or random.Random(own)
    slots = []
    for number, loader in enumerate(order):
        mean = IDLE_SECONDS * drift ** (number / len(order))
        if loader in {own, *with_own_disk}:
            mean += LOADED_SECONDS * (1.0 if loader == own else slowed)
        slots.append([40, 40 * mean * chance.lognormvariate(0, noise)])
    return {"slots": slots}


def found(order, *shared, folder="/var/lib", **more):
    """What three hosts find; shared: for each the numbers of the others with its disk."""
    answers = {name: answer(order, own, shared[own], **more) for own, name in enumerate(HOSTS)}
    return fates_of(HOSTS, folder, order, TIME, answers)


def states(fates):
    return {f"{one}{other}": state for one, other, state in fates.pairs()}


@pytest.mark.parametrize(
    ("shared", "more", "expected"),
    [
        (((1,), (0,), ()), {}, {"ab": "depends", "ac": "independent", "bc": "independent"}),
        (((1, 2), (0, 2), (0, 1)), {}, dict.fromkeys(("ab", "ac", "bc"), "depends")),
        (((), (), ()), {}, dict.fromkeys(("ab", "ac", "bc"), "independent")),
        # One way is enough, such as where a host has a share of the disk that others cannot take.
        (((), (0,), ()), {}, {"ab": "depends", "ac": "independent", "bc": "independent"}),
        # An hour of trouble is in all turns.
        (((), (), ()), {"drift": 20.0}, dict.fromkeys(("ab", "ac", "bc"), "independent")),
        (((1,), (0,), ()), {"slowed": 0.1, "noise": 1.0}, {"ab": "unknown"}),
    ],
)
def test_hosts_depend_on_each_other_where_one_slows_the_other(shared, more, expected):
    fates = found(order_of(), *shared, **more)
    assert states(fates).items() >= expected.items()


def test_of_many_noisy_runs_few_are_called_wrong():
    chance = random.Random(7)
    wrong = 0
    for number in range(200):
        order = order_of(2, seed=number)
        pair = {name: answer(order, own, (), noise=0.8, chance=chance) for own, name in enumerate("ab")}
        # Whatever they wait, it has nothing to do with the turns of the other.
        for slots in (each["slots"] for each in pair.values()):
            for slot in slots:
                slot[1] += 40 * chance.choice((0.0, 0.0, 0.0, 0.02))
        fates = fates_of("ab", "/", order, TIME, pair)
        wrong += "depends" in states(fates).values()
    assert wrong <= 10


def test_a_load_that_does_not_slow_its_own_disk_says_nothing():
    order = order_of(2)
    flat = {"slots": [[40, 0.04] for _ in order]}
    fates = fates_of("ab", "/", order, TIME, {"a": flat, "b": flat})
    assert states(fates) == {"ab": "unknown"}
    assert {effect.reason for effect in fates.effects} == {
        "the load of a did not slow its own disk enough",
        "the load of b did not slow its own disk enough",
    }


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("No route to host", "No route to host"),
        (None, "it gave no answer"),
        ({"slots": []}, "it gave no answer"),
        ({"slots": {"a": 1}}, "it gave no answer"),
        ([1], "it gave no answer"),
    ],
)
def test_a_host_without_an_answer_is_missing_with_its_reason(said, reason):
    order = order_of(2)
    fates = fates_of("ab", "/", order, TIME, {"a": answer(order, 0), "b": said})
    assert dict(fates.missing) == {"b": reason}
    assert states(fates) == {"ab": "unknown"}
    assert f"b: {reason}" in FATES.load("text")(fates, Style())


@pytest.mark.parametrize(
    "slot", [["1", 2], [1], None, [-1, 2], [1, float("nan")], [1e400, 1], [True, 1], [1, 1e300], [5e-324, 1]]
)
def test_a_turn_without_a_time_does_not_count(slot):
    order = order_of(2)
    pair = {name: answer(order, own, (1 - own,)) for own, name in enumerate("ab")}
    pair["b"]["slots"][order.index(IDLE)] = slot
    assert states(fates_of("ab", "/", order, TIME, pair)) == {"ab": "depends"}
    pair["b"]["slots"] = [slot for _ in order]
    assert states(fates_of("ab", "/", order, TIME, pair)) == {"ab": "unknown"}


def test_each_block_has_a_turn_of_each_and_the_order_is_another_each_time():
    order = random_order(3, 50)
    blocks = [order[begin : begin + 4] for begin in range(0, len(order), 4)]
    assert all(sorted(block) == [IDLE, 0, 1, 2] for block in blocks)
    assert len({*map(tuple, blocks)}) > 5


def test_the_answer_comes_first_and_its_evidence_follows():
    text = FATES.load("text")(found(order_of(), (1,), (0,), ()), Style())
    first, second, *_ = text.splitlines()
    assert first == "The disks of a and b depend on each other."
    assert second == "The disks of a and c do not depend on each other."
    assert re.search(r"\n  b, while a loads its disk: \d\d\.\d ms instead of \d\d\d µs; a itself \d\d\.\d ms", text)
    assert all(len(line) <= 80 for line in text.splitlines())
    said = json.loads(FATES.load("json")(found(order_of(), (1,), (0,), ()), Style()))
    assert said["schema"] == "hostcheck.fates/1"
    assert said["pairs"][0] == {"hosts": ["a", "b"], "state": "depends"}


def test_cpus_are_named_as_such():
    fates = found(order_of(), (1,), (0,), (), folder=None)
    text = FATES.load("text")(fates, Style())
    assert text.startswith("The CPUs of a and b depend on each other.\n")
    assert "What a short computation takes:\n  b, while a loads its CPUs: " in text
    assert json.loads(FATES.load("json")(fates, Style()))["what"] == "cpu"
