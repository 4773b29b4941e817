import pytest

from hostcheck.audit import audit, collect
from hostcheck.errors import UsageError
from hostcheck.host.captured import CapturedHost
from hostcheck.probes import NAMING, ON_REQUEST, PROBES, probes_of
from hostcheck.profiles.model import Check, Condition, Profile, Question
from hostcheck.run.model import Fact, Verdict
from hostcheck.verdicts import judge, readiness

V2 = (Condition(Question("cgroup.mode", "one_of", ["v2"]), "the host uses cgroup v1"),)


class Bare:
    """A host that has nothing; the probes of these tests do not read it."""

    live = True
    running = True
    proves_absence = True


def healthy(_host):
    yield Fact("good.fact", 1)


def crashing(_host):
    yield Fact("half.done", 1)
    raise ZeroDivisionError("division by zero")


@pytest.fixture
def probes(monkeypatch):
    """Name the two probes above as the tables of the package do."""
    import sys
    from types import ModuleType

    module = ModuleType("hostcheck_test_probes")
    module.healthy, module.crashing = healthy, crashing
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return {"bad": f"{module.__name__}:crashing", "good": f"{module.__name__}:healthy"}


def profile(asked, *, severity="required", when=(), roles=(), of="fact"):
    predicate, argument = asked
    check = Check("c", "C", Question("f", predicate, argument, of), severity, "w.", "f.", "moby#1", when, roles)
    return Profile("p", "T", "S.", (check,), roles=("control-plane", "worker"))


def status(facts, *asked, playing=(), **row):
    (verdict,) = judge(profile(asked, **row), {fact.id: fact for fact in facts}, playing)
    return verdict.status, verdict.found


def verdict(status, severity="required", name="p", check="c"):
    return Verdict(name, check, status, severity, "e", "f", "w", "f", "s")


def test_one_failing_probe_is_reported_and_does_not_stop_the_others(probes):
    facts = collect(Bare(), probes)
    assert set(facts) == {"probe.bad", "good.fact"}
    assert not facts["probe.bad"].known
    assert "ZeroDivisionError: division by zero" in facts["probe.bad"].reason


def test_strict_raises_the_error_of_a_probe(probes):
    with pytest.raises(ZeroDivisionError):
        collect(Bare(), probes, strict=True)


@pytest.mark.parametrize(
    ("fact", "severity", "expected"),
    [
        (Fact("f", "6.1"), "required", "pass"),
        (Fact("f", "3.2"), "required", "fail"),
        (Fact("f", "3.2"), "recommended", "warn"),
        (Fact.unknown("f", "not root; run as root"), "required", "unknown"),
        (Fact.unknown("f", "not root; run as root"), "recommended", "unknown"),
        (Fact("f", "no number"), "required", "unknown"),
    ],
)
def test_a_verdict_follows_the_fact_and_the_severity(fact, severity, expected):
    assert status([fact], "at_least", "3.8", severity=severity)[0] == expected


def test_an_unknown_fact_has_its_reason_and_a_missing_one_that_no_probe_reported_it():
    assert status([Fact.unknown("f", "run as root")], "equals", True) == ("unknown", "run as root")
    assert status([], "equals", True) == ("unknown", "no probe reported f: audit the host for this profile")


def test_a_check_that_does_not_apply_is_skipped_with_the_reason():
    missed = Fact("f", value=False)
    assert status([missed, Fact("cgroup.mode", "v1")], "equals", True, when=V2) == ("skip", "the host uses cgroup v1")
    assert status([missed, Fact("cgroup.mode", "v2")], "equals", True, when=V2)[0] == "fail"
    assert status([missed, Fact.unknown("cgroup.mode", "no mounts")], "equals", True, when=V2) == (
        "unknown",
        "no mounts",
    )


def test_one_condition_that_does_not_hold_settles_it():
    linux = Condition(Question("os.type", "equals", "Linux"), "it is no Linux")
    unknown, mode = Fact.unknown("os.type", "not read"), Fact("cgroup.mode", "v1")
    assert status([mode, unknown], "equals", True, when=(linux, *V2)) == ("skip", "the host uses cgroup v1")
    assert status([Fact("cgroup.mode", "v2"), unknown], "equals", True, when=(linux, *V2)) == ("unknown", "not read")


def test_what_holds_anyway_passes_whether_its_condition_holds_or_is_unknown():
    holds, mode = Fact("f", value=True), Fact.unknown("cgroup.mode", "no mounts")
    assert status([holds, mode], "equals", True, when=V2)[0] == "pass"
    assert status([Fact("f", value=False), mode], "equals", True, when=V2)[0] == "unknown"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ((), set()),
        (("host.engines.running",), {"host.engines"}),
        (("host",), {"host.engines", "host.fapolicyd"}),
        (("host.programs", "net.ranges"), set()),
        (
            ("net",),
            {
                *("net.ports", "net.ranges_routed", "net.manager", "net.podman_firewall", "net.nft_rules"),
                *("net.unique_ids", "net.peers_silent", "net.rtt_ms", "net.rp_filter", "net.search_wildcards"),
                *("net.port_owners", "net.default_route"),
            },
        ),
    ],
)
def test_probes_on_request_run_where_one_of_their_facts_is_asked_for(asked, found):
    assert probes_of(asked).keys() - PROBES.keys() == found


def test_a_profile_and_the_word_explain_ask_for_facts(tmp_path):
    (tmp_path / "proc").mkdir()
    host = CapturedHost(tmp_path)
    assert "host.engines.installed" not in audit(host, ["docker"])[0]
    assert "host.engines.installed" in audit(host, ["k3s"])[0]
    assert "host.engines.installed" in audit(host, ["docker"], asked=("host.engines",))[0]


@pytest.mark.parametrize("name", sorted(ON_REQUEST | NAMING))
def test_the_facts_of_a_probe_on_request_begin_with_its_names(tmp_path, name):
    (tmp_path / "proc").mkdir()
    probes = ON_REQUEST | NAMING
    names = [other for other, reference in probes.items() if reference == probes[name]]
    found = collect(CapturedHost(tmp_path), {name: probes[name]}, strict=True)
    assert any(fact_id == name or fact_id.startswith(f"{name}.") for fact_id in found)
    assert all(any(fact_id == each or fact_id.startswith(f"{each}.") for each in names) for fact_id in found)


def test_a_probe_with_several_names_runs_once(tmp_path, monkeypatch):
    calls = []
    monkeypatch.setattr("hostcheck.probes.clock.probe", lambda host: calls.append(host) or ())
    collect(CapturedHost(tmp_path), dict.fromkeys(("a", "b"), "hostcheck.probes.clock:probe"), strict=True)
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("playing", "expected"),
    [((), "skip"), (("worker",), "skip"), (("control-plane",), "fail"), (("worker", "control-plane"), "fail")],
)
def test_a_check_of_a_role_applies_only_to_hosts_of_that_role(playing, expected):
    missed = Fact("f", value=False)
    found = status([missed], "equals", True, roles=("control-plane",), playing=playing)
    assert found[0] == expected
    assert expected != "skip" or found[1] == "only for --role control-plane"


def test_a_metric_is_unknown_in_an_audit_with_the_command_that_measures_it():
    assert status([Fact("f", 1)], "at_most", 0.01, of="metric") == (
        "unknown",
        "f was not measured; measure it with hostcheck bench",
    )


def test_a_percentage_is_shown_with_its_unit():
    check = Check("c", "C", Question("f.free_percent", "at_least", 5), "required", "w.", "f.", "moby#1")
    (found,) = judge(Profile("p", "T", "S.", (check,)), {"f.free_percent": Fact("f.free_percent", 3.5)})
    assert (found.status, found.expected, found.found) == ("fail", "at least 5 %", "3.5 %")
    unread = Fact.unknown("f.free_percent", "not root")
    (unknown,) = judge(Profile("p", "T", "S.", (check,)), {unread.id: unread})
    assert (unknown.status, unknown.found) == ("unknown", "not root")


def test_a_time_and_a_metric_are_shown_with_their_units():
    asked = (Question("net.rtt_ms", "at_most", 10), Question("disk.wal.p99.seconds", "at_most", 0.01, "metric"))
    asked += (
        Question("my.pages.p99", "at_most", 0.01, "metric", "s"),
        Question("my.pages.p99", "at_most", 1, "metric"),
    )
    checks = tuple(Check(f"c{n}", "C", test, "required", "w.", "f.", "s") for n, test in enumerate(asked))
    found = judge(Profile("p", "T", "S.", checks), {"net.rtt_ms": Fact("net.rtt_ms", 12.5)})
    assert [each.expected for each in found] == ["at most 10 ms", "at most 0.01 s", "at most 0.01 s", "at most 1"]
    assert found[0].found == "12.5 ms"
    (none, *_) = judge(Profile("p", "T", "S.", checks), {"net.rtt_ms": Fact("net.rtt_ms", "none")})
    assert none.found == "none"


@pytest.mark.parametrize(
    ("subject", "bound", "value", "expected", "found"),
    [
        ("storage.free_bytes", 10 << 30, 5 << 30, "at least 10.0 GiB", "5.0 GiB"),
        ("storage.free_bytes", 10 << 30, 5000, "at least 10.0 GiB", "5,000 bytes"),
        ("user.subids", 65536, 1 << 32, "at least 65,536", "4,294,967,296"),
    ],
)
def test_only_an_amount_of_data_is_shown_in_gibibytes(subject, bound, value, expected, found):
    check = Check("c", "C", Question(subject, "at_least", bound), "required", "w.", "f.", "moby#1")
    (verdict,) = judge(Profile("p", "T", "S.", (check,)), {subject: Fact(subject, value)})
    assert (verdict.expected, verdict.found) == (expected, found)


def test_a_verdict_carries_what_the_profile_says():
    (made,) = judge(profile(("at_least", "3.8")), {"f": Fact("f", "3.2")})
    assert (made.expected, made.found, made.why, made.fix, made.source) == ("3.8 or later", "3.2", "w.", "f.", "moby#1")


@pytest.mark.parametrize(
    ("verdicts", "ready", "sentence"),
    [
        ([], None, "p: unknown, no check applied, so nothing was judged"),
        ([verdict("skip")] * 3, None, "p: unknown, no check applied, so nothing was judged"),
        ([verdict("pass"), verdict("skip")], True, "p: ready"),
        ([verdict("warn", "recommended")] * 2, True, "p: ready, 2 recommendations"),
        ([verdict("fail")] * 3, False, "p: not ready, 3 requirements missed"),
        ([verdict("unknown")], None, "p: unknown, 1 required check unknown"),
        (
            [verdict("unknown"), verdict("fail")],
            False,
            "p: not ready, 1 requirement missed, 1 required check unknown",
        ),
        ([verdict("unknown", "recommended")], True, "p: ready, 1 recommended check unknown"),
        ([verdict("unknown", check="prove.container")], None, "p: unknown, 1 proof could not be made"),
        (
            [verdict("unknown", check="prove.container"), verdict("unknown")],
            None,
            "p: unknown, 1 required check unknown, 1 proof could not be made",
        ),
        (
            [verdict("unknown", "recommended", check="prove.comfort")],
            True,
            "p: ready, 1 recommended check unknown",
        ),
        ([verdict("pass"), verdict("fail", name="other")], True, "p: ready"),
    ],
)
def test_readiness_is_summed_up_in_a_sentence(verdicts, ready, sentence):
    summary = readiness("p", verdicts)
    assert summary.ready is ready
    assert summary.sentence == sentence


def test_an_unknown_profile_is_refused_before_the_host_is_read():
    with pytest.raises(UsageError, match="no profile"):
        audit(object(), ["nonsense"])


def test_a_role_that_no_profile_has_is_refused_before_the_host_is_read():
    with pytest.raises(UsageError, match="none of the profiles has a role 'worker'"):
        audit(object(), ["docker-2014"], roles=["worker"])
