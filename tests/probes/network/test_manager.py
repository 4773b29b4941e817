import pytest

from hostcheck.probes.network.manager import parse_unmanaged, probe

RUNS = {"/sys/fs/cgroup/system.slice/NetworkManager.service/cgroup.procs": "1"}
OTHER = {"/sys/fs/cgroup/system.slice/ssh.service/cgroup.procs": "1"}
FILE = "/etc/NetworkManager/conf.d/rke2-canal.conf"
IGNORES = "[keyfile]\nunmanaged-devices=interface-name:cali*;interface-name:flannel*\n"


def facts(host):
    return {fact.id: fact for fact in probe(host)}


@pytest.mark.parametrize(
    ("files", "value"),
    [
        (OTHER, "none"),
        (OTHER | {FILE: IGNORES}, "none"),
        (RUNS, "manages"),
        (RUNS | {FILE: IGNORES}, "ignores"),
        (RUNS | {"/usr/lib/NetworkManager/conf.d/10-cni.conf": IGNORES}, "ignores"),
        (RUNS | {FILE: "[keyfile]\nunmanaged-devices=interface-name:docker0\n"}, "manages"),
        (RUNS | {FILE: IGNORES.replace(";interface-name:flannel*", "")}, "manages"),
    ],
)
def test_networkmanager_leaves_alone_what_its_configuration_names(fake_host, files, value):
    assert facts(fake_host(files))["net.manager.networkmanager"].value == value


def test_the_last_setting_of_a_file_counts():
    assert parse_unmanaged("unmanaged-devices=a\nunmanaged-devices += b\n") == "b"
    assert parse_unmanaged("# unmanaged-devices=a\n") == ""


def test_a_service_that_was_not_captured_is_unknown(fake_host):
    assert not facts(fake_host({}, live=False))["net.manager.networkmanager"].known


@pytest.mark.parametrize(
    ("unit", "enabled"),
    [
        ("multi-user.target.wants/nm-cloud-setup.service", True),
        ("timers.target.wants/nm-cloud-setup.timer", True),
        ("multi-user.target.wants/ssh.service", False),
    ],
)
def test_nm_cloud_setup_is_enabled_where_systemd_starts_it(fake_host, unit, enabled):
    assert facts(fake_host({f"/etc/systemd/system/{unit}": ""}))["net.manager.cloud_setup"].value is enabled
    assert not facts(fake_host({}, live=False))["net.manager.cloud_setup"].known
