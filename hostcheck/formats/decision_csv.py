"""A gate's decision as CSV: one row for each finding."""

import csv
import io

from hostcheck.formats.comparison_csv import harmless
from hostcheck.formats.decision_words import remedy
from hostcheck.formats.terminal import Style
from hostcheck.gate.decision import Decision

COLUMNS = (
    "host",
    "outcome",
    "kind",
    "scope",
    "id",
    "status",
    "severity",
    "effect",
    "expected",
    "found",
    "waiver",
    "fix",
    "source",
)


def render(decision: Decision, _style: Style | None = None) -> str:
    """Return the rows. Each text is quoted, and escaped so that a spreadsheet does not read it as a formula."""
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(COLUMNS)
    for finding in decision.findings:
        row = (
            decision.run.host.name,
            decision.outcome,
            finding.kind,
            finding.scope,
            finding.id,
            finding.status,
            finding.severity,
            finding.effect,
            finding.expected,
            finding.found,
            finding.waiver_words,
            remedy(finding),
            finding.source,
        )
        writer.writerow(map(harmless, row))
    return stream.getvalue()
