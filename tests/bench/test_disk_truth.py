"""The disk benchmark against a disk of known speed: a loop device on memory under a throttle of the kernel's."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from hostcheck.bench.base import Context, Effort
from hostcheck.bench.disk import DiskWorkload

BYTES_PER_SECOND = 120_000_000
IOPS = 350
TOLERANCE = 0.02
MIB = 1 << 20

# Limits in the root group bind everybody who uses the device, and name only this device
# (Documentation/admin-guide/cgroup-v1/blkio-controller.rst).
THROTTLE = Path("/sys/fs/cgroup/blkio")
LIMITS = {
    "read_bps": BYTES_PER_SECOND,
    "write_bps": BYTES_PER_SECOND,
    "read_iops": IOPS,
    "write_iops": IOPS,
}


class Quiet:
    def start(self, what: str, seconds: float) -> None:
        pass

    def done(self, what: str, result: str) -> None:
        pass


def run(*words: str | Path) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()


def detach(loop: str) -> None:
    # Whoever looks at new block devices (udev) may hold it open for a moment.
    for _ in range(50):
        if subprocess.run(["losetup", "--detach", loop], check=False, capture_output=True).returncode == 0:
            return
        time.sleep(0.1)
    raise AssertionError(f"{loop} cannot be detached")


@pytest.fixture
def sata_disk(tmp_path: Path) -> Iterator[Path]:
    """A mounted ext4 of 2 GiB that reads and writes 120 MB/s and 350 IOPS, as the SATA disk of the article."""
    memory, disk = tmp_path / "memory", tmp_path / "disk"
    memory.mkdir()
    disk.mkdir()
    with ExitStack() as undo:
        run("mount", "-t", "tmpfs", "-o", "size=3g", "hostcheck-test", memory)
        undo.callback(run, "umount", memory)
        image = memory / "image"
        with image.open("wb") as file:
            file.truncate(2048 * MIB)
        loop = run("losetup", "--find", "--show", image)
        undo.callback(detach, loop)
        run("mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", loop)
        run("mount", loop, disk)
        undo.callback(run, "umount", disk)
        device = Path(f"/sys/class/block/{Path(loop).name}/dev").read_text().strip()
        for name, limit in LIMITS.items():
            knob = THROTTLE / f"blkio.throttle.{name}_device"
            knob.write_text(f"{device} {limit}\n")
            undo.callback(knob.write_text, f"{device} 0\n")
        yield disk


@pytest.mark.real
def test_measures_a_disk_of_known_speed_within_two_percent(sata_disk: Path) -> None:
    effort = Effort("test", 2, 5, 1, 256 * MIB, 0, 0)
    metrics = {m.id: m for m in DiskWorkload().measure(Context("truth", effort, Quiet(), sata_disk))}

    truth = {
        "disk.seqread.bandwidth": BYTES_PER_SECOND / 1e6,
        "disk.seqwrite.bandwidth": BYTES_PER_SECOND / 1e6,
        "disk.randread.iops": IOPS,
        "disk.randwrite.iops": IOPS,
    }
    assert {m.id: m.reason for m in metrics.values() if m.state != "ok"} == {}
    assert {metric_id: m.value for metric_id, m in metrics.items()} == pytest.approx(truth, rel=TOLERANCE)
    assert [p.name for p in sata_disk.iterdir()] == ["lost+found"]
    for metric in metrics.values():
        for sample in metric.samples:
            assert sample.detail["device_bytes_ratio"] == pytest.approx(1, abs=0.05), (metric.id, sample.detail)
