"""A guest whose disk has a limit and an allowance, as providers give them: seen from inside, by the real benchmark."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .image import disk_tools

pytestmark = pytest.mark.real

LIMIT, BURST, BURST_SECONDS = 60, 1000, 8
STEADY = 300
"""Without a ramp a full queue is started at once, which would count at a smaller limit."""

# The limits count I/Os alone, so that writing the test file, in large ones, spends next to none of the allowance.
CAPPED = f"throttling.iops-total={STEADY}"
BURSTING = (
    f"throttling.iops-total={LIMIT},throttling.iops-total-max={BURST},throttling.iops-total-max-length={BURST_SECONDS}"
)

MEASURE = """
import json
import sys
from pathlib import Path
from hostcheck.bench.base import Context, Options
from hostcheck.bench.disk.options import DiskOptions
from hostcheck.bench.disk.workload import DiskWorkload
from hostcheck.bench.sustained import Sustained

class Quiet:
    def start(self, what, seconds): pass
    def done(self, what, result): pass

sustained = sys.argv[1] == "sustained"
long = Sustained(25.0) if sustained else None
disk = DiskOptions(() if sustained else ("randwrite",), 0, 10, 0, 64 << 20, sustained=long)
*_, last = DiskWorkload().measure(Context("burst001", Options(given=(disk,)), Quiet(), Path("/data")))
print(json.dumps({
    "id": last.id,
    "value": last.value,
    "state": last.state,
    "reason": last.reason,
    "reasons": [sample.reason for sample in last.samples],
}))
"""


@pytest.fixture(scope="module")
def tools():
    archive = disk_tools()
    archive.write("/measure.py", MEASURE)
    return archive.bytes()


@pytest.fixture
def measured(guests, tools, tmp_path):
    """Measure random writes in a guest whose second disk is held by the emulator."""
    disk = tmp_path / "disk"
    with disk.open("wb") as file:
        file.truncate(2 << 30)
    subprocess.run(["/sbin/mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0", str(disk)], check=True)

    def measure(throttling, how="rounds"):
        drive = f"file={disk},format=raw,if=virtio,cache=unsafe,{throttling}"
        settle = [
            "modprobe -a virtio_pci virtio_blk ext4",
            "mkdir -p /data",
            "mount -t ext4 /dev/vdb /data",
        ]
        command = {"measure": f"PYTHONPATH=/opt {Path(sys.executable).resolve()} /measure.py {how}"}
        answer = guests.ask(command, settle=settle, options=["-drive", drive], files=tools, megabytes=768)["measure"]
        assert answer.code == 0, answer.output
        return json.loads(answer.output.splitlines()[-1])

    return measure


# Between rounds fio starts anew, which takes an emulated guest up to ten seconds on a busy host. Meanwhile some of the
# allowance comes back, as much as the limit gives; so the limit is a small one.
@pytest.mark.parametrize(
    ("how", "metric", "refilled"),
    [("rounds", "disk.randwrite.iops", 2.5), ("sustained", "disk.sustained.iops", 1)],
)
def test_a_spent_allowance_is_reported_with_both_levels(measured, how, metric, refilled):
    found = measured(BURSTING, how)
    assert found["id"] == metric
    levels = re.fullmatch(r"([\d,]+) IOPS for \d+ s, then ([\d,]+): an allowance or a cache was spent", found["reason"])
    assert levels is not None, found
    fast, slow = (float(level.replace(",", "")) for level in levels.groups())
    assert found["state"] == "unstable"
    # A busy guest may not use all that the limit allows, and never gets more.
    assert BURST / 2 < fast < 1.1 * BURST
    assert 0.9 * LIMIT <= slow <= 1.1 * LIMIT * refilled


def test_a_limit_without_an_allowance_is_one_level(measured):
    found = measured(CAPPED)
    assert "then" not in found["reason"]
    assert found["value"] == pytest.approx(STEADY, rel=0.05), found
