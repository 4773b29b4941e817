"""Marathon's JSON: a value of another type, and a key that is misspelt, each with its line."""

import json

import pytest

from hostcheck.workloadfiles.needs import Unclear
from tests.workloadfiles.test_reading import read

MAPPING = '{"type": "DOCKER", "docker": {"image": "a", "network": "BRIDGE", "portMappings": [%s]}}'


@pytest.mark.parametrize(
    ("keys", "rule", "said"),
    [
        ('"mem": "128"', "marathon/wrong-form", "mem: expected a number, found other text, and Marathon refuses it"),
        ('"gpus": 0.5', "marathon/wrong-form", "gpus: expected a whole number, found a number"),
        ('"env": null, "user": null', "", ""),
        ('"instaces": 3', "marathon/unknown-key", "instaces: Marathon has no such key"),
        ('"networkBandwidth": 1000', "", ""),
        ('"container": {"docker": {"image": "a", "privleged": true}}', "marathon/unknown-key", "docker.privleged"),
        (f'"container": {MAPPING % json.dumps({"containerPort": "80"})}', "marathon/wrong-form", "containerPort"),
        (
            f'"container": {MAPPING % json.dumps({"containerPort": 80, "hostport": 0})}',
            "marathon/unknown-key",
            "hostport",
        ),
        ('"constraints": [["hostname", "UNIQUE"]], "ports": [0], "requirePorts": false', "", ""),
        ('"container": {"docker": {"image": "a"}, "forcePullImage": true}', "marathon/unknown-key", "no such key here"),
        (
            '"portMappings": [{"containerPort": 80}]',
            "marathon/unknown-key",
            "portMappings: Marathon has no such key here",
        ),
        ('"name": "web"', "", ""),
    ],
)
def test_an_app(tmp_path, keys, rule, said):
    text = f'{{"id": "/a", "cmd": "sleep 1",\n {keys}}}'
    found = read(tmp_path, text, "app.json")
    assert [each.rule for each in found.mistakes] == [rule] * bool(rule)
    assert all(said in each.said and each.place.line == 2 for each in found.mistakes)


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        (
            '{"id": "/g", "groups": [{"id": "b", "apps": [{"id": "a", "cmd": "a", "mem": "1"}]}]}',
            {"marathon/wrong-form": "groups[0].apps[0].mem"},
        ),
        ('{"apps": [{"id": "/a", "cmd": "a", "intances": 1}]}', {"marathon/unknown-key": "apps[0].intances"}),
        ('[{"id": "/a", "cmd": "a", "cpu": 1}]', {"marathon/unknown-key": "cpu"}),
        (
            '{"id": "/p", "containers": [{"name": "a", "resources": {"cpus": 1, "memory": 32}}]}',
            {"marathon/unknown-key": "containers[0].resources.memory"},
        ),
        (
            '{"id": "/p", "containers": [{"name": "a", "resource": {"cpus": 1, "mem": 32}}]}',
            {"marathon/unknown-key": "containers[0].resource"},
        ),
        (
            '{"id": "/p", "containers": [{"name": "a"}], "scaling": {"kind": "fixed", "instances": 2}}',
            {},
        ),
    ],
)
def test_groups_lists_and_pods(tmp_path, text, rules):
    found = read(tmp_path, text, "app.json")
    assert {each.rule: each.said.partition(":")[0] for each in found.mistakes} == rules


@pytest.mark.parametrize(("kind", "engines"), [("MESOS", ()), ("DOCKER", ("docker",))])
def test_an_image_that_mesos_runs_by_itself_needs_no_docker(tmp_path, kind, engines):
    text = f'{{"id": "/a", "container": {{"type": "{kind}", "docker": {{"image": "a"}}}}}}'
    assert read(tmp_path, text, "app.json").workloads[0].engines == engines


def test_a_key_in_the_wrong_place_is_named_with_the_right_one(tmp_path):
    text = '{"id": "/a", "container": {"type": "DOCKER", "docker": {"image": "a"}, "privileged": true}}'
    (found,) = read(tmp_path, text, "app.json").mistakes
    assert (found.severity, found.fix) == ("recommended", "It belongs in container.docker.")
    text = '{"id": "/p", "containers": [{"name": "a"}], "constraints": [["hostname", "UNIQUE"]], "instances": 3}'
    found = read(tmp_path, text, "app.json").mistakes
    assert [each.fix for each in found] == ["It belongs in scheduling.placement.", "It belongs in scaling."]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"id": "/__NAME__-web", "cmd": "a"}', "/__NAME__-web has other characters"),
        ('{"id": "Web", "cmd": "a"}', "Web has other characters"),
        ('{"id": "/a/-b", "cmd": "a"}', "has other characters"),
        ('{"id": "/g", "apps": [{"id": "/other/a", "cmd": "a"}]}', "/other/a is not below /g"),
        ('{"id": "/g", "groups": [{"id": "/gh", "apps": [{"id": "a", "cmd": "a"}]}]}', "/gh is not below /g"),
        ('{"id": "/g", "apps": [{"id": "/g/a", "cmd": "a"}, {"id": "b.c-1", "cmd": "a"}]}', ""),
        ('{"id": "/", "groups": [{"id": "/g", "apps": [{"id": "a", "cmd": "a"}]}]}', ""),
        ('{"groups": [{"id": "/g", "apps": [{"id": "../g/a", "cmd": "a"}]}]}', ""),
    ],
)
def test_an_id(tmp_path, text, said):
    found = read(tmp_path, text, "app.json").mistakes
    assert [each.rule for each in found] == ["marathon/id"] * bool(said)
    assert all(said in each.said and each.severity == "required" for each in found)


def test_roles_and_networks_that_agents_alone_know(tmp_path):
    text = '{"id": "/a", "cmd": "a", "acceptedResourceRoles": %s, "networks": [{"mode": "container", "name": "dcos"}]}'
    (app,) = read(tmp_path, text % '["slave_public"]', "app.json").workloads
    assert [(rule.attribute, rule.values) for rule in app.rules] == [("role", ("slave_public",))]
    assert [(need.what, need.said) for need in app.needs if isinstance(need, Unclear)] == [("a network", "dcos")]
    (app,) = read(tmp_path, text % '["*", "slave_public"]', "app.json").workloads
    assert not app.rules
