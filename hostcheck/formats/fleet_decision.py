"""The decision on a fleet: as text, JSON, and JUnit with a suite for each host."""

from collections.abc import Iterator

from hostcheck.counts import number_of
from hostcheck.fleet.gating import FleetDecision, Judged
from hostcheck.formats import decision_json, decision_junit
from hostcheck.formats.decision_words import counts
from hostcheck.formats.terminal import Style
from hostcheck.formats.xmltext import escape
from hostcheck.jsontext import dumps
from hostcheck.plaintext import plain

SCHEMA = "hostcheck.fleet-decision/1"

_SHOWN = 5
"""Maximum number of hosts that a line names. ``--verbose`` shows all."""


def text(decision: FleetDecision, style: Style) -> str:
    """Return the outcome, and the hosts that did not pass, grouped by what they miss."""
    lines = [style.paint(style.wrap(headline(decision), 0), "bold")]
    by_reason: dict[tuple[str, str], list[str]] = {}
    for each in decision.judged:
        for reason in _reasons(each):
            by_reason.setdefault((str(getattr(each.outcome, "value", each.outcome)), reason), []).append(each.host.name)
    begun = ""
    for (outcome, reason), names in sorted(by_reason.items(), key=lambda item: (item[0][0], -len(item[1]))):
        if outcome != begun:
            lines += ["", style.paint(f"{outcome.capitalize()}:", "bold")]
            begun = outcome
        shown = names if style.detail == "full" else names[:_SHOWN]
        more = f" and {len(names) - len(shown)} more" if len(names) > len(shown) else ""
        lines.append(style.wrap(f"{plain(reason)}: {', '.join(map(plain, shown))}{more}", 2))
    return "\n".join(lines) + "\n"


def headline(decision: FleetDecision) -> str:
    """Return the outcome for all hosts, on one line."""
    hosts = number_of(len(decision.judged), "host")
    return f"fleet gate {decision.outcome}: {plain(decision.fleet.name)}, {hosts}: {decision.reason}"


def json(decision: FleetDecision, _style: Style | None = None) -> str:
    """Return the decision on the fleet, and the decision on each host (``hostcheck.decision/1``)."""
    return dumps(
        {
            "schema": SCHEMA,
            "fleet": decision.fleet.name,
            "outcome": decision.outcome,
            "exit_code": decision.exit_code,
            "reason": decision.reason,
            "hosts": [
                {
                    "name": each.host.name,
                    "state": each.host.state.value,
                    "reason": each.host.reason,
                    "decision": decision_json.to_json(each.decision) if each.decision else None,
                }
                for each in decision.judged
            ],
        },
        ascii_only=True,
    )


def junit(decision: FleetDecision, _style: Style | None = None) -> str:
    """Return one suite for each host. The suite of a host without a result has one case, an error."""
    suites = [_suite(place, each) for place, each in enumerate(decision.judged)]
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", *suites, "</testsuites>"]) + "\n"


def _suite(place: int, judged: Judged) -> str:
    if judged.decision is not None:
        return decision_junit.suite(place, judged.host.name, judged.decision.findings, judged.decision)
    name, state = escape(judged.host.name), judged.host.state.value
    moment = decision_junit.local(judged.host.time)
    return (
        f'  <testsuite name="{name}" package="hostcheck" id="{place}" hostname="{name}" timestamp="{moment}" time="0" '
        'tests="1" failures="0" errors="1" skipped="0">\n'
        "    <properties/>\n"
        '    <testcase classname="hostcheck.fleet" name="result" time="0">\n'
        f'      <error type="{state}" message="{escape(judged.host.reason or state)}"/>\n'
        "    </testcase>\n"
        "    <system-out></system-out>\n    <system-err></system-err>\n  </testsuite>"
    )


def _reasons(judged: Judged) -> Iterator[str]:
    if judged.decision is None:
        yield judged.host.reason or judged.host.state.value
        return
    for finding in judged.decision.having("fail" if judged.outcome == "failed" else "inconclusive"):
        yield f"{finding.id} ({finding.scope}): {finding.sentence}"
    if judged.outcome != "passed" and not judged.decision.having("fail", "inconclusive"):
        yield counts(judged.decision)
