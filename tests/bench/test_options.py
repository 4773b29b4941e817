"""Each workload has options of its own, and presets of them for each effort."""

from dataclasses import dataclass, replace
from typing import get_args

import pytest

from hostcheck.bench.base import Effort, Options
from hostcheck.bench.build.options import BuildOptions
from hostcheck.bench.disk.options import DiskOptions
from hostcheck.bench.storm.options import USUAL_CONTAINERS, StormOptions
from hostcheck.bench.sustained import Sustained

KINDS = (DiskOptions, BuildOptions, StormOptions)


@dataclass(frozen=True)
class SleepOptions:
    """Of a workload that is not hostcheck's."""

    seconds: float

    @classmethod
    def preset(cls, effort: Effort) -> "SleepOptions":
        return cls({"quick": 1.0, "standard": 2.0, "thorough": 3.0}[effort])


@pytest.mark.parametrize("effort", get_args(Effort))
def test_a_workload_has_its_preset_of_the_effort_where_nothing_else_is_asked(effort):
    options = Options(effort, (SleepOptions(7.0),))
    for kind in KINDS:
        assert options.of(kind) == kind.preset(effort)
    assert Options(effort).of(SleepOptions) == SleepOptions.preset(effort)


def test_what_is_asked_of_one_workload_leaves_the_others_as_they_are():
    asked = replace(DiskOptions.preset("quick"), sustained=Sustained(600))
    options = Options("quick", (SleepOptions(7.0), asked))
    assert options.of(DiskOptions) is asked
    assert options.of(SleepOptions) == SleepOptions(7.0)
    assert options.of(BuildOptions) == BuildOptions.preset("quick")


@pytest.mark.parametrize("kind", [BuildOptions, StormOptions])
def test_more_effort_repeats_more_often(kind):
    least = [kind.preset(effort).repeats.most for effort in get_args(Effort)]
    assert least == sorted(set(least))


@pytest.mark.parametrize(
    ("counts", "containers", "curve"), [((), USUAL_CONTAINERS, ()), ((5,), 5, ()), ((5, 10, 40), 5, (10, 40))]
)
def test_the_first_number_of_containers_is_the_headlines(counts, containers, curve):
    options = replace(StormOptions.preset("quick"), counts=counts)
    assert (options.containers, options.curve) == (containers, curve)
