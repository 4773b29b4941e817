"""Who holds a port, by name, and what runs."""

import pytest

from hostcheck.probes.network.owners import Program, parse_ss, probe

SS = """\
Netid State  Recv-Q Send-Q      Local Address:Port  Peer Address:PortProcess
udp   UNCONN 0      0           127.0.0.53%lo:53         0.0.0.0:*    users:(("systemd-resolve",pid=512,fd=13))
tcp   LISTEN 0      511              0.0.0.0:80         0.0.0.0:*    users:(("nginx",pid=813,fd=6),("nginx",pid=8,fd=6))
tcp   LISTEN 0      4096                 [::]:8080          [::]:*    users:(("docker-proxy",pid=90,fd=4))
tcp   LISTEN 0      4096                    *:9100             *:*
tcp   LISTEN 0      5               127.0.0.1:6010       0.0.0.0:*    users:(("my web server",pid=77,fd=3))
"""
SOCKET = "/run/docker.sock"
LABELS = {"com.docker.compose.project": "shop", "com.docker.compose.service": "web"}
CONTAINERS = [
    {"Names": ["/shop-web-1"], "Labels": LABELS, "Ports": [{"PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"}]},
    {"Names": ["/registry"], "Labels": None, "Ports": []},
]


def test_a_program_is_shown_by_name_and_pid():
    assert parse_ss(SS) == [
        Program("udp/53", "systemd-resolve", 512),
        Program("tcp/80", "nginx", 813),
        Program("tcp/8080", "docker-proxy", 90),
        Program("tcp/9100"),
        Program("tcp/6010", "my web server", 77),
    ]


@pytest.mark.parametrize("text", ["", "Netid\n", 'tcp LISTEN 0 0 a:b c users:(("x",pid=y', "tcp LISTEN 0 0 a:80"])
def test_what_is_no_socket_is_left_out(text):
    assert parse_ss(text) == []


def test_programs_and_containers_of_a_host(fake_host, facts_of):
    api = {(SOCKET, "/info"): (200, {}), (SOCKET, "/containers/json"): (200, CONTAINERS)}
    host = fake_host(
        {SOCKET: "", "/usr/bin/ss": ""}, api=api, printed={("/usr/bin/ss", "-l", "-n", "-t", "-u", "-p"): SS}
    )
    facts = facts_of(probe, host)
    assert facts["engine.running"].value == ("registry", "shop-web-1 shop/web")
    owners = facts["net.port_owners"].value
    wanted = {"tcp/80 program nginx 813", "tcp/8080 container shop-web-1 shop/web", "tcp/9100 program not shown"}
    assert wanted <= set(owners)


def test_without_an_engine_and_without_ss_nothing_is_known(fake_host, facts_of):
    facts = facts_of(probe, fake_host({}))
    assert not facts["engine.running"].known
    assert not facts["net.port_owners"].known
