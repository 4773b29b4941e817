"""Find out whether a job can have a figure, before it is measured.

Which options fio needs to report a latency is in its HOWTO (lat_percentiles, percentile_list, gtod_reduce) and, for
syncs, in its code: add_sync_lat_sample in stat.c, and add_ddir_status_json there.
"""

from collections.abc import Mapping
from typing import Protocol

from hostcheck.fio.definition import Definition

_DEFAULT_LIST = "1:5:10:20:30:40:50:60:70:80:90:95:99:99.5:99.9:99.95:99.99"
"""fio's default of ``percentile_list``."""
_SYNCS = ("fsync", "fdatasync", "sync_file_range")
"""Options after which fio reports the latency of syncs. It reports none for ``sync`` and ``end_fsync``."""


class Figure(Protocol):
    """A figure that a job is expected to have: see ``hostcheck.fio.jobfile.JobMetric``."""

    @property
    def kind(self) -> str:
        """The kind: "iops", "bandwidth", "lat" or "sync"."""

    @property
    def percent(self) -> float | None:
        """The percentile, as a percentage; None for rates."""

    @property
    def direction(self) -> str:
        """The direction: "read" or "write"; empty for all I/Os."""


def impossible(figure: Figure, does: Definition, options: Mapping[str, str]) -> tuple[str, str] | None:
    """Return why a job cannot have a figure, and what to do, both in words; None if it can.

    Args:
        figure: the figure.
        does: the job's parameters.
        options: the job's options, with aliases resolved.
    """
    rw = f"rw={options.get('rw', 'read')}"
    if figure.direction and figure.direction not in does.directions:
        return f"{rw} has no {figure.direction}s", "name a figure of what the job does"
    if figure.percent is None:
        return None
    found = _latency(does, options) if figure.kind == "lat" else _sync(rw, does, options)
    listed = [float(text) for text in options.get("percentile_list", _DEFAULT_LIST).split(":")]
    if found is None and figure.percent not in listed:
        shown = f"percentile_list={options.get('percentile_list')}"
        return f"{shown} has no {figure.percent:g}", f"add {figure.percent:g} to percentile_list"
    return found


def _latency(does: Definition, options: Mapping[str, str]) -> tuple[str, str] | None:
    if len(does.directions) > 1:
        return "fio reports no latency percentile for reads and writes together", "name a figure of the rate"
    if _is_on(options, "gtod_reduce"):
        return "with gtod_reduce=1 fio measures no latency", "leave gtod_reduce out"
    if not _is_on(options, "disable_lat"):
        return None if _is_on(options, "lat_percentiles") else ("lat_percentiles=1 is missing", "add it to the job")
    if _is_on(options, "disable_clat") or options.get("clat_percentiles") == "0":
        return "with disable_lat=1 and without clat_percentiles fio reports no percentile", "leave disable_lat out"
    return None


def _sync(rw: str, does: Definition, options: Mapping[str, str]) -> tuple[str, str] | None:
    if "write" not in does.directions:
        return f"{rw} syncs nothing", "name a figure of what the job does"
    if not any(options.get(name, "0") not in {"0", ""} for name in _SYNCS):
        return "the job has no fsync or fdatasync", "add fdatasync=1 to the job"
    for name in ("gtod_reduce", "disable_clat"):
        if _is_on(options, name):
            return f"with {name}=1 fio does not measure how long a sync takes", f"leave {name} out"
    if options.get("clat_percentiles") == "0" and not _is_on(options, "lat_percentiles"):
        return "with clat_percentiles=0 fio reports no percentile of a sync", "leave clat_percentiles out"
    return None


def _is_on(options: Mapping[str, str], name: str) -> bool:
    return options.get(name, "0") not in {"0", ""}
