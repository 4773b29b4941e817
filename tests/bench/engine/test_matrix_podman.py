"""Podman as people set it up, and its images and contexts: figures, or the line that says why there are none."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from hostcheck.bench.engine.connection import find_engine
from hostcheck.bench.storm.options import StormOptions
from hostcheck.bench.storm.workload import StormWorkload
from tests.bench.conftest import ONCE
from tests.bench.engine.podman_service import USUAL, served
from tests.bench.engine.rows import CONTEXTS, IMAGES, TWO, judge_context, judge_image, judged, programs

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("brief")]

FAILED = "launching one container as a test failed: .*"


@dataclass(frozen=True)
class Row:
    """One setting of a service.

    Attributes:
        settings: of containers.conf, as TOML; ``{folder}`` is a folder of the test.
        options: of podman.
        refused: a regular expression of the line that says why there are no figures; empty for figures.
        storm: what is launched.
    """

    settings: Mapping[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = USUAL
    refused: str = ""
    storm: StormOptions = TWO


CGROUPS = ("--cgroup-manager", "cgroupfs")
SERVICES = {
    "as it is": Row(),
    "log driver none": Row({"containers.log_driver": '"none"'}),
    "log driver k8s-file": Row({"containers.log_driver": '"k8s-file"'}),
    "log driver json-file": Row({"containers.log_driver": '"json-file"'}),
    "log driver journald": Row({"containers.log_driver": '"journald"'}),
    "logs of at most a kilobyte": Row({"containers.log_size_max": "8192"}),
    "nofile 64": Row({"containers.default_ulimits": '["nofile=64:64", "nproc=1024:1024"]'}),
    "init": Row({"containers.init": "true", "containers.init_path": '"{folder}/absent"'}),
    "pids_limit": Row({"containers.pids_limit": "64"}),
    "shm_size": Row({"containers.shm_size": '"1m"'}),
    "ipc shareable": Row({"containers.ipcns": '"shareable"'}),
    "network of the host by default": Row({"containers.netns": '"host"'}),
    "no hosts file": Row({"containers.no_hosts": "true"}),
    "dns": Row({"containers.dns_servers": '["127.0.0.1"]'}),
    "no proxies": Row({"containers.http_proxy": "false"}),
    "a time zone": Row({"containers.tz": '"local"'}),
    "a umask": Row({"containers.umask": '"0077"'}),
    "an environment": Row({"containers.env": '["PATH=/absent"]'}),
    "no capabilities": Row({"containers.default_capabilities": "[]"}),
    "a sysctl": Row({"containers.default_sysctls": '["net.ipv4.ping_group_range=0 0"]'}),
    "annotations": Row({"containers.annotations": '["rack=a b"]'}),
    "apparmor unconfined": Row({"containers.apparmor_profile": '"unconfined"'}),
    "seccomp that allows all": Row({"containers.seccomp_profile": '"{folder}/allow.json"'}),
    "seccomp that denies": Row({"containers.seccomp_profile": '"{folder}/deny.json"'}, refused=FAILED),
    "seccomp that is absent": Row({"containers.seccomp_profile": '"{folder}/absent.json"'}, refused=FAILED),
    "a volume of all containers": Row({"containers.volumes": '["{folder}:/mnt"]'}),
    "no events": Row({"engine.events_logger": '"none"'}),
    "events in a file": Row({"engine.events_logger": '"file"'}),
    "one copy at a time": Row({"engine.image_parallel_copies": "1"}),
    "few locks": Row({"engine.num_locks": "32"}),
    "no time to stop": Row({"engine.stop_timeout": "0"}),
    "CNI": Row({"network.network_backend": '"cni"'}),
    "the host's network": Row(storm=StormOptions(ONCE, (2,), network="host")),
    "a network that is not there": Row(
        refused="the engine has no network mine", storm=StormOptions(ONCE, (2,), network="mine")
    ),
    "volumes and a limit": Row(storm=StormOptions(ONCE, (2,), volumes=3, memory_bytes=16 << 20)),
    "others beside": Row(storm=StormOptions(ONCE, (2,), beside=2)),
    "vfs": Row(options=(*USUAL, "--storage-driver", "vfs")),
    "overlay with options": Row(options=(*USUAL, "--storage-driver", "overlay", "--storage-opt", "mountopt=nodev")),
    "debug": Row(options=(*USUAL, "--log-level", "debug")),
    "a slow runtime": Row(options=(*CGROUPS, "--runtime", "{folder}/slow")),
    "a runtime that fails": Row(options=(*CGROUPS, "--runtime", "{folder}/failing"), refused=FAILED),
    "systemd's control groups without systemd": Row(
        options=(*USUAL[2:], "--cgroup-manager", "systemd"), refused=".*(?:systemd|dbus).*"
    ),
}

OF_PODMAN = {"health": (*IMAGES["health"][:2], "has no HEALTHCHECK")}
"""Rows of images that Podman answers otherwise: it builds images in OCI's format, which has no health checks."""


def holdings(url):
    with find_engine(url).connect() as client:
        return client.containers(all=True), client.images(all=True), client.volumes()["Volumes"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service(make_context, tmp_path, name):
    row = SERVICES[name]
    programs(tmp_path)
    settings = {key: value.format(folder=tmp_path) for key, value in row.settings.items()}
    options = tuple(word.format(folder=tmp_path) for word in row.options)
    with served(tmp_path, settings, options) as url:
        before = holdings(url)
        judged(StormWorkload(), make_context(row.storm, docker_host=url), row.refused)
        assert holdings(url) == before


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    with served(tmp_path_factory.mktemp("podman")) as url:
        yield url


@pytest.mark.parametrize("name", IMAGES)
def test_an_image(make_context, url, name):
    with find_engine(url).connect() as client:
        judge_image((IMAGES | OF_PODMAN)[name], make_context, client, lambda: holdings(url), docker_host=url)


@pytest.mark.parametrize("name", CONTEXTS)
def test_a_context(make_context, url, tmp_path, name):
    judge_context(CONTEXTS[name], make_context, lambda: holdings(url), tmp_path, docker_host=url)
