"""``hostcheck gate``: its exit codes one by one, and what it writes."""

import json
import os
import re
import stat
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path

import pytest

from hostcheck.gate.policy_file import parse_policy
from tests.forked import hostcheck_forked

TOP = Path(__file__).parents[2]
RUN = str(TOP / "tests/runs/judged.json")


def gate(*arguments, **environment):
    return hostcheck_forked("gate", *arguments, cwd=TOP, env={**os.environ, **environment})


_FACTS = {"unknown": "kernel.psi"}
"""A fact that the run does not have."""


@pytest.fixture
def judged(tmp_path):
    """Write a profile by which the real run has one verdict of each status given; return the arguments to judge it."""
    asked = {
        "pass": 'at_least = "1"',
        "fail": 'at_least = "99"',
        "unknown": "equals = true",
        "skip": 'at_least = "1"\nwhen = { fact = "kernel.version", at_least = "99", otherwise = "not here" }',
    }

    def write(*statuses, severity="required"):
        rows = [
            f'[[check]]\nid = "{status}.{number}"\ntitle = "t"\nfact = "{_FACTS.get(status, "kernel.version")}"\n'
            f'severity = "{severity}"\nwhy = "w"\nfix = "f"\nsource = "s"\n{asked[status]}\n'
            for number, status in enumerate(statuses)
        ]
        path = tmp_path / "own.toml"
        path.write_text("\n".join(['title = "Own"', 'summary = "Ours."', *rows]))
        return "--run", RUN, "--profile", path

    return write


@pytest.mark.parametrize(
    ("statuses", "code"),
    [
        (("pass", "skip"), 0),
        (("pass", "fail"), 1),
        (("pass", "unknown"), 3),
        (("fail", "unknown", "fail", "fail"), 1),
        (("unknown", "unknown", "unknown"), 3),
    ],
)
def test_a_failure_outranks_unknown_which_outranks_pass_and_neither_is_counted(judged, statuses, code):
    assert gate(*judged(*statuses)).returncode == code


@pytest.mark.parametrize(
    ("options", "status", "severity", "code"),
    [
        ([], "fail", "recommended", 0),
        (["--fail-on", "recommended"], "fail", "recommended", 1),
        (["--unknown", "fail"], "unknown", "required", 1),
        (["--ignore", "unknown.*=known@2999-12-31"], "unknown", "required", 3),
        (["--ignore", "unknown.0=known"], "unknown", "required", 3),
        (["--ignore", "unknown.0=known@2999-12-31"], "unknown", "required", 0),
        (["--ignore", "fail.0=known@2999-12-31"], "fail", "required", 0),
        (["--ignore", "fail.*"], "fail", "required", 0),
        (["--ignore", "fail.0=known@2020-01-01"], "fail", "required", 1),
    ],
)
def test_what_counts_is_what_the_options_say(judged, options, status, severity, code):
    assert gate(*judged(status, severity=severity), *options).returncode == code


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--profile", "dokcer"], "did you mean docker?"),
        (["--run", RUN, "--ignore", "kernel.versoin"], "did you mean kernel.version?"),
        (["--run", RUN, "--root", "."], "both name what to judge"),
        (["--max-age", "7d"], "--max-age needs --run"),
        (["--host", "node-1"], "--host needs --run"),
        (["--run", RUN, "--max-age", "7 moons"], "'7 moons' is not a duration; write it like 30min, 12h, 7d or 2w"),
        (["--run", RUN, "--policy", "nowhere.toml"], "nowhere.toml"),
        (["--run", "nowhere.json"], "nowhere.json"),
        (["--run", RUN, "-o", "junti:x"], "did you mean junit:x?"),
    ],
)
def test_a_wrong_command_line_ends_with_2_and_one_line(arguments, message):
    done = gate(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert message in done.stderr


@pytest.mark.parametrize("baseline", ["none.json", "/dev/null", "reference:nope", "history:nope", str(TOP)])
@pytest.mark.parametrize("place", ["option", "policy"])
def test_a_baseline_that_is_wrong_is_a_wrong_file_with_one_remedy(tmp_path, baseline, place):
    policy = tmp_path / "policy.toml"
    policy.write_text(f'[gate]\nbaseline = "{baseline}"\n')
    done = gate("--run", RUN, *(("--policy", policy) if place == "policy" else ("--baseline", baseline)))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith("hostcheck: the baseline cannot be used: ")
    assert done.stderr.count("; ") == 1


@pytest.mark.parametrize(
    ("threshold", "code"),
    [
        ("storm.makespan.seconds <= 5", 0),
        ("storm.makespan.seconds <= 1", 1),
        # The interval is 1.89 to 2.01 s.
        ("storm.makespan.seconds <= 1.95", 3),
        ("disk.wal.p99 <= 10", 2),
    ],
)
def test_thresholds_are_held_against_the_interval(tmp_path, threshold, code):
    policy = tmp_path / "hostcheck.toml"
    policy.write_text(f'[gate]\nthresholds = ["{threshold}"]\n')
    assert gate("--run", RUN, "--policy", policy).returncode == code


def test_an_unknown_key_of_the_policy_is_reported_with_its_line(tmp_path):
    policy = tmp_path / "hostcheck.toml"
    policy.write_text('[gate]\nprofiles = ["docker"]\nfail-on = "required"\n')
    done = gate("--run", RUN, "--policy", policy)
    assert done.returncode == 2
    assert re.search(r"hostcheck\.toml:3: .*fail_on", done.stderr)


def test_several_documents_are_written_at_once_and_each_where_it_belongs(tmp_path):
    summary = tmp_path / "summary.md"
    outputs = [
        "junit:r.xml",
        "sarif:r.sarif",
        "openmetrics:r.prom",
        "csv:r.csv",
        "tap:r.tap",
        "json:r.json",
        "github:-",
    ]
    arguments = [word for output in outputs for word in ("-o", output.replace(":r", f":{tmp_path}/r"))]
    done = gate("--run", RUN, *arguments, GITHUB_STEP_SUMMARY=str(summary))
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.glob("r.*")) == [
        "r.csv",
        "r.json",
        "r.prom",
        "r.sarif",
        "r.tap",
        "r.xml",
    ]
    assert done.stdout.startswith("::warning title=hostcheck")
    assert "gate passed" in summary.read_text()
    assert stat.S_IMODE((tmp_path / "r.prom").stat().st_mode) == 0o644
    assert json.loads((tmp_path / "r.json").read_text())["outcome"] == "passed"


@pytest.mark.parametrize(("statuses", "code"), [(("pass",), 0), (("fail",), 2), (("unknown",), 3)])
def test_as_a_nagios_plugin_the_codes_are_nagios(judged, statuses, code):
    done = gate(*judged(*statuses), "-o", "nagios:-")
    assert done.returncode == code
    assert done.stdout.startswith("HOSTCHECK ")


def test_as_a_nagios_plugin_an_error_is_unknown():
    done = gate("--run", "nowhere.json", "-o", "nagios:-")
    assert done.returncode == 3
    assert done.stdout.startswith("HOSTCHECK UNKNOWN - ")


def test_the_policy_in_the_documents_is_one():
    text = (TOP / "docs" / "gate.md").read_text()
    (example,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    policy = parse_policy(example, Path("hostcheck.toml"))
    assert policy.profiles == ("docker", "kubernetes")
    assert [threshold.limit for threshold in policy.thresholds] == [10_000, 0.005, 60]
    assert [waiver.pattern for waiver in policy.waivers] == ["security.apparmor"]


def test_a_policy_with_mistakes_is_one_line_also_to_nagios(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text('[gate]\nfail_on = "all"\nthresholds = ["disk.randwrit.iops >= 5"]\n')
    done = gate("--run", RUN, "--policy", path)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert f"{path}:2: fail_on is 'all'" in done.stderr
    assert (
        f" | reading the policy {path}:3: there is no metric 'disk.randwrit.iops'; did you mean disk.randwrite.iops?"
        in done.stderr
    )
    plugin = gate("--run", RUN, "--policy", path, "-o", "nagios:-")
    assert (plugin.returncode, len(plugin.stdout.splitlines()), plugin.stderr) == (3, 1, "")
    assert plugin.stdout.endswith("(and 1 more mistake)\n")


def test_an_unknown_cannot_be_made_a_pass_on_the_command_line():
    done = gate("--run", RUN, "--unknown", "pass")
    assert done.returncode == 2
    assert "'pass' is not one of 'fail', 'inconclusive'" in done.stderr


def test_no_example_offers_a_pass_of_the_unknown():
    offered = re.compile(r"unknown(?:[\"']?\s*[=:]\s*|[ =])[\"']?pass\b|fail, inconclusive(?:,| or) pass")
    files = [TOP / "action.yml", TOP / "README.md", *TOP.glob("docs/*.md"), *TOP.glob("examples/**/*")]
    assert [str(file) for file in files if file.is_file() and offered.search(file.read_text())] == []


def test_a_policy_in_the_current_folder_is_not_read_and_that_is_said(tmp_path):
    """A pull request could weaken its own gate with it."""
    (tmp_path / "hostcheck.toml").write_text('[gate]\nprofiles = ["nonesuch"]\n')
    (tmp_path / "pyproject.toml").write_text("[tool.hostcheck.gate]\nnonesuch = 1\n")
    argv = [sys.executable, "-m", "hostcheck", "gate", "--run", RUN]
    environment = {**os.environ, "PYTHONPATH": str(TOP)}
    run = partial(subprocess.run, capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=120)
    unasked = run(argv)
    assert (unasked.returncode, unasked.stdout) == (0, gate("--run", RUN).stdout)
    assert (
        unasked.stderr == "hostcheck: hostcheck.toml in this folder is not used; to use it: --policy hostcheck.toml\n"
    )
    asked = run([*argv, "--policy", "hostcheck.toml"])
    assert asked.returncode == 2
    assert "there is no profile 'nonesuch'" in asked.stderr
    assert "unasked" not in asked.stderr


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["--max-age", "52w", "--host", "vm"], []),
        (["--max-age", "1min", "--host", "vm"], ["run.age"]),
        (["--host", "db-1"], ["run.host"]),
    ],
)
def test_a_run_that_is_too_old_or_of_another_host_is_inconclusive(tmp_path, options, found):
    document = json.loads(Path(RUN).read_text())
    shift_to(document, datetime.now(tz=timezone.utc) - timedelta(hours=2))
    path = tmp_path / "run.json"
    path.write_text(json.dumps(document))
    done = gate("--run", path, *options, "-o", "json:-")
    found_ids = [each["id"] for each in json.loads(done.stdout)["findings"] if each["effect"] == "inconclusive"]
    assert (done.returncode, found_ids) == (3 if found else 0, found)


def shift_to(document, began):
    """Move every time of a run, so that it began then."""
    times = [document, *(sample for metric in document["metrics"] for sample in metric["samples"])]
    first = min(datetime.fromisoformat(each["started"]) for each in times if each["started"])
    for each in times:
        for key in ("started", "ended"):
            if each.get(key):
                moved = datetime.fromisoformat(each[key]) - first + began
                each[key] = moved.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize(
    "wrong",
    [
        ["--max-age", "7d"],
        ["--run", RUN, "--root", "."],
        ["--run", RUN, "--max-age", "x"],
        ["--nonsense"],
        ["--fail-on", "none"],
        ["--baseline", ""],
        ["--baseline"],
        ["extra"],
        ["-o", "nagios:-"],
    ],
)
def test_as_a_nagios_plugin_a_wrong_command_line_is_unknown_and_not_critical(wrong):
    for done in (gate("-o", "nagios:-", *wrong), gate("--output=nagios:-", *wrong)):
        assert (done.returncode, done.stdout[:20], done.stdout.count("\n")) == (3, "HOSTCHECK UNKNOWN - ", 1)
        assert done.stderr == ""


@pytest.mark.parametrize("version", ["1" + "0" * 5000, "6." + "1" * 5000, "6.1." + "9" * 19])
def test_a_version_of_thousands_of_digits_is_unknown(judged, tmp_path, version):
    document = json.loads(Path(RUN).read_text())
    document["facts"]["kernel.version"]["value"] = version
    path = tmp_path / "run.json"
    path.write_text(json.dumps(document))
    for arguments in (judged("pass")[2:], ("-p", "docker")):
        done = gate("--run", path, *arguments)
        assert (done.returncode, done.stderr) == (3, "")


def test_a_sarif_location_is_a_file_of_the_repository(tmp_path):
    for place, problem in (("nope.md", "no such file"), ("/etc/hostname", "is outside of the repository")):
        done = gate("--run", "tests/runs/judged.json", "--sarif-location", place, "-o", "sarif:-")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == f"hostcheck: --sarif-location {place}: {problem}; name a file of the repository\n"


def test_a_policy_that_asks_for_a_proof_is_for_this_host_and_for_experiments(tmp_path):
    policy = tmp_path / "policy.toml"
    policy.write_text("[gate]\nprove = true\n")
    captured = gate("--policy", policy, "--root", "tests/hosts/docker-cgroup2-in-kvm/root")
    assert (captured.returncode, captured.stdout) == (2, "")
    assert captured.stderr.startswith(
        "hostcheck: a proof runs a container, which only an audit on the host itself can do; leave out"
    )
    untried = gate("--policy", policy, "--no-experiments")
    assert untried.returncode == 2
    assert "which --no-experiments forbids" in untried.stderr
    recorded = gate("--policy", policy, "--run", RUN, "-p", "docker")
    assert recorded.returncode in {1, 3}
    assert "made without --prove" in recorded.stdout
