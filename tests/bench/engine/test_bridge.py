from types import SimpleNamespace

import pytest

from hostcheck.bench.base import CannotRun
from hostcheck.bench.engine.bridge import has_bridge
from hostcheck.bench.stopping import Repeats
from hostcheck.bench.storm.options import StormOptions
from hostcheck.bench.storm.workload import StormWorkload


@pytest.mark.parametrize(
    ("networks", "answer"),
    [
        ([("none", "null"), ("host", "host"), ("bridge", "bridge")], True),
        ([("podman", "bridge")], True),
        ([("none", "null"), ("host", "host")], False),
        ([("none", "null"), ("shop_default", "bridge")], False),
        ([("bridge", "macvlan")], False),
    ],
)
def test_only_the_default_bridge_counts(networks, answer):
    listed = [{"Name": name, "Driver": driver} for name, driver in networks]
    assert has_bridge(SimpleNamespace(networks=lambda: listed)) is answer


@pytest.mark.real
def test_a_storm_on_a_bridge_that_the_engine_has_not_is_refused_before_anything_is_made(make_context, holdings):
    before = holdings()
    with pytest.raises(CannotRun, match="no bridge"):
        list(StormWorkload().measure(make_context(StormOptions(Repeats(1, 1, 0), network="bridge"))))
    assert holdings() == before
