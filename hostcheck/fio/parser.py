"""Parse fio's JSON output of every version since 2.1.4, with any text around it.

Names and units of fields differ between versions. If possible, the unit is read from the field's name, otherwise from
fio's version.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from hostcheck.fio.definition import define
from hostcheck.fio.documents import FioParseError, split_documents
from hostcheck.fio.fields import Fields
from hostcheck.fio.histogram import bucket_value
from hostcheck.fio.result import DiskUse, FioResult, Job, Latency, Side, without_sum
from hostcheck.fio.version import BYTES_SINCE, TOTAL_PERCENTILES_SINCE, Version, parse_version

KIB = 1024
MICROSECOND = 1000
_NEAR = 0.005
"""Largest difference, as a share, between two rates of one direction: the counts of a report that fio makes while its
jobs run are not of exactly one moment."""
LONGEST_BIN = 20
"""Maximum number of digits in the key of a histogram's bucket, which is a 64-bit number of nanoseconds."""
LARGEST_BITS = 16
"""Maximum for the number of bits that number the buckets of one power of two. fio uses 6."""


def parse(text: str) -> FioResult:
    """Read the output of fio with ``--output-format=json``, ``json+`` or ``json,normal``, from a file or a terminal.

    Raises:
        FioParseError: if the text is not such an output; the message says what is wrong and where.
    """
    documents = split_documents(text)
    return replace(
        read_document(documents.objects[-1]),
        text_before=_joined(documents.around[:-1]),
        text_after=documents.around[-1],
        documents=len(documents.objects),
        truncated=documents.truncated,
    )


def _joined(texts: Sequence[str]) -> str:
    return "\n".join(filter(None, texts))


def read_document(document: Mapping[str, Any]) -> FioResult:
    """Read one document, without the text around it.

    Raises:
        FioParseError: if a value has the wrong type, or a key occurs twice with different values.
    """
    root = Fields(document, "")
    name = root.text("fio version")
    version = parse_version(name)
    entries = root.list_of("jobs")
    jobs = [_job(job, version, root, f"jobs[{place}]") for place, job in enumerate(entries)]
    # A client has its servers' jobs here, and behind them their sum when there is more than one.
    clients, combined = without_sum(_of_servers(root, version))
    jobs += clients
    if not jobs and combined is None:
        raise FioParseError("fio's JSON has no jobs: none was run")
    return FioResult(
        version=name,
        jobs=tuple(jobs),
        combined=replace(combined, options=_common(clients)) if combined else None,
        disks=tuple(map(_disk, root.list_of("disk_util"))),
        timestamp=root.optional_whole("timestamp"),
        elapsed_seconds=max((job.optional_whole("elapsed") or 0 for job in entries), default=0) or None,
    )


def _of_servers(root: Fields, version: Version | None) -> list[Job]:
    """Return the jobs of all servers of a client.

    fio's client looks up a group's options by the number of the group's first process, in a list with one entry for
    each group (handle_ts in fio's client.c). After a group of several processes, it finds none. The jobs without them
    have no options here, rather than fio's defaults.
    """
    found: list[Job] = []
    for place, entry in enumerate(root.list_of("client_stats")):
        job = _job(entry, version, root, f"client_stats[{place}]")
        is_first = all(other.server != job.server for other in found)
        found.append(job if is_first or "job options" in entry else replace(job, options={}))
    return found


def _common(jobs: Sequence[Job]) -> Mapping[str, str]:
    """Return the options of the jobs if they are equal; otherwise an empty dict, because the jobs differ."""
    return jobs[0].options if jobs and all(job.options == jobs[0].options for job in jobs) else {}


def _job(job: Fields, version: Version | None, root: Fields, place: str) -> Job:
    server = job.optional_text("hostname"), job.optional_whole("port")
    own = _options(job, "job options")
    options = _with_shared(own, _shared(root, server))
    # Before 3.13 the percentiles of the whole latency stood with those of the completion.
    misplaced = version is not None and version < TOTAL_PERCENTILES_SINCE and options.get("lat_percentiles", "0") != "0"
    sides = {name: _side(job.within(name), version, misplaced) for name in ("read", "write", "trim", "mixed")}
    sync, depths, steady = job.within("sync"), job.within("iodepth_level"), job.within("steadystate")
    return Job(
        name=job.text("jobname"),
        error=job.errno("error"),
        read=sides.get("read"),
        write=sides.get("write"),
        trim=sides.get("trim"),
        mixed=sides.get("mixed"),
        sync=_latency(sync, "lat") if sync else None,
        options=options,
        depth_percent=depths.numbers() if depths else {},
        user_cpu_percent=job.optional_number("usr_cpu"),
        system_cpu_percent=job.optional_number("sys_cpu"),
        server=None if server[0] is None else server,
        failed_ios=job.optional_whole("total_err") or 0,
        steady=bool(steady.whole("attained")) if steady else None,
        group=job.optional_whole("groupid"),
        started_ms=job.optional_whole("job_start") or None,
        lost="" if any(sides.values()) else _lost(job, options),
        place=place,
    )


def _with_shared(own: dict[str, str], shared: dict[str, str]) -> dict[str, str]:
    """Return the options of a job and of all jobs: a job's own were given later, and its own files are added."""
    options = {key: value for key, value in shared.items() if key not in own} | own
    files = dict.fromkeys(each["filename"] for each in (shared, own) if "filename" in each)
    return options | ({"filename": ":".join(files)} if files else {})


def _lost(job: Fields, options: Mapping[str, str]) -> str:
    """Return which direction's part a job without I/O lacks. fio prints one of each direction, even without I/O."""
    definition = define(options)
    asked = definition.directions if definition else ()
    if "mixed" in job or not asked:
        return ""
    return next((f"the part {name!r} is missing" for name in asked if name not in job), "")


def _shared(root: Fields, server: tuple[str | None, int | None]) -> dict[str, str]:
    """Return the global options. A newer fio client lists them for each server."""
    if not root.is_list("global options"):
        return _options(root, "global options")
    for options in root.list_of("global options"):
        if (options.optional_text("hostname"), options.optional_whole("port")) == server:
            return options.options(("hostname", "port"))
    return {}


def _side(side: Fields | None, version: Version | None, misplaced: bool) -> Side | None:  # noqa: FBT001 - one caller
    if side is None:
        return None
    moved, total_ios = side.whole("io_bytes"), side.optional_whole("total_ios")
    if not moved and not total_ios:
        return None
    exact = side.optional_number("bw_bytes")
    completion, total = _latency(side, "clat"), _latency(side, "lat")
    if misplaced and completion and total and not total.percentiles:
        total = replace(total, percentiles=completion.percentiles, bins=completion.bins)
        completion = replace(completion, percentiles={}, bins=None)
    return Side(
        iops=float(side.number("iops")),
        bandwidth=float(side.number("bw") * KIB if exact is None else exact),
        io_bytes=moved * _io_bytes_unit(side, version),
        runtime_ms=side.whole("runtime"),
        total_ios=total_ios,
        submission=_latency(side, "slat"),
        completion=completion,
        total=total,
        contradiction=_two_rates(side, exact),
    )


def _two_rates(side: Fields, exact: float | None) -> str:
    """Return that the bytes per second differ from the same in KiB, in words; empty if they agree."""
    rate = side.optional_number("bw")
    if exact is None or rate is None or abs(rate * KIB - exact) <= KIB + _NEAR * exact:
        return ""
    return f"bw is {rate:,.0f} KiB per second, but bw_bytes {exact:,.0f} bytes per second"


def _io_bytes_unit(side: Fields, version: Version | None) -> int:
    if "io_kbytes" in side:
        return 1
    if version is None:
        raise FioParseError(
            "fio's JSON is of an unknown version, and does not distinguish KiB from bytes in 'io_bytes'"
        )
    return 1 if version >= BYTES_SINCE else KIB


def _latency(side: Fields, name: str) -> Latency | None:
    nanoseconds = side.within(f"{name}_ns")
    found, unit = (nanoseconds, 1) if nanoseconds else (side.within(name), MICROSECOND)
    if found is None:
        return None
    count, mean = found.optional_whole("N"), found.optional_number("mean")
    # With gtod_reduce, or where nothing was timed, fio writes zeros (and the largest number there is as minimum).
    if mean is None or count == 0 or (mean == 0 and found.number("max") == 0):
        return None
    deviation = found.optional_number("stddev")
    return Latency(
        mean=mean * unit,
        min=found.number("min") * unit,
        max=found.number("max") * unit,
        stddev=None if deviation is None else deviation * unit,
        count=count,
        percentiles=_percentiles(found, unit),
        bins=_bins(found, unit),
    )


def _percentiles(latency: Fields, unit: int) -> Mapping[float, float]:
    found = latency.within("percentile")
    if found is None:
        return {}
    values: dict[float, float] = {}
    for key, value in found.numbers().items():
        try:
            percent = float(key)
        except ValueError:
            raise FioParseError(f"fio's JSON: {key[:40]!r} is not a percentile") from None
        # Before 3.4 the list was padded with "0.00": 0.
        if 0 < percent <= 100:
            values[percent] = value * unit
    return values


def _bins(latency: Fields, unit: int) -> Mapping[float, int] | None:
    found = latency.within("bins")
    if found is None:
        return None
    bits = found.optional_whole("FIO_IO_U_PLAT_BITS")
    values: dict[float, int] = {}
    for key in found:
        if key.startswith("FIO_IO_U_PLAT"):
            continue
        if not (key.isascii() and key.isdecimal()) or len(key) > LONGEST_BIN or (bits or 0) > LARGEST_BITS:
            raise FioParseError(f"fio's JSON: {key[:40]!r} is not a bucket of a histogram")
        value = int(key) if bits is None else bucket_value(int(key), bits)
        values[value * unit] = found.whole(key)
    return values


def _options(fields: Fields, key: str) -> dict[str, str]:
    options = fields.within(key)
    return options.options() if options else {}


def _disk(disk: Fields) -> DiskUse:
    return DiskUse(
        name=disk.text("name"),
        read_ios=disk.whole("read_ios"),
        write_ios=disk.whole("write_ios"),
        util_percent=disk.optional_number("util"),
    )
