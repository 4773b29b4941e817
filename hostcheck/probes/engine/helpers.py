"""What only few engines need: further programs, SELinux policies, Quadlet's generator, kernel AIO, root's subids."""

from collections.abc import Iterable, Iterator, Mapping

from hostcheck.host.base import Host
from hostcheck.probes.engine.users import subids
from hostcheck.probes.paths import USUAL_FOLDERS, is_there, other_folders
from hostcheck.probes.readings import undetermined, unread
from hostcheck.run.model import Evidence, Fact

PROGRAMS = ("snap", "nerdctl", "buildkitd", "dnsmasq", "lxcfs", "umount", "skopeo")
_OTHER = ("/opt/incus/bin", "/usr/libexec", "/usr/local/libexec")
POLICIES = ("k3s", "rke2")
_POLICY = "/usr/share/selinux/packages/{}.pp"
"""Path of the policy that the package k3s-selinux or rke2-selinux installs. Source: k3s install.sh, setup_selinux."""
_GENERATORS = tuple(
    f"{folder}/systemd/system-generators/podman-system-generator"
    for folder in ("/usr/lib", "/lib", "/usr/local/lib", "/etc", "/run")
)
_AIO = "/proc/sys/fs/aio-max-nr"
_SUBIDS = ("/etc/subuid", "/etc/subgid")
_WHOLE_RANGE = 1_000_000_000


def programs(host: Host) -> Iterator[Fact]:
    """Yield bin.helpers: for each program that only few engines need, whether it is installed."""
    folders = (*USUAL_FOLDERS, *other_folders(host), *_OTHER)
    answers = {name: _any(is_there(host, f"{folder}/{name}") for folder in folders) for name in PROGRAMS}
    found = ", ".join(name for name, there in answers.items() if there)
    shown = Evidence(", ".join(folders), found or None, "found in these folders")
    yield _mapped("bin.helpers", answers, shown)


def policies(host: Host) -> Iterator[Fact]:
    """Yield security.selinux_policies: whether the policies of k3s and RKE2 are installed."""
    answers = {name: is_there(host, _POLICY.format(name)) for name in POLICIES}
    shown = Evidence(_POLICY.format("NAME"), ", ".join(name for name in POLICIES if answers[name]) or None, "installed")
    yield _mapped("security.selinux_policies", answers, shown)


def quadlet(host: Host) -> Iterator[Fact]:
    """Yield engine.quadlet: whether systemd has the generator of Quadlet, which came with Podman 4.4."""
    answers = {path: is_there(host, path) for path in _GENERATORS}
    there = next((path for path, answer in answers.items() if answer), None)
    if there is None and None in answers.values():
        yield Fact.unknown("engine.quadlet", undetermined("podman-system-generator"))
        return
    shown = Evidence(there or ", ".join(_GENERATORS), "present" if there else "absent", "the generator of units")
    yield Fact("engine.quadlet", there is not None, evidence=(shown,))


def aio(host: Host) -> Iterator[Fact]:
    """Yield kernel.aio: whether the kernel has io_setup(2). Only kernels that have it show its limit in a file."""
    there = host.exists(_AIO)
    if there is None:
        yield Fact.unknown("kernel.aio", undetermined(_AIO))
        return
    shown = Evidence(_AIO, "present" if there else "absent", "a kernel with CONFIG_AIO has it")
    yield Fact("kernel.aio", there, evidence=(shown,))


def root_subids(host: Host) -> Iterator[Fact]:
    """Yield user.root_subids: how many subordinate user ids or group ids root has, whichever is fewer.

    If neither /etc/subuid nor /etc/subgid exists, Incus and LXD use a range of 1,000,000,000 ids. Source: incus
    doc/userns-idmap.md (Allowed ranges).
    """
    fact_id = "user.root_subids"
    readings = [host.read(path) for path in _SUBIDS]
    evidence = tuple(reading.evidence("ranges", None if reading.text is None else "read") for reading in readings)
    if hidden := unread(host, _SUBIDS):
        yield Fact.unknown(fact_id, hidden, evidence)
    elif all(reading.text is None for reading in readings):
        yield Fact(fact_id, _WHOLE_RANGE, evidence=evidence)
    else:
        counts = (subids(host, kind) for kind in ("uid", "gid"))
        yield Fact(fact_id, min(_of_root(count) for count in counts), evidence=evidence)


def _of_root(counts: Mapping[str, int]) -> int:
    return max(counts.get("root", 0), counts.get("0", 0))


def _any(answers: Iterable[bool | None]) -> bool | None:
    seen = tuple(answers)
    return True if True in seen else None if None in seen else False


def _mapped(fact_id: str, answers: Mapping[str, bool | None], shown: Evidence) -> Fact:
    if set(answers.values()) == {None}:
        return Fact.unknown(fact_id, undetermined(", ".join(answers)))
    reason = undetermined(", ".join(name for name, there in answers.items() if there is None))
    return Fact(fact_id, answers, reason=reason if None in answers.values() else "", evidence=(shown,))
