"""The history as text: the runs in a table, or one metric over time."""

from hostcheck.comparison.labels import amount_of, heading
from hostcheck.formats.terminal import Style, table
from hostcheck.plaintext import plain
from hostcheck.quantities import span
from hostcheck.run.independent import by_run
from hostcheck.run.measured import Metric
from hostcheck.run.metrics import headlines
from hostcheck.run.model import Run
from hostcheck.store.history import History, Point, Usual

SHORT = ("read, MB/s", "write, IOPS", "build", "storm")
ID_LENGTH = 8


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
        lines = _followed(history, style) if history.metric else _listed(history, style)
    if history.verdicts:
        lines += ["", *(style.wrap(verdict, 0) for verdict in history.verdicts)]
    return "\n".join(lines) + "\n"


def _listed(history: History, style: Style) -> list[str]:
    rows = [[*_which(run), *(_figure(run.metric(metric)) for metric in headlines())] for run in history.runs]
    return table(["run", "begun (UTC)", "host", *SHORT], rows, style, right=range(3, 3 + len(SHORT)), named=3)


def _followed(history: History, style: Style) -> list[str]:
    if not history.points:
        return [style.wrap(f"No run in the history has a figure of {history.metric}.", 0)]
    head = ["run", "begun (UTC)", "host", "", "95 % interval", "against the run before"]
    title = heading(history.metric, history.points[0].metric.unit)
    named = title if title.startswith(history.metric) else f"{title} ({history.metric})"
    lines = table(head, [_row(point) for point in history.points], style, right=(3,), named=3)
    return [style.paint(style.wrap(named, 0), "bold"), *lines]


def _usual(usual: Usual, style: Style, *, is_namesake: bool) -> list[str]:
    run = usual.run
    which = f" ({run.host.arch}, {run.host.cpus} CPUs)" if is_namesake else ""
    counts = [len(by_run(metric.samples)) for metric, _ in usual.figures]
    title = f"{run.host.name}{which}, usually: {max(counts, default=0)} runs since {run.started[:10]}"
    rows = []
    for (metric, spread), count in zip(usual.figures, counts, strict=True):
        interval = span(*metric.interval, metric.unit) if metric.interval else ""
        between = f"± {spread.share:.0%}" if spread else ""
        rows.append([heading(metric.id, metric.unit), _figure(metric), interval, between, str(count)])
    lines = table(["", "", "95 % interval", "between runs", "runs"], rows, style, right=(1, 2, 3, 4))
    return [style.paint(style.wrap(title, 0), "bold"), *lines]


def _row(point: Point) -> list[str]:
    metric, run = point.metric, point.run
    interval = span(*metric.interval, metric.unit) if metric.interval else ""
    before = point.before.words if point.before else ""
    return [*_which(run), _figure(metric), interval, before]


def _figure(metric: Metric | None) -> str:
    if metric is None:
        return "-"
    if metric.value is None:
        return metric.state
    return amount_of(metric) + ("" if metric.state == "ok" else " ~")


def _which(run: Run) -> list[str]:
    return [plain(run.id)[:ID_LENGTH], plain(run.started)[:16].replace("T", " "), plain(run.host.name)]
