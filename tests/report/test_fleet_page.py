"""The page of many hosts."""

import base64
import hashlib
import random
import re
from dataclasses import replace

import pytest

from hostcheck.comparison.compare import compare
from hostcheck.formats.findings_text import merged, of_verdict, ranked
from hostcheck.population.columns import MOST_BESIDE, Placed, Population
from hostcheck.report.figures.set_plot import BINS, MOST_HIGH, stacked
from hostcheck.report.fleet_page import some
from hostcheck.report.page import render, render_fleet
from hostcheck.run.files import read_run
from hostcheck.run.measured import Sample


@pytest.fixture(scope="module")
def many():
    """Make runs of so many hosts of one real run, one of them ten times as slow and one not ready for docker."""
    real = read_run("tests/runs/run-1.json")

    def make(count):
        rng = random.Random(1)
        runs = []
        for number in range(count):
            factor = rng.lognormvariate(0, 0.05) * (0.1 if number == 3 else 1)
            metrics = tuple(
                replace(
                    m,
                    state="ok",
                    value=m.value * factor,
                    interval=(m.value * factor * 0.99, m.value * factor * 1.01),
                    samples=(),
                )
                for m in real.metrics
            )
            verdicts = tuple(
                replace(v, status="fail") if number == 5 and v.check == "kernel.version" else v for v in real.verdicts
            )
            host = replace(real.host, name=f"node-{number:03}")
            runs.append(replace(real, id=f"{number}", host=host, metrics=metrics, verdicts=verdicts))
        return runs

    return make


@pytest.fixture(scope="module")
def page(many):
    return render(compare(many(40)))


@pytest.fixture(scope="module")
def fleet(many):
    """A page of hosts of an inventory: some without a result, one with another value of a fact, one that changed."""
    population = Population("web")
    for number, run in enumerate(many(40)):
        facts = run.facts | ({"cgroup.mode": replace(run.facts["cgroup.mode"], value="v1")} if number == 7 else {})
        before = {8: replace(run, started="2026-11-01T00:00:00Z")}.get(number)
        if before:
            before = replace(before, facts=before.facts | {"virt.vmm": replace(run.facts["virt.vmm"], value="qemu")})
        placed = Placed(run.host.name, ("web",), f"rack-{number % 4}", "acme")
        if number in {9, 11}:
            population.add(replace(placed, state="unreachable", reason="port 22: No route to host"), None)
        else:
            population.add(placed, replace(run, facts=facts), before)
    return render_fleet(population)


def answer_of(text):
    said = re.findall("<p>(.*?)</p>", re.search(r'<div class="answer">(.*?)</div>', text, re.DOTALL)[1])
    first, *others = (" ".join(re.sub(r"<[^>]+>", "", each).split()) for each in said)
    assert first.startswith("In short: ")
    return [first.removeprefix("In short: "), *others]


def rows_of(text, section):
    table = re.search(rf'<section id="{section}".*?</table>', text, re.DOTALL)[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in re.findall(r"<tr[ >].*?</tr>", table, re.DOTALL)]


def test_it_leads_with_who_is_ready_and_who_is_unlike_the_rest(page):
    *ready, unlike = answer_of(page)
    assert ready == [f"For {profile}, 39 of 40 hosts are ready, 1 not." for profile in ("docker", "docker-2014")]
    assert re.match(r"1 of 40 measured hosts is unlike the rest: node-003 is (9\.\d|10)× (slower|faster) in ", unlike)
    assert " and stands out in 7 more figures." in unlike


def test_a_host_that_is_unlike_the_rest_is_a_link_to_its_row_which_is_before_the_checks(page):
    anchor = re.search(r'<a href="#([^"]+)">node-003</a> is ', page)[1]
    assert re.search(rf'<tr id="{anchor}"><th scope="row">node-003<', page)
    assert page.index('id="ready"') < page.index('id="unlike"') < page.index('id="checks"')


def test_checks_are_in_the_order_of_an_audit(page):
    listed = re.findall(r'<th scope="row">([^<]+) <span class="unit">[^<]*</span></th><td data-label="Result">', page)
    run = read_run("tests/runs/run-1.json")
    asked = ranked(merged(map(of_verdict, run.verdicts)))
    assert [title for title in listed if title in {item.title for item in asked}][-len(asked) :] == [
        item.title for item in asked
    ]


def test_hosts_that_were_slow_in_the_same_minutes_are_named_with_them(many):
    slow = Sample(250.0, started="2026-11-29T12:03:40Z")
    runs = []
    for number, run in enumerate(many(30)):
        samples = tuple(Sample(1000.0, started=f"2026-11-29T12:{minute:02}:10Z") for minute in range(10))
        first = replace(run.metrics[0], samples=(*samples, slow) if number in {4, 9, 14, 19} else samples)
        runs.append(replace(run, metrics=(replace(first, better="higher"), *run.metrics[1:])))
    text = render(compare(runs))
    assert "4 hosts were slow in the same minutes, 1 minute in all." in answer_of(text)
    assert any("12:03 all 4 of 30" in row and "node-004, node-009" in row for row in rows_of(text, "minutes"))


def test_hosts_without_a_result_count_for_none_and_have_their_reason(fleet):
    answer = answer_of(fleet)
    assert answer[0] == "For docker, 37 of 40 hosts are ready, 1 not, 2 without a result."
    assert answer[2] == "2 hosts have no result: 2 unreachable."
    assert "unreachable 2 node-009, node-011 port 22: No route to host (× 2)" in " ".join(
        re.sub(r"<[^>]+>", " ", fleet).split()
    )


def test_facts_that_few_hosts_have_and_what_changed_are_in_the_answer(fleet):
    answer = " ".join(answer_of(fleet))
    assert "Facts that few hosts have: cgroup.mode is v1 on 1 host," in answer
    assert "Since the run before: facts or checks changed on 1 of 1 hosts." in answer
    assert any(
        re.match(r"The monitor that runs the virtual machine qemu \w+ node-008", row)
        for row in rows_of(fleet, "changed")
    )


def test_a_profile_says_which_checks_keep_hosts_from_being_ready(page):
    assert "docker 39 1 0 0 kernel.version: 1" in rows_of(page, "ready")


def test_checks_that_some_host_fails_name_it(page):
    row = re.search(r">kernel.version <.*?</tr>", page, re.DOTALL)[0]
    assert re.search(r"✗ fail</span> <span class=\"unit\">× 1</span></td><td[^>]*>node-005<", row)
    assert re.search(r"<summary>What to do</summary><p>[^<]+ <span class=\"fix\">[^<]+<", row)


def test_each_metric_says_how_large_a_fault_would_be_found(page, run_of, metric):
    assert re.search(r'data-label="Would find">\d\.\d× slower<', page)
    figures = [metric("disk.randwrite.iops", 100 + number, 101 + number) for number in range(4)]
    few = [run_of(f"h{number}", *figures[number : number + 1]) for number in range(20)]
    assert "none: fewer than 5 hosts of a kind" in render(compare(few))


def test_figures_are_there_by_provider_plan_group_and_domain(fleet):
    table = re.search(r'aria-label="Sequential read by what hosts share">.*?</table>', fleet, re.DOTALL)[0]
    assert re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td><td class="number">(\d+)', table)[2:4] == [
        ("web", "Group", "38"),
        ("rack-0", "Failure domain", "10"),
    ]


def test_a_table_of_figures_has_one_layout_for_narrow_windows(page):
    tables = re.findall(r'<section class="(scroll[^"]*)"[^>]*>\s*<table class="figures"', page)
    assert tables
    assert "scroll folds" not in tables


def test_every_host_is_there_those_to_be_spoken_of_first(page):
    names = [row.split()[0] for row in rows_of(page, "hosts")[1:]]
    assert names[:2] == ["node-003", "node-005"]
    assert sorted(names) == [f"node-{number:03}" for number in range(40)]


def test_each_filter_has_hosts_and_a_rule(fleet):
    offered = re.findall(r'name="show" value="(\w+)"', fleet)
    assert offered == ["all", "unready", "unlike", "changed", "missing"]
    for mark in offered[1:]:
        assert re.search(rf'<tr class="[^"]*\b{mark}\b', fleet)
        assert f'#hosts:has([value="{mark}"]:checked) tbody tr:not(.{mark})' in fleet


def test_a_filter_that_would_show_nobody_is_not_offered(page):
    assert re.findall(r'name="show" value="(\w+)"', page) == ["all", "unready", "unlike"]


def test_the_policy_allows_the_one_script_of_the_page(page):
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    assert policy == f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{digest}'"
    assert '<p id="search" class="filter" hidden>' in page


def test_up_to_so_many_hosts_stand_beside_each_other(run_of):
    hosts = [run_of(f"h{number}") for number in range(MOST_BESIDE + 1)]
    assert 'id="hosts"' not in render(compare(hosts[1:]))
    assert 'id="hosts"' in render(compare(hosts))


def test_many_runs_of_one_host_are_no_population(run_of):
    runs = [replace(run_of("node"), id=f"{number:032x}") for number in range(MOST_BESIDE + 1)]
    assert 'id="hosts"' not in render(compare(runs))


def test_too_few_measured_hosts_say_so(run_of, metric):
    runs = [run_of(f"node-{number}") for number in range(9)] + [run_of("x", metric("disk.randwrite.iops", 5, 6))]
    assert "1 host was measured: too few of a kind to say which is unlike the rest." in answer_of(render(compare(runs)))


def test_the_same_hosts_make_the_same_page(many, page):
    assert render(compare(many(40))) == page


def test_a_hundred_hosts_take_less_than_a_mebibyte(many):
    assert len(render(compare(many(100))).encode()) < 1 << 20


def test_hosts_without_figures_or_audit_are_a_page(run_of):
    text = render(compare([run_of(f"h{number}") for number in range(20)]))
    assert answer_of(text) == ["20 hosts; none of them was audited.", "None of them has a measurement."]
    assert len(rows_of(text, "hosts")) == 21


def test_hostile_names_do_nothing(run_of, metric):
    hostile = "<script>alert(1)</script>\x1b[2J"
    runs = [run_of(f"{hostile}{number}", metric("disk.randwrite.iops", 1, 1.01)) for number in range(19)]
    text = render(compare([*runs, run_of(hostile + "slow", metric("disk.randwrite.iops", 0.1, 0.101))]))
    assert text.count("<script") == 1
    assert "\x1b" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_dots_are_no_more_than_the_drawing_can_show():
    dots = stacked([0.0] * 1000 + [0.5, -1.0, 1.0], 1.0)
    assert len(dots) == MOST_HIGH + 3
    assert len(stacked([place / 5000 - 1 for place in range(10_000)], 1.0)) <= (BINS + 1) * MOST_HIGH
    assert all(-1 <= place <= 1 for place, _ in dots)


def test_a_few_names_are_given_and_the_rest_counted():
    assert some(["a", "b"]) == "a, b"
    assert some([str(number) for number in range(20)]) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 10 more"
