"""Where engines keep their configuration and their images, on hosts that differ in how the engine was installed."""

import json

import pytest

from hostcheck.probes.engine.daemon import probe as probe_daemon
from hostcheck.probes.engine.dockerd import find_daemon
from hostcheck.probes.engine.stores import store_of
from hostcheck.probes.engine.unitfiles import parse_exec_start
from hostcheck.probes.storage.dataroot import find_data_root

UNIT = "/usr/lib/systemd/system/docker.service"
DEBIAN = {
    "/usr/sbin/dockerd": "",
    "/run/systemd/system/x": "",
    UNIT: "[Service]\nType=notify\nExecStart=/usr/sbin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock\n",
}
SNAP = {"/var/snap/docker/current/config/daemon.json": '{"log-level": "error"}', "/snap/bin/docker": ""}
UCI = "config globals 'globals'\n\toption data_root '/mnt/sda1/docker/'\n\toption log_level 'warn'\n"
DROP_IN = "[Service]\nExecStart=\nExecStart=/usr/bin/dockerd --data-root=/srv/docker \\\n  -H fd://\n"


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    for name in ("DOCKER_HOST", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/root")


def document(root):
    return json.dumps({"data-root": root})


@pytest.mark.parametrize(
    ("files", "path"),
    [
        (DEBIAN, "/var/lib/docker"),
        (DEBIAN | {"/etc/docker/daemon.json": document("/srv/a")}, "/srv/a"),
        (SNAP, "/var/snap/docker/common/var-lib-docker"),
        (SNAP | {"/var/snap/docker/current/config/daemon.json": document("/mnt/nfs/docker")}, "/mnt/nfs/docker"),
        (SNAP | {"/etc/docker/daemon.json": document("/srv/a")}, "/var/snap/docker/common/var-lib-docker"),
        ({"/etc/config/dockerd": UCI}, "/mnt/sda1/docker"),
        ({"/etc/config/dockerd": "config globals 'globals'\n"}, "/opt/docker"),
        ({"/etc/config/dockerd": "", "/tmp/dockerd/daemon.json": document("/overlay/d")}, "/overlay/d"),
        (
            {
                "/etc/config/dockerd": UCI + "\toption alt_config_file '/etc/docker/daemon.json'\n",
                "/etc/docker/daemon.json": document("/srv/a"),
            },
            "/srv/a",
        ),
        ({"/var/packages/ContainerManager/etc/dockerd.json": document("/volume1/@docker")}, "/volume1/@docker"),
        ({"/var/packages/Docker/etc/dockerd.json": "{}"}, "/var/packages/Docker/var/docker"),
        (DEBIAN | {"/etc/systemd/system/docker.service.d/root.conf": DROP_IN}, "/srv/docker"),
        (
            DEBIAN
            | {
                "/etc/systemd/system/docker.service": "[Service]\nExecStart=/nix/x --config-file=/nix/d.json\n",
                "/nix/d.json": document("/data/docker"),
                "/etc/docker/daemon.json": document("/srv/a"),
            },
            "/data/docker",
        ),
        ({"/usr/bin/dockerd": "", "/etc/conf.d/docker": 'DOCKER_OPTS="--data-root /srv/b"\n'}, "/srv/b"),
        (DEBIAN | {"/etc/default/docker": 'DOCKER_OPTS="--data-root /srv/b"\n'}, "/var/lib/docker"),
        (
            {"/run/systemd/system/x": "", "/etc/default/docker": 'DOCKER_OPTS="--data-root /srv/b"\n'},
            "/var/lib/docker",
        ),
        (
            DEBIAN
            | {
                UNIT: "[Service]\nEnvironmentFile=-/etc/sysconfig/docker\nExecStart=/usr/bin/dockerd $OPTIONS\n",
                "/etc/sysconfig/docker": "# OPTIONS='-g /no'\nOPTIONS='-g /srv/c --selinux-enabled'\n",
            },
            "/srv/c",
        ),
        (
            DEBIAN | {"/run/docker.pid": "77\n", "/proc/77/cmdline": "/usr/sbin/dockerd\0--data-root\0/srv/r\0"},
            "/srv/r",
        ),
        (DEBIAN | {"/run/docker.pid": "77\n", "/proc/77/cmdline": "sleep\0--data-root\0/srv/r\0"}, "/var/lib/docker"),
    ],
    ids=[
        *("debian", "debian-configured", "snap", "snap-configured", "snap-with-a-file-it-does-not-read"),
        *("openwrt-uci", "openwrt-default", "openwrt-running", "openwrt-own-file", "synology", "synology-old"),
        *(
            "drop-in",
            "nixos",
            "alpine",
            "debian-file-of-sysvinit",
            "systemd-without-unit",
            "rhel7-sysconfig",
            "running",
            "stale-pid-file",
        ),
    ],
)
def test_the_data_root_is_that_of_the_daemon_that_is_installed(fake_host, files, path):
    assert find_data_root(fake_host(files)).path == path


@pytest.mark.parametrize(
    ("rows", "path"),
    [
        ('Environment="A=1" "OPTS=-s overlay2 -g /srv/c"\nExecStart=dockerd $OPTS', "/srv/c"),
        ("Environment=ROOT=/srv/c\nExecStart=dockerd --data-root=${ROOT}", "/srv/c"),
        ("Environment=ROOT=/srv/c\nExecStart=dockerd --data-root ${ROOT}/d", "/srv/c/d"),
        ("EnvironmentFile=/etc/o\nEnvironment=ROOT=/srv/c\nExecStart=dockerd -g ${ROOT}", "/srv/file"),
        ("Environment=ROOT=/srv/c\nEnvironment=\nExecStart=dockerd -g $ROOT", "/var/lib/docker"),
        ("Environment=A=1 \\\n  ROOT=/srv/c\nExecStart=dockerd -g $ROOT", "/srv/c"),
        ("ExecStart=/bin/sh -ec 'exec dockerd --data-root=/srv/c'", "/srv/c"),
    ],
)
def test_variables_of_a_unit_and_the_command_of_its_shell_are_read(fake_host, rows, path):
    host = fake_host(DEBIAN | {UNIT: f"[Service]\n{rows}\n", "/etc/o": "ROOT=/srv/file\n"})
    assert find_data_root(host).path == path


STORAGE = '[storage]\ndriver = "overlay"\ngraphroot = "{}"\n'
PODMAN = {"/usr/bin/podman": ""}
USER = {"/proc/self/status": "Name:\tx\nUid:\t1000\t1000\t1000\t1000\n"}


@pytest.mark.parametrize(
    ("files", "path"),
    [
        (PODMAN, "/var/lib/containers/storage"),
        (PODMAN | {"/etc/containers/storage.conf": STORAGE.format("/data/pods")}, "/data/pods"),
        (PODMAN | {"/usr/share/containers/storage.conf": STORAGE.format("/data/pods")}, "/data/pods"),
        (PODMAN | {"/etc/containers/storage.conf": "[storage\n"}, "/var/lib/containers/storage"),
        (PODMAN | USER, "/home/anna/.local/share/containers/storage"),
        (
            PODMAN | USER | {"/etc/containers/storage.conf": STORAGE.format("/data/pods")},
            "/home/anna/.local/share/containers/storage",
        ),
        (PODMAN | USER | {"/home/anna/.config/containers/storage.conf": STORAGE.format("/data/anna")}, "/data/anna"),
        (
            PODMAN
            | USER
            | {"/etc/containers/storage.conf": STORAGE.format("/x") + 'rootless_storage_path = "$HOME/pods"\n'},
            "/home/anna/pods",
        ),
        ({"/usr/bin/crio": "", "/etc/containers/storage.conf": STORAGE.format("/data/crio")}, "/data/crio"),
        ({"/usr/bin/containerd": ""}, "/var/lib/containerd"),
        ({"/usr/bin/containerd": "", "/etc/containerd/config.toml": 'root = "/data/ctd"\n'}, "/data/ctd"),
        (DEBIAN | PODMAN | {"/etc/containers/storage.conf": STORAGE.format("/data/pods")}, "/var/lib/docker"),
        (SNAP | {"/usr/bin/containerd": ""}, "/var/snap/docker/common/var-lib-docker"),
        ({}, "/var/lib/docker"),
    ],
)
def test_where_docker_is_not_installed_the_store_is_that_of_the_engine_that_is(fake_host, monkeypatch, files, path):
    monkeypatch.setenv("HOME", "/home/anna")
    assert find_data_root(fake_host(files)).path == path


OWN = "/home/anna/.config/systemd/user/docker.service"
SET_UP = USER | {"/usr/bin/dockerd": "", OWN: "[Service]\nExecStart=/usr/bin/dockerd-rootless.sh\n"}
OWN_FILE = "/home/anna/.config/docker/daemon.json"


@pytest.mark.parametrize(
    ("files", "path"),
    [
        (SET_UP, "/home/anna/.local/share/docker"),
        (SET_UP | {OWN_FILE: document("/data/anna")}, "/data/anna"),
        (SET_UP | {"/etc/docker/daemon.json": document("/srv/a")}, "/home/anna/.local/share/docker"),
        (SET_UP | {OWN: "[Service]\nExecStart=/usr/bin/dockerd-rootless.sh --data-root /data/b\n"}, "/data/b"),
        (USER | {"/home/anna/.local/share/docker/overlay2/x": ""}, "/home/anna/.local/share/docker"),
        (SET_UP | PODMAN, "/home/anna/.local/share/docker"),
        # Root, and a user who has set up nothing, have the system's daemon.
        ({**SET_UP, "/proc/self/status": "Uid:\t0\t0\t0\t0\n"}, "/var/lib/docker"),
        (USER | {"/usr/bin/dockerd": ""}, "/var/lib/docker"),
    ],
)
def test_a_users_own_daemon_has_the_users_folders(fake_host, monkeypatch, files, path):
    monkeypatch.setenv("HOME", "/home/anna")
    assert find_data_root(fake_host(files)).path == path


def test_a_users_folders_are_where_the_environment_names_them(fake_host, monkeypatch):
    monkeypatch.setenv("HOME", "/home/anna")
    monkeypatch.setenv("XDG_DATA_HOME", "/data/share")
    assert find_data_root(fake_host(SET_UP)).path == "/data/share/docker"
    monkeypatch.setenv("XDG_CONFIG_HOME", "/data/conf")
    assert find_daemon(fake_host(SET_UP)).file == "/data/conf/docker/daemon.json"


OF_ANNA = "/data/anna/.config/systemd/user/docker.service"
ROOT = {"/proc/self/status": "Name:\tx\nUid:\t0\t0\t0\t0\n", "/usr/bin/dockerd": ""}
USERS = {
    "/etc/passwd": "root:x:0:0::/root:/x\nben:x:1001:1001::/home/ben:/x\nanna:x:1000:1000::/data/anna:/x\n",
    "/etc/subuid": "ben:100000:1000\nanna:200000:65536\n",
}


@pytest.mark.parametrize(
    ("files", "docker", "podman"),
    [
        # A user who has not set it up yet: it will be in the home, whatever root's engine has.
        (USER | DEBIAN, "/home/anna/.local/share/docker", "/home/anna/.local/share/containers/storage"),
        (
            USER | DEBIAN | PODMAN | {"/etc/docker/daemon.json": document("/srv/a")},
            "/home/anna/.local/share/docker",
            "/home/anna/.local/share/containers/storage",
        ),
        (SET_UP | {OWN_FILE: document("/data/d")}, "/data/d", "/home/anna/.local/share/containers/storage"),
        # Asked by root, of the user with the most subordinate ids.
        (ROOT | USERS, "/data/anna/.local/share/docker", "/data/anna/.local/share/containers/storage"),
        (ROOT, "/var/lib/docker", "/var/lib/containers/storage"),
        (
            ROOT | USERS | {OF_ANNA: "[Service]\nExecStart=/usr/bin/dockerd-rootless.sh --data-root=%h/d\n"},
            "/data/anna/d",
            "/data/anna/.local/share/containers/storage",
        ),
        (
            ROOT
            | USERS
            | {
                OF_ANNA: "[Service]\nExecStart=/usr/bin/dockerd-rootless.sh\n",
                f"{OF_ANNA}.d/override.conf": "[Service]\nExecStart=\nExecStart=dockerd-rootless.sh -g /mnt/d\n",
            },
            "/mnt/d",
            "/data/anna/.local/share/containers/storage",
        ),
    ],
)
def test_a_rootless_engine_keeps_its_images_in_its_users_home(fake_host, monkeypatch, files, docker, podman):
    monkeypatch.setenv("HOME", "/home/anna")
    host = fake_host(files)
    assert (store_of(host, "docker_rootless")[0], store_of(host, "podman_rootless")[0]) == (docker, podman)


def test_a_rootless_engine_that_runs_says_where_its_images_are(fake_host, monkeypatch):
    monkeypatch.setenv("HOME", "/home/anna")
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/1000")
    socket = "/run/user/1000/docker.sock"
    info = {"DockerRootDir": "/data/run", "SecurityOptions": ["name=seccomp", "name=rootless"]}
    host = fake_host(USER | {socket: "", "/data/run": ""}, api={(socket, "/info"): (200, info)})
    assert store_of(host, "docker_rootless")[0] == "/data/run"


@pytest.mark.parametrize("files", [DEBIAN, SNAP, PODMAN, {"/usr/bin/containerd": ""}, {}])
def test_a_default_is_said_to_be_assumed(fake_host, files):
    assert find_data_root(fake_host(files)).evidence.says.startswith("assumed")


def test_the_settings_are_read_from_the_same_file(fake_host, facts_of):
    path = "/var/snap/docker/current/config/daemon.json"
    facts = facts_of(probe_daemon, fake_host({path: '{"icc": false}', "/etc/docker/daemon.json": "{}"}))
    assert facts["engine.settings"].value["icc_off"] is True
    facts = facts_of(probe_daemon, fake_host({path: "{broken"}))
    assert facts["engine.configuration"].value == "damaged"
    assert path in facts["engine.settings"].reason


def test_a_unit_starts_what_its_last_reset_left():
    assert parse_exec_start(["ExecStart=/a --x\n", "ExecStart=\nExecStart=/b '--y z'\n"]) == ("/b", "--y z")
    assert parse_exec_start(["ExecStart=/a \\\n  --x\n"]) == ("/a", "--x")
    assert parse_exec_start(["ExecStart=/a 'unclosed\n"]) == ("/a", "'unclosed")
    assert parse_exec_start([""]) == ()


@pytest.mark.parametrize("option", ["--data-root", "--data-root=", "--data-root=relative", "--data-root relative"])
def test_an_option_without_an_absolute_path_sets_nothing(fake_host, option):
    files = DEBIAN | {UNIT: f"[Service]\nExecStart=/usr/sbin/dockerd {option}\n"}
    assert find_daemon(fake_host(files)).root is None
