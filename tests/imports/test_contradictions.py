"""An output whose values contradict each other has no valid figure."""

import json
import re

import pytest

from tests.imports.shapes import changed, metrics_of, text_of


def reason_of(metrics):
    """Return the reason of the only sample, which must be invalid."""
    reasons = {sample.reason for metric in metrics.values() for sample in metric.samples if not sample.valid}
    assert len(reasons) == 1, metrics
    return reasons.pop()


def in_json(**fields):
    def other(document):
        document["jobs"][0]["read"] |= fields

    return changed("ramp.json", other)


def side_of_ramp():
    return json.loads(text_of("ramp.json"))["jobs"][0]["read"]


@pytest.mark.parametrize(
    ("field", "factor", "said"),
    [
        ("iops", 10, "IOPS, but"),
        ("iops", 0.1, "IOPS, but"),
        ("total_ios", 10, "IOPS, but"),
        ("runtime", 2, "IOPS, but"),
        ("bw_bytes", 0, "bytes per second, but"),
        ("bw_bytes", 2, "bytes per second, but"),
        ("io_bytes", 2, "bytes per second, but"),
        ("runtime", 0, "a rate, and a runtime of 0"),
    ],
)
def test_rates_that_contradict_the_counts_are_named(field, factor, said):
    value = side_of_ramp()[field] * factor
    reason = reason_of(in_json(**{field: value if field == "iops" else int(value)}))
    assert reason.startswith("the output contradicts itself: read: ")
    assert said in reason


def test_a_runtime_longer_than_all_of_fio_is_named():
    side = side_of_ramp()
    longer = {key: side[key] * 1000 for key in ("runtime", "total_ios", "io_bytes")}
    assert "but fio ran for" in reason_of(in_json(**longer))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda clat: clat.update(min=clat["max"] + 1), "min, mean and max of the latency are"),
        (lambda clat: clat.update(mean=clat["max"] * 2), "min, mean and max of the latency are"),
        (lambda clat: clat.update(mean=clat["min"] / 2), "min, mean and max of the latency are"),
        (
            lambda clat: clat["percentile"].update({"99.000000": clat["percentile"]["50.000000"] // 2}),
            "a percentile of the latency is less than a smaller one",
        ),
        (
            lambda clat: clat["percentile"].update(dict.fromkeys(clat["percentile"], clat["max"] * 2)),
            "and its maximum",
        ),
        (
            lambda clat: clat["percentile"].update(dict.fromkeys(clat["percentile"], clat["min"] // 4)),
            "and its minimum",
        ),
    ],
)
def test_latencies_that_contradict_each_other_are_named(change, said):
    side = side_of_ramp()
    change(side["clat_ns"])
    reason = reason_of(in_json(clat_ns=side["clat_ns"]))
    assert reason.startswith("the output contradicts itself: read: clat: ")
    assert said in reason


@pytest.mark.parametrize(
    ("pattern", "text", "said"),
    [
        (r"IOPS=[^,]+", "IOPS=999k", "I/Os in"),
        (r"BW=\S+ \([^)]+\)", "BW=9999MiB/s (10484MB/s)", "MB per second"),
        (r"clat \(usec\): min=\d+", "clat (usec): min=99999999", "min, mean and max of the latency"),
        (r"clat \(usec\)(.*) avg=\s*[\d.]+", r"clat (usec)\1 avg=99999999.0", "min, mean and max of the latency"),
    ],
)
def test_normal_output_that_contradicts_itself_is_named(pattern, text, said):
    changed_text, count = re.subn(pattern, text, text_of("normal.txt"))
    assert count
    reasons = [sample.reason for metric in metrics_of(changed_text).values() for sample in metric.samples]
    named = [reason for reason in reasons if "the output contradicts itself: " in reason and said in reason]
    # Of a mix, the sum of both is a figure too.
    assert len(named) >= count, reasons


def test_the_bytes_contradict_the_ios_where_the_count_of_ios_is_cut_off():
    text = text_of("normal.txt")
    cut = re.sub(r"IOPS=[^,]+", "IOPS=999k", re.sub(r".*issued.*\n", "", text))
    assert all("are " in sample.reason for metric in metrics_of(cut).values() for sample in metric.samples)


CUT = """\
c: (groupid=0, jobs=1): err= 0: pid=1: Mon Nov 30 18:03:21 2026
   read: IOPS={iops}, BW={bw} ({also})({io}/10000msec)
    clat (usec): min=10, max=10.0k, avg=10450.00, stdev=42.19
  cpu          : usr=4.90%, sys=31.50%, ctx=10998, majf=0, minf=9
"""


@pytest.mark.parametrize(
    ("head", "bw", "also", "io", "right"),
    [
        ("", "42.9MiB/s", "44.9MB/s", "429MiB", 11000.0),
        ("fio-3.1\n", "42.9MiB/s", "44.9MB/s", "429MiB", 11000.0),
        ("", "39.1MiB/s", "41.0MB/s", "391MiB", 10000.0),
        ("fio-3.33\n", "42.9MiB/s", "44.9MB/s", "429MiB", 10000.0),
    ],
)
def test_a_lost_carry_is_found_where_the_output_is_cut(head, bw, also, io, right):
    (metric,) = metrics_of(head + CUT.format(iops="10.0k", bw=bw, also=also, io=io)).values()
    assert (metric.value, metric.state) == (pytest.approx(right), "ok")


def test_a_carry_that_nothing_decides_makes_no_figure():
    text = CUT.format(iops="10.0k", bw="50.0MiB/s", also="52.4MB/s", io="500MiB")
    (metric,) = metrics_of(text).values()
    assert metric.state == "invalid"
    assert "nothing in the output decides between 10,000 and 11,000 IOPS" in metric.samples[0].reason


def test_a_line_that_was_left_out_is_named():
    text = text_of("normal.txt")
    without, count = re.subn(r"(?m)^ *(?:read|write) ?: ?IOPS=.*\n", "", text)
    assert count
    reasons = {sample.reason for metric in metrics_of(without).values() for sample in metric.samples}
    assert reasons
    assert all(re.fullmatch(r"job '.*': the line '(?:read|write): IOPS=…' is missing", each) for each in reasons)


def test_a_part_that_was_left_out_of_the_json_is_named():
    found = changed("ramp.json", lambda document: document["jobs"][0].pop("read"))
    assert reason_of(found).endswith("the part 'read' is missing")


@pytest.mark.parametrize(
    ("rw", "metric"),
    [
        ("trimwrite", "fio.trimwrite.4k.q16.write.iops"),
        ("randtrim", "fio.randtrim.4k.q16.iops"),
        ("write", "fio.write.4k.q16.iops"),
        ("randrw", "fio.randrw-50.4k.q16.mixed.iops"),
        ("read", "fio.read.4k.q16.iops"),
    ],
)
def test_a_failed_job_is_named_as_what_it_was_to_do(rw, metric):
    def failed(document):
        job = document["jobs"][0]
        job["error"] = 25
        for options in (document["global options"], job["job options"]):
            options.pop("rw", None)
        job["job options"]["rw"] = rw
        for side in ("read", "write", "trim"):
            job[side] = job[side] | {"io_bytes": 0, "io_kbytes": 0, "total_ios": 0, "iops": 0, "bw": 0, "bw_bytes": 0}

    assert list(changed("ramp.json", failed)) == [metric]


UNIFIED = """\
u: (g=0): rw=randrw, bs=(R) {0}B-{0}B, (W) {0}B-{0}B, (T) {0}B-{0}B, ioengine=psync, iodepth=1
fio-3.33
Starting 1 process

u: (groupid=0, jobs=2): err= 0: pid=11: Mon Nov 30 20:02:32 2026
  mixed: IOPS=34.1k, BW=400MiB/s (419MB/s)(16.0MiB/40msec)
    clat (usec): min=2, max=12365, avg=106.87, stdev=362.74
  cpu          : usr=1.10%, sys=25.90%, ctx=4388, majf=0, minf=12
  IO depths    : 1=100.0%, 2=0.0%, 4=0.0%, 8=0.0%, 16=0.0%, 32=0.0%, >=64=0.0%
     issued rwts: total=1364,0,0,0 short=0,0,0,0 dropped=0,0,0,0
"""


def test_a_mix_that_is_reported_as_one_has_the_block_size_of_its_first_line():
    (found,) = metrics_of(UNIFIED.format("12.0Ki")).values()
    assert (found.id, found.settings["block_bytes"], found.value) == ("fio.u.12k.mixed.iops", 12288, 34100)
    assert "block_sizes" not in found.settings
    (found,) = metrics_of(UNIFIED.format("8192").replace("8192B-8192B", "8192B-16.0KiB")).values()
    assert found.settings["block_sizes"] == "8192-16384"
