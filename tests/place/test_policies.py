"""[place] in policies and profiles: what passes, what fails, what stays unknown."""

from dataclasses import replace

import pytest

from hostcheck.errors import UsageError
from hostcheck.gate.decision import decide
from hostcheck.gate.policy import Policy
from hostcheck.gate.policy_file import parse_policy
from hostcheck.place.countries import members, names
from hostcheck.place.facts import facts_of
from hostcheck.place.locating import located
from hostcheck.profiles.loader import parse
from hostcheck.profiles.placed import not_within, within
from hostcheck.run.model import Fact, HostIdentity, Run
from hostcheck.verdicts import judge
from tests.forked import hostcheck_forked
from tests.place.worlds import TOKYO, measured

POLICY = '[gate]\nprofiles = ["docker"]\n[place]\n'
LANDMARKS = """[[landmark]]
name = "Oslo"
address = "192.0.2.10"
port = 443
latitude = 59.91
longitude = 10.75
known = "a test"
"""


def but(*left):
    """All countries are excluded, but for these."""
    return tuple(sorted(set(names()) - set(left)))


@pytest.mark.parametrize(
    ("left", "inside", "outside"),
    [
        (("NO",), True, False),
        (("NO", "SE"), None, None),
        (("SE",), False, True),
        (("SE", "DK"), False, True),
        ((), None, None),
        (tuple(names()), None, None),
    ],
)
def test_within_and_not_within_norway(left, inside, outside):
    assert within(but(*left), ["NO"]).holds is inside
    assert not_within(but(*left), ["NO"]).holds is outside


def test_the_eu_is_its_members_and_territories_are_apart():
    assert within(but("SE", "DK", "NO"), ["NO", "EU"]).holds is True
    assert within(but("SE", "GF"), ["EU"]).holds is None
    assert not_within(but("GF"), ["EU"]).holds is True
    assert within(but(*members()), ["EU"]).holds is True


def run_with(*facts):
    host = HostIdentity("vm", "a" * 32, "6.1", 4, 1 << 30, "")
    return Run(
        "1" * 32, "1", "2026-11-30T00:00:00Z", "2026-11-30T00:00:01Z", host, {each.id: each for each in facts}, ()
    )


@pytest.mark.parametrize(
    ("fact", "asked", "status"),
    [
        (Fact("place.excluded", but("NO")), 'within = ["NO"]', "pass"),
        (Fact("place.excluded", but("SE")), 'within = ["NO"]', "fail"),
        (Fact("place.excluded", but("NO", "SE")), 'within = ["NO"]', "unknown"),
        (Fact("place.excluded", but("NO", "SE")), 'not_within = ["US"]', "pass"),
        (Fact("place.excluded", but("US")), 'not_within = ["US"]', "fail"),
        (Fact.unknown("place.excluded", "no landmark answers"), 'within = ["NO"]', "unknown"),
        (Fact("place.excluded", "NO"), 'within = ["NO"]', "unknown"),
        (None, 'within = ["NO"]', "unknown"),
    ],
)
def test_a_policy_judges_the_facts_of_a_run(fact, asked, status, tmp_path):
    policy = parse_policy(POLICY + asked, tmp_path / "hostcheck.toml")
    decision = decide(run_with(*([fact] if fact else [])), policy)
    (finding,) = (each for each in decision.findings if each.scope == "place")
    assert (finding.status, finding.severity) == (status, "required")
    assert finding.source == "docs/locate.md"
    if fact and fact.known and isinstance(fact.value, tuple):
        assert "near enough are parts of" in finding.said


def test_a_profile_can_ask_for_a_place(tmp_path):
    text = 'title = "T"\nsummary = "S."\n[place]\nwithin = ["NO"]\nnot_within = ["US", "RU"]\n'
    profile = parse(text, tmp_path / "mine.toml")
    assert [check.id for check in profile.checks] == ["place.within", "place.not_within"]
    facts = {"place.excluded": Fact("place.excluded", but("NO", "SE"))}
    inside, outside = judge(profile, facts)
    assert (inside.status, outside.status) == ("unknown", "pass")
    assert (inside.title, outside.title) == ("Place within NO", "Place not within US or RU")
    assert outside.expected == "not within United States or Russia"
    assert inside.sentence == "not known: near enough are parts of Norway, Sweden"
    assert [each.status for each in judge(profile, {})] == ["unknown", "unknown"]


def test_only_a_file_records_a_verdict_that_the_measured_place_changes(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('title = "T"\nsummary = "S."\n[place]\nnot_within = ["US"]\n')
    policy = Policy(profiles=(str(file),))
    before = judge(parse(file.read_text(), file), {})
    run = replace(run_with(Fact("place.excluded", but("NO"))), verdicts=tuple(before), profiles=("mine",))
    live, of_file = (decide(run, policy, source=source) for source in ("live", "file"))
    assert [each.status for each in live.findings] == [each.status for each in of_file.findings] == ["pass"]
    assert (live.notes, len(of_file.notes)) == ((), 1)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ('within = ["UK"]', "'UK' is not a code"),
        ('within = ["Norway"]', "write NO"),
        ('within = "NO"', "write a list"),
        ("within = []", "write a list"),
        ('wihtin = ["NO"]', "did you mean within?"),
        ('landmarks = "gone.toml"', "reading the landmarks"),
        ("landmarks = 3", "landmarks is 3"),
        ("", "place has no requirement"),
    ],
)
def test_a_policy_that_is_wrong_is_refused(asked, said, tmp_path):
    with pytest.raises(UsageError) as refused:
        parse_policy(POLICY + asked, tmp_path / "hostcheck.toml")
    assert said in str(refused.value)


def test_the_facts_are_what_was_found():
    excluded, claims = facts_of(located("vm", "", [measured(2.1)], (), ()))
    assert set(names()) - set(excluded.value) == {"NO", "SE", "DK"}
    assert (claims.known, claims.value) == (True, ())
    assert [each.says for each in excluded.evidence] == ["within 315 km of Oslo"]
    doubted, _ = facts_of(located("vm", "", [measured(1.0), measured(1.0, "Tokyo", TOKYO)], (), ()))
    assert not doubted.known
    assert "Oslo and Tokyo" in doubted.reason


def test_the_gate_of_a_captured_host_contacts_nothing_and_says_why(tmp_path):
    (tmp_path / "landmarks.toml").write_text(LANDMARKS)
    (tmp_path / "policy.toml").write_text(POLICY + 'landmarks = "landmarks.toml"\nwithin = ["NO"]\n')
    (tmp_path / "root" / "proc").mkdir(parents=True)
    done = hostcheck_forked("gate", "--root", tmp_path / "root", "--policy", tmp_path / "policy.toml", "-o", "json:-")
    assert done.returncode in {1, 3}
    assert "run the gate on the host itself" in done.stdout
