"""A gate's decision as SARIF 2.1.0 (OASIS), for code scanning.

Only what is missed or unknown is a result: code scanning knows no passes and would show them as alerts. A
host has no file and no line, so results have a logical location and no physical one.
"""

import hashlib
from typing import Any

from hostcheck import __version__
from hostcheck.formats.decision_words import headline, word
from hostcheck.formats.terminal import Style
from hostcheck.gate.decision import Decision
from hostcheck.gate.finding import Finding
from hostcheck.jsontext import dumps
from hostcheck.plaintext import plain

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(decision: Decision, _style: Style | None = None) -> str:
    """Return the log, in ASCII."""
    return dumps(to_json(decision), ascii_only=True)


def to_json(decision: Decision) -> dict[str, Any]:
    """Return the log as a JSON object."""
    reported = decision.having("fail", "inconclusive", "advice", "waived")
    rules = list(dict.fromkeys(_rule_id(finding) for finding in reported))
    first = {_rule_id(finding): finding for finding in reversed(reported)}
    host = plain(decision.run.host.name)
    run = {
        "tool": {
            "driver": {
                "name": "hostcheck",
                "semanticVersion": __version__,
                "version": __version__,
                "rules": [_rule(first[rule]) for rule in rules],
            }
        },
        # It did its work; that the host is not fit is no failure of the tool.
        "invocations": [
            {
                "executionSuccessful": True,
                "exitCode": decision.exit_code,
                "toolExecutionNotifications": [
                    {"level": "note", "message": {"text": plain(text)}}
                    for text in (headline(decision), *decision.notes)
                ],
            }
        ],
        "automationDetails": {"id": f"hostcheck/gate/{host}/"},
        "results": [_result(finding, rules, host) for finding in reported],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule_id(finding: Finding) -> str:
    return plain(f"{finding.scope}/{finding.id}")


def _rule(finding: Finding) -> dict[str, Any]:
    rule = {
        "id": _rule_id(finding),
        "shortDescription": {"text": plain(f"{finding.title}: {finding.expected}")},
        "fullDescription": {"text": plain(finding.why or finding.expected)},
        "properties": {"severity": finding.severity, "source": plain(finding.source)},
    }
    return rule | ({"help": {"text": plain(finding.fix)}} if finding.fix else {})


def _result(finding: Finding, rules: list[str], host: str) -> dict[str, Any]:
    rule = _rule_id(finding)
    text = ". ".join(filter(None, (f"{finding.title}: {finding.sentence}", finding.waiver_words)))
    result: dict[str, Any] = {
        "ruleId": rule,
        "ruleIndex": rules.index(rule),
        **_kind(finding),
        "message": {"text": plain(text)},
        "locations": [{"logicalLocations": [{"fullyQualifiedName": f"{host}/{rule}", "kind": "resource"}]}],
        # Two thresholds of one metric differ in what is expected.
        "partialFingerprints": {"hostcheck/v1": _digest(host, rule, finding.expected)},
        "properties": {"status": finding.status, "effect": finding.effect, "shown": word(finding)},
    }
    if finding.waiver is not None:
        reason = plain(finding.waiver_words)
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": reason}]
    return result


def _kind(finding: Finding) -> dict[str, str]:
    """Return SARIF's kind and level; a level other than none is only for what failed (3.27.10)."""
    if finding.status == "unknown" and finding.effect != "fail":
        return {"kind": "open", "level": "none"}
    return {"kind": "fail", "level": "warning" if finding.effect == "advice" else "error"}


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:32]
