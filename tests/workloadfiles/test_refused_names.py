"""Names and keys beside each other that Docker and Quadlet refuse, and how a mistake is said."""

import pytest

from hostcheck.formats.fit_text import headline
from hostcheck.placement.placing import fit
from hostcheck.spelling import lower_first
from hostcheck.workloadfiles.reading import read_files
from tests.placement.test_placing import host, ready

__all__ = ["ready"]


def mistakes(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    (content,) = read_files([str(tmp_path / name)], environment={}, lint=True)
    return [(each.rule, each.place.line) for each in content.mistakes if each.severity == "required"]


@pytest.mark.parametrize(("name", "is_taken"), [("a b", False), ("a", False), ("_ab", False), ("a_b.c-1", True)])
def test_a_name_of_a_container_is_one_that_docker_takes(tmp_path, name, is_taken):
    text = f"services:\n  a:\n    image: x\n    container_name: '{name}'\n"
    assert mistakes(tmp_path, "compose.yaml", text) == [("compose/refused", 4)] * (not is_taken)


@pytest.mark.parametrize("line", ["Pod=p", "Rootfs=/x"])
def test_what_quadlet_makes_no_service_of_is_a_mistake(tmp_path, line):
    assert mistakes(tmp_path, "a.container", f"[Container]\nImage=a\n{line}\n") == [("quadlet/refused", 3)]


def test_a_pod_that_is_a_unit_is_none(tmp_path):
    (tmp_path / "p.pod").write_text("[Pod]\n")
    assert mistakes(tmp_path, "a.container", "[Container]\nImage=a\nPod=p.pod\n") == []


def test_the_workload_whose_own_needs_exclude_each_other_is_named(ready, tmp_path):
    path = tmp_path / "compose.yaml"
    path.write_text("services: {a: {image: x, ports: ['80:80', '80:81']}, b: {image: x}}\n")
    found = fit(read_files([str(path)], environment={}), [host("h")])
    assert headline(found) == "does not fit: each need of a could be met alone, but not all of them together"


def test_a_fix_is_a_sentence(tmp_path):
    path = tmp_path / "compose.yaml"
    path.write_text("services: {a: {image: x, network_mode: bridge, networks: [n]}}\nnetworks: {n: {}}\n")
    (content,) = read_files([str(path)], environment={}, lint=True)
    assert [each.fix for each in content.mistakes] == ["Leave one of them out."]


@pytest.mark.parametrize(
    ("title", "said"), [("CPUs", "CPUs"), ("A port", "a port"), ("Memory", "memory"), ("A CLUSTER", "a CLUSTER")]
)
def test_an_abbreviation_keeps_its_capitals(title, said):
    assert lower_first(title) == said
