"""The page: a comparison as one self-contained HTML file."""

from collections.abc import Iterator
from typing import Any

from hostcheck import __version__
from hostcheck.comparison.labels import in_a_sentence
from hostcheck.comparison.model import Cell, Comparison, Row
from hostcheck.comparison.notes import between_runs, legend, reason_of, signs_of, undecided
from hostcheck.formats.terminal import Style
from hostcheck.population.columns import MOST_BESIDE, Population, population_of_runs
from hostcheck.report.archive import archive
from hostcheck.report.audits import WORDS_UP_TO, audit_of, commands, said, title_of
from hostcheck.report.differences import differences
from hostcheck.report.environment import environment, in_words
from hostcheck.report.figures.build import build_figure
from hostcheck.report.figures.hours import hours_figure
from hostcheck.report.figures.latency import latency_figure
from hostcheck.report.figures.launch import launch_figure
from hostcheck.report.figures.over_time import over_time_figure
from hostcheck.report.figures.plots import Plot
from hostcheck.report.figures.ratio import ratio_figure
from hostcheck.report.figures.storm import storm_figures
from hostcheck.report.fitness import fitness
from hostcheck.report.fleet_page import fleet_context, some
from hostcheck.report.glance import glance
from hostcheck.report.movement import HEADER, movements
from hostcheck.report.svg import SIDE
from hostcheck.report.templating import MEDIUM, NARROW, environment_of_pages, style_of_pages
from hostcheck.run.metrics import headlines, of_steadiness
from hostcheck.run.origins import SCRUBBED_NOTE, is_imported, marks_of_run

LONGEST_TITLE = 70
"""Maximum number of characters of a document's title. Search engines and tabs show no more."""

SIGNS = {
    "pass": "✓",
    "warn": "!",
    "fail": "✗",
    "skip": "–",
    "unknown": "?",
    "ok": "✓",
    "unstable": "~",
    "imported": "‡",
    "partial": "~",
    "invalid": "✗",
    "skipped": "–",
    "published": "†",
    "better": "▲",
    "worse": "▼",
    "same": "=",
    "inconclusive": "?",
    "not comparable": "≠",
}
"""A sign for each status, state and judgement, so that colour is never the only mark."""


def render(comparison: Comparison, _style: Style | None = None) -> str:
    """Return the HTML page. Equal comparisons give equal bytes. More than MOST_BESIDE hosts are shown as a population.

    Runs of one host are never a population.
    """
    if len(comparison.names) > MOST_BESIDE and len({run.host.key for run in comparison.runs}) > 1:
        return render_fleet(population_of_runs(comparison.runs))
    audit = audit_of(comparison)
    return _filled(
        "page.html.j2",
        comparison=comparison,
        audit=audit,
        anchors=audit.anchors if audit else {},
        profiles={verdict.profile for run in comparison.runs for verdict in run.verdicts},
        title=_title(comparison),
        between=between_runs(comparison),
        scrubbed=all(SCRUBBED_NOTE in run.notes for run in comparison.runs if not run.is_published),
        several=False,
        fleet="",
        style=style_of_pages(NARROW if len(comparison.names) <= WORDS_UP_TO else MEDIUM),
        **_context(comparison),
    )


def render_fleet(population: Population, _style: Style | None = None) -> str:
    """Return the HTML page of many hosts. Equal hosts give equal bytes."""
    title = f"hostcheck: {len(population.members):,} hosts"
    title += f" of {population.name}" if population.name else ""
    title = title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…"
    return _filled(
        "set.html.j2",
        title=title,
        between="",
        several=True,
        style=style_of_pages(own="set"),
        **fleet_context(population),
    )


def _filled(template: str, **context: Any) -> str:
    templates = environment_of_pages()
    templates.globals |= {
        "is_imported": is_imported,
        "signs": SIGNS,
        "signs_of": signs_of,
        "percent": _percent,
        "has_samples": has_samples,
        "commands": commands,
        "most_worded": WORDS_UP_TO,
        "said": said,
        "title_of": title_of,
        "some": some,
        "version": __version__,
    }
    templates.filters |= {"in_words": in_words}
    return templates.get_template(template).render(**context)


def _context(comparison: Comparison) -> dict[str, Any]:
    """Return the variables for the template of a few hosts side by side."""
    places = {row.id: place for place, row in enumerate(comparison.rows)}
    return {
        "first_rows": [row for row in comparison.rows if row.id in headlines()],
        "other_rows": [row for row in comparison.rows if row.id not in headlines() and not of_steadiness(row.id)],
        "steady_rows": [row for row in comparison.rows if of_steadiness(row.id)],
        "movement": (HEADER, list(movements(comparison))),
        "headline_plot": ratio_figure(comparison, headlines(), canvas=SIDE),
        "legend": legend(comparison),
        "undecided": undecided,
        "fitness": [*fitness(comparison), *glance(comparison)],
        "differences": list(differences(comparison)),
        "plots": [
            *latency_figure(comparison),
            *hours_figure(comparison),
            *over_time_figure(comparison),
            *build_figure(comparison),
            *storm_figures(comparison),
            *launch_figure(comparison),
        ],
        "others_plot": _other_ratios(comparison),
        "environments": list(environment(comparison)),
        "samples": [row for row in comparison.rows if any(has_samples(row, cell) for cell in row.cells)],
        "samples_at": lambda metric_id, number: f"samples-{places[metric_id]}-{number}",
        "cares": list(_cares(comparison)),
        "notes": [
            (name, note) for name, run in zip(comparison.names, comparison.runs, strict=True) for note in run.notes
        ],
        "archive": archive(comparison),
    }


def _other_ratios(comparison: Comparison) -> Plot | None:
    others = [row.id for row in comparison.rows if row.id not in headlines() and not of_steadiness(row.id)]
    return ratio_figure(comparison, others, "All other figures", "other-ratios")


def _title(comparison: Comparison) -> str:
    """Return the document's title.

    The origin of the values is added at the end if the name that contains it does not fit.
    """
    title = f"hostcheck: {', '.join(comparison.names)}"
    if len(title) <= LONGEST_TITLE:
        return title
    marks = dict.fromkeys(mark for run in comparison.runs for mark in marks_of_run(run))
    end = f"… ({', '.join(marks)})" if marks else "…"
    return title[: LONGEST_TITLE - len(end)] + end


def has_samples(row: Row, cell: Cell) -> bool:
    """Return whether the page lists the samples of a metric. A derived metric has the samples of its rate."""
    return cell.metric is not None and bool(cell.metric.samples) and not of_steadiness(row.id)


def _cares(comparison: Comparison) -> Iterator[str]:
    """Yield why values are missing or doubtful, and the origin of values that were not measured."""
    for row in comparison.rows:
        for name, cell in zip(comparison.names, row.cells, strict=True):
            begin = f"{name}, {in_a_sentence(row.label)}"
            if cell.metric and cell.metric.reason:
                yield f"{begin}: {cell.metric.state}: {reason_of(row, cell.metric)}."
            if cell.metric and cell.metric.source:
                yield f"{begin}: from {cell.metric.source}."


def _percent(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.1f}"
