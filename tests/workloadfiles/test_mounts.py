"""A second mount at a path of a container, in each format that has mounts."""

import pytest

from hostcheck.workloadfiles.needs import HostPath
from hostcheck.workloadfiles.place import Place
from hostcheck.workloadfiles.reading import read_files
from hostcheck.workloadfiles.run_options import needs_of_option

UNIT = "[Container]\nImage=a\nVolume=/srv/a:/x\nVolume=/srv/b:/x/:ro\n"
PLAY = """- hosts: all
  tasks:
    - community.docker.docker_container:
        name: a
        image: a
        volumes:
          - /srv/a:/x
          - /srv/b:/x:ro
          - /srv/c:/y
"""
POD = """apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  volumes: [{name: v, emptyDir: {}}]
  containers:
    - name: a
      image: a
      volumeMounts:
        - {name: v, mountPath: /x}
        - {name: v, mountPath: /y}
        - {name: v, mountPath: /x}
"""


@pytest.mark.parametrize(
    ("name", "text", "mistakes"),
    [
        ("a.sh", "docker run -v /a:/x \\\n -v /b:/x a\n", [("run/refused", 2)]),
        ("a.sh", "docker run -v /a:/x -v /b:/x/ a\n", [("run/refused", 1)]),
        ("a.sh", "docker run --mount type=bind,src=/a,dst=/x --tmpfs /x:size=1m a\n", []),
        ("a.sh", "docker run -v /a:/x \\\n --tmpfs /x:size=1m a\n", [("run/refused", 1)]),
        ("a.sh", "docker run --mount type=bind,src=/a,dst=/x \\\n -v /b:/x a\n", [("run/refused", 2)]),
        ("a.sh", "docker run -v /a:/x -v /b:/y -v /x -v /a:/x a\n", []),
        ("a.sh", "docker run -v $A:$B -v $C:$B a\n", []),
        ("a.container", UNIT, [("run/refused", 4)]),
        ("play.yml", PLAY, [("run/refused", 8)]),
        ("pod.yaml", POD, [("kubernetes/mounted-twice", 12)]),
        (
            "compose.yaml",
            "services:\n a:\n  image: a\n  volumes:\n   - /a:/x\n   - {type: bind, source: /b, target: /x}\n",
            [("compose/mounted-twice", 6)],
        ),
        (
            "compose.yaml",
            "services:\n a:\n  image: a\n  tmpfs: /x\n  volumes:\n   - /a:/x\n   - /b:/y\n",
            [("compose/refused", 6)],
        ),
        ("compose.yaml", "services:\n a:\n  image: a\n  volumes:\n   - /a:/x\n   - /b:/y\n", []),
    ],
)
def test_a_second_mount_at_a_path_is_a_mistake_at_its_line(tmp_path, name, text, mistakes):
    path = tmp_path / name
    path.write_text(text)
    (content,) = read_files([str(path)], environment={})
    assert [(each.rule, each.place.line) for each in content.mistakes] == mistakes


@pytest.mark.parametrize(
    ("value", "paths"),
    [
        ('type=bind,"source=/a,b",target=/x', ["/a,b"]),
        ("type=bind,source=/a,target=/x", ["/a"]),
        ('type=volume,"source=/a,b",target=/x', []),
    ],
)
def test_the_source_of_a_mount_may_be_quoted(value, paths):
    needs = needs_of_option("mount", value, Place("a", 1), value, "docker")
    assert [need.path for need in needs if isinstance(need, HostPath)] == paths
