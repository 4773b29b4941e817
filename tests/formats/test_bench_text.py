"""What bench prints: at most 30 lines with that of the page, a line a figure, nothing twice and nothing cut."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from hostcheck.comparison.compare import compare
from hostcheck.formats.bench_text import render
from hostcheck.formats.terminal import Style, display_width
from hostcheck.run.files import read_run

SAMPLE = Path(__file__).parents[2] / "reports" / "sample"


@pytest.fixture(scope="module")
def host():
    return read_run(SAMPLE / "host.json")


def compared(*runs):
    return compare(list(runs))


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_run_takes_less_than_30_lines_and_none_is_wider_than_the_terminal(host, width):
    named = (replace(host, host=replace(host.host, name=name)) for name in ("a", "b"))
    for runs in ([host], [read_run(SAMPLE / "sata.json"), host], list(named)):
        lines = render(compared(*runs), Style(width=width)).splitlines()
        assert max(map(display_width, lines)) <= width
        if width >= 80:
            assert "…" not in "".join(lines)
            assert len(lines) < 30


def test_each_figure_of_a_host_is_a_line_with_its_interval_and_none_is_said_twice(host):
    text = render(compared(host), Style())
    assert re.search(r"^Storm of 20 containers, s +2\.04 +1\.95 – 2\.13$", text, re.MULTILINE)
    assert "slowest ready" not in text
    assert "95 % ready" not in text
    assert "2 more figures" in text
    alone = replace(host, metrics=tuple(each for each in host.metrics if each.id != "storm.makespan.seconds"))
    assert "slowest ready" in render(compared(alone), Style())


def test_all_of_it_is_what_compare_prints(host):
    from hostcheck.formats.comparison_text import render as whole

    assert render(compared(host), Style(detail="full")) == whole(compared(host), Style())


def test_a_run_without_figures_has_its_audit_and_says_so(host):
    note = "Nothing was measured: fio is not installed"
    text = render(compared(replace(host, metrics=(), notes=(note,))), Style())
    assert text.startswith("Nothing was measured on vm.\nvm is ready for docker (")
    assert text.count("fio is not installed") == 1
    assert "skipped" not in text


@pytest.mark.parametrize(
    "note", ["Emulated: 120 MB/s, 350 IOPS", "the measurement was interrupted: later metrics are missing"]
)
def test_what_all_values_are_from_is_shown_however_many_notes_there_are(host, note):
    emulated = replace(host, notes=(*(f"note {number}: {'long ' * 30}" for number in range(9)), note))
    assert note in " ".join(render(compared(host, emulated), Style()).split())
