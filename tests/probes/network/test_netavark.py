import pytest

from hostcheck.probes.network.netavark import NFT_RULES, driver, rules

CONF = "/etc/containers/containers.conf"
FEDORA_41 = {"/etc/os-release": "ID=fedora\nVERSION_ID=41\n"}


def setting(name):
    return f'[network]\nfirewall_driver = "{name}"\n'


@pytest.mark.parametrize(
    ("files", "name"),
    [
        (FEDORA_41, "nftables"),
        ({"/etc/os-release": "ID=fedora\nVERSION_ID=40\n"}, "iptables"),
        ({"/etc/os-release": 'ID="almalinux"\nID_LIKE="rhel centos fedora"\nVERSION_ID="10.1"\n'}, "nftables"),
        ({"/etc/os-release": 'ID="rhel"\nID_LIKE="fedora"\nVERSION_ID="9.5"\n'}, "iptables"),
        ({"/etc/os-release": "ID=arch\n"}, "iptables"),
        ({"/etc/os-release": 'ID="amzn"\nID_LIKE="fedora"\nVERSION_ID="2023"\n'}, "iptables"),
        ({"/proc/sys/kernel/osrelease": "6.12.0-55.el10.x86_64\n"}, "nftables"),
        ({"/proc/sys/kernel/osrelease": "6.12.0-124.8.1.el10_1.x86_64\n"}, "nftables"),
        ({"/proc/sys/kernel/osrelease": "6.1.0-13-amd64\n"}, "iptables"),
        (FEDORA_41 | {CONF: setting("iptables")}, "iptables"),
        (FEDORA_41 | {CONF: "[network\n"}, "nftables"),
        (FEDORA_41 | {CONF: "network = 1\n"}, "nftables"),
        (FEDORA_41 | {CONF: setting("ipchains")}, "nftables"),
        ({CONF: setting("none")}, "none"),
        ({CONF: setting("iptables"), f"{CONF}.d/a.conf": setting("nftables")}, "nftables"),
        ({f"{CONF}.d/a.conf": setting("nftables"), f"{CONF}.d/b.conf": setting("firewalld")}, "firewalld"),
        ({f"{CONF}.d/a.txt": setting("nftables"), "/etc/os-release": "ID=debian\n"}, "iptables"),
        ({"/usr/share/containers/containers.conf": setting("nftables"), CONF: setting("iptables")}, "iptables"),
    ],
)
def test_podman_writes_rules_as_it_is_configured_or_built(fake_host, facts_of, files, name):
    assert facts_of(driver, fake_host(files))["net.podman_firewall"].value == name


def test_without_a_sign_of_the_distribution_the_driver_is_unknown(fake_host, facts_of):
    assert not facts_of(driver, fake_host({}))["net.podman_firewall"].known


@pytest.mark.parametrize("missing", [None, *NFT_RULES])
def test_each_option_of_the_rules_is_needed(fake_host, facts_of, missing):
    built = "".join(f"CONFIG_{option}=y\n" for option in (*NFT_RULES, "NET") if option != missing)
    files = {"/proc/sys/kernel/osrelease": "6.1.0\n", "/boot/config-6.1.0": built}
    assert facts_of(rules, fake_host(files))["net.nft_rules"].value is (missing is None)


def test_loaded_modules_prove_the_rules_without_a_configuration(fake_host, facts_of):
    loaded = ("nf_nat", "nf_tables", "nft_chain_nat", "nft_masq", "nft_ct", "nft_fib_inet")
    files = {"/proc/modules": "".join(f"{name} 1 1 - Live 0x0\n" for name in loaded)}
    assert facts_of(rules, fake_host(files))["net.nft_rules"].value is True
    fewer = {"/proc/modules": files["/proc/modules"].replace("nft_fib_inet", "nft_fib")}
    assert not facts_of(rules, fake_host(fewer))["net.nft_rules"].known
