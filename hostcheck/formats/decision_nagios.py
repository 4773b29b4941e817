"""A gate's decision as a Nagios plugin prints it: one line, performance data, and the plugin's exit codes.

https://nagios-plugins.org/doc/guidelines.html
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate

from hostcheck.formats.decision_words import counts
from hostcheck.formats.terminal import Style
from hostcheck.gate.decision import Decision
from hostcheck.gate.finding import Finding
from hostcheck.plaintext import plain
from hostcheck.run.measured import Metric
from hostcheck.thresholds import Threshold

STATES = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
"""The states. The index of a state is the plugin's exit code."""

UNKNOWN = STATES.index("UNKNOWN")
_LONGEST = 4000
"""Maximum number of characters before the performance data. Nagios reads 8 KB of output (MAX_PLUGIN_OUTPUT_LENGTH)."""


def exit_code(decision: Decision) -> int:
    """Return the plugin's exit code. A missed recommendation gives WARNING."""
    if decision.outcome == "passed":
        return int(any(finding.status == "warn" for finding in decision.having("advice")))
    return {"failed": 2, "inconclusive": UNKNOWN}[decision.outcome]


def render(decision: Decision, _style: Style | None = None) -> str:
    """Return the line: the state, the counts, the gravest findings, and the performance data."""
    state = STATES[exit_code(decision)]
    shown = decision.having("fail", "inconclusive", "advice")
    parts = [_part(finding) for finding in shown]
    parts += [f"{finding.title} is {finding.waiver_words}" for finding in decision.having("waived")]
    host = f"{decision.run.host.name} for {', '.join(decision.policy.profiles)}"
    line = _joined([f"HOSTCHECK {state} - {host}: {counts(decision)}", *parts])
    return f"{line} | {' '.join(_performance(decision))}\n"


def _joined(parts: Sequence[str]) -> str:
    """Return the first parts, as many as fit in a line, and the number of the others."""
    lines = [_line(part) for part in parts]
    room = [*accumulate(len(line) + len("; ") for line in lines)]
    fitting = sum(used <= _LONGEST - len(f"and {len(lines)} more") for used in room)
    if room[-1] - len("; ") <= _LONGEST:
        return "; ".join(lines)
    shown = max(1, fitting)
    return _line("; ".join([*lines[:shown], f"and {len(lines) - shown} more"]))


def _part(finding: Finding) -> str:
    expired = f" ({finding.waiver_words})" if finding.waiver_words else ""
    return f"{finding.title}: {finding.found}{expired}"


def unknown(problem: str) -> str:
    """Return the output of a plugin that could not decide: state UNKNOWN."""
    return _line(f"HOSTCHECK UNKNOWN - {problem}") + "\n"


def _line(text: str) -> str:
    """Return a text as one line, without "|", which would begin the performance data."""
    line = " ".join(plain(text).replace("|", "¦").split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _performance(decision: Decision) -> Iterator[str]:
    """Yield 'label'=value[unit];warn;crit;min;max. Units that the guidelines do not define are left out."""
    for effect in ("fail", "inconclusive", "advice", "waived"):
        limit = "0" if effect == "fail" else ""
        yield f"'findings_{effect}'={len(decision.having(effect))};;{limit};0;"
    limits = {threshold.metric: threshold for threshold in reversed(decision.policy.thresholds)}
    for metric in decision.run.metrics:
        if metric.value is not None and metric.state not in {"published", "invalid", "skipped"}:
            yield _datum(metric, limits.get(metric.id))


def _datum(metric: Metric, threshold: Threshold | None) -> str:
    label = plain(metric.id).replace("'", "").replace("=", "").replace("|", "¦")
    limit = ""
    if threshold is not None:
        limit = f"{_number(threshold.limit)}:" if threshold.is_floor else _number(threshold.limit)
    return f"'{label}'={_number(metric.value or 0)}{'s' if metric.unit == 's' else ''};;{limit};0;"


def _number(value: float) -> str:
    """Format a number without an exponent, which the guidelines do not permit."""
    return f"{value:.6f}".rstrip("0").rstrip(".")
