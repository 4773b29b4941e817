"""Standard input, output and error that are closed or full: never 1, which is the gate's no, and never a traceback."""

import contextlib
import json
import os
import subprocess
import sys
from itertools import cycle
from pathlib import Path

import pytest

from hostcheck import streams
from hostcheck.cli import COMMANDS
from hostcheck.report.page import SIGNS
from tests.forked import forked

TOP = Path(__file__).parents[2]
RUN = "tests/runs/judged.json"
HOST = "tests/hosts/docker-cgroup2-in-kvm/root"
FIO = "tests/fio/outputs/3.33-direct-tmpfs-no-diskutil.json"
UNWRITTEN = "hostcheck: writing to standard output: {}; redirect it to a file that can be written\n"
FULL = UNWRITTEN.format("No space left on device")


def shell(line, *, before="", **environment):
    """Run a command of hostcheck's in a shell that redirects."""
    command = f'{before}exec "$0" -m hostcheck {line}'
    return subprocess.run(["bash", "-c", command, sys.executable], cwd=TOP, capture_output=True, env=environment)


DOCUMENTS = (
    "--help",
    "--version",
    "checks",
    "checks --facts",
    f"gate --run {RUN} -o json:-",
    f"gate --run {RUN} -o text:-",
    f"gate --run {RUN} -o nagios:-",
    f"compare {RUN}",
    f"report {RUN} -o markdown:-",
    f"import fio {FIO}",
    "capture --list --no-experiments",
    "capture --no-experiments -o -",
    f"audit --no-experiments --root {HOST}",
    f"audit --no-experiments --root {HOST} --explain virt",
    "history --help",
)
NO_READER = "> >(exit)"
REDIRECTIONS = {">/dev/full": "No space left on device", ">&-": "Bad file descriptor", NO_READER: "Broken pipe"}
"""What standard output is, and why it cannot be written to. In the last, the reader is waited for: it has ended."""
NUMBERS = {"<": 0, ">": 1, "2": 2}


def broken(line, redirections):
    """Run a command whose streams are closed, full or without a reader, as a shell would have them."""
    streams = {}
    with contextlib.ExitStack() as opened:
        for redirection in [NO_READER] if redirections == NO_READER else redirections.split():
            place = None
            if redirection == NO_READER:
                reading, place = os.pipe()
                os.close(reading)
            elif not redirection.endswith("&-"):
                place = os.open("/dev/full", os.O_WRONLY)
            if place is not None:
                opened.callback(os.close, place)
            streams[NUMBERS[redirection[0]]] = place
        return forked(*line.split(), cwd=TOP, streams=streams)


@pytest.mark.parametrize("redirection", REDIRECTIONS)
def test_where_it_starts_its_streams_are_as_in_the_tests_below(redirection):
    if redirection == NO_READER:
        # The pipe has no reader any more once its only one has ended.
        done = shell("--help", before=f"exec {redirection}; wait $!; ")
    else:
        done = shell(f"--help {redirection}")
    same = broken("--help", redirection)
    assert (done.returncode, done.stderr) == (same.returncode, same.stderr)
    assert done.returncode == (141 if redirection == NO_READER else 4)


@pytest.mark.parametrize("line", [f"{name} --help" for name in COMMANDS])
def test_help_that_cannot_be_written_ends_with_4(line):
    done = broken(line, ">/dev/full")
    assert (done.returncode, done.stderr.decode()) == (4, FULL)


@pytest.mark.parametrize(("line", "redirection"), list(zip(DOCUMENTS, cycle(REDIRECTIONS), strict=False)))
def test_a_document_that_cannot_be_written_ends_with_4_and_one_line(line, redirection):
    done = broken(line, redirection)
    unwritten = (4, UNWRITTEN.format(REDIRECTIONS[redirection]))
    silent = redirection == NO_READER and "-o" not in line
    assert (done.returncode, done.stderr.decode()) == ((141, "") if silent else unwritten)


@pytest.mark.parametrize(
    "line",
    [
        "--help",
        f"audit --no-experiments --root {HOST}",
        f"audit --no-experiments --root {HOST} --explain virt",
        f"compare {RUN}",
        "capture --list --no-experiments",
    ],
)
def test_text_whose_reader_has_ended_ends_silently_as_after_sigpipe(line):
    done = broken(line, NO_READER)
    assert (done.returncode, done.stderr.decode()) == (141, "")


def test_a_reader_that_has_ended_hides_no_document_that_was_not_written(tmp_path):
    done = broken(f"gate --run {RUN} -o text:- -o json:{tmp_path}", NO_READER)
    assert (done.returncode, done.stderr.count(b"\n")) == (4, 1)


@pytest.mark.parametrize("redirection", [">/dev/full 2>/dev/full", "<&- >&- 2>&-"])
def test_where_nothing_can_be_said_the_exit_code_is_the_same(redirection):
    for line in DOCUMENTS[2:9:2]:
        assert broken(line, redirection).returncode == 4
    assert shell(f"{DOCUMENTS[2]} {redirection}").returncode == 4


@pytest.mark.parametrize("redirection", REDIRECTIONS)
@pytest.mark.parametrize(("asked", "code"), [("", 0), ("--fail-on recommended", 1), ("--host other", 3)])
def test_the_gates_decision_stays_the_exit_code_where_its_text_cannot_be_written(asked, code, redirection):
    done = broken(f"gate --run {RUN} {asked}", redirection)
    message = "" if redirection == NO_READER else UNWRITTEN.format(REDIRECTIONS[redirection])
    assert (done.returncode, done.stderr.decode()) == (code, message)


def test_a_file_that_cannot_be_written_ends_with_4_and_keeps_no_other_from_being_written(tmp_path):
    (tmp_path / "file").write_text("")
    good = tmp_path / "decision.csv"
    for place in ("/dev/full", tmp_path, tmp_path / "file" / "x"):
        done = forked(*f"gate --run {RUN} --fail-on recommended -o json:{place} -o junit:- -o {good}".split(), cwd=TOP)
        assert (done.returncode, done.stderr.count(b"\n")) == (4, 1)
        assert done.stderr.startswith(f"hostcheck: writing {place}: ".encode())
        assert done.stdout.startswith(b"<?xml")
        assert good.stat().st_size
        good.unlink()


def test_a_pipe_that_was_made_non_blocking_is_waited_for(tmp_path):
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    line = f"audit --no-experiments --root {HOST} -o json:-"
    process = subprocess.Popen([sys.executable, "-m", "hostcheck", *line.split()], cwd=TOP, stdout=writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        document = file.read()
    assert process.wait() == 0
    assert len(document) > 1 << 16
    assert json.loads(document)["schema"] == "hostcheck.run/1"


def test_a_file_that_may_not_grow_ends_with_4(tmp_path):
    command = 'ulimit -f 0; exec "$0" -B -m hostcheck checks >"$1"'
    argv = ["bash", "-c", command, sys.executable, tmp_path / "out"]
    done = subprocess.run(argv, cwd=TOP, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (4, UNWRITTEN.format("File too large"))


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
    assert broken(line, redirection).returncode == code


def test_a_plugin_that_cannot_say_what_is_wrong_is_unknown():
    for redirection in (">/dev/full", ">&-"):
        done = broken("gate --run nope -o nagios:-", redirection)
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


LOCALES = (
    {"LC_ALL": "C"},
    {"LC_ALL": "POSIX", "LANG": "C.UTF-8"},
    {"LANG": "C"},
    {"LC_CTYPE": "C", "LANG": "C.UTF-8"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "ascii"},
)


LINES = (f"audit --no-experiments --root {HOST}", "checks", "gate --help")


@pytest.mark.parametrize(
    ("locale", "line"),
    list(zip(LOCALES, cycle(LINES), strict=False)),
    ids=[" ".join(map("=".join, locale.items())) for locale in LOCALES],
)
def test_without_utf_8_signs_are_ascii_and_documents_for_programs_are_not_changed(locale, line):
    text = shell(f"compare {RUN} {RUN}", **locale).stdout
    assert text.isascii()
    assert b"\\u" not in text
    assert b"(0.65-1.5x)" in text
    done = shell(line, **locale)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.isascii()
    assert "×".encode() in shell(f"compare {RUN} {RUN} -o markdown:-", **locale).stdout


def test_every_sign_of_a_figure_has_one_in_ascii():
    ascii_ = {sign: streams._SIGNS.get(sign, sign) for sign in SIGNS.values()}
    assert [sign for sign, said in ascii_.items() if not said.isascii()] == []


@pytest.mark.parametrize("locale", [{"LC_ALL": "C.UTF-8"}, {"LC_ALL": "C", "PYTHONUTF8": "1"}, {"LANG": "x.base64"}])
def test_with_utf_8_signs_stay(locale):
    assert "×".encode() in shell(f"compare {RUN} {RUN}", **locale).stdout


def test_a_locale_that_is_not_installed_says_the_encoding_all_the_same():
    text = shell(f"compare {RUN} {RUN}", LC_ALL="de_DE.ISO-8859-1").stdout
    assert "(0.65-1.5×)".encode("latin-1") in text


@pytest.mark.parametrize(
    ("encoding", "line"),
    [("ascii:strict", "checks"), ("latin-1:strict", f"gate --run {RUN}"), ("utf-8:strict", "--help")],
)
def test_an_encoding_that_lacks_characters_stops_nothing_and_documents_for_programs_are_utf_8(encoding, line):
    done = shell(line, PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout
    document = shell(f"gate --run {RUN} -o json:-", PYTHONIOENCODING=encoding).stdout
    assert document == forked(*f"gate --run {RUN} -o json:-".split(), cwd=TOP).stdout
    assert json.loads(document.decode("utf-8"))["findings"]


IN_THE_MIDDLE = """
import signal, sys
from hostcheck import streams
streams.open_all()
signal.signal(signal.SIGUSR1, lambda *_: print("stopping", file=sys.stderr))
kind = type(getattr(sys.stderr.buffer, "raw", sys.stderr.buffer))
write = kind.write

def interrupted(self, data):
    kind.write = write
    signal.raise_signal(signal.SIGUSR1)
    return write(self, data)

kind.write = interrupted
print("measuring", file=sys.stderr)
"""


def test_a_signals_handler_may_write_a_message_in_the_middle_of_another_one():
    done = subprocess.run([sys.executable, "-c", IN_THE_MIDDLE], capture_output=True, text=True)
    assert (done.returncode, sorted(done.stderr.splitlines())) == (0, ["measuring", "stopping"])
