"""In a terminal of 60 columns nothing overflows, whatever hosts, checks, files and figures are called."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hostcheck.capture.contents import AS_IT_WAS, SCRUBBED, CapturedFile
from hostcheck.capture.listing import listing
from hostcheck.capture.take import Capture
from hostcheck.comparison.compare import compare
from hostcheck.fleet.host import FleetHost, Placed, State
from hostcheck.fleet.standing import Standing
from hostcheck.formats import AUDIT, BENCH, CALIBRATION, COMPARISON, FIT, FLEET, FLEET_GATE, GATE, HISTORY, PROMISE
from hostcheck.formats.checks_list import list_all, list_profiles
from hostcheck.formats.checks_text import explain
from hostcheck.formats.explain_text import explain as explain_fact
from hostcheck.formats.facts_list import list_facts
from hostcheck.formats.pairs_text import render as pairs_text
from hostcheck.formats.terminal import Style, display_width
from hostcheck.gate.decision import weigh
from hostcheck.gate.policy import Policy
from hostcheck.gate.promises import judge_promise
from hostcheck.placement.placing import fit
from hostcheck.population.pairs import Pairs, Way
from hostcheck.profiles.loader import load, names
from hostcheck.promise.file import read_promise
from hostcheck.run.calibration import Calibration, Tier, TierMetric
from hostcheck.run.files import read_run
from hostcheck.run.model import Evidence, Fact, HostIdentity, Run, Verdict
from hostcheck.store.history import history
from tests.placement.test_placing import COMPOSE, files, host, ready
from tests.promise.hosts import figure

__all__ = ["ready"]

TOP = Path(__file__).parents[2]
NARROW = 60
STATUSES = [("fail", "required"), ("warn", "recommended"), ("unknown", "required"), ("pass", "required")]

PHRASES = st.text("abcdefgh jklmno-pq/r", min_size=1, max_size=90).map(lambda text: text.strip() or "a")
NAMES = st.text("abcdefgh-.", min_size=1, max_size=60)
DETAILS = st.sampled_from(["brief", "full"])
PROPERTY = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def too_wide(text):
    return [line for line in text.splitlines() if display_width(line) > NARROW]


def verdicts(phrases):
    """A verdict of each status for each phrase, which is everything that is said of it."""
    return tuple(
        Verdict("docker", f"c.{number}", status, severity, said, said, said, said, said, said, said, "cp a b")
        for number, said in enumerate(phrases)
        for status, severity in STATUSES
    )


def audited(name, phrases):
    facts = {"virt.vm": Fact("virt.vm", phrases[0], evidence=(Evidence(phrases[-1], name, f"for {phrases[0]}"),))}
    identity = HostIdentity(name, phrases[0], "x86_64", 2, 8 << 30, phrases[-1])
    return Run("1" * 32, "0.1.0", "2026-11-29T00:00:00Z", identity, facts=facts, verdicts=verdicts(phrases))


@PROPERTY
@given(NAMES, st.lists(PHRASES, min_size=1, max_size=4), DETAILS)
def test_audit_and_gate(name, phrases, detail):
    run, style = audited(name, phrases), Style(width=NARROW, detail=detail)
    assert too_wide(AUDIT.load("text")(run, style)) == []
    assert too_wide(explain_fact(run, "c.0", style) + explain_fact(run, "virt", style)) == []
    assert too_wide(GATE.load("text")(weigh(run, Policy(profiles=("docker",))), style)) == []


@pytest.fixture(scope="module")
def samples():
    """Two runs of everything, and one of a few figures."""
    return [
        read_run(TOP / name)
        for name in ("reports/sample/sata.json", "reports/sample/host.json", "tests/runs/run-1.json")
    ]


def named(runs, given_names):
    return [replace(run, host=replace(run.host, name=name)) for run, name in zip(runs, given_names, strict=False)]


@PROPERTY
@given(st.lists(NAMES, min_size=1, max_size=3, unique=True), DETAILS)
def test_bench_and_compare(samples, given_names, detail):
    runs = named(samples, given_names)
    comparison, style = (
        compare(runs, files={run.id: f"{run.host.name}.json" for run in runs}),
        Style(width=NARROW, detail=detail),
    )
    assert too_wide(COMPARISON.load("text")(comparison, style)) == []
    assert too_wide(BENCH.load("text")(comparison, style)) == []


@PROPERTY
@given(NAMES, st.sampled_from(["", "disk.randwrite.iops", "storm.makespan.seconds"]), st.booleans())
def test_history(samples, name, metric, compared):
    of_one = [
        replace(run, id=f"{number}" * 32, started=f"2026-1{number}-01T00:00:00Z")
        for number, run in enumerate(named([samples[1]] * 3, [name] * 3))
    ]
    style = Style(width=NARROW)
    assert too_wide(HISTORY.load("text")(history(of_one, metric, compared=compared), style)) == []
    assert too_wide(HISTORY.load("text")(history(of_one, "", with_usual=True), style)) == []


@PROPERTY
@given(NAMES, PHRASES)
def test_fits(ready, tmp_path, name, reason):
    hosts = [host(name), host(f"{name}-2", net__ports__busy=("tcp/80",)), host("c", hw__memory_bytes=None)]
    found = fit(files(tmp_path, compose_yaml=COMPOSE), hosts[:3])
    for detail in ("brief", "full"):
        text = FIT.load("text")(replace(found, notes=(reason,)), Style(width=NARROW, detail=detail))
        assert too_wide(text) == []


@PROPERTY
@given(NAMES, PHRASES, DETAILS)
def test_promise(tmp_path, name, phrase, detail):
    path = tmp_path / "plan.toml"
    path.write_text('[promise]\ncpus = 4\nmemory = "8 GB"\nrandom_write = ">= 25000 IOPS"\nvirtualization = "kvm"\n')
    run = replace(audited(name, [phrase]), metrics=(figure("disk.randwrite.iops", 300, 400),))
    outcome = judge_promise(read_promise(path), run, typed=True)
    assert too_wide(PROMISE.load("text")(outcome, Style(width=NARROW, detail=detail))) == []


@PROPERTY
@given(st.lists(NAMES, min_size=1, max_size=5), PHRASES, DETAILS)
def test_fleet(given_names, reason, detail):
    style = Style(width=NARROW, detail=detail)
    states = [*State] * 2
    hosts = [
        FleetHost(Placed(name), state, "" if state is State.DONE else reason, "", "", {"docker": ok, "k3s": True})
        for name in given_names
        for state, ok in zip(states, (True, False, None) * 5, strict=False)
    ]
    fleet = SimpleNamespace(name=given_names[0])
    assert too_wide(FLEET.load("text")(Standing(fleet, hosts), style)) == []
    judged = tuple(SimpleNamespace(host=each, outcome="failed", decision=None) for each in hosts)
    decision = SimpleNamespace(fleet=fleet, judged=judged, outcome="failed", reason=reason)
    assert too_wide(FLEET_GATE.load("text")(decision, style)) == []


@PROPERTY
@given(st.lists(NAMES, min_size=2, max_size=6, unique=True), PHRASES)
def test_fleet_pairs(given_names, problem):
    ways = [
        Way(one, other, {"tcp/1": "open"}, rtt_seconds=0.001, problem=problem)
        for one in given_names
        for other in given_names
        if one != other
    ]
    pairs = Pairs(tuple(given_names), ("tcp/1",), "2026-11-29T00:00:00Z", {given_names[0]: problem}, tuple(ways))
    assert too_wide(pairs_text(pairs, Style(width=NARROW))) == []


def test_checks_and_facts():
    style = Style(width=NARROW)
    assert too_wide(list_all(style)) == []
    assert too_wide(list_facts(style)) == []
    for name in names():
        assert too_wide(list_profiles([name], style)) == []
    # It is explained as each profile asks it.
    for check_id in sorted({check.id for name in names() for check in load(name).checks}):
        assert too_wide(explain(check_id, style)) == []


def test_calibrate(metric):
    tier = Tier("sata", 350, 120_000_000, "a SATA disk of 2014, as sellers of virtual machines had it")
    metrics = (metric("disk.randwrite.iops", 349, 351), metric("disk.seqread.bandwidth", 119, 121))
    readings = tuple(TierMetric(tier, each, 350.0) for each in metrics)
    text = CALIBRATION.load("text")(Calibration(readings), Style(width=NARROW))
    assert "350 IOPS" in text
    assert too_wide(text) == []


@PROPERTY
@given(st.lists(st.text("abcdefgh/.", min_size=1, max_size=150), min_size=1, max_size=5, unique=True))
def test_of_a_capture_a_path_is_whole_and_only_a_path_may_be_wider(places):
    how = (AS_IT_WAS, SCRUBBED)
    kept = tuple(CapturedFile(place, b"x" * len(place), how[number % 2]) for number, place in enumerate(places))
    text = listing(Capture(kept, {}, (), ()), NARROW)
    assert all(place in text for place in places)
    assert [line for line in too_wide(text) if line.strip() not in places] == []


def test_of_what_is_cleaned_a_path_is_whole_and_only_a_path_may_be_wider(monkeypatch, tmp_path, capsys):
    from hostcheck.cli.clean import clean

    home = tmp_path / ("a-long-name-" * 6)
    monkeypatch.setenv("XDG_DATA_HOME", str(home))
    monkeypatch.setenv("HOME", str(home))
    audits = home / "hostcheck" / "audits"
    audits.mkdir(parents=True)
    (audits / "x.json").write_text("{}")
    monkeypatch.setattr("hostcheck.cli.options.style_for_list", lambda _: Style(width=NARROW))
    clean(history=True)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(str(home))
    assert [line for line in lines if len(line) > NARROW and not line.startswith(str(home))] == []
    assert "  " in lines[1][:2]
