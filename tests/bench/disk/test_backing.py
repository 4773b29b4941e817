"""What is below a file system: from the kernel's own tree of devices."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hostcheck.bench.base import Context, Options
from hostcheck.bench.disk.backing import backing_device, describe, disk_below
from hostcheck.bench.disk.options import DiskOptions
from hostcheck.bench.disk.workload import DiskWorkload
from hostcheck.host import mounts
from hostcheck.host.captured import CapturedHost
from hostcheck.host.mounts import Mount

AT_ONCE = ("-E", "lazy_itable_init=0,lazy_journal_init=0")
"""The kernel would else go on writing to a new file system for a while."""
EXT4 = Mount("254:1", "/", "/data", ("rw", "noatime"), "ext4", "/dev/vda1", ("rw", "errors=remount-ro"))


def device(root: Path, number: str, at: str, **files: str) -> Path:
    path = root / "sys/devices" / at
    path.mkdir(parents=True)
    for name, text in files.items():
        file = path / name.replace("__", "/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{text}\n")
    (root / "sys/dev/block").mkdir(parents=True, exist_ok=True)
    (root / "sys/dev/block" / number).symlink_to(f"../../devices/{at}")
    return path


def test_a_logical_volume_on_a_partition_is_followed_down_to_the_disk(tmp_path: Path) -> None:
    device(
        tmp_path, "8:0", "sda", device__model="SAMSUNG PM883", queue__scheduler="none [mq-deadline]",
        queue__rotational="0", queue__write_cache="write back",
    )  # fmt: skip
    partition = device(tmp_path, "8:1", "sda/sda1", partition="1")
    volume = device(tmp_path, "253:0", "dm-0", dm__name="vg-docker")
    on(volume, partition)

    found = describe(replace(EXT4, device="253:0"), "253:0", tmp_path, CapturedHost(tmp_path))
    assert [below["name"] for below in found["device_stack"]] == ["dm-0", "sda1", "sda"]
    assert found["device_stack"][0]["mapper"] == "vg-docker"
    assert found["device_stack"][2] == {
        "name": "sda",
        "model": "SAMSUNG PM883",
        "scheduler": "mq-deadline",
        "write_cache": "write back",
        "rotational": "0",
    }
    assert found["mount_options"] == "rw,noatime,errors=remount-ro"
    assert "caution" not in found


def on(upper: Path, *lower: Path) -> None:
    (upper / "slaves").mkdir()
    for each in lower:
        (upper / "slaves" / each.name).symlink_to(os.path.relpath(each, upper / "slaves"))


PLAIN, THIN = f"LVM-{'a' * 64}", f"LVM-{'a' * 64}-tpool"


def test_the_disk_below_partitions_and_plain_volumes_is_found(tmp_path: Path) -> None:
    device(tmp_path, "8:0", "sda", dev="8:0")
    partition = device(tmp_path, "8:1", "sda/sda1", partition="1")
    locked = device(tmp_path, "253:0", "dm-0", dm__uuid="CRYPT-LUKS2-0123-luks")
    volume = device(tmp_path, "253:1", "dm-1", dm__uuid=PLAIN)
    on(locked, partition)
    on(volume, locked)
    assert [disk_below(number, CapturedHost(tmp_path)) for number in ("253:1", "253:0", "8:1", "8:0")] == [
        "8:0",
        "8:0",
        "8:0",
        "",
    ]


def test_where_bytes_below_are_not_those_above_no_disk_is_named(tmp_path: Path) -> None:
    one = device(tmp_path, "8:0", "sda", dev="8:0")
    two = device(tmp_path, "8:16", "sdb", dev="8:16")
    on(device(tmp_path, "9:0", "md0", dev="9:0"), one, two)
    on(device(tmp_path, "253:0", "dm-0", dm__uuid=THIN), one)
    thin = device(tmp_path, "253:1", "dm-1", dm__uuid=PLAIN)
    on(thin, tmp_path / "sys/devices/dm-0")
    assert [disk_below(number, CapturedHost(tmp_path)) for number in ("9:0", "253:0", "253:1", "0:40")] == [""] * 4


@pytest.mark.real
def test_other_work_on_another_partition_of_the_disk_is_detected(tmp_path: Path) -> None:
    """Two partitions of one disk; one is measured while the other is written to."""
    disk = tmp_path / "disk"
    with disk.open("wb") as file:
        file.truncate(4 << 30)
    loop = subprocess.run(["losetup", "-Pf", "--show", disk], text=True, check=True, capture_output=True).stdout.strip()
    half = (2 << 30) // 512 - 2048
    mounted = [tmp_path / "measured", tmp_path / "other"]
    try:
        for number, folder in enumerate(mounted, 1):
            folder.mkdir()
            # This registers the partitions; a kernel may be built without any partition table.
            subprocess.run(["addpart", loop, str(number), str(2048 + (number - 1) * half), str(half)], check=True)
            subprocess.run(["mkfs.ext4", "-qF", *AT_ONCE, f"{loop}p{number}"], check=True)
            subprocess.run(["mount", f"{loop}p{number}", folder], check=True)
        found = {}
        for busy in (False, True):
            options = Options(given=(DiskOptions(("randread",), 0, 1, 0, 64 << 20),))
            context = Context("busy1", options, Quiet(), mounted[0])
            with writing(mounted[1]) if busy else contextlib.nullcontext():
                *_, found[busy] = DiskWorkload().measure(context)
    finally:
        subprocess.run(["umount", *mounted], check=False)
        for number in ("1", "2"):
            subprocess.run(["delpart", loop, number], check=False)
        subprocess.run(["losetup", "-d", loop], check=True)
    said = {busy: [sample.reason for sample in metric.samples] for busy, metric in found.items()}
    assert not any("other work" in reason for reason in said[False])
    assert all("on the disk below" in reason for reason in said[True])


class Quiet:
    """Progress without output."""

    def start(self, what: str, seconds: float) -> None: ...

    def done(self, what: str, result: str) -> None: ...


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Write there all the time with direct I/O."""
    words = f"while :; do dd if=/dev/zero of={folder}/file bs=1M count=64 oflag=direct conv=notrunc 2>/dev/null; done"
    process = subprocess.Popen(["sh", "-c", words], start_new_session=True)
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_devices_that_lie_on_each_other_end(tmp_path: Path) -> None:
    one, other = device(tmp_path, "9:0", "md0"), device(tmp_path, "9:1", "md1")
    for path, below in ((one, other), (other, one)):
        on(path, below)
    assert len(describe(EXT4, "9:0", tmp_path, CapturedHost(tmp_path))["device_stack"]) == 2


@pytest.mark.parametrize(
    ("mount", "said"),
    [
        (replace(EXT4, fs_type="zfs", device="0:40", source="tank/data"), "ZFS caches and compresses"),
        (replace(EXT4, fs_type="btrfs", super_options=("rw", "compress=zstd:3")), "btrfs compresses"),
        (replace(EXT4, fs_type="bcachefs", super_options=("rw", "compression=lz4")), "bcachefs compresses"),
    ],
)
def test_what_may_not_be_the_disk_is_said(tmp_path: Path, mount: Mount, said: str) -> None:
    assert said in describe(mount, mount.device, tmp_path, CapturedHost(tmp_path))["caution"]


def test_a_device_that_cannot_be_seen_is_said(tmp_path: Path) -> None:
    overlay = replace(EXT4, fs_type="overlay", device="0:50", source="overlay")
    assert "is unknown" in describe(overlay, "0:50", tmp_path, CapturedHost(tmp_path))["caution"]
    assert "caution" not in describe(overlay, "254:1", tmp_path, CapturedHost(tmp_path))


@pytest.mark.real
def test_a_folder_that_btrfs_compresses_is_said_whatever_its_mount_options(tmp_path: Path) -> None:
    image, mounted = tmp_path / "image", tmp_path / "mounted"
    mounted.mkdir()
    with image.open("wb") as file:
        file.truncate(128 << 20)
    subprocess.run(["mkfs.btrfs", "-q", image], check=True)
    subprocess.run(["mount", "-o", "loop", image, mounted], check=True)
    try:
        for name in ("plain", "squeezed"):
            (mounted / name).mkdir()
        subprocess.run(["btrfs", "property", "set", mounted / "squeezed", "compression", "zstd"], check=True)
        btrfs = replace(EXT4, fs_type="btrfs", mount_point=str(mounted))
        said = {
            name: describe(btrfs, "7:0", mounted / name, CapturedHost(tmp_path)).get("caution")
            for name in ("plain", "squeezed")
        }
    finally:
        subprocess.run(["umount", mounted], check=True)
    assert said["plain"] is None
    assert "btrfs compresses" in said["squeezed"]


def test_compressed_memory_and_files_of_other_file_systems_are_said(tmp_path: Path) -> None:
    device(tmp_path, "252:0", "zram0")
    device(tmp_path, "7:0", "loop0", loop__backing_file="/srv/disk.img")
    device(tmp_path, "253:9", "dm-9", dm__uuid=f"LVM-{'a' * 64}-vpool")
    assert "VDO" in describe(EXT4, "253:9", tmp_path, CapturedHost(tmp_path))["caution"]
    assert "zram" in describe(EXT4, "252:0", tmp_path, CapturedHost(tmp_path))["caution"]
    assert "loop device" in describe(EXT4, "7:0", tmp_path, CapturedHost(tmp_path))["caution"]


def test_all_that_may_not_be_the_disk_is_said(tmp_path: Path) -> None:
    device(tmp_path, "7:0", "loop0", loop__backing_file="/srv/disk.img")
    mount = replace(EXT4, fs_type="btrfs", super_options=("rw", "compress-force=lzo"))
    caution = describe(mount, "7:0", tmp_path, CapturedHost(tmp_path))["caution"]
    assert "btrfs compresses" in caution
    assert "loop device" in caution


def overlay_on(upper: Path) -> Mount:
    return Mount("0:50", "/", "/", ("rw",), "overlay", "overlay", ("rw", "lowerdir=/l", f"upperdir={upper}"))


def test_the_data_of_an_overlay_is_in_its_upper_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    overlay = overlay_on(tmp_path)
    monkeypatch.setattr(mounts, "own_mounts", lambda: (overlay, replace(EXT4, mount_point=str(tmp_path))))
    assert backing_device(overlay) == "254:1"


@pytest.mark.parametrize("name", ["the-hosts", "x" * 300], ids=["not there", "not to be looked at"])
def test_an_overlay_whose_upper_folder_is_out_of_sight_has_no_device(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    overlay = overlay_on(tmp_path / name)
    # A container's own data may be mounted at a path of the same name.
    monkeypatch.setattr(mounts, "own_mounts", lambda: (overlay, replace(EXT4, mount_point=str(tmp_path))))
    assert backing_device(overlay) == "0:50"
    monkeypatch.setattr(mounts, "own_mounts", lambda: (overlay,))
    assert backing_device(overlay_on(tmp_path)) == "0:50"


def test_a_file_system_that_the_kernel_numbers_itself_is_on_what_it_was_mounted_from() -> None:
    null = os.stat("/dev/null").st_rdev  # noqa: PTH116 - the number of a device that is always there
    found = backing_device(replace(EXT4, device="0:33", fs_type="btrfs", source="/dev/null"))
    assert found == f"{os.major(null)}:{os.minor(null)}"
    assert backing_device(replace(EXT4, device="0:33", fs_type="zfs", source="tank")) == "0:33"
