"""A context, an engine or an image that the user names is measured, or the command ends with 4; it is never skipped."""

import json
import os

import pytest

from tests.forked import hostcheck_forked

BENCH = ("bench", "--quick", "--allow-busy")


@pytest.fixture
def bench(tmp_path):
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path / "data"), "DOCKER_HOST": f"unix://{tmp_path}/no.sock"}

    def do(*words):
        return hostcheck_forked(*BENCH, *words, env=environment)

    return do


@pytest.mark.parametrize("only", [[], ["--only", "build"], ["--only", "build", "--private-engine"]], ids=" ".join)
@pytest.mark.parametrize(
    ("name", "missing"), [("none", "none"), ("empty", "empty/Dockerfile"), ("empty/Dockerfile", "empty/Dockerfile")]
)
def test_a_context_without_a_dockerfile_ends_the_command_before_anything_is_measured(
    bench, tmp_path, only, name, missing
):
    (tmp_path / "empty").mkdir()
    done = bench(*only, "--context", tmp_path / name)
    assert (done.returncode, done.stdout) == (4, ""), done.stderr
    assert done.stderr.startswith(
        f"hostcheck: cannot start the measurement: cannot read the build context: {tmp_path / missing}: No such file"
    )
    assert done.stderr.endswith("; name a folder that contains a Dockerfile\n")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("only", [[], ["--only", "build"], ["--only", "storm"]], ids=" ".join)
def test_an_engine_that_does_not_answer_ends_the_command_before_anything_is_measured(bench, tmp_path, only):
    done = bench(*only, "--engine", f"unix://{tmp_path}/none.sock")
    assert (done.returncode, done.stdout) == (4, ""), done.stderr
    assert done.stderr.startswith("hostcheck: cannot start the measurement: no container engine responds (")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--runs", "3"], 2, "--endurance and --runs cannot be combined"),
        (["--tier", "sata"], 2, "--endurance and --tier cannot be combined"),
        (["--dir", "absent"], 4, "--dir absent: there is no such folder"),
    ],
    ids=lambda each: "",
)
def test_an_endurance_begins_with_nothing_that_it_does_not_follow(tmp_path, words, code, said):
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
    done = hostcheck_forked("bench", "--endurance", "24h", *words, env=environment)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    assert not (tmp_path / "hostcheck/endurance/plan.json").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["--only", "disk", "--storm", "3"],
        ["--only", "disk", "--image", "own:1"],
        ["--only", "storm", "--context", "."],
        ["--only", "build", "--sustained", "10min"],
        ["--only", "build", "--dir", "."],
    ],
    ids=" ".join,
)
def test_an_option_of_a_part_that_is_left_out_is_refused_before_anything_is_measured(bench, tmp_path, words):
    done = bench(*words)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert done.stderr.startswith(f"hostcheck: {words[2]} is for the ")
    assert not (tmp_path / "data").exists()


def test_the_outputs_are_written_before_it_ends_with_4(bench, tmp_path):
    done = bench("--only", "storm", "--image", "own:1", "-o", tmp_path / "run.json")
    assert done.returncode == 4
    assert done.stderr.splitlines()[-1] == ("hostcheck: nothing was measured (storm); fix that, and measure again")
    assert done.stderr.count("no container engine responds") == 1
    assert done.stdout.startswith("Nothing was measured on ")
    run = json.loads((tmp_path / "run.json").read_text())
    assert run["metrics"] == []
    assert run["verdicts"]
    assert [note for note in run["notes"] if "no container engine responds" in note]
