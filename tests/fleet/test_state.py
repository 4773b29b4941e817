"""The folder of a fleet: what is written is read again, whatever ended the writer."""

import errno
import gzip
import os
import sqlite3
import subprocess
import sys
from dataclasses import replace

import pytest

from hostcheck.errors import UsageError
from hostcheck.fleet.columns import population_of
from hostcheck.fleet.files import BEFORE, file_name
from hostcheck.fleet.host import Placed, State
from hostcheck.fleet.state import Fleet, FleetError, folder_of
from hostcheck.run.files import LARGEST_BYTES, read_run

WEB = Placed("web-1", ("web", "eu"), "rack-1", "acme")
DB = Placed("db/1")


@pytest.fixture
def fleet(tmp_path):
    made = Fleet(tmp_path / "fleet-x")
    made.create()
    made.place([WEB, DB])
    return made


@pytest.fixture(scope="module")
def run():
    return read_run("reference:sata-vps-2014")


def states(fleet):
    return {host.name: (host.state, host.reason) for host in fleet.hosts()}


def test_hosts_are_in_the_order_of_the_inventory_and_pending_at_first(fleet):
    first, second = Fleet.opened(str(fleet.folder)).hosts()
    assert (first.placed, second.placed) == (WEB, DB)
    assert (first.state, first.reason, first.time, first.file) == (State.PENDING, "", "", "")
    assert fleet.counts() == {State.PENDING: 2}
    assert fleet.run(first) is None


def test_a_host_that_is_done_has_its_run_and_the_one_before(fleet, run):
    fleet.keep("db/1", run)
    fleet.keep("db/1", replace(run, id="second"))
    host = list(fleet.hosts())[1]
    assert (host.state, host.time) == (State.DONE, run.started)
    assert fleet.run(host).id == "second"
    assert fleet.run(host, folder=BEFORE) == run
    assert fleet.run(next(fleet.hosts()), folder=BEFORE) is None


def test_a_host_that_fails_later_keeps_its_run(fleet, run):
    fleet.keep("web-1", run)
    fleet.change(["web-1"], State.UNREACHABLE, "no route to host")
    host = next(fleet.hosts())
    assert (host.state, host.reason) == (State.UNREACHABLE, "no route to host")
    assert fleet.run(host) == run


def test_an_inventory_that_is_taken_again_keeps_the_states(fleet, run):
    fleet.keep("web-1", run)
    fleet.place([Placed("new"), Placed("web-1", ("other",))])
    assert [(host.name, host.state.value) for host in fleet.hosts()] == [
        ("new", "pending"),
        ("db/1", "pending"),
        ("web-1", "done"),
    ]
    assert list(fleet.hosts())[2].placed.groups == ("other",)


def test_a_reason_of_bytes_that_are_no_text_is_kept(fleet):
    fleet.change(["web-1"], State.FAILED, b"\xff\xfe x".decode("utf-8", "surrogateescape"))
    assert next(fleet.hosts()).reason == r"\udcff\udcfe x"


def test_settings_are_values_of_json(fleet):
    fleet.set("inventory", ["a", "b"])
    assert fleet.setting("inventory") == ["a", "b"]
    assert fleet.setting("other") is None


@pytest.mark.parametrize("name", ["../../etc/passwd", ".", "..", ".hidden", "a/b", "ümlaut", "h" * 400, "x\ny"])
def test_a_name_of_a_host_is_a_file_in_the_folder(name):
    made = file_name(name)
    assert "/" not in made
    assert not made.startswith(".")
    assert len(f"{made}.json.gz".encode()) <= 255


def test_long_names_that_differ_at_their_end_differ():
    assert file_name("h" * 400 + "1") != file_name("h" * 400 + "2")


@pytest.mark.parametrize(
    ("name", "folder"),
    [("web", "fleet-web"), ("fleet:web", "fleet-web"), ("fleet-web", "fleet-web"), ("a/b", "a/b")],
)
def test_a_fleet_is_named_or_its_folder_is(name, folder):
    assert str(folder_of(name)) == folder


def test_a_fleet_that_does_not_exist_is_an_error_of_the_user(tmp_path):
    with pytest.raises(UsageError, match="there is no fleet"):
        Fleet.opened(str(tmp_path / "none"))


def test_a_damaged_folder_is_one_line(fleet, run):
    fleet.keep("web-1", run)
    host = next(fleet.hosts())
    (fleet.folder / "hosts" / host.file).write_bytes(b"\x1f\x8bx")
    with pytest.raises(FleetError, match="is damaged"):
        fleet.document(host)
    (fleet.folder / "hosts" / host.file).write_bytes(gzip.compress(bytes(LARGEST_BYTES + 1), 1))
    with pytest.raises(UsageError, match="it is larger than 64 MiB"):
        fleet.run(host)
    (fleet.folder / "hosts" / host.file).unlink()
    os.mkfifo(fleet.folder / "hosts" / host.file)
    with pytest.raises(FleetError, match="it is not a regular file"):
        fleet.document(host)
    (fleet.folder / "hosts" / host.file).unlink()
    with pytest.raises(FleetError, match="is missing"):
        fleet.document(host)
    (fleet.folder / "fleet.sqlite").write_bytes(b"no database at all, but long enough to be read as one" * 9)
    with pytest.raises(FleetError, match="not a database"):
        list(fleet.hosts())


@pytest.mark.parametrize(
    "change",
    [
        "groups = '5'",
        "groups = '[1]'",
        "groups = x'ff00'",
        "ready = '5'",
        "ready = '[]'",
        """ready = '{"docker": 7}'""",
        "time = 'nonsense'",
        "state = 'odd'",
        "file = '../../other.json.gz'",
    ],
)
def test_a_damaged_row_is_one_line(fleet, change):
    with sqlite3.connect(fleet.folder / "fleet.sqlite") as connection:
        connection.execute(f"UPDATE host SET {change}")
    with pytest.raises(FleetError, match="cannot be used"):
        list(fleet.hosts())


def test_a_damaged_setting_is_one_line(fleet):
    fleet.set("meant", [])
    with sqlite3.connect(fleet.folder / "fleet.sqlite") as connection:
        connection.execute("UPDATE setting SET value = '{'")
    with pytest.raises(FleetError, match="cannot be used"):
        fleet.setting("meant")


def test_a_folder_without_room_is_one_line(fleet):
    with pytest.raises(FleetError, match="No space left"), fleet.held():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with fleet.held():
        pass


def test_newer_tables_are_refused(fleet):
    with sqlite3.connect(fleet.folder / "fleet.sqlite") as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(FleetError, match="newer version"):
        fleet.counts()


def test_two_do_not_fill_one_fleet_and_a_child_that_inherits_it_holds_it(fleet):
    with fleet.held() as descriptor:
        with pytest.raises(FleetError, match="works in"), fleet.held():
            pass
        child = subprocess.Popen(
            [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE, pass_fds=[descriptor]
        )
    with pytest.raises(FleetError, match="works in"), fleet.held():
        pass
    child.communicate()
    with fleet.held():
        pass


def test_figures_stay_when_an_audit_follows_their_measurement(fleet, run):
    fleet.keep("web-1", replace(run, id="measured"))
    fleet.keep("web-1", replace(run, id="audit", metrics=()))
    fleet.keep("web-1", replace(run, id="audit again", metrics=()))
    assert fleet.run(next(fleet.hosts())).id == "audit again"
    figures = [replace(metric, state="ok") for metric in run.metrics if metric.value is not None]
    fleet.keep("db/1", replace(run, metrics=tuple(figures)))
    fleet.keep("db/1", replace(run, metrics=()))
    found = population_of(fleet).figures
    assert {*found} == {metric.id for metric in figures}
    assert all(list(column.hosts) == [1] for column in found.values())
