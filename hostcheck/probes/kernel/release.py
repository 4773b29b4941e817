"""The kernel's release, and whether its version can be trusted."""

import re
from typing import NamedTuple

from hostcheck.host.base import Host, Reading
from hostcheck.probes.caching import cached_per_audit

_VERSION = re.compile(r"(\d{1,9})\.(\d{1,9})(?:\.(\d{1,9}))?")
# Providers can show any version to guests of OpenVZ: 3.13.0-042stab104.1 is a 2.6.32 (moby#10826). Sources of the
# names: wiki.openvz.org/Kernel_versions; Virtuozzo 7 to 9.
_OPENVZ = re.compile(r"\d{3}(?:stab|test)\d|\.vz\d|(?:^|[-.])o(?:pen)?vz", re.IGNORECASE)
# gVisor shows this date in every sandbox: gvisor.dev/gvisor/pkg/sentry/kernel/version.go, pkg/abi/linux/linux.go.
_GVISOR_BUILD = "Sun Jan 10 15:06:54 PST 2016"
_ANOTHER = "ask for a virtual machine with a kernel of its own, such as KVM"
_FIRST_OF_WSL2 = (4, 19)


class Release(NamedTuple):
    """The release of a kernel.

    Attributes:
        reading: the file it was read from.
        text: the release, as uname -r prints it; None if it could not be read.
        version: its numbers, such as (6, 1, 0); None if it has none, or they cannot be trusted.
        is_openvz: whether the name is that of an OpenVZ or Virtuozzo kernel.
        distrust: why the version cannot be trusted, as a clause about the release; empty if it can.
    """

    reading: Reading
    text: str | None
    version: tuple[int, ...] | None
    is_openvz: bool
    distrust: str = ""


def parse_version(release: str) -> tuple[int, ...] | None:
    """Parse the numbers at the start of a release: "6.1.0-13-amd64" is (6, 1, 0); None if there are none."""
    found = _VERSION.match(release)
    return tuple(int(part) for part in found.groups(default="0")) if found else None


def is_openvz(release: str) -> bool:
    """Whether the release is that of an OpenVZ or Virtuozzo kernel, by its name."""
    return _OPENVZ.search(release) is not None


def is_gvisor(release: str, banner: str) -> bool:
    """Whether a release, or the text of /proc/version, is gVisor's: by its name, or by its fixed build date."""
    return "gvisor" in release.lower() or "gvisor" in banner.lower() or _GVISOR_BUILD in banner


def wsl_generation(release: str) -> int | None:
    """Return the version of the Windows Subsystem for Linux that a release belongs to, 1 or 2; None for others.

    WSL 1 imitates 4.4 and earlier, with the name "Microsoft". Kernels of WSL 2 begin at 4.19, with the name
    "microsoft-standard" (github.com/microsoft/WSL2-Linux-Kernel) or any that their builder chose.
    """
    lower = release.lower()
    if "microsoft" not in lower and "wsl" not in lower:
        return None
    version = parse_version(release)
    return 2 if "standard" in lower or "wsl2" in lower or version is None or version >= _FIRST_OF_WSL2 else 1


@cached_per_audit
def read_release(host: Host) -> Release:
    """Read the release from the files of the host, which may be a captured one; never by uname(2)."""
    reading = host.read("/proc/sys/kernel/osrelease")
    banner = host.read("/proc/version")
    text = (reading.text or "").strip() or None
    if text is None:
        # A captured host may hold only /proc/version, which begins "Linux version 6.1.0-13-amd64 (".
        words = (banner.text or "").split()
        if words[:2] == ["Linux", "version"] and len(words) > 2:
            reading, text = banner, words[2]
    openvz = text is not None and is_openvz(text)
    distrust = _distrust(host, text or "", banner.text or "")
    return Release(reading, text, parse_version(text) if text and not distrust else None, openvz, distrust)


def _distrust(host: Host, release: str, banner: str) -> str:
    if is_openvz(release):
        return f"is an OpenVZ kernel, whose version the provider chooses (moby#10826): {_ANOTHER}"
    if ".lve" not in release and shows_openvz(host):
        return f"is shown by OpenVZ, where the provider chooses the version (vzctl --osrelease): {_ANOTHER}"
    if is_gvisor(release, banner):
        return "is what gVisor shows in every sandbox: it is not a Linux kernel"
    if wsl_generation(release) == 1:
        return "is imitated by WSL 1, which is not a Linux kernel: wsl --set-version 2 installs one"
    if "BrandZ" in banner:
        return "is imitated by an illumos zone, which has no Linux kernel"
    return ""


def shows_openvz(host: Host) -> bool:
    """Whether this is a guest of OpenVZ, by systemd's rule. CloudLinux has /proc/vz too, but also /proc/lve."""
    return (
        host.exists("/proc/vz") is True
        and host.exists("/proc/bc") is not True
        and host.exists("/proc/lve") is not True
        and host.exists("/dev/vzctl") is not True
    )
