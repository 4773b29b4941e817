"""An audit that was killed goes on: what was answered is not asked again, which is counted where it is asked."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

from hostcheck.fleet.host import State
from hostcheck.fleet.play import command
from hostcheck.fleet.state import Fleet

pytestmark = pytest.mark.real

SHELL = """#!/bin/sh
echo "${2%%
*}" >>"$ASKED"
cat "$ANSWER"
"""
NAMES = [f"node-{number}" for number in range(12)]


@pytest.fixture
def replaying(tmp_path):
    """Aliases of this machine whose shell only replays an answer, and writes down which question it was."""
    (tmp_path / "hosts.ini").write_text("\n".join(NAMES) + "\n[all:vars]\nansible_connection=local\n")
    text = "printf '%s\\n' 'hostcheck.host/1 begins' 'read text /proc/sys/kernel/osrelease' 2 =6.1.0 '' 'ends 1'\n"
    words = ["/bin/sh", "-c", f"id={os.urandom(20).hex()}\n{command(text, 60)}"]
    (tmp_path / "answer").write_text(subprocess.run(words, capture_output=True, text=True, check=True).stdout)
    (tmp_path / "sh").write_text(SHELL)
    (tmp_path / "sh").chmod(0o755)
    files = {"ASKED": "asked", "ANSWER": "answer", "ANSIBLE_EXECUTABLE": "sh"}
    environment = {**os.environ, **{name: str(tmp_path / file) for name, file in files.items()}}

    def start(*words):
        argv = [sys.executable, "-m", "hostcheck", "fleet", "audit", "--name", "x", "--forks", "1", *words]
        return subprocess.Popen(argv, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    return tmp_path, start


def asked(folder):
    return Counter((folder / "asked").read_text().split()) if (folder / "asked").exists() else Counter()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_an_audit_that_was_ended_asks_nothing_twice_when_it_is_resumed(replaying, number):
    folder, start = replaying
    running = start("-i", "hosts.ini")
    while len(asked(folder)) < 5:
        assert running.poll() is None, running.communicate()
        time.sleep(0.05)
    running.send_signal(number)
    running.communicate()
    assert running.returncode == (-signal.SIGKILL if number == signal.SIGKILL else 130)
    first = asked(folder)
    resumed = start("--resume")
    _, said = resumed.communicate()
    assert resumed.returncode == 0, said
    hosts = list(Fleet(folder / "fleet-x").hosts())
    assert {host.state for host in hosts} == {State.DONE}
    twice = {question for question, count in asked(folder).items() if count > 1}
    # The one fork had one question on its way.
    assert len(twice) <= 1
    assert len(first) < len(asked(folder))
