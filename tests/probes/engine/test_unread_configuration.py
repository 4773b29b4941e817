"""A fact that a configuration file decides is unknown where that file could not be read: no default holds."""

import pytest

from hostcheck.probes.engine import containersconf, environment, firewall, gpu, rootless
from hostcheck.probes.network import netavark, routes
from hostcheck.probes.storage import disk, storage, stores, xattrs

CLOSED = PermissionError()
DAEMON = "/etc/docker/daemon.json"
BASE = {
    "/usr/bin/dockerd": "",
    "/proc/self/mountinfo": "27 1 254:1 / / rw - ext4 /dev/vda1 rw\n",
    "/proc/net/route": "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n",
    "/etc/os-release": "ID=debian\n",
    "/etc/passwd": "anna:x:1000:1000::/home/anna:/bin/sh\n",
}


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    for name in ("DOCKER_HOST", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("probe", "fact", "file"),
    [
        (firewall.probe, "engine.firewall", DAEMON),
        (environment.raw_rules, "engine.raw_rules", DAEMON),
        (routes.probe, "net.route_conflict", DAEMON),
        (gpu.ways, "gpu.ways", DAEMON),
        (storage.probe, "storage.data_root", DAEMON),
        (storage.probe, "storage.backing_fs", DAEMON),
        (storage.probe, "storage.drivers", DAEMON),
        (storage.probe, "storage.writable", DAEMON),
        (disk.probe, "storage.exec", DAEMON),
        (xattrs.probe, "storage.xattrs", DAEMON),
        (containersconf.keyring, "engine.podman_keyring", "/etc/containers/containers.conf"),
        (netavark.driver, "net.podman_firewall", "/etc/containers/containers.conf"),
        (stores.podman, "store.podman.data_root", "/etc/containers/storage.conf"),
        (stores.podman, "store.podman.drivers", "/etc/containers/storage.conf"),
        (stores.crio, "store.crio.data_root", "/etc/crio/crio.conf"),
        (stores.containerd, "store.containerd.backing_fs", "/etc/containerd/config.toml"),
        (stores.k3s, "store.k3s.data_root", "/etc/rancher/k3s/config.yaml"),
        (stores.k0s, "store.k0s.data_root", "/etc/systemd/system/k0scontroller.service"),
    ],
)
def test_it_is_unknown_where_the_file_is_closed_and_known_where_there_is_none(fake_host, facts_of, probe, fact, file):
    without = facts_of(probe, fake_host(dict(BASE)))[fact]
    closed = facts_of(probe, fake_host({**BASE, file: CLOSED}))[fact]
    # Some ask more than this host has.
    assert without.known or file not in without.reason
    assert not closed.known
    assert f"{file} could not be read (Permission denied): run as root" in closed.reason


def test_the_folder_of_a_user_s_engine_is_unknown_where_the_setting_is_closed(fake_host, facts_of):
    podman = {name: text for name, text in BASE.items() if name != "/usr/bin/dockerd"}
    facts = facts_of(rootless.probe, fake_host({**podman, "/etc/containers/storage.conf": CLOSED}))
    assert "could not be read" in facts["storage.rootless_drivers"].reason


def test_what_the_command_line_sets_holds_although_the_file_is_closed(fake_host, facts_of):
    unit = "[Service]\nExecStart=/usr/bin/dockerd --iptables=false --data-root /srv/d\n"
    host = fake_host({**BASE, DAEMON: CLOSED, "/etc/systemd/system/docker.service": unit})
    assert facts_of(firewall.probe, host)["engine.firewall"].value == "none"
    assert facts_of(storage.probe, host)["storage.data_root"].value == "/srv/d"


def test_a_damaged_file_leaves_the_firewall_unknown(fake_host, facts_of):
    fact = facts_of(firewall.probe, fake_host({**BASE, DAEMON: "{"}))["engine.firewall"]
    assert not fact.known
    assert "is damaged" in fact.reason
