"""Where Docker is set to one storage driver, no other one counts."""

import json

import pytest

from hostcheck.probes.storage.storage import probe
from hostcheck.profiles.causes import cause_of

SOCKET = "/run/docker.sock"
DOCKERD = {"/usr/bin/dockerd": "", "/run/systemd/system/x": "", "/var/lib/x": ""}
WORKS = {"overlay": {"ok": True, "error": "", "stage": ""}}


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)


def on(fs_type, driver="", flags=""):
    unit = f"[Service]\nExecStart=/usr/bin/dockerd {flags}\n"
    return DOCKERD | {
        "/proc/self/mountinfo": f"27 1 254:0 / / rw - {fs_type} /dev/vda rw\n",
        "/proc/filesystems": "nodev\toverlay\n",
        "/lib/systemd/system/docker.service": unit,
        "/etc/docker/daemon.json": json.dumps({"storage-driver": driver} if driver else {}),
    }


@pytest.mark.parametrize(
    ("files", "usable"),
    [
        (on("ext4"), {"overlay2", "vfs"}),
        (on("btrfs"), {"overlay2", "btrfs", "vfs"}),
        (on("btrfs", "overlay2"), {"overlay2"}),
        (on("ext4", "overlayfs"), {"overlay2"}),
        (on("ext4", flags="-s vfs"), {"vfs"}),
        (on("ext4", "native"), {"vfs"}),
        # dockerd ends: "driver not supported".
        (on("ext4", "btrfs"), set()),
        (on("ext4", "overlay"), set()),
        (on("ext4", flags="--storage-driver=devicemapper"), set()),
    ],
)
def test_a_driver_that_is_set_is_the_only_one(fake_host, facts_of, files, usable):
    fact = facts_of(probe, fake_host(files, experiments=WORKS))["storage.drivers"]
    assert {name for name, answer in fact.value.items() if answer} == usable
    assert bool(usable) or "tries no other" in cause_of(fact).words


@pytest.mark.parametrize("plugin", ["stargz", "nydus"])
def test_whether_a_plugin_of_containerd_works_is_unknown(fake_host, facts_of, plugin):
    fact = facts_of(probe, fake_host(on("ext4", plugin), experiments=WORKS))["storage.drivers"]
    assert {*fact.value.values()} == {None}
    assert "is no driver of Docker's own" in fact.reason


def test_an_engine_that_runs_has_shown_its_driver(fake_host, facts_of):
    files = on("ext4", "btrfs") | {SOCKET: ""}
    host = fake_host(files, experiments=WORKS, api={(SOCKET, "/info"): (200, {"Driver": "overlay2"})})
    assert facts_of(probe, host)["storage.drivers"].value["overlay2"] is True


def test_a_file_of_docker_says_nothing_where_docker_is_not_installed(fake_host, facts_of):
    files = {path: text for path, text in on("ext4", "btrfs").items() if path != "/usr/bin/dockerd"}
    assert facts_of(probe, fake_host(files, experiments=WORKS))["storage.drivers"].value["overlay2"] is True
