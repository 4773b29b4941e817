"""Where the disk may be measured."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from hostcheck.bench import target as module
from hostcheck.bench.base import CannotRun
from hostcheck.bench.target import Mount, file_size, find_target, mount_of, nearest_existing, parse_mountinfo

MIB, GIB = 1 << 20, 1 << 30

MOUNTINFO = r"""
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 master:2 - ext4 /dev/vda rw,discard
30 27 259:3 /@lib /var/lib rw,noatime - ext4 /dev/nvme0n1p3 rw
31 27 0:40 / /mnt/two\040words ro,relatime - nfs4 server:/export rw,addr=10.0.0.1
32 27 0:41 / /var/lib ro - tmpfs none rw
a line of nonsense
33 27 0:42 / /srv rw
"""


def mount(**changes: str) -> Mount:
    return Mount(**{"point": "/", "device": "254:0", "fs_type": "ext4", "source": "/dev/vda"} | changes, options=O)  # type: ignore[arg-type]


O = frozenset({"rw"})  # noqa: E741 - short for options


def test_reads_mountinfo() -> None:
    mounts = parse_mountinfo(MOUNTINFO)
    assert [m.point for m in mounts] == ["/proc", "/", "/var/lib", "/mnt/two words", "/var/lib"]
    assert mounts[1] == Mount("/", "254:0", "ext4", "/dev/vda", frozenset({"rw", "relatime", "discard"}))


@pytest.mark.parametrize(
    ("path", "device"),
    [("/", "254:0"), ("/var/library", "254:0"), ("/var/lib/docker", "0:41"), ("/mnt/two words/x", "0:40")],
)
def test_a_path_is_on_the_deepest_mount_and_the_last_one_there(path: str, device: str) -> None:
    assert mount_of(path, parse_mountinfo(MOUNTINFO)).device == device


def test_no_mount_is_an_answer() -> None:
    with pytest.raises(CannotRun, match="no file system is known"):
        mount_of("/x", ())


def test_the_folder_that_is_not_there_yet_will_be_on_the_one_above(tmp_path: Path) -> None:
    assert nearest_existing(tmp_path / "var" / "lib" / "docker") == tmp_path


def test_without_a_directory_it_is_the_engines_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ENGINE_ROOT", tmp_path / "docker")
    assert find_target(None, MIB).directory == tmp_path


def test_the_test_file_is_a_small_part_of_what_is_free() -> None:
    assert file_size(100 * GIB, GIB, "/") == GIB
    assert file_size(5 * GIB, GIB, "/") == 512 * MIB


@pytest.mark.parametrize("free", [0, GIB, GIB + 2 * MIB - 1, int(1.2 * GIB)])
def test_too_little_room_is_refused(free: int) -> None:
    with pytest.raises(CannotRun, match="GB are free at /data"):
        file_size(free, GIB, "/data")


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (mount(fs_type="tmpfs"), "in memory"),
        (mount(fs_type="nfs4"), "another machine"),
        (mount(fs_type="fuse.sshfs"), "another machine"),
        (Mount("/", "254:0", "ext4", "/dev/vda", frozenset({"ro"})), "read-only"),
    ],
)
def test_what_is_no_local_disk_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: Mount, said: str
) -> None:
    monkeypatch.setattr(module, "mount_of", lambda *_: where)
    with pytest.raises(CannotRun, match=said) as error:
        find_target(tmp_path, MIB)
    assert "--dir" in error.value.remedy


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "swapfile").touch()
    with pytest.raises(CannotRun, match="not a directory"):
        find_target(tmp_path / "swapfile", MIB)
    with pytest.raises(CannotRun, match="No such file"):
        find_target(tmp_path / "nothing", MIB)


def test_a_directory_that_may_not_be_written_to_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(CannotRun, match="may not be written to; run as root"):
        find_target(tmp_path, MIB)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "memory"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "hostcheck-test", folder], check=True)
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.real
def test_a_real_file_system_in_memory_is_refused(memory: Path) -> None:
    with pytest.raises(CannotRun, match=r"in memory \(tmpfs\)"):
        find_target(memory, MIB)


@pytest.mark.real
def test_a_real_block_device_is_refused() -> None:
    device = next(path for path in Path("/dev").iterdir() if path.is_block_device())
    with pytest.raises(CannotRun, match="block device"):
        find_target(device, MIB)
