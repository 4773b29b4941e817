"""Whether workloads fit, as JSON, schema hostcheck.fit/1."""

from typing import Any

from hostcheck import __version__
from hostcheck.formats.terminal import Style
from hostcheck.jsontext import dumps
from hostcheck.placement.judged import Judged
from hostcheck.placement.placing import Candidate, Fit, Placed
from hostcheck.placement.ports_wanted import PortRow, others_held, ports_wanted
from hostcheck.workloadfiles.model import Mistake
from hostcheck.workloadfiles.place import Place

SCHEMA = "hostcheck.fit/1"


def render(fit: Fit, _style: Style | None = None) -> str:
    """Return the text of a JSON document."""
    return dumps(to_json(fit), ascii_only=True)


def to_json(fit: Fit) -> dict[str, Any]:
    """Return the JSON object of the schema."""
    ports = ports_wanted(fit)
    return {
        "schema": SCHEMA,
        "hostcheck": __version__,
        "outcome": fit.outcome,
        "exit_code": fit.exit_code,
        "hosts": [
            {
                "name": host.name,
                "run": host.run.id,
                "other_ports": [{"port": port, "by": by} for port, by in others_held(host, ports)],
            }
            for host in fit.hosts
        ],
        "workloads": [_placed(placed) for placed in fit.placed],
        "ports": [_port(row) for row in ports],
        "mistakes": [_mistake(mistake) for mistake in fit.mistakes],
        "together": list(fit.together),
        "helps": list(fit.helps),
        "notes": list(fit.notes),
    }


def _placed(placed: Placed) -> dict[str, Any]:
    workload = placed.workload
    return {
        "name": workload.name,
        "format": placed.content.format,
        "profile": placed.content.profile or None,
        "place": _place(workload.place),
        "instances": workload.instances,
        "each_host": workload.each_host,
        "hosts": None if placed.hosts is None else list(placed.hosts),
        "candidates": [_candidate(candidate) for candidate in placed.candidates],
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    engine = candidate.engine
    return {
        "host": candidate.host,
        "answer": candidate.answer,
        "engine": engine and {"profile": engine.profile, "answer": engine.answer, "found": engine.found},
        "needs": [_judged(judged) for judged in candidate.judged],
    }


def _port(row: PortRow) -> dict[str, Any]:
    return {
        "port": row.label,
        "wanted": [{"workload": wish.workload, "place": _place(wish.place)} for wish in row.wishes],
        "rivals": list(row.rivals),
        "held": [{"host": host, "by": by} for host, by in row.held],
        "unknown": list(row.unknown),
        "next_free": row.next_free,
    }


def _judged(judged: Judged) -> dict[str, Any]:
    return {
        "kind": type(judged.need).__name__,
        "title": judged.title,
        "said": judged.need.said,
        "place": _place(judged.need.place),
        "answer": judged.answer,
        "severity": judged.severity,
        "found": judged.found,
        "fix": judged.fix,
    }


def _mistake(mistake: Mistake) -> dict[str, Any]:
    return {
        "rule": mistake.rule,
        "workload": mistake.workload or None,
        "place": _place(mistake.place),
        "severity": mistake.severity,
        "said": mistake.said,
        "fix": mistake.fix,
        "source": mistake.source,
    }


def _place(place: Place) -> dict[str, Any]:
    return {"file": place.file, "line": place.line}
