"""Twenty hosts with a real sshd each, audited, gated and measured through the real Ansible: each is reported right.

Debian with and without Python, containers of systemd-nspawn, busybox alone and a guest; one hangs, one refuses, one
dies in the middle, one has a full disk, one has another key. Nothing is left on any.
"""

import contextlib
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.fleet.lab import HANGS, PASSWORD, Member, descendants, running
from tests.guests.cpio import Archive
from tests.guests.image import shared_libraries
from tests.guests.kernel import debian_kernel
from tests.guests.machine import CGROUP_V2, DATA_DISK, Guests
from tests.guests.test_ssh import SERVE, SETTINGS, SSHD, WAIT
from tests.remote.shells import ANY
from tests.remote.sshd import free_port
from tests.short import short_hostcheck

pytestmark = [
    pytest.mark.real,
    pytest.mark.timeout(3000),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root makes namespaces that sshd serves"),
]

GOOD = (
    *(f"debian-{number}" for number in range(8)),
    *("bare-0", "bare-1", "bare-2"),
    *("nspawn-0", "nspawn-1"),
    *("busybox", "guest"),
)
DIRECT = ("busybox", "guest")
"""Hosts without su, where root logs in."""
TERMINALS = "mkdir -p /dev/pts && mount -t devpts devpts /dev/pts"
"""Ansible asks for a terminal."""
MEASURED = tuple(f"debian-{number}" for number in range(5))
DEADLINE = 150
"""Seconds that an audit may take on a host: the guest's processor is emulated."""


def member(name):
    kind = name.partition("-")[0]
    wrong = {"hangs": HANGS}
    kind = kind if kind in {"bare", "nspawn", "busybox", "full"} else "debian"
    return Member(name, free_port(), kind, wrong.get(name, ""), dies=name == "dies")


@contextlib.contextmanager
def guest(folder, port):
    """Run a guest of this lab's keys, which only its sshd reaches."""
    archive = Archive()
    archive.copy(SSHD)
    for library in shared_libraries(SSHD):
        archive.copy(library)
    archive.write("/etc/ssh/sshd_config", SETTINGS)
    for name in ("host", "keys"):
        archive.write(f"/etc/ssh/{name}", (folder / name).read_text(), 0o600)
    network = f"user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:{port}-:22"
    options = ("-netdev", network, "-device", "virtio-net-pci,netdev=net,romfile=")
    (folder / "guest").mkdir()
    guests = Guests(folder / "guest", debian_kernel())
    with ThreadPoolExecutor(1) as pool:
        serving = pool.submit(
            guests.ask,
            {"wait": WAIT},
            settle=[DATA_DISK, CGROUP_V2, TERMINALS, SERVE],
            options=options,
            files=archive.bytes(),
            seconds=2400,
        )
        try:
            while ssh(folder, port, "true").returncode:
                assert not serving.done(), serving.result()
                time.sleep(1)
            yield
        finally:
            ssh(folder, port, "touch /done")
            serving.result()


def ssh(folder, port, command):
    """Run a command on a host as root."""
    options = f"-i {folder}/user -o IdentitiesOnly=yes -o BatchMode=yes -o UserKnownHostsFile={folder}/known"
    argv = ["ssh", "-F", "none", *options.split(), "-p", str(port), "root@127.0.0.1", command]
    return subprocess.run(argv, capture_output=True, text=True, timeout=180, stdin=subprocess.DEVNULL)


class Hosts:
    """The inventory of the lab, and what is left on its hosts."""

    def __init__(self, folder, lab, ports):
        self.folder, self.lab, self.ports = folder, lab, ports

    def write(self):
        common = f"-F none -o UserKnownHostsFile={self.folder}/known -o IdentitiesOnly=yes -o BatchMode=yes"
        lines = [f"{name} ansible_port={port} hostcheck_failure_domain=one-disk" for name, port in self.ports.items()]
        lines = [f"{line} ansible_user=nobody" if line.startswith("refuses ") else line for line in lines]
        # Its processor is emulated.
        lines = [f"{line} ansible_ssh_timeout=120" if line.startswith("guest ") else line for line in lines]
        lines += ["[direct]", *DIRECT, "[direct:vars]", "ansible_user=root", "ansible_become=false", "[all:vars]"]
        lines += [
            "ansible_host=127.0.0.1",
            "ansible_user=ops",
            "ansible_become=true",
            "ansible_become_method=su",
            f"ansible_become_password={PASSWORD}",
            f"ansible_ssh_private_key_file={self.folder}/user",
            f"ansible_ssh_common_args='{common}'",
            f"ansible_control_path_dir={self.folder}/cp",
        ]
        (self.folder / "hosts.ini").write_text("\n".join([*lines, ""]))

    def left(self):
        """What is on any host, by its name; waits for what goes on a host by itself."""
        deadline = time.monotonic() + 120
        while True:
            found = {name: each for name in self.lab.pids if (each := self.lab.left(name))}
            places = "ls -d /dev/shm/hostcheck-* /run/hostcheck-* /tmp/hostcheck-* /var/tmp/hostcheck-* 2>/dev/null"
            if inside := ssh(self.folder, self.ports["guest"], places).stdout:
                found["guest"] = inside
            if not found or time.monotonic() > deadline:
                return found
            time.sleep(1)


@pytest.fixture(scope="module")
def hosts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab")
    names = [*GOOD, "hangs", "refuses", "dies", "full", "other-key"]
    assert len(names) == 20
    members = [member(name) for name in names if name != "guest"]
    ports = {each.name: each.port for each in members} | {"guest": free_port()}
    with running(folder, members) as lab:
        key, other = ((folder / name).read_text().split()[:2] for name in ("host.pub", "user.pub"))
        known = {name: other if name == "other-key" else key for name in ports}
        lines = [f"[127.0.0.1]:{ports[name]} {' '.join(words)}\n" for name, words in known.items()]
        (folder / "known").write_text("".join(lines))
        (folder / "any.toml").write_text(ANY)
        found = Hosts(folder, lab, {name: ports[name] for name in names})
        found.write()
        with guest(folder, ports["guest"]):
            yield found


def fleet(hosts, *words, codes=(0,)):
    argv = [
        sys.executable,
        "-m",
        "hostcheck",
        "fleet",
        *words,
        "-i",
        "hosts.ini",
        "--name",
        "lab",
        "-o",
        "json:all.json",
    ]
    done = subprocess.run([*argv, "-o", "-"], cwd=hosts.folder, capture_output=True, text=True, timeout=1500)
    assert done.returncode in codes, (done.returncode, done.stdout[-3000:], done.stderr[-3000:])
    return {host["name"]: host for host in json.loads((hosts.folder / "all.json").read_text())["hosts"]}


def is_right(found, done):
    """Whether each host is reported as what it is; gives those that are not."""
    expected = {
        **dict.fromkeys(done, ("done", "")),
        "hangs": ("stuck", "did not answer in time"),
        "refuses": ("refused", "Permission denied"),
        "dies": ("unreachable", ""),
        "other-key": ("refused", "its host key is not the known one"),
    }
    return {
        name: (host["state"], host["reason"])
        for name, host in found.items()
        if name in expected and not (host["state"] == expected[name][0] and expected[name][1] in host["reason"])
    }


def test_each_of_twenty_hosts_is_audited_and_gated_and_reported_as_what_it_is(hosts):
    audited = fleet(hosts, "audit", "--deadline", str(DEADLINE), "--forks", "20", "-p", "any.toml")
    assert len(audited) == 20
    # A host whose disk is full is audited while the connection lasts.
    assert is_right(audited, (*GOOD, "full")) == {}
    assert hosts.left() == {}
    words = (
        "gate",
        "--max-age",
        "1d",
        "--deadline",
        "15",
        "-p",
        "any.toml",
        "--allow-unreachable",
        "2",
        "--quorum",
        "16",
    )
    gated = fleet(hosts, *words, "-o", "junit:gate.xml", "-o", "inventory:ready.ini")
    assert sorted((hosts.folder / "ready.ini").read_text().split()[1:]) == sorted((*GOOD, "full"))
    assert Counter(host["state"] for host in gated.values())["done"] == 16
    suites = {each.get("name") for each in ET.parse(hosts.folder / "gate.xml").getroot().iter("testsuite")}
    assert len(suites) == 20
    assert hosts.left() == {}


def test_five_of_them_are_measured_and_what_cannot_be_is_reported_and_leaves_nothing(hosts):
    head = f"#!/bin/sh\n# hostcheck 1 for Linux on {os.uname().machine}, made for a test\n"
    words = shlex.join(map(str, short_hostcheck()))
    (hosts.folder / "executable").write_text(
        f'{head}cd {Path(__file__).parents[2]} && exec {words} "$@"\n# the end of hostcheck'
    )
    wanted = [*MEASURED, "full", "refuses", "other-key", "hangs"]
    options = ("--executable", "executable", "--dir", "/data", "--allow-busy", "--forks", "20")
    measured = fleet(hosts, "bench", *options, "--deadline", "600", "--limit", ":".join(wanted))
    found = {name: (measured[name]["state"], measured[name]["reason"]) for name in MEASURED}
    assert found == dict.fromkeys(MEASURED, ("done", ""))
    assert measured["full"]["state"] == "failed"
    assert "No space left on device" in measured["full"]["reason"]
    assert is_right({name: measured[name] for name in wanted}, MEASURED) == {}
    assert hosts.left() == {}


def test_killed_the_lab_ends_its_hosts(tmp_path):
    with running(tmp_path, [Member(name, free_port(), name) for name in ("debian", "nspawn")]) as lab:
        below = descendants(lab.pid)
        assert len(below) >= 6
        os.kill(lab.pid, signal.SIGKILL)
        deadline = time.monotonic() + 60
        while any(Path(f"/proc/{pid}/root").exists() and _is_ours(pid, tmp_path) for pid in below):
            assert time.monotonic() < deadline
            time.sleep(0.1)


def _is_ours(pid, folder):
    with contextlib.suppress(OSError):
        return str(folder) in Path(f"/proc/{pid}/mounts").read_text()
    return False
