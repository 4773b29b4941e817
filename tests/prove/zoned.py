"""firewalld with docker0 in a zone of its user's: Docker does not start, and after the printed command it does.

``python -m tests.prove.zoned FOLDER...`` runs in namespaces of its own, with the files of unpacked packages (those of
firewalld first), and prints the check and whether Docker started, before the command and after it.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from hostcheck.audit import audit_host
from hostcheck.host.unix_http import get_json
from tests.prove import inside

BUS = """<busconfig>
  <type>system</type>
  <listen>unix:path=/run/dbus/system_bus_socket</listen>
  <policy context="default">
    <allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/>
  </policy>
</busconfig>
"""
ZONE = '<?xml version="1.0" encoding="utf-8"?>\n<zone target="ACCEPT">\n  <interface name="docker0"/>\n</zone>\n'
CHECK = "engine.unobstructed"


def _mount(*arguments: object) -> None:
    subprocess.run(["mount", *map(str, arguments)], check=True)


def _install(folders: Sequence[str]) -> None:
    """Show the packages' files beside those of this machine, and let /etc be written to."""
    for place in ("/run", "/mnt"):
        _mount("-t", "tmpfs", "none", place)
    for place in ("upper", "work"):
        Path("/mnt", place).mkdir()
    programs = ":".join(f"{folder}/usr" for folder in folders)
    _mount("-t", "overlay", "-o", f"lowerdir={programs}:/usr", "none", "/usr")
    settings = f"lowerdir={folders[0]}/etc:/etc,upperdir=/mnt/upper,workdir=/mnt/work"
    _mount("-t", "overlay", "-o", settings, "none", "/etc")


def _start(folders: Sequence[str]) -> None:
    _install(folders)
    # Where a service of systemd is seen to run.
    _mount("-t", "tmpfs", "none", "/sys/fs/cgroup/unified")
    Path("/sys/fs/cgroup/unified/system.slice/firewalld.service").mkdir(parents=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    Path("/run/dbus").mkdir()
    Path("/run/bus.conf").write_text(BUS)
    subprocess.Popen(["dbus-daemon", "--config-file=/run/bus.conf", "--nofork"])
    while not Path("/run/dbus/system_bus_socket").exists():
        time.sleep(0.05)
    Path("/etc/firewalld/zones").mkdir(parents=True, exist_ok=True)
    Path("/etc/firewalld/zones/trusted.xml").write_text(ZONE)
    subprocess.Popen(["/usr/sbin/firewalld", "--nofork", "--nopid"])
    while subprocess.run(["firewall-cmd", "--state"], capture_output=True).returncode:
        time.sleep(0.2)


def _seen() -> dict:
    """Return the check and its command, and what a dockerd with a bridge came to."""
    run = audit_host(profiles=["docker"], experiments=False)
    verdict = next(each for each in run.verdicts if each.check == CHECK)
    try:
        with inside.engine() as (path, _):
            came_to = "started" if get_json(path, "/info", 60) else "silent"
    except AssertionError as ended:
        came_to = str(ended)
    return {"status": verdict.status, "command": verdict.command, "docker": came_to}


def main(folders: Sequence[str]) -> dict:
    """Return what is seen before the command and after it."""
    _start(folders)
    before = _seen()
    subprocess.run(["sh", "-c", before["command"]], check=True, capture_output=True, env=os.environ)
    return {"before": before, "after": _seen()}


if __name__ == "__main__":
    result = main(sys.argv[1:])
    sys.stdout.write(json.dumps(result) + "\n")
