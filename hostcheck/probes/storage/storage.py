"""Storage drivers that an engine could use on its data-root, proved by an experiment if possible.

Sources: https://docs.docker.com/engine/storage/drivers/; moby daemon/graphdriver; for 2014 moby@v1.0.0
daemon/graphdriver.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from hostcheck.host.base import Host
from hostcheck.probes.kernel.installed import modules_folder
from hostcheck.probes.kernel.kconfig import KernelConfig, read_config
from hostcheck.probes.kernel.modprobe import read_blocks, unsigned_block
from hostcheck.probes.kernel.moduledep import lists
from hostcheck.probes.kernel.release import read_release
from hostcheck.probes.storage.chosen import REMOVED, driver_set
from hostcheck.probes.storage.dataroot import DataRoot, facts, find_data_root
from hostcheck.probes.storage.drivers import fuse_overlayfs, mount_program, refused_below_overlay, zfs_driver
from hostcheck.probes.storage.overlay import OverlayTrial, judge_overlay
from hostcheck.probes.trials import attempt
from hostcheck.probes.witness import Witness, against, present, settle
from hostcheck.run.model import Evidence, Fact

_FILESYSTEMS = "/proc/filesystems"
# AUFS is refused on these: moby@v1.0.0 daemon/graphdriver/aufs/aufs.go.
_NO_AUFS_ON = frozenset({"btrfs", "aufs"})
_D_TYPE = {
    **{name: (True, f"for: {name} always has it") for name in ("bcachefs", "btrfs", "f2fs", "tmpfs", "ubifs", "zfs")},
    **{name: (True, f"for: {name} has it unless made with -O ^filetype") for name in ("ext2", "ext3", "ext4")},
    **{name: (False, f"against: readdir of {name} gives no types") for name in ("jfs", "reiserfs")},
}
"""Whether readdir(3) on a file system gives the types of entries, always or by the default of its mkfs; and why.

Sources: mke2fs.conf(5); linux fs/bcachefs/dirent.c, fs/f2fs/dir.c, fs/libfs.c, fs/ubifs/dir.c; fs/jfs/jfs_dtree.c and
fs/reiserfs/dir.c give DT_UNKNOWN.
"""


def probe(host: Host) -> Iterator[Fact]:
    """Yield storage.*, except the facts of ``disk``, ``rootless`` and ``xattrs``."""
    root = find_data_root(host)
    yield from root.facts_of(of_root(host, root))


def of_root(host: Host, root: DataRoot) -> Iterator[Fact]:
    """Yield the facts of ``probe`` about a folder."""
    yield from facts(host, root)
    yield from of_file_system(host, root)


def of_file_system(host: Host, root: DataRoot) -> Iterator[Fact]:
    """Yield those facts of ``probe`` that are the same for all folders on one mount."""
    config = read_config(host)
    tried = _try_overlay(host, config, root)
    drivers = {
        "overlay2": settle("storage.overlay", _overlay(host, config, root, tried), config.problem),
        "btrfs": _on_itself("btrfs", root, "storage.btrfs"),
        "zfs": zfs_driver(host, _on_itself("zfs", root, "storage.zfs")),
        "aufs": _aufs(host, config, root),
        "devicemapper": _devicemapper(host, config),
    }
    yield from drivers.values()
    yield _drivers(host, drivers, driver_set(host, root))
    yield _d_type(root, tried)


def _try_overlay(host: Host, config: KernelConfig, root: DataRoot) -> OverlayTrial:
    """Mount an overlay on the file system of the data-root as an experiment.

    It is not tried if the kernel would have to load the module: an audit must not change the host.
    """
    ready = _registered(host, "overlay").answer or config.state("OVERLAY_FS") == "y"
    result = attempt(host, "overlay", harmless=ready, directory=root.folder) if root.tried else None
    return judge_overlay(root.folder, result)


def parse_filesystems(text: str) -> frozenset[str]:
    """Parse /proc/filesystems: the registered file systems. A module that is not loaded has registered none."""
    return frozenset(line.split()[-1] for line in text.splitlines() if line.strip())


def _registered(host: Host, name: str) -> Witness:
    reading = host.read(_FILESYSTEMS)
    listed = reading.text is not None and name in parse_filesystems(reading.text)
    says = "for: registered" if listed else "silent: not registered; a module registers when it is loaded"
    return Witness(True if listed else None, reading.evidence(says, name if listed else f"no {name}"))


def _overlay(host: Host, config: KernelConfig, root: DataRoot, tried: OverlayTrial) -> tuple[Witness, ...]:
    """Return witnesses, strongest first: the experiment, the file system of the data-root, the kernel's support.

    If the file system may refuse overlay, support in the kernel does not prove that it works there.
    """
    backing = refused_below_overlay(host, root.mount.fs_type if root.mount else "")
    kernel = (_registered(host, "overlay"), *_loadable(host, config, "overlay", "OVERLAY_FS"))
    if backing.reason:
        kernel = tuple(witness for witness in kernel if witness.answer is False)
    return (tried.mounts, backing, *kernel)


def _loadable(host: Host, config: KernelConfig, module: str, option: str) -> tuple[Witness, ...]:
    """Return witnesses whether the kernel has a module: its configuration, and whether the module is installed.

    After an upgrade without a reboot, the modules of the running kernel may be gone and can no longer be loaded.
    """
    built = config.witness(option)
    if config.state(option) != "m" or option in config.blocks:
        return (built,)
    listing = host.read(f"{modules_folder(host, read_release(host).text)}/modules.dep")
    there = lists(listing, module)
    if there is None:
        return (built,)
    says = "for: can be loaded" if there else "against: the module is not installed"
    return (Witness(there, listing.evidence(says, f"{'lists' if there else 'no'} {module}.ko")), built)


def _on_itself(fs_type: str, root: DataRoot, fact_id: str) -> Fact:
    """Return the fact about a driver that works only if the data-root itself is on its file system."""
    if root.mount is None:
        return Fact.unknown(fact_id, root.unmounted)
    same = root.mount.fs_type == fs_type
    says = f"for: the data-root is on {fs_type}" if same else f"against: the data-root is not on {fs_type}"
    return Fact(fact_id, same, evidence=(Evidence("/proc/self/mountinfo", root.mount.fs_type, says),))


def _aufs(host: Host, config: KernelConfig, root: DataRoot) -> Fact:
    if root.mount is not None and root.mount.fs_type in _NO_AUFS_ON:
        refused = Evidence("/proc/self/mountinfo", root.mount.fs_type, "against: Docker refuses AUFS on it")
        return Fact("storage.aufs", value=False, evidence=(refused,))
    witnesses = (_registered(host, "aufs"), _installed(host, config, "aufs"))
    return settle("storage.aufs", witnesses, config.problem or "the kernel's modules could not be listed")


def _installed(host: Host, config: KernelConfig, module: str) -> Witness:
    """Return a witness whether an out-of-tree module is installed; the kernel's configuration may not mention it."""
    built = config.witness(f"{module.upper()}_FS")
    if built.answer or config.state("MODULES") == "n":
        return built
    listing = host.read(f"{modules_folder(host, read_release(host).text)}/modules.dep")
    there = lists(listing, module)
    if there is None:
        partial = f"{listing.source} could not be read completely: run depmod, or run as root"
        return Witness(None, listing.evidence("silent", "incomplete"), built.reason or partial)
    block = (read_blocks(host).of(module) or unsigned_block(host, module)) if there else None
    if block:
        return Witness(False if block.firm else None, block.evidence, block.reason)
    return Witness(there, listing.evidence("for" if there else "against", f"{'lists' if there else 'no'} {module}.ko"))


def _devicemapper(host: Host, config: KernelConfig) -> Fact:
    loaded = present(host, "/sys/module/dm_thin_pool", "for: thin provisioning is loaded")
    built = config.witness("BLK_DEV_DM", "DM_THIN_PROVISIONING")
    return settle("storage.devicemapper", (loaded, built), config.problem)


def _drivers(host: Host, drivers: Mapping[str, Fact], chosen: Evidence | None) -> Fact:
    """Return storage.drivers: for each driver, whether it could be used; None if unknown.

    fuse-overlayfs and Podman's mount_program are usable only if they are installed: no engine's package contains them.
    If the engine is set to one driver, it tries no other.

    Args:
        host: the host.
        drivers: the fact about each driver, by its name.
        chosen: the driver that Docker is set to; None for none.
    """
    fuse, program = fuse_overlayfs(host), mount_program(host)
    usable = {name: bool(fact.value) if fact.known else None for name, fact in drivers.items()}
    evidence = tuple(
        Evidence(fact.id, {True: "yes", False: "no", None: None}[usable[name]], f"whether {name} could be used")
        for name, fact in drivers.items()
    )
    evidence += (Evidence("fuse-overlayfs", "yes" if fuse else None, "the program and /dev/fuse, where found"),)
    evidence += (program,) if program else ()
    evidence += against(drivers["overlay2"])
    reason = next((fact.reason for fact in drivers.values() if not fact.known), "")
    value = {**usable, "fuse-overlayfs": fuse is True, "mount_program": program is not None, "vfs": True}
    if chosen is not None and chosen.value not in value.keys() | REMOVED:
        value = dict.fromkeys(value)
        reason = f"whether {chosen.value} works is unknown: it is no driver of Docker's own"
        evidence += (chosen,)
    elif chosen is not None:
        value = {name: answer if name == chosen.value else False for name, answer in value.items()}
        says = "against: Docker is set to this driver, and tries no other"
        evidence += (replace(chosen, says=says) if True not in value.values() else chosen,)
    return Fact("storage.drivers", value, reason=reason, evidence=evidence)


def _d_type(root: DataRoot, tried: OverlayTrial) -> Fact:
    if root.mount is None:
        return settle("storage.d_type", (tried.d_type,), root.unmounted)
    fs_type = root.mount.fs_type
    answer, says = _D_TYPE.get(fs_type, (None, "silent"))
    witness = Witness(answer, Evidence("/proc/self/mountinfo", fs_type, says))
    reason = (
        f"{fs_type} may lack d_type: audit the host itself, as root and with the overlay module loaded, "
        "or look for ftype=1 in xfs_info"
    )
    return settle("storage.d_type", (tried.d_type, witness), reason)
