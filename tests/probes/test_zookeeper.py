import pytest

from hostcheck.probes.zookeeper import parse_admin_port, probe


@pytest.mark.parametrize(
    ("text", "port"),
    [
        ("clientPort=2181\n", 8080),
        ("clientPort=2181\nadmin.serverPort = 9080\n", 9080),
        ("#admin.serverPort=9080\n", 8080),
        ("admin.enableServer=false\nadmin.serverPort=8080\n", None),
        ("admin.serverPort=\n", 8080),
        ("", 8080),
    ],
)
def test_the_admin_server_takes_8080_unless_told_otherwise(text, port):
    assert parse_admin_port(text) == port


def test_a_host_without_zookeeper_has_no_such_port(fake_host, facts_of):
    assert facts_of(probe, fake_host({}))["zookeeper.admin_port"].value == "none"
    assert not facts_of(probe, fake_host({}, live=False))["zookeeper.admin_port"].known


def test_debians_configuration_is_found(fake_host, facts_of):
    host = fake_host({"/etc/zookeeper/conf/zoo.cfg": "tickTime=2000\n"})
    assert facts_of(probe, host)["zookeeper.admin_port"].value == 8080
