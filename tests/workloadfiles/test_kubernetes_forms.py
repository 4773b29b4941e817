"""The fields of what makes pods: what the API refuses is a mistake with its line, and never its value."""

import pytest

from hostcheck.errors import UsageError
from hostcheck.workloadfiles.kubernetes.shapes import OF_KINDS, REQUIRED, SHAPES, VERSIONS
from hostcheck.workloadfiles.needs import Capability, Unclear
from hostcheck.workloadfiles.reading import read_files

CONTROLLER = (
    "apiVersion: {version}\nkind: {kind}\nmetadata: {{name: web}}\n"
    "spec:\n  {more}\n  selector: {{matchLabels: {{a: b}}}}\n"
    "  template: {{metadata: {{labels: {{a: b}}}}, spec: {{containers: [{{name: a, image: a}}]}}}}\n"
)


def read(tmp_path, text):
    path = tmp_path / "web.yaml"
    path.write_text(text)
    (content,) = read_files([str(path)], environment={})
    return content


def pod(container="", spec=""):
    more = f", {container}" if container else ""
    return (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n"
        f"  containers: [{{name: a, image: a{more}}}]\n{f'  {spec}' if spec else ''}\n"
    )


@pytest.mark.parametrize(
    ("container", "rule"),
    [
        ("imagePullPolcy: Always", "unknown-field"),
        ("port: [{containerPort: 80}]", "unknown-field"),
        ("ports: [{containerport: 80, containerPort: 80}]", "unknown-field"),
        ("resources: {request: {cpu: 1}}", "unknown-field"),
        ("securityContext: {privilegd: true}", "unknown-field"),
        ("ports: [{hostPort: 80}]", "wrong-form"),
        ('ports: [{containerPort: "80"}]', "wrong-form"),
        ("env: [{name: KEY, value: 5}]", "wrong-form"),
        ("env: [{name: KEY, value: true}]", "wrong-form"),
        ("env: {KEY: hunter2}", "wrong-form"),
        ("command: hunter2", "wrong-form"),
        ('securityContext: {privileged: "true"}', "wrong-form"),
        ("imagePullPolicy: always", "wrong-form"),
    ],
)
def test_what_the_api_refuses_of_a_container(tmp_path, container, rule):
    (found,) = read(tmp_path, pod(container)).mistakes
    assert (found.rule, found.severity, found.place.line) == (f"kubernetes/{rule}", "required", 5)
    assert "hunter2" not in found.said


@pytest.mark.parametrize(
    ("spec", "rule"),
    [
        ("hostnetwork: true", "unknown-field"),
        ("nodeSelector: {gpu: true}", "wrong-form"),
        ("restartPolicy: always", "wrong-form"),
        ("volumes: [{name: v, hostpath: {path: /x}}]", "unknown-field"),
        ("terminationGracePeriodSeconds: 30s", "wrong-form"),
    ],
)
def test_what_the_api_refuses_of_a_pod(tmp_path, spec, rule):
    assert [each.rule for each in read(tmp_path, pod(spec=spec)).mistakes] == [f"kubernetes/{rule}"]


@pytest.mark.parametrize(
    ("kind", "version", "more", "rules"),
    [
        ("Deployment", "apps/v1", "replicas: 2", []),
        ("Deployment", "apps/v1", "replica: 2", ["unknown-field"]),
        ("Deployment", "apps/v1", 'replicas: "2"', ["wrong-form"]),
        ("Deployment", "extensions/v1beta1", "replicas: 2", ["version"]),
        ("Deployment", "v1", "replicas: 2", ["version"]),
        ("StatefulSet", "apps/v1", "serviceNam: web", ["unknown-field"]),
        ("DaemonSet", "apps/v1", "updateStrategy: {type: OnDelete}", []),
        ("Deployment", "apps.example.org/v1", "replica: 2", ["unknown-field"]),
    ],
)
def test_what_the_api_refuses_of_a_controller(tmp_path, kind, version, more, rules):
    found = read(tmp_path, CONTROLLER.format(kind=kind, version=version, more=more))
    assert [each.rule for each in found.mistakes] == [f"kubernetes/{rule}" for rule in rules]


@pytest.mark.parametrize(
    "container",
    [
        "resources: {requests: {cpu: 0.5, memory: 1Gi}, limits: {cpu: 500m}}",
        "ports: [{name: http, containerPort: 80, protocol: TCP}], env: [{name: A, value: '5'}, {name: B, value: null}]",
        "livenessProbe: {httpGet: {port: http}, periodSeconds: 5}, lifecycle: {preStop: {exec: {command: [a]}}}",
        "securityContext: {runAsUser: 0, capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}",
        "args: [a, '5'], command: null, tty: true, resources: {}",
    ],
)
def test_what_the_api_takes_is_no_mistake(tmp_path, container):
    assert not read(tmp_path, pod(container)).mistakes


def test_a_field_that_a_newer_api_may_have_is_unknown(tmp_path):
    found = read(tmp_path, pod("zzzzzz: 1"))
    assert not found.mistakes
    assert [need.said for need in found.workloads[0].needs if isinstance(need, Unclear)] == [
        "spec.containers[0].zzzzzz"
    ]


def test_every_form_that_is_named_is_there():
    named = {
        part
        for shape in SHAPES.values()
        for form in shape.values()
        for part in form.strip("[]{}").split("|")
        if part.startswith(":")
    }
    assert {name[1:] for name in named} | set(OF_KINDS.values()) == SHAPES.keys()
    assert OF_KINDS.keys() == VERSIONS.keys()
    assert all(set(keys) <= SHAPES[name].keys() for name, keys in REQUIRED.items())


@pytest.mark.parametrize(
    ("written", "is_privileged", "mistakes"),
    [("yes", True, 0), ("On", True, 0), ("no", False, 0), ("off", False, 0), ("'yes'", False, 1), ("ja", False, 1)],
)
def test_words_of_yaml_1_1_are_truth_values(tmp_path, written, is_privileged, mistakes):
    try:
        found = read(tmp_path, pod(f"securityContext: {{privileged: {written}}}"))
    except UsageError:
        assert mistakes
        return
    assert len(found.mistakes) == mistakes
    assert any(isinstance(need, Capability) for need in found.workloads[0].needs) == is_privileged


def test_such_a_word_is_no_text(tmp_path):
    (found,) = read(tmp_path, pod("env: [{name: A, value: yes}]")).mistakes
    assert found.rule == "kubernetes/wrong-form"
