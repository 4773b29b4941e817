import pytest

from hostcheck.run.measured import Conditions, Metric, Sample
from hostcheck.run.model import Evidence, Fact, HostIdentity, Run, Verdict
from hostcheck.stats.estimate import estimate

FIGURE = estimate([350.5, 360.0])


@pytest.fixture
def full_run():
    """A run with one of everything, and a value other than the default in every field."""
    return Run(
        id="c0ffee",
        hostcheck="0.1.0",
        started="2026-11-23T10:00:00Z",
        ended="2026-11-23T10:03:00.250Z",
        host=HostIdentity("db-1", "6.1.0-28-amd64", "x86_64", 4, 8 << 30, "Debian GNU/Linux 12"),
        facts={
            "virt.vm": Fact("virt.vm", "kvm", evidence=(Evidence("cpuid", "KVMKVMKVM", "for kvm"),), conflicts=("a",)),
            "cgroup.controllers": Fact("cgroup.controllers", ("cpu", "memory")),
            "storage.overlay": Fact.unknown("storage.overlay", "not root; run as root"),
            "kernel.options": Fact("kernel.options", {"CONFIG_VETH": "y"}),
        },
        verdicts=(Verdict("docker", "kernel.version", "pass", "required", "≥ 3.10", "6.1", "w", "f", "s"),),
        metrics=(
            Metric(
                "disk.randwrite.iops",
                "IOPS",
                "higher",
                "partial",
                "2 of 3 samples are valid",
                FIGURE.value,
                FIGURE.interval,
                (
                    Sample(
                        350.5, True, "", 2.0, "2026-11-23T10:01:00.000Z", Conditions(1, 2, 3, 4, 5, 6, 7), {"p50": 1}
                    ),
                    Sample(None, False, "fio ended with 1"),
                    Sample(360.0),
                ),
                {"block_bytes": 4096, "direct": True},
                "",
                "geometric-mean-t/1",
            ),
        ),
        notes=("interrupted",),
        profiles=("docker", "kubernetes"),
        roles=("worker",),
    )
