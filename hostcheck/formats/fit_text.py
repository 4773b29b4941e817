"""Whether workloads fit, as text for people: the answer, the obstacles, and the host of each instance."""

from collections import Counter
from collections.abc import Iterator, Sequence

from hostcheck.counts import number_of
from hostcheck.formats.terminal import Style, columns, display_width
from hostcheck.placement.judged import Judged
from hostcheck.placement.placing import Candidate, Fit, Placed
from hostcheck.plaintext import plain
from hostcheck.run.model import Status
from hostcheck.workloadfiles.model import Mistake

_SIGNS: dict[str, Status] = {"pass": "pass", "fail": "fail", "unknown": "unknown"}
_MOST_HELPS = 5
_MOST_ALIKE = 3
"""Maximum number of needs with one reason for being unknown that are shown separately. More are shown together."""


def render(fit: Fit, style: Style) -> str:
    """Return the text."""
    lines = [style.paint(style.wrap(headline(fit), 0), "bold")]
    blocks = [
        _table(fit, style) if len(fit.hosts) > 1 else [],
        list(_engines(fit, style)),
        list(_alike(fit, style)),
        list(_workloads(fit, style)),
        list(_together(fit, style)),
        list(_mistakes(fit.mistakes, style)),
        [style.wrap(note, 0) for note in dict.fromkeys(fit.notes)],
    ]
    for block in blocks:
        if block:
            lines += ["", *block]
    return "\n".join(lines)


def headline(fit: Fit) -> str:
    """Return the answer in one sentence."""
    workloads = number_of(len(fit.placed), "workload")
    broken = sum(mistake.severity == "required" for mistake in fit.mistakes)
    if not fit.hosts:
        said = number_of(len(fit.mistakes), "mistake") if fit.mistakes else "no mistakes"
        files = "file" if len({each.content.file for each in fit.placed}) == 1 else "files"
        return f"{workloads}: {said} in the {files}"
    where = plain(fit.hosts[0].name) if len(fit.hosts) == 1 else f"{len(fit.hosts)} hosts"
    if fit.outcome == "fits":
        return f"fits: {where} can run {'it' if len(fit.placed) == 1 else f'all {workloads}'}"
    if broken and all(placed.hosts is not None for placed in fit.placed):
        return f"does not fit: {number_of(broken, 'mistake')} in the files would keep it from running"
    stopped = [placed for placed in fit.placed if _is_stopped(placed)]
    if fit.outcome == "does not fit":
        if stopped:
            names = ", ".join(plain(placed.workload.name) for placed in stopped[:5])
            more = f" and {len(stopped) - 5} more" if len(stopped) > 5 else ""
            none = f"cannot run on {where}" if len(fit.hosts) == 1 else "cannot run on any of the hosts"
            return f"does not fit: {names}{more} {none}"
        if len(fit.placed) == 1:
            return "does not fit: each of its needs could be met alone, but not all of them together"
        short = [each.workload.name for each in fit.placed if _is_named(each, fit.together)]
        if len(short) == 1:
            return f"does not fit: each need of {plain(short[0])} could be met alone, but not all of them together"
        return f"does not fit: each of the {workloads} could run alone, but not all of their instances together"
    return f"cannot tell whether {where} can run {'it' if len(fit.placed) == 1 else f'all {workloads}'}"


def _is_named(placed: Placed, together: Sequence[str]) -> bool:
    return any(said.startswith(f"{placed.workload.name}: ") for said in together)


def _is_stopped(placed: Placed) -> bool:
    return bool(placed.candidates) and all(candidate.answer == "fail" for candidate in placed.candidates)


def _engines(fit: Fit, style: Style) -> Iterator[str]:
    """Yield a text for each host and engine that is not ready, or whose readiness is unknown."""
    seen: set[tuple[str, str]] = set()
    for placed in fit.placed:
        for candidate in placed.candidates:
            for engine in candidate.engines:
                if engine.answer == "pass" or (candidate.host, engine.profile) in seen:
                    continue
                seen.add((candidate.host, engine.profile))
                is_not = "is not ready" if engine.answer == "fail" else "may not be ready"
                body = style.wrap(f"{candidate.host}: {engine.profile} {is_not}: {engine.found}", 2)
                yield style.sign(_SIGNS[engine.answer]) + body[1:]


def _alike(fit: Fit, style: Style) -> Iterator[str]:
    """Yield one text for each reason for which many needs are unknown."""
    for found, alike in _unknown_alike(fit).items():
        titles = ", ".join(dict.fromkeys(judged.title for judged in alike[:_MOST_ALIKE]))
        more = f" and {len(alike) - _MOST_ALIKE} more"
        body = style.wrap(f"{titles}{more}: {found}", 2)
        yield style.sign("unknown") + body[1:]
        if alike[0].fix:
            yield style.wrap(alike[0].fix, 4)


def _unknown_alike(fit: Fit) -> dict[str, list[Judged]]:
    found: dict[str, list[Judged]] = {}
    for placed in fit.placed:
        for candidate in placed.candidates:
            for judged in candidate.judged:
                if judged.answer == "unknown":
                    found.setdefault(judged.found, []).append(judged)
    return {said: alike for said, alike in found.items() if len(alike) > _MOST_ALIKE}


def _workloads(fit: Fit, style: Style) -> Iterator[str]:
    full = style.detail == "full"
    shown = {} if full else _unknown_alike(fit)
    for placed in fit.placed:
        rows = [
            (candidate, judged)
            for candidate in placed.candidates
            for judged in candidate.judged
            if (full or judged.answer != "pass") and (judged.answer != "unknown" or judged.found not in shown)
        ]
        if not rows and not full:
            continue
        yield style.paint(style.wrap(f"{placed.workload.name} ({placed.workload.place})", 0), "bold")
        for candidate, judged in _merged(rows):
            yield from _need(candidate, judged, style, several=len(fit.hosts) > 1)


def _merged(rows: Sequence[tuple[Candidate, Judged]]) -> list[tuple[str, Judged]]:
    """Return (names of hosts, need) pairs. Hosts with equal results for a need share a pair."""
    kept: dict[tuple[str, str, str, int], tuple[list[str], Judged]] = {}
    for candidate, judged in rows:
        key = (judged.title, judged.answer, judged.found, judged.need.place.line)
        kept.setdefault(key, ([], judged))[0].append(candidate.host)
    return [(", ".join(names), judged) for names, judged in kept.values()]


def _need(hosts: str, judged: Judged, style: Style, *, several: bool) -> Iterator[str]:
    status: Status = "warn" if judged.answer == "fail" and judged.severity == "recommended" else _SIGNS[judged.answer]
    where = f" on {hosts}" if several else ""
    body = style.wrap(f"{judged.title}{where}: {judged.found} ({judged.need.place})", 4)
    yield f"  {style.sign(status)}{body[3:]}"
    if judged.fix and judged.answer != "pass":
        yield style.wrap(judged.fix, 6)


def _table(fit: Fit, style: Style) -> list[str]:
    """Return a table of the number of instances of each workload on each host; one line for each host if too wide."""
    names = [plain(host.name) for host in fit.hosts]
    rows = [["workload", *names]]
    for placed in fit.placed:
        counts = Counter(placed.hosts or ())
        cells = [
            str(counts[host.name]) if counts[host.name] else _empty(candidate)
            for host, candidate in zip(fit.hosts, placed.candidates, strict=True)
        ]
        rows.append([plain(placed.workload.name), *cells])
    lines = columns(rows, right=range(1, len(names) + 1))
    if max(map(display_width, lines)) <= style.width:
        lines = [style.paint(lines[0], "dim"), *lines[1:]]
    else:
        lines = [style.wrap(f"{host.name}: {', '.join(_on(host.name, fit)) or 'nothing'}", 0) for host in fit.hosts]
    if fit.placement == "cannot tell" and any(placed.hosts for placed in fit.placed):
        lines.append(style.wrap("This holds only if what is unknown is as the workloads need it.", 0))
    return lines


def _on(host: str, fit: Fit) -> Iterator[str]:
    for placed in fit.placed:
        count = (placed.hosts or ()).count(host)
        if count:
            yield f"{count} × {placed.workload.name}" if count > 1 else placed.workload.name


def _empty(candidate: Candidate) -> str:
    return {"fail": "cannot", "unknown": "?", "pass": "-"}[candidate.answer]


def _together(fit: Fit, style: Style) -> Iterator[str]:
    if fit.together:
        yield style.paint("These cannot go together:", "bold")
        yield from (style.wrap(f"- {part}", 2) for part in fit.together)
    if fit.helps:
        yield style.paint("Each of these would help:", "bold")
        yield from (style.wrap(f"- {change}", 2) for change in fit.helps[:_MOST_HELPS])


def _mistakes(mistakes: Sequence[Mistake], style: Style) -> Iterator[str]:
    if mistakes:
        yield style.paint("In the files themselves:", "bold")
    for mistake in mistakes:
        status: Status = "fail" if mistake.severity == "required" else "warn"
        body = style.wrap(f"{mistake.place}: {mistake.said}", 2)
        yield style.sign(status) + body[1:]
        if mistake.fix:
            yield style.wrap(mistake.fix, 4)
        if style.detail == "full":
            yield style.wrap(f"{mistake.rule}; source: {mistake.source}", 4)
