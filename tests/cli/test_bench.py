"""``hostcheck bench`` as a process on the real machine."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from statistics import median

import jsonschema
import psutil
import pytest

from hostcheck.bench.disk.location import ENGINE_ROOT, nearest_existing
from hostcheck.comparison.compare import compare
from hostcheck.comparison.notes import notes
from hostcheck.run.estimators import ESTIMATORS
from hostcheck.run.files import run_of
from hostcheck.run.schema import RUN_SCHEMA
from tests.short import short_hostcheck

pytestmark = pytest.mark.real

# Forced: the machine of the tests may be at work.
OPTIONS = ["bench", "--quick", "--allow-busy"]
BENCH = [sys.executable, "-m", "hostcheck", *OPTIONS]


@pytest.fixture
def environment(tmp_path):
    """No engine answers where DOCKER_HOST points, and run files go into the test's own folder."""
    return {**os.environ, "XDG_DATA_HOME": str(tmp_path / "data"), "DOCKER_HOST": f"unix://{tmp_path}/no.sock"}


def read(path):
    document = json.loads(Path(path).read_text())
    jsonschema.Draft202012Validator(json.loads(RUN_SCHEMA.read_text())).validate(document)
    # Each figure is what its samples give by the estimator that it names.
    measured = run_of(document, str(path)).metrics
    assert all(metric.estimator in ESTIMATORS for metric in measured if metric.value is not None)
    return document


def values(metric):
    """What was measured of a metric, whether it counts or not."""
    return [sample["value"] for sample in metric["samples"] if sample["value"]]


PROGRAMS = {"fio", "dockerd", "containerd"}


def traces():
    """What a run could leave on this machine; what others left may go meanwhile."""
    folders = {nearest_existing(ENGINE_ROOT), Path("/run")}
    running = psutil.process_iter(["name", "status"])
    return {
        *(str(path) for folder in folders for path in folder.glob(".hostcheck-*")),
        *(p for p in running if p.info["name"] in PROGRAMS and p.info["status"] != psutil.STATUS_ZOMBIE),
        *(line for line in Path("/proc/self/mountinfo").read_text().splitlines() if "hostcheck" in line),
    }


def test_parts_that_cannot_run_are_skipped_with_reason_and_remedy_and_the_others_still_run(tmp_path, environment):
    # The folder's file system is the root's: the disk part runs. No engine answers where DOCKER_HOST points.
    argv = short_hostcheck(*OPTIONS, "--dir", tmp_path, "-o", tmp_path / "run.json", jobs=("seqread",))
    done = subprocess.run(argv, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    states = {metric["id"]: metric for metric in read(tmp_path / "run.json")["metrics"]}
    assert all(values(states[name]) for name in states if name.startswith("disk."))
    for name in ("build.cold.seconds", "storm.makespan.seconds", "storm.ready.p50.seconds", "storm.ready.max.seconds"):
        assert states[name]["state"] == "skipped"
        assert "no container engine responds" in states[name]["reason"]
        assert "--private-engine" in states[name]["reason"]
        assert states[name]["value"] is None
    assert "Sequential read" in done.stdout
    assert "skipped" in done.stdout


def test_workloads_of_ones_own_are_noted_in_the_run_whatever_comes_of_them(tmp_path, environment):
    (tmp_path / "application").mkdir()
    (tmp_path / "application" / "Dockerfile").write_text("FROM scratch\n")
    own = ["--only", "build", "--only", "storm", "--context", tmp_path / "application", "--image", "own:1"]
    done = subprocess.run([*BENCH, *own, "-o", "json:-"], env=environment, capture_output=True, text=True)
    assert done.returncode == 4, done.stderr
    notes = json.loads(done.stdout)["notes"]
    assert "The build is the user's own: application." in notes
    assert "The launch storm runs the user's own image: own:1." in notes


def test_a_role_leaves_out_the_checks_of_the_others(tmp_path, environment):
    def of_a_control_plane(*argv):
        done = subprocess.run([*BENCH, "--only", "build", "-p", "kubernetes", *argv, "-o", "json:-"], **options)
        assert done.returncode == 4, done.stderr
        (found,) = (v for v in json.loads(done.stdout)["verdicts"] if v["check"] == "disk.fsync")
        return found["status"]

    options = {"env": environment, "capture_output": True, "text": True}
    assert of_a_control_plane("--role", "control-plane") == "unknown"
    assert of_a_control_plane("--role", "worker") == "skip"


def test_without_fio_the_disk_is_skipped_and_says_how_to_install_it(tmp_path, environment):
    argv = [*BENCH, "--only", "disk", "-o", "json:-"]
    done = subprocess.run(argv, env={**environment, "PATH": str(tmp_path)}, capture_output=True, text=True)
    assert done.returncode == 4, done.stderr
    document = json.loads(done.stdout)
    assert document["metrics"] == []
    assert any(note.startswith("Nothing was measured: fio is not installed; install") for note in document["notes"])


@pytest.mark.parametrize(
    ("options", "moment", "number"),
    [
        (["--only", "disk"], "disk, writing", signal.SIGINT),
        (["--only", "disk"], "disk, round 1", signal.SIGTERM),
        (["--only", "build", "--only", "storm", "--private-engine"], "build 1", signal.SIGINT),
        (["--only", "storm", "--private-engine"], "storm of 20, 1", signal.SIGTERM),
    ],
)
def test_interrupted_it_leaves_nothing_and_keeps_what_was_measured(tmp_path, environment, options, moment, number):
    if "--private-engine" in options:
        del environment["DOCKER_HOST"]
    before = traces()
    argv = short_hostcheck(*OPTIONS, *options, "-o", tmp_path / "run.json")
    process = subprocess.Popen(
        argv, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    said = []
    for line in process.stderr:
        said.append(line)
        if line.startswith(moment):
            process.send_signal(number)
            break
    _, rest = process.communicate(timeout=300)
    assert process.returncode == 130, "".join(said) + rest
    assert "what was measured so far is in" in rest
    document = read(tmp_path / "run.json")
    assert document["ended"] is not None
    assert any("interrupted" in note for note in document["notes"])
    if moment != "disk, writing":
        assert document["metrics"]
    assert traces() - before == set()


def test_the_next_start_reports_what_a_run_left_that_was_killed_with_its_guard(tmp_path, environment):
    left = tmp_path / ".hostcheck-0123abcd-0a1b2c3d"
    left.mkdir(mode=0o700)
    argv = [*BENCH, "--dir", tmp_path]
    environment["PATH"] = str(tmp_path / "no-fio")
    done = subprocess.run(argv, env=environment, capture_output=True, text=True)
    assert f"a killed run left {left}; remove it: rm -r {left}" in done.stderr


def test_an_emulated_disk_is_measured_beside_the_hosts_own_and_marked(tmp_path, environment):
    before = traces()
    argv = short_hostcheck(*OPTIONS, "--only", "disk", "--tier", "sata", "--name", "mine", "-o", tmp_path / "run.json")
    done = subprocess.run(argv, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    own, emulated = read(tmp_path / "run.json"), read(tmp_path / "run-sata.json")
    assert (own["host"]["name"], emulated["host"]["name"]) == ("mine", "mine (sata, emulated)")
    assert not any("Emulated" in note for note in own.get("notes", ()))
    assert any(note.startswith("Emulated: ") and "350 IOPS" in note for note in emulated["notes"])
    iops = next(metric for metric in emulated["metrics"] if metric["id"] == "disk.randwrite.iops")
    # How busy the host is decides whether a sample counts, and not how fast the disk is.
    assert median(values(iops)) == pytest.approx(350, rel=0.1)
    assert "mine (sata, emulated" in done.stdout.splitlines()[0]
    assert "Emulated: " in done.stdout
    assert traces() - before == set()


def test_several_runs_are_kept_each_and_pooled_into_one_that_says_so(tmp_path, environment):
    argv = short_hostcheck(*OPTIONS, "--only", "disk", "--dir", tmp_path, "--runs", "2", "-o", tmp_path / "run.json")
    done = subprocess.run(argv, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    pooled, *single = (read(tmp_path / f"run{number}.json") for number in ("", "-1", "-2"))
    counts = [[len(metric["samples"]) for metric in run["metrics"]] for run in (pooled, *single)]
    assert counts[0] == [one + other for one, other in zip(*counts[1:], strict=True)]
    assert pooled["notes"][-1].startswith("pooled from 2 runs, ")
    # Every document has the note; which notes a terminal has room for depends on how many there are.
    assert any("pooled from 2 runs, " in note for note in notes(compare([run_of(pooled, "run.json")])))


@pytest.mark.parametrize("tier", ["ssd", "0,0"])
def test_a_tier_that_is_none_is_refused_before_anything_is_measured(tmp_path, environment, tier):
    done = subprocess.run([*BENCH, "--tier", tier], env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no tier" in done.stderr
    assert not (tmp_path / "data").exists()


def test_without_the_report_extra_it_says_so_and_still_writes_the_run(tmp_path, environment):
    script = (
        "import sys\n"
        "import importlib.util\n"
        "real = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, *rest: None if name == 'jinja2' else real(name, *rest)\n"
        "sys.argv = ['hostcheck', 'bench', '--quick', '--only', 'storm', '-o', 'r.html', '-o', 'r.json']\n"
        "import hostcheck.cli\n"
        "hostcheck.cli.main()\n"
    )
    argv = [sys.executable, "-c", script]
    done = subprocess.run(argv, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 4
    assert "an HTML report needs jinja2, not installed here; install hostcheck's extra 'report': " in done.stderr
    assert any(note.startswith("Nothing was measured: ") for note in read(tmp_path / "r.json")["notes"])
    assert not (tmp_path / "r.html").exists()


HOMELESS = """
import sys
import hostcheck.store.folder as folder
folder.home = lambda _environment: None
sys.argv = ["hostcheck", "bench", "--only", "disk", "--dir", "/proc", *sys.argv[1:]]
from hostcheck.cli import main
main()
"""


@pytest.mark.parametrize(
    ("arguments", "first"),
    [
        (["-o", "json:{}/run.json"], "the run is not in the history, but in its file: this user has no home folder"),
        (["-o", "json:{}/run.json", "--compare", "last"], "this user has no home folder"),
        ([], "this user has no home folder"),
    ],
)
def test_without_a_home_folder_a_run_is_kept_where_it_is_named(tmp_path, arguments, first):
    argv = [sys.executable, "-c", HOMELESS, *(each.format(tmp_path) for each in arguments)]
    environment = {name: value for name, value in os.environ.items() if name != "XDG_DATA_HOME"}
    done = subprocess.run(argv, capture_output=True, text=True, env=environment)
    lines = done.stderr.splitlines()
    assert lines[0].startswith(f"hostcheck: {first}")
    # It goes on, to what is wrong with the folder.
    assert ("/proc" in lines[-1]) == first.startswith("the run")
