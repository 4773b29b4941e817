#!/usr/bin/env python3
"""What a fleet's audit costs the controller, on aliases of this machine that replay the answers of one host.

    python benchmarks/own/fleet.py 1000         audit so many aliases, and count what each was asked
    python benchmarks/own/fleet.py 1000 --kill  the same, killed by SIGKILL in the middle and resumed
    python benchmarks/own/fleet.py 50 --setup   ansible -m setup on as many aliases, and an audit that is not replayed

Ansible runs what stands in place of its shell (ANSIBLE_EXECUTABLE): what replays an answer, so that the time is the
controller's; or, where nothing is replayed, what also writes down the CPU time of the host's own shell.
"""

import argparse
import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from hostcheck.audit import audit_host
from hostcheck.fleet import play
from hostcheck.fleet.state import Fleet
from hostcheck.profiles import DEFAULT_PROFILES
from hostcheck.remote.gathering import MOST_EXCHANGES
from hostcheck.remote.program import asking, program
from hostcheck.remote.requests import Request
from hostcheck.remote.text import host_of

FORKS = 10

AUDIT = """
import json, resource, sys
sys.argv = ["hostcheck", "fleet", *sys.argv[1:]]
import hostcheck_audit
try:
    hostcheck_audit.main()
finally:
    own = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"own": own.ru_utime + own.ru_stime, "memory": own.ru_maxrss}), file=sys.stderr)
"""

SHELL = """#!/bin/sh
# Replays what a host answered, and writes down what was asked.
echo "${2%%
*}" >>"$FLEET_ASKED"
case $2 in *'release=$(uname'*) exec cat "$FLEET_FIRST" ;; *) exec cat "$FLEET_NEXT" ;; esac
"""

TIMED = """#!/bin/sh
# Runs what a host is asked, and writes down the CPU time that it took there.
test -z "$FLEET_WITHIN" || exec /bin/sh "$@"
FLEET_WITHIN=yes /bin/sh "$@"
code=$?
times >>"$FLEET_TIMES"
exit "$code"
"""
_TIME = re.compile(r"(\d+)m([\d.]+)s")


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def answer(text: str) -> str:
    """Return what a host prints that runs a program."""
    words = ["sh", "-c", f"id={os.urandom(20).hex()}\n{play.command(text, 60)}"]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def further(first: str) -> str:
    """Return a program that asks this machine all that its first answer leads an audit to, in one question."""
    texts = [_text(first)]
    missed: dict[Request, None] = {}
    for _ in range(2, MOST_EXCHANGES + 1):
        host = host_of(texts, Path("this machine"))
        host.running, host.experiments = True, True
        audit_host(host, profiles=DEFAULT_PROFILES, roles=())
        new = [request for request in host.missed if request not in missed]
        text = asking(new)
        if not text:
            break
        missed |= dict.fromkeys(new)
        texts.append(_text(answer(text)))
    return asking(missed)


def _text(printed: str) -> bytes:
    answered = play.understood(printed)
    assert answered is not None
    assert answered.text is not None
    return answered.text


def prepare(folder: Path, count: int) -> dict[str, str]:
    """Make the inventory, the answers and the shell that replays them, and return the environment."""
    aliases = "".join(f"node-{number:05}\n" for number in range(count))
    (folder / "hosts.ini").write_text(f"{aliases}[all:vars]\nansible_connection=local\n")
    first = answer(program(tried=True))
    (folder / "first").write_text(first)
    (folder / "next").write_text(answer(further(first)))
    (folder / "sh").write_text(SHELL)
    (folder / "sh").chmod(0o755)
    paths = {"FLEET_ASKED": "asked", "FLEET_FIRST": "first", "FLEET_NEXT": "next", "ANSIBLE_EXECUTABLE": "sh"}
    return {**os.environ, **{name: str(folder / file) for name, file in paths.items()}}


def audit(folder: Path, environment: dict[str, str], *words: str) -> subprocess.Popen[str]:
    """Start an audit of the aliases."""
    argv = [sys.executable, "-c", AUDIT, "audit", "--name", "bench", *words]
    return subprocess.Popen(argv, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True)


def report(name: str, count: int, begun: float, before: resource.struct_rusage, times: Path) -> None:
    """Print what children have cost since, and what of it the hosts have written down."""
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = now.ru_utime + now.ru_stime - before.ru_utime - before.ru_stime
    say(f"{name}: {count} hosts in {time.monotonic() - begun:.0f} s, {used / count:.3f} s of CPU a host in all")
    if times.exists():
        there = sum(60 * int(minutes) + float(rest) for minutes, rest in _TIME.findall(times.read_text()))
        say(f"of it on the host {there / count:.3f} s, on the controller {(used - there) / count:.3f} s")
        times.unlink()


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int)
    parser.add_argument("--kill", action="store_true")
    parser.add_argument("--setup", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = prepare(folder, given.count)
        new = ("-i", str(folder / "hosts.ini"), "--forks", str(FORKS))
        times = folder / "times"
        if given.setup:
            (folder / "sh").write_text(TIMED)
            environment["FLEET_TIMES"] = str(times)
            before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
            words = ["ansible", "all", "-i", str(folder / "hosts.ini"), "-f", str(FORKS), "-m", "setup"]
            subprocess.run(words, check=True, stdout=subprocess.DEVNULL, env=environment)
            report("ansible -m setup", given.count, begun, before, times)
        before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        running = audit(folder, environment, *new)
        if given.kill:
            while len(list((folder / "fleet-bench" / "hosts").glob("*"))) < given.count // 2:
                time.sleep(0.5)
            running.send_signal(signal.SIGKILL)
            running.wait()
            kept = sum(1 for host in _hosts(folder) if host.file)
            say(f"killed when {kept} of {given.count} hosts had their run")
            running = audit(folder, environment, "--resume", "--forks", str(FORKS))
        _, said = running.communicate()
        report("hostcheck fleet audit", given.count, begun, before, times)
        own = json.loads(said.splitlines()[-1])
        say(f"of it hostcheck's own: {own['own'] / given.count:.3f} s a host; memory {own['memory'] / 1024:.0f} MiB")
        if not given.setup:
            asked = Counter((folder / "asked").read_text().split())
            twice = sum(1 for number in asked.values() if number > 1)
            say(f"asked {sum(asked.values())} times, {twice} questions twice (in flight when killed)")


def _hosts(folder: Path) -> list:
    fleet = Fleet(folder / "fleet-bench")
    return list(fleet.hosts()) if (fleet.folder / "fleet.sqlite").exists() else []


if __name__ == "__main__":
    main()
