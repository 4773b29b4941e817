import json
import os

import psutil
import pytest

from hostcheck.bench import quota as shared_quota
from hostcheck.bench.base import CannotRun
from hostcheck.bench.engine import layers as layers_module
from hostcheck.bench.engine import quota as quota_module
from hostcheck.bench.engine.daemon import DaemonOptions, containerd_root, dockerd_options
from hostcheck.bench.engine.layers import Layers, find_layers
from hostcheck.bench.engine.processes import Processes
from hostcheck.bench.engine.quota import find_quota, slice_path
from hostcheck.bench.engine.setup import network_setup, setup_of

DOCKER_20 = {
    "DefaultRuntime": "runc",
    "SecurityOptions": ["name=apparmor", "name=seccomp,profile=default", "name=userns"],
    "CgroupVersion": "1",
    "CgroupDriver": "cgroupfs",
    "LiveRestoreEnabled": True,
}
VERSION_20 = {"Components": [{"Name": "Engine", "Version": "20.10.24"}, {"Name": "runc", "Version": "1.1.5+ds1"}]}
PODMAN = {"Components": [{"Name": "OCI Runtime (crun)", "Version": "crun version 1.8.1\ncommit: f8a096be"}]}
OWN = psutil.Process()


class Started:
    """A process with a given command line, in this process's root."""

    def __init__(self, *words):
        self.words, self.pid = words, os.getpid()

    def cmdline(self):
        return list(self.words)


def test_the_setup_is_what_the_engine_says_of_itself():
    assert setup_of(DOCKER_20, VERSION_20) == {
        "runtime": "runc 1.1",
        "userns_remap": True,
        "seccomp": "default",
        "apparmor": True,
        "selinux": False,
        "cgroup_version": "1",
        "cgroup_driver": "cgroupfs",
        "live_restore": True,
    }


@pytest.mark.parametrize(
    ("info", "version", "name", "value"),
    [
        ({"DefaultRuntime": "slow"}, VERSION_20, "runtime", "slow"),
        ({"DefaultRuntime": "crun"}, PODMAN, "runtime", "crun 1.8"),
        ({}, {}, "runtime", "unknown"),
        ({"SecurityOptions": ["name=seccomp,profile=builtin"]}, {}, "seccomp", "default"),
        ({"SecurityOptions": ["name=seccomp,profile=/etc/deny.json"]}, {}, "seccomp", "/etc/deny.json"),
        ({"SecurityOptions": None}, {}, "seccomp", "off"),
        ({"SecurityOptions": ["name=selinux"]}, {}, "selinux", True),
    ],
)
def test_each_part_of_the_setup_is_read_or_unknown(info, version, name, value):
    assert setup_of(info, version)[name] == value


@pytest.mark.parametrize(
    ("info", "options", "firewall", "proxy"),
    [
        ({}, DaemonOptions({}, seen=True), "iptables", True),
        ({}, DaemonOptions({"iptables": "false", "userland-proxy": False}, seen=True), "off", False),
        ({"FirewallBackend": {"Driver": "nftables"}}, DaemonOptions({}, seen=True), "nftables", True),
        ({}, DaemonOptions({"userland-proxy": "true"}, seen=False), "unknown", True),
        ({}, DaemonOptions({}, seen=False), "unknown", "unknown"),
    ],
)
def test_the_firewall_and_the_proxy_are_those_of_its_options(info, options, firewall, proxy):
    assert network_setup(info, options) == {"firewall": firewall, "userland_proxy": proxy}


def test_options_are_read_from_the_command_line_and_from_the_file_that_it_names(tmp_path):
    words = ["--data-root", "/x", "--iptables=false", "--config-file", str(tmp_path / "absent"), "-Hfd://"]
    values = dockerd_options(Started("dockerd", *words)).values
    assert (values["data-root"], values["iptables"], values["hosts"]) == ("/x", False, ["fd://"])
    file = tmp_path / "daemon.json"
    file.write_text(json.dumps({"cgroup-parent": "/small", "userland-proxy": False}))
    found = dockerd_options(Started("dockerd", "--config-file", str(file)))
    assert (found.text("cgroup-parent"), found.switch("userland-proxy", default=True), found.seen) == (
        *("/small", False),
        True,
    )
    file.write_text("broken")
    assert dockerd_options(Started("dockerd", f"--config-file={file}")).switch("iptables", default=True) is None
    assert dockerd_options(None) == DaemonOptions({}, seen=False)


def test_containerds_root_is_that_of_its_command_line_its_file_or_an_import(tmp_path):
    file, more = tmp_path / "config.toml", tmp_path / "conf.d"
    more.mkdir()
    assert containerd_root(None) is None
    assert str(containerd_root(Started("containerd", "-c", f"{tmp_path}/absent.toml"))) == "/var/lib/containerd"
    file.write_text(f'version = 2\nroot = "/a"\nimports = ["{more}/*.toml", "conf.d/b.toml"]\n')
    assert str(containerd_root(Started("containerd", "--config", str(file)))) == "/a"
    (more / "b.toml").write_text(f'root = "/b"\nimports = ["{file}"]\n')
    assert str(containerd_root(Started("containerd", "--config", str(file)))) == "/b"
    assert str(containerd_root(Started("containerd", "--root", "/c", "--config", str(file)))) == "/c"
    # Go's flag package takes one hyphen for a long flag too; a command has flags that are not containerd's.
    assert str(containerd_root(Started("containerd", "-root=/c", "config", "dump"))) == "/c"
    assert str(containerd_root(Started("containerd", "-config", str(file), "publish", "--root", "/d"))) == "/b"
    file.write_text("[")
    assert containerd_root(Started("containerd", "--config", str(file))) is None


def test_layers_lie_in_containerds_folder_where_it_stores_the_images(tmp_path, monkeypatch):
    data_root, root = tmp_path / "docker", tmp_path / "containerd"
    processes = Processes(None, Started("containerd", "--root", str(root)))
    assert find_layers({"Driver": "overlay2"}, "engine", data_root, processes).folder == data_root
    assert find_layers({"Driver": "overlayfs"}, "containerd", data_root, processes) == Layers(
        *(root, (data_root,), "overlayfs", "containerd's settings")
    )
    monkeypatch.setattr(layers_module, "DEFAULT_ROOT", tmp_path)
    unseen = find_layers({"Driver": "overlayfs"}, "containerd", data_root, Processes())
    assert (unseen.folder, unseen.known_by.partition(":")[0]) == (tmp_path, "assumed")
    monkeypatch.setattr(layers_module, "DEFAULT_ROOT", tmp_path / "absent")
    assert find_layers({"Driver": "overlayfs"}, "containerd", data_root, Processes()).folder == data_root


def test_where_a_layer_appeared_proves_the_folder_and_another_one_refutes_it(tmp_path):
    snapshots = tmp_path / "containerd" / f"{layers_module.SNAPSHOTTER}.overlayfs" / "snapshots"
    own = tmp_path / "docker" / "overlayfs"
    for folder in (snapshots, own):
        folder.mkdir(parents=True)
        os.utime(folder, (1, 1))
    layers = Layers(tmp_path / "containerd", (tmp_path / "docker",), "overlayfs")
    before = layers.moments()
    assert not layers.prove(before)
    (own / "1").mkdir()
    with pytest.raises(CannotRun, match=f"writes its layers to {tmp_path}/docker, but its settings name"):
        layers.prove(before)
    (snapshots / "1").mkdir()
    assert not layers.prove(before)
    os.utime(own, (1, 1))
    assert layers.prove(before)


@pytest.fixture
def controller(tmp_path, monkeypatch):
    """A CPU controller of version 1 with a quota of a fifth of a CPU on the group /small; it has two CPUs."""
    monkeypatch.setattr(shared_quota.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(quota_module, "groups_of", lambda _process: iter(["engines/docker"]))
    for group, quota in (("small", 20_000), ("engines", -1), ("engines/docker", -1), ("docker", -1), ("wide", 900_000)):
        folder = tmp_path / group
        folder.mkdir()
        (folder / "cpu.cfs_quota_us").write_text(f"{quota}\n")
        (folder / "cpu.cfs_period_us").write_text("100000\n")
        (folder / "cpu.stat").write_text("nr_periods 50\nnr_throttled 44\nthrottled_time 9\n")
    return tmp_path


def quota_of(controller, driver="cgroupfs", **options):
    named = {name.replace("_", "-"): value for name, value in options.items()}
    return find_quota(DaemonOptions(named, seen=True), driver, Processes(OWN), controller)


def test_a_quota_on_the_parent_of_the_containers_is_found_and_counted(controller):
    found = quota_of(controller, cgroup_parent="/small")
    assert (found.setting, found.group) == ("0.2 CPUs", "small")
    assert found.read() == {"quota_periods": 50, "quota_stops": 44}
    assert quota_of(controller, cgroup_parent="small") == found


def test_a_quota_above_the_engine_counts_and_one_above_the_cpus_does_not(controller):
    assert quota_of(controller).setting == "none"
    assert quota_of(controller).read() == {}
    assert quota_of(controller, cgroup_parent="/wide").setting == "none"
    (controller / "engines" / "cpu.max").write_text("150000 100000\n")
    assert quota_of(controller).setting == "1.5 CPUs"
    (controller / "engines" / "cpu.max").write_text("100000 100000\n")
    assert quota_of(controller).setting == "1 CPU"
    (controller / "engines" / "cpu.max").write_text("max 100000\n")
    assert quota_of(controller).setting == "none"
    assert find_quota(DaemonOptions({}, seen=False), "", Processes(), controller).setting == "unknown"


def test_a_slice_is_found_where_systemd_has_it(controller):
    assert slice_path("a-b.slice") == "a.slice/a-b.slice"
    (controller / "a.slice" / "a-b.slice").mkdir(parents=True)
    (controller / "a.slice" / "cpu.max").write_text("50000 100000\n")
    assert quota_of(controller, "systemd", cgroup_parent="a-b.slice").setting == "0.5 CPUs"
