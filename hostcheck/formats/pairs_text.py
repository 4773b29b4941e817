"""Which hosts reach each other, as text: first what is blocked, then round trips, loss and MTU."""

from collections.abc import Iterator, Mapping

from hostcheck.counts import number_of
from hostcheck.formats.terminal import Style
from hostcheck.plaintext import plain
from hostcheck.population.pairs import Pairs, Way

_MOST_COLUMNS = 6
"""Maximum number of columns in the matrix of round trips. For more hosts, or in a narrow terminal, it is only in JSON
and on the page."""


def render(pairs: Pairs, style: Style) -> str:
    """Return the text."""
    asked = len(pairs.hosts) * (len(pairs.hosts) - 1)
    head = f"{pairs.open_ways} of {number_of(asked, 'way')} open on {', '.join(pairs.ports)}"
    lines = [style.paint(style.wrap(head, 0), "bold")]
    for title, states in (
        ("Blocked:", ("blocked",)),
        ("Answered by something other than the host:", ("intercepted",)),
        ("Unknown:", ("unknown",)),
    ):
        found = [f"{_way(way)}: {', '.join(ports)}" for way, ports in pairs.found(*states)]
        lines += _block(title, found, style)
    lines += _block("Without a result:", [f"{plain(name)}: {plain(why)}" for name, why in pairs.missing.items()], style)
    lines += _block(
        "Packets vanish:",
        [f"{_way(way)}: {way.mtu} bytes pass, the route permits {way.configured_mtu}" for way in pairs.narrow],
        style,
    )
    lines += _block("Lost packets:", [f"{_way(way)}: {way.lost} of {way.sent}" for way in pairs.lossy], style)
    unknown: dict[str, int] = {}
    for way in pairs.ways:
        if way.problem:
            unknown[way.problem] = unknown.get(way.problem, 0) + 1
    lines += _block(
        "Loss and MTU unknown:", [f"{number_of(count, 'way')}: {plain(why)}" for why, count in unknown.items()], style
    )
    lines += _matrix(pairs, style)
    return "\n".join(lines) + "\n"


def _way(way: Way) -> str:
    return f"{plain(way.source)} to {plain(way.target)}"


def _block(title: str, found: list[str], style: Style) -> list[str]:
    return ["", style.paint(title, "bold"), *(style.wrap(line, 2) for line in found)] if found else []


def _matrix(pairs: Pairs, style: Style) -> Iterator[str]:
    times: Mapping[tuple[str, str], float] = {
        (way.source, way.target): way.rtt_seconds for way in pairs.ways if way.rtt_seconds is not None
    }
    width = 10
    if not times or len(pairs.hosts) > min(_MOST_COLUMNS, (style.width - 2) // width - 1):
        return
    yield ""
    yield style.paint("Round trip in ms, from the row to the column:", "bold")
    cut = [plain(name)[: width - 1] for name in pairs.hosts]
    yield "  " + "".join(f"{name:>{width}}" for name in ("", *cut))
    for source, name in zip(pairs.hosts, cut, strict=True):
        cells = (times.get((source, target)) for target in pairs.hosts)
        row = "".join(f"{'–' if each is None else format(each * 1e3, '.3g'):>{width}}" for each in cells)
        yield f"  {name:>{width}}{row}"
