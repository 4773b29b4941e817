"""Values for which the quadlet of Podman 5.4 makes no service of a file."""

import pytest

from hostcheck.workloadfiles.reading import read_files

CONTAINER = "[Container]\nImage=a\n"
KUBE = "[Kube]\nYaml=a.yaml\n"
REFUSED = [
    ("a.container", CONTAINER + "[Service]\nType=simple\n", 4),
    ("a.container", CONTAINER + "[Service]\nType=\n", 4),
    ("a.container", CONTAINER + "[Service]\nKillMode=process\n", 4),
    ("a.kube", KUBE + "[Service]\nType=exec\n", 4),
    ("a.kube", KUBE + "RemapUsers=nope\n", 3),
    ("a.container", CONTAINER + "Group=3\n", 3),
    ("a.container", CONTAINER + "User=\nGroup=3\n", 4),
    ("a.container", CONTAINER + "RemapUsers=keep-id\nUIDMap=0:0:1\n", 3),
    ("a.container", CONTAINER + "ExposeHostPort=80/foo\n", 3),
    ("a.container", CONTAINER + "Mount=/a:/b\n", 3),
    ("a.pod", "[Pod]\nRemapUsers=keep-id\nUserNS=auto\n", 2),
]
TAKEN = [
    ("a.container", CONTAINER + "[Service]\nType=simple\nType=oneshot\nKillMode=mixed\nRestart=always\n"),
    ("a.container", CONTAINER + "User=0\nGroup=3\nExposeHostPort=80-81/udp\nMount=type=tmpfs,target=/x\n"),
    ("a.container", CONTAINER + "RemapUsers=auto\nRemapUidSize=5\n"),
    ("a.pod", "[Pod]\n[Service]\nType=simple\nKillMode=process\n"),
]


def refused(tmp_path, name, text):
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a}]}\n"
    (tmp_path / "a.yaml").write_text(pod)
    (tmp_path / name).write_text(text)
    (content,) = read_files([str(tmp_path / name)], lint=True)
    return [each.place.line for each in content.mistakes if each.rule == "quadlet/refused"]


@pytest.mark.parametrize(("name", "text", "line"), REFUSED)
def test_a_value_that_quadlet_refuses_is_a_mistake(tmp_path, name, text, line):
    assert refused(tmp_path, name, text) == [line]


@pytest.mark.parametrize(("name", "text"), TAKEN)
def test_a_value_that_quadlet_takes_is_none(tmp_path, name, text):
    assert refused(tmp_path, name, text) == []
