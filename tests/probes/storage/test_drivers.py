"""A file system under the data-root does not show that a driver works on it; a trial does."""

import pytest

from hostcheck.probes.storage.drivers import parse_zfs_version
from hostcheck.probes.storage.storage import probe

REGISTERED = {"/proc/filesystems": "nodev\toverlay\n"}
REFUSED = {"overlay": {"ok": False, "error": "EINVAL", "stage": "mount"}}
WORKS = {"overlay": {"ok": True, "error": "", "stage": ""}}
ZFS_DRIVER = {"/dev/zfs": "", "/usr/sbin/zfs": ""}


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)


def on(fs_type):
    return {"/proc/self/mountinfo": f"27 1 254:0 / / rw - {fs_type} source rw\n", "/var/lib/x": ""} | REGISTERED


def zfs(version):
    return on("zfs") | ({"/sys/module/zfs/version": version} if version else {})


@pytest.mark.parametrize(
    "fs_type",
    ["overlay", "aufs", "ecryptfs", "nfs", "nfs4", "cifs", "9p", "fuse.sshfs", "fuseblk", "vfat", "squashfs"],
)
def test_a_registered_overlay_does_not_work_on_a_file_system_that_refuses_it(fake_host, facts_of, fs_type):
    fact = facts_of(probe, fake_host(on(fs_type)))["storage.overlay"]
    assert fact.value is False
    assert any(fs_type in (shown.value or "") and "against" in shown.says for shown in fact.evidence)
    assert "/proc/filesystems says otherwise" in fact.conflicts[0]


@pytest.mark.parametrize("fs_type", ["ext4", "xfs", "btrfs", "f2fs", "tmpfs", "virtiofs"])
def test_other_file_systems_leave_it_to_the_kernel(fake_host, facts_of, fs_type):
    assert facts_of(probe, fake_host(on(fs_type)))["storage.overlay"].value is True


@pytest.mark.parametrize("fs_type", ["overlay", "nfs", "fuse.glusterfs"])
def test_an_overlay_that_was_mounted_outranks_what_is_known_of_the_file_system(fake_host, facts_of, fs_type):
    assert facts_of(probe, fake_host(on(fs_type), experiments=WORKS))["storage.overlay"].value is True


@pytest.mark.parametrize(("version", "value"), [("2.1.6-pve1", False), ("0.8.3-1ubuntu12", False), ("2.2.0-1", True)])
def test_overlay_works_on_zfs_from_2_2_on(fake_host, facts_of, version, value):
    assert facts_of(probe, fake_host(zfs(version)))["storage.overlay"].value is value


@pytest.mark.parametrize("version", [None, "unreadable"])
def test_overlay_on_a_zfs_of_unknown_version_is_unknown_with_the_reason(fake_host, facts_of, version):
    fact = facts_of(probe, fake_host(zfs(version)))["storage.overlay"]
    assert not fact.known
    assert "2.2" in fact.reason


def test_parses_versions_of_zfs():
    assert parse_zfs_version("2.1.6-pve1\n") == (2, 1)
    assert parse_zfs_version("") is None


@pytest.mark.parametrize(
    ("files", "live", "value"),
    [
        (ZFS_DRIVER, True, True),
        ({}, True, False),
        ({"/dev/zfs": ""}, True, None),
        ({"/usr/sbin/zfs": ""}, True, False),
        ({}, False, None),
        ({"/dev/zfs": ""}, False, None),
        (ZFS_DRIVER, False, True),
    ],
)
def test_the_driver_zfs_needs_its_device_and_its_program(fake_host, facts_of, files, live, value):
    facts = facts_of(probe, fake_host(zfs("2.1.6") | files, live=live))
    fact = facts["storage.zfs"]
    assert (fact.value if fact.known else None) is value
    assert facts["storage.drivers"].value["zfs"] is value


def test_a_refused_overlay_on_a_zfs_that_belongs_to_the_host_leaves_vfs_alone(fake_host, facts_of):
    drivers = facts_of(probe, fake_host(on("zfs"), experiments=REFUSED))["storage.drivers"].value
    assert {name for name, usable in drivers.items() if usable} <= {"vfs", "devicemapper"}


FUSE = {"/proc/sys/kernel/osrelease": "5.15.0\n", "/usr/bin/fuse-overlayfs": "", "/dev/fuse": ""}
CONF = "/etc/containers/storage.conf"
PROGRAM = 'mount_program = "/usr/bin/fuse-overlayfs"\n'


@pytest.mark.parametrize(
    ("files", "usable"),
    [
        (FUSE, True),
        ({**FUSE, "/proc/sys/kernel/osrelease": "4.15.0\n"}, False),
        ({name: text for name, text in FUSE.items() if name != "/dev/fuse"}, False),
        ({"/dev/fuse": "", "/proc/sys/kernel/osrelease": "5.15.0\n"}, False),
    ],
    ids=["all", "an old kernel", "no device", "no program"],
)
def test_fuse_overlayfs_replaces_an_overlay_that_is_refused(fake_host, facts_of, files, usable):
    value = facts_of(probe, fake_host(on("zfs") | files, experiments=REFUSED))["storage.drivers"].value
    assert (value["overlay2"], value["fuse-overlayfs"], value["mount_program"]) == (False, usable, False)


@pytest.mark.parametrize(
    ("text", "usable"),
    [
        (f"[storage.options]\n{PROGRAM}", True),
        (f"[storage.options.overlay]\n{PROGRAM}", True),
        ('[storage.options]\nmount_program = "/usr/bin/missing"\n', False),
        ("[storage]\noptions = 1\n", False),
        ("[storage", False),
    ],
)
def test_podmans_mount_program_counts_where_it_exists(fake_host, facts_of, text, usable):
    host = fake_host(on("zfs") | FUSE | {CONF: text}, experiments=REFUSED)
    assert facts_of(probe, host)["storage.drivers"].value["mount_program"] is usable
