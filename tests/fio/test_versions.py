"""What fields are called and count in, from version to version."""

import json
from typing import Any

import pytest

from hostcheck.fio.documents import FioParseError
from hostcheck.fio.parser import parse
from hostcheck.fio.problems import problems
from hostcheck.fio.result import FioResult, Side
from hostcheck.fio.version import parse_version

IDLE = {"io_bytes": 0, "bw": 0, "iops": 0, "runtime": 0}
OLD_LATENCY = {"min": 2, "max": 90, "mean": 12.5, "stddev": 3.25}


def read_side(version: str, **side: Any) -> Side:
    entry = {"jobname": "a", "groupid": 0, "error": 0, "read": side, "write": IDLE}
    found = parse(json.dumps({"fio version": version, "jobs": [entry]})).jobs[0]
    assert found.write is None
    assert found.read is not None
    return found.read


def test_2_1_4_counts_in_kib_and_microseconds_and_knows_no_total() -> None:
    side = read_side(
        "fio-2.1.4", io_bytes=40960, bw=20480, iops=5120, runtime=2000,
        slat={"min": 0, "max": 0, "mean": 0.0, "stddev": 0.0},
        clat=OLD_LATENCY | {"percentile": {"50.000000": 11, "99.000000": 40, "0.00": 0}},
        lat=OLD_LATENCY,
    )  # fmt: skip
    assert (side.io_bytes, side.bandwidth, side.iops, side.total_ios) == (40960 * 1024, 20480 * 1024, 5120, None)
    assert side.submission is None
    assert side.completion is not None
    assert (side.completion.mean, side.completion.min, side.completion.max) == (12500, 2000, 90000)
    assert side.completion.percentiles == {50.0: 11000, 99.0: 40000}


def test_2_2_knows_the_total() -> None:
    assert read_side("fio-2.2.10", io_bytes=4, bw=4, iops=1.0, runtime=1000, total_ios=1).total_ios == 1


def test_2_21_counts_bytes() -> None:
    side = read_side("fio-2.21", io_bytes=41943040, io_kbytes=40960, bw=20480, iops=5120.0, runtime=2000)
    assert side.io_bytes == 41943040


def test_a_build_between_releases_is_recognised_by_its_fields() -> None:
    side = read_side("fio-2.20-38-g8fae", io_bytes=4096, io_kbytes=4, bw=4, iops=1.0, runtime=1000)
    assert side.io_bytes == 4096


def test_2_99_has_nanoseconds() -> None:
    side = read_side(
        "fio-2.99", io_bytes=4096, io_kbytes=4, bw=4, iops=1.0, runtime=1000, total_ios=1, clat_ns=OLD_LATENCY
    )
    assert side.completion is not None
    assert side.completion.mean == 12.5
    assert side.completion.count is None


def test_3_2_has_exact_bytes_a_second() -> None:
    side = read_side("fio-3.2", io_bytes=5000, io_kbytes=4, bw_bytes=5000, bw=4, iops=1.0, runtime=1000, total_ios=1)
    assert side.bandwidth == 5000


def test_an_unknown_version_that_does_not_give_its_units_is_an_error() -> None:
    with pytest.raises(FioParseError, match="unknown version"):
        read_side("fio-next", io_bytes=40960, bw=20480, iops=5120, runtime=2000)


def client(*jobs: dict[str, Any]) -> FioResult:
    side = {"io_bytes": 4096, "io_kbytes": 4, "bw": 4, "iops": 1.0, "runtime": 1000, "total_ios": 1}
    entries = [{"error": 0, "read": side, "write": IDLE} | job for job in jobs]
    return parse(json.dumps({"fio version": "fio-3.36", "client_stats": entries}))


def test_a_client_has_the_jobs_of_its_servers_and_their_sum_apart() -> None:
    result = client(
        {"jobname": "a", "hostname": "one", "port": 8765},
        {"jobname": "a", "hostname": "two", "port": 8765},
        {"jobname": "All clients", "hostname": "two", "port": 8765},
    )
    assert [(job.name, job.server) for job in result.jobs] == [("a", ("one", 8765)), ("a", ("two", 8765))]
    assert result.combined is not None
    assert result.disks == ()


def test_options_of_a_job_stand_over_the_global_ones() -> None:
    job = {"jobname": "a", "error": 0, "job options": {"bs": "8k"}}
    text = json.dumps({"fio version": "fio-3.33", "global options": {"bs": "4k", "rw": "read"}, "jobs": [job]})
    assert parse(text).jobs[0].options == {"bs": "8k", "rw": "read"}


def test_a_number_that_is_none_is_not_made_one() -> None:
    side = '{"io_bytes": 4096, "io_kbytes": 4, "bw": 4, "iops": %s, "runtime": 1, "total_ios": 1, "clat_ns": %s}'
    text = '{"fio version": "fio-3.33", "jobs": [{"jobname": "a", "error": 0, "read": ' + side + "}]}"
    latency = '{"min": 1, "max": 2, "mean": -nan, "stddev": nan, "N": 1}'
    read = parse(text % ("1.0", latency)).jobs[0].read
    assert read is not None
    assert read.completion is None
    for bad in ("nan", "-inf", "NaN", "-1", "true", '"7"', "1e999"):
        with pytest.raises(FioParseError, match=r"jobs\[0\]\.read\.iops"):
            parse(text % (bad, latency))


def test_an_invalid_number_in_an_unused_field_costs_nothing_else() -> None:
    latency = {
        "min": 1,
        "max": 9,
        "mean": 5.0,
        "stddev": None,
        "N": 4,
        "percentile": {"50.000000": 5, "99.000000": None},
    }
    side = {"io_bytes": 4096, "io_kbytes": 4, "bw": 4, "iops": 1.0, "runtime": 1000, "total_ios": 1, "clat_ns": latency}
    job = {"jobname": "a", "error": 0, "read": side, "iodepth_level": {"1": None, "2": 100.0}}
    disk = {"name": "vda", "read_ios": 1, "write_ios": 0, "util": None}
    result = parse(json.dumps({"fio version": "fio-3.33", "jobs": [job], "disk_util": [disk]}))
    assert result.jobs[0].read is not None
    completion = result.jobs[0].read.completion
    assert completion is not None
    assert (completion.stddev, completion.percentiles) == (None, {50.0: 5})
    assert result.jobs[0].depth_percent == {"2": 100.0}
    assert result.disks[0].util_percent is None


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("fio-3.33", (3, 33)),
        ("fio-2.1.4\n", (2, 1, 4)),
        ("fio-3.42-6-gb6a9", (3, 42)),
        ("fio-3.36-dirty", (3, 36)),
        ("fio, version 1.9.1", None),
        ("fio-", None),
        ("3.33", None),
        ("", None),
    ],
)
def test_versions_of_fio_are_distinguished_from_other_programs(name: str, numbers: tuple[int, ...] | None) -> None:
    assert parse_version(name) == numbers


def test_before_3_13_the_percentiles_of_the_whole_latency_stood_with_the_completion() -> None:
    nanoseconds = {"min": 2, "max": 90, "mean": 12.5, "stddev": 3.25}
    side: dict[str, Any] = {"io_bytes": 4096, "io_kbytes": 4, "bw": 4, "iops": 1.0, "runtime": 1000, "total_ios": 1}
    percentiles: dict[str, Any] = {"percentile": {"99.000000": 40}}
    side |= {"clat_ns": nanoseconds | percentiles, "lat_ns": nanoseconds}
    job = {"jobname": "a", "error": 0, "read": side, "job options": {"lat_percentiles": "1"}}
    for version, where in (("fio-3.12", "total"), ("fio-3.13", "completion")):
        read = parse(json.dumps({"fio version": version, "jobs": [job]})).jobs[0].read
        assert read is not None
        assert {name: bool(getattr(read, name).percentiles) for name in ("total", "completion")} == {
            name: name == where for name in ("total", "completion")
        }


def test_a_later_client_lists_the_global_options_of_each_server() -> None:
    shared = [{"hostname": name, "port": 8765, "bs": bs} for name, bs in (("one", "4k"), ("two", "8k"))]
    side = {"io_bytes": 4096, "io_kbytes": 4, "bw": 4, "iops": 1.0, "runtime": 1000, "total_ios": 1}
    entries = [
        {"jobname": "a", "error": 0, "read": side, "hostname": name, "port": 8765} for name in ("one", "two", "three")
    ]
    document = {"fio version": "fio-3.36", "global options": shared, "client_stats": entries}
    assert [job.options for job in parse(json.dumps(document)).jobs] == [{"bs": "4k"}, {"bs": "8k"}, {}]


def test_ios_that_failed_without_ending_the_job_are_reported() -> None:
    side = {"io_bytes": 4096, "io_kbytes": 4, "bw": 4, "iops": 1.0, "runtime": 1000, "total_ios": 1}
    job = {"jobname": "a", "error": 0, "read": side, "total_err": 3, "first_error": 5}
    assert problems(parse(json.dumps({"fio version": "fio-3.33", "jobs": [job]}))) == ("3 I/Os of job 'a' failed",)


@pytest.mark.parametrize(("rate", "agrees"), [(4000, True), (3999, True), (4001, True), (2000, False), (0, False)])
def test_a_rate_in_two_units_is_one(rate: int, agrees: bool) -> None:
    side = read_side("fio-3.33", io_bytes=4096000, bw_bytes=4096000, bw=rate, iops=1000.0, runtime=1000, total_ios=1000)
    said = f"bw is {rate:,} KiB per second, but bw_bytes 4,096,000 bytes per second"
    assert side.contradiction == ("" if agrees else said)


@pytest.mark.parametrize(
    ("shared", "own", "files"),
    [
        ('{"filename": "/dev/sda"}', '{"filename": "/dev/sdb"}', "/dev/sda:/dev/sdb"),
        ('{"filename": "/dev/sda"}', "{}", "/dev/sda"),
        ("{}", '{"filename": "/dev/sda", "bs": "8k", "filename": "/dev/sdb", "bs": "4k"}', "/dev/sda:/dev/sdb"),
        ("{}", '{"filename": "a", "filename": "b", "filename": "c"}', "a:b:c"),
    ],
)
def test_files_that_are_named_in_several_lines_are_all_of_the_job(shared: str, own: str, files: str) -> None:
    entry = f'{{"jobname": "a", "error": 0, "job options": {own}, "read": {json.dumps(IDLE)}}}'
    (job,) = parse(f'{{"fio version": "fio-3.33", "global options": {shared}, "jobs": [{entry}]}}').jobs
    assert job.options["filename"] == files
    assert job.options.get("bs", "4k") == "4k"
