import subprocess

import pytest

from hostcheck.host.live import LiveHost
from hostcheck.probes.network.netstate import parse_range, probe, rp_filter

NET = "/proc/sys/net"
CALLS = {f"{NET}/bridge/bridge-nf-call-{name}": "1\n" for name in ("arptables", "ip6tables", "iptables")}


def forwarding(every, default):
    return {f"{NET}/ipv6/conf/all/forwarding": every, f"{NET}/ipv6/conf/default/forwarding": default}


def test_bridge_netfilter_is_reported_by_table(fake_host, facts_of):
    host = fake_host({**CALLS, f"{NET}/bridge/bridge-nf-call-ip6tables": "0\n"})
    value = facts_of(probe, host)["net.bridge_nf_call"].value
    assert value == {"arptables": True, "ip6tables": False, "iptables": True}


def test_before_br_netfilter_is_loaded_no_table_sees_bridged_packets(fake_host, facts_of):
    assert facts_of(probe, fake_host({}))["net.bridge_nf_call"].value == dict.fromkeys(
        ("arptables", "ip6tables", "iptables"), False
    )


@pytest.mark.parametrize("text", [PermissionError(), "2\n", "yes\n"])
def test_an_unreadable_or_unexpected_switch_is_unknown(fake_host, facts_of, text):
    fact = facts_of(probe, fake_host({**CALLS, f"{NET}/bridge/bridge-nf-call-iptables": text}))["net.bridge_nf_call"]
    assert not fact.known
    assert "bridge-nf-call-iptables" in fact.reason


@pytest.mark.parametrize(("every", "default", "on"), [("1", "1", True), ("0", "1", False), ("1", "0", False)])
def test_forwarding_of_ipv6_wants_both_switches(fake_host, facts_of, every, default, on):
    assert facts_of(probe, fake_host(forwarding(every, default)))["net.ipv6_forward"].value is on


def test_a_kernel_without_ipv6_forwards_none(fake_host, facts_of):
    facts = facts_of(probe, fake_host({f"{NET}/ipv4/ip_forward": "1"}))
    assert facts["net.ipv6"].value is False
    assert facts["net.ipv6_forward"].value is False
    assert not facts_of(probe, fake_host({}, live=False))["net.ipv6"].known
    assert not facts_of(probe, fake_host({}, live=False))["net.ipv6_forward"].known


@pytest.mark.parametrize(
    ("count", "most", "percent"),
    [("0", "262144", 0.0), ("65536", "65536", 100.0), ("100", "1000", 10.0), ("5", "0", 0)],
)
def test_the_use_of_the_connection_table_is_reported(fake_host, facts_of, count, most, percent):
    files = {f"{NET}/netfilter/nf_conntrack_count": count, f"{NET}/netfilter/nf_conntrack_max": most}
    facts = facts_of(probe, fake_host(files))
    assert facts["net.conntrack.used_percent"].value == percent
    assert facts["net.conntrack.max"].value == int(most)


def test_connections_that_are_not_tracked_are_unknown(fake_host, facts_of):
    facts = facts_of(probe, fake_host({}))
    assert not facts["net.conntrack.max"].known
    assert "there is no /proc/sys/net/netfilter here" in facts["net.conntrack.used_percent"].reason
    seen = facts_of(probe, fake_host({"/proc/sys/net/netfilter/nf_log/0": "NONE\n"}))
    assert "because nf_conntrack is not loaded: modprobe nf_conntrack" in seen["net.conntrack.max"].reason
    wrong = facts_of(
        probe, fake_host({f"/proc/sys/net/netfilter/nf_conntrack_{name}": "x" for name in ("count", "max")})
    )
    assert "expected a whole number, found 'x'" in wrong["net.conntrack.max"].reason
    captured = facts_of(probe, fake_host({}, live=False))
    assert "nf_conntrack_max could not be read" in captured["net.conntrack.max"].reason


def test_the_range_of_ephemeral_ports_is_read():
    assert parse_range("32768\t60999\n") == (32768, 60999)


@pytest.mark.parametrize("text", ["", "1", "1 2 3", "a b"])
def test_an_invalid_range_is_unknown(fake_host, facts_of, text):
    assert not facts_of(probe, fake_host({f"{NET}/ipv4/ip_local_port_range": text}))["net.ephemeral_range"].known


@pytest.mark.real
def test_the_value_of_sysctl_is_reported():
    facts = {fact.id: fact for fact in probe(LiveHost())}
    argv = ["sysctl", "-n", "net.ipv4.ip_local_port_range", "net.netfilter.nf_conntrack_max"]
    ports, most = subprocess.run(argv, capture_output=True, text=True, check=True).stdout.splitlines()
    assert facts["net.ephemeral_range"].value == tuple(int(word) for word in ports.split())
    assert facts["net.conntrack.max"].value == int(most)


@pytest.mark.parametrize(
    ("text", "value"), [("0\n", "off"), ("1\n", "strict"), ("2\n", "loose"), ("3\n", None), ("", None), (None, None)]
)
def test_the_reverse_path_filter_of_all_interfaces(fake_host, facts_of, text, value):
    """0 on Flatcar and Fedora, 2 on Ubuntu (procps 10-network-security.conf), 1 by the CIS Benchmarks."""
    files = {} if text is None else {"/proc/sys/net/ipv4/conf/all/rp_filter": text}
    fact = facts_of(rp_filter, fake_host(files))["net.rp_filter"]
    assert (fact.value if fact.known else None) == value


PROC = "26 1 0:22 / /proc rw - proc proc rw\n"
CLOSED = "50 26 0:22 /sys /proc/sys ro - proc proc rw\n"
OPEN = "51 50 0:22 /sys/net /proc/sys/net rw - proc proc rw\n"


@pytest.mark.parametrize(
    ("mounts", "value"),
    [
        (PROC, True),
        (PROC + CLOSED, False),
        (PROC + CLOSED + OPEN, True),
        ("26 1 0:22 / /proc ro - proc proc rw\n", False),
        ("27 1 8:1 / / ro - ext4 /dev/sda1 ro\n", True),
        ("", None),
    ],
)
def test_settings_of_networks_are_made_unless_their_mount_is_read_only(fake_host, facts_of, mounts, value):
    fact = facts_of(probe, fake_host({"/proc/self/mountinfo": mounts}))["net.sysctls_writable"]
    assert (fact.value if fact.known else None) is value
