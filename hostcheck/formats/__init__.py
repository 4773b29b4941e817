"""Formats convert a document (an audit, a comparison, a decision) to text. Each is loaded only when it is used."""

from collections.abc import Callable, Mapping
from importlib import import_module


class Formats(dict[str, str]):
    """The formats of one kind of document: "module:function" by name. The function takes the document and a Style.

    Attributes:
        document: the kind of document, such as "run", "comparison" or "decision". The name of a plugin's entry point
            begins with it.
    """

    def __init__(self, document: str, formats: Mapping[str, str]) -> None:
        """Create the table with the built-in formats."""
        super().__init__(formats)
        self.document = document

    def has(self, name: str) -> bool:
        """Return whether the format exists, built in or in a plugin.

        Raises:
            UsageError: if two packages have the format.
        """
        from hostcheck import plugins  # noqa: PLC0415  only a name that is not built in needs it

        return name in self or plugins.find("format", f"{self.document}.{name}") is not None

    def load(self, name: str) -> Callable[..., str | bytes]:
        """Import the function of a format.

        Raises:
            UsageError: if the format is in a plugin that cannot be loaded.
        """
        if name in self:
            module, _, function = self[name].partition(":")
            found: Callable[..., str | bytes] = getattr(import_module(module), function)
            return found
        from hostcheck import plugins  # noqa: PLC0415  the same

        plugin = plugins.find("format", f"{self.document}.{name}")
        assert plugin is not None
        render: Callable[..., str | bytes] = plugin.load()
        return render


AUDIT = Formats(
    "run",
    {
        "text": "hostcheck.formats.audit_text:render",
        "json": "hostcheck.formats.run_json:render",
    },
)
"""Formats of one run: name and "module:function"; the function takes a Run and a Style."""

COMPARISON = Formats(
    "comparison",
    {
        "text": "hostcheck.formats.comparison_text:render",
        "markdown": "hostcheck.formats.comparison_markdown:render",
        "csv": "hostcheck.formats.comparison_csv:render",
        "json": "hostcheck.formats.comparison_json:render",
        "html": "hostcheck.report.rendering:page",
        "png": "hostcheck.report.rendering:picture",
        "pdf": "hostcheck.report.rendering:brief",
    },
)
"""Formats of a comparison: name and "module:function"; the function takes a Comparison and a Style."""

POPULATION = Formats(
    "population",
    {
        "html": "hostcheck.report.rendering:fleet_page",
        "csv": "hostcheck.formats.population_csv:render",
        "parquet": "hostcheck.formats.population_parquet:render",
        "openmetrics": "hostcheck.formats.population_openmetrics:render",
    },
)
"""Formats of many hosts as columns; the function takes a Population and a Style."""

REPORTS = frozenset({"html", "pdf", "png"})
"""Formats of a comparison that need the extra "report"."""

BENCH = Formats(
    "comparison",
    COMPARISON | {"json": "hostcheck.formats.run_json:render", "text": "hostcheck.formats.bench_text:render"},
)
"""Formats of the result of bench: json is the run itself, the others are a comparison with other runs."""

CALIBRATION = Formats(
    "calibration",
    {
        "text": "hostcheck.formats.calibration_text:render",
        "json": "hostcheck.formats.calibration_json:render",
    },
)
"""Formats of a calibration: name and "module:function"; the function takes a Calibration and a Style."""

HISTORY = Formats(
    "history",
    {
        "text": "hostcheck.formats.history_text:render",
        "json": "hostcheck.formats.history_json:render",
    },
)
"""Formats of the history: name and "module:function"; the function takes a History and a Style."""

FIT = Formats(
    "fit",
    {
        "text": "hostcheck.formats.fit_text:render",
        "json": "hostcheck.formats.fit_json:render",
        "markdown": "hostcheck.formats.fit_decision:markdown",
        "junit": "hostcheck.formats.fit_decision:junit",
        "tap": "hostcheck.formats.fit_decision:tap",
        "sarif": "hostcheck.formats.fit_decision:sarif",
        "github": "hostcheck.formats.fit_decision:github",
        "csv": "hostcheck.formats.fit_decision:csv",
        "html": "hostcheck.report.fit_page:render",
    },
)
"""Formats of the answer whether workloads fit: name and "module:function"; the function takes a Fit and a Style."""

PROMISE = Formats(
    "promise",
    {
        "text": "hostcheck.formats.promise_text:render",
        "html": "hostcheck.formats.promise_html:render",
        "markdown": "hostcheck.formats.promise_markdown:render",
        "json": "hostcheck.formats.promise_json:render",
        "junit": "hostcheck.formats.promise_decision:junit",
        "tap": "hostcheck.formats.promise_decision:tap",
        "sarif": "hostcheck.formats.promise_decision:sarif",
        "github": "hostcheck.formats.promise_decision:github",
        "csv": "hostcheck.formats.promise_decision:csv",
    },
)
"""Formats of the answer whether a promise was kept: name and "module:function"; the function takes an Outcome and a
Style."""

FLEET = Formats(
    "fleet",
    {
        "text": "hostcheck.formats.fleet_text:render",
        "json": "hostcheck.formats.fleet_json:render",
        "inventory": "hostcheck.formats.fleet_lists:ready",
        "retry": "hostcheck.formats.fleet_lists:retry",
    },
)
"""Formats of the state of a fleet: name and "module:function"; the function takes a Standing and a Style."""

PAIRS = Formats(
    "pairs",
    {
        "text": "hostcheck.formats.pairs_text:render",
        "json": "hostcheck.formats.pairs_json:render",
    },
)
"""Formats of which hosts reach each other: name and "module:function"; the function takes Pairs and a Style."""

FATES = Formats(
    "fates",
    {
        "text": "hostcheck.formats.fates_text:render",
        "json": "hostcheck.formats.fates_json:render",
    },
)
"""Formats of the answer whether hosts share a disk or CPUs; the function takes Fates and a Style."""

PLACE = Formats(
    "place",
    {
        "text": "hostcheck.formats.place_text:render",
        "json": "hostcheck.formats.place_json:render",
        "html": "hostcheck.report.rendering:place",
    },
)
"""Formats of the places where a host can be: name and "module:function"; the function takes a Located and a Style."""

FLEET_GATE = Formats(
    "fleet-decision",
    {
        "text": "hostcheck.formats.fleet_decision:text",
        "json": "hostcheck.formats.fleet_decision:json",
        "junit": "hostcheck.formats.fleet_decision:junit",
        "inventory": "hostcheck.formats.fleet_lists:ready",
        "retry": "hostcheck.formats.fleet_lists:retry",
    },
)
"""Formats of the decision on a fleet: name and "module:function"; the function takes a FleetDecision and a Style."""

GATE = Formats(
    "decision",
    {
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
    },
)
"""Formats of a gate's decision: name and "module:function"; the function takes a Decision and a Style."""


def is_format(name: str) -> bool:
    """Return whether any kind of document has a format with this name."""
    return any(isinstance(table, Formats) and name in table for table in globals().values())
