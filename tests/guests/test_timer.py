"""The example timer in a guest whose first process is systemd: enabled as documented, it runs the gate a day later."""

import re
from pathlib import Path

import pytest

from .cpio import Archive
from .image import shared_libraries
from .machine import CGROUP_V2, DATA_DISK

pytestmark = pytest.mark.real

TOP = Path(__file__).parents[2]
UNITS = Path("/lib/systemd/system")
PROGRAMS = (Path("/lib/systemd/systemd"), Path("/bin/systemctl"))
TARGETS = ("basic", "sysinit", "timers", "time-set", "time-sync", "shutdown", "umount", "multi-user")
SYSTEMD = "[ -d /run/systemd/system ] || exec /lib/systemd/systemd --unit=multi-user.target"
"""The script runs twice: the first process becomes systemd, which runs it again as a service."""
SERVICE = """
[Service]
Type=oneshot
Environment=PATH=/bin
StandardOutput=tty
TTYPath=/dev/ttyS0
ExecStart=/bin/sh -c '. /script; reboot -f'
"""
TIMER = "hostcheck-gate.timer"
PROM = "/var/lib/prometheus/node-exporter/hostcheck.prom"
TOMORROW = "/bin/busybox date -s @$(($(/bin/busybox date +%s) + 90000))"
SHOW = "systemctl show --property=ActiveState,Result,ExecMainStatus,TriggeredBy hostcheck-gate.service"
ENDED = f"until {SHOW} | /bin/busybox grep -qx 'ExecMainStatus=[1-9]'; do /bin/busybox sleep 1; done"


def systemd():
    """What a guest needs for systemd to be its first process, and to have the timer."""
    archive = Archive()
    for program in PROGRAMS:
        archive.copy(program)
        for needed in shared_libraries(program):
            archive.copy(needed)
    for name in TARGETS:
        archive.copy(UNITS / f"{name}.target")
    archive.write("/etc/systemd/system/asked.service", SERVICE)
    archive.link("/etc/systemd/system/multi-user.target.wants/asked.service", "../asked.service")
    # Without it this would be a first boot, at which systemd enables what it finds.
    archive.write("/etc/machine-id", "0123456789abcdef0123456789abcdef\n")
    # A new delay follows each change of the clock, which is how a day passes here.
    archive.write(f"/etc/systemd/system/{TIMER}.d/at-once.conf", "[Timer]\nRandomizedDelaySec=0\n")
    archive.link("/bin/cp", "busybox")
    archive.tree(TOP / "examples/systemd", "/examples/systemd")
    archive.link("/opt/hostcheck/bin/hostcheck", "/bin/hostcheck")
    archive.write("/etc/hostcheck.toml", '[gate]\nprofiles = ["docker-2014"]\n')
    return archive.bytes()


@pytest.fixture(scope="module")
def seen(guests):
    [documented] = re.findall(r"^    (cp examples/systemd/.*)$", (TOP / "docs/gate.md").read_text(), re.MULTILINE)
    commands = {
        "enabled": f"cd / && {documented}",
        "before": f"{SHOW}; ls {Path(PROM).parent}",
        "tomorrow": f"{TOMORROW} && {ENDED}",
        "after": SHOW,
        "written": f"cat {PROM} && ls -l {PROM}",
        "kept": "ls /var/lib/hostcheck",
    }
    settle = [SYSTEMD, DATA_DISK, CGROUP_V2, f"mkdir -p {Path(PROM).parent}"]
    return guests.ask(commands, settle=settle, files=systemd())


def test_it_is_enabled_as_documented_and_waits(seen):
    assert seen["enabled"].code == 0, seen["enabled"].output
    assert f"TriggeredBy={TIMER}" in seen["before"].output
    assert "ExecMainStatus=0" in seen["before"].output
    assert "hostcheck.prom" not in seen["before"].output


def test_a_day_later_it_has_run_the_gate_and_a_host_that_is_not_fit_is_no_failed_unit(seen):
    assert seen["tomorrow"].code == 0
    # Control groups v2 alone are nothing for an engine of 2014.
    assert {"ExecMainStatus=1", "Result=success", "ActiveState=inactive"} <= set(seen["after"].output.split())
    written = seen["written"].output
    assert 'hostcheck_gate_outcome{outcome="failed"} 1' in written
    assert "-rw-r--r--" in written
    assert seen["kept"].output.split()
