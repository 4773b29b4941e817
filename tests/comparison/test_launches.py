"""What makes a launch slow is said as differences with intervals, and only where they are shown."""

import pytest

from hostcheck.comparison.launches import launches
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.metrics import launch_of, removal_of
from hostcheck.stats.differences import difference


def containers(create, start, latency, count=3):
    one = {"index": 0, "create": [0.0, create], "start": [create, create + start], "ready": latency, "removed": 9.0}
    return {"containers": [{**one, "error": ""}] * count}


def run_with(values, removals, **detail):
    """A run whose storms took these times a container, in each turn."""
    metrics = []
    for table, spec_for in ((values, launch_of), (removals, removal_of)):
        for variant, times in table.items():
            spec = spec_for(variant)
            samples = tuple(Sample(time, valid=time is not None, detail=detail) for time in times)
            metrics.append(Metric(spec.id, "s", "lower", "ok", samples=samples))
    return type("Run", (), {"metrics": tuple(metrics)})


# Medians of 20 containers with Docker 20.10, by container, each with what moved in its turn.
MOVED = (0.0, 0.010, -0.006)
NOISE = {"host": (0.001, 0.0, 0.002), "none": (0.0, 0.002, 0.001), "bridge": (0.001, 0.001, 0.0)}
LAUNCH = {"host": 0.061, "none": 0.117, "bridge": 0.1225, "port": 0.136, "ports": 0.251, "volumes": 0.1172}
REMOVAL = {"host": 0.027, "none": 0.027, "bridge": 0.067, "port": 0.116, "ports": 0.555, "volumes": 0.027}


def turns(table):
    return {
        name: [value + moved + extra for moved, extra in zip(MOVED, NOISE.get(name, (0.0, 0.001, 0.0)), strict=True)]
        for name, value in table.items()
    }


def test_each_thing_has_what_it_adds_to_a_launch_and_to_a_removal():
    first, second = launches("here", run_with(turns(LAUNCH), turns(REMOVAL)))
    assert first.startswith("What adds to the launch of each container on here: the network namespace 56 ms (")
    assert "; the bridge 5 ms (" in first
    assert "; a published port 13 ms (" in first
    assert ") and 49 ms (" in first
    assert "; each further port 13 ms (" in first
    assert second == "No time of a volume is shown on here."


def test_nothing_is_said_where_the_turns_do_not_show_it():
    same = {"host": [0.06, 0.11, 0.02], "none": [0.09, 0.02, 0.11]}
    assert list(launches("here", run_with(same, same))) == ["No time of the network namespace is shown on here."]
    assert list(launches("here", run_with({}, {}))) == []
    assert list(launches("here", run_with({"none": [0.1]}, {"none": [0.1]}))) == []


def test_a_turn_with_an_invalid_storm_is_left_out_of_both():
    values = {"host": [0.05, None, 0.05, 0.052], "none": [0.1, 0.9, None, 0.103]}
    (said,) = launches("here", run_with(values, {"host": [0.01] * 4, "none": [0.01] * 4}))
    assert "the network namespace 50 ms (" in said


@pytest.mark.parametrize(
    ("create", "start", "said"),
    [
        (0.3, 1.6, ["The start request is 80 % of a container's launch without a network on here."]),
        (1.5, 0.3, ["The create request is 75 % of a container's launch without a network on here."]),
        (0.8, 0.9, []),
    ],
)
def test_the_request_that_takes_the_time_is_named_only_where_one_does(create, start, said):
    run = run_with({"none": [0.1, 0.1]}, {}, **containers(create, start, 2.0))
    assert list(launches("here", run)) == said


def test_a_difference_is_of_the_turns_and_known_only_from_two_on():
    found = difference([3.0, 13.0, 23.5], [1.0, 11.0, 21.0])
    assert found.value == pytest.approx(2.1667, abs=1e-3)
    # Student's t of two degrees of freedom: 4.303 times 0.1667.
    assert found.interval == pytest.approx((1.4496, 2.8838), abs=1e-3)
    assert found.is_above_zero
    assert difference([3.0], [1.0]).interval is None
    assert not difference([3.0], [1.0]).is_above_zero
    with pytest.raises(ValueError, match="needs a turn"):
        difference([], [])
