"""A start looks for what killed runs left while other runs come and go."""

import pytest

from hostcheck.bench.cleanup import killed_runs as subject


class Listed:
    """The folder of runs, with what was in it a moment ago."""

    def __init__(self, *paths):
        self.paths = paths

    def glob(self, _pattern):
        return self.paths


@pytest.fixture
def ended(monkeypatch):
    monkeypatch.setattr(subject, "_end_disks", lambda: iter(()))

    def end(*paths):
        monkeypatch.setattr(subject, "RUN_FOLDER", Listed(*paths))
        return list(subject.end_killed_runs())

    return end


def test_a_run_that_removes_its_engine_meanwhile_is_passed_over(ended, tmp_path):
    assert ended(tmp_path / ".hostcheck-engine-0123abcd") == []


@pytest.mark.parametrize("text", ['version = 2\nroot = "/var/li', ""])
def test_an_engine_that_is_being_started_is_left_alone(ended, tmp_path, text):
    state = tmp_path / ".hostcheck-engine-0123abcd"
    state.mkdir()
    (state / "containerd.toml").write_text(text)
    assert ended(state) == []
    assert state.is_dir()


def test_a_link_is_no_engine(ended, tmp_path):
    (tmp_path / "data").mkdir()
    link = tmp_path / ".hostcheck-engine-0123abcd"
    link.symlink_to(tmp_path / "data")
    assert ended(link) == []
