"""The ruler under the limits of control groups v2, which a host that boots with v1 has not: io.max, for real."""

import json
import sys
from pathlib import Path

import pytest

from hostcheck.bench.disk.levels import STEP_MS, STEP_TOLERANCE_MS
from hostcheck.bench.emulated.calibration import DISK_BYTES
from hostcheck.bench.emulated.disk import SPARE_MEMORY

from .image import disk_tools
from .machine import AUDIT_MEGABYTES, CGROUP_V2

pytestmark = pytest.mark.real

IOPS, MEGABYTES = 200, 20
MEGABYTES_OF_MEMORY = AUDIT_MEGABYTES + (DISK_BYTES + SPARE_MEMORY) // 10**6

MEASURE = f"""
import json
from pathlib import Path
from hostcheck.bench.base import Context, Options
from hostcheck.bench.disk.options import DiskOptions
from hostcheck.bench.emulated.calibration import calibrate
from hostcheck.bench.emulated.tier import parse_tier

class Quiet:
    def start(self, what, seconds): pass
    def done(self, what, result): pass

def left():
    mounts = [line for line in Path("/proc/self/mountinfo").read_text().splitlines() if "hostcheck-" in line]
    loops = [str(path) for path in Path("/sys/block").glob("loop*/loop/backing_file")]
    groups = [str(path) for path in Path("/sys/fs/cgroup").glob("*hostcheck*")]
    return [*mounts, *loops, *groups, *map(str, Path("/run").glob(".hostcheck-*"))]

options = Options(given=(DiskOptions(("seqread", "randwrite"), 0, 3, 1, 32 << 20),))
during = []

def context(disk):
    during.extend(left())
    return Context("guest001", options, Quiet(), disk.path)

readings = list(calibrate((parse_tier("{IOPS},{MEGABYTES}"),), context, "guest001"))
print(json.dumps({{
    "errors": {{reading.metric.id: reading.error for reading in readings}},
    "waits": [
        wait for reading in readings if reading.metric.id == "disk.randwrite.iops"
        for sample in reading.metric.samples for wait in sample.detail["latency_ms"].values()
    ],
    "group": Path("/proc/self/cgroup").read_text(),
    "during": during,
    "left": left(),
}}))
"""


@pytest.fixture(scope="module")
def calibrated(guests):
    archive = disk_tools()
    archive.write("/measure.py", MEASURE)
    settle = [CGROUP_V2, "echo +io > /sys/fs/cgroup/cgroup.subtree_control", "modprobe -a loop ext4"]
    command = {"measure": f"PYTHONPATH=/opt {Path(sys.executable).resolve()} /measure.py"}
    answer = guests.ask(command, settle=settle, files=archive.bytes(), megabytes=MEGABYTES_OF_MEMORY)["measure"]
    assert answer.code == 0, answer.output
    return json.loads(answer.output.splitlines()[-1])


def test_a_disk_under_io_max_is_measured_as_fast_as_it_is(calibrated):
    errors = calibrated["errors"]
    assert errors == pytest.approx({"disk.seqread.bandwidth": 0, "disk.randwrite.iops": 0}, abs=0.03)
    # An emulated processor adds milliseconds to a wait now and then, so that not all waits of a sample need be whole
    # slices, as a host calls a throttle by (tests/bench/disk/test_levels.py). By chance an eighth of them would be.
    whole = [abs(wait - STEP_MS * round(wait / STEP_MS)) <= STEP_TOLERANCE_MS for wait in calibrated["waits"]]
    assert len(whole) == 12
    assert sum(whole) > len(whole) / 2, calibrated["waits"]


def test_nothing_of_it_stays_and_the_process_is_where_it_was(calibrated):
    # A file system in memory, a disk in it, a loop device, a control group and a folder.
    assert len(calibrated["during"]) == 5
    assert calibrated["left"] == []
    assert calibrated["group"].strip() == "0::/"
