"""The catalogue and the probes have the same facts, of the same types."""

from pathlib import Path

import pytest

from hostcheck.audit import collect
from hostcheck.catalogue.kinds import fits
from hostcheck.catalogue.loader import entries
from hostcheck.host.captured import CapturedHost
from hostcheck.host.live import LiveHost
from hostcheck.probes import EVERY, NAMING, machine
from hostcheck.probes.engine import daemon, enginefiles, engines, helpers, kubelet, programs
from hostcheck.probes.kernel import auditrules, features, modprobe, modules
from hostcheck.probes.network import ranges
from hostcheck.probes.virt.flavours import VENDORS, name_release
from hostcheck.probes.virt.limits import _CAPABILITIES
from hostcheck.proofs import is_proof
from hostcheck.run.model import Fact

ROOTS = sorted((Path(__file__).parents[1] / "hosts").glob("*/root"))


def wrong_in(facts):
    """Name what is in no entry, and what has a value that its entry's type does not allow."""
    known = {fact_id: fact for fact_id, fact in facts.items() if fact.known}
    missing = [fact_id for fact_id in facts if fact_id not in entries()]
    wrong = [
        (fact_id, fact.value)
        for fact_id, fact in known.items()
        if fact_id in entries() and not fits(entries()[fact_id].kind, fact.value)
    ]
    return missing, wrong


def test_every_fact_of_a_probe_is_in_the_catalogue_and_the_other_way_round(tmp_path):
    (tmp_path / "proc").mkdir()
    facts = collect(CapturedHost(tmp_path), EVERY | NAMING, strict=True)
    assert sorted(facts) == sorted(fact_id for fact_id in entries() if not is_proof(fact_id))


@pytest.mark.parametrize("root", [*ROOTS, None], ids=lambda root: root.parent.name if root else "this machine")
def test_every_fact_of_a_host_has_an_entry_of_its_type(root):
    host = LiveHost() if root is None else CapturedHost(root)
    assert wrong_in(collect(host, EVERY | NAMING, strict=True)) == ([], [])


def test_a_fact_without_an_entry_or_of_another_type_is_reported():
    facts = {
        "net.new": Fact("net.new", 1),
        "hw.cpus": Fact("hw.cpus", "4"),
        "hw.swap": Fact.unknown("hw.swap", "not captured"),
    }
    assert wrong_in(facts) == (["net.new"], [("hw.cpus", "4")])


@pytest.mark.parametrize(
    ("fact_id", "names"),
    [
        ("host.programs", programs.PROGRAMS),
        ("bin.cni", programs._CNI),
        ("bin.helpers", helpers.PROGRAMS),
        ("security.selinux_policies", helpers.POLICIES),
        ("host.engines.installed", engines.ENGINES),
        ("host.engines.running", [name for name, engine in engines.ENGINES.items() if engine.services]),
        ("net.ranges_routed", ranges.RANGES),
        ("kernel.modules", [modprobe.MODULES[option] for option in modules.OPTIONS]),
        ("cgroup.options", features._OPTIONS["cgroup.options"]),
        ("kernel.criu", features._OPTIONS["kernel.criu"]),
        ("engine.limits", daemon._LIMITS),
        ("priv.capabilities", machine.CAPABILITIES),
        ("k8s.state", (*kubelet._STATE, kubelet._ETCD)),
        ("security.audit_unwatched", (*auditrules.FILES, auditrules.DATA_ROOT)),
        ("security.engine_files", enginefiles.FILES),
        ("virt.capabilities_dropped", _CAPABILITIES),
    ],
)
def test_the_words_of_a_fact_are_those_of_its_probe(fact_id, names):
    assert sorted(entries()[fact_id].kind.values) == sorted(names)


RELEASES = (
    "6.1.0-18-amd64",
    "6.1.0-18-cloud-amd64",
    "6.1.0-18-rt-amd64",
    "5.15.0-91-generic",
    "6.5.0-1018-azure",
    "5.14.21-150500.55-default",
    "5.14.21-150500.33.1-azure",
    "6.6.8-200.fc39.x86_64",
    "6.1.90-fc-v1",
    "6.6.1-0-virt",
    "6.6.1-0-lts",
    "6.6.8-1-lts",
    "6.6.8",
    "6.6.8-rt1",
)
FLAVOURS = {*(flavour.name for _, flavour in VENDORS), *(name_release(release).name for release in RELEASES)}


@pytest.mark.parametrize("name", sorted(FLAVOURS))
def test_every_flavour_is_in_the_catalogue(name):
    assert entries()["virt.kernel_flavour"].kind.has(name)
