"""Hosts that measure, through the real ansible-playbook: no two of a domain at once, and a kill repeats none."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from hashlib import sha1
from pathlib import Path

import pytest

from hostcheck.fleet.host import State
from hostcheck.fleet.state import Fleet
from tests.fleet.hosts import hung
from tests.remote.sshd import free_port, server

pytestmark = pytest.mark.real

SAMPLE = Path(__file__).parents[2] / "reports/sample/host.json"
DOMAINS = {"a1": "rack-1", "a2": "rack-1", "b1": "rack-2", "b2": "rack-2", "c": "", "d": ""}

SCRIPT = """#!/bin/sh
# hostcheck 1 for Linux on MACHINE, made for a test
# The folder of the run is named after the host. The first one finds no fio.
run=${TMPDIR##*-}
echo "begins $run" >>"$PLACE/said"
if mkdir "$PLACE/first" 2>/dev/null; then
    echo 'hostcheck: fio is not installed' >&2
    echo "ends $run" >>"$PLACE/said"
    exit 4
fi
sleep 1
while test -e "$PLACE/hold"; do sleep 0.1; done
for last; do :; done
cat SAMPLE >"${last#json:}"
echo "ends $run" >>"$PLACE/said"
# the end of hostcheck"""


@pytest.fixture
def bench(tmp_path):
    """Start a bench of aliases of this machine, whose executable is a script, and of a host that cannot be reached."""
    script = SCRIPT.replace("MACHINE", os.uname().machine).replace("SAMPLE", str(SAMPLE))
    (tmp_path / "executable").write_text(script)
    lines = [f"{name} hostcheck_failure_domain={domain}" for name, domain in DOMAINS.items()]
    lines += ["gone ansible_connection=ssh ansible_host=127.0.0.1 hostcheck_failure_domain=rack-3"]
    lines[-1] += f" ansible_port={free_port()}"
    (tmp_path / "hosts.ini").write_text("\n".join([*lines, "[all:vars]", "ansible_connection=local", ""]))

    def start(*words):
        argv = [sys.executable, "-m", "hostcheck", "fleet", "bench", "--name", "x", "--executable", "executable"]
        environment = {**os.environ, "PLACE": str(tmp_path)}
        pipe = subprocess.PIPE
        return subprocess.Popen([*argv, *words], cwd=tmp_path, env=environment, stdout=pipe, stderr=pipe, text=True)

    return tmp_path, start


def said(folder):
    """What the hosts did, in order: ("begins" or "ends", the host's name)."""
    token = Fleet(folder / "fleet-x").setting("token")
    names = {identity(token, name): name for name in DOMAINS}
    lines = (folder / "said").read_text().splitlines() if (folder / "said").exists() else []
    return [(what, names[run]) for what, run in map(str.split, lines)]


def identity(token, name):
    return sha1(f"{token}-bench-{name}".encode()).hexdigest()


def test_all_are_measured_no_two_of_a_domain_at_once_and_each_is_in_the_result(bench):
    folder, start = bench
    running = start("-i", "hosts.ini", "-o", "json:all.json", "-o", "-")
    text, errors = running.communicate(timeout=240)
    assert running.returncode == 0, errors
    hosts = {host["name"]: host for host in json.loads((folder / "all.json").read_text())["hosts"]}
    states = Counter(host["state"] for host in hosts.values())
    assert states == {"done": 5, "failed": 1, "unreachable": 1}
    assert hosts["gone"]["state"] == "unreachable"
    assert [host["reason"] for host in hosts.values() if host["state"] == "failed"] == ["fio is not installed"]
    assert "5 done" in text
    measuring = []
    for what, name in said(folder):
        if what == "ends":
            measuring.remove(DOMAINS[name])
        else:
            assert DOMAINS[name] not in measuring
            measuring.append(DOMAINS[name])
    done = next(host for host in Fleet(folder / "fleet-x").hosts() if host.name != "gone" and host.file)
    assert Fleet(folder / "fleet-x").run(done).metrics
    assert [path for top in ("/tmp", "/var/tmp") for path in Path(top).glob("hostcheck-" + "[0-9a-f]" * 40)] == []


def test_killed_in_the_middle_it_goes_on_and_measures_no_host_twice(bench):
    folder, start = bench
    (folder / "hold").touch()
    running = start("-i", "hosts.ini")
    while sum(line.startswith("begins") for line in _lines(folder)) < 3:
        assert running.poll() is None, running.communicate()
        time.sleep(0.1)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    (folder / "hold").unlink()
    resumed = start("--resume")
    _, errors = resumed.communicate(timeout=240)
    assert resumed.returncode == 0, errors
    begun = Counter(name for what, name in said(folder) if what == "begins")
    assert begun == dict.fromkeys(DOMAINS, 1)
    assert Counter(host.state.value for host in Fleet(folder / "fleet-x").hosts())["done"] == 5


def test_while_one_hangs_in_the_copy_the_others_are_measured_one_after_another(bench):
    folder, start = bench
    seconds = f"{os.getpid()}00000"
    hangs = f"case $SSH_ORIGINAL_COMMAND in *true*) exec true ;; esac; kill -STOP $$; exec sleep {seconds}"
    with server(folder, f"ForceCommand /bin/sh -c '{hangs}'") as port:
        common = f"-F none -o StrictHostKeyChecking=no -o UserKnownHostsFile={folder}/known -o IdentitiesOnly=yes"
        (folder / "hosts.ini").write_text(
            "a1\na2\nb1\n"
            f"hangs ansible_connection=ssh ansible_host=127.0.0.1 ansible_port={port} ansible_user=root"
            f" ansible_ssh_private_key_file={folder}/user ansible_ssh_common_args='{common}'"
            f" ansible_control_path_dir={folder}/cp hostcheck_failure_domain=other\n"
            "[all:vars]\nansible_connection=local\n"
        )
        running = start("-i", "hosts.ini")
        try:
            states = {}
            # What is not fetched would stay on the hosts.
            while State.PENDING in (states.get(name, State.PENDING) for name in ("a1", "a2", "b1")) or not hung(
                seconds
            ):
                assert running.poll() is None, running.communicate()
                time.sleep(0.1)
                if sum(line.startswith("ends") for line in _lines(folder)) == 3:
                    states = {host.name: host.state for host in Fleet(folder / "fleet-x").hosts()}
        finally:
            running.send_signal(signal.SIGINT)
            running.communicate(timeout=120)
            for number in hung(seconds):
                os.kill(number, signal.SIGKILL)
    # The copy to it may take minutes; all others had a place one after another.
    assert states["hangs"] is State.PENDING


SLOW_AFTER = """
from hostcheck.fleet import carrying
from hostcheck.cli import main
carrying._SLOW_SECONDS = 5.0
main()
"""
"""A program that polls hosts beside the copy after five seconds instead of sixty."""


def test_one_without_a_domain_that_hangs_in_the_copy_is_given_up_and_the_others_follow(bench):
    folder, _ = bench
    seconds = f"{os.getpid()}00001"
    hangs = f"case $SSH_ORIGINAL_COMMAND in *ansible-tmp*|*hostcheck*) kill -STOP $$; exec sleep {seconds} ;; esac"
    with server(folder, f"ForceCommand /bin/sh -c '{hangs}; exec sh -c \"$SSH_ORIGINAL_COMMAND\"'") as port:
        common = f"-F none -o StrictHostKeyChecking=no -o UserKnownHostsFile={folder}/known -o IdentitiesOnly=yes"
        (folder / "hosts.ini").write_text(
            f"hangs ansible_connection=ssh ansible_host=127.0.0.1 ansible_port={port} ansible_user=root"
            f" ansible_ssh_private_key_file={folder}/user ansible_ssh_common_args='{common}'"
            f" ansible_control_path_dir={folder}/cp\n"
            "a1 ansible_connection=local\na2 ansible_connection=local\n"
        )
        argv = [sys.executable, "-c", SLOW_AFTER, "fleet", "bench", "--name", "x", "--executable", "executable"]
        try:
            done = subprocess.run(
                [*argv, "-i", "hosts.ini", "-o", "json:all.json"],
                cwd=folder,
                env={**os.environ, "PLACE": str(folder)},
                capture_output=True,
                text=True,
                timeout=500,
            )
        finally:
            for number in hung(seconds):
                os.kill(number, signal.SIGKILL)
    assert done.returncode == 0, done.stderr
    hosts = {host["name"]: host for host in json.loads((folder / "all.json").read_text())["hosts"]}
    assert (hosts["hangs"]["state"], hosts["hangs"]["reason"]) == ("stuck", "it did not answer in time")
    assert Counter(host["state"] for host in hosts.values()) == {"stuck": 1, "done": 1, "failed": 1}


def _lines(folder):
    return (folder / "said").read_text().splitlines() if (folder / "said").exists() else []
