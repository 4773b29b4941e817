"""An audit through a shell: of this machine it gives the facts of the live one; and what ends it in one line."""

import json
import os
import shlex
import sys

import pytest

from hostcheck.audit import audit_host
from hostcheck.errors import CannotMeasureError
from hostcheck.host.live import LiveHost
from hostcheck.profiles.loader import names
from hostcheck.remote.connection import Connection
from hostcheck.remote.gathering import MOST_EXCHANGES
from hostcheck.remote.opening import open_remote
from tests.forked import hostcheck_forked
from tests.moving import moves
from tests.remote.shells import ANY, every_shell

NOT_HAD = {
    "storage.xattrs": "an attribute needs a file on the data-root, and nothing is written there",
}
"""Facts that the live audit has and a shell has not, with the reason."""


def facts(run):
    found = {name: (fact.value, fact.known) for name, fact in run.facts.items()}
    return {name: fact for name, fact in found.items() if not moves(name)}


def audit(shell, *options):
    return hostcheck_forked("audit", "--shell", shell, *options)


@every_shell
def test_this_machine_over_a_shell_has_the_facts_of_the_live_audit(shell):
    live = facts(audit_host(None, profiles=names()))
    host = open_remote(None, shell, experiments=True)
    connection = host.connection
    run = audit_host(host, profiles=names())
    found = facts(run)
    other = {name for name in {*live, *found} if live.get(name) != found.get(name)}
    assert {name for name in other if not name.endswith(".xattrs") and name not in NOT_HAD} == set()
    assert all(not found[name][1] for name in other)
    assert connection.exchanges <= MOST_EXCHANGES
    assert run.host.name == LiveHost().read("/proc/sys/kernel/hostname").text.strip()


def test_the_command_line_has_the_audit_of_a_shell():
    done = audit("sh", "-o", "json:-")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["facts"]["kernel.version"]["known"]


@pytest.mark.parametrize(
    ("host", "kernel", "code"), [(["ssh://root@host"], "2.6", 0), (["--shell", "sh"], "999", 1)], ids=["ssh", "shell"]
)
def test_the_gate_passes_and_fails_over_a_shell(host, kernel, code, tmp_path):
    profile, ssh = tmp_path / "any.toml", tmp_path / "ssh"
    profile.write_text(ANY.replace('"2.6"', f'"{kernel}"'))
    ssh.write_text("#!/bin/sh\nexec sh\n")
    ssh.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    gate = hostcheck_forked("gate", *host, "--profile", profile, env=environment)
    assert (gate.returncode, gate.stderr) == (code, "")


def test_workloads_are_judged_on_hosts_of_which_only_a_shell_is_there(tmp_path):
    script = tmp_path / "start.sh"
    script.write_text("#!/bin/sh\ndocker run -v /etc:/etc --device /dev/absent0 a\n")
    done = hostcheck_forked("fits", script, "--shell", "sh", "--shell", "/bin/sh", "-o", "json:-")
    assert (done.returncode, done.stderr) == (1, "")
    candidates = json.loads(done.stdout)["workloads"][0]["candidates"]
    assert len({each["host"] for each in candidates}) == 2
    answers = [{need["title"]: need["answer"] for need in each["needs"]} for each in candidates]
    assert answers == [{"Path /etc": "pass", "Device /dev/absent0": "fail"}] * 2


def test_a_banner_and_a_profile_that_prints_are_passed_over():
    done = audit("sh -c 'echo Welcome; echo; echo =x; echo read there /etc/hostname; exec sh'", "-o", "json:-")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("shell", "says"),
    [
        ("echo 'Menu: 1) reboot'", "ran another command instead of sh"),
        ("sh -c 'echo This account is not available >&2; exit 1'", "This account is not available"),
        ("sh -c 'echo rbash: exec: restricted >&2; exit 1'", "rbash: exec: restricted"),
        ("sh -c 'exit 127'", "runs no sh"),
        ("bash -r", "restricted"),
        ("cat", "echoes its input"),
        ("csh -f", "is csh, which cannot run a program for sh; append sh"),
        (f"{sys.executable} -c 'import pty; pty.spawn([\"sh\"])'", "is behind a terminal, which changes"),
        (f"{sys.executable} -c 'import pty; pty.spawn([\"cat\"])'", "is behind a terminal, which changes"),
        (
            "sh -c 'sh | sed \"s/^/$(printf \\\\033)[31m/\"'",
            "sent control characters, which the program does not write",
        ),
        ("hostcheck-no-such-program", "No such file or directory"),
        ("sh -c 'printf \"\\033[2J\\033]0;owned\\007\"'", "ran another command instead of sh"),
    ],
)
def test_what_is_no_shell_is_one_line(shell, says):
    done = audit(shell)
    assert done.returncode == 4
    assert len(done.stderr.splitlines()) == 1
    assert says in done.stderr
    assert done.stderr[:-1].isprintable()


ENDLESS = "sh -c 'echo hostcheck.host/1 begins; exec cat /dev/zero'"
LINES = "sh -c 'echo hostcheck.host/1 begins; yes exists there /etc/docker'"
SILENT = "sh -c 'echo hostcheck.host/1 begins; echo read text /etc/os-release; echo =PRETTY_NAME=x; exec sleep 60'"


def test_a_command_that_fails_behind_a_profile_that_prints_has_its_own_reason():
    shell = "sh -c 'echo welcome; echo sudo: a password is required >&2; exit 1'"
    with pytest.raises(CannotMeasureError, match="ended the shell with 1: sudo: a password is required"):
        audit_host(open_remote(None, shell, experiments=True))


@pytest.mark.parametrize("shell", [ENDLESS, LINES])
def test_an_answer_without_end_is_left(shell, monkeypatch):
    monkeypatch.setattr("hostcheck.remote.connection.MOST_BYTES", 1 << 20)
    host = open_remote(None, shell, experiments=True)
    run = audit_host(host)
    assert "more data than an answer can have" in host.problem
    assert not run.facts["kernel.version"].known


def test_answers_without_end_are_left_before_they_fill_the_memory(monkeypatch):
    monkeypatch.setattr("hostcheck.remote.connection.MOST_LINES", 1000)
    host = open_remote(None, LINES, experiments=True)
    audit_host(host)
    assert "more data than an answer can have" in host.problem


@pytest.mark.parametrize(
    "lines", ["end 1", "exists absent /etc/docker; echo end 1", "ends 3; echo exists there /; echo end 1"]
)
def test_answers_whose_number_is_missing_have_a_gap(lines):
    host = open_remote(None, f"sh -c 'echo hostcheck.host/1 begins; echo {lines}; exec cat'", experiments=True)
    audit_host(host)
    assert "has a gap" in host.problem
    assert not host.proves_absence


def test_a_host_that_hangs_ends_at_its_deadline_with_what_came(monkeypatch):
    monkeypatch.setattr("hostcheck.remote.piped.EXCHANGE_SECONDS", 1.0)
    host = open_remote(None, SILENT, experiments=True)
    run = audit_host(host)
    assert host.problem.endswith("did not answer in time")
    assert not run.facts["kernel.version"].known
    assert "did not answer in time" in run.facts["kernel.version"].reason


@pytest.mark.parametrize(
    ("shell", "says"),
    [
        ("sleep 60", "in time"),
        ("sh -n", "in time"),
        ("sh -c 'sh | tr a-z A-Z'", "as a shell does: "),
        ("yes", "as a shell does: y"),
    ],
)
def test_one_that_never_begins_is_left_too(shell, says, monkeypatch):
    monkeypatch.setattr("hostcheck.remote.piped.EXCHANGE_SECONDS", 1.0)
    with pytest.raises(CannotMeasureError, match=f"did not answer {says}"):
        audit_host(open_remote(None, shell, experiments=True))


def test_one_that_is_never_silent_ends_at_its_bound_of_bytes(monkeypatch):
    monkeypatch.setattr("hostcheck.remote.connection.MOST_BYTES", 1 << 16)
    monkeypatch.setattr("hostcheck.remote.piped.EXCHANGE_SECONDS", 1e9)
    with pytest.raises(CannotMeasureError, match="did not answer as a shell does"):
        audit_host(open_remote(None, "yes", experiments=True))


def test_no_process_is_left(monkeypatch):
    monkeypatch.setattr("hostcheck.remote.piped.EXCHANGE_SECONDS", 1.0)
    connection = Connection(shlex.split(SILENT), "it")
    with connection:
        assert list(connection.exchange("true"))
    assert connection.problem
    assert connection._process.returncode is not None
