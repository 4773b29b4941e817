"""Which commands of a script run, and what they do to the containers of earlier ones."""

import time

import pytest

from hostcheck.errors import UsageError
from hostcheck.workloadfiles.needs import Unclear
from hostcheck.workloadfiles.reading import read_files
from hostcheck.workloadfiles.shell import commands


def read(tmp_path, text):
    path = tmp_path / "start.sh"
    path.write_text(f"#!/bin/bash\n{text}")
    (content,) = read_files([str(path)], environment={})
    return content


RUN = "docker run -d -p 80:80 b"


@pytest.mark.parametrize(
    "text",
    [
        f"exit 0\n{RUN}\n",
        f"exec ./serve\n{RUN}\n",
        f"if false; then {RUN}; fi\n",
        f"if false\nthen\n  if x; then :; else {RUN}; fi\nfi\n",
        f"if true; then :; elif x; then {RUN}; else {RUN}; fi\n",
        f"while false; do {RUN}; done\n",
        f"until true; do {RUN}; done\n",
        f"function up {{\n{RUN}\n}}\n",
        f"up() {{\n{RUN}\n}}\n# up\n",
        f"up() {{ {RUN}; }}\nmore() {{ up; }}\n",
        f"up() {{ exit 0; {RUN}; }}\nup\n",
        f"die() {{ echo; exit 1; }}\ndie x\n{RUN}\n",
        f"up() {{ return 0\n {RUN}\n}}\nup\n",
        f"bash -c 'exit 0; {RUN}'\n",
        f"exit 0\nsh <<EOF\n{RUN}\nEOF\n",
        f"false && {RUN}\n",
        f"true || {RUN}\n",
        f": ||\n{RUN}\n",
        f"x || true || {RUN}\n",
        f"x && false && {RUN}\n",
        f"false && {RUN} | cat\n",
        f"false && y | {RUN}\n",
        f"false && (y; :) || false && {{ {RUN}; }}\n",
        f"false && {{\n{RUN}\nif x; then :; else {RUN}; fi\n}}\n",
        f"up() (\n{RUN}\n)\n",
        f"up() ( {RUN} )\n# up\n",
        f"function up ( {RUN} )\n",
        f"up()\n(\n  case $1 in a) x ;; (b) {RUN} ;; esac\n {RUN}\n)\n",
    ],
)
def test_a_command_that_certainly_does_not_run_does_not_count(tmp_path, text):
    assert [each.name for each in read(tmp_path, f"docker run -d a\n{text}").workloads] == ["a"]


@pytest.mark.parametrize(
    "text",
    [
        f"[ -n x ] || exit 1\n{RUN}\n",
        f"[ -n x ] && exit 1\n{RUN}\n",
        f"(exit 0)\n{RUN}\n",
        f"(\nexit 0\n)\n{RUN}\n",
        f"exit 0 | cat\n{RUN}\n",
        f"(case x in x) : ;; esac; exit)\n{RUN}\n",
        f"case $1 in x) exit 1 ;; esac\n{RUN}\n",
        f"if x; then exit; fi\n{RUN}\n",
        f"exec >log 2>&1\nexec 3<>x\nexec {{fd}}>x\n{RUN}\n",
        f'exec "$@"\n{RUN}\n',
        f"die() {{ exit 1; }}\ndocker pull b || die\n{RUN}\n",
        f"die() {{ exit 1; }}\nif x; then die; fi\n{RUN}\n",
        f"die() {{ exit 1; }}\necho $(die)\n{RUN}\n",
        f"if false; then :; else {RUN}; fi\n",
        f"if false; then :; elif x; then {RUN}; fi\n",
        f"if ! false; then {RUN}; fi\n",
        f"while true; do {RUN}; done\n",
        f"function up {{\n{RUN}\n}}\nup\n",
        f"up() {{ {RUN}; }}\nmore() {{ up; }}\nmore\n",
        f"up() {{ {RUN}; }}\ntrap up USR1\n",
        f'up() {{ {RUN}; }}\n"$@"\n',
        f"up() {{ {RUN}; }}\necho $(up)\n",
        f"up() {{ {RUN}; }}\n. ./main\n",
        f"up() {{ {RUN}; }}\nsh <<EOF\nup\nEOF\n",
        f"sh <<EOF; exit\n{RUN}\nEOF\n",
        f"false || {RUN}\n",
        f"true && {RUN}\n",
        f"false && x || {RUN}\n",
        f"false && x; {RUN}\n",
        f"true x || {RUN}\n",
        f": ${{A:?}} || {RUN}\n",
        f"! true || {RUN}\n",
        f"up() ( {RUN} )\nup\n",
        f"up() ( x )\n({RUN})\n",
        f"up() ( case $1 in a) x ;; esac )\n{RUN}\n",
        f"x=(a b)\n{RUN}\n",
        f"if (x); then ({RUN}); fi\n",
        f"then() {{ x; }}\n({RUN})\n",
    ],
)
def test_a_command_that_may_run_counts(tmp_path, text):
    assert [each.name for each in read(tmp_path, f"docker run -d a\n{text}").workloads] == ["a", "b"]


def test_what_certainly_runs_after_false_is_no_branch(tmp_path):
    assert [each.perhaps for each in read(tmp_path, f"false || {RUN}\nx || {RUN}\n").workloads] == [
        "",
        "line 3 may not run, or another branch may",
    ]


def test_a_script_whose_functions_are_never_called_runs_no_container(tmp_path):
    with pytest.raises(UsageError, match="no line of it runs a container"):
        read(tmp_path, f"up() {{\n{RUN}\n}}\n")


def test_a_function_that_another_one_calls_twice_starts_two_containers(tmp_path):
    needs = [
        need
        for each in read(tmp_path, f"up() {{ {RUN}; }}\nmore() {{ up; up; }}\nmore\n").workloads
        for need in each.needs
    ]
    assert [need.said for need in needs if isinstance(need, Unclear)] == ["80/tcp"]


@pytest.mark.parametrize(
    ("line", "doubted"),
    [
        ("docker ps -aq | xargs -r docker rm -f", True),
        ("docker ps -aq | xargs -I{} docker rm -f {}", True),
        ("docker rm -f $(docker ps -aq)", True),
        ("docker rename a old; docker stop old", True),
        ("docker wait a", True),
        ("docker stop -t 3 a", True),
        ("podman stop --all", True),
        ("$ENGINE rm -f a", True),
        ("docker $DO a", True),
        ("docker network disconnect n a", True),
        ("kill %1", True),
        ("systemctl restart docker", True),
        ("clean() { docker rm -f a; }; clean", True),
        ("docker rm -f other", False),
        ("docker container prune -f", False),
        ("kill -0 $PID; wait", False),
        ("systemctl restart nginx", False),
    ],
)
def test_what_may_remove_or_stop_a_container_makes_it_doubtful(tmp_path, line, doubted):
    first, _ = read(tmp_path, f"docker run -d --name a -p 80:80 a\n{line}\n{RUN}\n").workloads
    assert bool(first.perhaps) is doubted


def test_a_function_may_be_called_after_the_container_that_it_removes(tmp_path):
    text = f"clean() {{ docker rm -f a; }}\ndocker run -d --name a -p 80:80 a\nclean\n{RUN}\n"
    first, _ = read(tmp_path, text).workloads
    assert first.perhaps == "line 2 removes or stops it"


def test_the_script_may_wait_for_what_it_starts_in_the_background(tmp_path):
    first, _ = read(tmp_path, f"docker run -p 80:80 a &\nwait\n{RUN}\n").workloads
    assert first.perhaps


FIRST = "docker run -d --name web a\n"
AGAIN = "docker run -d --name web b\n"


@pytest.mark.parametrize(
    ("text", "rules", "unclear"),
    [
        (f"{FIRST}{AGAIN}", ["run/name-twice"], 0),
        (f"docker run --name web a\n{AGAIN}", ["run/name-twice"], 0),
        (f"{FIRST}docker stop web\n{AGAIN}", ["run/name-twice"], 0),
        (f"{FIRST}docker rm -f web\n{AGAIN}", [], 0),
        (f"{FIRST}docker rename web old\n{AGAIN}", [], 0),
        (f"{FIRST}docker system prune -f\n{AGAIN}", [], 0),
        (f"docker run --rm --name web a\n{AGAIN}", [], 0),
        (f"docker run -d --rm --name web a\ndocker stop web\n{AGAIN}", [], 0),
        (f"docker run -d --rm --name web a\n{AGAIN}", [], 1),
        (f"if x; then\n{FIRST}fi\n{AGAIN}", [], 1),
        (f"{FIRST}docker start web || {AGAIN}", [], 1),
        (f"{FIRST}clean\n{AGAIN}clean() {{ docker rm -f web; }}\nclean\n", [], 0),
        (f"{FIRST}podman run -d --name web b\n", [], 0),
        (f"{FIRST}podman run -d --name web b\npodman run -d --replace --name web b\n", [], 0),
        (f"{FIRST}ssh h docker run -d --name web b\n", [], 1),
        ("docker run -d --name $A a\ndocker run -d --name $A a\n", [], 0),
    ],
)
def test_two_containers_of_a_script_cannot_have_one_name(tmp_path, text, rules, unclear):
    content = read(tmp_path, text)
    assert [each.rule for each in content.mistakes] == rules
    assert len([need for each in content.workloads for need in each.needs if isinstance(need, Unclear)]) == unclear


@pytest.mark.parametrize(
    ("line", "unclear"),
    [
        ("", ["docker create"]),
        ("docker start other", ["docker create", "docker start"]),
        ("docker start a", []),
        ("docker container start -a a", []),
        ("docker start $ID", ["docker start"]),
    ],
)
def test_whether_a_container_that_is_only_created_runs_is_unknown(tmp_path, line, unclear):
    content = read(tmp_path, f"docker create --name a -p 80:80 a\n{line}\n")
    assert [need.said for each in content.workloads for need in each.needs if isinstance(need, Unclear)] == unclear


def test_functions_that_call_each_other_take_a_time_in_proportion_to_the_text():
    def taken(count):
        calls = "".join(f"f{number}() {{ f{number - 1}; f{number - 1}; }}\n" for number in range(1, count))
        start = time.process_time()
        found = list(commands(f"f0() {{ {RUN}; }}\n{calls}f{count - 1}\n"))
        assert [each.in_loop for each in found if each.words[0] == "docker"] == [True]
        return time.process_time() - start

    taken(100)
    assert taken(5_000) < 100 * max(taken(500), 0.002)


@pytest.mark.parametrize(
    ("lines", "ports"),
    [
        ("", []),
        ("podman create --pod p a\n", []),
        ("podman pod start p\n", [80]),
        ("podman run -d --pod p a\n", [80]),
        ("podman run -d --pod q a\n", []),
    ],
)
def test_a_pod_has_its_ports_when_it_starts(tmp_path, lines, ports):
    content = read(tmp_path, f"podman pod create -n p -p 80:80\n{lines}")
    first = content.workloads[0]
    assert [need.first for need in first.needs if not isinstance(need, Unclear)] == ports
    assert any(isinstance(need, Unclear) for need in first.needs) is not bool(ports)
