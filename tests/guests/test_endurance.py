"""An endurance run of a guest whose power is cut in the middle of a visit: after the boot it goes on without a loss.

The guest's disk is its root, and stays. Its first process is systemd, and the timer is the one of
``bench --endurance --timer``. A day passes by setting the clock.
"""

import subprocess
import sys
import sysconfig
from importlib import util
from pathlib import Path

import pytest

from hostcheck.bench.busybox import find_busybox
from hostcheck.run.files import run_of_bytes

from .image import base_image, disk_tools, shared_libraries
from .test_timer import PROGRAMS, TARGETS, UNITS

pytestmark = pytest.mark.real

BEGUN = 1_796_083_200
"""1 December 2026, when the guest boots first."""
COMMAND = "hostcheck bench --endurance 24h --every 3h --only cpu -o /root/run.json -o /root/result.md"
SERVICE = """
[Service]
Type=oneshot
Environment=PATH=/bin
StandardOutput=tty
TTYPath=/dev/ttyS0
ExecStart=/bin/sh -c '. /script; [ -e /run/cut ] && sleep 600; reboot -f'
"""
OF_PYTHON = ("sqlite3", "asyncio", "multiprocessing", "unittest")
OF_THE_EXTRA = ("docker", "requests", "urllib3", "certifi", "idna", "charset_normalizer")
"""What a benchmark imports beside what an audit does, whatever it measures; without compiled parts."""
DRIVE = '''
import os
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, "/opt")
from hostcheck.bench.endurance.state import State

STATE = State(Path("/root/.local/share/hostcheck/endurance"))
PLAN = STATE.plan()


def set_clock(moment):
    time.clock_settime(time.CLOCK_REALTIME, moment)


def processes(name):
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (folder / "comm").read_text().strip() == name:
                yield int(folder.name)
        except OSError:
            continue


def wait_for(found):
    while not (it := found()):
        time.sleep(0.05)
    return it


def made(number):
    set_clock(max(time.time(), PLAN.due(number)))
    wait_for(lambda: number in STATE.made())


def interrupted(number):
    set_clock(PLAN.due(number))
    (load, *_) = wait_for(lambda: list(processes("sysbench")))
    # Stopped, neither can end before the power does.
    os.kill(STATE.holder(), signal.SIGSTOP)
    os.kill(load, signal.SIGSTOP)


def ended():
    set_clock(PLAN.until + 1)
    wait_for(lambda: not STATE.folder.exists() and not list(Path("/etc/systemd/system").glob("hostcheck*")))


def early():
    """Print the number of a visit after the first that is due with an hour of its period left."""
    print(next(number for number in range(1, PLAN.visits - 2) if PLAN.last_moment(number) - PLAN.due(number) > 3600))


globals()[sys.argv[1]](*map(int, sys.argv[2:]))
print(*sorted(STATE.made()))
'''
CUT = "touch /run/cut; (sleep 1; echo b > /proc/sysrq-trigger) & date +%s"
STATUS = "hostcheck bench --status"
STATE = "ls /root/.local/share/hostcheck/endurance"
TIMER = "ls /etc/systemd/system | grep hostcheck"


def root(place):
    """Make the file of the disk: what all guests hold, systemd, sysbench, and what the tests ask."""
    folder = place / "root"
    folder.mkdir()
    archive = disk_tools()
    for program in (*PROGRAMS, Path("/usr/bin/sysbench")):
        archive.copy(program)
        for needed in shared_libraries(program):
            archive.copy(needed)
    for name in OF_PYTHON:
        archive.tree(Path(sysconfig.get_path("stdlib"), name))
    for name in OF_THE_EXTRA:
        archive.tree(Path(util.find_spec(name).origin).parent, f"/opt/{name}", suffixes=(".so",))
    for name in TARGETS:
        archive.copy(UNITS / f"{name}.target")
    archive.link("/bin/sysbench", "/usr/bin/sysbench")
    for applet in ("date", "sleep", "touch", "grep"):
        archive.link(f"/bin/{applet}", "busybox")
    archive.write("/etc/systemd/system/asked.service", SERVICE)
    archive.link("/etc/systemd/system/multi-user.target.wants/asked.service", "../asked.service")
    archive.write("/etc/machine-id", "0123456789abcdef0123456789abcdef\n")
    archive.write("/drive.py", DRIVE)
    archive.write("/root/.keep", "")
    for part in (base_image(), archive.bytes()):
        unpack = [str(find_busybox().path), "cpio", "-idu"]
        subprocess.run(unpack, input=part, cwd=folder, check=True, capture_output=True)
    for name in ("proc", "sys", "dev", "run", "tmp"):
        (folder / name).mkdir(exist_ok=True)
    disk = place / "disk"
    with disk.open("wb") as file:
        file.truncate(2 << 30)
    subprocess.run(["/sbin/mkfs.ext4", "-q", "-F", "-d", str(folder), str(disk)], check=True)
    return disk


class Machine:
    """A machine that keeps its disk."""

    def __init__(self, guests, place):
        self._guests = guests
        self._disk = root(place)

    def boot(self, moment, commands):
        """Boot it at a moment; it answers, and is off again."""
        begin = " && ".join(
            [
                "modprobe -a virtio_pci virtio_blk ext4",
                f"/bin/busybox date -s @{moment}",
                "mkdir -p /new && mount -t ext4 /dev/vdb /new && /bin/busybox cp /script /new/script",
                *(f"mount -o move /{name} /new/{name}" for name in ("proc", "sys", "dev", "run")),
                "exec /bin/busybox switch_root /new /lib/systemd/systemd --unit=multi-user.target",
            ]
        )
        drive = f"file={self._disk},format=raw,if=virtio"
        settle = [f"[ -d /run/systemd/system ] || {{ {begin}; }}"]
        return self._guests.ask(commands, settle=settle, options=["-drive", drive], megabytes=512, seconds=1200)


@pytest.fixture(scope="module")
def days(guests, tmp_path_factory):
    machine = Machine(guests, tmp_path_factory.mktemp("endurance"))
    drive = f"{Path(sys.executable).resolve()} /drive.py"
    first = machine.boot(
        BEGUN,
        {
            "begun": f"cd /root && {COMMAND} --timer",
            "one": f"{drive} made 0",
            "early": f"{drive} early",
            "interrupted": f"{drive} interrupted $({drive} early | /bin/busybox head -n 1)",
            "state": STATE,
            "cut": CUT,
        },
    )
    for name in ("begun", "one", "early", "interrupted"):
        assert first[name].code == 0, "\n".join(answer.output for answer in first.values())
    moment = int(first["cut"].output.split()[-1]) + 60
    number = int(first["early"].output.split()[0])
    second = machine.boot(
        moment,
        {
            "kept": STATE,
            "again": f"{drive} made {number}",
            "status": STATUS,
            "later": f"{drive} made {number + 1}",
            "ended": f"{drive} ended",
            "units": TIMER,
            "run": "cat /root/run.json",
            "result": "cat /root/result.md",
        },
    )
    return number, first, second


def test_no_visit_is_lost_and_the_one_that_was_interrupted_is_not_made(days):
    number, first, second = days
    assert first["begun"].code == 0, first["begun"].output
    assert first["interrupted"].output.split()[-1:] == ["0"], first["interrupted"].output
    for answers, key in ((first, "state"), (second, "kept")):
        assert [name for name in answers[key].output.split() if name.startswith("visit-")] == ["visit-00000.json"]
    assert number > 0


def test_after_the_boot_the_timer_makes_it_again_and_goes_on(days):
    number, _, second = days
    assert second["again"].output.split() == ["0", str(number)]
    assert "hostcheck-endurance.timer makes the measurements" in second["status"].output
    assert (
        f"2 of 8 measurements are made, {number - 1} missed"[: 26 if number == 1 else None] in second["status"].output
    )
    assert second["later"].output.split() == ["0", str(number), str(number + 1)]


def test_each_visit_is_in_the_result_once(days, tmp_path):
    _, _, second = days
    run = run_of_bytes(second["run"].output.encode(), "run.json")
    metric = run.metric("cpu.thread.rate")
    starts = [sample.started for sample in metric.samples]
    assert len(starts) == len(set(starts)) == 3 * 2
    assert any("3 of 8 measurements" in note for note in run.notes)
    assert second["units"].output.split() == []
    assert "CPU" in second["result"].output
    (tmp_path / "run.json").write_text(second["run"].output)
    page = tmp_path / "page.html"
    made = subprocess.run(
        [sys.executable, "-m", "hostcheck", "report", tmp_path / "run.json", "-o", page], capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr
    assert "3 of 8 measurements" in page.read_text()
    assert run.ended
