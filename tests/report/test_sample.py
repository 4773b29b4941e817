"""The sample in reports/sample: made of the run files beside it, which were measured, and true to them."""

import gzip
import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from random import Random

import pytest

from hostcheck.comparison.compare import compare
from hostcheck.report.page import render
from hostcheck.run.files import dumps, read_run
from tests.pages import run_files

SAMPLE = Path(__file__).parents[2] / "reports" / "sample"
FILES = ("sata.json", "host.json")
"""The emulated SATA disk first: it is the baseline."""


@pytest.fixture(scope="module")
def runs():
    return [read_run(str(SAMPLE / name)) for name in FILES]


@pytest.fixture(scope="module")
def text():
    return (SAMPLE / "page.html").read_text()


def test_the_page_is_what_the_run_files_make_today(runs, text):
    assert text == render(compare(runs)), "make it anew: see reports/README.md"


def test_the_runs_were_measured_and_are_of_everything(runs):
    for run in runs:
        assert not run.is_published
        assert {"disk.seqread.bandwidth", "disk.randwrite.iops", "build.cold.seconds", "storm.makespan.seconds"} <= {
            metric.id for metric in run.metrics if metric.value is not None
        }
    assert any(note.startswith("Emulated: ") for note in runs[0].notes)


def test_every_figure_in_the_tables_is_that_of_its_run_file_in_one_unit_a_row(runs, text):
    rows = [
        row for table in re.findall(r'<table class="figures">(.*?)</table>', text, re.DOTALL) for row in _rows(table)
    ]
    shown = {name: re.findall(r'<span class="value">(?:<a [^>]*>)?([\d.,]+)', cells) for name, cells in rows}
    for row in compare(runs).rows:
        expected = [row.amount_of(cell.metric) for cell in row.cells if cell.metric and cell.metric.value is not None]
        assert shown[f"{row.label} {row.scale.unit}"] == expected, row.id


def _rows(table):
    found = re.findall(r'<tr[^>]*>\s*<th scope="row">(.*?)</th>(.*?)</tr>', table, re.DOTALL)
    return [(_words(name), cells) for name, cells in found]


def test_no_two_regions_have_one_name(text):
    names = re.findall(r'<section[^>]* aria-label="([^"]*)"', text)
    assert len(set(names)) == len(names) > 5


def test_every_link_leads_somewhere(runs, text):
    places = set(re.findall(r'\bid="([^"]+)"', text))
    links = re.findall(r'<a\b[^>]*\bhref="([^"]+)"', text)
    inside = [unescape(link) for link in links if link.startswith("#")]
    assert all(link[1:] in places for link in inside)
    assert [*run_files(text).values()] == [dumps(run).encode() for run in runs]
    assert all(link.startswith(("#", "data:", "https://")) for link in links)


def test_two_hosts_of_whose_audits_next_to_nothing_is_alike_have_a_page_of_less_than_500_kib(runs):
    """Every witness of the one host says the same with other letters, which no compression makes use of."""
    shuffle = Random(1)

    def other(fact):
        seen = tuple(
            replace(one, value=one.value and "".join(shuffle.sample(one.value, len(one.value))))
            for one in fact.evidence
        )
        return replace(fact, evidence=seen)

    first, second = runs
    strange = replace(
        second,
        facts={fact_id: other(fact) for fact_id, fact in second.facts.items()},
        verdicts=tuple(replace(verdict, found=f"{verdict.found}~") for verdict in second.verdicts),
    )
    page = render(compare([first, strange]))
    assert "facts are the same on every host that has them</summary>" in page
    assert len(page.encode()) < 500 * 1024


@pytest.mark.real
@pytest.mark.parametrize("width", [360, 768, 1200])
def test_nothing_lies_on_anything_else_or_out_of_the_window(layout, width, clean):
    found = layout(SAMPLE / "page.html", width)
    assert found == {"page": width} | clean


def _words(markup):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def test_the_page_is_small_enough_to_be_sent(text):
    assert len(text.encode()) <= 500 * 1024
    assert len(gzip.compress(text.encode(), 9)) <= 80 * 1024
