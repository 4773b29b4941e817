"""What an imported figure lacks is said beside it, and it wins nothing by that."""

from dataclasses import replace

from hostcheck.comparison.compare import compare
from hostcheck.comparison.notes import notes
from hostcheck.comparison.ranking import ranking
from hostcheck.comparison.ratio import IMPORTED
from hostcheck.formats.comparison_markdown import render as render_markdown
from hostcheck.formats.comparison_text import render
from hostcheck.formats.terminal import Style

IOPS = "disk.randwrite.iops"


def imported(metric):
    samples = tuple(replace(one, detail={"read_from": "old.json, jobs[0]: write.iops"}) for one in metric.samples)
    return replace(metric, samples=samples)


def test_a_difference_that_an_imported_figure_makes_says_what_it_lacks(run_of, metric):
    compared = compare([run_of("a", metric(IOPS, 100, 101, 99)), run_of("b", imported(metric(IOPS, 900, 910, 890)))])
    (row,) = compared.rows
    assert (row.cells[1].ratio.judgement, row.cells[1].ratio.reason) == ("better", IMPORTED)
    assert compared.answer == (
        "b (imported) is faster than a: 8.8–9.2× at random writes.",
        "Whether this is larger than noise is unknown: imported figures do not show their noise.",
    )
    assert any(note.endswith(f"the ratio; {IMPORTED}") for note in notes(compared))


def test_a_measured_difference_says_nothing_of_it(run_of, metric):
    compared = compare([run_of("a", metric(IOPS, 100, 101, 99)), run_of("b", metric(IOPS, 900, 910, 890))])
    assert compared.rows[0].cells[1].ratio.reason == ""
    assert "imported" not in render(compared, Style(color=False, width=200))


def test_its_sign_stands_beside_it_with_its_meaning(run_of, metric):
    compared = compare([run_of("a", imported(metric(IOPS, 100, 101, 99)))])
    for text in (render(compared, Style(color=False, width=200)), render_markdown(compared)):
        assert " ‡" in text.partition("‡ imported")[0]
        assert "‡ imported: other work on the host is unknown" in text


def test_one_imported_sample_has_no_place_among_hosts_that_were_measured(run_of, metric):
    runs = [
        run_of("slow", metric(IOPS, 100, 101, 99)),
        run_of("seller", imported(metric(IOPS, 90000))),
        run_of("fast", metric(IOPS, 1000, 1010, 990)),
    ]
    compared = compare(runs)
    assert ranking(compared.names, compared.rows[0]) == (("fast",), ("slow",))
