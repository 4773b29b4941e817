"""Find why two metrics were not measured with equal settings: the differences in words, and what is unknown."""

from hostcheck.run.details import DiskDetail
from hostcheck.run.measured import Metric
from hostcheck.run.origins import is_imported, lacks
from hostcheck.run.settings import OF_FIO, comparable

OF_THE_METHOD = frozenset(
    {
        *("size", "runtime", "time_based", "ramp_time", "startdelay"),
        *("norandommap", "randrepeat", "refill_buffers"),
        *("clocksource", "gtod_reduce", "disable_lat", "disable_clat", "disable_slat", "disable_bw_measurement"),
    }
)
"""fio's options that hostcheck sets in its own jobs, and therefore does not write into their settings.

They are not compared if one side was measured by hostcheck. The sizes of the files are then written beside the ratio.
"""

_PARAMETERS = frozenset(
    {
        "pattern",
        "block_bytes",
        "queue_depth",
        "direct",
        "io_engine",
        "processes",
        "read_percent",
        "block_sizes",
        "job",
        "hosts",
        "together",
        "synced",
        "files_on",
        "target",
        "at_least",
        "turn_seconds",
    }
)
"""Settings of imported figures that are not options of fio."""

_LONGEST = 24


def differences(metric: Metric, baseline: Metric) -> str:
    """Return the settings in which two metrics differ, in words; empty if they are equal."""
    settings, others = comparable(metric), comparable(baseline)
    names = sorted({*settings, *others})
    if is_imported(metric) != is_imported(baseline):
        names = [name for name in names if name not in OF_THE_METHOD]
    return "; ".join(
        f"{_label(name, metric)}: {_value(name, metric)} against {_value(name, baseline)}"
        for name in names
        if settings.get(name) != others.get(name)
    )


def is_alike(metric: Metric, other: Metric) -> bool:
    """Return whether both metrics have equal settings, all of them known. A published metric has none, and is alike."""
    if "published" in (metric.state, other.state):
        return True
    return not differences(metric, other) and not lacking(metric, other)


def lacking(*metrics: Metric) -> str:
    """Return why one of the values is not ranked, in words; empty if both are."""
    return next(filter(None, map(lacks, metrics)), "")


def sizes(metric: Metric, baseline: Metric) -> str:
    """Return the sizes of the test files, in words, if hostcheck measured one side and the other has another size."""
    for imported, own in ((metric, baseline), (baseline, metric)):
        if not is_imported(imported) or is_imported(own):
            continue
        measured = {size for sample in own.samples if (size := DiskDetail(sample.detail).file_bytes)}
        asked = imported.settings.get("size", imported.settings.get("filesize"))
        if measured and asked is not None:
            return f"the imported job's file is of size={asked}, hostcheck's of {max(measured) / (1 << 30):.3g} GiB"
    return ""


def _is_option(name: str, metric: Metric) -> bool:
    """Return whether a setting is one of fio's options."""
    return name not in _PARAMETERS and metric.id.startswith(OF_FIO)


def _label(name: str, metric: Metric) -> str:
    """Return a setting's name in words; an option of fio has the name that fio's manual has."""
    return name if _is_option(name, metric) else name.replace("_", " ")


def _value(name: str, metric: Metric) -> str:
    setting = comparable(metric).get(name)
    if setting is None:
        if name == "filename":
            return "file"
        known = _is_option(name, metric) and not name.startswith("unknown option ")
        return "fio's default" if known and is_imported(metric) else "unknown"
    # fio's manual has 0 and 1 for its switches.
    is_switch = isinstance(setting, bool) and metric.id.startswith(OF_FIO)
    text = str(int(setting) if is_switch else setting)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 4]}…"
