"""Rules of netfilter that may slow a transfer, and those that limit something else."""

import pytest

from hostcheck.bench.network.packet_limits import _slowing, limits_of_packets

UFW = """*filter
:INPUT DROP [1:60]
:ufw-logging-deny - [0:0]
:ufw-not-local - [0:0]
-A INPUT -j ufw-before-input
-A ufw-after-logging-input -m limit --limit 3/min --limit-burst 10 -j LOG --log-prefix "[UFW BLOCK] "
-A ufw-before-logging-input -m conntrack --ctstate NEW -m limit --limit 3/min -j LOG --log-prefix "[UFW AUDIT] "
-A ufw-logging-deny -m conntrack --ctstate INVALID -m limit --limit 3/min --limit-burst 10 -j RETURN
-A ufw-logging-deny -m limit --limit 3/min --limit-burst 10 -j LOG --log-prefix "[UFW BLOCK] "
-A ufw-not-local -m limit --limit 3/min --limit-burst 10 -j ufw-logging-deny
-A ufw-not-local -j DROP
COMMIT
"""
UFW_LISTED = """table ip filter {
	chain ufw-logging-deny {
		ct state invalid limit rate 3/minute burst 10 packets counter packets 0 bytes 0 return
		limit rate 3/minute burst 10 packets counter packets 0 bytes 0 log prefix "[UFW BLOCK] drop "
	}

	chain ufw-not-local {
		limit rate 3/minute burst 10 packets counter packets 0 bytes 0 jump ufw-logging-deny
		counter packets 0 bytes 0 drop
	}
}
"""


def saved(*rules, table="filter"):
    return "iptables-save", "".join(f"{row}\n" for row in (f"*{table}", *rules, "COMMIT"))


def listed(*rules):
    rows = "".join(f"\t\t{rule}\n" for rule in ("type filter hook output priority filter; policy accept;", *rules))
    return "nft", f"table inet filter {{\n\tchain output {{\n{rows}\t}}\n}}\n"


@pytest.mark.parametrize(
    ("kind", "printed"),
    [
        ("limit", [("iptables-save", UFW), ("nft", UFW_LISTED)]),
        ("limit", [saved("-A INPUT -p icmp -m icmp --icmp-type 8 -m limit --limit 1/sec -j ACCEPT")]),
        ("limit", [saved("-A INPUT -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -m limit --limit 9/sec -j ACCEPT")]),
        ("hashlimit", [saved("-A INPUT -p tcp -m state --state NEW -m hashlimit --hashlimit-above 5/min -j DROP")]),
        ("limit", [listed("ip protocol icmp icmp type echo-request limit rate over 10/second burst 4 packets drop")]),
        ("limit", [listed("tcp dport 22 ct state new limit rate 3/minute burst 10 packets accept")]),
        ("limit", [listed("tcp flags syn / syn,ack limit rate over 100/second drop")]),
        ("statistic", [saved("-A KUBE-SVC-X -m statistic --mode random --probability 0.5 -j KUBE-SEP-Y", table="nat")]),
        ("statistic", [listed("numgen random mod 2 vmap { 0 : goto endpoint-a, 1 : goto endpoint-b }")]),
    ],
)
def test_limits_on_logs_new_connections_and_pings_slow_no_transfer(kind, printed):
    assert list(_slowing({kind: 1}, printed)) == []


@pytest.mark.parametrize(
    ("kind", "printed"),
    [
        ("hashlimit", [saved("-A OUTPUT -o eth0 -m hashlimit --hashlimit-above 3mb/s --hashlimit-name o -j DROP")]),
        ("limit", [saved("-A OUTPUT -m limit --limit 1000/sec -j ACCEPT", "-A OUTPUT -j DROP")]),
        ("limit", [saved("-A INPUT -m conntrack --ctstate NEW,ESTABLISHED -m limit --limit 9/sec -j ACCEPT")]),
        ("quota", [saved("-A OUTPUT -m quota --quota 1000000 -j ACCEPT")]),
        ("statistic", [saved("-A OUTPUT -m statistic --mode random --probability 0.01 -j DROP")]),
        ("queue", [saved("-A OUTPUT -p tcp -j NFQUEUE --queue-num 0")]),
        ("limit", [saved("-A OUTPUT -m limit --limit 9/sec -j X", "-A X -j LOG", "-A X -j DROP")]),
        ("limit", [saved("-A OUTPUT -m limit --limit 9/sec -j UNKNOWN")]),
        ("limit", [listed("tcp dport 5201 limit rate over 9/second reject with icmp type host-unreachable")]),
        ("limit", [listed("tcp dport 5201 limit rate over 9/second reject with icmpx port-unreachable")]),
        ("limit", [listed("meta l4proto != icmp limit rate over 100/second drop")]),
        ("limit", [saved("-A INPUT ! -p icmp -m limit --limit 9/sec -j ACCEPT")]),
        ("limit", [saved("-A INPUT -m conntrack ! --ctstate NEW -m limit --limit 9/sec -j ACCEPT")]),
        ("limit", [saved("-A INPUT -p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN -m limit --limit 9/sec -j ACCEPT")]),
        ("limit", [listed("limit rate over 10 mbytes/second drop")]),
        ("limit", [listed('limit name "slow" accept')]),
        ("limit", [listed("ct state { established, new } limit rate over 10/second drop")]),
        ("limit", [listed("ct state new,established limit rate over 10/second drop")]),
        ("quota", [listed("quota over 25 mbytes drop")]),
        ("queue", [listed("queue to 3")]),
        ("limit", [("iptables-save", UFW), listed("limit rate over 10 mbytes/second drop")]),
    ],
)
def test_what_drops_or_holds_packets_of_a_transfer_may_slow_it(kind, printed):
    assert list(_slowing({kind: 1}, printed)) == [kind]


def test_what_is_in_use_and_was_not_read_is_elsewhere():
    assert list(_slowing({"hashlimit": 1}, [])) == ["hashlimit elsewhere"], "not root"
    assert list(_slowing({"hashlimit": 1}, [("iptables-save", UFW)])) == ["hashlimit elsewhere"]
    assert list(_slowing({"limit": 6}, [("iptables-save", UFW)])) == ["limit elsewhere"]
    assert list(_slowing({"limit": 10}, [("iptables-save", UFW), ("ip6tables-save", UFW)])) == []
    assert list(_slowing({"limit": 10}, [("iptables-save", UFW), ("iptables-legacy-save", UFW)])) == ["limit elsewhere"]
    assert list(_slowing({"limit": 0}, [("nft", "")])) == [], "built in, and no rule uses it"
    assert list(_slowing({"limit": 0}, [])) == ["limit elsewhere"], "built in, and no rule was read"
    assert list(_slowing({"limit": 0}, [("iptables-save", UFW)], {"nft_limit"})) == ["limit elsewhere"], "of nft"
    assert list(_slowing({"limit": 0}, [("nft", "")], {"nft_limit", "xt_limit"})) == []
    assert list(_slowing({"hashlimit": 0}, [("iptables-save", UFW)], {"xt_hashlimit"})) == []


@pytest.mark.parametrize(
    ("loaded", "built_in", "found"),
    [
        ("xt_limit 16384 0 - Live 0x0\nnft_limit 16384 0 - Live 0x0\n", "kernel/net/netfilter/xt_mark.ko\n", ()),
        ("xt_limit 16384 6 - Live 0x0\n", "", ("limit elsewhere",)),
        ("", "kernel/net/netfilter/xt_hashlimit.ko\n", ("hashlimit elsewhere",)),
        (None, "", ()),
    ],
)
def test_an_extension_that_no_rule_uses_limits_nothing(tmp_path, monkeypatch, loaded, built_in, found):
    monkeypatch.setattr("os.geteuid", lambda: 65534)
    monkeypatch.setattr("platform.release", lambda: "6.1.0")
    (tmp_path / "6.1.0").mkdir()
    (tmp_path / "6.1.0/modules.builtin").write_text(built_in)
    if loaded is not None:
        (tmp_path / "modules").write_text(loaded)
    assert limits_of_packets(tmp_path / "modules", tmp_path) == found


def test_an_unknown_list_of_what_is_built_in_excludes_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 65534)
    (tmp_path / "modules").write_text("")
    assert set(limits_of_packets(tmp_path / "modules", tmp_path) or ()) == {
        f"{kind} elsewhere" for kind in ("limit", "hashlimit", "quota", "statistic", "queue")
    }
