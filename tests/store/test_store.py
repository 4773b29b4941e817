"""The store of runs: what is kept comes back, and what is damaged is reported and left unchanged."""

import os
import pwd
import sqlite3
import threading
import zlib
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from hostcheck.errors import UsageError
from hostcheck.run.files import LARGEST_BYTES, read_run
from hostcheck.run.model import HostIdentity
from hostcheck.store import store as module
from hostcheck.store.folder import StoreError
from hostcheck.store.store import Store, default_path


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "data" / "history.sqlite3")


@pytest.fixture
def made(run_of, metric):
    def make(name, day, number=1):
        run = run_of(name, metric("disk.randwrite.iops", 100 * number, 101 * number))
        return replace(run, id=f"{day:02}{number:02}{name}", started=f"2026-11-{day:02}T10:00:00Z")

    return make


def test_a_real_run_comes_back_equal(store):
    run = read_run("tests/runs/run-1.json")
    store.keep(run)
    assert store.runs() == (run,)


def test_runs_are_given_the_oldest_first_and_by_host_and_time(store, made):
    for name, day in (("b", 3), ("a", 2), ("a", 1)):
        store.keep(made(name, day))
    assert [run.id for run in store.runs()] == ["0101a", "0201a", "0301b"]
    assert [run.id for run in store.runs(host="a")] == ["0101a", "0201a"]
    assert [run.id for run in store.runs(since="2026-11-02")] == ["0201a", "0301b"]
    assert [run.id for run in store.latest(HostIdentity("a"), 1)] == ["0201a"]
    assert store.latest(HostIdentity("c"), 1) == ()


def test_another_host_of_the_same_name_has_no_latest_runs_here(store, made):
    for day in (1, 2, 3, 4):
        run = made("a", day)
        store.keep(replace(run, host=replace(run.host, cpus=16 if day > 2 else 2)))
    assert [run.id for run in store.latest(HostIdentity("a", cpus=2), 1)] == ["0201a"]
    assert [run.id for run in store.latest(HostIdentity("a", cpus=16), 9)] == ["0301a", "0401a"]


@pytest.mark.parametrize("kind", ["a folder that is closed", "a pipe"])
def test_what_cannot_be_opened_is_no_empty_history(store, made, kind, monkeypatch):
    store.path.parent.mkdir()
    if kind == "a pipe":
        os.mkfifo(store.path)
    else:
        # As for root, a test cannot close a folder to itself.
        monkeypatch.setattr(Path, "stat", lambda *_, **__: (_ for _ in ()).throw(PermissionError(13, "denied")))
    for use in (store.runs, lambda: store.find("0"), lambda: store.keep(made("a", 1))):
        with pytest.raises(StoreError, match="denied; the file was not|it is not a regular file"):
            use()


def test_a_run_that_is_kept_again_takes_its_place(store, made):
    run = made("a", 1)
    store.keep(run)
    store.keep(replace(run, notes=("later",)))
    assert [kept.notes for kept in store.runs()] == [("later",)]


def test_a_run_is_found_by_how_its_id_begins(store, made):
    for number in (1, 2):
        store.keep(made("a", 1, number))
    assert store.find("0102").id == "0102a"
    for start in ("01", "9", "", "*", "%"):
        with pytest.raises(UsageError, match="begins with"):
            store.find(start)


def test_without_a_store_there_are_no_runs_and_none_is_made(store):
    assert store.runs() == ()
    assert not store.path.parent.exists()


def test_an_empty_file_which_a_full_disk_leaves_is_a_store_without_runs(store, made):
    store.path.parent.mkdir()
    store.path.touch()
    assert store.runs() == ()
    with pytest.raises(UsageError, match="begins with"):
        store.find("01")
    run = made("a", 1)
    store.keep(run)
    assert store.runs() == (run,)


@pytest.mark.parametrize("damage", [b"not a database at all, for sure" * 20, b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_damaged_store_is_reported_and_left_unchanged(store, made, damage):
    store.path.parent.mkdir()
    store.path.write_bytes(damage)
    for act in (store.runs, lambda: store.keep(made("a", 1))):
        with pytest.raises(StoreError, match=r"history\.sqlite3 cannot be used.*move it elsewhere"):
            act()
    assert store.path.read_bytes() == damage


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (b"damage", "incorrect header check"),
        ("text", "a bytes-like object is required"),
        (zlib.compress(b"{}")[:-4], "its end is missing"),
        (zlib.compress(b"[" * 100_000), "nested too deeply"),
        (zlib.compress(bytes(LARGEST_BYTES + 1)), "larger than 64 MiB"),
    ],
    ids=["no zlib", "text", "cut", "deep", "large"],
)
def test_a_damaged_run_is_reported(store, made, document, why):
    store.keep(made("a", 1))
    with closing(sqlite3.connect(store.path)) as connection, connection:
        connection.execute("UPDATE run SET document = ?", (document,))
    with pytest.raises(StoreError, match=f"one of its runs is damaged: .*{why}"):
        store.runs()


def test_a_store_of_a_newer_hostcheck_is_not_touched(store, made):
    store.keep(made("a", 1))
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="newer version of hostcheck"):
        store.keep(made("a", 2))


def test_a_locked_store_is_reported(store, made, monkeypatch):
    monkeypatch.setattr(module, "LOCKED_SECONDS", 0.1)
    store.keep(made("a", 1))
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="in use by another process; try again later"):
            store.keep(made("a", 2))
        connection.rollback()
    assert len(store.runs()) == 1


def test_processes_that_keep_at_once_lose_nothing(store, made):
    threads = [threading.Thread(target=store.keep, args=(made("a", 1, number),)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.runs()) == 8


def test_an_unwritable_place_is_reported(tmp_path, made):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot keep the run"):
        Store(tmp_path / "file" / "history.sqlite3").keep(made("a", 1))


def test_a_name_with_characters_of_an_address_is_a_path_like_any_other(tmp_path, made):
    store = Store(tmp_path / "a?mode=memory#x%20" / "history.sqlite3")
    store.keep(made("a", 1))
    assert store.path.is_file()
    assert len(store.runs()) == 1


HOME = Path(pwd.getpwuid(os.getuid()).pw_dir)


@pytest.mark.parametrize(
    ("environment", "path"),
    [
        ({"XDG_DATA_HOME": "/data"}, Path("/data/hostcheck/history.sqlite3")),
        ({"HOME": "/home/own"}, Path("/home/own/.local/share/hostcheck/history.sqlite3")),
        ({"XDG_DATA_HOME": "relative", "HOME": "/home/own"}, Path("/home/own/.local/share/hostcheck/history.sqlite3")),
        ({"XDG_DATA_HOME": "", "HOME": "relative"}, HOME / ".local/share/hostcheck/history.sqlite3"),
        ({"HOME": ""}, HOME / ".local/share/hostcheck/history.sqlite3"),
        ({}, HOME / ".local/share/hostcheck/history.sqlite3"),
    ],
)
def test_the_store_is_in_the_users_data_folder(environment, path):
    assert default_path(environment) == path


def test_without_a_home_folder_nothing_is_kept_and_the_reason_is_reported(monkeypatch):
    monkeypatch.setattr("pwd.getpwuid", {}.__getitem__)
    with pytest.raises(StoreError, match="no home folder to keep runs in; set HOME or XDG_DATA_HOME"):
        default_path({"HOME": "relative"})
