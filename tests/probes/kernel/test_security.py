import pytest

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


@pytest.mark.parametrize(("enforce", "mode"), [("1", "enforcing"), ("0\n", "permissive"), (None, "disabled")])
def test_selinux_is_read_from_its_file_system(fake_host, facts_of, enforce, mode):
    files = {"/sys/fs/selinux/enforce": enforce} if enforce else {}
    assert facts_of(probe, fake_host(files))["security.selinux"].value == mode


def test_selinux_of_a_captured_host_without_the_file_is_unknown(fake_host, facts_of):
    assert not facts_of(probe, fake_host(live=False))["security.selinux"].known
