import pytest

from hostcheck.probes.network.naming import is_dns_name, is_loopback, probe

NAME = "/proc/sys/kernel/hostname"


def servers(*addresses):
    return "# made by hand\nsearch example\n" + "".join(f"nameserver {address}\n" for address in addresses)


@pytest.mark.parametrize(
    ("addresses", "only"),
    [
        (("192.0.2.1",), False),
        (("127.0.0.1",), True),
        (("127.0.0.1", "192.0.2.1"), False),
        (("::1", "127.0.0.53"), True),
        ((), True),
    ],
)
def test_servers_on_the_loopback_are_of_no_use_to_a_container(fake_host, facts_of, addresses, only):
    host = fake_host({"/etc/resolv.conf": servers(*addresses)})
    assert facts_of(probe, host)["net.resolv.loopback_only"].value is only


@pytest.mark.parametrize(("upstream", "only"), [(("192.0.2.1",), False), (("127.0.0.1",), True)])
def test_behind_the_stub_of_systemd_its_upstreams_count(fake_host, facts_of, upstream, only):
    files = {"/etc/resolv.conf": servers("127.0.0.53"), "/run/systemd/resolve/resolv.conf": servers(*upstream)}
    fact = facts_of(probe, fake_host(files))["net.resolv.loopback_only"]
    assert fact.value is only
    assert fact.evidence[1].source == "/run/systemd/resolve/resolv.conf"


def test_the_stub_alone_is_the_loopback_and_no_file_is_unknown(fake_host, facts_of):
    stub = fake_host({"/etc/resolv.conf": servers("127.0.0.53")})
    assert facts_of(probe, stub)["net.resolv.loopback_only"].value is True
    for files in ({}, {"/etc/resolv.conf": PermissionError()}):
        fact = facts_of(probe, fake_host(files))["net.resolv.loopback_only"]
        assert not fact.known
        assert fact.reason


def test_a_server_on_the_loopback_interface_is_one_of_this_host():
    assert is_loopback("::1%lo")
    assert not is_loopback("fe80::1%eth0")


@pytest.mark.parametrize(
    ("name", "valid"),
    [
        *(("node-1", True), ("n", True), ("a.b.example", True), ("x" * 63, True)),
        *(("Node", False), ("a_b", False), ("-a", False), ("a-", False), ("a..b", False), ("", False)),
        *(("x" * 64, False), (".".join(["x" * 63] * 4), False), ("(none)", False)),
    ],
)
def test_dns_names_are_recognized(name, valid):
    assert is_dns_name(name) is valid


@pytest.mark.parametrize(
    ("hosts", "switch", "known"),
    [
        ("127.0.1.1 node.example node\n", "", True),
        ("127.0.1.1 NODE\n", "", True),
        ("127.0.1.1 other # node\n", "", False),
        ("127.0.0.1 localhost\n", "hosts: files myhostname dns\n", True),
        ("127.0.0.1 localhost\n", "hosts: files resolve [!UNAVAIL=return] dns\n", True),
        ("127.0.0.1 localhost\n", "hosts: files dns # myhostname\n", False),
        ("127.0.0.1 localhost\n", "passwd: files systemd\n", False),
    ],
)
def test_the_name_resolves_by_the_hosts_own_files_or_it_is_not_known(fake_host, facts_of, hosts, switch, known):
    host = fake_host({NAME: "node\n", "/etc/hosts": hosts, "/etc/nsswitch.conf": switch})
    fact = facts_of(probe, host)["net.hostname_resolves"]
    assert fact.known is known
    assert fact.value is (True if known else None)


def test_a_proxy_variable_is_named_without_its_address(fake_host, facts_of, monkeypatch):
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert facts_of(probe, fake_host({}))["net.proxy"].value == "none"
    monkeypatch.setenv("https_proxy", "http://user:secret@192.0.2.9:3128")
    fact = facts_of(probe, fake_host({}))["net.proxy"]
    assert fact.value == "https_proxy"
    assert "192.0.2.9" not in str(fact)
    assert not facts_of(probe, fake_host({}, live=False))["net.proxy"].known
    assert "but may be incomplete" in facts_of(probe, fake_host({}, live=False))["net.proxy"].reason


@pytest.mark.parametrize(
    ("addresses", "local", "count"),
    [
        (("192.0.2.1", "192.0.2.2"), False, 2),
        (("127.0.0.1", "192.0.2.1"), True, 2),
        (("192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"), False, 4),
        ((), True, 0),
    ],
)
def test_one_server_on_the_loopback_and_the_number_of_servers_are_read(fake_host, facts_of, addresses, local, count):
    facts = facts_of(probe, fake_host({"/etc/resolv.conf": servers(*addresses)}))
    assert (facts["net.resolv.loopback"].value, facts["net.resolv.servers"].value) == (local, count)


def test_the_servers_behind_the_stub_are_counted(fake_host, facts_of):
    upstream = servers("192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4")
    host = fake_host({"/etc/resolv.conf": servers("127.0.0.53"), "/run/systemd/resolve/resolv.conf": upstream})
    facts = facts_of(probe, host)
    assert (facts["net.resolv.loopback"].value, facts["net.resolv.servers"].value) == (False, 4)
