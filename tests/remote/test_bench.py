"""A benchmark on a host behind ssh: what stays there and what is fetched, whatever ends the client."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest

from hostcheck.remote.bench import END
from hostcheck.run.schema import RUN_SCHEMA
from tests.remote.sshd import client, server

MACHINE = os.uname().machine
SAMPLE = Path(__file__).parents[2] / "reports/sample/host.json"
SHORTLY = """
import sys
from hostcheck.remote import bench
bench.DEADLINE_SECONDS, bench.KEPT_SECONDS, bench.SILENT_SECONDS = (int(sys.argv.pop(1)) for _ in range(3))
bench._PAUSE_SECONDS = 0.1
from hostcheck.__main__ import main
main()
"""
"""hostcheck with other limits of a run on a host, in seconds: until it is stopped, until it is removed, and until
a host that says nothing is left."""


class Host:
    """This machine as the host behind a stand-in for ssh, which is a shell; what is unpacked there goes to a folder."""

    def __init__(self, folder: Path) -> None:
        self.place = folder / "there"
        self.place.mkdir()
        self.executable = folder / "executable"
        self.folder = folder
        programs = folder / "bin"
        programs.mkdir()
        # As ssh: the last word goes to a shell of the host, and 255 says that the connection was lost.
        held = (
            f"case $last in *' hostcheck fetch') test ! -e {folder}/hold || {{\n"
            f'TMPDIR={self.place} sh -c "$last" | {{ touch {folder}/fetching\n'
            f"while test -e {folder}/hold; do sleep 0.1; done\ncat; }}; exit; }} ;; esac"
        )
        self.program = programs / "ssh"
        self.program.touch(0o755)
        self.reached_by(
            f'for last; do :; done\ntest ! -e {folder}/down || exit 255\n{held}\nTMPDIR={self.place} exec sh -c "$last"'
        )
        self.environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(folder)}

    def reached_by(self, script: str) -> None:
        """Let ssh be this script."""
        self.program.write_text(f"#!/bin/sh\n{script}\n")

    def measures(self, script: str, *, machine: str = MACHINE) -> None:
        """Let the executable be this script."""
        self.executable.write_text(
            f"#!/bin/sh\n# hostcheck 1 for Linux on {machine}, made for a test\n{script}\n# {END.decode()}"
        )

    def has_a_large_executable(self) -> None:
        """Let the executable take a while to copy: most of it is a hole."""
        with self.executable.open("r+b") as file:
            file.seek((1 << 40) - len(END))
            file.write(END)

    def start(self, *options: str, deadline: int = 600, kept: int = 600, silent: int = 60) -> "subprocess.Popen[str]":
        limits = map(str, (deadline, kept, silent))
        argv = [sys.executable, "-c", SHORTLY, *limits, "bench", "ssh://host", *options]
        argv += [] if {"--attach", "--executable"} & {*options} else ["--executable", str(self.executable)]
        pipe = subprocess.PIPE
        return subprocess.Popen(argv, env=self.environment, cwd=self.folder, stdout=pipe, stderr=pipe, text=True)

    def run(self, *options: str, **limits: int) -> tuple[int, str, str]:
        process = self.start(*options, **limits)
        out, errors = process.communicate(timeout=120)
        return process.returncode, out, errors

    def measures_now(self) -> bool:
        return self.until(lambda: list(self.place.glob("hostcheck-bench.*/pid")))

    def folders(self) -> list[Path]:
        return list(self.place.glob("hostcheck-bench.*"))

    def processes(self) -> list[str]:
        """Return the command lines of what works in the host's folder, or was started with it."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                place, words = str((process / "cwd").readlink()), (process / "cmdline").read_text()
            except OSError:
                continue
            if place.startswith(str(self.place)) or f"{self.place}/" in words:
                found.append(words)
        return found

    def until(self, holds, seconds: float = 60) -> bool:
        end = time.monotonic() + seconds
        while not holds() and time.monotonic() < end:
            time.sleep(0.1)
        return bool(holds())

    def is_clean(self) -> bool:
        return self.until(lambda: not self.folders() and not self.processes())


@pytest.fixture
def host(tmp_path):
    return Host(tmp_path)


MEASURE = f"echo 'hostcheck: disk: 1 of 2' >&2\necho \"$*\" >{{place}}/words\ncp {SAMPLE} run.json\n"


def test_the_run_is_fetched_with_its_exit_code_and_nothing_stays(host):
    host.measures(MEASURE.format(place=host.folder) + "exit 4")
    options = ("--quick", "--only", "disk", "--only", "storm", "--network", "host", "--no-store", "-o", "run.json")
    code, out, errors = host.run(*options)
    assert code == 4, errors
    assert "hostcheck: disk: 1 of 2\n" in errors
    assert "Sequential read" in out
    words = "bench --only disk --only storm --quick --network host --no-store -o run.json"
    assert (host.folder / "words").read_text() == f"{words}\n"
    assert json.loads((host.folder / "run.json").read_text())["id"] == json.loads(SAMPLE.read_text())["id"]
    assert host.is_clean()


def test_another_architecture_is_named_with_what_to_install(host):
    host.measures("exit 0", machine="m68k")
    code, out, errors = host.run("--no-store")
    assert (code, out, errors.count("\n")) == (4, "", 1)
    assert f"the executable is for m68k, and that host is {MACHINE}: install hostcheck there" in errors
    assert host.is_clean()


def test_a_client_that_is_killed_while_it_copies_leaves_nothing(host):
    host.measures("exit 0")
    host.has_a_large_executable()
    running = host.start("--no-store")
    line = running.stderr.readline()
    # Whatever stays there has a name here before it can stay.
    assert host.folders() == [Path(folder_in(line))]
    running.send_signal(signal.SIGKILL)
    running.communicate()
    assert host.is_clean()


def test_a_client_that_is_killed_while_the_host_measures_loses_nothing(host):
    go = host.folder / "go"
    host.measures(f"while test ! -e {go}; do sleep 0.1; done\n" + MEASURE.format(place=host.folder))
    running = host.start("--no-store")
    line = running.stderr.readline()
    assert host.measures_now()
    running.send_signal(signal.SIGKILL)
    running.communicate()
    go.touch()
    folder = folder_in(line)
    code, out, errors = host.run("--attach", folder, "--no-store")
    assert code == 0, errors
    assert "Sequential read" in out
    assert host.is_clean()
    assert "it was fetched, or not in time" in host.run("--attach", folder, "--no-store")[2]


def test_a_client_that_is_killed_while_it_fetches_loses_nothing(host):
    hold = host.folder / "hold"
    hold.touch()
    # More than a pipe holds: the host is in the middle of the file.
    host.measures(MEASURE.format(place=host.folder) + "head -c 1048576 /dev/zero | tr '\\0' ' ' >>run.json")
    running = host.start("--no-store")
    line = running.stderr.readline()
    assert host.until((host.folder / "fetching").exists)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    hold.unlink()
    folder = folder_in(line)
    code, out, errors = host.run("--attach", folder, "--no-store")
    assert code == 0, errors
    assert "Sequential read" in out
    assert host.is_clean()


BEGUN = "echo hostcheck.bench/1 begins; echo /tmp/hostcheck-bench.abcdef"


@pytest.mark.parametrize(
    ("script", "says"),
    [
        (f"{BEGUN}; exec cat /dev/zero", "sent more data than an answer can have"),
        (f"{BEGUN}; exec sleep 600", "did not answer in time"),
        (f"{BEGUN}; echo no room >&2; exit 4", "no room"),
        ("exec cat", "echoes its input"),
    ],
)
def test_a_host_that_does_not_take_the_executable_is_left_in_one_line(host, script, says):
    host.measures("exit 0")
    host.has_a_large_executable()
    host.reached_by(script)
    code, out, errors = host.run("--no-store", silent=1)
    lines = [line for line in errors.splitlines() if " copying the executable to " not in line]
    assert (code, out, len(lines)) == (4, "", 1)
    assert says in lines[0]


@pytest.mark.parametrize("shell", ["sh", pytest.param("tcsh -f", marks=pytest.mark.real)])
def test_what_a_login_prints_is_passed_over_whatever_the_shell(host, shell):
    host.measures(MEASURE.format(place=host.folder))
    # More than a pipe holds, in each step.
    noise = "head -c 200000 /dev/zero | tr '\\0' '\\n'; echo Welcome"
    host.reached_by(f'for last; do :; done\n{noise}\n{{ {noise}; }} >&2\nTMPDIR={host.place} exec {shell} -c "$last"')
    code, out, errors = host.run("--name", "a'b!c $HOME `id`\nd", "--no-store")
    assert code == 0, errors
    assert "Sequential read" in out
    assert "disk: 1 of 2" in errors
    assert (host.folder / "words").read_text() == "bench --name a'b!c $HOME `id`\nd --no-store -o run.json\n"
    assert host.is_clean()


def test_a_run_that_is_not_fetched_is_removed_in_time(host):
    host.measures(MEASURE.format(place=host.folder))
    running = host.start("--no-store", kept=2)
    assert ", --attach" in running.stderr.readline()
    assert host.until((host.folder / "words").exists)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    assert host.is_clean()


def test_a_run_is_stopped_at_its_deadline_without_a_client(host):
    host.measures("trap 'exit 130' TERM\nwhile :; do sleep 0.1; done")
    running = host.start("--no-store", deadline=2, kept=2)
    assert ", --attach" in running.stderr.readline()
    assert host.measures_now()
    running.send_signal(signal.SIGKILL)
    running.communicate()
    assert host.is_clean()


@pytest.mark.parametrize("options", [(), ("--sustained", "10s")])
def test_a_sustained_load_has_its_time_besides(host, options):
    host.measures("sleep 4\n" + MEASURE.format(place=host.folder))
    code, _, errors = host.run("--no-store", *options, deadline=1)
    assert (code == 0) == bool(options), errors
    assert host.is_clean()


def test_a_lost_connection_says_how_to_fetch_the_run(host):
    go = host.folder / "go"
    host.measures(f"while test ! -e {go}; do sleep 0.1; done\n" + MEASURE.format(place=host.folder))
    running = host.start("--no-store")
    line = running.stderr.readline()
    assert host.measures_now()
    (host.folder / "down").touch()

    def is_cut() -> bool:
        # One that had begun before is cut too; one that ended meanwhile is no connection.
        for connection in children(running.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(connection, signal.SIGKILL)
        return running.poll() is not None

    assert host.until(is_cut)
    out, errors = running.communicate()
    folder = folder_in(line)
    assert (running.returncode, out) == (4, "")
    assert f"--attach {folder} fetches it" in errors
    (host.folder / "down").unlink()
    go.touch()
    assert host.run("--attach", folder, "--no-store")[0] == 0
    assert host.is_clean()


def folder_in(line: str) -> str:
    return line.partition("copying the executable to ")[2].partition(" on the host")[0]


def children(pid: int) -> list[int]:
    """Return the children of a process of this one; those that ended are there until they are waited for."""
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def test_the_user_s_end_ends_the_run_there(host):
    host.measures(f"trap 'cp {SAMPLE} run.json; exit 130' TERM\necho measures >&2\nwhile :; do sleep 0.1; done")
    running = host.start("--no-store")
    assert ", --attach" in running.stderr.readline()
    # It takes the signal from here on.
    assert "measures" in running.stderr.readline()
    running.send_signal(signal.SIGTERM)
    out, errors = running.communicate(timeout=60)
    assert running.returncode == 130, errors
    assert "Sequential read" in out
    assert host.is_clean()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--tier", "sata"), "--tier cannot be used with a host at ssh://"),
        (("--endurance", "24h"), "--endurance cannot be used with a host at ssh://; leave it out, or run hostcheck on"),
        (("--status",), "--status cannot be used with a host at ssh://"),
        (("--attach", "/tmp/../etc"), "is not the folder of a run"),
        (("--attach", "/x/../hostcheck-bench.abcdef"), "is not the folder of a run"),
        (("--executable", "/bin/true"), "is not the executable of hostcheck"),
    ],
)
def test_what_cannot_be_is_refused_before_a_connection(host, options, says):
    (host.folder / "down").touch()
    host.measures("exit 0")
    code, out, errors = host.run(*options, "--no-store")
    assert (code, out) == (2, "")
    assert says in errors


def test_an_executable_that_is_cut_short_is_refused_before_a_connection(host):
    (host.folder / "down").touch()
    host.measures("exit 0")
    host.executable.write_text(host.executable.read_text()[:-1])
    code, out, errors = host.run("--no-store")
    assert (code, out) == (2, "")
    assert f"the executable {host.executable} is cut short; copy or download it again" in errors


@pytest.mark.real
@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts an sshd that logs in")
@pytest.mark.timeout(1200)
def test_the_executable_measures_a_disk_by_a_real_sshd(tmp_path):
    made = tmp_path / "made"
    top = Path(__file__).parents[2]
    subprocess.run([sys.executable, top / "bin" / "release", made], check=True, capture_output=True)
    measured = tmp_path / "measured"
    measured.mkdir()
    with server(tmp_path) as port:
        allowed = ("--allow-busy", "--allow-running", "--allow-low-space")
        argv = [sys.executable, "-m", "hostcheck", "bench", f"ssh://root@127.0.0.1:{port}", "--only", "disk", "--quick"]
        argv += [
            "--executable",
            made / f"hostcheck-{MACHINE}",
            "--dir",
            measured,
            *allowed,
            "--no-store",
            "-o",
            "run.json",
        ]
        done = subprocess.run(argv, cwd=tmp_path, env=client(tmp_path, port), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    document = json.loads((tmp_path / "run.json").read_text())
    jsonschema.Draft202012Validator(json.loads(RUN_SCHEMA.read_text())).validate(document)
    assert any(metric["samples"] for metric in document["metrics"])
    assert not list(measured.iterdir())
    assert not [path for path in Path("/tmp").glob("hostcheck-bench.*") if path.stat().st_mtime > made.stat().st_mtime]
