"""Engines, clients, images and contexts as people set them up: figures, or the line that says why there are none.

Each row is one setting with what is expected of it. Other tests have what needs more than a row: quotas, lost engines,
authorization, rootless engines, broken disks.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from hostcheck.bench.engine.connection import find_engine
from hostcheck.bench.storm.options import StormOptions
from hostcheck.bench.storm.workload import StormWorkload
from tests.bench.conftest import ONCE
from tests.bench.engine.configured import configured
from tests.bench.engine.rows import CONTEXTS, IMAGES, TWO, crun, judge_context, judge_image, judged, programs

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("brief")]


@dataclass(frozen=True)
class Row:
    """One setting of a daemon.

    Attributes:
        options: of dockerd; ``{folder}`` is a folder of the test.
        without: options of a private engine that it does not get.
        refused: a regular expression of the line that says why there are no figures; empty for figures.
        settings: what the figures' settings have because of it.
        storm: what is launched.
    """

    options: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    refused: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    storm: StormOptions = TWO


HYBRID = Path("/sys/fs/cgroup/unified").is_dir()
DAEMONS = {
    "as it is": Row(settings={"runtime": "runc 1.1", "live_restore": False, "cgroup_driver": "cgroupfs"}),
    "log-driver none": Row(("--log-driver", "none")),
    "log-driver local": Row(("--log-driver", "local")),
    "log-driver journald": Row(("--log-driver", "journald")),
    "log-driver syslog that is dead": Row(("--log-driver", "syslog", "--log-opt", "syslog-address=tcp://127.0.0.1:1")),
    "log max-size": Row(("--log-opt", "max-size=1k", "--log-opt", "max-file=2")),
    "log-level error": Row(("--log-level", "error")),
    "debug": Row(("--debug",)),
    "raw-logs": Row(("--raw-logs",)),
    "experimental": Row(("--experimental",)),
    "live-restore": Row(("--live-restore",), settings={"live_restore": True}),
    "default-ulimit nofile 64": Row(("--default-ulimit", "nofile=64:64")),
    "no-new-privileges": Row(("--no-new-privileges",)),
    "one download at a time": Row(("--max-concurrent-downloads", "1", "--max-concurrent-uploads", "1")),
    "init": Row(("--init",)),
    "default-shm-size": Row(("--default-shm-size", "1M")),
    "default-ipc-mode shareable": Row(("--default-ipc-mode", "shareable")),
    "default-ipc-mode private": Row(("--default-ipc-mode", "private")),
    "shutdown-timeout": Row(("--shutdown-timeout", "1")),
    "label": Row(("--label", "rack=a b")),
    "mtu": Row(("--mtu", "1400")),
    "dns": Row(("--dns", "127.0.0.1", "--dns-search", "example.org")),
    "a mirror that is dead": Row(("--registry-mirror", "http://127.0.0.1:1")),
    "an insecure registry": Row(("--insecure-registry", "127.0.0.1:1")),
    "containerd-namespace": Row(("--containerd-namespace", "other")),
    "oom-score-adjust": Row(("--oom-score-adjust", "-400")),
    "metrics": Row(("--metrics-addr", "127.0.0.1:0", "--experimental")),
    "userland-proxy": Row(without=("--userland-proxy=false",)),
    "an address pool": Row(("--default-address-pool", "base=10.214.0.0/16,size=24")),
    "no bridge, and one asked for": Row(refused="no bridge", storm=StormOptions(ONCE, (2,), network="bridge")),
    "a network that is not there": Row(
        refused="the engine has no network mine; docker network create mine",
        storm=StormOptions(ONCE, (2,), network="mine"),
    ),
    "the host's network": Row(storm=StormOptions(ONCE, (2,), network="host"), settings={"network": "host"}),
    "volumes and a limit": Row(storm=StormOptions(ONCE, (2,), volumes=3, memory_bytes=16 << 20)),
    "others beside": Row(storm=StormOptions(ONCE, (2,), beside=2), settings={"beside": 2}),
    "crun": Row(
        ("--add-runtime", "crun={folder}/crun", "--default-runtime", "crun"),
        refused="as a test failed: .*cgroups in hybrid mode" if HYBRID else "",
        settings={} if HYBRID else {"runtime": "crun 1.8"},
    ),
    "a slow runtime": Row(
        ("--add-runtime", "slow={folder}/slow", "--default-runtime", "slow"), settings={"runtime": "slow 1.1"}
    ),
    "a runtime that fails": Row(
        ("--add-runtime", "failing={folder}/failing", "--default-runtime", "failing"),
        refused="launching one container as a test failed: .*; check the engine's log",
    ),
    "a runtime that is absent": Row(
        ("--add-runtime", "gone={folder}/gone", "--default-runtime", "gone"),
        refused="launching one container as a test failed: .*gone.*",
    ),
    "seccomp that allows all": Row(("--seccomp-profile", "{folder}/allow.json")),
    "seccomp that denies": Row(
        ("--seccomp-profile", "{folder}/deny.json"), refused="launching one container as a test failed: .*"
    ),
    "systemd's control groups without systemd": Row(
        ("--exec-opt", "native.cgroupdriver=systemd", "--cgroup-parent", "system.slice"),
        without=("--exec-opt", "native.cgroupdriver=cgroupfs"),
        refused=".*systemd.*",
    ),
}


@pytest.mark.parametrize("name", DAEMONS)
def test_a_daemon(make_context, tmp_path, name):
    row = DAEMONS[name]
    programs(tmp_path)
    if name == "crun":
        crun(tmp_path)
    options = [word.format(folder=tmp_path) for word in row.options]
    with configured(tmp_path, *options, without=row.without) as private:
        settings = judged(StormWorkload(), make_context(row.storm, docker_host=private.url), row.refused)
        with find_engine(private.url).connect() as client:
            assert client.containers(all=True) == client.images(all=True) == []
            assert not client.volumes()["Volumes"]
    assert {key: settings.get(key) for key in row.settings} == dict(row.settings)


def config(text):
    """Return what writes a configuration of docker's client into a folder."""

    def write(folder):
        folder.mkdir(exist_ok=True)
        (folder / "config.json").write_bytes(text if isinstance(text, bytes) else json.dumps(text).encode())

    return write


CONFIGS = {
    "a store of credentials that is absent": config({"credsStore": "absent"}),
    "helpers of credentials that are absent": config({"credHelpers": {"r.example": "absent"}}),
    "proxies": config({"proxies": {"default": {"httpProxy": "http://127.0.0.1:1"}}}),
    "broken": config(b"{"),
    "empty": config(b""),
    "binary": config(bytes(range(256))),
    "auths that is an array": config({"auths": []}),
    "a folder": lambda folder: (folder / "config.json").mkdir(parents=True),
    "absent": lambda _folder: None,
}
ENVIRONMENTS = {
    "a proxy": {"HTTP_PROXY": "http://127.0.0.1:1", "http_proxy": "http://127.0.0.1:1"},
    "a proxy of https": {"HTTPS_PROXY": "http://127.0.0.1:1"},
    "a proxy of socks": {"ALL_PROXY": "socks5://127.0.0.1:1", "all_proxy": "socks5://127.0.0.1:1"},
    "no proxy for all": {"NO_PROXY": "*"},
    "a bundle that is absent": {
        "REQUESTS_CA_BUNDLE": "/absent",
        "CURL_CA_BUNDLE": "/absent",
        "SSL_CERT_FILE": "/absent",
    },
    "an old API": {"DOCKER_API_VERSION": "1.24"},
    "an API of the future": {"DOCKER_API_VERSION": "9.99"},
    "content trust": {"DOCKER_CONTENT_TRUST": "1"},
    "TLS without certificates": {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/absent"},
    "another platform": {"DOCKER_DEFAULT_PLATFORM": "linux/s390x"},
    "no home": {"HOME": "/absent"},
    "hidden progress": {"BUILDKIT_PROGRESS": "rawjson", "DOCKER_HIDE_LEGACY_COMMANDS": "1"},
}


@pytest.mark.parametrize("name", CONFIGS)
def test_a_configuration_of_the_client_changes_nothing(make_context, holdings, tmp_path, monkeypatch, name):
    before = holdings()
    CONFIGS[name](tmp_path / "docker")
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))
    judged(StormWorkload(), make_context(TWO), "")
    assert holdings() == before


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_an_environment_of_the_client_changes_nothing(make_context, holdings, monkeypatch, name):
    before = holdings()
    for variable, value in ENVIRONMENTS[name].items():
        monkeypatch.setenv(variable, value)
    judged(StormWorkload(), make_context(TWO), "")
    assert holdings() == before


@pytest.mark.parametrize("name", IMAGES)
def test_an_image(make_context, client, holdings, name):
    judge_image(IMAGES[name], make_context, client, holdings)


@pytest.mark.parametrize("name", CONTEXTS)
def test_a_context(make_context, holdings, tmp_path, monkeypatch, name):
    monkeypatch.setenv("DOCKER_BUILDKIT", "0")
    judge_context(CONTEXTS[name], make_context, holdings, tmp_path)
