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
        ("PORT=22\nexport PORT", 22),
        ('PORT=22\n: $((PORT + 1)) ${PORT:-23}; echo "the port is $PORT"', 22),
        ("PORT=22\nexport PATH=$PATH:/x A=\"$B $C\"; f() { local x=$1; }; printf '%s' $x; wait $!", 22),
        ('PORT=22\nread -rp "$TEXT" ANSWER <<< "$1"\nfind . -name x; docker build -t "$A" .', 22),
        ("cat <<EOF\nPORT=22\nEOF", None),
        ("[ -n x ] &&\nPORT=22", None),
        ("REPLY=22\nPORT=$REPLY", None),
        *(
            (f"PORT=22\n{line}", None)
            for line in (
                "set -a; . ./x.env; set +a",
                "[ -f .env ] && . ./.env",
                "if [ -f .env ]; then source .env; fi",
                "{ source x; }",
                "f() { . ./x; }",
                "for a in b; do A=1 . ./x; done",
                "x=$(. ./x; echo $PORT)",
                "trap 'source x' USR1",
                "test -n x && \\\n  . ./x",
                "export $(grep -v '^#' .env | xargs)",
                'for a in "$@"; do eval "${a%%=*}=${a#*=}"; done',
                'export "$@"',
                'for a in "$@"; do declare "$a"; done',
                'readonly "$A=$B"',
                'f() { printf -v "$1" x; }',
                'read "$NAME"',
                'getopts p: "$NAME"',
                'mapfile -t "$NAME" < x',
                'wait -n -p "$NAME"',
                "f() { local -n to=$1; to=3; }",
                ": ${!NAME:=23}",
                "(( $NAME = 3 ))",
                "declare -n ref=PORT; ref=8080",
                "let PORT++",
                'let "PORT = PORT + 1"',
                "let --PORT",
                "if ((PORT++ > 3)); then :; fi",
                ": $((--PORT)) $(( PORT <<= 1 ))",
                "for ((; PORT<9000; PORT++)); do :; done",
                "a=(1 2 3); a[PORT++]=3",
                "PORT[0]=3",
                "mapfile PORT < x",
                "readarray PORT < x",
                "printf -v PORT 23",
                "getopts p: PORT",
                "wait -n -p PORT",
                "coproc PORT { x; }",
                "exec {PORT}>x",
                "read HOST \\\n  PORT",
                "select PORT in 1 2; do :; done",
                "while IFS=: read HOST PORT; do :; done",
            )
        ),
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


def test_a_variable_is_unknown_before_the_line_that_sets_it(tmp_path):
    found = read(tmp_path, "docker run -d -p $PORT:80 a\nPORT=22\ndocker run -d -p $PORT:80 b\n")
    assert [type(need) for each in found.workloads for need in each.needs] == [Unclear, HostPort]


def test_variables_take_a_time_in_proportion_to_the_text():
    def taken(count):
        text = "".join(f"V{number}=1\nread W{number}\n" for number in range(count))
        start = time.process_time()
        assert len(literals(text)) == count
        return time.process_time() - start

    taken(100)
    assert taken(20_000) < 100 * max(taken(2_000), 0.002)


@pytest.mark.parametrize(
    ("text", "lines", "unclear"),
    [
        (
            "ssh root@$HOST <<'EOF'\ndocker run -d \\\n -p 80:80 a\nEOF\ndocker run -d -p 81:80 b\n",
            [5],
            ["docker --host"],
        ),
        ("ssh h bash -s <<EOF\ndocker run -d -p 80:80 a\nEOF\n", [], ["docker --host"]),
        ("cat <<EOF | ssh h sh\ndocker run -d -p 80:80 a\nEOF\n", [], ["docker --host"]),
        ("docker exec c sh <<EOF\ndocker run -d -p 80:80 a\nEOF\n", [], ["docker --host"]),
        ("sudo bash <<EOF\ndocker run -d \\\n -p 80:80 a\nEOF\n", [3], []),
        ("sh <<A <<B\ndocker run -p 1:1 a\nA\ndocker run -p 2:2 a\nB\n", [4], []),
        ("cat <<A | sh <<B\ndocker run -p 1:1 a\nA\ndocker run -p 2:2 a\nB\n", [4], []),
        ("cat <<EOF | sh\ndocker run -d -p 80:80 a\nEOF\n", [2], []),
        ("cat > f <<EOF && docker run -d -p 80:80 a\ndocker run -d -p 81:80 a\nEOF\n", [1], []),
        ("docker run -d -p 80:80 a\n: <<'COMMENT'\ndocker run -d -p 81:80 a\nCOMMENT\n", [1], []),
        ("docker run -d -p 80:80 a\nsudo tee f <<-EOF\n\tdocker run -d -p 81:80 a\n\tEOF\n", [1], []),
        ("docker run -d -p 80:80 a\ncat <<A; sh <<B\ndocker run -p 1:1 a\nA\ndocker run -p 2:2 a\nB\n", [1, 5], []),
    ],
)
def test_a_here_document_runs_where_the_program_that_reads_it_runs(tmp_path, text, lines, unclear):
    needs = [need for each in read(tmp_path, f"#!/bin/sh\n{text}").workloads for need in each.needs]
    assert [need.place.line - 1 for need in needs if isinstance(need, HostPort)] == lines
    assert [need.said for need in needs if isinstance(need, Unclear)] == unclear


def test_podman_splits_the_values_of_some_options_and_docker_does_not(tmp_path):
    line = "run -d --cap-add net_admin,net_raw -p 80:80,81:81 a\n"
    (workload,) = read(tmp_path, f"podman {line}").workloads
    assert [need.label for need in workload.needs if isinstance(need, HostPort)] == ["80/tcp", "81/tcp"]
    assert not read(tmp_path, f"podman {line}").mistakes
    assert [each.rule for each in read(tmp_path, f"docker {line}").mistakes] == ["run/refused", "run/refused"]


@pytest.mark.parametrize(
    ("text", "ports", "unclear"),
    [
        ("podman pod create --name p -p 80:80\npodman run -d --pod p a\n", ["80/tcp"], []),
        ("podman pod create -p 80:80 -n p; podman run -d --pod p a\n", ["80/tcp"], []),
        ("podman pod create --publish 80:80 p >/dev/null\npodman run -d --pod p a\n", ["80/tcp"], []),
        ("podman run -d --pod new:p -p 80:80 a\npodman run -d --pod p b\n", ["80/tcp"], []),
        ("podman run -d --pod p a\n", [], ["--pod p"]),
        ("docker network create n --driver bridge 2>/dev/null\ndocker run -d --network n a\n", [], []),
        ("docker network create -d bridge n || true\ndocker run -d --network n a\n", [], []),
        ("docker network create --driver n\ndocker run -d --network n a\n", [], ["--network n"]),
    ],
)
def test_a_pod_has_ports_and_what_a_command_creates_is_there(tmp_path, text, ports, unclear):
    needs = [need for each in read(tmp_path, f"#!/bin/sh\n{text}").workloads for need in each.needs]
    assert [need.label for need in needs if isinstance(need, HostPort)] == ports
    assert [need.said for need in needs if isinstance(need, Unclear)] == unclear


@pytest.mark.parametrize(
    ("text", "unclear"),
    [
        ("for i in 1 2; do docker run -d -p 80:80 a; done\n", ["80/tcp"]),
        ("for i in 1 2; do\n  docker run -d --name a a\ndone\n", ["a"]),
        ("until docker run -d --name a a; do sleep 1; done\n", ["a"]),
        ("f() {\n docker run -d -p 80:80 a\n}\nf\nf\n", ["80/tcp"]),
        ("function f() { docker run -d -p 80:80 a; }; f; f\n", ["80/tcp"]),
        ("f() {\n docker run -d -p 80:80 a\n}\nf\ng\n", []),
        ("seq 3 | xargs -I{} docker run -d -p 80:80 a {}\n", ["80/tcp"]),
        ("for i in 1 2; do docker run -d --name a -p 80:80 a; docker rm -f a; done\n", []),
        ("for i in 1 2; do docker run --rm -p 80:80 a; done\n", []),
        ("for i in 1 2; do docker run -d a; done\n", []),
        ("for i in 1 2; do docker run -d --name a$i a; done\n", []),
        ("for i in 1 2; do echo; done\nif x; then docker run -d -p 80:80 a; fi\n", []),
    ],
)
def test_how_often_a_loop_starts_a_container_with_one_port_is_unknown(tmp_path, text, unclear):
    needs = [need for each in read(tmp_path, f"#!/bin/sh\n{text}").workloads for need in each.needs]
    assert [need.said for need in needs if isinstance(need, Unclear)] == unclear
