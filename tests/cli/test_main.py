"""Exit codes and error lines of the command line as a process."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.forked import hostcheck_forked

HOSTCHECK = [sys.executable, "-m", "hostcheck"]


def run(*arguments, **options):
    return subprocess.run([*HOSTCHECK, *arguments], capture_output=True, text=True, **options)


def test_version_is_that_of_the_package():
    from hostcheck import __version__

    assert run("--version").stdout == f"hostcheck {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["gaet"], "there is no command 'gaet'; did you mean gate?"),
        (["--debgu"], "there is no option --debgu; did you mean --debug?"),
        (["--color=never", "gate"], "there is no option --color"),
        (["audit", "--xyzzy"], "audit: there is no option --xyzzy; see hostcheck audit --help"),
        (["gate", "--polcy", "x"], "gate: there is no option --polcy; did you mean --policy?"),
        (["gate", "--run"], "gate: --run needs a value"),
        (["gate", "--experiments=3"], "gate: --experiments takes no value"),
        (["gate", "--fail-on", "some"], "gate: --fail-on: 'some' is not one of 'required', 'recommended'"),
        (["gate", "extra"], "extra is not the address of a host; write it as ssh://user@host:port"),
        (["compare"], "compare: RUN is missing"),
        (["fleet", "fits"], "fleet fits: FILE is missing; see hostcheck fleet fits --help"),
        (["report", "a.json"], "report: --output is missing"),
        (["import", "foo", "x"], "'foo' is not one of 'fio', 'yabs', "),
        (["audit", "--profile", "dcoker"], "docker"),
        (["audit", "--root", "no-such-folder"], "not a folder"),
        (["audit", "-o", "page.html"], "names no format"),
        (["bench", "--quick", "--thorough"], "contradict"),
        (["bench", "--engine", "unix:///x", "--private-engine"], "contradict"),
        (["bench", "--compare", "reference:none"], "no reference run"),
        (["compare", "no-such-run.json"], "No such file"),
        (["gate", "--run", "a.json", "--root", "b"], "both name what to judge"),
        (["checks", "no.such.check"], "no.such.check"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_command_line_is_one_line_and_exit_code_2(arguments, message, tmp_path):
    done = hostcheck_forked(*arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert message in done.stderr
    assert done.stderr.startswith("hostcheck: ")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_help_is_shown_whatever_else_is_wrong():
    for arguments in (["gate", "extra", "--help"], ["gate", "--help", "extra"]):
        done = run(*arguments)
        assert (done.returncode, done.stderr) == (0, "")
        assert "Usage: hostcheck gate" in done.stdout.replace("python -m hostcheck", "hostcheck")


def test_an_error_of_hostchecks_own_is_one_line(tmp_path):
    (tmp_path / "run.json").write_text('{"schema": "\\u001b[2J"}')
    done = run("compare", "run.json", cwd=tmp_path)
    assert done.stderr.count("\n") == 1
    assert "\x1b" not in done.stderr


def test_debug_shows_where_an_error_came_from(tmp_path):
    done = run("--debug", "compare", "no-such-run.json", cwd=tmp_path)
    assert "Traceback" in done.stderr
    assert done.returncode == 2


def test_a_crash_does_not_read_as_the_gates_no(tmp_path):
    script = (
        "import sys, hostcheck.cli, hostcheck.host.opening as opening\n"
        "def crash(*a, **k): raise RuntimeError('boom')\n"
        "opening.open_host = crash\n"
        "sys.argv = ['hostcheck', 'gate']\n"
        "hostcheck.cli.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 4
    assert "RuntimeError: boom" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_ends_with_130(number):
    reading, writing = os.pipe()
    argv = [*HOSTCHECK, "compare", f"/dev/fd/{reading}"]
    process = subprocess.Popen(argv, pass_fds=[reading], stderr=subprocess.PIPE, text=True)
    try:
        wait_for_read(process)
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
        os.close(reading)
        os.close(writing)
    assert process.returncode == 130
    assert said == "hostcheck: interrupted\n"


def wait_for_read(reader):
    """Wait until the process waits in a read of the pipe: it is in the middle of its work then.

    Before the read, Python could take note of a signal and then wait for the pipe all the same.
    """
    deadline = time.monotonic() + 60
    while reader.poll() is None and time.monotonic() < deadline:
        if re.search("pipe_read|poll", Path(f"/proc/{reader.pid}/wchan").read_text()):
            return
        time.sleep(0.02)
    raise AssertionError(f"it does not wait in a read of the run; its exit code is {reader.returncode}")


def test_started_as_a_module_it_loads_no_module_of_the_current_folder_afterwards(tmp_path):
    for name in ("typer", "tomli", "signal", "json", "tomllib", "psutil"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'mark')!r}, 'a').write(__name__)\n")
    done = subprocess.run([sys.executable, "-m", "hostcheck", "checks"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "mark").exists(), (tmp_path / "mark").read_text()
