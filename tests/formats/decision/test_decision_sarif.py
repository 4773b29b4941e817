"""SARIF against the schema that Microsoft's SARIF SDK ships."""

import json
from pathlib import Path

import jsonschema
import pytest

from hostcheck.formats.decision_sarif import render

VALIDATOR = jsonschema.Draft202012Validator(
    json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0.json").read_text()),
    format_checker=jsonschema.FormatChecker(),
)


def log(decision):
    return json.loads(render(decision))["runs"][0]


@pytest.mark.parametrize("name", ["mixed", "hostile", "passing", "untold", "warned"])
def test_every_decision_is_of_the_schema(decisions, name):
    VALIDATOR.validate(json.loads(render(getattr(decisions, name))))


def test_only_what_is_missed_or_open_is_a_result(decisions):
    results = log(decisions.mixed)["results"]
    assert [(result["ruleId"], result["kind"], result["level"]) for result in results] == [
        ("docker/a.fail", "fail", "error"),
        ("docker/b.old", "fail", "error"),
        ("threshold/disk.randwrite.iops", "fail", "error"),
        ("docker/a.unknown", "open", "none"),
        ("threshold/disk.seqread.bandwidth", "open", "none"),
        ("docker/a.warn", "fail", "warning"),
        ("docker/a.untold", "open", "none"),
        ("docker/b.fail", "fail", "error"),
    ]
    assert log(decisions.passing)["results"] == []


def test_a_waiver_is_a_suppression_and_nothing_else_is(decisions):
    suppressed = [result for result in log(decisions.mixed)["results"] if "suppressions" in result]
    (result,) = suppressed
    assert result["ruleId"] == "docker/b.fail"
    assert result["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "waived: known text, until 2027-01-31"}
    ]


def test_every_result_points_at_its_rule_and_has_a_fingerprint_of_its_own(decisions):
    run = log(decisions.mixed)
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    marks = [result["partialFingerprints"]["hostcheck/v1"] for result in run["results"]]
    assert len(set(marks)) == len(marks)
    assert marks == [result["partialFingerprints"]["hostcheck/v1"] for result in log(decisions.mixed)["results"]]


def test_a_host_has_no_file_so_no_result_names_one(decisions):
    assert "physicalLocation" not in render(decisions.mixed)


def test_the_tool_did_its_work_and_the_exit_code_is_the_gates(decisions):
    (invocation,) = log(decisions.mixed)["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (True, 1)


def test_the_log_is_ascii_without_control_characters(decisions):
    assert render(decisions.hostile).isascii()
    assert "\\u001b" not in render(decisions.hostile)
