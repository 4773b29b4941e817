"""Extended attributes on the data-root: overlay keeps its marks in them, images their capabilities and ACLs."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from hostcheck.host.base import Host
from hostcheck.probes.kernel.kconfig import KernelConfig, read_config
from hostcheck.probes.storage.dataroot import DataRoot, find_data_root
from hostcheck.probes.trials import judge_trial
from hostcheck.probes.witness import Witness
from hostcheck.run.model import Evidence, Fact

_SET = ("user.overlay.opaque", "trusted.overlay.opaque", "security.capability", "system.posix_acl_access")
_ATTRIBUTES: Mapping[str, str] = MappingProxyType(dict(zip(("user", "trusted", "security", "acl"), _SET, strict=True)))
"""The attributes that the experiment (``hostcheck.host.experiments.xattrs``) sets, by the names of its results."""

_NOT_SUPPORTED = frozenset({"ENOTSUP", "EOPNOTSUPP", "read back otherwise"})
"""Errors that prove the lack of support; others, such as a full disk, prove nothing. Source: setxattr(2)."""

_OPTIONS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("btrfs", "acl"): "BTRFS_FS_POSIX_ACL",
        ("ext3", "acl"): "EXT4_FS_POSIX_ACL",
        ("ext3", "security"): "EXT4_FS_SECURITY",
        ("ext4", "acl"): "EXT4_FS_POSIX_ACL",
        ("ext4", "security"): "EXT4_FS_SECURITY",
        ("xfs", "acl"): "XFS_POSIX_ACL",
    }
)
"""Kernel options that a file system needs for an attribute. Even with them, a mount option may turn it off.

Sources: moby contrib/check-config.sh; linux fs/ext4/Kconfig, fs/xfs/Kconfig, fs/btrfs/Kconfig. Since Linux 4.3 the code
of ext4 also mounts ext3.
"""


def probe(host: Host) -> Iterator[Fact]:
    """Yield storage.xattrs: which kinds of extended attributes the data-root supports."""
    root = find_data_root(host)
    yield from root.facts_of((of_root(host, root),))


def of_root(host: Host, root: DataRoot) -> Fact:
    """Return storage.xattrs for a folder."""
    config = read_config(host)
    tried = (host.experiment("xattrs", directory=root.folder) if root.tried else None) or {}
    fs_type = root.mount.fs_type if root.mount else ""
    witnesses = {name: (_trial(name, root.folder, tried), _ruled_out(config, fs_type, name)) for name in _ATTRIBUTES}
    value = {name: next((w.answer for w in pair if w.answer is not None), None) for name, pair in witnesses.items()}
    evidence = tuple(witness.evidence for pair in witnesses.values() for witness in pair if witness.evidence.value)
    reason = next((pair[0].reason for name, pair in witnesses.items() if value[name] is None), "")
    if set(value.values()) == {None}:
        return Fact.unknown("storage.xattrs", reason, evidence)
    return Fact("storage.xattrs", value, reason=reason, evidence=evidence)


def _trial(name: str, folder: str, tried: Mapping[str, Mapping[str, object]]) -> Witness:
    source = f"setting {_ATTRIBUTES[name]} in {folder}"
    result = tried.get(name)
    witness = judge_trial(source, result, "kept")
    if not result:
        reason = f"extended attributes in {folder} were not tried: audit the host itself, without --no-experiments"
        return Witness(None, witness.evidence, reason)
    if witness.answer is False and (result["stage"] == "directory" or result["error"] not in _NOT_SUPPORTED):
        shown = Evidence(source, witness.evidence.value, "silent")
        return Witness(None, shown, f"{source} could not be tried ({shown.value}): see setfattr(1)")
    return witness


def _ruled_out(config: KernelConfig, fs_type: str, name: str) -> Witness:
    option = _OPTIONS.get((fs_type, name))
    built = config.witness(option) if option else None
    if built is None or built.answer is not False:
        return Witness(None, Evidence(config.path or "kernel configuration", None, "silent"))
    return built
