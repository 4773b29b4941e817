"""What a launch goes to is said with its order only where the turns force it, and what grew only where it did."""

import pytest

from hostcheck.comparison.launch_parts import grown, parts, ranked
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.metrics import ALONE
from hostcheck.run.model import HostIdentity, Run
from hostcheck.stats.differences import difference_of_means


def turn(start, remove=0.1, create=0.05):
    found = {"create": {"engine": create}, "start": start, "remove": {"engine": remove}}
    whole = sum(sum(causes.values()) for causes in found.values())
    return Sample(whole, seconds=1.0, detail={"parts": found})


def run_with(*samples):
    values = [sample.value for sample in samples]
    low, high = min(values), max(values)
    metric = Metric(ALONE, "s", "lower", "ok", "", sum(values) / len(values), (low, high), tuple(samples))
    return Run("id", "0.1.0", "2026-11-23T10:00:00Z", HostIdentity("a")).with_metrics([metric])


USUAL = run_with(*(turn({"runtime": 0.3 + off, "engine": 0.05}) for off in (0.0, 0.01, 0.004, 0.002)))
SLOW = run_with(*(turn({"runtime": 0.9 + off, "engine": 0.05}) for off in (0.0, 0.01, 0.004, 0.002)))


def test_what_takes_most_is_named_first_with_its_share_and_its_phase():
    (said,) = parts("here", USUAL)
    assert said == (
        "One container alone on here is launched and removed in 0.504 s (the start request 70 %, the removal 20 %, the "
        "create request 10 %): most of it is the runtime 60 %; the engine 40 %."
    )


def test_no_order_is_said_where_the_turns_show_none():
    mixed = run_with(turn({"runtime": 0.3, "engine": 0.05}), turn({"runtime": 0.1, "engine": 0.15}))
    (said,) = parts("here", mixed)
    assert said.endswith("; the turns do not show which takes longest.")
    assert "most of it" not in said


def test_those_that_the_turns_do_not_order_are_said_together_before_what_is_less():
    (said,) = parts(
        "here",
        run_with(
            turn({"runtime": 0.3, "hook": 0.31, "disk": 0.1}, remove=0.02, create=0.02),
            turn({"runtime": 0.31, "hook": 0.29, "disk": 0.11}, remove=0.02, create=0.02),
            turn({"runtime": 0.29, "hook": 0.31, "disk": 0.1}, remove=0.02, create=0.02),
        ),
    )
    assert said.endswith(
        ": most of it is hooks 41 % and the runtime 40 % (the turns do not show which takes longer); "
        "waits for the disk 14 %; the engine 5 %."
    )


def test_a_rank_ends_where_each_of_it_takes_longer_than_all_that_follow():
    turns = [
        {"a": 3.0, "b": 2.9, "c": 1.0, "d": 0.5},
        {"a": 3.1, "b": 3.2, "c": 1.1, "d": 0.4},
        {"a": 3.0, "b": 3.0, "c": 1.0, "d": 0.4},
    ]
    assert ranked(turns, ("b", "a", "c", "d")) == (("b", "a"), ("c",), ("d",))
    assert ranked(turns, ("a",)) == (("a",),)
    # The largest mean is of one turn alone.
    assert ranked([{"a": 9.0, "b": 1.0}, {"a": 0.5, "b": 1.1}, {"a": 0.6, "b": 1.0}], ("a", "b")) == (("a", "b"),)


def test_nothing_is_said_of_one_turn_and_why_where_it_is_not_known():
    assert list(parts("here", run_with(turn({"runtime": 0.3})))) == []
    unknown = Sample(0.5, detail={"parts_unknown": "only root can see which programs end"})
    (said,) = parts("here", run_with(unknown, unknown))
    assert (
        said == "What takes the time of a container's launch on here is unknown: only root can see which programs end."
    )
    assert list(parts("here", Run("id", "0.1.0", "2026-11-23T10:00:00Z", HostIdentity("a")))) == []


def test_the_phase_that_grew_is_named_and_what_grew_in_it():
    (said,) = grown("B", SLOW, "A", USUAL)
    assert said.startswith("Against A, the start request of one container grew most on B, by 600 ms (")
    assert "), and in all phases the runtime most, by 600 ms (" in said
    assert list(grown("A", USUAL, "B", SLOW)) == []
    assert list(grown("A", USUAL, "A", USUAL)) == []


def test_the_difference_of_two_groups_has_the_interval_of_the_smaller_one():
    found = difference_of_means([3.0, 4.0, 5.0], [1.0, 2.0, 3.0, 2.0])
    assert found.value == pytest.approx(2.0)
    # Student's t of two degrees of freedom, 4.303, times the root of 1/3 + (2/3)/4.
    assert found.interval == pytest.approx((2 - 3.0426, 2 + 3.0426), abs=1e-3)
    with pytest.raises(ValueError, match="two values of each group"):
        difference_of_means([1.0], [1.0, 2.0])
