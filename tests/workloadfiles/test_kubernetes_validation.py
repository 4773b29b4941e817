"""Parts of a pod that the API refuses beside each other, or by their names (pkg/apis/core/validation)."""

import json

import pytest

from hostcheck.workloadfiles.reading import read_files

PORT = {"containerPort": 80, "hostPort": 8080}


def container(name="a", **keys):
    return {"name": name, "image": "x", **keys}


def found(tmp_path, spec, kind="Pod"):
    if kind == "Pod":
        made = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}
    else:
        labels = {"metadata": {"labels": {"a": "b"}}}
        inner = {"selector": {"matchLabels": {"a": "b"}}, "template": {**labels, "spec": spec}}
        made = {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "p"}, "spec": inner}
    (tmp_path / "pod.json").write_text(json.dumps(made))
    (content,) = read_files([str(tmp_path / "pod.json")], environment={}, lint=True)
    return [(each.rule, each.said) for each in content.mistakes if each.severity == "required"]


def probed(**keys):
    return {"containers": [container(livenessProbe=keys)]}


def with_volumes(*volumes):
    return {"containers": [container()], "volumes": volumes}


TWICE, ONE_OF, FORM = "kubernetes/twice", "kubernetes/one-of", "kubernetes/wrong-form"
REFUSED = [
    ({"containers": [container(), container()]}, TWICE, "container a"),
    ({"containers": [container()], "initContainers": [container()]}, TWICE, "container a"),
    (with_volumes({"name": "v", "emptyDir": {}}, {"name": "v", "emptyDir": {}}), TWICE, "volume v"),
    ({"containers": [container(ports=[PORT]), container("b", ports=[PORT])]}, TWICE, "hostPort 8080/TCP"),
    (
        {"containers": [container(ports=[{"containerPort": 1, "name": "w"}, {"containerPort": 2, "name": "w"}])]},
        TWICE,
        "port w",
    ),
    (probed(grpc={"port": 1}, httpGet={"path": "/", "port": 1}), ONE_OF, "grpc and httpGet"),
    (probed(periodSeconds=1), ONE_OF, "none of"),
    ({"containers": [container(lifecycle={"preStop": {}})]}, ONE_OF, "none of"),
    (with_volumes({"name": "v", "emptyDir": {}, "hostPath": {"path": "/"}}), ONE_OF, "emptyDir and hostPath"),
    ({"containers": [container("A_b")]}, FORM, "a name of a container"),
    (with_volumes({"name": "v.w", "emptyDir": {}}), FORM, "a name of a volume"),
    ({"containers": [{"name": "a"}]}, "kubernetes/no-image", "no image"),
]


@pytest.mark.parametrize("kind", ["Pod", "Deployment"])
@pytest.mark.parametrize("case", REFUSED)
def test_what_the_api_refuses_is_a_mistake(tmp_path, case, kind):
    spec, rule, said = case
    ((own, words),) = found(tmp_path, spec, kind)
    assert own == rule
    assert said in words


TAKEN = [
    {"containers": [container(), container("b")], "volumes": [{"name": "a"}, {"name": "b", "emptyDir": {}}]},
    {"containers": [container(ports=[PORT, {**PORT, "protocol": "UDP"}, {**PORT, "hostIP": "127.0.0.1"}])]},
    {
        "containers": [
            container(ports=[{"containerPort": 1, "name": "w"}]),
            container("b", ports=[{"containerPort": 2}]),
        ]
    },
    {"containers": [container(lifecycle={"preStop": {"sleep": {"seconds": 3}}})]},
    probed(exec={"command": ["x"]}, periodSeconds=1, httpGet=None),
]


@pytest.mark.parametrize("spec", TAKEN)
def test_what_the_api_takes_is_no_mistake(tmp_path, spec):
    assert found(tmp_path, spec) == []
