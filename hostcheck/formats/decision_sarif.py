"""A gate's decision as SARIF 2.1.0 (OASIS), in the form that GitHub's code scanning accepts.

Only missed and unknown findings are results, because code scanning would show passes as alerts. Code scanning refuses a
whole log if one result has no physical location
(https://docs.github.com/code-security/reference/code-scanning/sarif-files/sarif-support). A host is not a file, so a
result is at the line of the policy or profile with the requirement. A requirement that is only on the command line is a
notification, unless a file is named for it.
"""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from hostcheck import __version__
from hostcheck.formats.decision_words import headline, word
from hostcheck.formats.repository import within
from hostcheck.formats.terminal import Style
from hostcheck.gate.decision import Decision
from hostcheck.gate.finding import Finding
from hostcheck.gate.places import Place, place_of
from hostcheck.gate.policy import Policy
from hostcheck.jsontext import dumps
from hostcheck.plaintext import plain
from hostcheck.userfile import resolved

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_BASE = "%SRCROOT%"
_LONGEST = 1024
"""Maximum number of characters in a rule's description that code scanning accepts."""

MOST_RESULTS = 25_000
"""Maximum number of results, and of rules, in a run. With more, code scanning refuses the whole log
(https://docs.github.com/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit)."""

_ADDRESS = re.compile(r"https?://[!#-;=?-Z_a-z~]{1,2000}")
"""A pattern for sources of rules that are only a URL (RFC 3986)."""

_UNPLACED = (
    "no file of the repository asks for {} of the findings, and code scanning takes no result without a file: name the "
    "file of a policy with --policy, or another with --sarif-location"
)

_LEFT_OUT = (
    "of {:,} findings the {:,} most severe ones are here, since code scanning takes no more: the other formats have all"
)


def render(decision: Decision, _style: Style | None = None) -> str:
    """Return the SARIF log as ASCII text."""
    return dumps(to_json(decision), ascii_only=True)


def to_json(decision: Decision) -> dict[str, Any]:
    """Return the SARIF log as a JSON object."""
    found = decision.having("fail", "inconclusive", "advice", "waived")
    reported = found[:MOST_RESULTS]
    # Many hosts miss the same line.
    at = {_asked(finding): finding for finding in reported}
    locations = {asked: _location(finding, decision.policy) for asked, finding in at.items()}
    located = [(finding, locations[_asked(finding)]) for finding in reported]
    placed = [(finding, location) for finding, location in located if location]
    unplaced = [finding for finding, location in located if not location]
    first = {_rule_id(finding): finding for finding in reversed(reported)}
    rules = {rule: index for index, rule in enumerate(dict.fromkeys(map(_rule_id, reported)))}
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
                    *(_note(text) for text in (headline(decision), *decision.notes)),
                    *([_note(_LEFT_OUT.format(len(found), len(reported)))] if len(found) > len(reported) else []),
                    *([_note(_UNPLACED.format(len(unplaced)))] if unplaced else []),
                    *(_notification(finding, rules) for finding in unplaced),
                ],
            }
        ],
        "automationDetails": {"id": f"hostcheck/{decision.command}/{host}/"},
        "originalUriBaseIds": {_BASE: {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, rules, host, location) for finding, location in placed],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _asked(finding: Finding) -> tuple[object, ...]:
    """Return a key that is equal for findings with the same place in a policy."""
    return finding.asked_at or (finding.kind, finding.scope, finding.id)


def _location(finding: Finding, policy: Policy) -> Mapping[str, Any] | None:
    """Return the physical location of a finding; None if it has none."""
    place = place_of(finding, policy)
    path = within(place.path) if place else None
    if path is None and policy.location:
        place = Place(Path(policy.location), 1, "")
        path = within(place.path)
    if place is None or (path is None and finding.asked_at is None):
        return None
    # A workload file may be of another checkout: code scanning takes an absolute address, of the scheme file.
    artifact = {"uri": resolved(place.path).as_uri()} if path is None else {"uri": quote(path), "uriBaseId": _BASE}
    return {
        "artifactLocation": artifact,
        "region": {
            "startLine": place.line,
            "startColumn": 1,
            "endLine": place.line,
            "endColumn": len(place.text) + 1,
        },
    }


def _note(text: str) -> dict[str, Any]:
    return {"level": "note", "message": {"text": plain(text)}}


def _notification(finding: Finding, rules: Mapping[str, int]) -> dict[str, Any]:
    level = {"fail": "error", "inconclusive": "error", "advice": "warning"}.get(finding.effect, "note")
    rule = _rule_id(finding)
    return {
        "level": level,
        "message": {"text": _message(finding)},
        "associatedRule": {"id": rule, "index": rules[rule]},
    }


def _rule_id(finding: Finding) -> str:
    return plain(f"{finding.scope}/{finding.id}")


def _rule(finding: Finding) -> dict[str, Any]:
    # Code scanning takes no empty text where it demands one.
    why, source = finding.why or finding.expected or finding.title, finding.source
    recommended = finding.severity == "recommended"
    return {
        "id": _rule_id(finding),
        "shortDescription": {"text": _described(f"{finding.title}: {finding.expected}")},
        "fullDescription": {"text": _described(f"{why} (source: {source})" if source else why)},
        # Code scanning demands a text; not every rule has a remedy.
        "help": {"text": plain(finding.fix or _explained(finding))},
        **({"helpUri": source} if _ADDRESS.fullmatch(source) else {}),
        "defaultConfiguration": {"level": "warning" if recommended else "error"},
        "properties": {
            "severity": finding.severity,
            "source": plain(source),
            "problem.severity": "recommendation" if recommended else "error",
            "tags": [plain(finding.scope)],
        },
    }


def _explained(finding: Finding) -> str:
    if finding.kind == "promise":
        return "See docs/promise.md."
    return "See docs/fits.md." if finding.asked_at else f"hostcheck checks {finding.id} explains it."


def _described(text: str) -> str:
    text = plain(text)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _message(finding: Finding) -> str:
    return plain(". ".join(filter(None, (f"{finding.title}: {finding.sentence}", finding.waiver_words))))


def _result(finding: Finding, rules: Mapping[str, int], host: str, physical: Mapping[str, Any]) -> dict[str, Any]:
    rule = _rule_id(finding)
    # Two thresholds of one metric differ in what is expected; a check is the same one whatever it expects today.
    mark = _digest(host, rule, finding.expected if finding.kind == "threshold" else "")
    result: dict[str, Any] = {
        "ruleId": rule,
        "ruleIndex": rules[rule],
        **_kind(finding),
        "message": {"text": _message(finding)},
        "locations": [
            {
                "physicalLocation": physical,
                "logicalLocations": [{"fullyQualifiedName": f"{host}/{rule}", "kind": "resource"}],
            }
        ],
        # Code scanning compares this one alone; without it, all results of one line would be the same alert.
        "partialFingerprints": {"primaryLocationLineHash": f"{mark[:16]}:1", "hostcheck/v1": mark},
        "properties": {"status": finding.status, "effect": finding.effect, "shown": word(finding)},
    }
    if finding.waiver is not None:
        reason = plain(finding.waiver_words)
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": reason}]
    return result


def _kind(finding: Finding) -> dict[str, str]:
    """Return SARIF's kind and level. Only failed findings have a level other than none (3.27.10).

    Code scanning shows suppressed results too, until an action dismisses them. As a note, they do not fail a pull
    request.
    """
    if finding.status == "unknown" and finding.effect != "fail":
        return {"kind": "open", "level": "none"}
    return {"kind": "fail", "level": {"advice": "warning", "waived": "note"}.get(finding.effect, "error")}


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:32]
