"""A fleet audited by the real ansible-playbook and a real sshd: every host is in the result, none holds the others."""

import json
import os
import subprocess
import sys
import time

import pytest

from hostcheck.audit import audit_host
from hostcheck.fleet.state import Fleet
from hostcheck.remote.opening import open_remote
from tests.fleet.hosts import hung, inventory, left
from tests.remote.test_shell_audit import facts
from tests.remote.test_ssh import OF_THE_SESSION

pytestmark = [pytest.mark.real, pytest.mark.skipif(os.geteuid() != 0, reason="only root starts an sshd that logs in")]


def hostcheck(*words, folder):
    argv = [sys.executable, "-m", "hostcheck", "fleet", *words]
    return subprocess.run(argv, cwd=folder, capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def audited(tmp_path_factory):
    """The folder of a fleet with one host of each kind, and what the audit printed."""
    folder = tmp_path_factory.mktemp("fleet")
    with inventory(folder) as path:
        words = ("audit", "-i", str(path), "--name", "all", "--deadline", "12", "-o", "json:all.json", "-o", "-")
        done = hostcheck(*words, "-o", "inventory:ready.ini", "-o", "retry:left.txt", folder=folder)
        assert done.returncode == 0, done.stderr
        yield folder, done


def of(folder, name):
    return next(host for host in json.loads((folder / "all.json").read_text())["hosts"] if host["name"] == name)


@pytest.mark.parametrize(
    ("name", "state", "reason"),
    [
        ("good", "done", ""),
        ("other-key", "refused", "its host key is not the known one"),
        ("hung", "stuck", "did not answer in time"),
        ("refused", "refused", "Permission denied"),
        ("gone", "unreachable", "Connection refused"),
    ],
)
def test_every_host_is_in_the_result_with_its_reason(audited, name, state, reason):
    host = of(audited[0], name)
    assert host["state"] == state
    assert reason in host["reason"]
    assert (host["run"] is not None) == (state == "done")


def test_the_inventory_is_in_it_too(audited):
    assert of(audited[0], "good")["groups"] == ["web"]
    assert of(audited[0], "good")["failure_domain"] == "rack-1"
    assert (audited[0] / "ready.ini").read_text() in {"[ready]\ngood\n", "[ready]\n"}
    assert sorted((audited[0] / "left.txt").read_text().split()) == ["gone", "hung", "other-key", "refused"]


def test_the_host_that_answers_has_the_facts_of_an_audit_over_its_shell(audited):
    fleet = Fleet.opened(str(audited[0] / "fleet-all"))
    run = fleet.run(next(host for host in fleet.hosts() if host.name == "good"))
    shell, found = facts(audit_host(open_remote(None, "sh", experiments=True))), facts(run)
    other = {name for name in {*shell, *found} if shell.get(name) != found.get(name)}
    assert {name for name in other if not name.startswith(OF_THE_SESSION)} == set()


def test_nothing_is_left_on_any(audited):
    deadline = time.monotonic() + 20
    while (hung() or left()) and time.monotonic() < deadline:
        time.sleep(0.5)
    assert (hung(), left()) == ([], [])
    assert not any(path.is_file() for path in (audited[0] / "fleet-all" / "answers").glob("[2-9]/*"))
