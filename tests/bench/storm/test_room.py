import os
import subprocess
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from hostcheck.bench.base import CannotRun
from hostcheck.bench.busybox import find_busybox
from hostcheck.bench.engine import private as private_engine
from hostcheck.bench.engine.connection import find_engine
from hostcheck.bench.engine.objects import Image
from hostcheck.bench.engine.private import PrivateEngine
from hostcheck.bench.stopping import Repeats
from hostcheck.bench.storm import room as subject
from hostcheck.bench.storm import storms
from hostcheck.bench.storm import workload as storm
from hostcheck.bench.storm.options import StormOptions
from hostcheck.bench.storm.room import StormRoom
from hostcheck.bench.storm.workload import StormWorkload

PLACE = Path("/data")
MB = 10**6


@pytest.fixture
def disk(monkeypatch):
    """The file system of PLACE: 1 GB and 1,000 inodes, of which all are free until a test changes it."""
    reported = SimpleNamespace(f_frsize=1000, f_blocks=10**6, f_bavail=10**6, f_files=1000, f_favail=1000)
    monkeypatch.setattr(subject.os, "statvfs", lambda _path: reported)
    return reported


def room_for(image, driver="overlay2"):
    room = StormRoom((PLACE,))
    room.expect(image, driver)
    return room


PLAIN = Image("sha256:1", 100 * MB, has_volumes=False, has_health_check=False, triggers=(), container="", command=())
WITH_VOLUME = replace(PLAIN, has_volumes=True)


@pytest.mark.parametrize(
    ("image", "driver", "most"),
    [
        (PLAIN, "overlay2", 950),
        (PLAIN, "btrfs", 950),
        (WITH_VOLUME, "overlay2", 9),
        (PLAIN, "vfs", 4),
        (PLAIN, "native", 4),
        (WITH_VOLUME, "vfs", 3),
        (replace(PLAIN, size_bytes=0), "vfs", 950),
    ],
)
def test_until_it_is_measured_a_container_takes_what_its_image_and_driver_may_make_it_take(disk, image, driver, most):
    room = room_for(image, driver)
    room.require(most)
    with pytest.raises(CannotRun):
        room.require(most + 1)


def test_the_refusal_has_the_numbers_and_a_remedy(disk):
    disk.f_bavail = 600_000
    with pytest.raises(CannotRun) as caught:
        room_for(WITH_VOLUME).require(20)
    assert str(caught.value) == (
        "20 containers of this image take 2.0 GB in /data, where 600 MB are free and 50 MB (5 %) must stay free;"
        " free some space there, or launch fewer containers (--storm)"
    )


def watched(room, during):
    with room.watch() as watch:
        during()
        time.sleep(3 * subject.READING_SECONDS)
    return watch


def test_once_it_is_measured_a_container_takes_what_it_took(disk):
    room = room_for(WITH_VOLUME)

    def take(blocks, inodes):
        disk.f_bavail, disk.f_favail = 10**6 - blocks, 1000 - inodes

    canary = watched(room, lambda: take(40_000, 30))
    take(0, 0)
    # Others wrote 10 MB while the second launch was under way.
    pair = watched(room, lambda: take(90_000, 40))
    take(0, 0)
    room.learn((canary, 1), (pair, 2))
    room.require(23)
    with pytest.raises(CannotRun, match="24 containers of this image take 960 MB"):
        room.require(24)
    disk.f_favail = 500
    with pytest.raises(CannotRun, match="23 containers of this image take 460 inodes .* 500 are free and 50"):
        room.require(23)


def test_a_file_system_without_a_number_of_inodes_is_asked_for_none(disk):
    disk.f_files = disk.f_favail = 0
    room = room_for(PLAIN)
    room.require(20)
    assert not watched(room, lambda: None).short.is_set()


@pytest.mark.parametrize(("change", "left"), [({"f_bavail": 49_000}, "49 MB"), ({"f_favail": 49}, "49 inodes")])
def test_a_watch_ends_with_what_was_left(disk, change, left):
    with pytest.raises(CannotRun, match=f"stopped, because .*{left}.* left in /data"):
        watched(room_for(PLAIN), lambda: disk.__dict__.update(change))


def test_a_file_system_that_can_no_longer_be_asked_ends_it_too(disk, monkeypatch):
    def gone(path):
        raise OSError(5, "Input/output error", str(path))

    with pytest.raises(CannotRun, match="cannot read the free space in /data: Input/output error"):
        watched(room_for(PLAIN), lambda: monkeypatch.setattr(subject.os, "statvfs", gone))


def test_an_error_of_the_launch_is_not_replaced_by_the_room(disk):
    def fail():
        disk.f_bavail = 0
        time.sleep(3 * subject.READING_SECONDS)
        raise KeyError

    with pytest.raises(KeyError):
        watched(room_for(PLAIN), fail)


def free(path):
    """What is free there, with all that was asked for done."""
    os.sync()
    room = os.statvfs(path)
    return room.f_bavail * room.f_frsize


@pytest.fixture
def small(tmp_path):
    """A file system of 1 GB."""
    disk, mount = tmp_path / "disk", tmp_path / "small"
    mount.mkdir()
    with disk.open("wb") as file:
        file.truncate(1 << 30)
    subprocess.run(["mkfs.ext4", "-qF", "-m", "0", disk], check=True)
    subprocess.run(["mount", "-o", "loop", disk, mount], check=True)
    yield mount
    subprocess.run(["umount", mount], check=True)


@pytest.fixture
def small_engine(small, request, monkeypatch):
    """An engine with its data on it, with the storage driver that is asked for, and an image of 60 MB with a volume."""
    options = private_engine.dockerd_options
    monkeypatch.setattr(
        private_engine, "dockerd_options", lambda *words: [*options(*words), "--storage-driver", request.param]
    )
    monkeypatch.setattr(storm, "require_idle", lambda _context: None)
    monkeypatch.setattr(storms, "await_calm", lambda _context: 0.0)
    with PrivateEngine(small) as private:
        engine = find_engine(private.url)
        with engine.connect() as client:
            build(client, "large:1", large=60 * MB)
            yield engine


def build(client, name, large):
    """Import busybox with a directory that is a volume and has so many bytes."""
    import io
    import tarfile

    buffer = io.BytesIO(find_busybox().rootfs())
    with tarfile.open(fileobj=buffer, mode="a") as archive:
        member = tarfile.TarInfo("data/large")
        member.size = large
        archive.addfile(member, io.BytesIO(os.urandom(large)))
    client.import_image_from_data(
        buffer.getvalue(), repository=name.partition(":")[0], tag="1", changes=["VOLUME /data"]
    )


@contextmanager
def least_free(path):
    """Give a list whose only item is, afterwards, the least share that was free meanwhile."""
    seen, over = [1.0], threading.Event()

    def look():
        while not over.wait(0.01):
            room = os.statvfs(path)
            seen[0] = min(seen[0], room.f_bavail / room.f_blocks)

    thread = threading.Thread(target=look)
    thread.start()
    yield seen
    over.set()
    thread.join()


def measured(make_context, engine, count):
    options = StormOptions(Repeats(1, 1, 0), counts=(count,), image="large:1")
    return StormWorkload().measure(make_context(options, docker_host=engine.url))


def holdings_of(engine):
    with engine.connect() as client:
        return client.containers(all=True), client.volumes()["Volumes"] or [], [one["Id"] for one in client.images()]


@pytest.mark.real
@pytest.mark.parametrize("small_engine", ["overlay2", "vfs"], indirect=True)
def test_a_storm_that_would_fill_the_disk_is_refused_even_when_it_is_forced(small_engine, small, make_context):
    before, held = free(small), holdings_of(small_engine)
    with least_free(small) as least, pytest.raises(CannotRun, match="20 containers of this image take [0-9.]+ GB"):
        list(measured(make_context, small_engine, 20))
    assert 0.05 < least[0] < 0.9
    assert holdings_of(small_engine) == held
    assert free(small) == pytest.approx(before, abs=5 * MB)


@pytest.mark.real
@pytest.mark.parametrize("small_engine", ["overlay2"], indirect=True)
def test_others_who_fill_the_disk_meanwhile_stop_the_storm(small_engine, small, make_context, monkeypatch):
    before, held = free(small), holdings_of(small_engine)
    launching, other = storms.launch, small / "other"

    def beside_another(clients, *words, **more):
        if len(clients) == 3:
            with other.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, free(small) - 60 * MB)
        return launching(clients, *words, **more)

    monkeypatch.setattr(storms, "launch", beside_another)
    measuring = measured(make_context, small_engine, 3)
    single = next(measuring)
    assert (single.id, single.state) == ("storm.single.seconds", "ok")
    with pytest.raises(CannotRun, match=r"stopped, because .* were left in .* \(5 %\) must stay free; free some"):
        next(measuring)
    other.unlink()
    assert holdings_of(small_engine) == held
    assert free(small) == pytest.approx(before, abs=5 * MB)
