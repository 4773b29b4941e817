"""hostcheck: is this Linux server fit for containers? Answers with evidence.

The names in ``__all__`` are the public API. Importing the package does not load them. Each is loaded when it is first
used.
"""

__version__ = "0.1.0"

__all__ = [
    "BenchRequest",
    "assert_ready",
    "audit_host",
    "compare",
    "decide",
    "measure",
    "metrics_frame",
    "read_run",
    "render_report",
    "samples_frame",
    "scrubbed",
    "show",
    "verdicts_frame",
    "write_run",
]

TYPE_CHECKING = False
"""A replacement for typing.TYPE_CHECKING. Importing typing would take longer than importing the rest of this
package."""

if TYPE_CHECKING:
    from hostcheck.api import assert_ready, decide, render_report, write_run
    from hostcheck.audit import audit_host
    from hostcheck.bench.request import BenchRequest
    from hostcheck.bench.session import measure
    from hostcheck.capture.runs import scrubbed
    from hostcheck.comparison.compare import compare
    from hostcheck.frames import metrics_frame, samples_frame, verdicts_frame
    from hostcheck.notebook import show
    from hostcheck.run.files import read_run
else:
    _PLACES = {
        "BenchRequest": "hostcheck.bench.request",
        "assert_ready": "hostcheck.api",
        "audit_host": "hostcheck.audit",
        "compare": "hostcheck.comparison.compare",
        "decide": "hostcheck.api",
        "measure": "hostcheck.bench.session",
        "metrics_frame": "hostcheck.frames",
        "read_run": "hostcheck.run.files",
        "render_report": "hostcheck.api",
        "samples_frame": "hostcheck.frames",
        "scrubbed": "hostcheck.capture.runs",
        "show": "hostcheck.notebook",
        "verdicts_frame": "hostcheck.frames",
        "write_run": "hostcheck.api",
    }

    # Type checkers must not see it: they would take any name for one of the package.
    def __getattr__(name: str) -> object:
        if name not in _PLACES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module  # noqa: PLC0415

        found = getattr(import_module(_PLACES[name]), name)
        globals()[name] = found
        return found

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
