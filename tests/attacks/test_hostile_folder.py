"""Each command in a hostile folder, which is in PATH too: nothing of it is run, read or written to."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from hostcheck.cli import COMMANDS
from hostcheck.profiles.loader import names
from tests.environments import TOP
from tests.hostile import hostile_folder, watched

pytestmark = pytest.mark.real

HOSTCHECK = Path(sys.executable).with_name("hostcheck")
HOSTS = ("reference:sata-vps-2014", "reference:nvme-vps-2014")
PATIENCE_SECONDS = 120

QUICK = {
    "audit": [
        ["audit", *(word for name in names() for word in ("-p", name)), "-o", "json:{out}/audit.json"],
        ["audit", "--shell", "/bin/sh"],
    ],
    "capture": [["capture", "-o", "{out}/capture.tar.gz"], ["capture", "--script"]],
    "checks": [["checks"], ["checks", "--facts"]],
    "clean": [["clean"], ["clean", "--yes", "--history"]],
    "compare": [["compare", *HOSTS, "-o", "html:{out}/a.html", "-o", "png:{out}/a.png", "-o", "json:{out}/a.json"]],
    "fits": [["fits", "--lint", f"{TOP}/tests/workloadfiles/article/myapp.service"]],
    "fleet": [["fleet", "collect", "{out}/audit.json", "--name", "{out}/fleet-x"]],
    "gate": [["gate", "-o", "junit:{out}/gate.xml"], ["gate", "--run", "{out}/audit.json"]],
    "history": [["history"]],
    "import": [["import", "yabs", f"{TOP}/tests/imports/yabs.json", "-o", "json:{out}/yabs.json"]],
    "promise": [["promise", f"{TOP}/hostcheck/promise/templates/vps.toml", "-o", "{out}/promise.html"]],
    "locate": [["locate", "--landmarks", f"{TOP}/tests/place/landmarks.toml", "--dry-run"]],
    "report": [["report", *HOSTS, "-o", "{out}/b.html", "-o", "{out}/b.pdf"]],
}
"""Commands that end by themselves, in seconds."""


def fio_works(bench):
    return any(name == "fio" for name, _ in family(bench))


def a_container_runs(bench):
    """A shim of its engine's: by then dockerd has asked containerd, and that runc."""
    folders = {Path(words[-1]).parent.name for name, words in family(bench) if name == "containerd" and words}
    running = [process.info for process in psutil.process_iter(["name", "cmdline"])]
    shims = [one["cmdline"] or () for one in running if (one["name"] or "").startswith("containerd-shim")]
    return any(folder in word for folder in folders for words in shims for word in words)


def family(bench):
    """Name and command line of what it started, and what that did; they come and go."""
    for child in bench.children(recursive=True):
        with suppress(psutil.Error):
            yield child.name(), child.cmdline()


BENCH = ["bench", "--quick", "--no-store", "--allow-busy", "--dir", "{out}", "-o", "json:{out}/run.json"]
DISK = [*BENCH, "--only", "disk"]
ENGINE = [*BENCH, "--only", "storm", "--private-engine"]
LONG = {
    "bench": [(DISK, fio_works), (ENGINE, a_container_runs)],
    "calibrate": [(["calibrate", "--tier", "sata"], fio_works)],
}
"""Commands that measure, and when they have started all that they start: they are stopped then."""


def test_every_command_is_tried():
    assert {*QUICK, *LONG} == set(COMMANDS)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """The folder, the file of marks, and the environment."""
    top = tmp_path_factory.mktemp("hostile")
    folder = hostile_folder(top / "folder", top / "mark")
    (top / "home").mkdir()
    (top / "out").mkdir()
    environment = {
        "HOME": str(top / "home"),
        "PATH": f":.:{folder}:{os.environ['PATH']}",
        "TMPDIR": ".",
        # No engine answers there: none of this machine is asked.
        "DOCKER_HOST": f"unix://{top}/none",
    }
    return folder, top / "mark", top / "out", environment


def given(command, out):
    return [HOSTCHECK, *(word.format(out=out) for word in command)]


def untouched(opened, mark):
    ran = mark.read_text() if mark.exists() else ""
    mark.unlink(missing_ok=True)
    assert (ran, opened) == ("", [])


@pytest.mark.parametrize("command", [command for commands in QUICK.values() for command in commands], ids=" ".join)
def test_a_command_runs_and_opens_nothing_of_the_folder(place, command):
    folder, mark, out, environment = place
    with watched(folder) as opened:
        done = subprocess.run(given(command, out), cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode in ({0, 1, 3} if command[0] in {"gate", "promise"} else {0}), done.stderr
    untouched(opened, mark)


@pytest.mark.parametrize(("command", "moment"), [pair for pairs in LONG.values() for pair in pairs])
def test_a_command_that_measures_runs_and_opens_nothing_of_the_folder(place, command, moment):
    folder, mark, out, environment = place
    with (out / "said").open("w+") as said, watched(folder) as opened:
        bench = psutil.Popen(given(command, out), cwd=folder, env=environment, stdout=said, stderr=said)
        try:
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not moment(bench):
                assert bench.poll() is None, (out / "said").read_text()
                assert time.monotonic() < deadline
                time.sleep(0.05)
            for child in bench.children(recursive=True):
                with suppress(psutil.Error):
                    assert child.cwd() != str(folder), child.cmdline()
            bench.send_signal(signal.SIGTERM)
            assert bench.wait(PATIENCE_SECONDS) == 130, (out / "said").read_text()
        finally:
            if bench.is_running():
                bench.kill()
                bench.wait()
    untouched(opened, mark)


def test_what_is_run_or_opened_is_seen(place):
    """The attack itself works: Python's own way to start a module falls for it."""
    folder, mark, _, environment = place
    with watched(folder) as opened:
        subprocess.run([sys.executable, "-m", "hostcheck"], cwd=folder, env=environment, capture_output=True)
        subprocess.run(["/bin/sh", "-c", "fio"], cwd=folder, env=environment)
    kinds = {line.split()[0] for line in mark.read_text().splitlines()}
    mark.unlink()
    assert kinds == {"module", "program"}
    assert "fio" in opened
