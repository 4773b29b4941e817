"""SARIF against the schema that Microsoft's SARIF SDK ships."""

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from hostcheck.formats import decision_sarif
from hostcheck.formats.decision_sarif import MOST_RESULTS, render
from hostcheck.gate.decision import decide
from hostcheck.gate.policy import Policy

VALIDATOR = jsonschema.Draft202012Validator(
    json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0.json").read_text()),
    format_checker=jsonschema.FormatChecker(),
)


POLICY = """[gate]
profiles = [
  "kubernetes",
  "docker",
]
thresholds = [
  "disk.randwrite.iops >= 5000",
  "build.cold.seconds <= 60",
  "disk.seqread.bandwidth >= 100",
]
"""


@pytest.fixture(autouse=True)
def repository(tmp_path, monkeypatch):
    """A repository with the policy of the decisions, in a folder of it; the gate runs in that folder."""
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    (tmp_path / ".git").mkdir()
    folder = tmp_path / "ops ä"
    folder.mkdir()
    (folder / "hostcheck.toml").write_text(POLICY)
    monkeypatch.chdir(folder)
    return tmp_path


def log(decision):
    return json.loads(render(decision))["runs"][0]


@pytest.mark.parametrize("name", ["mixed", "hostile", "passing", "undecided", "warned"])
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
        ("docker/a.undecided", "open", "none"),
        ("docker/b.fail", "fail", "note"),
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


def place(result):
    (location,) = result["locations"]
    physical = location["physicalLocation"]
    return physical["artifactLocation"]["uri"], physical["region"]


def test_a_result_is_at_the_line_of_the_policy_that_asks_for_it(decisions):
    for result in log(decisions.mixed)["results"]:
        uri, region = place(result)
        assert uri == "ops%20%C3%A4/hostcheck.toml"
        line = POLICY.splitlines()[region["startLine"] - 1]
        assert result["ruleId"].partition("/")[0 if "docker" in result["ruleId"] else 2] in line
        assert (region["startColumn"], region["endLine"], region["endColumn"]) == (
            *(1, region["startLine"]),
            len(line) + 1,
        )


OWN = """title = "Own"
summary = "Mine."
extends = "docker"

[[check]]
id = "kernel.version"
at_least = "99"
"""


def test_a_result_of_an_own_profile_is_at_its_row_or_at_what_it_extends(run_of, repository):
    own = repository / "own.toml"
    own.write_text(OWN)
    decision = decide(run_of("a"), Policy(profiles=(str(own),), source="hostcheck.toml"))
    lines = {result["ruleId"]: place(result)[1]["startLine"] for result in log(decision)["results"]}
    assert lines.pop("own/kernel.version") == 6
    assert set(lines.values()) == {3}
    assert {place(result)[0] for result in log(decision)["results"]} == {"own.toml"}


@pytest.mark.parametrize("name", ["undecided", "warned"])
def test_what_only_the_command_line_asks_is_a_notification_unless_a_file_is_named(decisions, repository, name):
    decision = getattr(decisions, name)
    found = log(decision)
    assert found["results"] == []
    note, notification = found["invocations"][0]["toolExecutionNotifications"][1:]
    assert "--sarif-location" in note["message"]["text"]
    assert notification["associatedRule"]["id"] == found["tool"]["driver"]["rules"][0]["id"]
    (repository / "README.md").write_text("")
    named = replace(decision, policy=replace(decision.policy, location="../README.md"))
    (result,) = log(named)["results"]
    assert place(result) == ("README.md", {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1})


def test_a_policy_outside_of_the_repository_is_no_place(decisions, tmp_path, monkeypatch):
    other = tmp_path / "other"
    (other / ".git").mkdir(parents=True)
    (other / "hostcheck.toml").symlink_to(tmp_path / "ops ä" / "hostcheck.toml")
    monkeypatch.chdir(other)
    assert log(decisions.mixed)["results"] == []


def test_the_folder_that_github_names_is_the_root_where_there_is_no_git(decisions, repository, monkeypatch):
    (repository / ".git").rmdir()
    assert place(log(decisions.mixed)["results"][0])[0] == "hostcheck.toml"
    monkeypatch.setenv("GITHUB_WORKSPACE", str(repository))
    assert place(log(decisions.mixed)["results"][0])[0] == "ops%20%C3%A4/hostcheck.toml"


@pytest.mark.parametrize("name", ["mixed", "hostile", "formula"])
def test_everything_that_code_scanning_demands_is_there(decisions, name):
    """The properties that GitHub's documentation marks as required (SARIF support for code scanning)."""
    document = json.loads(render(getattr(decisions, name)))
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    for rule in run["tool"]["driver"]["rules"]:
        assert rule["id"]
        for part in ("shortDescription", "fullDescription", "help"):
            assert 0 < len(rule[part]["text"]) <= (1024 if part != "help" else 1 << 16)
        assert rule["defaultConfiguration"]["level"] in {"note", "warning", "error"}
        assert rule["properties"]["problem.severity"] in {"error", "warning", "recommendation"}
    assert run["results"]
    marks = set()
    for result in run["results"]:
        uri, region = place(result)
        assert result["message"]["text"]
        assert uri
        assert not uri.startswith("/")
        assert {"startLine", "startColumn", "endLine", "endColumn"} == set(region)
        marks.add(result["partialFingerprints"]["primaryLocationLineHash"])
    assert len(marks) == len(run["results"])


def test_a_fingerprint_is_of_the_host_and_the_check(decisions):
    def marks(decision):
        found = log(decision)["results"]
        return {each["ruleId"]: each["partialFingerprints"]["primaryLocationLineHash"] for each in found}

    # Every text of the checks differs, and the host's name.
    assert not set(marks(decisions.mixed).values()) & set(marks(decisions.formula).values())
    run = replace(decisions.formula.run, host=decisions.mixed.run.host)
    same = marks(replace(decisions.formula, run=run))
    assert same == marks(decisions.mixed)


@pytest.mark.parametrize(
    ("source", "address"),
    [
        (
            "https://docs.kernel.org/admin-guide/cgroup-v2.html#io",
            "https://docs.kernel.org/admin-guide/cgroup-v2.html#io",
        ),
        ("https://example.org/a b", None),
        ("overlay(5), https://docs.kernel.org", None),
        ("javascript:alert(1)", None),
        ('https://example.org/"><script>', None),
        ("", None),
    ],
)
def test_a_rule_has_the_address_of_its_source_where_that_is_one(decisions, source, address):
    findings = tuple(replace(each, source=source) for each in decisions.mixed.findings)
    rules = log(replace(decisions.mixed, findings=findings))["tool"]["driver"]["rules"]
    assert {rule.get("helpUri") for rule in rules} == {address}


@pytest.mark.parametrize("length", [1024, 5000])
def test_a_description_is_no_longer_than_code_scanning_takes(decisions, length):
    findings = tuple(replace(each, why="w" * length, expected="e" * length) for each in decisions.mixed.findings)
    for rule in log(replace(decisions.mixed, findings=findings))["tool"]["driver"]["rules"]:
        assert len(rule["shortDescription"]["text"]) <= 1024
        assert len(rule["fullDescription"]["text"]) <= 1024


def test_the_tool_did_its_work_and_the_exit_code_is_the_gates(decisions):
    (invocation,) = log(decisions.mixed)["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (True, 1)


def test_the_log_is_ascii_without_control_characters(decisions):
    assert render(decisions.hostile).isascii()
    assert "\\u001b" not in render(decisions.hostile)


def test_of_more_results_than_code_scanning_takes_the_most_severe_are_there_and_a_line_says_so(decisions, monkeypatch):
    said = "of 8 findings the 3 most severe ones are here, since code scanning takes no more"
    assert MOST_RESULTS == 25_000
    assert said not in render(decisions.mixed)
    whole = log(decisions.mixed)
    monkeypatch.setattr(decision_sarif, "MOST_RESULTS", 3)
    run = log(decisions.mixed)
    assert run["results"] == whole["results"][:3]
    assert len(run["tool"]["driver"]["rules"]) == 3
    assert said in render(decisions.mixed)
