"""Whether a promise was kept, as JSON, schema hostcheck.promise/1."""

from typing import Any

from hostcheck import __version__
from hostcheck.formats.terminal import Style
from hostcheck.jsontext import dumps
from hostcheck.promise.model import Finding, Outcome

SCHEMA = "hostcheck.promise/1"


def render(outcome: Outcome, _style: Style | None = None) -> str:
    """Return the text of a JSON document."""
    return dumps(to_json(outcome), ascii_only=True)


def to_json(outcome: Outcome) -> dict[str, Any]:
    """Return the JSON object of the schema."""
    run = outcome.run
    return {
        "schema": SCHEMA,
        "hostcheck": __version__,
        "answer": outcome.answer,
        "exit_code": outcome.exit_code,
        "run": {"id": run.id, "host": run.host.name, "started": run.started, "hostcheck": run.hostcheck},
        "findings": [_finding(finding) for finding in outcome.findings],
        "notes": list(outcome.notes),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    line, judged = finding.line, finding.judged
    return {
        "key": line.key,
        "claim": line.claim,
        "place": {"file": line.place[0], "line": line.place[1]},
        "expected": line.asks.expected,
        "translation": list(line.asks.translation),
        "answer": judged.answer,
        "sure": judged.sure or None,
        "found": judged.found,
        "evidence": list(judged.evidence),
        "how": judged.how,
        "changes": judged.changes,
        "command": judged.command,
        "possible": list(judged.possible),
    }
