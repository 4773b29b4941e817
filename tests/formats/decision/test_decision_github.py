import re

import pytest

from hostcheck.formats.decision_github import MOST_SUMMARY, append_summary, render

COMMAND = re.compile(r"^::(?P<command>[a-z]+) title=(?P<title>[^:,\r\n]*)::(?P<message>[^\r\n]*)$")


def commands(decision):
    *lines, last = render(decision).splitlines()
    assert last.startswith("hostcheck: gate ")
    matches = [COMMAND.match(line) for line in lines]
    assert all(matches), lines
    return matches


def test_annotations_are_the_most_severe_first(decisions):
    assert [match["command"] for match in commands(decisions.mixed)] == [
        *["error"] * 5,
        *["warning"] * 2,
        "notice",
    ]


def test_a_waiver_and_its_end_are_reported(decisions):
    text = render(decisions.mixed)
    assert "waived: known text, until 2027-01-31" in text
    assert "its waiver expired on 2026-01-01: text" in text


@pytest.mark.parametrize(("count", "annotations"), [(9, 9), (10, 10), (11, 10), (200, 10)])
def test_there_are_never_more_than_ten_and_the_rest_is_counted(decisions, count, annotations):
    found = commands(decisions.many(count))
    assert len(found) == annotations
    if count > annotations:
        assert found[-1]["message"] == f"{count - 9} more findings are in the step's summary"


def test_hostile_text_is_no_command_and_no_property(decisions):
    lines = render(decisions.hostile).splitlines()
    assert [match["command"] for match in commands(decisions.hostile)] == [
        match["command"] for match in commands(decisions.mixed)
    ]
    assert not any(line.lstrip().startswith(("::set-output", "##[")) for line in lines)
    # The runner turns %0A into an end of line: what the host wrote as %0A must stay three characters.
    assert "%0A" not in render(decisions.hostile).replace("%250A", "")


def test_the_summary_is_added_to_what_is_there(decisions, tmp_path, monkeypatch):
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    append_summary(decisions.mixed)
    text = summary.read_text()
    assert text.startswith("before\n### hostcheck: gate failed: node-1 for docker")


def test_without_github_there_is_no_summary(decisions, tmp_path, monkeypatch):
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    monkeypatch.chdir(tmp_path)
    append_summary(decisions.mixed)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("already", [0, MOST_SUMMARY - 2000, MOST_SUMMARY - 5, MOST_SUMMARY])
def test_the_summary_never_grows_past_what_github_takes(decisions, tmp_path, monkeypatch, already):
    summary = tmp_path / "summary.md"
    summary.write_bytes(b"x" * already)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    append_summary(decisions.many(20000))
    assert already <= summary.stat().st_size <= MOST_SUMMARY
    summary.read_text()


def test_a_summary_that_cannot_be_written_does_not_change_the_decision(decisions, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "none" / "summary.md"))
    append_summary(decisions.mixed)
    assert "step's summary" in capsys.readouterr().err
