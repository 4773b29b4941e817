"""Runs that tests of the right-hand side (compare, report, formats) begin with."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from hostcheck.run.measured import Conditions, Metric, Sample
from hostcheck.run.model import Evidence, Fact, HostIdentity, Run, Verdict
from hostcheck.stats.estimate import estimate
from tests.effort import has_more_inputs
from tests.leaks import no_thread_left
from tests.tiers import TIERS, group_of, is_parallel, is_real_alone, tiers_of
from tests.wheelhouse import wheelhouse

TOP = Path(__file__).parents[1]

UNITS = {"bandwidth": ("MB/s", "higher"), "iops": ("IOPS", "higher"), "seconds": ("s", "lower")}

# A machine at work is slow, and that decides no test.
settings.register_profile("suite", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the tiers as marks: ``-m kills``."""
    for tier, about in TIERS.items():
        config.addinivalue_line("markers", f"{tier}: {about}")
    config.addinivalue_line("markers", "parallel: may run beside others of its tier")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Pass over files without real tests where only those run: importing all files takes a quarter of a minute."""
    if collection_path.suffix == ".py" and is_real_alone(config.getoption("markexpr")):
        return "mark.real" not in collection_path.read_text() or None
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with its tier."""
    real = {item.nodeid: item.get_closest_marker("real") is not None for item in items}
    tiers = tiers_of(real, more_inputs={item.nodeid for item in items if has_more_inputs(item.path)})
    for item in items:
        item.add_marker(tiers[item.nodeid])
        if is_parallel(item.nodeid):
            item.add_marker("parallel")


class Groups(LoadScopeScheduling):
    """Tests of one group run one after another on one worker."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling | None:
    """Schedule by our groups with ``--dist=loadgroup``: xdist 3.8 cannot mark the tests of pytest 9."""
    return Groups(config, log) if config.getoption("dist") == "loadgroup" else None


@pytest.fixture(autouse=True)
def threads_end(request) -> Iterator[None]:
    """Fail a real test that leaves a thread: it would open and close files, and take time, in the tests after it."""
    if request.node.get_closest_marker("real") is None:
        yield
        return
    with no_thread_left():
        yield


@pytest.fixture(scope="session", autouse=True)
def own_data(tmp_path_factory) -> Iterator[None]:
    """Keep what the tests' audits keep out of the home of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture(scope="session")
def wheel(tmp_path_factory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    argv = [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, TOP]
    done = subprocess.run(argv, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def packed(tmp_path_factory) -> dict[str, str]:
    """Settings by which pip installs the packages of the tests, and nothing from elsewhere."""
    return wheelhouse(tmp_path_factory.mktemp("packed") / "wheels")


def _metric(metric_id: str, *values: float, **changes) -> Metric:
    unit, better = UNITS[metric_id.rpartition(".")[2]]
    found = estimate(values)
    samples = tuple(Sample(value, seconds=2.0, conditions=Conditions(90, 1, 0.5, 8, 1, 60, 1)) for value in values)
    return replace(Metric(metric_id, unit, better, "ok", "", found.value, found.interval, samples), **changes)


@pytest.fixture(scope="session")
def metric() -> Callable[..., Metric]:
    """Make a measured metric of sample values."""
    return _metric


@pytest.fixture(scope="session")
def run_of() -> Callable[..., Run]:
    """Make a run of a host's name and its metrics."""

    def make(name: str, *metrics: Metric, **changes) -> Run:
        run = Run("id-" + name, "0.1.0", "2026-11-23T10:00:00Z", HostIdentity(name), "2026-11-23T10:03:00Z")
        return replace(run, metrics=metrics, **changes)

    return make


@pytest.fixture(scope="session")
def storm() -> Sample:
    """A storm of three containers, one of which failed."""
    containers = [
        {"index": 0, "create": [0, 0.1], "start": [0.1, 0.5], "ready": 0.5, "removed": 0.9, "error": ""},
        {"index": 1, "create": [0, 0.2], "start": [0.2, 0.4], "ready": 0.4, "removed": 0.8, "error": ""},
        {"index": 2, "create": [0, 0.2], "start": [0.2, None], "ready": None, "removed": 0.8, "error": "no space"},
    ]
    shares = {"busy_percent": 90, "iowait_percent": 5, "steal_percent": 0, "psi_io_full_percent": None}
    series = {"t": [t / 10 for t in range(1, 10)], **{name: [share] * 9 for name, share in shares.items()}}
    return Sample(0.5, seconds=0.9, detail={"containers": containers, "series": series, "failed": 1})


@pytest.fixture(scope="session")
def audited() -> dict:
    """Facts and verdicts of a host, as changes for ``run_of``."""
    evidence = (Evidence("cpuid 0x40000000", "KVMKVMKVM", "for kvm"),)
    return {
        "facts": {
            "virt.vm": Fact("virt.vm", "kvm", evidence=evidence),
            "virt.container": Fact("virt.container", "none", conflicts=("/.dockerenv is stale",)),
            "storage.overlay": Fact.unknown("storage.overlay", "not root"),
            "cgroup.controllers": Fact("cgroup.controllers", ("cpu", "memory")),
        },
        "verdicts": (
            Verdict("docker", "kernel.version", "pass", "required", "≥ 3.10", "6.1", "why", "", "moby"),
            Verdict("docker", "storage.overlay", "fail", "required", "yes", "no", "why", "modprobe overlay", "moby"),
            Verdict("docker", "cgroup.mode", "warn", "recommended", "v2", "v1", "why", "boot with v2", "docs"),
        ),
    }
