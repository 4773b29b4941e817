import pytest

from hostcheck.probes.network.network import LEGACY, MATCHES, NFT, backend_of, probe

OSRELEASE = "/proc/sys/kernel/osrelease"


def configured(*options):
    text = "".join(f"CONFIG_{option}=y\n" for option in ("NET", *options))
    return {OSRELEASE: "6.18.0", "/proc/config.gz": text.encode()}


def iptables(kind):
    return {
        "links": {"/usr/sbin/iptables": "/etc/alternatives/iptables", "/etc/alternatives/iptables": f"/usr/sbin/{kind}"}
    }


@pytest.mark.parametrize(
    ("path", "backend"),
    [
        ("/usr/sbin/xtables-nft-multi", "nft"),
        ("/usr/sbin/iptables-nft", "nft"),
        ("/usr/sbin/xtables-legacy-multi", "legacy"),
        ("/sbin/xtables-multi", "legacy"),
        ("/sbin/iptables", None),
    ],
)
def test_the_backend_is_detected_by_the_target_of_the_link(path, backend):
    assert backend_of(path) == backend


@pytest.mark.parametrize(
    ("options", "program", "value"),
    [
        (NFT, "iptables-nft", True),
        (LEGACY, "iptables-nft", False),
        (LEGACY, "iptables-legacy", True),
        (NFT, "iptables-legacy", False),
    ],
)
def test_nat_needs_the_half_of_the_kernel_that_the_installed_iptables_uses(
    fake_host, facts_of, options, program, value
):
    facts = facts_of(probe, fake_host(configured(*options), **iptables(program)))
    assert facts["net.iptables"].value == ("nft" if "nft" in program else "legacy")
    assert facts["net.nat"].value is value


def test_iptables_nft_has_its_masquerade_from_xtables_and_not_from_nf_tables(fake_host, facts_of):
    program = iptables("iptables-nft")
    rest = [option for option in NFT if option != "NETFILTER_XT_TARGET_MASQUERADE"]
    assert facts_of(probe, fake_host(configured(*rest, "NFT_MASQ"), **program))["net.nat"].value is False
    assert facts_of(probe, fake_host(configured(*rest, "IP_NF_TARGET_MASQUERADE"), **program))["net.nat"].value is True
    assert not {"NFT_MASQ", "NFT_CT"} & set(NFT)


@pytest.mark.parametrize("options", [NFT, LEGACY])
def test_without_iptables_either_backend_is_enough(fake_host, facts_of, options):
    facts = facts_of(probe, fake_host(configured(*options)))
    assert facts["net.iptables"].value == "none"
    assert facts["net.nat"].value is True


def test_an_engine_of_nixos_may_have_an_iptables_of_its_own(fake_host, facts_of):
    fact = facts_of(probe, fake_host(configured(*NFT) | {"/run/current-system": ""}))["net.iptables"]
    assert (fact.known, fact.value) == (False, None)


def test_without_a_configuration_nat_is_unknown_and_not_missing(fake_host, facts_of):
    facts = facts_of(probe, fake_host({OSRELEASE: "6.18.0"}))
    assert not facts["net.nat"].known
    assert not facts["net.bridge"].known


def test_a_legacy_nat_table_in_use_is_proof_enough(fake_host, facts_of):
    host = fake_host({OSRELEASE: "3.10.0", "/proc/net/ip_tables_names": "nat\nfilter\n"}, **iptables("xtables-multi"))
    assert facts_of(probe, host)["net.nat"].value is True


def test_a_built_in_bridge_needs_no_module(fake_host, facts_of):
    facts = facts_of(probe, fake_host(configured("BRIDGE", "VETH", *MATCHES)))
    assert facts["net.bridge"].value is True
    assert facts["net.veth"].value is True
    assert facts["net.xt_match"].value is True


@pytest.mark.parametrize(("text", "value"), [("1\n", True), ("0\n", False)])
def test_forwarding_is_read_from_its_sysctl(fake_host, facts_of, text, value):
    facts = facts_of(probe, fake_host({"/proc/sys/net/ipv4/ip_forward": text}))
    assert facts["net.ip_forward"].value is value


def test_unreadable_forwarding_is_unknown(fake_host, facts_of):
    assert not facts_of(probe, fake_host())["net.ip_forward"].known


@pytest.mark.parametrize(
    ("installed", "backend"),
    [
        (("xtables-nft-multi",), "nft"),
        (("xtables-legacy-multi",), "legacy"),
        (("xtables-nft-multi", "xtables-legacy-multi"), None),
        ((), None),
    ],
)
def test_an_iptables_without_a_name_is_of_the_only_backend_that_is_installed(fake_host, facts_of, installed, backend):
    host = fake_host(dict.fromkeys(("/usr/sbin/iptables", *(f"/usr/sbin/{name}" for name in installed)), ""))
    assert facts_of(probe, host)["net.iptables"].value == backend


RULES = {
    "nft": ("xt_MASQUERADE 20480 1 - Live 0x0\nnft_compat 20480 50 - Live 0x0\n", "net.nat.nft"),
    "legacy": ("ipt_MASQUERADE 16384 2 - Live 0x0\niptable_nat 16384 1 - Live 0x0\n", "net.nat.legacy"),
}


@pytest.mark.parametrize("backend", RULES)
def test_a_rule_that_masquerades_proves_nat_without_a_configuration(fake_host, facts_of, backend):
    modules, fact = RULES[backend]
    facts = facts_of(probe, fake_host({"/proc/modules": modules}, **iptables(f"iptables-{backend}")))
    assert facts["net.nat"].value is True
    assert any("in use" in piece.says for piece in facts[fact].evidence)


@pytest.mark.parametrize(
    "modules",
    [
        "xt_MASQUERADE 20480 0 - Live 0x0\nnft_compat 20480 50 - Live 0x0\n",
        "xt_MASQUERADE 20480 1 - Live 0x0\nnft_compat 20480 0 - Live 0x0\n",
        "xt_MASQUERADE 20480 1 - Unloading 0x0\nnft_compat 20480 50 - Live 0x0\n",
        RULES["nft"][0] + RULES["legacy"][0],
        "",
    ],
    ids=["no rule uses it", "no carrier", "being unloaded", "either backend may hold it", "nothing loaded"],
)
def test_what_no_rule_of_one_backend_proves_stays_unknown(fake_host, facts_of, modules):
    facts = facts_of(probe, fake_host({"/proc/modules": modules}, **iptables("iptables-nft")))
    assert not facts["net.nat"].known
