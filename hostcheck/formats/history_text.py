"""The history as text: the runs in a table, or one metric over time."""

from hostcheck.compare.labels import HEADLINES, amount_of, heading, span
from hostcheck.formats.terminal import Style, columns, plain
from hostcheck.run.model import Metric, Run
from hostcheck.store.history import History, Point

SHORT = ("read, MB/s", "write, IOPS", "build", "storm")
ID_LENGTH = 8


def render(history: History, style: Style) -> str:
    """Return the history as lines of text."""
    if not history.runs:
        return "There is no run in the history.\n"
    lines = _followed(history, style) if history.metric else _listed(history, style)
    if history.verdicts:
        lines += ["", *(style.wrap(verdict, 0) for verdict in history.verdicts)]
    return "\n".join(lines) + "\n"


def _listed(history: History, style: Style) -> list[str]:
    rows = [["run", "begun (UTC)", "host", *SHORT]]
    for run in history.runs:
        figures = [_figure(run.metric(metric)) for metric in HEADLINES]
        rows.append([*_which(run), *figures])
    head, *body = columns(rows, right=range(3, 3 + len(SHORT)))
    return [style.paint(head, "bold"), *body]


def _followed(history: History, style: Style) -> list[str]:
    if not history.points:
        return [f"No run in the history has a figure of {history.metric}."]
    rows = [["run", "begun (UTC)", "host", "", "95 % interval", "against the run before"]]
    rows += [_row(point) for point in history.points]
    head, *body = columns(rows, right=(3,))
    title = heading(history.metric, history.points[0].metric.unit)
    named = title if title.startswith(history.metric) else f"{title} ({history.metric})"
    return [style.paint(named, "bold"), head, *body]


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
    return [plain(run.id)[:ID_LENGTH], plain(run.started)[:16].replace("T", " "), _cut(plain(run.host.name))]


def _cut(text: str, length: int = 20) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
