"""Marathon's JSON: a value of another type, and a key that is misspelt, each with its line."""

import json

import pytest

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
