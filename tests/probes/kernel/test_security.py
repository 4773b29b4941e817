import pytest

from hostcheck.host.captured import CapturedHost
from hostcheck.probes.kernel.security import probe

OSRELEASE = {"/proc/sys/kernel/osrelease": "6.1.0"}
CONFIG = {"/proc/config.gz": b"CONFIG_SECCOMP=y\nCONFIG_SECCOMP_FILTER=y\nCONFIG_SECURITY_APPARMOR=y\n"}
SWITCH = "/sys/module/apparmor/parameters/enabled"


def test_seccomp_is_read_from_the_kernel_or_its_configuration(fake_host, facts_of):
    assert facts_of(probe, fake_host({"/proc/sys/kernel/seccomp/actions_avail": "kill"}))["security.seccomp"].value
    assert facts_of(probe, fake_host(OSRELEASE | CONFIG))["security.seccomp"].value is True
    assert not facts_of(probe, fake_host(OSRELEASE))["security.seccomp"].known


@pytest.mark.parametrize(("switch", "value"), [("Y\n", True), ("N\n", False)])
def test_apparmor_built_in_is_not_apparmor_enabled(fake_host, facts_of, switch, value):
    fact = facts_of(probe, fake_host(OSRELEASE | CONFIG | {SWITCH: switch}))["security.apparmor"]
    assert fact.value is value
    assert fact.conflicts == ()


def test_a_captured_host_without_the_switch_leaves_apparmor_unknown(fake_host, facts_of):
    assert not facts_of(probe, fake_host(OSRELEASE, live=False))["security.apparmor"].known
    assert not facts_of(probe, fake_host(OSRELEASE | CONFIG, live=False))["security.apparmor"].known


@pytest.mark.parametrize(("copied", "value"), [(("overlay",), None), (("overlay", "kernel"), False)])
def test_a_folder_of_modules_that_was_copied_in_part_is_no_evidence_against_apparmor(tmp_path, facts_of, copied, value):
    for name in copied:
        (tmp_path / "sys/module" / name).mkdir(parents=True)
        (tmp_path / "sys/module" / name / "initstate").write_text("live")
    fact = facts_of(probe, CapturedHost(tmp_path))["security.apparmor"]
    assert (fact.known, fact.value) == (value is not None, value)


@pytest.mark.parametrize(
    ("files", "mode"),
    [
        ({"/proc/filesystems": "nodev\tsysfs\n\text4\n", "/sys/fs/cgroup/x": ""}, "disabled"),
        ({"/proc/filesystems": "nodev\tselinuxfs\n\text4\n", "/sys/fs/cgroup/x": ""}, None),
        ({"/proc/filesystems": "nodev\tsysfs\n", "/run/systemd/container": "lxc"}, None),
        ({"/sys/fs/cgroup/x": ""}, None),
    ],
)
def test_selinux_of_a_captured_root_is_off_where_the_kernel_has_not_registered_it(tmp_path, facts_of, files, mode):
    for path, text in files.items():
        place = tmp_path / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    fact = facts_of(probe, CapturedHost(tmp_path))["security.selinux"]
    assert fact.value == mode if mode else not fact.known


@pytest.mark.parametrize(("enforce", "mode"), [("1", "enforcing"), ("0\n", "permissive"), (None, "disabled")])
def test_selinux_is_read_from_its_file_system(fake_host, facts_of, enforce, mode):
    files = {"/sys/fs/selinux/enforce": enforce} if enforce else {}
    assert facts_of(probe, fake_host(files))["security.selinux"].value == mode


def test_selinux_of_a_captured_host_without_the_file_is_unknown(fake_host, facts_of):
    assert not facts_of(probe, fake_host(live=False))["security.selinux"].known
