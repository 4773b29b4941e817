"""Security modules that confine containers: seccomp, AppArmor, SELinux."""

from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.probes.kernel.kconfig import KernelConfig, read_config
from hostcheck.probes.kernel.sharing import shares_kernel
from hostcheck.probes.paths import other_folders
from hostcheck.probes.readings import undetermined, unread_reason
from hostcheck.probes.witness import Witness, present, settle
from hostcheck.run.model import Evidence, Fact

_APPARMOR = "/sys/module/apparmor/parameters/enabled"
_FILE_SYSTEMS = "/proc/filesystems"
_ENFORCE = "/sys/fs/selinux/enforce"
_PARSERS = ("/usr/sbin/apparmor_parser", "/sbin/apparmor_parser")


def probe(host: Host) -> Iterator[Fact]:
    """Yield security.seccomp, security.apparmor, security.apparmor_parser and security.selinux."""
    config = read_config(host)
    actions = present(host, "/proc/sys/kernel/seccomp/actions_avail", "for: the kernel filters system calls")
    yield settle("security.seccomp", (actions, config.witness("SECCOMP", "SECCOMP_FILTER")), config.problem)
    yield settle("security.apparmor", (_enabled(host), _ruled_out(config)), config.problem)
    yield _parser(host)
    yield _selinux(host)


def _enabled(host: Host) -> Witness:
    """Return a witness by AppArmor's parameter: AppArmor may be built into the kernel and not be enabled."""
    reading = host.read(_APPARMOR)
    if reading.text is None:
        # In a captured root, absence proves something only if /sys/module was copied: every kernel has module/kernel.
        whole = host.proves_absence or host.exists("/sys/module/kernel") is True
        gone = whole and host.exists("/sys/module/apparmor") is False
        return Witness(False if gone else None, reading.evidence("against" if gone else "silent"))
    on = reading.text.strip() == "Y"
    return Witness(on, reading.evidence("for" if on else "against"))


def _ruled_out(config: KernelConfig) -> Witness:
    """Return a witness by the kernel's configuration.

    It can only answer False: a module that is built in may not be enabled.
    """
    built = config.witness("SECURITY_APPARMOR")
    return built if built.answer is False else Witness(None, built.evidence, built.reason)


def _parser(host: Host) -> Fact:
    """Return security.apparmor_parser: whether the program exists. If AppArmor is enabled, dockerd fails without it."""
    paths = (*_PARSERS, *(f"{folder}/apparmor_parser" for folder in other_folders(host)))
    there = {path: host.exists(path) for path in paths}
    found = next((path for path, is_there in there.items() if is_there), None)
    if found:
        return Fact("security.apparmor_parser", value=True, evidence=(Evidence(found, "present", "for"),))
    if all(is_there is False for is_there in there.values()):
        evidence = tuple(Evidence(path, None, "against") for path in paths)
        return Fact("security.apparmor_parser", value=False, evidence=evidence)
    return Fact.unknown("security.apparmor_parser", undetermined("apparmor_parser"))


def _selinux(host: Host) -> Fact:
    reading = host.read(_ENFORCE)
    mode = {"1": "enforcing", "0": "permissive"}.get((reading.text or "").strip())
    if mode:
        return Fact("security.selinux", mode, evidence=(reading.evidence(f"for {mode}"),))
    if host.proves_absence and reading.failure == "absent":
        return Fact("security.selinux", "disabled", evidence=(reading.evidence("for disabled: not mounted"),))
    known = host.read(_FILE_SYSTEMS)
    if known.text and "selinuxfs" not in known.text.split() and not shares_kernel(host):
        # The kernel registers the file system at boot, unless SELinux is off (security/selinux/selinuxfs.c).
        return Fact("security.selinux", "disabled", evidence=(known.evidence("for disabled", "no selinuxfs"),))
    return Fact.unknown("security.selinux", unread_reason(reading))
