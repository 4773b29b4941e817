"""A gate's decision as JUnit XML, in the form of Jenkins and Ant, which GitLab and others read too.

A finding that makes the gate fail is a failure. A finding that makes it inconclusive is an error. So the report is red
if the exit code is not 0.
"""

from collections.abc import Sequence
from datetime import datetime, timezone

from hostcheck.formats.decision_words import detail, headline
from hostcheck.formats.terminal import Style
from hostcheck.formats.xmltext import escape, escape_lines
from hostcheck.gate.decision import Decision
from hostcheck.gate.finding import Finding
from hostcheck.run.times import parse_time


def render(decision: Decision, _style: Style | None = None) -> str:
    """Return one test suite for each scope of findings, such as a profile, "threshold" or "baseline"."""
    scopes = dict.fromkeys(finding.scope for finding in decision.findings)
    suites = [
        suite(place, scope, [finding for finding in decision.findings if finding.scope == scope], decision)
        for place, scope in enumerate(scopes)
    ]
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", *suites, "</testsuites>"]) + "\n"


def suite(place: int, name: str, cases: Sequence[Finding], decision: Decision) -> str:
    """Return a test suite for some findings of a decision."""
    skipped = sum(finding.effect == "waived" or finding.status == "skip" for finding in cases)
    counts = (
        f'tests="{len(cases)}" failures="{_number(cases, "fail")}" errors="{_number(cases, "inconclusive")}"'
        f' skipped="{skipped}"'
    )
    where = f'hostname="{escape(decision.run.host.name)}" timestamp="{local(decision.run.started)}"'
    head = f'  <testsuite name="{escape(name)}" package="hostcheck" id="{place}" {where} time="0" {counts}>'
    outcome = f"    <system-out>{escape_lines([headline(decision), *decision.notes])}</system-out>"
    lines = [head, "    <properties/>", *(_case(finding) for finding in cases), outcome]
    return "\n".join([*lines, "    <system-err></system-err>", "  </testsuite>"])


def _number(cases: Sequence[Finding], effect: str) -> int:
    return sum(finding.effect == effect for finding in cases)


def local(started: str) -> str:
    """Return the time without its zone, as the schema requires; the epoch if the run file's time is invalid."""
    try:
        moment = parse_time(started)
    except ValueError:
        moment = datetime.fromtimestamp(0, tz=timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def _case(finding: Finding) -> str:
    name = finding.id if finding.kind in {"run", "check"} else f"{finding.id}: {finding.expected}"
    head = f'    <testcase classname="hostcheck.{escape(finding.scope)}" name="{escape(name)}" time="0"'
    text = escape_lines(detail(finding))
    if finding.effect == "waived":
        inner = [_message("skipped", finding.waiver_words), f"      <system-out>{text}</system-out>"]
    elif finding.status == "skip":
        inner = [_message("skipped", finding.found)]
    elif finding.effect in {"fail", "inconclusive"}:
        tag = "failure" if finding.effect == "fail" else "error"
        inner = [
            f'      <{tag} type="{finding.status}" message="{escape(finding.sentence)}">{text}</{tag}>',
        ]
    elif finding.effect == "advice":
        inner = [f"      <system-out>{finding.status}: {text}</system-out>"]
    else:
        return f"{head}/>"
    return "\n".join([f"{head}>", *inner, "    </testcase>"])


def _message(tag: str, text: str) -> str:
    return f'      <{tag} message="{escape(text)}"/>'
