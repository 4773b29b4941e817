"""What the user names has a figure, or the command ends with 4; what he did not name may be skipped."""

from dataclasses import replace
from pathlib import Path

import pytest

from hostcheck.bench.base import USUAL_WORKLOADS, Options
from hostcheck.bench.build.options import BuildOptions
from hostcheck.bench.disk.options import DiskOptions
from hostcheck.bench.network.options import NetworkOptions, Peer
from hostcheck.bench.request import BenchRequest, as_if
from hostcheck.bench.storm.options import StormOptions
from hostcheck.bench.storm.ready import parse_ready
from hostcheck.bench.sustained import Sustained
from hostcheck.cli.named import not_measured, require_used
from hostcheck.errors import UsageError
from hostcheck.run.calibration import Tier
from hostcheck.run.measured import Metric
from hostcheck.run.model import HostIdentity, Run

PLAIN = BenchRequest(profiles=("docker",))
DISK, BUILD, STORM = (kind.preset("standard") for kind in (DiskOptions, BuildOptions, StormOptions))
PEER = replace(NetworkOptions.preset("standard"), peer=Peer("node"))
TIER = as_if(PLAIN, Tier("sata", 350, 120_000_000, "a disk"))


def asked(options):
    return replace(PLAIN, options=Options(given=(options,)))


NAMED = {
    "--dir": (replace(PLAIN, directory=Path("/data")), "disk"),
    "--job": (asked(replace(DISK, own_jobs=(Path("pages.fio"),))), "disk"),
    "--size": (asked(replace(DISK, asked_bytes=1 << 34)), "disk"),
    "--sustained": (asked(replace(DISK, sustained=Sustained(600))), "disk"),
    "--context": (asked(replace(BUILD, context=Path("application"))), "build"),
    "--image": (asked(replace(STORM, image="empty:1")), "storm"),
    "--storm": (asked(replace(STORM, counts=(20,))), "storm"),
    "--network": (asked(replace(STORM, network="bridge")), "storm"),
    "--peer": (replace(asked(PEER), workloads=(*USUAL_WORKLOADS, "network")), "network"),
}
OF_AN_ENGINE = {
    "--engine": replace(PLAIN, engine="unix:///run/docker.sock"),
    "--private-engine": replace(PLAIN, private_engine=True),
    "--tier": TIER,
}


def figure(metric_id):
    return Metric(metric_id, "s", "lower", "ok", "", 1.0)


def skipped(metric_id):
    return Metric(metric_id, "s", "lower", "skipped", f"no {metric_id} here; install it")


def invalid(metric_id):
    return Metric(metric_id, "s", "lower", "invalid", f"no valid sample: {metric_id}\n failed")


ALL = (
    "disk.randread.iops",
    "disk.sustained.iops",
    "my.pages.p99",
    "build.cold.seconds",
    "storm.makespan.seconds",
    "network.send.bandwidth",
)


def run_without(part, how=skipped):
    """A run in which everything has a figure but this part."""
    of_it = {"disk": ("disk.", "my.")}.get(part, (f"{part}.",))
    metrics = [how(name) if name.startswith(of_it) else figure(name) for name in ALL]
    return Run("id", "0.1.0", "2026-11-23T10:00:00Z", HostIdentity("a")).with_metrics(metrics)


def only(run, part):
    return replace(run, metrics=tuple(metric for metric in run.metrics if metric.id.startswith(f"{part}.")))


@pytest.mark.parametrize("option", NAMED)
def test_a_named_part_without_a_figure_is_an_error_with_the_first_reason(option):
    request, part = NAMED[option]
    error = not_measured(request, run_without(part))
    assert error.exit_code == 4
    assert str(error).startswith(f"measuring the {part} ({option}): no ")
    assert str(error).endswith(" here; install it")
    for other in {"disk", "build", "storm"} - {part}:
        assert not_measured(request, run_without(other)) is None


@pytest.mark.parametrize("option", OF_AN_ENGINE)
@pytest.mark.parametrize("part", ["build", "storm"])
def test_who_names_an_engine_names_the_build_and_the_storm(option, part):
    error = not_measured(OF_AN_ENGINE[option], run_without(part))
    assert str(error).startswith(f"measuring the {part} ({option}): no {part}.")
    assert not_measured(replace(OF_AN_ENGINE[option], workloads=("disk",)), run_without(part)) is None


def test_a_tier_names_the_disk():
    assert "measuring the disk (--tier)" in str(not_measured(TIER, run_without("disk")))


@pytest.mark.parametrize("option", ["--job", "--sustained"])
def test_a_job_that_was_asked_for_needs_a_figure_of_its_own(option):
    request, _ = NAMED[option]
    run = run_without("none").with_metrics([invalid("my.pages.p99"), invalid("disk.sustained.iops")])
    assert f"({option}): no valid sample: " in str(not_measured(request, run))
    assert not_measured(PLAIN, run) is None


@pytest.mark.parametrize("part", ["disk", "build", "storm"])
def test_what_was_not_named_may_be_skipped_as_long_as_something_is_measured(part):
    assert not_measured(PLAIN, run_without(part)) is None
    error = not_measured(replace(PLAIN, workloads=(part,)), only(run_without(part, invalid), part))
    assert str(error).startswith(f"nothing was measured ({part}): no valid sample: ")


@pytest.mark.parametrize("option", NAMED)
def test_an_option_of_a_part_that_is_left_out_is_a_mistake(option):
    request, part = NAMED[option]
    rest = tuple(name for name in USUAL_WORKLOADS if name != part)
    with pytest.raises(UsageError, match=f"^{option} is for the {part} part, which --only leaves out; "):
        require_used(replace(request, workloads=rest))
    require_used(replace(request, workloads=(part,)))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "--ready needs --image; add --image"),
        ({"image": "x", "network": "host"}, "--network host cannot be combined: only"),
    ],
)
def test_a_port_that_makes_ready_is_of_an_image_and_of_its_containers_own_network(changes, said):
    storm = replace(STORM, ready=parse_ready("port:80"), **changes)
    with pytest.raises(UsageError, match=said):
        require_used(asked(storm))
    require_used(asked(replace(storm, image="x", network="bridge")))


def test_a_private_engine_keeps_its_data_in_the_folder_whatever_is_measured():
    require_used(replace(PLAIN, directory=Path("/data"), private_engine=True, workloads=("storm",)))
