"""A need and a mistake of a command over several lines have the line of their option."""

import pytest

from hostcheck.workloadfiles.needs import Amount, Device, HostPath, HostPort
from hostcheck.workloadfiles.reading import read_files

SCRIPT = """#!/bin/sh
PORT=80
docker run -d \\
  --name web \\
  -p $PORT:80 \\
  -v /srv/a:/a \\
  --memory \\
    64m --rm --restart always \\
  nginx

sudo sh -c '
docker run -d \\
  -p 81:80 nginx'
id=$(docker run -d \\
  --device=/dev/a nginx)
"""
UNIT = """[Service]
ExecStart=/usr/bin/docker run \\
  --name web \\
# a comment
  -p 80:80 \\
  -v /srv/%p:/a \\
  nginx
ExecStartPost=/bin/sh -c 'docker run -d \\
  --memory 64m \\
  nginx'
"""
QUADLET = """[Container]
Image=a
PodmanArgs=--memory 64m \\
  -p 80:80 \\
  --device /dev/a
"""
PLAYBOOK = """- hosts: all
  tasks:
    - name: folded
      command: >
        docker run -d
        -p 80:80
        --device /dev/a

        nginx
    - name: literal
      ansible.builtin.shell: |
        cd /srv
        docker run -d \\
          -p 81:80 \\
          nginx
    - name: plain
      command: docker run -d
        -v /srv/a:/a
        nginx
    - name: in quotes
      command: "docker run -d
        -p 82:80 nginx"
    - name: in single quotes of the shell
      command: >
        docker run -d -p
        83:80 --label 'a
        b' nginx
    - name: words
      command:
        argv:
          - docker
          - run
          - -p
          - 84:80
          - nginx
"""


def contents(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text)
    return read_files([str(path)], environment={})


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [
        ("start.sh", SCRIPT, {"80/tcp": 5, "/srv/a": 6, "memory": 8, "81/tcp": 13, "/dev/a": 15}),
        ("web.service", UNIT, {"80/tcp": 5, "/srv/web": 6, "memory": 9}),
        ("web.container", QUADLET, {"memory": 3, "80/tcp": 4, "/dev/a": 5}),
        (
            "play.yml",
            PLAYBOOK,
            {"80/tcp": 6, "/dev/a": 7, "81/tcp": 14, "/srv/a": 18, "82/tcp": 21, "83/tcp": 24, "84/tcp": 34},
        ),
    ],
)
def test_a_need_has_the_line_of_its_option(tmp_path, name, text, lines):
    found = {}
    for content in contents(tmp_path, name, text):
        for need in (need for workload in content.workloads for need in workload.needs):
            if isinstance(need, HostPort):
                found[need.label] = need.place.line
            elif isinstance(need, HostPath | Device):
                found[need.path] = need.place.line
            elif isinstance(need, Amount):
                found[need.resource] = need.place.line
    assert found == lines


def test_a_mistake_has_the_line_of_its_option(tmp_path):
    (content,) = contents(tmp_path, "start.sh", SCRIPT)
    assert [(each.rule, each.place.line) for each in content.mistakes] == [("run/refused", 8)]


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ("-d \\\n --memory 1m", 2),
        ("-p 80:80 \\\n --network \\\n container:a", 1),
        ("-m 1g \\\n --memory-swap 5m", 2),
        ("-m 1g \\\n --memory-reservation \\\n 2g", 3),
        ("--network host \\\n -p 80:80", 2),
        ("-d \\\n -p 80:b", 2),
    ],
)
def test_what_an_engine_refuses_has_the_line_of_the_option(tmp_path, options, line):
    (content,) = contents(tmp_path, "start.sh", f"docker run {options} \\\n nginx\n")
    assert [each.place.line for each in content.mistakes] == [line]
