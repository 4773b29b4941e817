"""Runs as columns."""

from dataclasses import replace

import pytest

from hostcheck.population.columns import Placed, Population
from hostcheck.run.files import read_run
from hostcheck.run.model import HostIdentity, Verdict


def verdict(status, check="a", severity="required", profile="docker"):
    return Verdict(profile, check, status, severity, "", f"found {status}", "", "", "", title=f"Check {check}")


def test_each_host_is_ready_not_ready_or_unknown_and_one_without_a_run_has_no_result(run_of):
    population = Population()
    for name, status in (("a", "pass"), ("b", "fail"), ("c", "unknown"), ("d", "warn")):
        population.add(Placed(name), run_of(name, verdicts=(verdict(status),)))
    population.add(Placed("e", state="unreachable", reason="no route"), None)
    assert {state: list(hosts) for state, hosts in population.ready["docker"].items()} == {
        True: [0, 3],
        False: [1],
        None: [2],
    }
    assert population.without_result == {"unreachable": [4]}
    assert population.checks["docker", "a"].hosts("fail") == [1]


def test_what_was_found_is_kept_once_for_all_hosts_that_share_it(run_of):
    population = Population()
    for number in range(5):
        population.add(Placed(str(number)), run_of(str(number), verdicts=(verdict("fail" if number else "pass"),)))
    found = population.checks["docker", "a"].found
    assert {key: list(hosts) for key, hosts in found.items()} == {
        ("pass", ""): [0],
        ("fail", "found fail"): [1, 2, 3, 4],
    }


@pytest.mark.parametrize(
    ("cpus", "memory", "plan"),
    [(2, 4 << 30, "2 CPUs, 4 GiB"), (1, 3_999_000_000, "1 CPU, 3.7 GiB"), (None, None, "")],
)
def test_a_plan_is_the_cpus_and_the_memory(run_of, cpus, memory, plan):
    population = Population()
    population.add(Placed("a"), replace(run_of("a"), host=HostIdentity("a", cpus=cpus, memory_bytes=memory)))
    assert population.members[0].plan == plan


def test_what_changed_since_the_run_before_is_kept(metric):
    run = read_run("reports/sample/host.json")
    facts = run.facts | {"cgroup.mode": replace(run.facts["cgroup.mode"], value="v1")}
    before = replace(
        run, started="2026-11-01T00:00:00Z", facts=facts, metrics=(metric("disk.randread.iops", 300, 301, 302),)
    )
    now = replace(run, metrics=(metric("disk.randread.iops", 100, 101, 102),))
    population = Population()
    population.add(Placed("a"), now, before)
    since, changes = population.changes[0]
    assert since == "2026-11-01T00:00:00Z"
    assert ("cgroup.mode", "v1", "hybrid") in [(change.what, change.before, change.now) for change in changes]
    assert [(drift.metric, drift.words) for drift in population.drift] == [("disk.randread.iops", "3.0× slower")]


def test_a_figure_that_moved_as_two_runs_may_has_not_drifted(run_of, metric):
    population = Population()
    now, before = (run_of("a", metric("disk.randread.iops", value, value + 1)) for value in (100, 103))
    population.add(Placed("a"), now, before)
    assert population.drift == []
