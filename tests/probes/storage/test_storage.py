import pytest

from hostcheck.probes.storage.storage import parse_filesystems, probe

OSRELEASE = {"/proc/sys/kernel/osrelease": "3.13.0-24-generic"}
WORKS = {"overlay": {"ok": True, "error": "", "stage": ""}}
NOT_PERMITTED = {"overlay": {"ok": False, "error": "EACCES", "stage": "directory"}}


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)


def on(fs_type, point="/"):
    return {"/proc/self/mountinfo": f"27 1 254:0 / {point} rw - {fs_type} /dev/vda rw\n", "/var/lib/x": ""}


def config(*lines):
    return {**OSRELEASE, "/proc/config.gz": "".join(f"CONFIG_{line}\n" for line in ("NET=y", *lines)).encode()}


READY = {"/proc/filesystems": "nodev\toverlay\n"}
"""Of a kernel that has overlay already: trying one loads nothing."""


def test_parses_file_systems_with_and_without_a_device():
    assert parse_filesystems("nodev\tsysfs\n\text4\nnodev\toverlay\n\n") == {"sysfs", "ext4", "overlay"}


def test_an_overlay_that_works_on_the_data_root_is_proof(fake_host, facts_of):
    facts = facts_of(probe, fake_host(on("ext4") | config() | READY, experiments=WORKS))
    assert facts["storage.overlay"].value is True
    assert facts["storage.d_type"].value is True
    assert facts["storage.drivers"].value["overlay2"] is True


def test_an_overlay_that_is_refused_outranks_a_registered_file_system(fake_host, facts_of):
    files = on("ext4") | {"/proc/filesystems": "nodev\toverlay\n"}
    refused = {"overlay": {"ok": False, "error": "EINVAL", "stage": "mount"}}
    fact = facts_of(probe, fake_host(files, experiments=refused))["storage.overlay"]
    assert fact.value is False
    assert len(fact.conflicts) == 1


@pytest.mark.parametrize(
    ("modules", "value"),
    [
        ("kernel/fs/overlayfs/overlay.ko:\n", True),
        ("kernel/fs/overlayfs/overlay.ko.xz:\n", True),
        ("kernel/fs/fuse/fuse.ko:\n", False),
        # The files of the running kernel are gone: it was upgraded, and not rebooted since.
        (None, False),
    ],
)
def test_a_module_that_is_not_loaded_is_searched_in_the_running_kernels_files(fake_host, facts_of, modules, value):
    files = on("ext4") | {"/proc/filesystems": "\text4\n"} | config("OVERLAY_FS=m")
    release = "3.13.0-24-generic" if modules is not None else "3.13.0-25-generic"
    files[f"/lib/modules/{release}/modules.dep"] = modules or ""
    assert facts_of(probe, fake_host(files))["storage.overlay"].value is value


def test_on_a_captured_host_a_module_counts_as_configured(fake_host, facts_of):
    files = on("ext4") | {"/proc/filesystems": "\text4\n"} | config("OVERLAY_FS=m")
    assert facts_of(probe, fake_host(files, live=False))["storage.overlay"].value is True


@pytest.mark.parametrize(
    ("files", "tried"),
    [
        ({"/proc/filesystems": "nodev\toverlay\n"}, True),
        ({"/proc/filesystems": "\text4\n"} | config("OVERLAY_FS=y"), True),
        ({"/proc/filesystems": "\text4\n"} | config("OVERLAY_FS=m", "MODULES=y"), False),
        ({"/proc/filesystems": "\text4\n"}, False),
    ],
)
def test_an_overlay_is_tried_only_where_that_loads_no_module(fake_host, facts_of, files, tried):
    host = fake_host(on("ext4") | files, experiments=WORKS)
    facts_of(probe, host)
    assert ("experiment overlay" in host.asked) is tried


def test_an_unregistered_file_system_without_a_configuration_is_unknown_with_a_remedy(fake_host, facts_of):
    files = on("ext4") | OSRELEASE | {"/proc/filesystems": "\text4\n"}
    facts = facts_of(probe, fake_host(files, experiments=NOT_PERMITTED))
    assert not facts["storage.overlay"].known
    assert "configuration was not found" in facts["storage.overlay"].reason
    assert facts["storage.drivers"].value["overlay2"] is None
    assert "configuration was not found" in facts["storage.drivers"].reason


@pytest.mark.parametrize("name", ["btrfs", "zfs"])
def test_btrfs_and_zfs_need_the_data_root_on_them(fake_host, facts_of, name):
    files = on(name) | {"/dev/zfs": "", "/usr/sbin/zfs": ""}
    assert facts_of(probe, fake_host(files))[f"storage.{name}"].value is True
    assert facts_of(probe, fake_host(on("ext4")))[f"storage.{name}"].value is False
    assert not facts_of(probe, fake_host())[f"storage.{name}"].known


@pytest.mark.parametrize(
    ("files", "value"),
    [
        ({"/proc/filesystems": "nodev\taufs\n"}, True),
        (config("AUFS_FS=m") | {"/lib/modules/3.13.0-24-generic/modules.builtin": ""}, True),
        (config("MODULES=y") | {"/lib/modules/3.13.0-24-generic/modules.dep": "updates/dkms/aufs.ko:\n"}, True),
        (config("MODULES=y") | {"/lib/modules/3.13.0-24-generic/modules.dep": "kernel/fs/ext4/ext4.ko:\n"}, False),
        (config(), False),
        (config("MODULES=y"), None),
        (OSRELEASE, None),
    ],
)
def test_aufs_may_be_built_outside_the_kernel(fake_host, facts_of, files, value):
    fact = facts_of(probe, fake_host(on("ext4") | files))["storage.aufs"]
    assert (fact.value if fact.known else None) is value


def test_aufs_is_refused_on_btrfs(fake_host, facts_of):
    files = on("btrfs") | {"/proc/filesystems": "nodev\taufs\n"}
    assert facts_of(probe, fake_host(files))["storage.aufs"].value is False


def test_devicemapper_needs_thin_provisioning(fake_host, facts_of):
    both = config("BLK_DEV_DM=m", "DM_THIN_PROVISIONING=m") | {"/lib/modules/3.13.0-24-generic/modules.builtin": ""}
    assert facts_of(probe, fake_host(both))["storage.devicemapper"].value is True
    assert facts_of(probe, fake_host(config("BLK_DEV_DM=y")))["storage.devicemapper"].value is False


@pytest.mark.parametrize(
    ("fs_type", "value"), [("ext4", True), ("btrfs", True), ("f2fs", True), ("jfs", False), ("xfs", None)]
)
def test_some_file_systems_alone_show_whether_they_have_d_type(fake_host, facts_of, fs_type, value):
    fact = facts_of(probe, fake_host(on(fs_type), live=False))["storage.d_type"]
    assert (fact.value if fact.known else None) is value


def test_d_type_that_fails_the_experiment_outranks_the_file_systems_default(fake_host, facts_of):
    broken = {"overlay": {"ok": False, "error": "a deleted file is still listed: no d_type", "stage": "check"}}
    assert facts_of(probe, fake_host(on("ext4") | READY, experiments=broken))["storage.d_type"].value is False
