"""A gate's decision as JSON, schema hostcheck.decision/1."""

from typing import Any

from hostcheck import __version__
from hostcheck.formats.terminal import Style
from hostcheck.gate.decision import Decision
from hostcheck.gate.finding import Finding
from hostcheck.gate.policy import Policy
from hostcheck.gate.waivers import Waiver
from hostcheck.jsontext import dumps
from hostcheck.run.model import Run

SCHEMA = "hostcheck.decision/1"


def render(decision: Decision, _style: Style | None = None) -> str:
    """Return the decision as the text of a JSON document."""
    return dumps(to_json(decision), ascii_only=True)


def to_json(decision: Decision) -> dict[str, Any]:
    """Return the decision as the JSON object of the schema."""
    return {
        "schema": SCHEMA,
        "hostcheck": __version__,
        "outcome": decision.outcome,
        "exit_code": decision.exit_code,
        "run": _run(decision.run),
        "baseline": None if decision.baseline is None else _run(decision.baseline),
        "policy": _policy(decision.policy),
        "findings": [_finding(finding) for finding in decision.findings],
        "notes": list(decision.notes),
    }


def _run(run: Run) -> dict[str, Any]:
    return {"id": run.id, "host": run.host.name, "started": run.started, "hostcheck": run.hostcheck}


def _policy(policy: Policy) -> dict[str, Any]:
    return {
        "source": policy.source or None,
        "profiles": list(policy.profiles),
        "fail_on": policy.fail_on,
        "unknown": policy.unknown,
        "thresholds": [
            {"metric": threshold.metric, "operator": threshold.operator, "limit": threshold.limit}
            for threshold in policy.thresholds
        ],
        "margin": policy.margin,
        "max_age_seconds": None if policy.max_age is None else int(policy.max_age.total_seconds()),
        "host": policy.host,
        "waivers": [_waiver(waiver) for waiver in policy.waivers],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "id": finding.id,
        "scope": finding.scope,
        "status": finding.status,
        "severity": finding.severity,
        "effect": finding.effect,
        "expected": finding.expected,
        "found": finding.found,
        "why": finding.why,
        "fix": finding.fix,
        "source": finding.source,
        "waiver": None if finding.waiver is None else _waiver(finding.waiver),
        "expired_waiver": None if finding.expired is None else _waiver(finding.expired),
    }


def _waiver(waiver: Waiver) -> dict[str, Any]:
    until = waiver.until.isoformat() if waiver.until else None
    return {"id": waiver.pattern, "reason": waiver.reason, "until": until}
