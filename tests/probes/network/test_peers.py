import pytest

from hostcheck.probes.network.peers import configured, parse_etcd, parse_mesos, parse_nomad, parse_zookeeper, probe

ETCD = 'ETCD_INITIAL_CLUSTER="one=http://10.0.0.1:2380,two=https://etcd-2.example.org:2380"\n'


@pytest.mark.parametrize(
    "text",
    [
        ETCD,
        "initial-cluster: one=http://10.0.0.1:2380,two=https://etcd-2.example.org:2380\n",
        "    - --initial-cluster=one=http://10.0.0.1:2380,two=https://etcd-2.example.org:2380\n",
    ],
)
def test_the_members_of_etcd_are_read_from_each_kind_of_configuration(text):
    assert parse_etcd(text) == ("10.0.0.1:2380", "etcd-2.example.org:2380")


def test_other_settings_of_etcd_and_comments_name_no_members():
    assert parse_etcd("initial-cluster-state: new\n#" + ETCD + "ETCD_LISTEN_PEER_URLS=http://10.0.0.9:2380\n") == ()


def test_an_address_of_ipv6_keeps_its_brackets():
    assert parse_etcd("initial-cluster: one=http://[fd00::1]:2380") == ("[fd00::1]:2380",)


def test_servers_of_zookeeper_are_asked_where_their_followers_connect():
    text = "server.1=zk1:2888:3888\nserver.2=10.0.0.2:2888:3888:observer;2181\n#server.3=zk3:2888:3888\n"
    assert parse_zookeeper(text) == ("zk1:2888", "10.0.0.2:2888")


def test_servers_of_nomad_have_the_port_of_what_names_them():
    text = 'server {\n  server_join {\n    retry_join = ["10.0.0.1", "srv:7000", "provider=aws tag_key=x"]\n  }\n}\n'
    assert parse_nomad(text) == ("10.0.0.1:4648", "srv:7000")
    assert parse_nomad('client {\n  servers = ["srv"]\n}\n') == ("srv:4647",)


def test_the_zookeeper_of_mesos_is_read_without_its_password():
    assert parse_mesos("zk://user:secret@one:2181,two:2181/mesos\n") == ("one:2181", "two:2181")
    assert parse_mesos("nothing\n") == ()


def test_the_first_file_that_names_a_server_is_reported(fake_host):
    host = fake_host({"/etc/default/etcd": ETCD, "/etc/mesos/zk": "zk://10.0.0.1:2380/mesos"})
    assert configured(host)["10.0.0.1:2380"] == "/etc/default/etcd"


def facts(fake_host, answers):
    experiments = {} if answers is None else {"peers": answers}
    found = probe(fake_host({"/etc/default/etcd": ETCD}, experiments=experiments))
    return {fact.id: fact for fact in found}


def answered(microseconds):
    return {"ok": True, "error": "", "rtt_us": microseconds}


SILENT = {"ok": False, "error": "ETIMEDOUT", "rtt_us": None}


def test_the_slowest_of_those_that_answer_counts(fake_host):
    found = facts(fake_host, {"10.0.0.1:2380": answered(1200), "etcd-2.example.org:2380": answered(30)})
    assert (found["net.peers_silent"].value, found["net.rtt_ms"].value) == (0, 1.2)


def test_a_silent_server_is_counted_and_named_by_number_only(fake_host):
    found = facts(fake_host, {"10.0.0.1:2380": SILENT, "etcd-2.example.org:2380": answered(30)})
    assert (found["net.peers_silent"].value, found["net.rtt_ms"].value) == (1, 0.03)
    shown = str(found["net.peers_silent"].evidence)
    assert "server 1 of 2, from /etc/default/etcd" in shown
    assert "10.0.0.1" not in shown
    assert "example.org" not in shown


def test_servers_that_were_not_tried_are_unknown(fake_host):
    off = facts(fake_host, None)
    assert not any(fact.known for fact in off.values())
    assert "without --no-experiments" in off["net.peers_silent"].reason
    some = facts(fake_host, {"10.0.0.1:2380": answered(10)})
    assert not some["net.peers_silent"].known
    assert "because the time limit was reached" in some["net.peers_silent"].reason
    none = facts(fake_host, {"10.0.0.1:2380": SILENT, "etcd-2.example.org:2380": SILENT})
    assert (none["net.peers_silent"].value, none["net.rtt_ms"].known) == (2, False)


def test_a_host_without_configured_registries_has_none(fake_host):
    assert {fact.value for fact in probe(fake_host({}))} == {"none"}


def test_a_configuration_that_is_closed_or_was_not_captured_may_name_some(fake_host):
    closed = {"/etc/default/etcd": PermissionError()}
    assert not any(fact.known for fact in probe(fake_host(closed)))
    assert not any(fact.known for fact in probe(fake_host({}, live=False)))
