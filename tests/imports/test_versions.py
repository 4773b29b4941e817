"""Outputs of other versions of fio than 3.33, against fio's own figures: I/Os, or bytes, over the time measured."""

import json

import pytest

from hostcheck.errors import UsageError
from hostcheck.fio.quantity import carried
from hostcheck.fio.runs import parse_runs
from tests.imports.shapes import metrics, metrics_of, text_of, values


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # "IOPS=10.0k" and "BW=42.9MiB/s" of 10,981 I/Os of 4 KiB in 1.001 s.
        ("3.25-lost-carry.txt", {"disk.randwrite.qd1.iops": 10970.0}),
        # "BW=80.0MiB/s (84.9MB/s)": 84.9 MB are 81.0 MiB.
        (
            "3.25-lost-carry-synced.txt",
            {
                "fio.randwrite.8k.q1.j2.cache-unknown.synced.iops": 10365.6,
                "fio.randwrite.8k.q1.j2.cache-unknown.synced.p99.seconds": 0.004555,
            },
        ),
        ("3.25-terse5.txt", {"fio.t5.4k.read.iops": 10014.0}),
        (
            "3.39-unified-both.txt",
            {
                "fio.randrw-50.4k.q1.cache-unknown.read.iops": 2216.57,
                "fio.randrw-50.4k.q1.cache-unknown.write.iops": 2327.35,
                "fio.randrw-50.4k.q1.cache-unknown.mixed.iops": 4543.0,
            },
        ),
        (
            "3.41-two-kinds.json",
            {"fio.a.4k.together.read.iops": 7691.31, "fio.write.64k.q1.together.bandwidth": 383.229},
        ),
        (
            "3.41-fdatasync.json",
            {
                "fio.write.8k.q1.buffered.fdatasync.iops": 476.048,
                "fio.write.8k.q1.buffered.fdatasync.p99.seconds": 0.00704512,
            },
        ),
    ],
)
def test_each_version_gives_the_figures_of_its_run(name, expected):
    found = values(name)
    assert list(found) == list(expected)
    assert found == {metric_id: pytest.approx(value, rel=1e-3) for metric_id, value in expected.items()}


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("10.0k", "11.0k"),
        ("80.0MiB/s", "81.0MiB/s"),
        ("9.00MiB", "10.00MiB"),
        ("10.4k", "10.4k"),
        ("400", "400"),
        ("100MiB/s", "100MiB/s"),
        ("12.05k", "12.05k"),
    ],
)
def test_a_quantity_of_zeros_behind_the_point_may_have_lost_a_carry(printed, meant):
    assert carried(printed) == meant


WITHOUT_IOS = """\
c: (g=0): rw=randread, bs=(R) {bs}, (W) {bs}, (T) {bs}, ioengine=libaio, iodepth=16
fio-3.1
Starting 1 process

c: (groupid=0, jobs=1): err= 0: pid=1: Mon Nov 30 18:03:21 2026
   read: IOPS={iops}, BW={bw} ({also})({io}/10000msec)
    clat (usec): min=10, max=2445, avg=1380.00, stdev=42.19
  cpu          : usr=4.90%, sys=31.50%, ctx=10998, majf=0, minf=9
"""


@pytest.mark.parametrize(
    ("iops", "bw", "also", "io", "right"),
    [
        # 11,961 I/Os a second of 4 KiB, and 11,000.
        ("11.0k", "46.7MiB/s", "48.0MB/s", "467MiB", 12000.0),
        ("11.0k", "42.0MiB/s", "45.1MB/s", "430MiB", 11000.0),
        ("11.0k", "43.0MiB/s", "45.1MB/s", "430MiB", 11000.0),
        ("11.2k", "43.8MiB/s", "45.9MB/s", "438MiB", 11200.0),
    ],
)
def test_what_else_the_line_says_decides_whether_a_carry_is_lost(iops, bw, also, io, right):
    text = WITHOUT_IOS.format(bs="4096B-4096B", iops=iops, bw=bw, also=also, io=io)
    (metric,) = metrics_of(text).values()
    assert metric.value == pytest.approx(right)


@pytest.mark.parametrize(
    ("bw", "also", "io", "right"),
    [
        ("80.0MiB/s", "84.9MB/s", "810MiB", 81.0),
        ("81.0MiB/s", "84.9MB/s", "810MiB", 81.0),
        ("80.0MiB/s", "83.9MB/s", "800MiB", 80.0),
        # Both lost theirs: 20.97 MiB are 21.99 MB.
        ("20.0MiB/s", "21.0MB/s", "210MiB", 21.0),
    ],
)
def test_the_bytes_a_second_are_those_that_agree_with_the_bytes(bw, also, io, right):
    text = WITHOUT_IOS.format(bs="4096B-64.0KiB", iops="2000", bw=bw, also=also, io=io)
    (metric,) = metrics_of(text).values()
    assert metric.value == pytest.approx(right * 1.048576)


@pytest.mark.parametrize(
    ("name", "signal", "later"), [("3.25-sigint.txt", 2, "later"), ("sigterm-normal.txt", 15, "b")]
)
def test_a_job_that_was_to_run_after_the_interrupt_is_named(name, signal, later):
    found = metrics(name)
    assert {metric_id: metric.samples[0].reason for metric_id, metric in found.items()} == {
        "disk.randread.qd1.iops": f"fio was ended by signal {signal}",
        "fio.cut.iops": f"the result of '{later}' in fio's output is incomplete: the rest was read",
    }


def test_a_job_whose_part_of_a_normal_output_is_cut_off_is_named():
    text = text_of("normal.txt")
    last = text.rindex(": (groupid=")
    found = metrics_of(text[: text.rindex("\n", 0, last)])
    (sample,) = found.pop("fio.cut.iops").samples
    assert "the result of " in sample.reason
    assert set(found) < set(values("normal.txt"))


@pytest.mark.parametrize("part", ["jobs", "job", "side"])
def test_a_part_of_the_json_without_its_version_says_what_to_bring(part):
    jobs = json.loads(text_of("ramp.json"))["jobs"]
    text = json.dumps({"jobs": jobs, "job": jobs[0], "side": jobs[0]["read"]}[part], indent=2)
    with pytest.raises(
        UsageError, match=r"^line \d+ has a piece of fio's JSON, without its beginning: import all of it$"
    ):
        parse_runs(text)
