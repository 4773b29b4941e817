import gzip

import pytest

from hostcheck.host.live import LiveHost
from hostcheck.probes.network.netoptions import CHOICES, OPTIONS, probe


def config(*options, state="y"):
    return {"/proc/config.gz": gzip.compress("".join(f"CONFIG_{name}={state}\n" for name in options).encode())}


@pytest.mark.parametrize("fact_id", OPTIONS)
def test_each_fact_wants_all_of_its_options(fake_host, facts_of, fact_id):
    options = OPTIONS[fact_id]
    assert facts_of(probe, fake_host(config(*options)))[fact_id].value is True
    assert facts_of(probe, fake_host(config(*options, state="m")))[fact_id].value is True
    for missing in options:
        rest = [name for name in options if name != missing]
        assert facts_of(probe, fake_host(config("PROC_FS", *rest)))[fact_id].value is False, missing


def test_rules_may_come_from_either_of_the_kernels_halves(fake_host, facts_of):
    for option in ("IP_NF_TARGET_REDIRECT", "NETFILTER_XT_TARGET_REDIRECT"):
        value = facts_of(probe, fake_host(config(option)))["net.xt"].value
        assert [name for name, there in value.items() if there] == ["redirect"]


def test_each_name_is_reported_separately(fake_host, facts_of):
    facts = facts_of(probe, fake_host(config("MACVLAN", "IP6_NF_NAT")))
    assert facts["net.devices"].value == {"dummy": False, "ipvlan": False, "macvlan": True, "vlan": False}
    assert [name for name, there in facts["net.ipv6_tables"].value.items() if there] == ["nat"]
    assert "CONFIG_DUMMY=n" in facts["net.devices"].evidence[0].value


NFT, LEGACY = ("NF_TABLES", "NF_TABLES_IPV4", "NFT_COMPAT"), ("IP_NF_FILTER", "IP_NF_MANGLE", "IP_NF_RAW")


@pytest.mark.parametrize(
    ("program", "options", "there"),
    [
        ("/usr/sbin/xtables-nft-multi", NFT, True),
        ("/usr/sbin/xtables-nft-multi", LEGACY, False),
        ("/usr/sbin/xtables-nft-multi", ("NF_TABLES",), False),
        ("/usr/sbin/xtables-nft-multi", ("NF_TABLES", "NFT_COMPAT"), False),
        ("/usr/sbin/xtables-legacy-multi", NFT, False),
        ("/usr/sbin/xtables-legacy-multi", LEGACY, True),
        (None, NFT, True),
        (None, LEGACY, True),
        (None, ("NF_NAT",), False),
    ],
)
def test_tables_are_those_of_the_installed_program(fake_host, facts_of, program, options, there):
    links = {"/usr/sbin/iptables": program} if program else {}
    value = facts_of(probe, fake_host(config(*options), links=links))["net.tables"].value
    assert value == dict.fromkeys(("filter", "mangle", "raw"), there)


IPV6_BY_NFT = ("NF_TABLES", "NF_TABLES_IPV6", "NFT_COMPAT", "NFT_NAT", "NETFILTER_XT_TARGET_MASQUERADE")


@pytest.mark.parametrize(
    ("missing", "gone"),
    [
        (None, set()),
        ("NF_TABLES", {"filter", "mangle", "masquerade", "nat", "raw"}),
        ("NFT_COMPAT", {"filter", "mangle", "masquerade", "nat", "raw"}),
        ("NFT_NAT", {"nat"}),
        ("NETFILTER_XT_TARGET_MASQUERADE", {"masquerade"}),
    ],
)
def test_tables_of_ipv6_by_nf_tables_need_more_than_its_family(fake_host, facts_of, missing, gone):
    options = ("NFT_MASQ", *(name for name in IPV6_BY_NFT if name != missing))
    value = facts_of(probe, fake_host(config(*options)))["net.ipv6_tables"].value
    assert {name for name, there in value.items() if not there} == gone


def test_an_option_that_only_brings_another_along_is_no_way_around_its_module(fake_host, facts_of):
    options = ("NETFILTER_XT_TARGET_REDIRECT", "IP_NF_TARGET_REDIRECT", "NETFILTER_XT_TARGET_MASQUERADE")
    files = config(*options, "IP6_NF_TARGET_MASQUERADE", state="m") | {
        "/proc/sys/kernel/osrelease": "6.1.0",
        "/lib/modules/6.1.0/modules.dep": "kernel/net/bridge/bridge.ko:\n",
    }
    facts = facts_of(probe, fake_host(files))
    assert facts["net.xt"].value["redirect"] is False
    assert facts["net.ipv6_tables"].value["masquerade"] is False


def test_encrypted_networks_need_no_option_that_later_kernels_have_not(fake_host, facts_of):
    of_7_2 = ("CRYPTO", "CRYPTO_AEAD", "CRYPTO_GCM", "CRYPTO_SEQIV", "CRYPTO_LIB_GF128HASH")
    network = ("XFRM", "XFRM_USER", "XFRM_ALGO", "INET_ESP", "NETFILTER_XT_MATCH_BPF")
    assert facts_of(probe, fake_host(config(*of_7_2, *network)))["net.vxlan_encrypted"].value is True


def test_without_a_configuration_nothing_is_missing(fake_host, facts_of):
    for fact in facts_of(probe, fake_host({})).values():
        assert not fact.known
        assert "configuration" in fact.reason


@pytest.mark.real
def test_every_option_of_this_kernel_is_known():
    facts = {fact.id: fact for fact in probe(LiveHost())}
    assert set(facts) == {*OPTIONS, *CHOICES, "net.tables"}
    assert all(fact.known and fact.evidence for fact in facts.values())
