"""The usual of a host: its last runs pooled, only those before a run, only figures of its settings."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from hostcheck.api import decide, write_run
from hostcheck.errors import UsageError
from hostcheck.formats.history_json import render as as_json
from hostcheck.formats.history_text import render
from hostcheck.formats.terminal import Style
from hostcheck.gate.policy import DEFAULT_BASELINE, parse_margin
from hostcheck.gate.policy_file import parse_policy
from hostcheck.gate.regressions import regressions
from hostcheck.run.independent import by_run
from hostcheck.run.model import HostIdentity
from hostcheck.store.history import history
from hostcheck.store.store import Store
from hostcheck.store.usual import read_relative, usual

IOPS = "disk.randwrite.iops"
A = HostIdentity("a")


@pytest.fixture
def made(run_of, metric):
    """Make a run of a day, whose figure is about a value."""

    def make(day, value, name="a", **settings):
        found = metric(IOPS, 0.99 * value, value, 1.01 * value, settings=settings)
        return replace(run_of(name, found), id=f"{day:02}{name}", started=f"2026-11-{day:02}T10:00:00Z")

    return make


@pytest.fixture
def store(tmp_path, made):
    """A history of four runs of a host, and one of another."""
    store = Store(tmp_path / "hostcheck" / "history.sqlite3")
    for run in (made(1, 900), made(2, 1000), made(3, 1100), made(4, 5000, block="16k"), made(3, 10, "b")):
        store.keep(run)
    return store


def test_the_last_run_and_the_pool_of_the_last_ones_are_read_by_name(store, made):
    assert read_relative("last", A, store=store) == made(4, 5000, block="16k")
    assert read_relative("last", A, before=made(3, 0.1), store=store) == made(2, 1000)
    pooled = read_relative("usual:2", A, before=made(4, 1000), store=store)
    assert (pooled.started, len(by_run(pooled.metric(IOPS).samples))) == ("2026-11-02T10:00:00Z", 2)
    pooled = read_relative("usual", A, before=made(9, 1000), store=store)
    assert len(by_run(pooled.metric(IOPS).samples)) == 3  # the fourth has other settings


def test_without_a_model_the_latest_run_sets_the_settings(made):
    pooled = usual([made(1, 900), made(2, 1000), made(3, 5000, block="16k"), made(4, 5100, block="16k")])
    assert pooled.metric(IOPS).settings == {"block": "16k"}
    assert len(by_run(pooled.metric(IOPS).samples)) == 2


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("usual:1", "'usual:1' is not a number of runs; write usual:N with N from 2 to 100"),
        ("usual:101", "'usual:101' is not a number of runs"),
        ("usual:x", "'usual:x' is not a number of runs"),
        ("usual:5", "there is no run of c in the history; hostcheck history lists the stored runs"),
    ],
)
def test_a_name_that_stands_for_nothing_is_refused(store, name, problem):
    with pytest.raises(UsageError, match=problem):
        read_relative(name, HostIdentity("c"), store=store)


@pytest.mark.parametrize(
    ("value", "margin", "status"),
    [
        (1000, 0.2, "pass"),
        (790, 0.2, "unknown"),  # below the limit, but one run may lie as far from the usual as the runs do
        (990, 0.02, "unknown"),
        (500, 0.2, "fail"),
        (3000, 0.2, "pass"),
    ],
)
def test_a_run_is_worse_than_usual_only_beyond_the_spread_between_runs(made, value, margin, status):
    pooled = usual([made(day, 1000 + shift) for day, shift in enumerate((-20, 20, -10, 10, 0, 15, -15), 1)])
    wide = usual([made(day, 1000 + 10 * shift) for day, shift in enumerate((-20, 20, -10, 10, 0, 15, -15), 1)])
    found = {str(each): regressions(made(9, value), each, margin)[0] for each in (pooled, wide)}
    assert found[str(wide)].status == (
        "pass" if value == 3000 else "unknown" if value > 500 else found[str(wide)].status
    )
    assert found[str(pooled)].status == status
    assert "the usual value of 7 runs" in found[str(pooled)].expected
    assert found[str(pooled)].expected.startswith(f"at most {round(100 * margin)}% less than a's")
    assert regressions(made(9, value), pooled, 0.004)[0].expected.startswith("at most 0.4% less than a's")


def test_a_margin_alone_is_of_the_usual(tmp_path):
    path = tmp_path / "hostcheck.toml"
    found = parse_policy("[gate]\nmargin_percent = 20", path)
    assert (found.baseline, found.margin) == (DEFAULT_BASELINE, 0.2)
    for name in ("last", "usual:5", "history:ab", "reference:x"):
        assert parse_policy(f'[gate]\nbaseline = "{name}"', path).baseline == name
    assert parse_policy('[gate]\nbaseline = "runs/last"', path).baseline == str(tmp_path / "runs/last")
    assert (parse_margin("20%"), parse_margin("2.5"), parse_margin("0.5 %")) == (0.2, 0.025, 0.005)
    with pytest.raises(UsageError, match="'0.2' can be a share or a percentage; write 20%, or 0.2%"):
        parse_margin("0.2")
    for text in ("0", "100%", "-1", "x", "20 %%", "nan"):
        with pytest.raises(UsageError, match="is not a margin; write a percentage above 0 and below 100, such as 20%"):
            parse_margin(text)


def test_the_history_shows_the_usual_with_its_spread(made):
    found = history([made(1, 900), made(2, 1000), made(3, 1100), made(1, 10, "b")], with_usual=True)
    lines = render(found, Style()).splitlines()
    assert lines[0] == "a, usually: 3 runs since 2026-11-01"
    assert lines[2].split()[-3:] == ["±", "10%", "3"]
    assert lines[3:] == ["", "b has only one run: usual values need at least two."]
    (figures,) = json.loads(as_json(found, Style()))["usual"]
    assert figures["metrics"][IOPS]["runs"] == 3
    assert figures["metrics"][IOPS]["between_runs"] == pytest.approx(0.1, rel=0.01)


def test_one_option_asks_for_no_slower_than_usual(tmp_path, store, made, monkeypatch):
    write_run(made(9, 400), tmp_path / "run.json")
    argv = [
        sys.executable,
        "-m",
        "hostcheck",
        "gate",
        "--run",
        tmp_path / "run.json",
        "--margin",
        "20%",
        "-o",
        "json:-",
    ]
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
    done = subprocess.run(argv, capture_output=True, text=True, env=environment)
    document = json.loads(done.stdout)
    (finding,) = (each for each in document["findings"] if each["kind"] == "regression")
    assert (done.returncode, finding["status"], finding["id"]) == (1, "fail", IOPS)
    assert finding["expected"].startswith(
        "at most 20% less than a's 997 IOPS (777 – 1,279), the usual value of 3 runs,"
    )
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    policy = tmp_path / "hostcheck.toml"
    policy.write_text("[gate]\nmargin_percent = 20\n")
    assert [each.status for each in decide(made(9, 400), policy).findings if each.kind == "regression"] == ["fail"]


def test_the_usual_is_of_one_host_where_two_have_one_name(store, made):
    def of(run, cpus):
        return replace(run, host=replace(run.host, arch="x86_64", cpus=cpus))

    for day in (5, 6):
        store.keep(of(made(day, 1000, "c"), 2))
        store.keep(of(replace(made(day, 9000, "c"), id=f"big{day}"), 16))
    small = of(made(7, 900, "c"), 2)
    pooled = read_relative("usual:10", small.host, before=small, store=store)
    assert (pooled.host, len(by_run(pooled.metric(IOPS).samples))) == (small.host, 2)
    assert read_relative("last", small.host, before=small, store=store).host == small.host
    shown = render(history(store.runs(host="c"), with_usual=True), Style()).splitlines()
    assert [line for line in shown if "usually" in line] == [
        f"c (x86_64, {cpus} CPUs), usually: 2 runs since 2026-11-05" for cpus in (2, 16)
    ]
    followed = history(store.runs(host="c"), IOPS).points
    assert [point.before.judgement if point.before else None for point in followed].count("better") == 0


def test_only_a_time_says_which_runs_were_before(store, made):
    later = replace(made(9, 900), started="2026-11-03T11:00:00+02:00")  # an hour before that of the day
    assert read_relative("last", A, before=later, store=store) == made(2, 1000)
    for none in ("yesterday", "", "2026-11-09"):
        with pytest.raises(UsageError, match=f"the run has an invalid time, '{none}'"):
            read_relative("usual:10", A, before=replace(later, started=none), store=store)
