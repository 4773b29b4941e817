"""Guests with the firmware of those who rent machines out; the names are those that cloud-init's ds-identify reads."""

from concurrent.futures import ThreadPoolExecutor

import pytest

pytestmark = pytest.mark.real

SYSTEM = "type=1,manufacturer="
CLOUDS = {
    "aws": ("type=0,vendor=Amazon EC2", f"{SYSTEM}Amazon EC2,product=t3.micro"),
    "gcp": ("type=0,vendor=Google", f"{SYSTEM}Google,product=Google Compute Engine"),
    "azure": (
        f"{SYSTEM}Microsoft Corporation,product=Virtual Machine",
        "type=3,manufacturer=Microsoft Corporation,asset=7783-7084-3265-9085-8269-3286-77",
    ),
    "digitalocean": ("type=0,vendor=DigitalOcean", f"{SYSTEM}DigitalOcean,product=Droplet"),
    "hetzner": (f"{SYSTEM}Hetzner,product=vServer",),
    "openstack": (f"{SYSTEM}OpenStack Foundation,product=OpenStack Nova",),
    "alibaba": (f"{SYSTEM}Alibaba Cloud,product=Alibaba Cloud ECS",),
    "oracle": ("type=3,manufacturer=QEMU,asset=OracleCloud.com",),
    "scaleway": (f"{SYSTEM}Scaleway,product=SCW-DEV1-S",),
    "vultr": (f"{SYSTEM}Vultr,product=VC2",),
    "linode": (f"{SYSTEM}Linode,product=Compute Instance",),
    "upcloud": (f"{SYSTEM}UpCloud,product=Server",),
    "exoscale": (f"{SYSTEM}Exoscale,product=Exoscale Compute Platform",),
}


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
