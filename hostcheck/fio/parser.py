"""Read fio's JSON: every version from 2.1.4 on, whatever text is around it.

What the fields are called and count in is told apart by the fields themselves where they tell, by the version
where they do not.
"""

from collections.abc import Mapping

from hostcheck.fio.documents import FioParseError, split_documents
from hostcheck.fio.fields import Fields
from hostcheck.fio.result import DiskUse, FioResult, Job, Latency, Side
from hostcheck.fio.version import BYTES_SINCE, Version, parse_version

KIB = 1024
MICROSECOND = 1000


def parse(text: str) -> FioResult:
    """Read what fio wrote with ``--output-format=json``, ``json+`` or ``json,normal``, to a file or a terminal.

    Raises:
        FioParseError: when it is not that; the message says what is wrong and where.
    """
    documents = split_documents(text)
    root = Fields(documents.objects[-1], "")
    if "fio version" not in root:
        raise FioParseError("JSON, but not of fio: it has no 'fio version'")
    name = root.text("fio version")
    version = parse_version(name)
    shared = _options(root, "global options")
    jobs = [_job(job, version, shared) for job in root.list_of("jobs")]
    # A client has its servers' jobs here, and behind them their sum when there is more than one.
    clients = [_job(job, version, shared) for job in root.list_of("client_stats")]
    combined = next((job for job in clients if job.name == "All clients"), None)
    jobs += [job for job in clients if job is not combined]
    if not jobs:
        raise FioParseError("fio's JSON has no jobs: none was run")
    return FioResult(
        version=name,
        jobs=tuple(jobs),
        combined=combined,
        disks=tuple(map(_disk, root.list_of("disk_util"))),
        text_before=documents.before,
        text_after=documents.after,
        documents=len(documents.objects),
        truncated=documents.truncated,
        timestamp=root.optional_whole("timestamp"),
    )


def _job(job: Fields, version: Version | None, shared: Mapping[str, str]) -> Job:
    sides = {name: _side(job.within(name), version) for name in ("read", "write", "trim", "mixed")}
    sync, depths = job.within("sync"), job.within("iodepth_level")
    return Job(
        name=job.text("jobname"),
        error=job.errno("error"),
        **sides,
        sync=_latency(sync, "lat") if sync else None,
        options={**shared, **_options(job, "job options")},
        depth_percent=depths.numbers() if depths else {},
        user_cpu_percent=job.optional_number("usr_cpu"),
        system_cpu_percent=job.optional_number("sys_cpu"),
        hostname=job.optional_text("hostname"),
    )


def _side(side: Fields | None, version: Version | None) -> Side | None:
    if side is None:
        return None
    moved, total_ios = side.whole("io_bytes"), side.optional_whole("total_ios")
    if not moved and not total_ios:
        return None
    exact = side.optional_number("bw_bytes")
    return Side(
        iops=float(side.number("iops")),
        bandwidth=float(side.number("bw") * KIB if exact is None else exact),
        io_bytes=moved * _io_bytes_unit(side, version),
        runtime_ms=side.whole("runtime"),
        total_ios=total_ios,
        submission=_latency(side, "slat"),
        completion=_latency(side, "clat"),
        total=_latency(side, "lat"),
    )


def _io_bytes_unit(side: Fields, version: Version | None) -> int:
    if "io_kbytes" in side:
        return 1
    if version is None:
        raise FioParseError("fio's JSON is of an unknown version, and does not tell KiB from bytes in 'io_bytes'")
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
    return Latency(
        mean=mean * unit,
        min=found.number("min") * unit,
        max=found.number("max") * unit,
        stddev=(found.optional_number("stddev") or 0.0) * unit,
        count=count,
        percentiles=_percentiles(found, unit),
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
            raise FioParseError(f"fio's JSON: {key!r} is not a percentile") from None
        # Before 3.4 the list was padded with "0.00": 0.
        if 0 < percent <= 100:
            values[percent] = value * unit
    return values


def _options(fields: Fields, key: str) -> dict[str, str]:
    options = fields.within(key)
    return options.texts() if options else {}


def _disk(disk: Fields) -> DiskUse:
    return DiskUse(
        name=disk.text("name"),
        read_ios=disk.whole("read_ios"),
        write_ios=disk.whole("write_ios"),
        util_percent=disk.number("util"),
    )
