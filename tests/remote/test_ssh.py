"""An audit by ssh:// of this machine, through a real sshd on the loopback."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from hostcheck.audit import audit_host
from tests.remote.sshd import client, delayed, free_port, server
from tests.remote.test_shell_audit import facts

pytestmark = [pytest.mark.real, pytest.mark.skipif(os.geteuid() != 0, reason="only root starts an sshd that logs in")]

OF_THE_SESSION = ("user.", "cgroup.delegated", "net.proxy")
"""Facts of the session in which the audit runs: that of ssh is another one."""


@pytest.fixture
def host(tmp_path):
    """An address of this machine, and the environment for a client of it."""
    with server(tmp_path) as port:
        yield f"ssh://root@127.0.0.1:{port}", client(tmp_path, port), tmp_path


def start(host, *options, command="audit"):
    argv = [sys.executable, "-m", "hostcheck", command, host[0], *options]
    return subprocess.Popen(argv, env=host[1], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_this_machine_by_ssh_has_the_facts_of_the_live_audit(host):
    audits = [start(host, "-o", "json:-") for _ in range(2)]
    documents = []
    for audit in audits:
        out, errors = audit.communicate(timeout=120)
        assert (audit.returncode, errors) == (0, "")
        documents.append(json.loads(out))
    live = facts(audit_host(None))
    for document in documents:
        found = {name: (fact["value"], fact["known"]) for name, fact in document["facts"].items() if name in live}
        other = {name for name in found if json.loads(json.dumps(live[name][0])) != found[name][0]}
        assert {name for name in other if not name.startswith((*OF_THE_SESSION, "storage.xattrs"))} == set()


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ('command="echo Menu: 1. reboot"', "ran another command instead of sh"),
        ('command="/usr/sbin/nologin"', "This account is currently not available"),
        ('command="exit 1"', "ended the shell with 1"),
        ('command="cat /dev/zero"', "did not answer as a shell does"),
    ],
)
def test_a_forced_command_is_one_line(host, option, says):
    keys = host[2] / "keys"
    keys.write_text(f"{option} {keys.read_text()}")
    audit = start(host)
    out, errors = audit.communicate(timeout=120)
    assert (audit.returncode, out, errors.count("\n")) == (4, "", 1)
    assert says in errors


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("StdinNull yes", "your ssh configuration sets StdinNull; leave"),
        ("SessionType none", "your ssh configuration sets SessionType; leave"),
        ("SessionType subsystem", "your ssh configuration sets SessionType; leave"),
    ],
)
def test_a_setting_of_the_client_that_keeps_it_from_running_a_command_is_named(host, setting, says):
    config = host[2] / "config"
    config.write_text(f"Host *\n {setting}\n{config.read_text()}")
    out, errors = start(host).communicate(timeout=180)
    assert (out, errors.count("\n")) == ("", 1)
    assert says in errors


def test_a_host_behind_another_one_and_an_address_of_ipv6_are_reached(tmp_path):
    jump = free_port()
    # The path of a socket is short (unix(7)).
    with tempfile.TemporaryDirectory(prefix="hc-") as sockets, server(tmp_path, f"ListenAddress [::1]:{jump}") as port:
        environment = client(tmp_path, port)
        key = " ".join((tmp_path / "host.pub").read_text().split()[:2])
        with (tmp_path / "known").open("a") as known:
            known.write(f"[::1]:{jump} {key}\ninner {key}\n")
        config = tmp_path / "config"
        inner = f"Host inner\n HostName 127.0.0.1\n HostKeyAlias inner\n Port {port}\n ProxyJump root@[::1]:{jump}\n"
        shared = (
            f"Host *\n ControlMaster auto\n ControlPath {sockets}/%C\n ControlPersist 60\n LocalCommand echo here\n"
        )
        config.write_text(f"{inner}{shared} PermitLocalCommand yes\n{config.read_text()}")
        try:
            for address in ("ssh://root@inner", "ssh://root@inner", f"ssh://root@[::1]:{jump}"):
                audit = start((address, environment), "--no-experiments", "--profile", "docker")
                out, errors = audit.communicate(timeout=180)
                assert (audit.returncode, errors) == (0, ""), address
                assert "docker" in out
        finally:
            for socket in Path(sockets).iterdir():
                subprocess.run(["ssh", "-S", socket, "-O", "exit", "any"], env=environment, capture_output=True)


def test_a_key_that_is_refused_and_a_host_that_is_not_known_are_ssh_s_own_words(host):
    (host[2] / "keys").write_text("")
    assert "Permission denied" in start(host).communicate(timeout=120)[1]
    (host[2] / "known").write_text("")
    assert "Host key verification failed" in start(host).communicate(timeout=120)[1]


def test_nothing_of_the_client_is_forwarded(host):
    config = host[2] / "config"
    config.write_text(config.read_text() + " ForwardX11 yes\n LocalForward 127.0.0.1:1 127.0.0.1:1\n")
    audit = start(host, "-o", "json:-", "--profile", "docker")
    out, errors = audit.communicate(timeout=120)
    assert (audit.returncode, errors) == (0, "")
    assert "SSH_AUTH_SOCK" not in out


def sessions(port):
    """Processes that a login at a port left or still has: also those whose sshd has ended."""
    servers = [each for each in psutil.Process().children() if each.name() == "sshd"]
    found = [child for each in servers for child in each.children(recursive=True)]
    for each in psutil.process_iter(["environ"]):
        connection = (each.info["environ"] or {}).get("SSH_CONNECTION", "")
        if connection.endswith(f" {port}"):
            found.append(each)
    return found


def test_what_a_login_leaves_is_seen(host):
    port = int(host[0].rpartition(":")[2])
    argv = ["ssh", "-p", str(port), "root@127.0.0.1", "-o", "RemoteCommand=none", "setsid sleep 300 >/dev/null 2>&1 &"]
    subprocess.run(argv, env=host[1], check=True, timeout=60)
    (left,) = [each for each in sessions(port) if each.name() == "sleep"]
    left.kill()


@pytest.mark.parametrize("seconds", [0.3, 0.8, 1.1, 1.4, 1.8, 2.4])
def test_a_client_that_is_killed_leaves_nothing_on_the_host(host, seconds):
    port = int(host[0].rpartition(":")[2])
    with delayed(port, 0.1) as (late, _):
        known = host[2] / "known"
        known.write_text(known.read_text().replace(str(port), str(late)))
        audit = start((f"ssh://root@127.0.0.1:{late}", host[1]))
        time.sleep(seconds)
        audit.send_signal(signal.SIGKILL)
        audit.communicate(timeout=60)
        deadline = time.monotonic() + 60
        while left := sessions(port):
            assert time.monotonic() < deadline, left
            time.sleep(0.1)
    # Of the experiment with limits; engines of tests have groups of other names.
    deadline = time.monotonic() + 60
    while groups := own_groups():
        assert time.monotonic() < deadline, groups
        time.sleep(0.1)


def own_groups():
    """The control groups of experiments: those of audits in other tests go soon."""
    names = (name for _, folders, _ in os.walk("/sys/fs/cgroup") for name in folders)
    return [name for name in names if re.fullmatch(r"hostcheck-\d+", name)]
