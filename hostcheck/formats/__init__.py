"""Formats turn a document (a run's audit, a comparison, a gate's decision) into text. None loads until it is picked."""

AUDIT: dict[str, str] = {
    "text": "hostcheck.formats.audit_text:render",
    "json": "hostcheck.formats.run_json:render",
}
"""Formats of one run: name and "module:function"; the function takes a Run and a Style."""

COMPARISON: dict[str, str] = {
    "text": "hostcheck.formats.comparison_text:render",
    "markdown": "hostcheck.formats.comparison_markdown:render",
    "csv": "hostcheck.formats.comparison_csv:render",
    "json": "hostcheck.formats.comparison_json:render",
    "html": "hostcheck.report.rendering:page",
    "png": "hostcheck.report.rendering:picture",
}
"""Formats of a comparison: name and "module:function"; the function takes a Comparison and a Style."""

REPORTS = frozenset({"html", "png"})
"""Formats of a comparison that need the extra "report"."""

BENCH: dict[str, str] = COMPARISON | {"json": "hostcheck.formats.run_json:render"}
"""Formats of what bench measured: the run itself as json, and its comparison with others."""

CALIBRATION: dict[str, str] = {
    "text": "hostcheck.formats.calibration_text:render",
    "json": "hostcheck.formats.calibration_json:render",
}
"""Formats of a calibration: name and "module:function"; the function takes a Calibration and a Style."""

HISTORY: dict[str, str] = {
    "text": "hostcheck.formats.history_text:render",
    "json": "hostcheck.formats.history_json:render",
}
"""Formats of the history: name and "module:function"; the function takes a History and a Style."""

GATE: dict[str, str] = {
    "text": "hostcheck.formats.decision_text:render",
    "json": "hostcheck.formats.decision_json:render",
    "markdown": "hostcheck.formats.decision_markdown:render",
    "junit": "hostcheck.formats.decision_junit:render",
    "tap": "hostcheck.formats.decision_tap:render",
    "sarif": "hostcheck.formats.decision_sarif:render",
    "github": "hostcheck.formats.decision_github:render",
    "nagios": "hostcheck.formats.decision_nagios:render",
    "openmetrics": "hostcheck.formats.decision_openmetrics:render",
    "csv": "hostcheck.formats.decision_csv:render",
}
"""Formats of a gate's decision: name and "module:function"; the function takes a Decision and a Style."""
