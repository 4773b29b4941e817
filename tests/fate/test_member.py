"""One host of those that load their disks: a question that is none, a start that is over, and a file that is gone."""

import json
import os
import time

import pytest

from hostcheck.errors import CannotMeasureError, UsageError
from hostcheck.fate import member
from hostcheck.fate.member import NOT_STARTED, _go, share_fate, uptime

QUESTION = {"folder": "/proc/nonexistent", "seconds": 0.1, "order": [-1, 0], "hosts": {"own": 0}}


@pytest.mark.parametrize(
    "question",
    ["", "[]", "{}", "[[[", json.dumps(QUESTION | {"hosts": {"other": 0}}), json.dumps(QUESTION | {"order": "ab"})],
)
def test_a_question_that_is_none_is_refused(tmp_path, question):
    with pytest.raises(UsageError, match="the question of hostcheck fleet shared-fate is not valid"):
        share_fate(question, "own", tmp_path)


def test_only_root_loads_a_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(CannotMeasureError, match="needs root"):
        share_fate(json.dumps(QUESTION), "own", tmp_path)


def test_a_folder_that_is_not_there_is_reported(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(CannotMeasureError, match="/proc/nonexistent"):
        share_fate(json.dumps(QUESTION), "own", tmp_path)
    assert not (tmp_path / "ready").exists()


def test_the_start_is_by_the_clock_that_a_shell_reads(tmp_path):
    (tmp_path / "go").write_text(f"{uptime() + 100} 0.5\n")
    start, margin = _go(tmp_path / "go")
    assert margin == 0.5
    assert abs(start - time.monotonic() - 100) < 50


@pytest.mark.parametrize(
    ("text", "reason"), [("1 0.5", "had begun"), *((f"{word}\n", said) for word, said in NOT_STARTED.items())]
)
def test_what_cannot_begin_says_why(tmp_path, text, reason):
    (tmp_path / "go").write_text(text)
    with pytest.raises(CannotMeasureError, match=reason):
        _go(tmp_path / "go")


def test_hosts_that_wait_in_vain_end(tmp_path, monkeypatch):
    monkeypatch.setattr(member, "PATIENCE_SECONDS", 0.0)
    with pytest.raises(CannotMeasureError, match="not ready in time"):
        _go(tmp_path / "go")
