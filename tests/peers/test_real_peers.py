"""Hosts that measure each other: namespaces on one bridge with a fault each, and a fleet of aliases through Ansible."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from hostcheck.population.pairs import pairs_of
from tests.fleet.hosts import left

pytestmark = [pytest.mark.real, pytest.mark.skipif(os.geteuid() != 0, reason="only root makes network namespaces")]

LAB = Path(__file__).with_name("lab.py")
PORTS = ("tcp/2379", "tcp/2380", "udp/4648")


def met(*commands, network="10.9.0."):
    """What namespaces found of each other, of which each has a command done to it."""
    namespaces = ["unshare", "--net", "--pid", "--fork", "--mount-proc", "--kill-child"]
    argv = [*namespaces, sys.executable, str(LAB), network, ",".join(PORTS), *commands]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    hosts = [f"m{number}" for number in range(len(commands))]
    return pairs_of(hosts, PORTS, "2026-11-30T09:00:00Z", json.loads(done.stdout))


@pytest.fixture(scope="module")
def pairs():
    """Four hosts: m1 drops a port and rejects another, m2 is behind a narrow link, m3 drops every fourth echo of m0."""
    drop = "iptables -A INPUT -p tcp --dport 2380 -j DROP; iptables -A INPUT -p udp --dport 4648 -j REJECT"
    narrow = "outside:ip link set $CABLE mtu 1400"
    every_fourth = "-m statistic --mode nth --every 4 --packet 0"
    lossy = f"iptables -A INPUT -s 10.9.0.1 -p icmp --icmp-type echo-request {every_fourth} -j DROP"
    return met(":", drop, narrow, lossy)


def way(pairs, source, target):
    return next(way for way in pairs.ways if (way.source, way.target) == (source, target))


def test_every_way_is_in_the_result_and_a_healthy_one_is_open(pairs):
    assert len(pairs.ways) == 12
    healthy = way(pairs, "m1", "m0")
    assert set(healthy.ports.values()) == {"open"}
    assert (healthy.lost, healthy.mtu, healthy.configured_mtu) == (0, 1500, 1500)
    assert 0 < healthy.rtt_seconds < 1


def test_a_port_that_a_firewall_drops_or_rejects_is_blocked_from_each_other_host(pairs):
    found = {(way.source, way.target): tuple(ports) for way, ports in pairs.found("blocked")}
    assert found == dict.fromkeys((("m0", "m1"), ("m2", "m1"), ("m3", "m1")), ("tcp/2380", "udp/4648"))
    assert not list(pairs.found("unknown", "intercepted"))


def test_a_link_that_swallows_large_packets_is_found_with_its_size(pairs):
    # Answers are as large as requests, so all ways of m2 are narrow. A cable lets the tag of a VLAN pass besides.
    found = {(way.source, way.target): way.mtu for way in pairs.narrow}
    assert {*found} == {(way.source, way.target) for way in pairs.ways if "m2" in {way.source, way.target}}
    assert all(1400 <= mtu <= 1404 for mtu in found.values())


def test_packets_that_are_lost_are_counted(pairs):
    assert {(way.source, way.target): (way.lost, way.sent) for way in pairs.lossy} == {("m0", "m3"): (25, 100)}


def test_over_ipv6_ports_loss_and_mtu_are_measured_too():
    narrow = "outside:ip link set $CABLE mtu 1400"
    every_fourth = "-m statistic --mode nth --every 4 --packet 0"
    lossy = f"ip6tables -A INPUT -s fd09::1 -p icmpv6 --icmpv6-type echo-request {every_fourth} -j DROP"
    drop = "ip6tables -A INPUT -p tcp --dport 2380 -j DROP"
    pairs = met(":", narrow, lossy, drop, network="fd09::")
    healthy = way(pairs, "m2", "m0")
    assert (healthy.lost, healthy.mtu, healthy.configured_mtu) == (0, 1500, 1500)
    assert {(way.source, way.target): (way.lost, way.sent) for way in pairs.lossy} == {("m0", "m2"): (25, 100)}
    found = {(way.source, way.target): tuple(ports) for way, ports in pairs.found("blocked")}
    assert found == dict.fromkeys((("m0", "m3"), ("m1", "m3"), ("m2", "m3")), ("tcp/2380",))
    assert {(way.source, way.target) for way in pairs.narrow} == {
        (way.source, way.target) for way in pairs.ways if "m1" in {way.source, way.target}
    }
    assert all(1400 <= way.mtu <= 1404 for way in pairs.narrow)


def test_a_port_that_a_program_of_the_host_serves_is_open():
    # The child holds the port once this has ended.
    script = "import os, socket, time; s = socket.create_server((str(), 2379)); os.fork() or time.sleep(600)"
    pairs = met(f"{sys.executable} -c {shlex.quote(script)}", ":")
    assert set(way(pairs, "m1", "m0").ports.values()) == {"open"}


def test_hosts_of_an_inventory_meet_through_ansible_and_nothing_is_left(tmp_path):
    lines = [f"m{number} hostcheck_peer_address=127.0.0.{number}" for number in (2, 3, 4)]
    (tmp_path / "hosts.ini").write_text("\n".join([*lines, "[all:vars]", "ansible_connection=local", ""]))
    head = f"#!/bin/sh\n# hostcheck 1 for Linux on {os.uname().machine}, made for a test\n"
    (tmp_path / "executable").write_text(f'{head}exec {sys.executable} -m hostcheck "$@"\n# the end of hostcheck')
    argv = [sys.executable, "-m", "hostcheck", "fleet", "peers", "-i", "hosts.ini", "--name", "x", "-p", "zookeeper"]
    done = subprocess.run(
        [*argv, "--executable", "executable", "-o", "json:pairs.json", "-o", "-"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    assert "6 of 6 ways open on tcp/2181, tcp/2888, tcp/3888" in done.stdout
    found = json.loads((tmp_path / "pairs.json").read_text())
    assert {(way["source"], way["target"]) for way in found["ways"]} == {
        (one, other) for one in ("m2", "m3", "m4") for other in ("m2", "m3", "m4") if one != other
    }
    assert left() == []
