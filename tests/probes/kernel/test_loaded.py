"""A loaded module is proof of its option, with and without the kernel's configuration."""

import pytest

from hostcheck.probes.kernel.kernel import probe as kernel
from hostcheck.probes.kernel.loaded import parse_modules
from hostcheck.probes.network.netoptions import probe as netoptions
from hostcheck.probes.network.network import probe as network

NFT = ("nf_nat", "nf_tables", "nft_compat", "nft_chain_nat", "xt_MASQUERADE", "xt_addrtype", "xt_conntrack")
RELEASE = {"/proc/sys/kernel/osrelease": "5.4.0-52-generic"}
IN_A_CONTAINER = {"/proc/self/ns/pid": "pid:[4026532836]"}


def listed(*names, state="Live"):
    return {"/proc/modules": "".join(f"{name} 16384 1 - {state} 0x0\n" for name in names)}


def held(*names):
    return {f"/sys/module/{name}/initstate": "live" for name in names}


def test_only_live_modules_count():
    text = "bridge 311296 1 br_netfilter, Live 0x0\nveth 28672 0 - Loading 0x0\noverlay 1 0 - Unloading 0x0\n"
    assert parse_modules(text) == {"bridge"}


@pytest.mark.parametrize("modules", [listed(*NFT), held(*NFT)], ids=["/proc/modules", "/sys/module"])
@pytest.mark.parametrize("configuration", [{}, {"/proc/config.gz": b"CONFIG_NET=y\n"}], ids=["none", "without"])
def test_loaded_modules_prove_nat_and_matches(fake_host, facts_of, modules, configuration):
    host = fake_host(RELEASE | modules | configuration, links={"/usr/sbin/iptables": "/usr/sbin/xtables-nft-multi"})
    facts = facts_of(network, host)
    assert facts["net.nat"].value is True
    assert facts["net.xt_match"].value is True
    assert facts_of(netoptions, host)["net.tables"].value == {"filter": True, "mangle": True, "raw": True}


def test_one_module_short_is_unknown_without_a_configuration_and_no_with_it(fake_host, facts_of):
    few = RELEASE | listed(*(name for name in NFT if name != "xt_addrtype"))
    assert not facts_of(network, fake_host(few))["net.xt_match"].known
    configured = few | {"/proc/config.gz": b"CONFIG_NET=y\n"}
    assert facts_of(network, fake_host(configured))["net.xt_match"].value is False


def test_a_module_that_is_being_loaded_proves_nothing(fake_host, facts_of):
    assert not facts_of(network, fake_host(RELEASE | listed(*NFT, state="Loading")))["net.xt_match"].known


def test_a_loaded_module_is_there_although_its_file_is_gone_or_blocked(fake_host, facts_of):
    built = {"/proc/config.gz": b"CONFIG_MODULES=y\nCONFIG_VETH=m\n", "/proc/sys/kernel/modules_disabled": "1"}
    assert facts_of(network, fake_host(RELEASE | built))["net.veth"].value is not True
    assert facts_of(network, fake_host(RELEASE | built | listed("veth")))["net.veth"].value is True


def test_in_a_container_the_configuration_is_to_be_looked_for_on_its_host(fake_host, facts_of):
    outside = facts_of(network, fake_host(RELEASE))["net.nat"].reason
    assert outside.endswith("install it")
    inside = facts_of(network, fake_host(RELEASE, links=IN_A_CONTAINER))["net.nat"].reason
    assert "install it" not in inside
    assert inside.endswith("audit the host")


@pytest.mark.parametrize(
    ("release", "value"),
    [
        ("5.4.0-52-generic", True),
        ("5.15.74-1-pve", True),
        ("4.18.0-513.el8.x86_64", True),
        ("6.1.0-18-cloud-amd64", True),
        ("4.9.0-8-amd64", None),
        ("3.10.0-1160.el7.x86_64", None),
        ("6.6.30", None),
    ],
)
def test_without_a_configuration_the_vendor_says_whether_groups_have_bpf(fake_host, facts_of, release, value):
    fact = facts_of(kernel, fake_host({"/proc/sys/kernel/osrelease": release}))["kernel.cgroup_bpf"]
    assert (fact.value if fact.known else None) is value


def test_the_configuration_outranks_the_vendor(fake_host, facts_of):
    fact = facts_of(kernel, fake_host(RELEASE | {"/proc/config.gz": b"CONFIG_NET=y\n"}))["kernel.cgroup_bpf"]
    assert fact.value is False
    assert fact.conflicts
