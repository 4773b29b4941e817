"""The form of values of a Compose file: what Compose refuses is a mistake with its line, and never its value."""

import pytest

from hostcheck.errors import UsageError
from hostcheck.workloadfiles.compose.shapes import REQUIRED, SHAPES
from hostcheck.workloadfiles.needs import Unclear
from hostcheck.workloadfiles.reading import read_files
from tests.workloadfiles.compose_forms import ACCEPTED, REFUSED, project


def refusals(tmp_path, text):
    path = tmp_path / "compose.yaml"
    path.write_text(text)
    try:
        (content,) = read_files([str(path)], environment={})
    except UsageError as error:
        return [str(error)]
    return [f"{each.place}: {each.said}" for each in content.mistakes if each.severity == "required"]


@pytest.mark.parametrize("line", ACCEPTED)
def test_what_compose_accepts_is_no_mistake(tmp_path, line):
    assert refusals(tmp_path, project(line)) == []


@pytest.mark.parametrize("line", REFUSED)
def test_what_compose_refuses_is_one(tmp_path, line):
    found = refusals(tmp_path, project(line))
    assert found
    assert all(each.startswith(f"{tmp_path}/compose.yaml:") for each in found)


def test_a_value_that_may_be_secret_is_not_said(tmp_path):
    for line in (
        "environment: KEY=hunter2",
        "environment: [{KEY: hunter2}]",
        "labels: hunter2",
        "env_file: {hunter2: a}",
    ):
        (said,) = refusals(tmp_path, project(line))
        assert "hunter2" not in said


def test_a_variable_that_is_not_known_has_every_form(tmp_path):
    line = "healthcheck: {interval: '${EVERY}', retries: '${TIMES}', test: a}"
    assert refusals(tmp_path, project(line)) == []


def test_a_key_that_a_newer_compose_may_know_is_unknown(tmp_path):
    path = tmp_path / "compose.yaml"
    path.write_text(project("healthcheck: {test: a, zzzzzz: 1}"))
    (content,) = read_files([str(path)], environment={})
    found = {each.name: [need.said for need in each.needs if isinstance(need, Unclear)] for each in content.workloads}
    assert found == {"db": [], "web": ["zzzzzz"]}


def test_every_form_that_is_named_is_there():
    named = {
        part
        for shape in SHAPES.values()
        for form in shape.values()
        for part in form.replace("[", "|").replace("{", "|").replace("]", "|").replace("}", "|").split("|")
        if part.startswith(":")
    }
    assert {name[1:] for name in named} | {"project"} == SHAPES.keys()
    assert all(set(keys) <= SHAPES[name].keys() for name, keys in REQUIRED.items())
