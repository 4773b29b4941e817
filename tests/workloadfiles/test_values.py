"""Values that the API of Kubernetes or Docker refuses, with values beside them that they take."""

import pytest

from hostcheck.workloadfiles.reading import read_files

POD = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\n"
    "spec: {hostNetwork: true, containers: [{name: a, image: a, %s}]}\n"
)
CRON = (
    "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec: {schedule: '%s', jobTemplate: {spec: {template: "
    "{spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}}}\n"
)
SERVICE = "services: {a: {image: %s, %s}}\n"


def rules(tmp_path, text):
    (tmp_path / "a.yaml").write_text(text)
    (found,) = read_files([str(tmp_path / "a.yaml")], environment={})
    return [each.rule for each in found.mistakes]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (POD % ("Web_1", "args: []"), "kubernetes/wrong-form"),
        ((POD % ("a", "ports: [{containerPort: 80000}]")).replace("hostNetwork: true, ", ""), "kubernetes/wrong-form"),
        (POD % ("a", "ports: [{containerPort: 80, hostPort: 8080}]"), "kubernetes/wrong-form"),
        (POD % ("a", "resources: {limits: {memory: 128m}}"), "kubernetes/milli-bytes"),
        (CRON % "0 3 * *", "kubernetes/wrong-form"),
        (SERVICE % ("a", "restart: sometimes"), "compose/refused"),
        (SERVICE % ("a", "restart: 'on-failure:abc'"), "compose/refused"),
        (SERVICE % ("NGINX:latest", "init: true"), "compose/refused"),
        (SERVICE % ("a", "mac_address: 02-42"), "compose/refused"),
        (SERVICE % ("a", "ulimits: {nofile: {soft: 9, hard: 8}}"), "compose/refused"),
        (SERVICE % ("a", "volumes: ['./a:relative']"), "compose/refused"),
    ],
)
def test_a_value_that_is_refused_is_a_mistake(tmp_path, text, rule):
    assert rules(tmp_path, text) == [rule]


@pytest.mark.parametrize(
    "text",
    [
        POD % ("web-1.a", "ports: [{containerPort: 80, hostPort: 80}], resources: {limits: {memory: 128M, cpu: 128m}}"),
        CRON % "*/5 3 * * 1",
        CRON % "@daily",
        *(SERVICE % ("a", f"restart: {each}") for each in ("no", "'no'", "always", "'on-failure:3'", "'${A:-always}'")),
        SERVICE % ("registry.Example.org/a:Latest", "mac_address: '02:42:ac:11:65:43'"),
        SERVICE % ("'localhost:5000/a/b:V1'", "ulimits: {nofile: {soft: 9, hard: -1}, nproc: 5}"),
        SERVICE % ("a", "volumes: ['./a:/b:ro', /c, 'C:\\a:/d', '${A:-/x}:/y']"),
    ],
)
def test_a_value_that_is_taken_is_none(tmp_path, text):
    assert rules(tmp_path, text) == []


def test_a_profile_that_no_service_has_is_said(tmp_path):
    (tmp_path / "a.yaml").write_text("services: {a: {image: a}, b: {image: b, profiles: [p]}}\n")
    (found,) = read_files([str(tmp_path / "a.yaml")], environment={}, profiles=["p", "q"])
    assert found.notes == ("no service has the profile q, which was requested",)


def test_port_mappings_on_the_network_of_the_host_are_said_to_be_ignored(tmp_path):
    app = (
        '{"id": "/a", "container": {"type": "DOCKER", "docker": {"image": "a", "network": "%s", '
        '"portMappings": [{"containerPort": 80, "hostPort": 31080}]}}}'
    )
    for network, notes in (("HOST", 1), ("BRIDGE", 0)):
        (tmp_path / "a.json").write_text(app % network)
        (found,) = read_files([str(tmp_path / "a.json")])
        assert len([note for note in found.notes if "portMappings" in note]) == notes
