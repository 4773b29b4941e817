"""The page of many hosts."""

import random
import re
from dataclasses import replace

import pytest

from hostcheck.comparison.compare import compare
from hostcheck.report.figures.set_plot import BINS, MOST_HIGH, stacked
from hostcheck.report.fleet_page import MOST_BESIDE, some
from hostcheck.report.page import render
from hostcheck.run.files import read_run


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
                    m, state="ok", value=m.value * factor, interval=(m.value * factor * 0.99, m.value * factor * 1.01)
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


def test_it_leads_with_the_hosts_unlike_the_rest(page):
    answer = re.search(r'<div class="answer">(.*?)</div>', page, re.DOTALL)[1]
    first, second = re.findall("<p>(.*?)</p>", answer)
    assert re.match(r"1 of 40 hosts is unlike the rest: node-003 is (9\.\d|10)× (slower|faster) in ", first)
    assert second.startswith("node-001, ")
    assert " and stands out in 7 more." in first
    assert "<li>For docker: 39 ready, 1 not ready.</li>" in page


def test_a_table_of_figures_has_one_layout_for_narrow_windows(page):
    tables = re.findall(r'<section class="(scroll[^"]*)"[^>]*>\s*<table class="figures"', page)
    assert tables
    assert "scroll folds" not in tables


def test_checks_that_some_host_fails_name_it(page):
    row = re.search(r"<a [^>]*>Kernel version</a>.*?</tr>", page, re.DOTALL)[0]
    assert re.search(r'✗ fail</span> <span class="unit">× 1</span> node-005<', row)


def test_every_host_is_there_folded_those_to_be_spoken_of_first(page):
    names = re.findall(r"<summary>(node-\d+)", page)
    assert names[:2] == ["node-003", "node-005"]
    assert sorted(names) == [f"node-{number:03}" for number in range(40)]


def test_up_to_so_many_hosts_stand_beside_each_other(run_of):
    hosts = [run_of(f"h{number}") for number in range(MOST_BESIDE + 1)]
    assert "beside each other</span></h1>" not in render(compare(hosts[1:]))
    assert "beside each other</span></h1>" in render(compare(hosts))


def test_the_same_hosts_make_the_same_page(many, page):
    assert render(compare(many(40))) == page


def test_a_hundred_hosts_take_less_than_two_mebibytes(many):
    assert len(render(compare(many(100))).encode()) < 2 << 20


def test_hosts_without_figures_or_audit_are_a_page(run_of):
    text = render(compare([run_of(f"h{number}") for number in range(20)]))
    assert "20 hosts; none of them has a measurement." in text
    assert text.count("<details>") == 20


def test_hostile_names_do_nothing(run_of, metric):
    hostile = "<script>alert(1)</script>\x1b[2J"
    runs = [run_of(f"{hostile}{number}", metric("disk.randwrite.iops", 1, 1.01)) for number in range(19)]
    text = render(compare([*runs, run_of(hostile + "slow", metric("disk.randwrite.iops", 0.1, 0.101))]))
    assert "<script" not in text
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


def test_it_names_the_fastest_host(run_of, metric):
    rates = {f"h{number}": 100.0 + 0.01 * number for number in range(18)} | {"fast": 900.0, "slow": 10.0}
    runs = [run_of(name, metric("disk.randwrite.iops", rate, rate * 1.01)) for name, rate in rates.items()]
    text = render(compare(runs))
    assert "<p>Fastest: fast at random writes.</p>" in text
