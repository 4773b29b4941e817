"""Standard input, output and error that are closed or full: never 1, which is the gate's no, and never a traceback."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from hostcheck.cli import COMMANDS

TOP = Path(__file__).parents[2]
RUN = "tests/runs/run-1.json"
FULL = "hostcheck: writing to standard output: No space left on device; write to a file: -o FORMAT:FILE\n"


def shell(line, **environment):
    """Run a command of hostcheck's in a shell that redirects."""
    command = f'exec "$0" -m hostcheck {line}'
    return subprocess.run(["bash", "-c", command, sys.executable], cwd=TOP, capture_output=True, env=environment)


@pytest.mark.parametrize("line", [f"{name} --help" for name in COMMANDS])
def test_help_that_cannot_be_written_ends_with_4(line):
    done = shell(f"{line} >/dev/full")
    assert (done.returncode, done.stderr.decode()) == (4, FULL)


@pytest.mark.parametrize(
    "line",
    [
        "--help",
        "--version",
        "checks",
        "checks --facts",
        f"gate --run {RUN}",
        f"gate --run {RUN} -o json:-",
        f"gate --run {RUN} -o nagios:-",
        f"compare {RUN}",
        "capture --list --no-experiments",
        "capture --no-experiments -o -",
        "audit --no-experiments --root tests/hosts/docker-cgroup2-in-kvm/root",
        "history --help",
    ],
)
@pytest.mark.parametrize(
    ("redirection", "why"),
    [
        (">/dev/full", "No space left on device"),
        (">&-", "Bad file descriptor"),
        (">/dev/full 2>/dev/full", None),
        ("<&- >&- 2>&-", None),
    ],
)
def test_a_document_that_cannot_be_written_ends_with_4_and_one_line(line, redirection, why):
    done = shell(f"{line} {redirection}")
    assert done.returncode == 4
    said = "" if why is None else FULL.replace("No space left on device", why)
    assert done.stderr.decode() == said


def test_a_file_that_may_not_grow_ends_with_4(tmp_path):
    command = 'ulimit -f 0; exec "$0" -B -m hostcheck checks >"$1"'
    argv = ["bash", "-c", command, sys.executable, tmp_path / "out"]
    done = subprocess.run(argv, cwd=TOP, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (4, FULL.replace("No space left on device", "File too large"))


@pytest.mark.parametrize("redirection", ["2>/dev/full", "2>&-", "<&- 2>&-"])
@pytest.mark.parametrize(
    ("line", "code"),
    [
        (f"gate --run {RUN}", 0),
        (f"gate --run {RUN} -o json:/dev/null", 0),
        ("gate --run nope", 2),
        ("gate --nonsense", 2),
        ("gate --run nope -o nagios:-", 3),
        ("", 2),
    ],
)
def test_messages_that_cannot_be_written_change_no_exit_code(line, code, redirection):
    assert shell(f"{line} {redirection}").returncode == code


def test_a_plugin_that_cannot_say_what_is_wrong_is_unknown():
    for redirection in (">/dev/full", ">&-"):
        done = shell(f"gate --run nope -o nagios:- {redirection}")
        assert (done.returncode, done.stderr.count(b"\n")) == (3, 2)


def test_no_file_gets_the_number_of_a_closed_stream(tmp_path):
    script = (
        "import os, sys, hostcheck.streams as streams\n"
        "streams.open_all()\n"
        "numbers = [os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)]\n"
        "os._exit(numbers[0] < 3)\n"
    )
    argv = ["bash", "-c", 'exec "$0" -c "$1" "$2" <&- >&- 2>&-', sys.executable, script, tmp_path / "file"]
    assert subprocess.run(argv, cwd=TOP).returncode == 0


@pytest.mark.parametrize("encoding", ["ascii:strict", "latin-1:strict", "utf-8:strict"])
def test_an_encoding_that_lacks_characters_stops_nothing_and_documents_for_programs_are_utf_8(encoding):
    for line in ("checks", "--help", f"gate --run {RUN}"):
        done = shell(line, PYTHONIOENCODING=encoding)
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout
    document = shell(f"gate --run {RUN} -o json:-", PYTHONIOENCODING=encoding).stdout
    assert document == shell(f"gate --run {RUN} -o json:-").stdout
    assert json.loads(document.decode("utf-8"))["findings"]
