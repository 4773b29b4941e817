"""Where the disk may be measured."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hostcheck.bench.base import CannotRun
from hostcheck.bench.disk import location as module
from hostcheck.bench.disk.location import file_size, find_location, nearest_existing
from hostcheck.host.mounts import Mount

MIB, GIB = 1 << 20, 1 << 30


def mount(fs_type: str = "ext4", options: tuple[str, ...] = ("rw",)) -> Mount:
    return Mount("254:0", "/", "/", options, fs_type, "/dev/vda", ("rw",))


def test_a_chroot_whose_folder_is_no_mount_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Such a process sees only the mounts below its root.
    monkeypatch.setattr(module, "own_mounts", lambda: (replace(mount("proc"), mount_point="/proc"),))
    with pytest.raises(CannotRun, match=f"no file system for {tmp_path}, as in a chroot") as refused:
        find_location(tmp_path, MIB)
    assert "mount --bind" in refused.value.remedy


def test_the_folder_that_is_not_there_yet_will_be_on_the_one_above(tmp_path: Path) -> None:
    assert nearest_existing(tmp_path / "var" / "lib" / "docker") == tmp_path


def test_without_a_directory_it_is_the_engines_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ENGINE_ROOT", tmp_path / "docker")
    assert find_location(None, MIB).directory == tmp_path


def test_the_test_file_is_a_small_part_of_what_is_free() -> None:
    assert file_size(100 * GIB, GIB, "/") == GIB
    assert file_size(5 * GIB, GIB, "/") == 512 * MIB


@pytest.mark.parametrize("free", [0, GIB, GIB + 2 * MIB - 1, int(1.2 * GIB)])
def test_too_little_room_is_refused(free: int) -> None:
    with pytest.raises(CannotRun, match="/data has only .* GB of free space"):
        file_size(free, GIB, "/data")


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (mount(fs_type="tmpfs"), "in memory"),
        (mount(fs_type="nfs4"), "another machine"),
        (mount(fs_type="vboxsf"), "another machine"),
        (mount(fs_type="fuse.sshfs"), "another machine"),
        (mount(fs_type="fuse.gcsfuse"), "may be on another machine"),
        (mount(fs_type="fuse"), "may be on another machine"),
        (mount(options=("ro",)), "read-only"),
    ],
)
def test_what_is_no_local_disk_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: Mount, said: str
) -> None:
    monkeypatch.setattr(module, "own_mounts", lambda: (where,))
    with pytest.raises(CannotRun, match=said) as error:
        find_location(tmp_path, MIB)
    assert "--dir" in error.value.remedy


@pytest.mark.parametrize(("fs_type", "remote"), [("fuse.mergerfs", False), ("fuseblk", False), ("fuse.sshfs", True)])
def test_a_program_on_a_local_disk_and_one_that_the_user_insists_on_are_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fs_type: str, *, remote: bool
) -> None:
    monkeypatch.setattr(module, "own_mounts", lambda: (mount(fs_type=fs_type),))
    assert find_location(tmp_path, MIB, remote=remote).mount.fs_type == fs_type


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "swapfile").touch()
    with pytest.raises(CannotRun, match="not a directory"):
        find_location(tmp_path / "swapfile", MIB)
    with pytest.raises(CannotRun, match="No such file"):
        find_location(tmp_path / "nothing", MIB)


def test_a_directory_that_may_not_be_written_to_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(CannotRun, match="no permission to write to .*; run as root"):
        find_location(tmp_path, MIB)


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
        find_location(memory, MIB)


@pytest.mark.real
def test_a_real_overlay_whose_data_is_in_memory_is_refused(memory: Path, tmp_path: Path) -> None:
    upper, work, lower, merged = memory / "upper", memory / "work", tmp_path / "lower", tmp_path / "merged"
    for folder in (upper, work, lower, merged):
        folder.mkdir()
    options = f"lowerdir={lower},upperdir={upper},workdir={work}"
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", options, merged], check=True)
    try:
        with pytest.raises(CannotRun, match=r"in memory \(tmpfs\)"):
            find_location(merged, MIB)
    finally:
        subprocess.run(["umount", merged], check=True)


@pytest.mark.real
def test_a_real_block_device_is_refused() -> None:
    device = next(path for path in Path("/dev").iterdir() if path.is_block_device())
    with pytest.raises(CannotRun, match="block device"):
        find_location(device, MIB)
