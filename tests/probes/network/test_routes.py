import pytest

from hostcheck.probes.network.routes import ROUTES, ROUTES6, default_route, parse_network, parse_routes, probe

HEAD = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
LITTLE = (
    HEAD
    + "eth0\t00000000\t0100A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\neth0\t0000A8C0\t0\t1\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
)
BIG = (
    HEAD
    + "eth0\t00000000\tC0A80001\t0003\t0\t0\t100\t00000000\t0\t0\t0\neth0\tC0A80000\t0\t1\t0\t0\t0\tFFFFFF00\t0\t0\t0\n"
)


def line(name, destination, mask, metric=0):
    return f"{name}\t{destination}\t00000000\t0001\t0\t0\t{metric}\t{mask}\t0\t0\t0\n"


def facts(host):
    return {fact.id: fact for fact in probe(host)}


def routes(*lines):
    return {"/proc/net/route": HEAD + "".join(lines)}


@pytest.mark.parametrize("text", [LITTLE, BIG])
def test_routes_of_either_byte_order_are_the_same(text):
    assert [str(route) for route in parse_routes(text)] == ["0.0.0.0/0", "192.168.0.0/24"]


@pytest.mark.parametrize(
    ("destination", "mask", "clash"),
    [
        ("000011AC", "0000FFFF", "172.17.0.0/16"),  # the very network
        ("000010AC", "0000F0FF", "172.16.0.0/12"),  # one around it
        ("000511AC", "00FFFFFF", "172.17.5.0/24"),  # one inside it
        ("010011AC", "FFFFFFFF", "172.17.0.1/32"),
        ("000012AC", "0000FFFF", "none"),
        ("0000000A", "000000FF", "none"),
    ],
)
def test_a_route_that_overlaps_the_engines_network_is_named(fake_host, destination, mask, clash):
    assert facts(fake_host(routes(line("eth0", destination, mask))))["net.route_conflict"].value == clash


FIRST, TEN = line("eth0", "000011AC", "0000FFFF"), line("tun0", "0000000A", "000000FF")
MOVED = '{"default-address-pools": [{"base": "10.200.0.0/16", "size": 24}]}'


@pytest.mark.parametrize(
    ("route", "document", "clash"),
    [
        (FIRST, "{}", "172.17.0.0/16"),
        (FIRST, MOVED, "none"),
        (TEN, MOVED, "10.0.0.0/8"),
        (TEN, "{}", "none"),
        (TEN, '{"bip": "10.1.2.1/24"}', "10.0.0.0/8"),
        (FIRST, '{"bip": "192.168.9.1/24"}', "172.17.0.0/16"),
        (FIRST, '{"default-address-pools": [{"base": "fd00::/64"}, 7, {}], "bip": 5}', "172.17.0.0/16"),
        (FIRST, '{"default-address-pools": "10.0.0.0/8"}', "172.17.0.0/16"),
        (FIRST, "damaged", None),
    ],
)
def test_the_pools_that_the_remedy_sets_are_those_that_are_judged(fake_host, route, document, clash):
    host = fake_host({**routes(route), "/etc/docker/daemon.json": document})
    assert facts(host)["net.route_conflict"].value == clash


@pytest.mark.parametrize("text", ["", "10.0.0.0", "10.0.0/8", "256.0.0.0/8", "10.0.0.0/33", "fd00::/64", "10.0.0.0/8x"])
def test_what_is_no_network_of_ipv4_is_none(text):
    assert parse_network(text) is None


@pytest.mark.parametrize("name", ["docker0", "br-0123456789ab", "cni0", "podman1"])
def test_an_engines_own_route_is_no_conflict(fake_host, name):
    assert facts(fake_host(routes(line(name, "000011AC", "0000FFFF"))))["net.route_conflict"].value == "none"


def test_the_default_route_is_no_conflict_and_the_best_of_them_has_the_mtu(fake_host):
    both = (line("wg0", "00000000", "00000000", 200), line("eth0", "00000000", "00000000", 100))
    host = fake_host({**routes(*both), "/sys/class/net/eth0/mtu": "9000\n", "/sys/class/net/wg0/mtu": "1420\n"})
    found = facts(host)
    assert found["net.route_conflict"].value == "none"
    assert found["net.mtu"].value == 9000


@pytest.mark.parametrize(
    "text", [PermissionError(), "x\n", HEAD + "eth0\n", HEAD + line("eth0", "zz", "00"), HEAD + "\0" * 50]
)
def test_an_unexpected_table_is_unknown(fake_host, text):
    found = facts(fake_host({"/proc/net/route": text}))
    assert not found["net.mtu"].known
    assert not found["net.route_conflict"].known
    assert found["net.route_conflict"].reason


def test_without_a_default_route_there_is_no_uplink(fake_host):
    found = facts(fake_host(routes(line("eth0", "0000000A", "000000FF"))))
    assert "no IPv4 default route" in found["net.mtu"].reason


CREATED = '"default-network-opts": {"bridge": {"com.docker.network.driver.mtu": "1400"}}'
"""The MTU of networks that Compose makes: mtu is not theirs."""


@pytest.mark.parametrize(
    ("uplink", "document", "headroom"),
    [
        (1500, None, 0),
        (1400, None, -100),
        (9000, "{}", 7500),
        (1400, '{"mtu": 1400}', -100),
        (1400, f'{{"mtu": 1400, {CREATED}}}', 0),
        (1400, f"{{{CREATED}}}", -100),
        (1400, '{"mtu": 1400, "default-network-opts": {"bridge": {"com.docker.network.driver.mtu": 1400}}}', -100),
        (1400, '{"mtu": 1400, "default-network-opts": []}', -100),
        (1500, f'{{"mtu": 1450, {CREATED}}}', 50),
        (1500, '{"mtu": "1450"}', 0),
        (1500, '{"mtu": 0}', 0),
    ],
)
def test_the_mtu_of_the_uplink_is_compared_with_the_bridges(fake_host, uplink, document, headroom):
    files = {**routes(line("eth0", "00000000", "00000000")), "/sys/class/net/eth0/mtu": f"{uplink}\n"}
    if document:
        files["/etc/docker/daemon.json"] = document
    assert facts(fake_host(files))["net.mtu.headroom"].value == headroom


def test_without_an_uplink_or_with_a_closed_configuration_the_headroom_is_unknown(fake_host):
    uplink = {**routes(line("eth0", "00000000", "00000000")), "/sys/class/net/eth0/mtu": "1500\n"}
    for files in (routes(), {**uplink, "/etc/docker/daemon.json": PermissionError()}):
        fact = facts(fake_host(files))["net.mtu.headroom"]
        assert not fact.known
        assert fact.reason


def test_an_empty_table_is_that_of_a_host_without_routes(fake_host):
    """fib_route_seq_start of net/ipv4/fib_trie.c writes no heading either where no address was ever set."""
    found = facts(fake_host({"/proc/net/route": ""}))
    assert found["net.route_conflict"].value == "none"
    assert not found["net.mtu"].known
    assert "no IPv4 default route" in found["net.mtu"].reason


UPLINK = "eth0\t00000000\t0138A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
ONLINK = "eth0\t0038A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n"
ANY, NO_ONE = "0" * 32, "0" * 32
SIX = f"{ANY} 00 {NO_ONE} 00 fe8{'0' * 28}1 00000400 00000001 00000000 {{}}     {{}}\n"


@pytest.mark.parametrize(
    ("four", "six", "there"),
    [
        (HEAD + UPLINK, "", True),
        (HEAD + ONLINK, "", False),
        (HEAD + ONLINK, SIX.format("00000003", "eth0"), True),
        (HEAD, SIX.format("00200200", "lo"), False),
        (HEAD, SIX.format("00000203", "eth0"), False),
        (HEAD + UPLINK.replace("0003", "0203"), "", False),
        (None, "", None),
        ("odd\n", "", None),
    ],
    ids=["IPv4", "none", "IPv6", "lo rejects", "rejects", "IPv4 rejects", "not read", "damaged"],
)
def test_a_default_route_is_one_that_sends_packets(fake_host, facts_of, four, six, there):
    files = {ROUTES6: six} | ({} if four is None else {ROUTES: four})
    fact = facts_of(default_route, fake_host(files))["net.default_route"]
    assert (fact.value, fact.known) == (there, there is not None)
