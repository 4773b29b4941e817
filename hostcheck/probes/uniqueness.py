"""Ids that identify this host: machine-id, product_uuid, MAC addresses. Clones of a disk image share them.

One host cannot detect that another has the same id. It can detect placeholders, which identify no host. Sources:
machine-id(5); SMBIOS specification, 7.2.1 (System UUID);
https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/install-kubeadm/.
"""

from collections.abc import Iterator

from hostcheck.host.base import Host, Reading
from hostcheck.run.model import Evidence, Fact

_MACHINE_ID = "/etc/machine-id"
_PRODUCT_UUID = "/sys/class/dmi/id/product_uuid"
_INTERFACES = "/sys/class/net"
_ETHERNET = "1"  # ARPHRD_ETHER, linux/if_arp.h


def probe(host: Host) -> Iterator[Fact]:
    """Yield net.unique_ids: for each kind of id, whether it identifies this host."""
    machine, uuid = host.read(_MACHINE_ID), host.read(_PRODUCT_UUID)
    value = {"machine_id": False if _is_gone(host, machine) else _own(machine)}
    # If the firmware has no UUID, as on ARM and in Firecracker, cAdvisor uses the machine-id instead.
    value["product_uuid"] = value["machine_id"] if _is_gone(host, uuid) else _own(uuid)
    value["mac"], addresses = _macs(host)
    evidence = (_shown(machine), _shown(uuid), *map(_shown, addresses))
    unread = next((reading for reading in (machine, uuid) if reading.text is None), None)
    reason = ""
    if None in value.values():
        what = f"{unread.source} could not be read ({unread.error or unread.failure})" if unread else _INTERFACES
        reason = f"{what}: audit the host itself, as root"
    if set(value.values()) == {None}:
        yield Fact.unknown("net.unique_ids", reason, evidence)
    else:
        yield Fact("net.unique_ids", value, reason=reason, evidence=evidence)


def is_placeholder(text: str) -> bool:
    """Whether an id is a placeholder: empty, "uninitialized", all zeros or all ones."""
    word = text.strip().lower()
    digits = set(word) - set(":-")
    return word in {"", "uninitialized"} or digits in ({"0"}, {"f"})


def _is_gone(host: Host, reading: Reading) -> bool:
    return reading.failure == "absent" and host.proves_absence


def _own(reading: Reading) -> bool | None:
    return None if reading.text is None else not is_placeholder(reading.text)


def _macs(host: Host) -> tuple[bool | None, tuple[Reading, ...]]:
    """Return whether the addresses of all physical Ethernet interfaces identify this host, and their readings.

    The first is None if the interfaces cannot be listed. A bond or a bridge is left out: it uses the address of another
    interface.
    """
    names = host.listdir(_INTERFACES)
    if names is None:
        return None, ()
    folders = [f"{_INTERFACES}/{name}" for name in names if host.exists(f"{_INTERFACES}/{name}/device")]
    wired = [folder for folder in folders if (host.read(f"{folder}/type").text or "").strip() == _ETHERNET]
    addresses = tuple(host.read(f"{folder}/address") for folder in wired)
    return all(_own(address) for address in addresses if address.text is not None), addresses


def _shown(reading: Reading) -> Evidence:
    """Return evidence that does not show the id itself, since evidence is published."""
    own = _own(reading)
    if own is None:
        return reading.evidence("silent")
    if own:
        return reading.evidence("for", "an id of its own")
    return reading.evidence("against: a placeholder", (reading.text or "").strip() or "empty")
