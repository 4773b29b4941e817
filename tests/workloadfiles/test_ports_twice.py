"""A host port that one container asks for twice, in each format."""

import pytest

from hostcheck.workloadfiles.addresses import wanted_twice
from hostcheck.workloadfiles.needs import HostPort
from hostcheck.workloadfiles.place import Place
from hostcheck.workloadfiles.reading import read_files

COMPOSE = "services:\n  a:\n    image: x\n    ports:\n    - 8080:80\n    - {}\n"
MARATHON = (
    '{{"id": "/a", "mem": 32, "container": {{"docker": {{"image": "x", "network": "BRIDGE", "portMappings": [\n'
    '{{"containerPort": 80, "hostPort": 31080}},\n{{"containerPort": 81, "hostPort": {}}}]}}}}}}\n'
)
PLAY = (
    "- hosts: all\n  tasks:\n  - docker_container:\n"
    "      name: a\n      image: x\n      ports:\n      - 8080:80\n      - {}\n"
)
UNIT = "[Service]\nExecStart=/usr/bin/docker run \\\n  -p 8080:80 \\\n  -p {} nginx\n"


def twice(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    (content,) = read_files([str(tmp_path / name)], environment={}, lint=True)
    return [each.place.line for each in content.mistakes if each.rule == "file/port-twice"]


@pytest.mark.parametrize(
    ("name", "text", "second", "line"),
    [
        ("compose.yaml", COMPOSE, "8080:81", 6),
        ("compose.yaml", COMPOSE, "127.0.0.1:8080:81", 6),
        ("compose.yaml", COMPOSE, "{published: 8080, target: 81}", 6),
        ("app.json", MARATHON, "31080", 3),
        ("play.yml", PLAY, "8080:81", 8),
        ("a.service", UNIT, "8080:81", 4),
        ("a.sh", "docker run -d -p 8080:80 -p {} x\n", "8080:81", 1),
        ("a.container", "[Container]\nImage=x\nPublishPort=8080:80\nPublishPort={}\n", "8080:81", 4),
    ],
)
def test_a_port_that_is_asked_for_twice_is_a_mistake(tmp_path, name, text, second, line):
    assert twice(tmp_path, name, text.format(second)) == [line]
    other = {"31080": "31081"}.get(second, "8081:81")
    assert twice(tmp_path, name, text.format(other)) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("compose.yaml", COMPOSE.format("8080:80/udp")),
        ("compose.yaml", "services: {a: {image: x, ports: ['127.0.0.1:80:80', '127.0.0.2:80:80']}}\n"),
        ("compose.yaml", "services: {a: {image: x, ports: ['0.0.0.0:80:80', '[::]:80:80']}}\n"),
        ("compose.yaml", "services: {a: {image: x, ports: ['80:80', '80:80']}}\n"),
        ("compose.yaml", "services: {a: {image: x, ports: ['53:53', '53:53/tcp', '53:53/udp']}}\n"),
        ("compose.yaml", "services: {a: {image: x, ports: ['81:80', '0.0.0.0:81:80']}}\n"),
        ("compose.yaml", "services: {a: {image: x, ports: ['80:80', {target: 80, published: '80'}]}}\n"),
        ("compose.yaml", "services: {a: {image: x, ports: ['8000-8010:8000-8010', '8005:8005']}}\n"),
        ("a.sh", "podman run -d -p 8080:80 -p 8080:80 x\n"),
        ("a.sh", "podman run -d -p 53:53 -p 53:53/tcp x\n"),
        ("a.sh", "podman run -d -p 80-82:80-82 -p 81:81 x\n"),
        ("a.container", "[Container]\nImage=x\nPublishPort=53:53\nPublishPort=53:53/tcp\n"),
        ("play.yml", PLAY.replace("docker_", "podman_").format("8080:80/tcp")),
        ("a.container", "[Container]\nImage=x\nPublishPort=8080:80\nPublishPort=8080:80\n"),
    ],
)
def test_ports_that_go_together_are_none(tmp_path, name, text):
    assert twice(tmp_path, name, text) == []


def test_many_addresses_take_a_time_in_proportion_to_their_number():
    ports = [
        HostPort(Place("a", 1), "", "tcp", 80, 80, f"127.{number >> 16}.{number >> 8 & 255}.{number & 255}")
        for number in range(65_000)
    ]
    assert list(wanted_twice(ports)) == []
    assert len(list(wanted_twice([*ports, ports[7]]))) == 1
