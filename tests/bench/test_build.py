import json
import threading
import time
from dataclasses import replace

import pytest

from hostcheck.bench import build as subject
from hostcheck.bench.base import CannotRun, Interrupted
from hostcheck.bench.build import BuildWorkload
from hostcheck.bench.build_context import labelled, tar_of
from hostcheck.bench.build_request import BuildAnswer, _read, build
from hostcheck.bench.busybox import find_busybox
from hostcheck.bench.cleanup import sweep
from hostcheck.bench.labels import labels
from hostcheck.run.model import Sample


def archive(*instructions, run_id="tested"):
    text = "\n".join(("FROM scratch", "ADD rootfs.tar /", *instructions))
    dockerfile = labelled(text, labels(run_id)).encode()
    return tar_of((("Dockerfile", dockerfile), ("rootfs.tar", find_busybox().rootfs())))


@pytest.fixture
def build_folder(monkeypatch, tmp_path):
    """A small build in the place of the shipped one."""
    folder = tmp_path / "build"
    folder.mkdir()
    (folder / "context.toml").write_text('seed = "t"\npackages = 2\nfiles_per_package = 2\nsizes = [10]\n')
    (folder / "Dockerfile").write_text(
        "FROM scratch AS first\nADD rootfs.tar /\nCOPY tree.tar /\nRUN tar -xf tree.tar\n"
        "FROM scratch\nCOPY --from=first /package-000 /\n"
    )
    monkeypatch.setattr(subject, "data_dir", lambda _name: tmp_path)
    return folder


@pytest.mark.real
def test_the_shipped_build_is_timed_step_by_step_and_leaves_nothing(make_context, holdings, bystander):
    before = holdings()
    (metric,) = BuildWorkload().measure(make_context())
    (sample,) = metric.samples
    assert metric.state == "ok", metric.reason
    assert metric.value == pytest.approx(sample.value)
    assert metric.settings["builder"] == "classic"
    assert len(metric.settings["context_sha256"]) == 64
    steps = sample.detail["steps"]
    assert any(step["step"].startswith("RUN chown -R") for step in steps)
    assert steps[-1]["step"] == "syncfs"
    assert sum(step["seconds"] for step in steps) <= sample.value
    assert sample.detail["page_cache"] == "dropped"
    assert holdings() == before


@pytest.mark.real
def test_each_build_is_cold(make_context, build_folder):
    (build_folder / "Dockerfile").write_text("FROM scratch\nADD rootfs.tar /\nRUN sleep 0.7\n")
    effort = replace(make_context().effort, build_repeats=2)
    *_, metric = BuildWorkload().measure(make_context(effort))
    assert [step["step"] for step in metric.samples[1].detail["steps"]].count("RUN sleep 0.7") == 1
    assert all(sample.value > 0.7 for sample in metric.samples)


@pytest.mark.real
def test_a_build_that_fails_is_told_in_the_engines_words_and_not_repeated(make_context, build_folder, holdings):
    before = holdings()
    (build_folder / "Dockerfile").write_text("FROM scratch\nADD rootfs.tar /\nRUN touch /x && sh -c 'exit 7'\n")
    (metric,) = BuildWorkload().measure(make_context(replace(make_context().effort, build_repeats=3)))
    assert metric.state == "invalid"
    assert "returned a non-zero code: 7" in metric.reason
    assert holdings() == before


@pytest.mark.real
def test_a_dockerfile_that_is_none_is_told(client):
    answer = build(client, tar_of((("Dockerfile", b"NONSENSE\n"),)), "1", seconds=60, stop=threading.Event())
    assert "unknown instruction: NONSENSE" in answer.error


@pytest.mark.real
def test_interrupted_in_the_middle_of_a_step_it_leaves_nothing(make_context, build_folder, holdings):
    before = holdings()
    (build_folder / "Dockerfile").write_text("FROM scratch\nADD rootfs.tar /\nRUN sleep 300\n")
    began = time.monotonic()

    def stop_soon(_what, stop):
        threading.Timer(1.5, stop.set).start()

    with pytest.raises(Interrupted):
        list(BuildWorkload().measure(make_context(at=stop_soon)))
    assert time.monotonic() - began < 100
    assert holdings() == before


@pytest.mark.real
def test_a_build_is_cut_short_when_it_takes_too_long(client, holdings):
    before = holdings()
    answer = build(client, archive("RUN sleep 300"), "1", seconds=1.0, stop=threading.Event())
    assert (answer.cut, answer.error) == ("late", "")
    sweep(client, "tested")
    assert holdings() == before


def sampled(*seconds, reason=""):
    return iter([Sample(None if reason else s, valid=not reason, reason=reason, seconds=s) for s in seconds])


class Bench:
    def __init__(self, samples):
        self.settings = {}
        self.sample = samples.__next__


class Context:
    def __init__(self, repeats):
        self.effort = type("Effort", (), {"build_repeats": repeats})
        self.progress = type("Progress", (), {"start": lambda *_: None, "done": lambda *_: None})
        self.checkpoint = lambda: None


def test_no_build_is_begun_after_five_minutes_of_building():
    *_, metric = BuildWorkload()._repeat(Bench(sampled(271.0, 271.0, 1.0)), Context(3))
    assert (metric.state, metric.value) == ("partial", pytest.approx(271.0))
    assert metric.reason == "2 of 3 builds: none is begun after 542 s of building"


def test_three_builds_of_two_minutes_are_made():
    *_, metric = BuildWorkload()._repeat(Bench(sampled(132.0, 133.0, 134.0)), Context(3))
    assert (metric.state, len(metric.samples)) == ("ok", 3)


def test_a_build_cut_short_has_no_value():
    (metric,) = BuildWorkload()._repeat(Bench(sampled(600.0, reason="not done after 600 s")), Context(3))
    assert (metric.state, metric.value) == ("invalid", None)
    assert metric.reason == "no valid sample: not done after 600 s"


def test_steps_are_read_from_the_engines_stream():
    told = [
        {"stream": "Step 1/2 : FROM scratch"},
        {"stream": "\n"},
        {"stream": " ---> 0123\n"},
        {"stream": "Step 2/2 : RUN true"},
        {"stream": "[2/2] STEP 1/2: FROM scratch\n"},
        {"aux": {"ID": "sha256:0"}},
        {"error": "it\n broke", "errorDetail": {"message": "it\n broke"}},
    ]
    answer = BuildAnswer()
    _read(iter([b"", *(json.dumps(line).encode() for line in told)]), answer)
    assert [step for step, _ in answer.steps] == ["FROM scratch", "RUN true", "FROM scratch"]
    assert answer.error == "it broke"


def test_a_context_that_cannot_be_read_is_an_answer(monkeypatch, tmp_path):
    monkeypatch.setattr(subject, "data_dir", lambda _name: tmp_path)
    with pytest.raises(CannotRun, match="reading the build's context"):
        subject._load()
