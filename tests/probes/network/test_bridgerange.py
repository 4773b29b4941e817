"""The range of docker0, beside routes that leave none."""

import json
from ipaddress import IPv4Network

import pytest

from hostcheck.probes.network.bridgerange import _is_free, probe

HEAD = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"


def line(name, address, mask, gateway="00000000"):
    return f"{name}\t{address}\t{gateway}\t{'0001' if gateway == '00000000' else '0003'}\t0\t0\t0\t{mask}\t0\t0\t0\n"


DEFAULT, LINK = line("eth0", "00000000", "00000000", "0138A8C0"), line("eth0", "0038A8C0", "00FFFFFF")
GATED = line("tun0", "00000000", "00000080", "0108080A") + line("tun0", "00000080", "00000080", "0108080A")
DIRECT = line("wg0", "00000000", "00000080") + line("wg0", "00000080", "00000080")
LAB = line("eth1", "000010AC", "0000F0FF") + line("eth2", "0000A8C0", "0000FFFF")
DOCKERD = {"/usr/bin/dockerd": ""}
JSON = "/etc/docker/daemon.json"


def told(version):
    return {("dockerd", "--version"): f"Docker version {version}, build 0123456\n"} if version else {}


@pytest.mark.parametrize(
    ("routes", "version", "expected"),
    [
        ("", "", True),
        (DEFAULT + LINK, "20.10.24", True),
        (DEFAULT + LINK + GATED, "20.10.24", False),
        (DEFAULT + LINK + GATED, "23.0.1", True),
        (DEFAULT + LINK + GATED, "", None),
        (DEFAULT + LINK + DIRECT, "29.1.2", False),
        (DEFAULT + LAB, "29.1.2", False),
        (DEFAULT + LAB.replace("0000F0FF", "0000F8FF"), "29.1.2", True),
    ],
)
def test_a_range_is_free_that_no_route_of_its_links_overlaps(fake_host, routes, version, expected):
    (fact,) = probe(fake_host({"/proc/net/route": HEAD + routes} | DOCKERD, printed=told(version)))
    assert fact.value is expected


def test_a_docker_to_come_is_a_new_one(fake_host):
    (fact,) = probe(fake_host({"/proc/net/route": HEAD + GATED}))
    assert fact.value is True


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, False),
        ({"/sys/class/net/docker0": ""}, True),
        ({JSON: '{"bip": "10.200.0.1/24"}'}, True),
        ({JSON: '{"bridge": "none"}'}, True),
        ({JSON: '{"default-address-pools": [{"base": "10.10.0.0/16", "size": 24}]}'}, True),
        ({JSON: '{"default-address-pools": [{"base": "192.168.0.0/16", "size": 24}]}'}, False),
    ],
)
def test_a_range_that_is_set_or_in_use_is_not_looked_for(fake_host, files, expected):
    (fact,) = probe(fake_host({"/proc/net/route": HEAD + LAB} | DOCKERD | files))
    assert fact.value is expected


@pytest.mark.parametrize("text", [None, "Iface\nx\n"])
def test_routes_that_are_not_known_show_no_free_range(fake_host, text):
    (fact,) = probe(fake_host(DOCKERD | ({} if text is None else {"/proc/net/route": text})))
    assert not fact.known


def directly(*networks):
    """Return a line for each network, as ip_network, that a link of the host leads to."""
    return "".join(
        line("eth1", *(f"{int.from_bytes(each.packed, 'little'):08X}" for each in (net.network_address, net.netmask)))
        for net in networks
    )


@pytest.mark.parametrize(
    ("pools", "networks", "expected"),
    [
        ([("10.0.0.0/8", 24)], ["10.0.0.0/14"], True),
        ([("10.0.0.0/8", 24)], ["10.0.0.0/12"], True),
        ([("10.0.0.0/8", 24)], ["10.0.0.0/9", "10.128.0.0/9"], False),
        ([("10.0.0.0/8", 24)], ["10.128.0.0/9", "10.0.0.0/10", "10.64.0.0/11", "10.96.0.0/12", "10.112.0.0/13"], True),
        ([("10.0.0.0/23", 24)], ["10.0.0.4/32", "10.0.1.255/32"], False),
        ([("10.0.0.0/22", 24)], ["10.0.0.4/32", "10.0.1.255/32"], True),
        ([("10.0.0.0/8", 24), ("10.9.0.0/16", 24)], ["8.0.0.0/6"], False),
        ([("10.0.0.0/8", 24), ("12.9.0.0/16", 24)], ["8.0.0.0/6"], True),
        ([("255.255.255.0/24", 24)], ["255.255.255.255/32"], False),
    ],
)
def test_a_large_pool_is_searched_to_its_end(fake_host, pools, networks, expected):
    given = json.dumps({"default-address-pools": [{"base": base, "size": size} for base, size in pools]})
    routes = HEAD + directly(*map(IPv4Network, networks))
    (fact,) = probe(fake_host({"/proc/net/route": routes, JSON: given} | DOCKERD))
    assert fact.value is expected


def test_the_search_steps_over_what_a_route_takes():
    """Each route is looked at once for a pool: the ranges below it are not tried one after another."""
    looked_at = 0

    class Counted(list):
        def __iter__(self):
            nonlocal looked_at
            for each in list.__iter__(self):
                looked_at += 1
                yield each

    taken = Counted((at, at + 256) for at in range(10 << 24, 11 << 24, 4096))
    assert not _is_free((10 << 24, 0xFF000000, 20), taken)
    assert looked_at == len(taken)
