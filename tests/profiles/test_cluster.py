"""Profiles of cluster software: what each role is refused for."""

import pytest

from hostcheck.profiles.loader import load
from hostcheck.run.model import Fact
from hostcheck.verdicts import judge

ALL_ON_ONE = ("master", "agent", "marathon", "zookeeper")


def failed(profile, facts, roles=()):
    verdicts = judge(load(profile), {key: Fact(key, value) for key, value in facts.items()}, roles)
    return {verdict.check for verdict in verdicts if verdict.status == "fail"}


@pytest.mark.parametrize(
    ("profile", "roles", "busy", "checks"),
    [
        ("mesos", ("master",), "tcp/5050", {"net.port.mesos.master"}),
        ("mesos", ("agent",), "tcp/5051", {"net.port.mesos.agent"}),
        ("mesos", ("agent",), "tcp/8080", set()),
        ("mesos", ("marathon",), "tcp/8080", {"net.port.marathon"}),
        ("mesos", ALL_ON_ONE, "tcp/8080", {"net.port.marathon"}),
        ("mesos", ("zookeeper",), "tcp/2888", {"net.port.zookeeper"}),
        ("zookeeper", (), "tcp/3888", {"net.port.zookeeper"}),
        ("zookeeper", (), "tcp/8080", set()),
        ("etcd", (), "tcp/2380", {"net.port.etcd"}),
        ("etcd", (), "tcp/4001", set()),
        ("fleet", (), "tcp/4001", {"net.port.etcd"}),
        ("nomad", ("client",), "tcp/4646", {"net.port.nomad"}),
        ("nomad", ("client",), "tcp/4647", set()),
        ("nomad", ("server",), "udp/4648", {"net.port.nomad.server"}),
    ],
)
def test_a_busy_port_fails_the_check(profile, roles, busy, checks):
    assert failed(profile, {"net.ports.busy": ("tcp/22", busy)}, roles) == checks


def test_a_swarm_node_is_not_refused_for_the_ports_that_its_own_engine_holds():
    busy = {"net.ports.busy": ("tcp/2377", "udp/4789")}
    assert failed("swarm", busy | {"engine.name": "none"}, ("manager",)) == {"net.port.swarm.manager", "net.port.swarm"}
    assert failed("swarm", busy | {"engine.name": "none"}, ("worker",)) == {"net.port.swarm"}
    assert failed("swarm", busy | {"engine.name": "docker"}, ("manager",)) == set()


@pytest.mark.parametrize(
    ("port", "roles", "clash"),
    [(8080, ALL_ON_ONE, True), (9080, ALL_ON_ONE, False), ("none", ALL_ON_ONE, False), (8080, ("zookeeper",), False)],
)
def test_marathon_beside_a_zookeeper_on_8080_is_reported_before_either_starts(port, roles, clash):
    assert ("net.port.marathon.zookeeper" in failed("mesos", {"zookeeper.admin_port": port}, roles)) is clash


@pytest.mark.parametrize(("version", "checks"), [("206", {"os.systemd"}), ("207", set()), ("252", set())])
def test_fleet_needs_systemd_207(version, checks):
    assert failed("fleet", {"os.init": "systemd", "os.systemd": version}) == checks
    assert failed("fleet", {"os.init": "other", "os.systemd": version}) == {"os.init"}


def test_a_nomad_client_is_refused_inside_a_container_and_a_server_is_not():
    inside = {"virt.container": "docker", "virt.user_namespace": True}
    assert failed("nomad", inside, ("client",)) == {"virt.container.nested", "virt.user_namespace"}
    assert failed("nomad", inside, ("server",)) == set()


def test_zookeeper_is_refused_without_java():
    assert failed("zookeeper", {"bin.java": "none"}) == {"bin.java"}
    assert failed("zookeeper", {"bin.java": "11.0.2"}) == set()


@pytest.mark.parametrize("profile", ["podman-rootless", "docker-rootless"])
def test_a_rootless_engine_is_refused_without_subordinate_ids_and_a_network(profile):
    programs = {"slirp4netns": False, "pasta": False, "vpnkit": False, "runc": True, "crun": False}
    assert failed(profile, {"user.subids": 0, "host.programs": programs}) == {"user.subids", "net.rootless"}
    assert failed(profile, {"user.subids": 65536, "host.programs": programs | {"pasta": True}}) == set()
