"""Damaged captures: with any three files missing, cut or overwritten, no wrong name is reported."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hostcheck.host.base import Reading
from hostcheck.host.captured import CapturedHost
from hostcheck.probes.virt import probe
from tests.effort import TIMES

HOSTS = Path(__file__).parents[2] / "hosts"
CASES = sorted(path.parent.name for path in HOSTS.glob("*/expected.json"))

MOST = int(os.environ.get("HOSTCHECK_EXAMPLES") or 8 * TIMES)
"""Examples of each; more on request."""

# Names that a host may also get when the stronger evidence is gone.
LESS = {
    "kvm": {"kvm", "qemu", "hyperv"},  # QEMU's ids, or Hyper-V's disguise, without KVM's signature
    "hyperv": {"hyperv"},
    "vmware": {"vmware"},
    "uml": {"uml", "kvm"},  # what its CPUID shows is the machine below
    "xen-dom0": {"xen-dom0", "xen", "xen-pv", "xen-hvm", "xen-pvh"},
    "none": {"none", "openvz"},
    "kubernetes": {"kubernetes"},
    "podman": {"podman", "oci"},
}


class DamagedHost(CapturedHost):
    """A captured root, some files of which are not what they were."""

    def __init__(self, root, damage):
        super().__init__(root)
        self._damage = damage

    def read(self, path):
        done = self._damage.get(path)
        if done is None:
            return super().read(path)
        if done in {"absent", "denied", "unreadable"}:
            return Reading(path, None, done, done)
        return Reading(path, done)

    def readlink(self, path):
        return self.read(path) if path in self._damage else super().readlink(path)

    def exists(self, path):
        # An unreadable file is there all the same.
        return None if self._damage.get(path) == "absent" else super().exists(path)


def files_of(case):
    root = HOSTS / case / "root"
    return sorted(f"/{path.relative_to(root)}" for path in root.rglob("*") if path.is_file() or path.is_symlink())


def facts_of(case, damage):
    facts = {fact.id: fact for fact in probe(DamagedHost(HOSTS / case / "root", damage))}
    for fact in facts.values():
        assert fact.reason if not fact.known else fact.evidence, fact.id
    return facts


def truth(case):
    expected = json.loads((HOSTS / case / "expected.json").read_text())
    return expected["vm"] or "none", expected["container"] or "none"


lost = st.sampled_from(["absent", "denied", "unreadable", b""])


def test_tables_that_only_root_may_read_are_reported():
    tables = {f"/sys/firmware/acpi/tables/{name}": "denied" for name in ("FACP", "DSDT", "APIC")}
    vmm = facts_of("firecracker-x86-acpi", tables)["virt.vmm"]
    assert not vmm.known
    assert "root" in vmm.reason


def test_domain_0_is_detected_by_the_folder_of_unreadable_files():
    lost = ("/.evidence/cpuid", "/sys/hypervisor/type", "/sys/hypervisor/properties/features")
    damage = dict.fromkeys(lost, "absent") | {"/proc/xen/capabilities": "denied"}
    assert facts_of("xen-dom0-not-nested", damage)["virt.vm"].value == "xen-dom0"


@pytest.mark.parametrize("case", CASES)
@settings(max_examples=MOST, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_lost_files_only_make_facts_unknown(case, data):
    vm, container = truth(case)
    damage = data.draw(st.dictionaries(st.sampled_from(files_of(case)), lost, max_size=3))
    facts = facts_of(case, damage)
    if facts["virt.vm"].known:
        assert facts["virt.vm"].value in LESS.get(vm, {vm}) | {"other"} - ({"other"} if vm == "none" else set())
    if facts["virt.container"].known:
        assert facts["virt.container"].value in LESS.get(container, {container}) | {"none", "other"}
    if container == "none" and case != "openvz-host":
        assert facts["virt.container"].value in {None, "none"}


@pytest.mark.parametrize("case", CASES)
@settings(max_examples=MOST, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_truncated_files_never_swap_virtual_and_real_machines(case, data):
    vm, container = truth(case)
    root = HOSTS / case / "root"
    chosen = data.draw(st.lists(st.sampled_from(files_of(case)), max_size=3, unique=True))
    damage = {}
    for path in chosen:
        whole = CapturedHost(root).read(path).data or b""
        damage[path] = whole[: data.draw(st.integers(0, len(whole)))]
    facts = facts_of(case, damage)
    if facts["virt.vm"].known:
        assert (facts["virt.vm"].value == "none") == (vm == "none")
    if container == "none" and case != "openvz-host":
        assert facts["virt.container"].value in {None, "none"}


@pytest.mark.parametrize("case", CASES)
@settings(max_examples=MOST, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_junk_in_files_never_raises(case, data):
    facts_of(case, data.draw(st.dictionaries(st.sampled_from(files_of(case)), st.binary(max_size=400), max_size=5)))
