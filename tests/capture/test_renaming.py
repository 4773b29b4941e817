"""Replacements: the same for the same original, of the same class, and none for values that are not private."""

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest

from hostcheck.capture.addresses import Addresses
from hostcheck.capture.renaming import COMMON, Renamer


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1",
        "127.0.0.53",
        "0.0.0.0",
        "0.0.0.0/0",
        "255.255.255.0",
        "224.0.0.251",
        "169.254.169.254",
        "10.0.0.0/8",
        "172.17.0.0/16",
        "192.168.0.0/16",
        "128.0.0.0/1",
        "::",
        "::1",
        "::/0",
        "ff02::1",
        "00:00:00:00:00:00",
        "ff:ff:ff:ff:ff:ff",
        "0::/docker",
        "12:cpu,cpuacct:/",
        "00:1f.2",
        "0000:00:1f.2",
        "6.1.0-18-amd64",
        "5.15.90.1-microsoft-standard-WSL2",
        "v1.2.3.4",
        "1.2.3.4.5",
        "256.1.1.1",
        "12:34:56",
        "std::vector",
        "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
        "memory.events.local",
        "/etc/rc.local",
        "localhost.localdomain",
        "unix:///run/docker.sock",
        "http://localhost:2375",
        "/run/user/1000/docker.sock",
        "overlay2 docker.io kubernetes.io",
        "/home/ubuntu",
        "0000000000000000ffffffffffffffff"[:16],
        "00000000-0000-0000-0000-000000000000",
        "Live 0x0000000000000000",
        "pid:[4026531836]",
        "/user.slice/user-1000.slice/user@1000.service/app.slice",
        "getty@tty1.service serial-getty@ttyS0.service",
        "systemd-nspawn@.service",
    ],
)
def test_values_that_are_not_private_are_kept(text):
    assert Renamer().text(text) == text


@pytest.mark.parametrize(
    ("written", "network"),
    [
        ("10.20.30.40", "10.20.0.0/16"),
        ("10.244.3.0", "10.244.0.0/16"),
        ("172.19.5.6", "172.19.0.0/16"),
        ("192.168.77.12", "192.168.64.0/20"),
        ("192.168.255.1", "192.168.240.0/20"),
        ("169.254.3.4", "169.254.0.0/16"),
        ("8.8.8.8", "198.18.0.0/15"),
        ("203.0.113.9", "198.18.0.0/15"),
        ("100.64.1.2", "198.18.0.0/15"),
    ],
)
def test_an_ipv4_address_becomes_another_of_its_pool(written, network):
    renamed = Addresses().ipv4(written)
    assert renamed != written
    assert IPv4Address(renamed) in ip_network(network)
    assert renamed.rpartition(".")[2] == written.rpartition(".")[2]


@pytest.mark.parametrize(
    ("written", "network"),
    [
        ("fe80::a1b2:c3ff:fed4:e5f6", "fe80::/10"),
        ("fd12:3456:789a::1", "fc00::/7"),
        ("2a01:4f8:c0c:1234::1", "2001:db8::/32"),
        ("2001:db8::1", "2001:db8::/32"),
        ("64:ff9b::192.0.2.33", "2001:db8::/32"),
    ],
)
def test_an_ipv6_address_becomes_another_of_its_class(written, network):
    renamed = Addresses().rename(written)
    assert renamed != written
    assert IPv6Address(renamed) in ip_network(network)


def test_addresses_of_one_network_stay_in_one_and_others_do_not_join_it():
    addresses = Addresses()
    renamed = [addresses.ipv4(written) for written in ("10.1.2.1", "10.1.2.9", "10.1.3.1", "9.9.9.9", "8.8.8.8")]
    networks = [each.rpartition(".")[0] for each in renamed]
    assert networks[0] == networks[1]
    assert len(set(networks)) == 4


def test_networks_never_run_out():
    addresses = Addresses()
    renamed = [addresses.ipv4(f"10.7.{i}.1") for i in range(256)] + [addresses.ipv4(f"8.{i}.{i}.1") for i in range(256)]
    assert all(IPv4Address(each) for each in renamed)
    crowded = [addresses.ipv4(f"9.{i // 256}.{i % 256}.1") for i in range(600)]
    assert all(IPv4Address(each) in ip_network("198.18.0.0/15") for each in crowded)


def test_the_kernels_release_is_no_address():
    assert (
        Renamer(release="4.9.184.1").text("/lib/modules/4.9.184.1/modules.dep") == "/lib/modules/4.9.184.1/modules.dep"
    )
    assert Renamer().text("/lib/modules/4.9.184.1/modules.dep") != "/lib/modules/4.9.184.1/modules.dep"


def test_the_same_original_has_the_same_replacement_everywhere():
    names = Renamer(["web1"], ["alice"])
    uuid, container = "4c4c4544-0044-4210-8031-b4c04f565731", "9f86d081884c7d659a2feaa0c55ad015" * 2
    first = names.text(f"{uuid} {container} /home/alice /home/bob 52:54:00:ab:cd:ef 2a01::7")
    again = names.text(f"{uuid.upper()} {container} /home/alice /home/bob 52:54:00:AB:CD:EF 2a01:0::7")
    assert first == again
    assert names.text("alice") == "user1"
    assert names.user("bob") == first.split()[3].removeprefix("/home/")
    assert [len(word) for word in first.split()[:2]] == [36, 64]


def test_a_name_is_renamed_as_a_word_only():
    names = Renamer(["web1", "web1.acme.com", "acme.com"], ["jo", "max-m"])
    assert names.text("web1 WEB1 web10 web1x myweb1 web1-data") == "host host web10 web1x myweb1 host-data"
    assert names.text("web1.acme.com db.acme.com") == "host.example.org db.example.org"
    assert names.text("max-m:x jo") == "user1:x jo"


def test_two_names_of_one_host_have_two_replacements():
    names = Renamer(["new", "old", "old.acme.com"])
    assert [names.host(name) for name in ("new", "old", "old.acme.com", "other")] == [
        "host",
        "host-2",
        "host-2.example.org",
        "host1",
    ]


def test_an_invalid_name_of_a_host_keeps_no_letter_and_stays_invalid():
    names = Renamer(["web1"])
    invalid = [names.host(name) for name in ("Web_01", "münchen-web", "МАШИНА", "a b")]
    assert invalid == ["Xxx_xx", "xøxxxxx-xxx", "øøøøøø", "x x"]
    assert names.called("МАШИНА") == "host1"


def test_common_words_and_words_that_files_need_are_not_replaced():
    assert Renamer(["docker", "vm", "Kernel"], ["ubuntu"]).text("docker vm Kernel ubuntu") == "docker vm Kernel ubuntu"
    assert Renamer(["cgroup2"], plain=["cgroup2"]).text("/sys/fs/cgroup2") == "/sys/fs/cgroup2"
    assert Renamer(["cgroup2"]).text("/sys/fs/cgroup2") == "/sys/fs/host"
    assert all(name == name.lower() for name in COMMON)


@pytest.mark.parametrize(
    ("text", "renamed"),
    [
        ("https://bob:x@registry.acme.com:5000/v2", "https://example.org:5000/v2"),
        ("mail bob@acme.com", "mail user@example.org"),
        ("bob@nas:/export", "user@example.org:/export"),
        (
            "1:name=systemd:/machine.slice/systemd-nspawn@web.service/payload",
            "1:name=systemd:/machine.slice/systemd-nspawn@instance1.service/payload",
        ),
        (
            r"systemd-nspawn@my\x2dshop.de.service lxc@a.service",
            "systemd-nspawn@instance1.service lxc@instance2.service",
        ),
        ("mail bob@scope.acme.com", "mail user@example.org"),
        ("db1.prod.internal", "example.org"),
        ('"password": "x y"', '"password": "scrubbed"'),
        ("DB_PASSWORD=x;", "DB_PASSWORD=scrubbed;"),
        ("client-key-data: TFMwdExT", "client-key-data: scrubbed"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\nx", "scrubbed\nx"),
        ("-----BEGIN CERTIFICATE-----\ncut off", "scrubbed"),
        ("AKIAIOSFODNN7EXAMPLE", "scrubbed"),
        ("glpat-abcdefABCDEF12345678 xoxb-123456789012-abcdefABCDEF", "scrubbed scrubbed"),
        (f"github_pat_{'a1' * 20} sk_live_4eC39HqLyjWDarjtT1zdp7dc AIza{'x1' * 17}y", "scrubbed scrubbed scrubbed"),
        ("Authorization: Bearer abcdef0123456789", "Authorization: Bearer scrubbed"),
        ('"authorization":"Basic Ym9iOnM="}', '"authorization":"Basic scrubbed"}'),
        (f"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5{'Ab1' * 9}= x", "ssh-ed25519 scrubbed x"),
        (f"ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAy{'Ab1' * 9}= x", "ecdsa-sha2-nistp256 scrubbed x"),
        ("nvme-eui.0025385b81b12345 wwn-0x5002538e40a1b2c3", "nvme-eui.0000000000000001 wwn-0x0000000000000000"),
        (
            "naa.5002538e40a1b2c3 the authorization of basic settings",
            "naa.0000000000000001 the authorization of basic settings",
        ),
    ],
)
def test_credentials_and_names_are_removed(text, renamed):
    assert Renamer().text(text) == renamed


def test_bytes_that_are_not_text_are_kept():
    assert Renamer(["web1"]).data(b"\xff\0web1\0\xfe") == b"\xff\0host\0\xfe"
