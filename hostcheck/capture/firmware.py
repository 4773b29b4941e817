"""Remove serial numbers and ids from files of the firmware and the processor."""

import re

from hostcheck.capture.renaming import SCRUBBED, Renamer
from hostcheck.host.smbios import BIOS_INFORMATION, MEMORY_RANGE, structures
from hostcheck.probes.uniqueness import is_placeholder
from hostcheck.probes.virt.machines import CLOUDS

_ACPI_HEADER = 36  # ACPI specification, 5.2.6: signature, length, OEM ids; the rest may hold a product key (MSDM)
_UUID_SHAPE = "00000000-0000-0000-0000-000000000000"
_PREFIXES = ("ec2", "googlecloud-", "vmware-")
"""Prefixes of serial numbers and UUIDs that name the maker of a virtual machine."""

_KEYS = (
    re.compile(
        rb"(?i)((?:Serial|processor \d+|partition_name|Sequence Code|system_id|license|Machine Serial)"
        rb"[ \t]*[:=][ \t]*)(.*)"
    ),
    re.compile(rb"(?i)(.*(?:\bName|Plant|UUID)[ \t]*[:=][ \t]*)(.*)"),
    re.compile(rb"(?i)(.*number[ \t]*[:=][ \t]*)(.*)"),
)
"""Patterns of a line in cpuinfo, sysinfo or lparcfg: the key with its separator, and the value to blank. The last
pattern is used only if the key contains "serial"."""
_MAINFRAME_ID = re.compile(rb"(identification = )[0-9A-Fa-f]+")
_KEEPS_NAME = re.compile(rb"(?i)^(?:model name|cpu model name|processor name)")


def serial_number(data: bytes, names: Renamer) -> bytes:
    """Keep only the part of a serial number, tag or UUID that names a provider: the part that the probes match."""
    del names
    text = data.decode("utf-8", "replace").strip()
    found = next((text[: len(start)] for start in _PREFIXES if text.lower().startswith(start)), None)
    if found is not None:
        return f"{found}{_UUID_SHAPE[len(found) :] if found.lower() == 'ec2' else '0'}\n".encode()
    return f"{_known_tag(text) or (SCRUBBED if text else '')}\n".encode()


def _known_tag(text: str) -> str | None:
    for cloud in CLOUDS:
        for field, pattern in cloud.wanted.items():
            if not field.endswith(("_serial", "_tag", "_uuid")):
                continue
            first, star, last = pattern.partition("*")
            if text.lower().startswith(first) and (not star or text.lower().endswith(last)):
                return text[: len(first)] + (SCRUBBED + text[len(text) - len(last) :] if star else "")
    return None


def machine_uuid(data: bytes, names: Renamer) -> bytes:
    """Replace a machine's UUID. A placeholder is kept, and so is the prefix ec2 of Amazon's UUIDs."""
    if is_placeholder(data.decode("utf-8", "replace")):
        return data
    return serial_number(data, names) if data[:3].lower() == b"ec2" else f"{_UUID_SHAPE[:-1]}1\n".encode()


def machine_id(data: bytes, names: Renamer) -> bytes:
    """Replace a machine-id(5); a placeholder is kept."""
    return data if is_placeholder(data.decode("utf-8", "replace")) else serial_number(data, names)


def acpi_table(data: bytes, names: Renamer) -> bytes:
    """Keep only the header of an ACPI table, which names its maker."""
    del names
    return data[:_ACPI_HEADER]


def smbios_structures(data: bytes, names: Renamer) -> bytes | None:
    """Keep only the structures for the BIOS and for ranges of memory in an SMBIOS table; None if it has neither."""
    del names
    kept = [each for each in structures(data) if each[0] in (BIOS_INFORMATION, MEMORY_RANGE)]
    alone = data[:1] == bytes([BIOS_INFORMATION]) and b"\0\0" not in data[data[1] if len(data) > 1 else 0 :]
    # The BIOS structure may be cut short; nothing private is in it.
    return data if alone else b"".join(kept) or None


def processor_table(data: bytes, names: Renamer) -> bytes:
    """Replace serial numbers and names in cpuinfo, sysinfo and lparcfg by zeros; the kind of the machine is kept."""
    return names.data(b"\n".join(map(_blanked, data.split(b"\n"))))


def _blanked(line: bytes) -> bytes:
    if _KEEPS_NAME.match(line):
        return line
    if line.lower().startswith(b"processor"):
        return _MAINFRAME_ID.sub(lambda at: at[1] + b"000000", line)
    found = next(filter(None, (keys.fullmatch(line) for keys in _KEYS)), None)
    if found is None or (found.re is _KEYS[-1] and b"serial" not in found[1].lower()):
        return line
    return found[1] + re.sub(rb"[0-9A-Za-z]", b"0", found[2])
