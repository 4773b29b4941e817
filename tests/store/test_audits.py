"""Audits that are kept: what comes back, what goes after 90 days, and what changed between two of them."""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from hostcheck.cli.keeping import begun, followed
from hostcheck.errors import UsageError
from hostcheck.run.changes import Change, in_lines, sentence, worded
from hostcheck.run.codec import from_json, to_json
from hostcheck.run.model import Fact
from hostcheck.store.audits import KEPT_DAYS, MOST, Kept, before, keep
from hostcheck.store.changes import with_changes
from hostcheck.store.folder import StoreError

FACTS = {
    "kernel.release": "6.1.0-30-amd64",
    "kernel.modules": {"overlay": "loaded", "bridge": "builtin"},
    "cgroup.controllers": ("cpu", "memory"),
    "net.ip_forward": True,
    "storage.free_bytes": 10**11,
    "net.ephemeral_range": (32768, 60999),
}


def _kept(found, started="2026-11-20T10:00:00Z", schema="hostcheck.facts/1"):
    return json.dumps({"schema": schema, "started": started, "facts": found})


def facts(**changes):
    return {name: Fact(name, value) for name, value in {**FACTS, **changes}.items()}


@pytest.fixture
def audit(run_of):
    """Make an audit of a day, a host and its facts."""

    def make(day=20, name="a", found=None, started=None):
        started = started or f"2026-11-{day:02}T10:00:00Z"
        return replace(run_of(name), id=f"{day:02}{name}0123456789", started=started, facts=found or facts())

    return make


@pytest.fixture
def year(monkeypatch):
    """Let it be the end of November 2026."""
    monkeypatch.setattr(time, "time", lambda: 1796000000.0)


def test_the_facts_come_back_and_nothing_else_is_kept(tmp_path, audit, year):
    unknown = Fact.unknown("virt.vm", "denied")
    keep(audit(20, found={**facts(), "virt.vm": unknown}), folder=tmp_path)
    assert before(audit(21), folder=tmp_path) == Kept("2026-11-20T10:00:00Z", facts())
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert set(json.loads(file.read_text())) == {"schema", "host", "place", "started", "facts"}


def test_only_an_earlier_audit_of_the_same_host_by_the_same_way_is_one_before(tmp_path, audit, year):
    keep(audit(20, "a"), folder=tmp_path)
    keep(audit(20, "a"), "ssh://root@a", folder=tmp_path)
    assert before(audit(20, "a"), folder=tmp_path) is None  # it is itself
    assert before(audit(19, "a"), folder=tmp_path) is None
    assert before(audit(21, "b"), folder=tmp_path) is None
    assert before(audit(21, "a"), "ssh://root@b", folder=tmp_path) is None
    assert before(audit(21, "a"), "ssh://root@a", folder=tmp_path) is not None


@pytest.mark.parametrize(
    ("at", "day"),
    [("", 24), ("2026-11-22", 22), ("2026-11-23", 22), ("2026-11", 24), ("2026-11-22T09:00:00Z", 20), ("2026-01", 20)],
)
def test_the_audit_of_a_time_is_the_latest_up_to_it_or_the_first(tmp_path, audit, year, at, day):
    for each in (20, 22, 24):
        keep(audit(each), folder=tmp_path)
    assert before(audit(25), at=at, folder=tmp_path).started == f"2026-11-{day}T10:00:00Z"


def test_what_is_older_than_90_days_goes_and_so_does_what_is_too_much(tmp_path, audit, monkeypatch, year):
    keep(audit(1, started="2026-08-01T10:00:00Z"), folder=tmp_path)
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr("hostcheck.store.audits.MOST", 2)
    for day in (20, 21, 22):
        keep(audit(day), folder=tmp_path)
    assert sorted(path.name[:8] for path in tmp_path.iterdir()) == ["20261121", "20261122"]
    assert (KEPT_DAYS, MOST) == (90, 1000)


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", '{"facts": {"a": [[1]', '{"started": "", "facts": {"a.b": null, "c": {}}', "[" * 99999),
        *(_kept({"a.b": value}) for value in ([["x"]], [{"x": 1}], {"x": {"y": 1}}, {"x": [1]}, float("nan"))),
        *(_kept({}, started) for started in ("", 5, None, "2026-11-29", "2026-11-29\x1b[1mT")),
    ],
)
def test_a_damaged_file_is_named_and_left(tmp_path, audit, year, text):
    keep(audit(20), folder=tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_text(text)
    with pytest.raises(StoreError, match=f"reading the kept audit {file}: it is damaged; remove it"):
        before(audit(21), folder=tmp_path)
    assert file.read_text() == text


@pytest.mark.parametrize(
    ("found", "changes"),
    [
        ({}, ()),
        ({"storage.free_bytes": 9 * 10**10}, ()),
        (
            {"kernel.release": "6.1.0-31-amd64"},
            (Change("kernel.release", "6.1.0-30-amd64", "6.1.0-31-amd64", title="Release of the kernel"),),
        ),
        (
            {"kernel.modules": {"overlay": "loaded", "bridge": "absent"}},
            (Change("kernel.modules bridge", "builtin", "absent", title="Modules that engines need"),),
        ),
        (
            {"cgroup.controllers": ("memory", "cpu", "pids")},
            (Change("cgroup.controllers pids", "not there", "there", title="Controllers that can be used"),),
        ),
        ({"cgroup.controllers": ("memory", "cpu")}, ()),
        (
            {"net.ephemeral_range": (1024, 60999)},
            (Change("net.ephemeral_range", "32768–60999", "1024–60999", title="Ports of outgoing connections"),),
        ),
        (
            {"net.ip_forward": False},
            (
                Change("net.ip_forward", "pass", "warn", "docker", "IPv4 forwarding", "net.ip_forward"),
                Change("net.ip_forward", "yes", "no", title="Forwarding of IPv4"),
            ),
        ),
        ({"new.fact": 1}, ()),
        (
            {"storage.free_bytes": 10**8},
            (Change("storage.free", "pass", "warn", "docker", "Free space for images", "storage.free_bytes"),),
        ),
    ],
)
def test_what_changed_is_said_with_what_it_was_and_is(audit, found, changes):
    run = with_changes(audit(found=facts(**found)), Kept("2026-11-20T10:00:00Z", facts()), ["docker"])
    assert (run.since, run.changes) == ("2026-11-20T10:00:00Z", changes)
    assert from_json(to_json(run)) == run


def test_what_is_unknown_in_one_of_the_two_is_no_change(audit):
    unknown = {**facts(), "net.ip_forward": Fact.unknown("net.ip_forward", "denied")}
    assert with_changes(audit(found=unknown), Kept("2026-11-20T10:00:00Z", facts()), ["docker"]).changes == ()


@pytest.mark.parametrize(
    ("was", "became", "said"),
    [
        (
            {"security.audit_unwatched": ()},
            {"security.audit_unwatched": ("/etc/docker",)},
            "Files of the engine that no audit rule watches: also /etc/docker",
        ),
        ({"cgroup.controllers": ("cpu", "memory", "pids")}, {}, "Controllers that can be used: no longer pids"),
        ({"kernel.modules": {"overlay": "loaded"}}, {}, "Modules that engines need, bridge: not there → builtin"),
        (
            {"hw.memory_bytes": 10**9},
            {"hw.memory_bytes": 2 * 10**9},
            "Memory: 1,000,000,000 bytes → 2,000,000,000 bytes",
        ),
        ({"engine.name": "docker"}, {"engine.name": "none"}, "Engine that answers: docker → no engine answers"),
        ({"sysctl.max_map_count": 65530}, {"sysctl.max_map_count": 262144}, "65,530 → 262,144"),
        ({"net.ip_forward": False}, {}, "IPv4 forwarding (docker): recommendation missed → passed"),
        ({"plugin.fact": "a"}, {"plugin.fact": "b"}, "plugin.fact: a → b"),
    ],
)
def test_a_change_is_in_words(audit, was, became, said):
    run = with_changes(audit(found=facts(**became)), Kept("2026-11-20T10:00:00Z", facts(**was)), ["docker"])
    assert said in "; ".join(map(worded, run.changes))
    assert said in sentence(run)


def test_each_change_is_one_line_that_says_whether_it_is_better(audit):
    kept = Kept("2026-11-20T10:00:00Z", facts(**{"net.ip_forward": False}))
    run = with_changes(audit(found=facts(**{"kernel.release": "6.2"})), kept, ["docker", "docker-2014"])
    assert [*in_lines(run.changes)] == [
        "better: IPv4 forwarding (docker, docker-2014): recommendation missed → passed (no → yes)",
        "Release of the kernel: 6.1.0-30-amd64 → 6.2",
    ]
    parts = tuple(Change(f"a.b {key}", "yes", "no") for key in "xyz")
    check = Change("a.c", "pass", "fail", "docker", "Title", "a.b")
    assert [*in_lines((check, *parts))] == [
        "worse: Title (docker): passed → requirement missed (x: yes → no; y: yes → no; 1 more)"
    ]
    assert [*in_lines((replace(check, now="skip", fact=""),))] == ["Title (docker): passed → does not apply"]


def test_a_change_of_an_earlier_version_has_its_id(audit):
    changes = (Change("a.b c", "not there", "there"), Change("a.b", "pass", "fail", "docker"))
    assert [*map(worded, changes)] == ["a.b: also c", "a.b (docker): passed → requirement missed"]


def test_a_sentence_names_the_first_changes_and_counts_the_others(audit):
    changes = tuple(Change(f"a.{number}", "1", "2") for number in range(8))
    run = replace(audit(27), since="2026-11-20T10:00:00Z", changes=changes)
    assert sentence(run).startswith("changed since the audit of 2026-11-20 10:00 (7 days before): a.0: 1 → 2; ")
    assert sentence(run).endswith("a.5: 1 → 2; 2 more")
    assert sentence(replace(run, changes=())) == "nothing changed in the 7 days since the audit of 2026-11-20 10:00"
    assert sentence(replace(run, since="")) == ""


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (lambda file: file.write_text(_kept({}, schema="hostcheck.facts/9")), "another version of hostcheck made it"),
        (Path.mkdir, "Is a directory"),
        (lambda file: file.symlink_to("/dev/zero"), "it is larger than"),
        (os.mkfifo, "it is a named pipe"),
    ],
)
@pytest.mark.usefixtures("year")
def test_what_is_no_kept_audit_is_read_up_to_a_limit(tmp_path, audit, made, why):
    keep(audit(20), folder=tmp_path)
    (file,) = tmp_path.iterdir()
    file.unlink()
    made(file)
    with pytest.raises(StoreError, match=why):
        before(audit(21), folder=tmp_path)


@pytest.mark.parametrize("value", ["maybe", 5, (1, 2), {"a": True}])
def test_a_value_that_the_fact_cannot_have_is_no_change(audit, value):
    earlier = Kept("2026-11-20T10:00:00Z", facts(**{"net.ip_forward": value}))
    assert with_changes(audit(21), earlier, ["docker"]).changes == ()


def test_a_time_that_is_none_is_refused():
    assert (begun("last"), begun("2026-11"), begun("2026-11-22T10:00:00Z")) == ("", "2026-11", "2026-11-22T10:00:00Z")
    assert begun("7d") < begun("1d") < begun("1h")
    for none in ("soon", "2026-02-30", "2026-13", "2026-11-22T25", "0d"):
        with pytest.raises(UsageError, match=f"--since '{none}' is not a time; write last, 2026-11-22, or 7d"):
            begun(none)


@pytest.mark.usefixtures("year")
def test_where_no_audit_is_as_old_as_asked_it_is_said(tmp_path, audit, monkeypatch, capsys):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    for day in (20, 21):
        keep(audit(day))
    for since in ("2026-11-10", "2026-11-20", "2026-11", "last"):
        assert followed(audit(25), ["docker"], since=since, asked=True).since
        said = f"changes since {since} are unknown: the oldest audit is 5 days old"
        assert (said in capsys.readouterr().err) == (since == "2026-11-10"), since


@pytest.mark.usefixtures("year")
def test_where_an_older_audit_is_used_than_asked_it_is_said(kept, audit, monkeypatch, capsys):
    kept(audit(20))
    kept(audit(24))
    for at, said in (("2026-11-21T10:00:00Z", True), ("2026-11-20T10:00:00Z", False)):
        monkeypatch.setattr("hostcheck.cli.keeping.begun", lambda _, at=at: at)
        assert followed(audit(25), ["docker"], since="4d", asked=True).since == "2026-11-20T10:00:00Z"
        message = "no audit is 4 days old: compared with one of 5 days ago"
        assert (message in capsys.readouterr().err) == said


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Keep audits in a folder of the test."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return keep


@pytest.mark.usefixtures("year")
@pytest.mark.parametrize(
    ("since", "said"), [("300w", "300 weeks"), ("9000d", "9,000 days"), ("99999 h", "99,999 hours")]
)
def test_how_long_ago_is_said_in_words(kept, audit, capsys, since, said):
    kept(audit(20))
    assert followed(audit(21), ["docker"], since=since, asked=True).since
    found = capsys.readouterr().err
    assert f"changes in {said} are unknown: the oldest audit is 24 hours old" in found
    assert max(map(len, found.splitlines())) <= 80


def test_an_audit_is_kept_and_the_next_ones_say_what_changed(tmp_path):
    def run(*words):
        argv = [sys.executable, "-m", "hostcheck", *words]
        environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
        return subprocess.run(argv, capture_output=True, text=True, env=environment)

    folder = tmp_path / "hostcheck/audits"
    first = run("audit", "--no-experiments", "--since", "last")
    assert (first.returncode, "no earlier audit of" in first.stderr) == (0, True)
    (kept,) = folder.iterdir()
    release = Path("/proc/sys/kernel/osrelease").read_text().strip()
    kept.write_text(kept.read_text().replace(json.dumps(release), '"5.0.0-1-old"'))
    said = run("audit", "--no-experiments", "--since", "last", "--no-store").stdout
    assert f"  Release of the kernel: 5.0.0-1-old → {release}" in said.splitlines()
    assert list(folder.iterdir()) == [kept]
    judged = json.loads(run("gate", "--no-experiments", "--no-store", "-o", "json:-").stdout)
    assert any(f"Release of the kernel: 5.0.0-1-old → {release}" in note for note in judged["notes"])
    kept.write_text("x")
    damaged = run("gate", "--no-experiments")
    assert damaged.returncode in {0, 1, 3}
    assert "it is damaged; remove it" in damaged.stderr
