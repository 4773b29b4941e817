from types import SimpleNamespace

import pytest

from hostcheck.bench import room
from hostcheck.bench.base import CannotRun
from hostcheck.bench.room import CONTAINER_BYTES, require_disk, require_memory


def disk(monkeypatch, free_bytes, free_inodes, inodes=10**6):
    reported = SimpleNamespace(f_bavail=free_bytes // 4096, f_frsize=4096, f_files=inodes, f_favail=free_inodes)
    monkeypatch.setattr(room.os, "statvfs", lambda _path: reported)


def test_a_full_disk_is_refused(monkeypatch, tmp_path):
    disk(monkeypatch, 1_900_000_000, 10**6)
    with pytest.raises(CannotRun, match=r"only 1.9 GB of free space"):
        require_disk(tmp_path)


def test_too_few_inodes_are_refused_but_not_where_there_is_no_number_of_them(monkeypatch, tmp_path):
    disk(monkeypatch, 10**10, 99_000)
    with pytest.raises(CannotRun, match="99000 free inodes"):
        require_disk(tmp_path)
    disk(monkeypatch, 10**10, 0, inodes=0)
    require_disk(tmp_path)


def test_memory_is_wanted_for_each_container_and_some_to_spare(monkeypatch):
    monkeypatch.setattr(room.psutil, "virtual_memory", lambda: SimpleNamespace(available=756_000_000))
    require_memory(20 * CONTAINER_BYTES, "20 containers")
    with pytest.raises(CannotRun, match="21 containers need 781 MB"):
        require_memory(21 * CONTAINER_BYTES, "21 containers")
