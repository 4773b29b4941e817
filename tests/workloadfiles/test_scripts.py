"""Scripts as people write them: how one is recognised, and which of its variables are known."""

import time

import pytest

from hostcheck.workloadfiles.needs import HostPath, HostPort, Unclear
from hostcheck.workloadfiles.reading import read_files, recognised
from hostcheck.workloadfiles.shell_variables import literals


def read(tmp_path, text, name="start"):
    path = tmp_path / name
    path.write_text(text)
    (content,) = read_files([str(path)], environment={})
    return content


@pytest.mark.parametrize(
    "text",
    [
        "PORT=8081\ndocker run -p 80:80 a\n",
        "set -e\n\nsudo docker run -p 80:80 a\n",
        "# The command of the manual\n$ docker run -p 80:80 a\n",
        "if [ -f x ]; then\n:\nfi\n/usr/bin/podman run a\n",
        "cd /srv/app\ndocker compose -f prod.yaml up -d\n",
        "docker-compose up\n",
    ],
)
def test_a_script_is_known_by_a_line_that_starts_a_container(text):
    assert recognised("start", text) == "script"


@pytest.mark.parametrize("name", ["start.sh", "start.bash"])
def test_a_script_is_known_by_its_name(name):
    assert recognised(name, "for i in 1 2; do\n  docker run a\ndone\n") == "script"


@pytest.mark.parametrize(
    "text",
    [
        "services:\n  a: {image: a}\n# up:\n# docker compose up\n",
        "- hosts: all\n  tasks:\n    - shell: |\n        docker run a\n",
    ],
)
def test_what_only_speaks_of_a_command_is_none(text):
    assert recognised("a.yaml", text) != "script"


@pytest.mark.parametrize(
    ("begin", "port"),
    [
        ("PORT=22", 22),
        ("export PORT=22 # of the host", 22),
        ("PORT='22'", 22),
        ('readonly PORT="22";', 22),
        ("OTHER_PORT=1\nPORT=22", 22),
        ("PORT=22\nPORT=23", None),
        ("PORT=22\nread PORT", None),
        ("PORT=22\nfor PORT in 1 2; do", None),
        ("PORT=22\n. ./settings", None),
        ("PORT=22\n: ${PORT:=23}", None),
        ("PORT=${1:-22}", None),
        ("PORT=$(cat port)", None),
        ("[ -n x ] && PORT=22", None),
        ("if true; then\n  PORT=22\nfi", None),
        ("PORT='22:80 -p 23'", None),
        ("PORT=22\nPORT+=1", None),
    ],
)
def test_a_variable_is_known_where_it_is_set_once_by_a_literal(tmp_path, begin, port):
    found = read(tmp_path, f"#!/bin/sh\n{begin}\ndocker run -p ${{PORT}}:80 a\n")
    (need,) = found.workloads[-1].needs
    assert isinstance(need, Unclear) if port is None else isinstance(need, HostPort) and need.first == port


@pytest.mark.parametrize(
    ("line", "needs"),
    [
        ('docker run -v "$PWD":/x a', []),
        ("docker run -v $(pwd)/made:/x a", []),
        ("docker run -v ${HOME}/made:/x -v ~/made:/y a", []),
        ("docker run --mount type=bind,src=`pwd`,target=/x a", []),
        ("docker run --mount type=bind,src=$PWD/absent,target=/x a", [Unclear]),
        ("docker run --mount type=bind,src=~/absent,target=/x a", [Unclear]),
        ("podman run -v ~/absent:/x a", [Unclear]),
        ("podman run -v $PWD/absent:/x a", [Unclear]),
        ("docker run -v $PWDS/x:/x a", [Unclear]),
        ("docker run -v /srv:/x `# media` a", [HostPath]),
    ],
)
def test_the_folder_of_a_shell_is_there_and_what_is_below_it_only_where_it_is_made(tmp_path, line, needs):
    (found,) = read(tmp_path, f"{line}\n").workloads
    assert [type(each) for each in found.needs] == needs
    assert found.name == "a"


def test_variables_take_a_time_in_proportion_to_the_text():
    def taken(count):
        text = "".join(f"V{number}=1\nread W{number}\n" for number in range(count))
        start = time.process_time()
        assert len(literals(text)) == count
        return time.process_time() - start

    taken(100)
    assert taken(20_000) < 100 * max(taken(2_000), 0.002)
