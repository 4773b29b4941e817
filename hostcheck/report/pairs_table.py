"""Which hosts reach each other, as a matrix: from the host of the row to the host of the column."""

from collections.abc import Iterator, Sequence

from hostcheck.population.pairs import Pairs, Way
from hostcheck.quantities import amount


def reached(pairs: Pairs) -> str:
    """Return a sentence on how many connections between hosts are open."""
    total = len(pairs.hosts) * (len(pairs.hosts) - 1)
    blocked = sum(1 for _ in pairs.found("blocked", "intercepted"))
    unknown = total - len(pairs.ways) + sum(1 for _ in pairs.found("unknown"))
    counts = [f"{pairs.open_ways} of {total} ways are open on {', '.join(pairs.ports)}"]
    counts += [f"{count} {word}" for count, word in ((blocked, "blocked"), (unknown, "unknown")) if count]
    return f"Between {len(pairs.hosts)} hosts, {', '.join(counts)}."


def pair_rows(pairs: Pairs) -> Iterator[tuple[str, Sequence[tuple[str, str]]]]:
    """Yield each host's name and its cells, one for each host: class ("pass", "fail" or "unknown") and text."""
    ways = {(way.source, way.target): way for way in pairs.ways}
    for source in pairs.hosts:
        yield (
            source,
            [("", "") if source == target else _cell(ways.get((source, target))) for target in pairs.hosts],
        )


def _cell(way: Way | None) -> tuple[str, str]:
    if way is None:
        return "unknown", "? no result"
    words = [] if way.rtt_seconds is None else [f"{amount(way.rtt_seconds * 1e3, 'ms')} ms"]
    words += [f"{port} {state}" for port, state in way.ports.items() if state != "open"]
    if way.lost:
        words.append(f"{way.lost} of {way.sent} packets lost")
    if way.is_narrow:
        words.append(f"{way.mtu} of {way.configured_mtu} bytes pass")
    states = {*way.ports.values()}
    bad = states & {"blocked", "intercepted"} or way.lost or way.is_narrow
    kind = "fail" if bad else "unknown" if "unknown" in states else "pass"
    sign = {"fail": "✗", "unknown": "?", "pass": "✓"}[kind]
    return kind, f"{sign} {'; '.join(words) or 'open'}"
