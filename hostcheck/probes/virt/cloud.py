"""The cloud provider of the machine."""

from collections.abc import Iterator

from hostcheck.host.base import Host, shorten
from hostcheck.probes.virt.dmi import Dmi
from hostcheck.probes.virt.firmware import acpi_maker
from hostcheck.probes.virt.machines import CLOUDS
from hostcheck.run.model import Evidence, Fact

_ID = "virt.cloud"
_ACPI_CLOUDS = {"AMAZON": "aws", "Google": "gcp", "GOOGLE": "gcp"}


def decide_cloud(host: Host, dmi: Dmi) -> Fact:
    """Return virt.cloud: the cloud that the firmware names; "none" if it can be read and names no known cloud."""
    named = tuple(_named(host, dmi))
    if named:
        return Fact(_ID, named[0][0], evidence=tuple(evidence for _, evidence in named))
    if dmi.denied and not dmi.values:
        return Fact.unknown(_ID, "the DMI ids are readable by root only: run as root")
    if not dmi.values and host.read("/proc/cpuinfo").data is None:
        return Fact.unknown(_ID, "neither the DMI ids nor /proc/cpuinfo could be read: audit the host itself, as root")
    shown = ", ".join(dmi.values.get(name, "-") for name in ("sys_vendor", "product_name", "chassis_asset_tag"))
    says = "no known cloud" if dmi.values else "there is no DMI to name a cloud"
    return Fact(_ID, "none", evidence=(Evidence("/sys/class/dmi/id", shorten(shown) if dmi.values else None, says),))


def _named(host: Host, dmi: Dmi) -> Iterator[tuple[str, Evidence]]:
    for cloud in CLOUDS:
        shown = dmi.matches(cloud.wanted)
        if shown:
            yield cloud.name, Evidence("/sys/class/dmi/id", shown, f"for {cloud.name}")
            break
    # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/identify_ec2_instances.html
    uuid = host.read("/sys/hypervisor/uuid")
    if (uuid.text or "").lower().startswith("ec2"):
        yield "aws", uuid.evidence("for aws", "begins with ec2")
    if dmi.matches({"product_uuid": "ec2", "product_serial": "ec2"}):
        yield "aws", Evidence("/sys/class/dmi/id", "product_uuid and product_serial begin with ec2", "for aws")
    tables, maker = acpi_maker(host)
    name = _ACPI_CLOUDS.get(maker or "")
    if name:
        yield name, tables.evidence(f"for {name}", f"made by {maker}")
