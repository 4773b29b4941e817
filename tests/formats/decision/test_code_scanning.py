"""What GitHub's documentation demands of a SARIF file for code scanning, demand by demand.

The demands are of "SARIF support for code scanning"
(https://docs.github.com/code-security/reference/code-scanning/sarif-files/sarif-support), by the heading named; the
limits of "SARIF results exceed one or more limits" and "SARIF results file is too large", linked there. No file was
uploaded to GitHub.
"""

import gzip
import json
import re
from dataclasses import replace

import pytest

from hostcheck.formats import decision_sarif
from hostcheck.formats.decision_sarif import MOST_RESULTS, render
from tests.formats.decision.test_decision_sarif import log, place, repository  # noqa: F401 - a fixture

NAMES = ("mixed", "hostile", "formula")
SEMANTIC = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")
"""semver.org, as far as it matters here."""
MOST_BYTES = 10_000_000
"""Of the file after gzip."""


@pytest.mark.parametrize("name", NAMES)
def test_sariflog_object(decisions, name):
    document = json.loads(render(getattr(decisions, name)))
    assert document["$schema"].endswith("/sarif-schema-2.1.0.json")
    assert document["version"] == "2.1.0"
    assert len(document["runs"]) == 1


@pytest.mark.parametrize("name", NAMES)
def test_toolcomponent_object(decisions, name):
    driver = log(getattr(decisions, name))["tool"]["driver"]
    assert driver["name"] == "hostcheck"
    assert SEMANTIC.fullmatch(driver["semanticVersion"])
    ids = [rule["id"] for rule in driver["rules"]]
    assert all(ids)
    assert len(set(ids)) == len(ids) <= MOST_RESULTS


@pytest.mark.parametrize("name", NAMES)
def test_reportingdescriptor_object(decisions, name):
    for rule in log(getattr(decisions, name))["tool"]["driver"]["rules"]:
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in {"note", "warning", "error"}
        assert rule["properties"]["problem.severity"] in {"error", "warning", "recommendation"}
        assert len(rule["properties"]["tags"]) <= 20


def test_a_required_property_is_never_the_empty_string(decisions):
    bare = [replace(each, why="", expected="", source="", fix="") for each in decisions.mixed.findings]
    run = log(replace(decisions.mixed, findings=tuple(bare)))
    for rule in run["tool"]["driver"]["rules"]:
        assert all(rule[part]["text"].strip() for part in ("shortDescription", "fullDescription", "help"))
    assert all(result["message"]["text"].strip() for result in run["results"])


@pytest.mark.parametrize("name", NAMES)
def test_result_object(decisions, name):
    run = log(getattr(decisions, name))
    assert run["results"]
    for result in run["results"]:
        assert result["message"]["text"]
        assert 0 <= result["ruleIndex"] < len(run["tool"]["driver"]["rules"])
        assert len(result["locations"]) == 1
        assert result["partialFingerprints"]["primaryLocationLineHash"]


@pytest.mark.parametrize("name", NAMES)
def test_location_and_physicallocation_object(decisions, name):
    for result in log(getattr(decisions, name))["results"]:
        uri, region = place(result)
        # Relative to the root, as an URI.
        assert re.fullmatch(r"[!#-;=?-Z_a-z~]+", uri)
        assert not re.match(r"/|[a-z]+:|\.\./", uri)
        assert 1 <= region["startLine"] <= region["endLine"]
        assert region["startColumn"] >= 1
        assert (region["endLine"], region["endColumn"]) >= (region["startLine"], region["startColumn"])


def test_resolving_symlinks_before_generating_sarif_results(decisions, repository):  # noqa: F811
    real, link = repository / "ops ä" / "hostcheck.toml", repository / "linked.toml"
    link.symlink_to(real)
    policy = replace(decisions.mixed.policy, source=str(link))
    uri, _ = place(log(replace(decisions.mixed, policy=policy))["results"][0])
    assert uri == "ops%20%C3%A4/hostcheck.toml"


def test_reporting_consistent_filepaths(decisions, repository, monkeypatch):  # noqa: F811
    policy = replace(decisions.mixed.policy, source=str(repository / "ops ä" / "hostcheck.toml"))
    decision = replace(decisions.mixed, policy=policy)
    here = [place(result) for result in log(decision)["results"]]
    monkeypatch.chdir(repository)
    assert [place(result) for result in log(decision)["results"]] == here


def test_including_data_for_fingerprint_generation(decisions):
    marks = [result["partialFingerprints"]["primaryLocationLineHash"] for result in log(decisions.mixed)["results"]]
    assert len(set(marks)) == len(marks)
    assert all(re.fullmatch(r"[0-9a-f]{16}:\d+", mark) for mark in marks)
    again = replace(decisions.mixed, findings=decisions.mixed.findings[::-1])
    assert {result["partialFingerprints"]["primaryLocationLineHash"] for result in log(again)["results"]} == set(marks)


def test_uploading_more_than_one_sarif_file_for_a_commit(decisions):
    ids = [log(decision)["automationDetails"]["id"] for decision in (decisions.mixed, decisions.formula)]
    # What is before the last "/" is the category.
    assert [each.rpartition("/")[2] for each in ids] == ["", ""]
    assert len(set(ids)) == 2


def test_the_most_results_are_far_smaller_than_a_file_may_be(decisions, monkeypatch):
    monkeypatch.setattr(decision_sarif, "MOST_RESULTS", 2500)
    (first, *_) = decisions.mixed.having("fail")
    many = tuple(replace(first, id=f"{first.id}.{number}") for number in range(2600))
    packed = gzip.compress(render(replace(decisions.mixed, findings=many)).encode())
    assert len(packed) * MOST_RESULTS / 2500 < MOST_BYTES
