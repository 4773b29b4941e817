"""When figures were measured, in which files they are, and how many checks are newer than an audit."""

from dataclasses import replace

from hostcheck.comparison.compare import compare
from hostcheck.comparison.newer import newer_checks
from hostcheck.comparison.origin import origin
from hostcheck.formats import COMPARISON
from hostcheck.formats.terminal import Style
from hostcheck.profiles.loader import load
from hostcheck.run.files import read_run
from hostcheck.verdicts import applicable

SATA, HOST, OLDER = "reports/sample/sata.json", "reports/sample/host.json", "tests/runs/run-1.json"
IOPS = "disk.randwrite.iops"


def test_each_host_has_its_files_and_each_kind_of_origin_its_days():
    runs = [read_run(name) for name in (SATA, HOST, "reference:nvme-vps-2014")]
    files = {runs[0].id: "old/sata.json", runs[1].id: "host.json", runs[2].id: "reference:nvme-vps-2014"}
    assert origin(compare(runs, files=files)) == (
        "Measured by hostcheck on 2026-11-24: vm (sata, emulated) in old/sata.json, vm (own disk) in host.json.",
        "Published by others on 2014-06-23: NVMe VPS 2014 (published) in reference:nvme-vps-2014.",
    )


def test_a_run_of_unknown_origin_has_its_id_and_pooled_runs_all_of_their_files(run_of, metric):
    runs = [replace(run_of("a", metric(IOPS, 1, 2)), id=name * 8) for name in ("abcd", "bcde")]
    other = replace(run_of("b", metric(IOPS, 1, 2)), started="2026-11-25T00:00:00Z")
    comparison = compare([*runs, other], pooled=True, files={runs[0].id: "1.json", runs[1].id: "2.json"})
    assert origin(comparison) == (
        "Measured by hostcheck from 2026-11-23 to 2026-11-25: a in 1.json and 2.json, b in run id-b.",
    )


def test_of_runs_without_figures_nothing_is_said_and_of_many_only_when(run_of, metric):
    assert origin(compare([run_of("a")])) == ()
    many = [run_of(name, metric(IOPS, 1, 2)) for name in "abcdefg"]
    assert origin(compare(many)) == ("Measured by hostcheck on 2026-11-23.",)


def test_compare_says_it_in_its_first_ten_lines():
    runs = [read_run(SATA), read_run(HOST)]
    files = {run.id: name for run, name in zip(runs, ("sata.json", "host.json"), strict=True)}
    text = COMPARISON.load("text")(compare(runs, files=files), Style())
    assert "Measured by hostcheck on 2026-11-24: " in " ".join(text.splitlines()[:10])
    assert "Both hosts are ready for docker (" in " ".join(text.splitlines()[:10])


def test_checks_that_an_audit_lacks_are_counted_and_those_that_it_has_are_not():
    old = read_run(HOST)
    assert newer_checks(old) == newer_checks(old, ["docker"]) + newer_checks(old, ["docker-2014"]) > 0
    assert f"; {newer_checks(old)} checks are newer than this audit." in compare([old]).fitness[0]
    asked = list(applicable(load("docker"), old.facts))
    verdicts = tuple(replace(old.verdicts[0], profile="docker", check=check.id) for check in asked)
    current = replace(old, verdicts=verdicts)
    assert newer_checks(current) == 0
    assert "newer" not in compare([current]).fitness[0]
    assert newer_checks(replace(old, verdicts=(replace(old.verdicts[0], profile="ours"),))) == 0


def test_readiness_has_a_verb_and_each_kind_of_answer_its_profiles(run_of, audited):
    (docker,) = {verdict.profile: verdict for verdict in audited["verdicts"]}.values()
    verdicts = (
        replace(docker, profile="ours", status="fail", severity="required"),
        replace(docker, profile="theirs", status="warn", severity="recommended"),
        replace(docker, profile="others", status="unknown", severity="required"),
    )
    (said,) = compare([run_of("a", verdicts=verdicts)]).fitness
    assert said == (
        "a is not ready for ours (1 requirement missed); ready for theirs (1 recommendation); "
        "not known to be ready for others (1 required check unknown)."
    )
    alike = [run_of(name, verdicts=verdicts[1:2]) for name in "abc"]
    assert compare(alike).fitness == ("All three hosts are ready for theirs (1 recommendation).",)
    assert compare([*alike[:2], run_of("c")]).fitness == ("a and b are ready for theirs (1 recommendation).",)
