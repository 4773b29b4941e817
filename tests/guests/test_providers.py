"""Guests with the firmware of those who rent machines out; the names are those that cloud-init's ds-identify reads."""

from concurrent.futures import ThreadPoolExecutor

import pytest

pytestmark = pytest.mark.real

SYSTEM = "type=1,manufacturer="
CLOUDS = {
    "aws": ("type=0,vendor=Amazon EC2", f"{SYSTEM}Amazon EC2,product=t3.micro"),
    "azure": (
        f"{SYSTEM}Microsoft Corporation,product=Virtual Machine",
        "type=3,manufacturer=Microsoft Corporation,asset=7783-7084-3265-9085-8269-3286-77",
    ),
    "oracle": ("type=3,manufacturer=QEMU,asset=OracleCloud.com",),
}
"""One named by its BIOS and its system, one by its chassis besides, one by that alone: the tables that a kernel reads.

What else is a cloud is only another text in them: tests/probes/virt/test_rented.py.
"""


def smbios(*tables):
    return [word for table in tables for word in ("-smbios", table)]


@pytest.fixture(scope="module")
def audits(audit_in):
    """Every provider's guest, two at a time: a guest keeps one processor busy."""
    with ThreadPoolExecutor(2) as pool:
        return dict(
            zip(CLOUDS, pool.map(lambda tables: audit_in(options=smbios(*tables)), CLOUDS.values()), strict=True)
        )


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_provider_is_named_by_its_firmware_and_the_hypervisor_by_the_processor(audits, cloud):
    seen = audits[cloud]
    assert seen["virt.cloud"] == cloud
    assert (seen["virt.vm"], seen["virt.vmm"], seen["virt.role"]) == ("qemu", "qemu", "guest")
    assert seen["virt.container"] == "none"
    assert seen["virt.layers"] == ["qemu"]
