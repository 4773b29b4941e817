"""Each check says what it found in words: no comparison, no yes or no without a noun, nothing of the program's own."""

import re

import pytest

from hostcheck.catalogue.loader import entry_of
from hostcheck.formats.findings_text import Item, brief, of_verdict
from hostcheck.formats.terminal import Style
from hostcheck.profiles.loader import load, names, parse
from hostcheck.profiles.measured import judge_metrics
from hostcheck.profiles.predicates import PREDICATES
from hostcheck.profiles.remedies import remedy
from hostcheck.profiles.sentences import words
from hostcheck.run.measured import Metric
from hostcheck.run.model import Fact, HostIdentity, Run
from hostcheck.verdicts import judge

OWN = {(check.id, check.test.subject): (name, check) for name in names() for check in load(name).checks}
"""One of the checks of each id and fact."""
COMPARISON = re.compile(
    r"\bexpected\b|\bfound -|\bwithout /|^(yes|no|true|false|none)$|: (yes|no|True|False)\b|none of them|[{}…]|\bNone\b"
    r"|\bat (least|most)\b|: *$|: *[,;)]|  |^[,;]"
)
NAMES = (
    "v1",
    "hybrid",
    "none",
    "other",
    "overlay",
    "vfs",
    "off",
    "disabled",
    "drop",
    "docker",
    "i686",
    "manages",
    "the data's",
)
OTHERS = (*NAMES, "cgroupfs", "firewalld", "damaged", "http_proxy is set")


def values(question):
    """Give values that pass and that miss a question."""
    asked = question.argument
    match question.predicate:
        case "at_least":
            return (asked, "0.1" if isinstance(asked, str) else asked - 1)
        case "at_most":
            return (asked, asked + 1)
        case "equals":
            return (asked, not asked if isinstance(asked, bool) else "http_proxy is set")
        case "one_of":
            if isinstance(asked[0], int):
                return (*asked, 9)
            kind = entry_of(question.subject).kind
            others = [each for each in OTHERS if not kind.values or each in {*kind.values, "none"}]
            return (*asked, *(each for each in (*others, "of another kind") if each not in asked))
        case "not_one_of":
            kind = entry_of(question.subject).kind
            other = 9 if isinstance(asked[0], int) else next((each for each in kind.values if each not in asked), "9.9")
            return (other, *asked)
        case "includes":
            return (tuple(asked), tuple(asked[1:]), ())
        case "excludes":
            return ((), tuple(asked), tuple(asked[:1]))
        case "provides" | "provides_one_of":
            return (dict.fromkeys(asked, True), dict.fromkeys(asked, False))
        case "provides_none_of":
            return (dict.fromkeys(asked, False), dict.fromkeys(asked, True))
        case "apart_from":
            return ((1, 2), (asked[0], asked[1]))


def verdicts_of(name, check):
    """Give the verdicts of one check for every kind of outcome that its fact can bring about."""
    profile = load(name)._replace(checks=(check._replace(when=(), roles=()),))
    subject = check.test.subject
    facts = [Fact(subject, value) for value in values(check.test)]
    facts.append(Fact.unknown(subject, "/proc/x could not be read (EACCES): run as root"))
    for fact in facts:
        yield from judge(profile, {subject: fact, "os.family": Fact("os.family", "debian")})


def test_every_comparison_is_asked_by_a_check_and_has_values_here():
    assert {check.test.predicate for _, check in OWN.values()} == set(PREDICATES)


@pytest.mark.parametrize("key", OWN, ids=" ".join)
def test_what_was_found_is_said_in_words(key):
    name, check = OWN[key]
    if check.test.of == "metric":
        return
    outcomes = set()
    for verdict in verdicts_of(name, check):
        said = f"{verdict.title}: {verdict.sentence}"
        outcomes.add(verdict.status)
        assert verdict.sentence.strip(), said
        assert not COMPARISON.search(verdict.sentence), said
        assert not verdict.sentence.endswith("."), said
    assert {"pass", "unknown"} <= outcomes
    assert outcomes & {"warn", "fail"}, values(check.test)


@pytest.mark.parametrize("key", [key for key, (_, check) in OWN.items() if check.test.of == "metric"], ids=" ".join)
def test_what_was_measured_is_said_in_words(key):
    name, check = OWN[key]
    profile = load(name)._replace(checks=(check._replace(when=(), roles=()),))
    question = check.test
    for factor in (0.1, 10, None):
        value = question.argument * (factor or 1)
        interval = None if factor is None else (value * 0.99, value * 1.01)
        unit = "s" if question.subject.endswith("seconds") else "MB/s" if "bandwidth" in question.subject else "IOPS"
        metric = Metric(question.subject, unit, "lower" if unit == "s" else "higher", "ok", "", value, interval)
        run = Run("id", "1", "2026-01-01T00:00:00Z", HostIdentity("n"), verdicts=judge(profile, {}), metrics=(metric,))
        (verdict,) = judge_metrics(run, [profile]).verdicts
        assert not COMPARISON.search(verdict.sentence), verdict.sentence


def test_a_fact_that_is_yes_or_no_has_words_for_both():
    for name, check in OWN.values():
        if isinstance(check.test.argument, bool):
            own = words()[re.sub(r"^store\.[^.]+\.", "storage.", check.test.subject)]
            assert own["yes"] != own["no"], (name, check.id)


def test_every_entry_of_the_words_is_of_a_fact_that_a_check_asks_about():
    asked = {re.sub(r"^store\.[^.]+\.", "storage.", subject) for _, subject in OWN}
    assert set(words()) <= asked


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize("key", OWN, ids=" ".join)
def test_no_finding_overflows_or_is_cut(key, width):
    name, check = OWN[key]
    if check.test.of == "metric":
        return
    for verdict in verdicts_of(name, check):
        lines = brief([of_verdict(verdict)], Style(width=width), most=1, lines=99)
        assert all(len(line) <= width for line in lines), lines
        # Why it matters takes two lines at most.
        assert len(lines) <= (8 if width == 80 else 10), lines


def test_the_first_step_of_a_remedy_without_a_command_is_one_line_on_debian():
    debian = {"os.family": Fact("os.family", "debian"), "os.release": Fact("os.release", "12")}
    long = {}
    for check in (check for name in names() for check in load(name).checks if not check.command):
        fix = remedy(check.fix, debian)
        item = Item("fail", "required", check.id, "t", "s", "f", ("p",), fix, "", "", check.source)
        if len(brief([item], Style(), most=1, lines=9)) != 3:
            long[check.id] = fix
    assert long == {}


def test_a_check_brings_words_of_its_own_and_what_changes_its_question_drops_its_command(tmp_path):
    text = """
title = "T"
summary = "S."
[[check]]
id = "swap"
title = "Swap"
fact = "hw.swap"
equals = false
severity = "required"
passed = "there is none"
missed = "there is some: {found}"
unknown = "the kernel hides it ({found})"
why = "w."
fix = "f."
command = "swapoff -a"
source = "s"
"""
    profile = parse(text, tmp_path / "own.toml")
    for value, said in ((False, "there is none"), (True, "there is some: yes")):
        (verdict,) = judge(profile, {"hw.swap": Fact("hw.swap", value)})
        assert verdict.sentence == said
        assert verdict.command == ("swapoff -a" if value else "")
    (verdict,) = judge(profile, {"hw.swap": Fact.unknown("hw.swap", "EACCES")})
    assert verdict.sentence == "the kernel hides it (EACCES)"
    (tmp_path / "own.toml").write_text(text)
    child = 'title = "C"\nsummary = "S."\nextends = "./own.toml"\n[[check]]\nid = "swap"\n'
    for change, command in (("fix = 'g.'", ""), ("severity = 'recommended'", "swapoff -a"), ("equals = true", "")):
        assert parse(child + change, tmp_path / "child.toml").checks[0].command == command
