"""Guests that hide what they are: each reads its own processor."""

import pytest

from .conftest import AUDIT, Audit
from .machine import CGROUP_V2, DATA_DISK

pytestmark = pytest.mark.real

FOREIGN = [
    word
    for table in (
        "type=0,vendor=American Megatrends Inc.,version=5.14",
        "type=1,manufacturer=Micro-Star International Co.,, Ltd.,product=MS-7A38,version=1.0",
        "type=2,manufacturer=Micro-Star International Co.,, Ltd.,product=B450M,version=1.0",
        "type=3,manufacturer=Micro-Star International Co.,, Ltd.,version=1.0",
    )
    for word in ("-smbios", table)
]
VMWARE = ["-smbios", "type=1,manufacturer=VMware,, Inc.,product=VMware Virtual Platform"]


def test_emulation_is_not_taken_for_kvm(audit_in):
    seen = audit_in()
    assert (seen["virt.vm"], seen["virt.cloud"], seen["virt.nested_kvm"]) == ("qemu", "none", False)
    assert seen["virt.kernel_flavour"] == "debian-cloud"


def test_the_firmware_of_a_real_board_does_not_make_it_real(audit_in):
    seen = audit_in(options=FOREIGN)
    assert (seen["virt.vm"], seen["virt.cloud"], seen["virt.role"]) == ("qemu", "none", "guest")


def test_the_firmware_of_another_hypervisor_loses_to_the_processor_and_is_shown(audit_in):
    seen = audit_in(options=VMWARE)
    assert seen["virt.vm"] == "qemu"
    assert "vmware" in seen.conflicts("virt.vm")


def test_a_processor_without_a_signature_is_still_a_virtual_machines(audit_in):
    seen = audit_in(cpu="max,tcg-cpuid=off,model_id=Intel(R) Xeon(R) CPU", options=FOREIGN)
    assert seen["virt.vm"] in {"qemu", "other"}
    assert seen["virt.role"] == "guest"


def test_a_hidden_hypervisor_bit_is_a_contradiction(audit_in):
    seen = audit_in(cpu="max,-hypervisor", options=FOREIGN)
    assert seen["virt.vm"] == "qemu"
    assert "no hypervisor" in seen.conflicts("virt.vm")


def test_a_machine_without_firmware_tables_is_recognised_by_its_processor(guests):
    seen = Audit(guests.ask({"audit": AUDIT}, machine="microvm,acpi=off", settle=[CGROUP_V2])["audit"])
    assert (seen["virt.vm"], seen["virt.cloud"]) == ("qemu", "none")


def test_a_container_in_a_guest_is_a_layer_on_it(guests):
    command = f"/bin/busybox unshare --pid --fork --mount --mount-proc sh -c '{AUDIT}'"
    seen = Audit(guests.ask({"audit": command}, settle=[DATA_DISK, CGROUP_V2])["audit"])
    assert seen["virt.vm"] == "qemu"
    assert seen["virt.container"] == "other"
    assert seen["virt.layers"] == ["other", "qemu"]
