"""Remove private data from each file before it goes into a capture, by a table of paths.

From a file whose path is not in the table, everything that looks private is removed.
"""

import re
from collections.abc import Callable
from fnmatch import fnmatchcase

from hostcheck.capture.accounts import groups, host_name, hosts, ranges, resolver, users
from hostcheck.capture.documents import json_file
from hostcheck.capture.engines import cluster_unit, rancher
from hostcheck.capture.environment import environment, kernel_parameters, process_arguments
from hostcheck.capture.firmware import (
    acpi_table,
    machine_id,
    machine_uuid,
    processor_table,
    serial_number,
    smbios_structures,
)
from hostcheck.capture.kernelconfig import kernel_config
from hostcheck.capture.mounts import mount_table
from hostcheck.capture.nettables import addresses6, routes, sockets
from hostcheck.capture.renaming import Renamer

Scrubber = Callable[[bytes, Renamer], bytes | None]

_BUILDER = re.compile(rb"\((?!Microsoft@)[^()@\s]+@[^()\s]+\)")
_COMMAND_LINE = re.compile(rb"(?mi)^.*command line.*$")
_STRANGE = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def left_out(data: bytes, names: Renamer) -> None:
    """Leave the file out of the capture."""
    del data, names


def kernel_version(data: bytes, names: Renamer) -> bytes:
    """Rename the builder of the kernel. Microsoft's name is kept, since it shows WSL."""
    return names.data(_BUILDER.sub(b"(builder@host)", data))


def kernel_log(data: bytes, names: Renamer) -> bytes:
    """Replace private data in the kernel's messages, and remove lines that quote a command line."""
    return names.data(_COMMAND_LINE.sub(b"", data))


def any_text(data: bytes, names: Renamer) -> bytes | None:
    """Replace what looks private; None if the file is not text, since nothing is known of its content then."""
    if _STRANGE.search(data):
        return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return json_file(data, names) if data[:1] in {b"{", b"["} else names.data(data)


FILES: tuple[tuple[str, Scrubber], ...] = (
    ("*/shadow*", left_out),
    ("*/gshadow*", left_out),
    ("*/.ssh/*", left_out),
    ("/etc/ssh/*", left_out),
    ("*.key", left_out),
    ("*.pem", left_out),
    ("*/serviceaccount/*", left_out),
    ("/run/secrets/*", left_out),
    ("/etc/kubernetes/*.conf", left_out),
    ("*/kubeconfig", left_out),
    ("/etc/rancher/*", rancher),
    *((f"*/systemd/system/{engine}*.service*", cluster_unit) for engine in ("k0s", "k3s", "rke2")),
    ("/sys/firmware/dmi/tables/DMI", smbios_structures),
    ("/sys/firmware/dmi/tables/*", left_out),
    ("/sys/firmware/dmi/entries/*/raw", smbios_structures),
    ("/sys/firmware/acpi/tables/*", acpi_table),
    ("/sys/*/dmi/id/*uuid", machine_uuid),
    ("/sys/*/dmi/id/*serial", serial_number),
    ("/sys/*/dmi/id/*asset_tag", serial_number),
    ("/sys/hypervisor/uuid", machine_uuid),
    ("/proc/device-tree/*serial*", serial_number),
    ("/sys/firmware/devicetree/*serial*", serial_number),
    ("/proc/device-tree/system-id", serial_number),
    ("/proc/device-tree/ibm,partition-name", serial_number),
    ("/proc/device-tree/chosen/bootargs", kernel_parameters),
    ("/sys/*/serial", serial_number),
    ("/sys/*/wwid", serial_number),
    ("/sys/*/nsid", serial_number),
    ("*/machine-id", machine_id),
    ("/proc/sys/kernel/random/*", serial_number),
    ("/proc/*/environ", environment),
    ("/proc/cmdline", kernel_parameters),
    ("/etc/kernel/cmdline", kernel_parameters),
    ("/proc/*/cmdline", process_arguments),
    ("/proc/*/mountinfo", mount_table),
    ("/proc/*mounts", mount_table),
    ("/etc/mtab", mount_table),
    ("/etc/fstab", mount_table),
    ("/proc/cpuinfo", processor_table),
    ("/proc/sysinfo", processor_table),
    ("/proc/ppc64/lparcfg", processor_table),
    ("/proc/version", kernel_version),
    ("*/lib/modules/*/config", kernel_config),
    ("/proc/config.gz", kernel_config),
    ("/boot/config*", kernel_config),
    ("/proc/sys/kernel/hostname", host_name),
    ("/proc/sys/kernel/domainname", host_name),
    ("/etc/hostname", host_name),
    ("/etc/hosts", hosts),
    ("*/resolv.conf", resolver),
    ("/proc/*net/route", routes),
    ("/proc/*net/ipv6_route", addresses6),
    ("/proc/*net/if_inet6", addresses6),
    ("/proc/*net/tcp*", sockets),
    ("/proc/*net/udp*", sockets),
    ("/proc/*net/raw*", sockets),
    ("/etc/passwd", users),
    ("/etc/group", groups),
    ("/etc/sub?id", ranges),
    ("*.json", json_file),
    ("/.evidence/dmesg", kernel_log),
)
"""Rows: a pattern of paths, and the function that scrubs the content of a file with such a path. The first row that
matches is used. "*" also matches "/"."""


def scrub(path: str, data: bytes, names: Renamer) -> bytes | None:
    """Remove private data from the content of a file.

    Args:
        path: path of the file on the host.
        data: its content.
        names: renames the names of the host.

    Returns:
        The content to keep, or None if the file is left out.
    """
    scrubber = next((scrubber for pattern, scrubber in FILES if fnmatchcase(path, pattern)), any_text)
    return scrubber(data, names)
