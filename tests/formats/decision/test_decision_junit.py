"""JUnit XML against the schema of Jenkins, and as a reader sees it."""

from pathlib import Path

import pytest
from lxml import etree

from hostcheck.formats.decision_junit import render

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parent / "schemas" / "junit-10.xsd"))


def parsed(decision):
    return etree.fromstring(render(decision).encode())


@pytest.mark.parametrize("name", ["mixed", "hostile", "formula", "passing", "undecided", "warned"])
def test_every_decision_is_of_the_schema(decisions, name):
    SCHEMA.assertValid(parsed(getattr(decisions, name)))


def case(root, name):
    return next(found for found in root.iter("testcase") if found.get("name").startswith(name))


def test_each_finding_is_the_element_that_its_effect_asks_for(decisions):
    root = parsed(decisions.mixed)
    children = {found.get("name"): [child.tag for child in found] for found in root.iter("testcase")}
    assert children == {
        "a.pass": [],
        "a.skip": ["skipped"],
        "a.fail": ["failure"],
        "a.unknown": ["error"],
        "a.warn": ["system-out"],
        "a.undecided": ["system-out"],
        "b.fail": ["skipped", "system-out"],
        "b.old": ["failure"],
        "disk.randwrite.iops: at least 5,000 IOPS": ["failure"],
        "build.cold.seconds: at most 60 s": [],
        "disk.seqread.bandwidth: at least 100 MB/s": ["error"],
    }


def test_the_counts_are_those_of_the_cases(decisions):
    root = parsed(decisions.mixed)
    assert [suite.get("name") for suite in root] == ["docker", "threshold"]
    for suite in root:
        for attribute, tag in (
            ("tests", "testcase"),
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        ):
            assert int(suite.get(attribute)) == len(list(suite.iter(tag))), attribute


def test_a_waiver_and_its_end_are_reported(decisions):
    root = parsed(decisions.mixed)
    assert case(root, "b.fail").find("skipped").get("message") == "waived: known text, until 2027-01-31"
    assert "its waiver expired on 2026-01-01: text" in case(root, "b.old").find("failure").text


def test_the_evidence_the_reason_and_the_fix_are_in_the_failure(decisions):
    failure = case(parsed(decisions.mixed), "a.fail").find("failure")
    assert failure.get("message") == "expected wanted text; found text"
    assert failure.text.splitlines()[-3:] == ["why: why text", "fix: fix text", "source: man text"]


def test_hostile_text_makes_no_element_of_its_own(decisions):
    root, plain = parsed(decisions.hostile), parsed(decisions.mixed)
    assert [found.tag for found in root.iter()] == [found.tag for found in plain.iter()]
    assert "<script>alert(1)</script>" in case(root, "a.fail").find("failure").get("message")
