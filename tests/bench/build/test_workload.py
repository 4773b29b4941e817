import json
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace
from uuid import uuid4

import pytest

from hostcheck.bench.base import CannotRun, Interrupted
from hostcheck.bench.build import workload as subject
from hostcheck.bench.build.archive import Archive
from hostcheck.bench.build.cache import list_records
from hostcheck.bench.build.default_context import tar_of
from hostcheck.bench.build.made import ENDED, noted
from hostcheck.bench.build.options import BuildOptions
from hostcheck.bench.build.request import build
from hostcheck.bench.build.steps import BuilderOutput, read_buildkit, read_classic
from hostcheck.bench.build.workload import BuildWorkload
from hostcheck.bench.busybox import find_busybox
from hostcheck.bench.cleanup.engine_objects import sweep
from hostcheck.bench.stopping import Repeats
from hostcheck.busybox import Busybox
from hostcheck.labels import labels
from hostcheck.run.measured import Sample

RUN_ID = uuid4().hex


def archive(*instructions):
    dockerfile = "\n".join(("FROM scratch", "ADD rootfs.tar /", *instructions)).encode()
    return Archive((tar_of((("Dockerfile", dockerfile), ("rootfs.tar", find_busybox().rootfs()))),))


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
    assert 0 <= sample.detail["busy_before_percent"] <= 100
    # The bottleneck, and the work that must agree between hosts, come from readings on the build's clock.
    why, series = sample.detail["why"], sample.detail["series"]
    assert why["verdict"] in {"cpu", "disk", "both", "steal", "unknown"}
    assert sum(why["seconds"].values()) == pytest.approx(sample.value, rel=0.05)
    assert why["work"]["write_bytes"] > 50e6
    assert why["work"]["engine_cpu"] > 0
    assert "work_per_container" not in why
    assert sample.value / 2 < series["t"][-1] <= sample.value
    assert {"iowait_percent", "steal_percent", "queue", "writes", "flushes", "engine_cpu"} < set(series)
    assert holdings() == before


@pytest.mark.real
def test_buildkit_builds_the_same_without_buildx_and_its_cache_is_gone_afterwards(
    make_context, holdings, bystander, build_theirs, monkeypatch
):
    monkeypatch.setenv("DOCKER_BUILDKIT", "1")
    build_theirs()
    before = holdings()
    assert before["cache"]
    (metric,) = BuildWorkload().measure(make_context())
    (sample,) = metric.samples
    assert metric.state == "ok", metric.reason
    assert metric.settings["builder"] == "buildkit"
    steps = {step["step"]: step["seconds"] for step in sample.detail["steps"]}
    (first,) = (step for step in steps if step.startswith("RUN echo"))
    assert first.startswith('RUN echo "$NONCE"')
    assert steps["RUN chown -R 1000:1000 /application/package-0[0-3]*"] > 0
    assert sum(steps.values()) <= sample.value
    assert sample.detail["build_cache"] == "removed"
    assert holdings() == before


@pytest.mark.real
def test_the_cache_of_a_build_stays_when_another_was_under_way(
    engine, make_context, build_folder, build_theirs, monkeypatch
):
    monkeypatch.setenv("DOCKER_BUILDKIT", "1")
    (build_folder / "Dockerfile").write_text("FROM scratch\nADD rootfs.tar /\nRUN sleep 5\n")
    said = []

    def build_when_ours_has_begun():
        with engine.connect() as client:
            while not any(record.uploaded for record in list_records(client)):
                time.sleep(0.05)
        build_theirs()

    def at(what, _stop):
        said.append(what)
        threads[0].start()

    threads = [threading.Thread(target=build_when_ours_has_begun)]
    context = make_context(at=at)
    context.progress.done = lambda what, result: said.append(f"{what}: {result}")
    (metric,) = BuildWorkload().measure(context)
    threads[0].join()
    with engine.connect() as client:
        left = len(list_records(client))
    assert left >= 4
    kept = "stay in BuildKit's cache: another build ran at the same time"
    assert metric.samples[0].detail["build_cache"].endswith(kept)
    assert re.match(r"build cache: \d+ new records stay, because another build ran at the same time", said[-1])
    assert "docker builder prune" in said[-1]


@pytest.mark.real
def test_two_runs_at_once_leave_nothing_in_the_cache_and_all_of_anothers(
    make_context, build_folder, holdings, build_theirs, monkeypatch
):
    monkeypatch.setenv("DOCKER_BUILDKIT", "1")
    (build_folder / "Dockerfile").write_text("FROM scratch\nADD rootfs.tar /\nARG NONCE\nRUN echo $NONCE; sleep 1\n")
    # Each would wait for the other to be quiet.
    monkeypatch.setattr(subject, "require_idle", lambda _context: None)
    build_theirs()
    before = holdings()
    twice = BuildOptions(Repeats(2, 2, 0))

    def run(run_id):
        return [*BuildWorkload().measure(replace(make_context(twice), run_id=run_id))][-1]

    with ThreadPoolExecutor() as pool:
        metrics = [*pool.map(run, ("1" * 32, "2" * 32))]
    assert [sample.detail["build_cache"] for metric in metrics for sample in metric.samples] == ["removed"] * 4
    assert holdings() == before


@pytest.mark.real
def test_each_build_is_cold(make_context, build_folder):
    (build_folder / "Dockerfile").write_text("FROM scratch\nADD rootfs.tar /\nRUN sleep 0.7\n")
    twice = BuildOptions(Repeats(2, 2, 0))
    *_, metric = BuildWorkload().measure(make_context(twice))
    assert [step["step"] for step in metric.samples[1].detail["steps"]].count("RUN sleep 0.7") == 1
    assert all(sample.value > 0.7 for sample in metric.samples)


@pytest.mark.real
def test_a_failing_build_is_reported_in_the_engines_words_and_not_repeated(make_context, build_folder, holdings):
    before = holdings()
    (build_folder / "Dockerfile").write_text("FROM scratch\nADD rootfs.tar /\nRUN touch /x && sh -c 'exit 7'\n")
    (metric,) = BuildWorkload().measure(make_context(BuildOptions(Repeats(3, 3, 0))))
    assert metric.state == "invalid"
    assert "returned a non-zero code: 7" in metric.reason
    assert holdings() == before


@pytest.mark.real
@pytest.mark.parametrize("builder", ["classic", "buildkit"])
def test_an_invalid_dockerfile_is_reported(client, builder):
    context = Archive((tar_of((("Dockerfile", b"NONSENSE\n"),)),))
    answer = build(client, context, "1", builder=builder, network="none", seconds=60, stop=threading.Event(), labels={})
    assert "unknown instruction: NONSENSE" in answer.output.error


@pytest.mark.real
@pytest.mark.parametrize("buildkit", ["0", "1"])
def test_interrupted_in_the_middle_of_a_step_it_leaves_nothing(
    make_context, build_folder, holdings, monkeypatch, buildkit
):
    monkeypatch.setenv("DOCKER_BUILDKIT", buildkit)
    before = holdings()
    (build_folder / "Dockerfile").write_text(
        "FROM scratch\nADD rootfs.tar /\nRUN true\nfrom scratch\nADD rootfs.tar /\nRUN sleep 300\n"
    )
    began = time.monotonic()

    def stop_soon(_what, stop):
        threading.Timer(1.5, stop.set).start()

    with pytest.raises(Interrupted):
        list(BuildWorkload().measure(make_context(at=stop_soon)))
    # The step is not waited for.
    assert time.monotonic() - began < 250
    assert holdings() == before


@pytest.mark.real
@pytest.mark.parametrize("builder", ["classic", "buildkit"])
def test_a_build_is_cut_short_when_it_takes_too_long(engine, client, holdings, builder):
    before, asked = holdings(), time.time()
    with noted(client, engine.url, RUN_ID) as note:
        answer = build(
            client,
            archive("RUN sleep 300"),
            "1",
            builder=builder,
            network="none",
            seconds=5.0,
            stop=threading.Event(),
            labels=labels(RUN_ID),
            note=note,
        )
    assert (answer.cut, answer.output.error) == ("late", "")
    sweep(client, RUN_ID, cache_since=asked)
    assert holdings() == before


def sampled(*seconds, reason=""):
    return iter([Sample(None if reason else s, valid=not reason, reason=reason, seconds=s) for s in seconds])


class Bench:
    def __init__(self, samples):
        self.settings = {}
        self.sample = samples.__next__
        self.mend = lambda _asked: None
        heartbeat = SimpleNamespace(recover=lambda: "")
        self.engine = SimpleNamespace(heartbeat=heartbeat)


CONTEXT = SimpleNamespace(
    progress=SimpleNamespace(start=lambda *_: None, done=lambda *_: None), checkpoint=lambda: None
)


def test_no_build_is_begun_after_five_minutes_of_building():
    *_, metric = BuildWorkload()._repeat(Bench(sampled(271.0, 271.0, 1.0)), CONTEXT, Repeats(3, 8, 300))
    assert (metric.state, metric.value) == ("partial", pytest.approx(271.0))
    assert metric.reason == "only 2 of 3 builds: stopped after 542 s of building"


def test_three_builds_of_two_minutes_are_made():
    *_, metric = BuildWorkload()._repeat(Bench(sampled(132.0, 133.0, 134.0)), CONTEXT, Repeats(3, 8, 300))
    assert (metric.state, len(metric.samples)) == ("ok", 3)


def test_builds_that_do_not_agree_are_repeated_until_they_do_or_the_time_is_up():
    quick = sampled(7.0, 7.0, 9.0, *[7.1] * 9)
    *_, metric = BuildWorkload()._repeat(Bench(quick), CONTEXT, Repeats(3, 8, 300))
    assert (metric.state, len(metric.samples)) == ("unstable", 8)
    *_, metric = BuildWorkload()._repeat(Bench(sampled(7.0, 7.5, 7.0, *[7.2] * 9)), CONTEXT, Repeats(3, 8, 300))
    assert (metric.state, len(metric.samples)) == ("ok", 6)
    *_, metric = BuildWorkload()._repeat(Bench(sampled(70.0, 90.0, 70.0, 80.0, 60.0)), CONTEXT, Repeats(3, 8, 250))
    assert (metric.state, len(metric.samples)) == ("unstable", 4)


def test_a_build_cut_short_has_no_value():
    (metric,) = BuildWorkload()._repeat(
        Bench(sampled(600.0, reason="cancelled after 10 min")), CONTEXT, Repeats(3, 8, 300)
    )
    assert (metric.state, metric.value) == ("invalid", None)
    assert metric.reason == "no valid sample: cancelled after 10 min"


def test_a_failed_step_is_named_with_the_last_lines_that_it_printed():
    said = ["Step 1/2 : FROM scratch\n", "from before\n", "Step 2/2 : RUN make\n", " ---> Running in 0123\n"]
    said += ["one\ntwo\n", "thr", "ee\n", "\n", f"cc: {'x' * 300}\n"]
    stream = [json.dumps({"stream": text}).encode() for text in said]
    output = BuilderOutput()
    read_classic(iter([*stream, json.dumps({"error": "exit code 2"}).encode()]), output)
    assert output.error == f"exit code 2 (step: RUN make); its last lines: two | three | cc: {'x' * 116}"


def test_an_error_of_a_builder_has_no_dump_and_not_the_whole_command_twice():
    dump = '&imagebuilder.Step{Env:[]string{"PATH=/bin"}, Command:"fetch", Original:"FETCH one /"}'
    stream = [{"stream": "STEP 2/2: FETCH one /\n"}, {"stream": f'level=error msg="+(UNHANDLED LOGLEVEL) {dump}\n'}]
    failed = {"error": f'building at STEP "FETCH ": Build error: Unknown instruction: "FETCH" {dump}'}
    output = BuilderOutput()
    read_classic(iter([json.dumps(line).encode() for line in (*stream, failed)]), output)
    assert output.error == ('building at STEP "FETCH ": Build error: Unknown instruction: "FETCH" (step: FETCH one /)')
    command = " && ".join(f"make part-{number}" for number in range(200))
    failed = {"error": f"The command '/bin/sh -c {command}' returned a non-zero code: 2"}
    stream = [{"stream": f"Step 2/2 : RUN {command}\n"}, failed]
    output = BuilderOutput()
    read_classic(iter([json.dumps(line).encode() for line in stream]), output)
    assert output.error.startswith("The command '/bin/sh -c …' returned a non-zero code: 2 (step: RUN make part-0 && ")
    assert len(output.error) < 300


def test_steps_are_read_from_the_engines_stream():
    stream = [
        {"stream": "Step 1/2 : FROM scratch"},
        {"stream": "\n"},
        {"stream": " ---> 0123\n"},
        {"stream": "Step 2/2 : RUN true"},
        {"stream": "[2/2] STEP 1/2: FROM scratch\n"},
        {"aux": {"ID": "sha256:0"}},
        {"error": "it\n broke", "errorDetail": {"message": "it\n broke"}},
    ]
    read, noted = BuilderOutput(), []
    read_classic(
        iter([*(json.dumps(line).encode() for line in stream)]),
        read,
        noted.append,
        iter([0.0, 1.0, 2.5, 4.0, 4.5]).__next__,
    )
    assert noted[:3] == ["Step 1/2 : FROM scratch", "\n", " ---> 0123\n"]
    assert noted[-1] == ENDED
    assert read.steps == [("FROM scratch", 1.5), ("RUN true", 1.5), ("FROM scratch", 0.5)]
    assert read.error == "it broke (step: FROM scratch)"


def test_a_build_during_which_an_image_was_pulled_is_invalid():
    said = [
        {"stream": "Step 1/1 : FROM x"},
        {"status": "Pulling from library/x", "id": "latest"},
        {"stream": " ---> 0\n"},
    ]
    read = BuilderOutput()
    read_classic(iter(json.dumps(line).encode() for line in said), read)
    assert read.error.startswith("an image was pulled during the build")


def test_a_trace_that_cannot_be_decoded_costs_the_steps_and_not_the_build():
    lines = [{"id": "moby.buildkit.trace", "aux": "no base64!"}, {"id": "moby.image.id", "aux": {"ID": "sha256:0"}}]
    read = BuilderOutput()
    read_buildkit(iter(json.dumps(line).encode() for line in lines), read, "nonce")
    assert (read.steps, read.error) == ([], "")


def test_a_context_that_cannot_be_read_is_an_answer(monkeypatch, tmp_path):
    monkeypatch.setattr(subject, "find_busybox", lambda: Busybox(tmp_path, b""))
    monkeypatch.setattr(subject, "data_dir", lambda _name: tmp_path)
    with pytest.raises(CannotRun, match="cannot read the build context"):
        subject._shipped()
