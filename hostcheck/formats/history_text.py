"""The history as text: the runs in a table, or one metric over time."""

from collections.abc import Callable

from hostcheck.comparison.labels import amount_of, heading
from hostcheck.formats.terminal import Style, columns, cut, display_width
from hostcheck.plaintext import plain
from hostcheck.quantities import span
from hostcheck.run.independent import by_run
from hostcheck.run.measured import Metric
from hostcheck.run.metrics import headlines
from hostcheck.run.model import Run
from hostcheck.store.history import History, Point, Usual

SHORT = ("read, MB/s", "write, IOPS", "build", "storm")
ID_LENGTH = 8
MOST_OF_NAME, LEAST_OF_NAME = 20, 8
"""Maximum and minimum width of a host's name in a table, in columns."""


def render(history: History, style: Style) -> str:
    """Return the history as lines of text."""
    if not history.runs:
        asked = f" {plain(history.asked)}" if history.asked else ""
        return f"There is no run{asked} in the history.\n"
    if history.usual:
        names = [each.run.host.name for each in history.usual]
        lines = [
            line
            for each in history.usual
            for line in _usual(each, style, is_namesake=names.count(each.run.host.name) > 1)
        ]
    else:
        lines = _within(style, history, _followed if history.metric else _listed)
    if history.verdicts:
        lines += ["", *(style.wrap(verdict, 0) for verdict in history.verdicts)]
    return "\n".join(lines) + "\n"


def _within(style: Style, history: History, written: Callable[[History, Style, int], list[str]]) -> list[str]:
    """Write a table. Host names have as many columns as the width permits, from LEAST_OF_NAME to MOST_OF_NAME."""
    lines = written(history, style, MOST_OF_NAME)
    # What paints has no width; the table's rows are not painted, but for the head, which is as wide as they.
    over = max(map(display_width, written(history, Style(width=style.width), MOST_OF_NAME))) - style.width
    return lines if over <= 0 else written(history, style, max(LEAST_OF_NAME, MOST_OF_NAME - over))


def _listed(history: History, style: Style, room: int) -> list[str]:
    rows = [["run", "begun (UTC)", "host", *SHORT]]
    for run in history.runs:
        figures = [_figure(run.metric(metric)) for metric in headlines()]
        rows.append([*_which(run, room), *figures])
    head, *body = columns(rows, right=range(3, 3 + len(SHORT)))
    return [style.paint(head, "bold"), *body]


def _followed(history: History, style: Style, room: int) -> list[str]:
    if not history.points:
        return [f"No run in the history has a figure of {history.metric}."]
    rows = [["run", "begun (UTC)", "host", "", "95 % interval", "against the run before"]]
    rows += [_row(point, room) for point in history.points]
    head, *body = columns(rows, right=(3,))
    title = heading(history.metric, history.points[0].metric.unit)
    named = title if title.startswith(history.metric) else f"{title} ({history.metric})"
    return [style.paint(named, "bold"), head, *body]


def _usual(usual: Usual, style: Style, *, is_namesake: bool) -> list[str]:
    run = usual.run
    which = f" ({run.host.arch}, {run.host.cpus} CPUs)" if is_namesake else ""
    counts = [len(by_run(metric.samples)) for metric, _ in usual.figures]
    title = f"{run.host.name}{which}, usually: {max(counts, default=0)} runs since {run.started[:10]}"
    rows = [["", "", "95 % interval", "between runs", "runs"]]
    for (metric, spread), count in zip(usual.figures, counts, strict=True):
        interval = span(*metric.interval, metric.unit) if metric.interval else ""
        between = f"± {spread.share:.0%}" if spread else ""
        rows.append([heading(metric.id, metric.unit), _figure(metric), interval, between, str(count)])
    head, *body = columns(rows, right=(1, 2, 3, 4))
    return [style.paint(style.wrap(title, 0), "bold"), style.paint(head, "bold"), *body]


def _row(point: Point, room: int) -> list[str]:
    metric, run = point.metric, point.run
    interval = span(*metric.interval, metric.unit) if metric.interval else ""
    before = point.before.words if point.before else ""
    return [*_which(run, room), _figure(metric), interval, before]


def _figure(metric: Metric | None) -> str:
    if metric is None:
        return "-"
    if metric.value is None:
        return metric.state
    return amount_of(metric) + ("" if metric.state == "ok" else " ~")


def _which(run: Run, room: int) -> list[str]:
    return [plain(run.id)[:ID_LENGTH], plain(run.started)[:16].replace("T", " "), cut(plain(run.host.name), room)]
