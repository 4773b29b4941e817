"""The range of docker0, beside routes that leave none."""

import pytest

from hostcheck.probes.network.bridgerange import probe

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
