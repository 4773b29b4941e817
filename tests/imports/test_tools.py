"""Tools whose text says all that a figure depends on."""

import pytest

from hostcheck.errors import UsageError
from hostcheck.imports.figure import to_metrics
from hostcheck.imports.tools import pg_test_fsync, sysbench

SYSBENCH = """sysbench 1.0.20 (using system LuaJIT 2.1.0-beta3)

Running the test with following options:
Number of threads: 4
Initializing random number generator from current time


Extra file open flags: directio
128 files, 16MiB each
2GiB total file size
Block size 16KiB
Number of IO requests: 0
Read/Write ratio for combined random IO test: 1.50
Periodic FSYNC enabled, calling fsync() each 100 requests.
Calling fsync() at the end of test, Enabled.
Using synchronous I/O mode
Doing random r/w test
Initializing worker threads...

Threads started!


File operations:
    reads/s:                      2123.54
    writes/s:                     1415.69
    fsyncs/s:                     4536.80

Throughput:
    read, MiB/s:                  33.18
    written, MiB/s:               22.12
"""
PG = """5 seconds per test
O_DIRECT supported on this platform for open_datasync and open_sync.

Compare file sync methods using one 8kB write:
(in wal_sync_method preference order, except fdatasync is Linux's default)
        open_datasync                      1241.310 ops/sec     806 usecs/op
        fdatasync                          1201.200 ops/sec     832 usecs/op
        fsync                                 0.000 ops/sec       0 usecs/op
        fsync_writethrough                              n/a
        open_sync                           611.400 ops/sec    1636 usecs/op

Compare file sync methods using two 8kB writes:
(in wal_sync_method preference order, except fdatasync is Linux's default)
        fdatasync                          1101.200 ops/sec     908 usecs/op

Compare open_sync with different write sizes:
(This is designed to compare the cost of writing 16kB in different write
open_sync sizes.)
         1 * 16kB open_sync write          1000.100 ops/sec    1000 usecs/op

Test if fsync on non-write file descriptor is honored:
        write, fsync, close                 601.400 ops/sec    1663 usecs/op

Non-sync'ed 8kB writes:
        write                            337312.511 ops/sec       3 usecs/op
"""


def indented(text: str) -> str:
    return "".join(f"    {line}\r\n" for line in text.splitlines())


@pytest.mark.parametrize("text", [SYSBENCH, "$ sysbench fileio run\n" + SYSBENCH])
def test_sysbench_says_on_what_its_rates_depend(text):
    metrics = {metric.id: metric for metric in to_metrics(sysbench(text))}
    assert {name: metric.value for name, metric in metrics.items()} == {
        "sysbench.rndrw.16k.read.iops": pytest.approx(2123.54),
        "sysbench.rndrw.16k.write.iops": pytest.approx(1415.69),
        "sysbench.rndrw.16k.fsync.iops": pytest.approx(4536.80),
    }
    assert metrics["sysbench.rndrw.16k.read.iops"].settings == {
        "pattern": "rndrw",
        "block_bytes": 16384,
        "processes": 4,
        "direct": True,
        "open_flags": "directio",
        "io_mode": "synchronous",
        "file_bytes": 2 << 30,
        "fsync": "100",
        "read_write_ratio": "1.50",
    }


OLD = """sysbench 0.4.12:  multi-threaded system evaluation benchmark

Running the test with following options:
Number of threads: 16

Extra file open flags: 0
128 files, 24Mb each
3Gb total file size
Block size 16Kb
Number of random requests for random IO: 10000
Read/Write ratio for combined random IO test: 1.50
Periodic FSYNC enabled, calling fsync() each 100 requests.
Calling fsync() at the end of test, Enabled.
Using synchronous I/O mode
Doing random r/w test
Threads started!
Done.

Operations performed:  6000 Read, 4000 Write, 12800 Other = 22800 Total
Read 93.75Mb  Written 62.5Mb  Total transferred 156.25Mb  (3.125Mb/sec)
  200.00 Requests/sec executed

Test execution summary:
    total time:                          50.0000s
    total number of events:              10000
    total time taken by event execution: 434.9929
    per-request statistics:
         min:                                  0.01ms
         avg:                                 43.48ms
         max:                               1105.16ms
         approx.  95 percentile:             180.46ms
"""
OLDER_NAMES = (("0.4.12", "0.5"), ("6000 Read, 4000 Write", "6000 reads, 4000 writes"), ("flags: 0", "flags: 3"))


def of_0_5(text):
    for old, new in OLDER_NAMES:
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    ("text", "version", "flags", "direct"),
    [
        (OLD, "0.4", "(none)", False),
        (OLD.replace("flags: 0", "flags: 16384"), "0.4", "direct", True),
        (of_0_5(OLD), "0.5", "3", None),
        (OLD.partition("\n")[2], "before 1.0", "(none)", False),
        ("\n".join(f"> {line}" for line in OLD.splitlines()), "0.4", "(none)", False),
    ],
)
def test_sysbench_before_1_has_the_rates_of_its_counts(text, version, flags, direct):
    metrics = {metric.id: metric for metric in to_metrics(sysbench(text))}
    assert {name: (metric.value, metric.state) for name, metric in metrics.items()} == {
        "sysbench.rndrw.16k.read.iops": (pytest.approx(120), "ok"),
        "sysbench.rndrw.16k.write.iops": (pytest.approx(80), "ok"),
    }
    settings = metrics["sysbench.rndrw.16k.read.iops"].settings
    assert (settings["version"], settings["open_flags"], settings["direct"]) == (version, flags, direct)
    assert (settings["file_bytes"], settings["processes"], settings["fsync"]) == (3 << 30, 16, "100")


def test_a_rate_of_sysbench_before_1_that_is_not_that_of_its_counts_is_invalid():
    for changed in (
        OLD.replace("200.00 Req", "300.00 Req"),
        OLD.replace("events:              10000", "events: 90000"),
    ):
        assert {metric.state for metric in to_metrics(sysbench(changed))} == {"invalid"}


def test_a_read_test_of_sysbench_before_1_has_no_writes():
    text = OLD.replace("random r/w", "sequential read").replace("6000 Read, 4000 Write", "10000 Read, 0 Write")
    (metric,) = to_metrics(sysbench(text))
    assert (metric.id, metric.value) == ("sysbench.seqrd.16k.read.iops", 200)


def test_runs_of_sysbench_one_after_another_are_samples():
    read, *_ = to_metrics(sysbench(SYSBENCH + SYSBENCH.replace("2123.54", "2200.00").replace("33.18", "34.38")))
    assert [sample.value for sample in read.samples] == [2123.54, 2200.0]
    assert len(to_metrics(sysbench(SYSBENCH + SYSBENCH.replace("threads: 4", "threads: 8")))) == 6


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it has no file test of sysbench"),
        ("sysbench 1.0.20\nCPU speed:\n    events per second:  1000.0\n", "it has no file test of sysbench"),
        (SYSBENCH.replace("Block size 16KiB\n", ""), "the text of sysbench is cut: block missing"),
        (SYSBENCH.replace("random r/w", "sideways"), "sysbench's test 'sideways' is not known"),
    ],
)
def test_what_sysbench_leaves_open_is_an_error(text, said):
    with pytest.raises(UsageError, match=said):
        sysbench(text)


def test_pg_test_fsync_says_how_often_a_method_syncs():
    metrics = {metric.id: metric for metric in to_metrics(pg_test_fsync(PG))}
    assert {name: metric.value for name, metric in metrics.items()} == {
        "pg_test_fsync.8k.x1.open_datasync.iops": pytest.approx(1241.31),
        "pg_test_fsync.8k.x1.fdatasync.iops": pytest.approx(1201.2),
        "pg_test_fsync.8k.x1.fsync.iops": None,
        "pg_test_fsync.8k.x1.open_sync.iops": pytest.approx(611.4),
        "pg_test_fsync.8k.x2.fdatasync.iops": pytest.approx(1101.2),
    }
    assert metrics["pg_test_fsync.8k.x2.fdatasync.iops"].settings == {
        "method": "fdatasync",
        "writes": 2,
        "block_bytes": 8192,
    }
    assert len(pg_test_fsync(indented(PG))) == 5
    assert len(sysbench(indented(SYSBENCH))) == 3


def test_what_has_no_comparison_of_methods_is_an_error():
    with pytest.raises(UsageError, match="no comparison of sync methods"):
        pg_test_fsync("Non-sync'ed 8kB writes:\n  write  337312.511 ops/sec\n")


GENERAL = """
General statistics:
    total time:                          10.0041s
    total number of events:              80769

Latency (ms):
         min:                                    0.01
         avg:                                    0.49
         max:                                   22.09
         95th percentile:                        1.01
         sum:                                 3972.20
"""


def reasons(figures):
    return {figure.sample.reason for figure in figures}


def test_a_text_of_sysbench_that_agrees_with_itself_counts():
    assert reasons(sysbench(SYSBENCH)) == {""}
    assert reasons(sysbench(SYSBENCH + GENERAL)) == {""}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("reads/s:                      2123.54", "reads/s:                      21235.40", "read 33.18 MiB/s, but"),
        ("written, MiB/s:               22.12", "written, MiB/s:               2.12", "written 2.12 MiB/s, but"),
        ("min:                                    0.01", "min:  0.99", "min, avg and max of the latency are 0.99"),
        ("max:                                   22.09", "max:  0.09", "min, avg and max of the latency are"),
        ("95th percentile:                        1.01", "95th percentile:  55.0", "the 95th percentile of the"),
        ("total time:                          10.0041s", "total time:   100.0s", "80,769 events, but"),
    ],
)
def test_a_text_of_sysbench_that_contradicts_itself_has_no_figure(before, after, said):
    text = SYSBENCH + GENERAL
    assert before in text
    found = sysbench(text.replace(before, after))
    assert all(not figure.sample.valid for figure in found)
    (reason,) = reasons(found)
    assert reason.startswith(f"the text contradicts itself: {said}")


@pytest.mark.parametrize(
    ("before", "after"),
    [("806 usecs/op", "8060 usecs/op"), ("1241.310 ops", "12413.100 ops"), ("806 usecs/op", "0 usecs/op")],
)
def test_a_rate_that_contradicts_the_time_of_one_operation_does_not_count(before, after):
    first, *others = pg_test_fsync(PG.replace(before, after))
    assert not first.sample.valid
    assert first.sample.reason.startswith("the text contradicts itself: ")
    assert {figure.sample.valid for figure in others if figure.sample.value} == {True}
