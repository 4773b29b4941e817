import pytest

from hostcheck.probes.network.holders import parse_containers, parse_rules, parse_ruleset, parse_unit
from hostcheck.probes.network.listening import address_of
from hostcheck.probes.network.ports import probe
from tests.probes.network.test_ports import row, tables

DOCKER = """\
*nat
:PREROUTING ACCEPT [0:0]
:DOCKER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -s 172.17.0.2/32 -d 172.17.0.2/32 -p tcp -m tcp --dport 80 -j MASQUERADE
-A DOCKER -i docker0 -j RETURN
-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80
-A DOCKER -d 127.0.0.1/32 ! -i docker0 -p udp -m udp --dport 5353 -j DNAT --to-destination 172.17.0.3:53
COMMIT
"""
NETAVARK = """\
*nat
-A NETAVARK-HOSTPORT-DNAT -p tcp -m tcp --dport 9000 -m comment --comment "name: podman" -j NETAVARK-DN-1D8721804F16F
-A NETAVARK-DN-1D8721804F16F -p tcp -m tcp --dport 9000 -j DNAT --to-destination 10.88.0.2:9000
COMMIT
"""
KUBERNETES = """\
*nat
-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m comment --comment "default/kubernetes" -m tcp --dport 443 -j KUBE-SVC-NPX46M
-A KUBE-NODEPORTS -d 0.0.0.0/0 -p tcp -m comment --comment "web/front" -m tcp --dport 30080 -j KUBE-EXT-ABC
-A KUBE-SEP-1 -p tcp -m comment --comment "web/front" -m tcp -j DNAT --to-destination 10.244.0.5:8080
COMMIT
"""
FORWARDS = {"/proc/sys/net/ipv4/ip_forward": "1\n"}
ROOT = {"/proc/self/status": "Uid:\t0\t0\t0\t0\n", **FORWARDS}
NFT = {"/usr/sbin/iptables-nft": "", "/sys/module/nft_chain_nat/refcnt": "2"}
SAVE = ("/usr/sbin/iptables-save", "-t", "nat")
SOCKET = "/run/docker.sock"
WANTS = "/etc/systemd/system/sockets.target.wants"


def web(public=8080):
    ports = [
        {"IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": public, "Type": "tcp"},
        {"PrivatePort": 9, "Type": "tcp"},
    ]
    return [{"Names": ["/web"], "Ports": ports}]


@pytest.fixture
def found(fake_host, facts_of):
    """The two facts of a host of files, rules, containers and sockets."""

    def run(files=None, rules=None, containers=None, sockets=""):
        there = {**tables(sockets), **(files or {})}
        api = {}
        if containers is not None:
            there[SOCKET] = ""
            api = {(SOCKET, "/info"): (200, {}), (SOCKET, "/containers/json"): (200, containers)}
        printed = {} if rules is None else {SAVE: rules}
        host = fake_host(there, {"/usr/sbin/iptables": "iptables-nft"}, api=api, printed=printed)
        facts = facts_of(probe, host)
        return facts["net.ports.busy"].value, facts["net.ports.holders"].value, host

    return run


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        (DOCKER, {"tcp/8080", "udp/5353"}),
        (NETAVARK, {"tcp/9000"}),
        (KUBERNETES, {"tcp/30080"}),
        ("*nat\n-A PREROUTING -i eth0 -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8000\n", {"tcp/80"}),
        ("*nat\n-A POSTROUTING -s 10.0.0.0/8 -j MASQUERADE\nCOMMIT\n", set()),
        ("", set()),
        ("-A X -p tcp --dport 99999999 -j DNAT\n\0\n-A", set()),
    ],
)
def test_translated_ports_are_those_that_reach_something_else(text, ports):
    assert {port for port, _ in parse_rules(text)} == ports


@pytest.mark.parametrize(
    "answer",
    [None, {}, [None, 7, {"Ports": None}, {"Ports": [None, {"PublicPort": "x"}]}], "x", [{"Ports": True, "Names": 7}]],
)
def test_an_engine_that_answers_something_else_publishes_nothing(answer):
    assert list(parse_containers(answer)) == []


def test_a_published_port_has_the_name_of_its_container():
    assert list(parse_containers(web())) == [("web", "tcp/8080", "0.0.0.0")]


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        ("[Socket]\nListenStream=9090\n", {"tcp/9090"}),
        ("ListenStream=[::]:22\nListenDatagram=0.0.0.0:69\n", {"tcp/22", "udp/69"}),
        ("ListenStream=/run/docker.sock\n# ListenStream=80\nListenFIFO=7\n", set()),
    ],
)
def test_the_ports_of_a_socket_unit_are_read(text, ports):
    assert parse_unit(text) == ports


def test_a_port_that_only_a_rule_holds_is_busy_though_nothing_is_bound(found):
    busy, holders, _ = found({**ROOT, **NFT}, DOCKER)
    assert busy == ("tcp/8080", "udp/5353")
    assert holders == ("tcp/8080 nat", "udp/5353 nat")


def test_the_engine_says_what_it_publishes_without_root(found):
    busy, holders, host = found(NFT, DOCKER, web())
    assert (busy, holders) == (("tcp/8080",), ("tcp/8080 container",))
    assert " ".join(SAVE) not in host.asked


def test_each_holder_of_a_port_is_named(found):
    files = {**ROOT, **NFT, f"{WANTS}/web.socket": "ListenStream=8080\n"}
    busy, holders, _ = found(files, DOCKER, web(), row("00000000", 8080) + row("00000000", 22))
    assert busy == ("tcp/22", "tcp/8080", "udp/5353")
    assert holders == (
        *("tcp/22 socket", "tcp/8080 container", "tcp/8080 nat", "tcp/8080 socket", "tcp/8080 web.socket"),
        "udp/5353 nat",
    )


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        (DOCKER, {("tcp/8080", "0.0.0.0"), ("udp/5353", "127.0.0.1")}),
        (KUBERNETES, {("tcp/30080", "0.0.0.0")}),
        # The rule that jumps there may be for one address.
        (NETAVARK, {("tcp/9000", "?")}),
        ("-A X -d 10.0.0.0/24 -p tcp --dport 80 -j DNAT --to 10.1.0.1:80\n", {("tcp/80", "?")}),
        ("-A X ! -d 10.0.0.1/32 -p tcp --dport 80 -j DNAT --to 10.1.0.1:80\n", {("tcp/80", "?")}),
    ],
)
def test_a_rule_holds_its_ports_on_the_address_that_it_is_for(text, addresses):
    assert parse_rules(text) == addresses


@pytest.mark.parametrize(
    ("text", "order", "address"),
    [
        ("0100007F", "little", "127.0.0.1"),
        ("7F000001", "big", "127.0.0.1"),
        ("00000000", "little", "0.0.0.0"),
        ("0" * 32, "little", "::"),
        ("0" * 24 + "01000000", "little", "::1"),
        ("0" * 24 + "00000001", "big", "::1"),
        ("0000000000000000FFFF00000500000A", "little", "10.0.0.5"),
        ("B80D0120000000000000000001000000", "little", "2001:db8::1"),
    ],
)
def test_an_address_is_read_in_the_order_of_the_host(text, order, address):
    assert address_of(text, order) == address


def test_the_addresses_of_ports_in_use_are_those_of_sockets_rules_and_containers(fake_host, facts_of):
    sockets = row("0100007F", 631) + row("00000000", 22)
    there = {**tables(sockets, tcp6=row("0" * 32, 22)), **ROOT, **NFT, SOCKET: ""}
    answer = [{"Names": ["/a"], "Ports": [{"IP": "", "PublicPort": 81, "Type": "tcp"}]}, *web(82)]
    api = {(SOCKET, "/info"): (200, {}), (SOCKET, "/containers/json"): (200, answer)}
    host = fake_host(there, {"/usr/sbin/iptables": "iptables-nft"}, api=api, printed={SAVE: DOCKER})
    assert facts_of(probe, host)["net.ports.addresses"].value == (
        *("tcp/22 0.0.0.0", "tcp/22 ::", "tcp/81 ?", "tcp/82 0.0.0.0", "tcp/631 127.0.0.1", "tcp/8080 0.0.0.0"),
        "udp/5353 127.0.0.1",
    )


def test_a_socket_unit_that_is_not_started_holds_nothing(found):
    assert found({f"{WANTS}/cockpit.socket": "ListenStream=9090\n"})[:2] == ((), ())


@pytest.mark.parametrize(
    "files",
    [
        {**ROOT, "/usr/sbin/iptables-nft": ""},
        {**ROOT, **NFT, "/proc/sys/net/ipv4/ip_forward": "0\n"},
        {**NFT, **FORWARDS, "/proc/self/status": "Uid:\t1000\t1000\t1000\t1000\n"},
    ],
    ids=["it would load the table", "nothing is forwarded", "an ordinary user"],
)
def test_no_program_is_run_in_vain(found, files):
    busy, _, host = found(files, DOCKER)
    assert " ".join(SAVE) not in host.asked
    assert busy == ()


NETAVARK_NFT = """\
table inet netavark {
\tchain NETAVARK-HOSTPORT-DNAT {
\t\tip daddr 10.0.0.1 tcp dport 8080 jump nv_2f259bab_10_88_0_0_nm16_dnat
\t}
\tchain nv_2f259bab_10_88_0_0_nm16_dnat {
\t\tip saddr 10.88.0.0/16 tcp dport 8080 jump NETAVARK-HOSTPORT-SETMARK
\t\ttcp dport 8080 dnat ip to 10.88.0.2:80
\t\tudp dport { 5000, 5001 } dnat ip to 10.88.0.2
\t\ttcp dport 22 accept
\t}
}
"""
DOCKER_NFT = """\
table ip docker-bridges {
\tchain nat-prerouting-and-output {
\t\tiifname != "docker0" tcp dport 8081 counter packets 0 bytes 0 dnat to 172.17.0.2:80 comment "DNAT"
\t}
}
"""
KUBE_NFT = """\
table ip kube-proxy {
\tmap service-nodeports {
\t\ttype inet_proto . inet_service : verdict
\t\telements = { tcp . 30080 : goto external-ABC-ns1/svc1/tcp/p80 }
\t}
}
"""
NFT_LIST = ("/usr/sbin/nft", "-n", "list", "ruleset")
IN_USE = {"/usr/sbin/nft": "", "/proc/modules": "nft_nat 16384 2 - Live 0x0\n"}


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        (NETAVARK_NFT, {"tcp/8080", "udp/5000", "udp/5001"}),
        (DOCKER_NFT, {"tcp/8081"}),
        (KUBE_NFT, {"tcp/30080"}),
        ("table ip nat {\n\tchain c {\n\t\ttcp dport 25 redirect to :2525\n\t}\n}\n", {"tcp/25"}),
        (
            "table ip filter {\n\tchain c {\n\t\ttcp dport 25 accept\n\t\tip daddr 1.2.3.4 dnat to 5.6.7.8\n\t}\n}\n",
            set(),
        ),
        ("", set()),
    ],
)
def test_ports_of_nftables_are_those_that_a_rule_translates(text, ports):
    assert {port for port, _ in parse_ruleset(text)} == ports


@pytest.mark.parametrize(
    ("files", "held"),
    [
        (ROOT | IN_USE, ("tcp/8081 nat",)),
        (ROOT | IN_USE | {"/proc/modules": "nft_redir 16384 1 - Live 0x0\n"}, ("tcp/8081 nat",)),
        (FORWARDS | IN_USE, ()),
        (ROOT | IN_USE | {"/proc/modules": "nft_nat 16384 0 - Live 0x0\n"}, ()),
        (ROOT | {"/proc/modules": IN_USE["/proc/modules"]}, ()),
        ({**ROOT, **IN_USE, "/proc/sys/net/ipv4/ip_forward": "0\n"}, ()),
    ],
    ids=["root", "redirects", "user", "no-rule-in-use", "no-program", "no-forwarding"],
)
def test_tables_of_nftables_are_read_where_their_rules_translate(fake_host, facts_of, files, held):
    host = fake_host({**tables(""), **files}, printed={NFT_LIST: DOCKER_NFT})
    facts = facts_of(probe, host)
    assert facts["net.ports.holders"].value == held
    assert facts["net.ports.busy"].value == (("tcp/8081",) if held else ())
    assert (" ".join(NFT_LIST) in host.asked) is bool(held)


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        (NETAVARK_NFT, {("tcp/8080", "?"), ("udp/5000", "?"), ("udp/5001", "?")}),
        (DOCKER_NFT, {("tcp/8081", "0.0.0.0"), ("tcp/8081", "::")}),
        ("table ip n {\n\tip daddr 127.0.0.1 tcp dport 80 dnat to 10.0.0.1:80\n}\n", {("tcp/80", "127.0.0.1")}),
        ("table ip n {\n\tip daddr 10.0.0.0/8 tcp dport 80 dnat to 10.0.0.1:80\n}\n", {("tcp/80", "?")}),
        ("table ip n {\n\tip daddr != 10.0.0.5 tcp dport 80 dnat to 10.0.0.1:80\n}\n", {("tcp/80", "?")}),
    ],
)
def test_a_rule_of_nftables_holds_its_ports_on_the_address_that_it_is_for(text, addresses):
    assert parse_ruleset(text) == addresses
