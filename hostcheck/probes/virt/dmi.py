"""The DMI ids of the machine, and the SMBIOS bit "virtual machine".

Only the files of single ids are read, never a dump of all structures, in which "Manufacturer: QEMU" may belong to a
memory module.
Source: SMBIOS Reference Specification (DMTF DSP0134); Documentation/ABI/testing/sysfs-firmware-dmi-tables.
"""

from collections.abc import Mapping
from typing import NamedTuple

from hostcheck.host.base import Host, Reading, shorten

FOLDER = "/sys/class/dmi/id"
_TARGET = "/sys/devices/virtual/dmi/id"  # of the link that FOLDER is
_FIRST_STRUCTURES = ("/sys/firmware/dmi/entries/0-0/raw", "/sys/firmware/dmi/tables/DMI")

FIELDS = (
    "sys_vendor",
    "product_name",
    "product_version",
    "product_family",
    "board_vendor",
    "board_name",
    "bios_vendor",
    "bios_version",
    "chassis_vendor",
    "chassis_asset_tag",
    "product_serial",
    "product_uuid",
)

_EXTENSION_BYTE_2 = 0x13
_VM_BIT = 1 << 4
_GENERIC_FIRMWARE = ("edk ii", "edk2", "tianocore", "efi development kit ii")
"""Beginnings of the names of EDK II: the firmware of guests of all providers, and of boards whose maker did not rename
it."""
_NOT_FILLED_IN = {
    *("", "none", "n/a", "unknown", "default string", "not specified", "not applicable", "to be filled by o.e.m."),
    *("system manufacturer", "system product name", "empty", "undefined"),
}


class Dmi(NamedTuple):
    """The ids of a machine.

    Attributes:
        readings: the reading of each id, by field.
        values: the text of each id that could be read, in lower case, by field.
        denied: whether an id exists that this user may not read.
        virtual: the SMBIOS virtual-machine bit; None if it could not be read (root only) or does not exist.
        bit: the reading that contains the bit.
    """

    readings: Mapping[str, Reading]
    values: Mapping[str, str]
    denied: bool
    virtual: bool | None
    bit: Reading

    @property
    def names_a_machine(self) -> bool:
        """Whether both the maker and the product are named, either of the machine or of its board."""
        return any(
            all(self.values.get(name, "") not in _NOT_FILLED_IN for name in pair)
            for pair in (("sys_vendor", "product_name"), ("board_vendor", "board_name"))
        )

    @property
    def generic_firmware(self) -> bool:
        """Whether the firmware is named EDK II, as in guests. Makers of real machines put their own names there."""
        return self.values.get("bios_vendor", "").startswith(_GENERIC_FIRMWARE)

    def matches(self, wanted: Mapping[str, str]) -> str | None:
        """Return the fields as a text for the evidence if all of them match; None otherwise.

        Args:
            wanted: for each field the beginning of its value, in lower case. After a leading "*" it is any part of the
                value; before a final "$" it is the whole value.
        """
        shown = []
        for name, text in wanted.items():
            if not _fits(self.values.get(name, ""), text):
                return None
            shown.append(f"{name}: {(self.readings[name].text or '').strip()}")
        return shorten(", ".join(shown))


def _fits(value: str, text: str) -> bool:
    if text.startswith("*"):
        return text[1:] in value
    return value == text[:-1] if text.endswith("$") else value.startswith(text)


def read_dmi(host: Host) -> Dmi:
    """Read the machine's DMI ids and the SMBIOS virtual-machine bit."""
    folder = FOLDER
    if host.listdir(FOLDER) is None and host.listdir(_TARGET):
        # A captured host may lack the symbolic links.
        folder = _TARGET
    readings = {name: host.read(f"{folder}/{name}") for name in FIELDS}
    values = {name: text.strip().lower() for name, reading in readings.items() if (text := reading.text) is not None}
    bits = [host.read(path) for path in _FIRST_STRUCTURES]
    bit = next((reading for reading in bits if parse_vm_bit(reading.data) is not None), bits[0])
    denied = any(reading.failure == "denied" for reading in readings.values())
    return Dmi(readings, values, denied, parse_vm_bit(bit.data), bit)


def parse_vm_bit(raw: bytes | None) -> bool | None:
    """Read bit 4 of the second BIOS characteristics extension byte (DSP0134 §7.1.2.2).

    Args:
        raw: the BIOS structure, or a table that begins with it; None if it could not be read.

    Returns:
        Whether the bit is set; None if it is not the BIOS structure, or is too short.
    """
    if raw is None or len(raw) <= _EXTENSION_BYTE_2 or raw[0] != 0 or raw[1] <= _EXTENSION_BYTE_2:
        return None
    return bool(raw[_EXTENSION_BYTE_2] & _VM_BIT)
