"""All refused values of a file are named at once, and ``--lint`` judges what is left."""

import pytest

from hostcheck.errors import MistakesError, UsageError
from hostcheck.workloadfiles.reading import read_files

COMPOSE = """services:
  a:
    image: Web
    mem_limit: lots
    ports:
      - "80:b"
      - "81:81"
      - published: 7
    restart: sometimes
  b:
    image: b
    cpus: -1
    devices: [{permissions: r}]
  c: {}
"""
POD = """apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers:
    - name: a
      image: a
      resources: {requests: {cpu: many, memory: 1Gi}}
  volumes:
    - name: v
      hostPath: {path: /srv, type: Folder}
    - name: w
      hostPath: {type: File}
---
apiVersion: v1
kind: Pod
metadata: {name: b}
spec:
  containers: []
"""
APP = """{"id": "/a", "cpus": 1,
 "constraints": [["hostname", "UNIQUE", "x"],
  ["rack", "NEAR"]],
 "cmd": "x"}
"""
JOB = """job "a" {
  group "g" {
    count = -1
    task "t" {
      driver = "docker"
      config { image = "a" }
      resources {
        cpu = 0
        memory = 5
      }
    }
  }
}
"""


@pytest.mark.parametrize(
    ("name", "text", "lines", "workloads"),
    [
        ("compose.yaml", COMPOSE, [3, 4, 6, 8, 9, 12, 13, 14], ["a", "b"]),
        ("pod.yaml", POD, [8, 11, 13, 19], ["Pod/a"]),
        ("app.json", APP, [2, 3], ["/a"]),
        ("job.nomad", JOB, [3, 8, 9], ["a/g"]),
    ],
)
def test_a_refused_value_is_a_mistake_and_the_rest_is_judged(tmp_path, name, text, lines, workloads):
    path = tmp_path / name
    path.write_text(text)
    (content,) = read_files([str(path)], environment={}, lint=True)
    assert sorted({each.place.line for each in content.mistakes}) == lines
    assert [each.name for each in content.workloads] == workloads


def test_a_host_is_not_judged_for_a_refused_value_and_all_are_named(tmp_path):
    path = tmp_path / "compose.yaml"
    path.write_text(COMPOSE)
    with pytest.raises(MistakesError) as caught:
        read_files([str(path)], environment={})
    named = [int(line.split(":")[1]) for line in caught.value.lines]
    assert sorted(named) == [4, 6, 8, 12, 13, 14]


@pytest.mark.parametrize("lint", [True, False])
def test_where_nothing_is_left_each_refused_value_is_named(tmp_path, lint):
    path = tmp_path / "compose.yaml"
    path.write_text("services:\n  a: {}\n  b: 7\n")
    with pytest.raises(UsageError) as caught:
        read_files([str(path)], environment={}, lint=lint)
    assert [line.split(":")[1] for line in caught.value.lines] == ["2", "3"]


def test_an_anchor_in_many_places_is_left_out_of_all(tmp_path):
    path = tmp_path / "compose.yaml"
    rows = "".join(f"  s{at}: *it\n" for at in range(200))
    path.write_text(f"x-it: &it\n  image: a\n  mem_limit: lots\nservices:\n{rows}")
    (content,) = read_files([str(path)], environment={}, lint=True)
    assert [(each.rule, each.place.line) for each in content.mistakes] == [("compose/wrong-form", 3)]
