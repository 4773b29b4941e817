"""What hosts have sent by themselves, and what came with tickets, becomes a fleet."""

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from hostcheck.errors import UsageError
from hostcheck.fleet.collecting import collect
from hostcheck.fleet.host import Placed, State
from hostcheck.fleet.state import Fleet
from hostcheck.run.files import dumps, read_run
from hostcheck.run.model import HostIdentity

TEXT = b"hostcheck.host/1 begins\nread text /proc/sys/kernel/osrelease\n2\n=6.1.0\n\nends 1\nend 1\n"


@pytest.fixture
def sent(tmp_path):
    folder = tmp_path / "sent"
    folder.mkdir()
    run = read_run("reference:sata-vps-2014")
    web = replace(run, host=replace(run.host, name="web"), started="2026-01-02T00:00:00Z", ended="2026-01-02T00:00:01Z")
    old = replace(web, id="old", started="2026-01-01T00:00:00Z", ended="2026-01-01T00:00:01Z")
    (folder / "1.json").write_text(dumps(web))
    (folder / "2.json.gz").write_bytes(gzip.compress(dumps(old).encode()))
    (folder / "db-9.txt").write_bytes(TEXT)
    (folder / "db-8.txt.gz").write_bytes(gzip.compress(TEXT))
    (folder / "broken.json").write_text("{")
    (folder / ".hidden").write_text("{")
    return folder


def test_runs_and_captures_are_taken_and_what_is_neither_is_reported(tmp_path, sent):
    said = {}
    fleet = Fleet(tmp_path / "fleet-x")
    standing = collect(fleet, [sent], ("docker",), (), lambda name, state, _: said.setdefault((name, state), None))
    assert {host.name for host in standing.hosts} == {"web", "db-9", "db-8"}
    assert {name for name, state in said if state is State.FAILED} == {"broken.json"}
    assert ("web", State.SKIPPED) in said
    web = next(host for host in standing.hosts if host.name == "web")
    assert fleet.run(web).started == "2026-01-02T00:00:00Z"


def test_nothing_to_collect_is_an_error(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="there is no file to collect"):
        collect(Fleet(tmp_path / "fleet-x"), [tmp_path / "empty"], (), (), lambda *_: None)


def test_what_is_kept_is_not_taken_again(tmp_path, sent):
    fleet = Fleet(tmp_path / "fleet-x")
    said = []
    for _ in range(2):
        collect(fleet, [sent / "1.json"], (), (), lambda _name, state, _reason: said.append(state))
    assert said == [State.DONE, State.SKIPPED]
    assert not list(Path(fleet.folder / "before").iterdir())


def test_a_run_of_before_an_attempt_that_failed_is_none(tmp_path, sent):
    fleet = Fleet(tmp_path / "fleet-x")
    fleet.create()
    fleet.place([Placed("web")])
    fleet.change(["web"], State.UNREACHABLE, "no route to host")
    (host,) = collect(fleet, [sent / "1.json"], (), (), lambda *_: None).hosts
    assert host.state is State.UNREACHABLE


@pytest.mark.parametrize(
    ("first", "second", "differ"),
    [
        ({"cpus": 2}, {"cpus": 4}, True),
        ({"arch": "x86_64"}, {"arch": "aarch64"}, True),
        ({"memory_bytes": 100 << 20}, {"memory_bytes": 200 << 20}, True),
        ({"memory_bytes": 1000}, {"memory_bytes": 1030}, False),
        ({"kernel": "5.10"}, {"kernel": "6.1"}, False),
        ({"cpus": 2}, {}, False),
    ],
)
@pytest.mark.parametrize("at_once", [True, False])
def test_of_two_machines_of_one_name_none_is_lost(tmp_path, first, second, differ, at_once):
    run = read_run("reference:sata-vps-2014")
    paths = [tmp_path / "a.json", tmp_path / "b.json"]
    for number, (path, has) in enumerate(zip(paths, (first, second), strict=True)):
        moments = {"started": f"2026-01-01T00:0{number}:00Z", "ended": f"2026-01-01T00:0{number}:01Z"}
        path.write_text(dumps(replace(run, host=HostIdentity("localhost", **has), **moments)))
    fleet = Fleet(tmp_path / "fleet-x")
    for files in [paths] if at_once else [[path] for path in paths]:
        standing = collect(fleet, files, (), (), lambda *_: None)
    assert {host.name for host in standing.hosts} == ({"localhost", "b"} if differ else {"localhost"})
