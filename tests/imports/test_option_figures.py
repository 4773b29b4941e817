"""What options of fio make of a figure: outputs of fio 3.33, cut to what readers need, and what is true of each.

The values are I/Os over the time measured, or its bytes a second: total_ios and io_bytes over runtime of JSON, and the
same fields of text and terse lines, compared by hand.
"""

import pytest

from tests.imports.shapes import changed, metrics, metrics_of, text_of


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "bs-unaligned.json",
            {
                "fio.randread.several.q1.buffered.bandwidth": 18.8168,
            },
        ),
        (
            "bs3.json",
            {
                "fio.randrw-50.4k.q2.read.iops": 2374.25,
                "fio.randrw-50.16k.q2.write.iops": 2481.04,
                "fio.randrw-50.several.q2.mixed.bandwidth": 50.3743,
            },
        ),
        (
            "bsrange-rw.json",
            {
                "fio.randrw-50.several.q2.read.bandwidth": 13.7734,
                "fio.randrw-50.several.q2.write.bandwidth": 56.7957,
                "fio.randrw-50.several.q2.mixed.bandwidth": 70.569,
            },
        ),
        (
            "bssplit-rw.json",
            {
                "fio.randrw-50.several.q2.read.bandwidth": 54.0868,
                "fio.randrw-50.8k.q2.write.iops": 2677.32,
                "fio.randrw-50.several.q2.mixed.bandwidth": 76.0195,
            },
        ),
        (
            "client2-two-jobs-terse.txt",
            {"fio.a.4k.read.iops": 10600, "fio.b.64k.write.bandwidth": 1918.594},
        ),
        (
            "client2-two-jobs.txt",
            {
                "fio.randread.4k.q1.cache-unknown.iops": 13813.2,
                "fio.write.64k.q1.cache-unknown.bandwidth": 1442.06,
            },
        ),
        (
            "compress.json",
            {
                "fio.write.64k.q1.buffer_compress_percentage.bandwidth": 199.096,
            },
        ),
        (
            "cpuio.json",
            {
                "fio.read.4k.q1.buffered.cpuio.iops": None,
            },
        ),
        (
            "create-only.json",
            {
                "disk.randread.qd1.iops": None,
            },
        ),
        (
            "dsync.json",
            {
                "fio.write.4k.q1.buffered.sync.iops": 220.12,
            },
        ),
        (
            "enospc-terse.txt",
            {
                "fio.full.64k.write.bandwidth": None,
            },
        ),
        (
            "eta.txt",
            {
                "disk.randread.iops": 8134.87,
            },
        ),
        (
            "exitall.json",
            {
                "fio.randread.4k.q1.buffered.together.iops": 3885.46,
                "fio.randread.16k.q1.buffered.together.iops": None,
            },
        ),
        (
            "falloc.json",
            {
                "fio.write.64k.q1.buffered.falloc.bandwidth": 8388.61,
            },
        ),
        (
            "fdatasync-numjobs.json",
            {
                "fio.write.8k.q1.j4.buffered.fdatasync.iops": 1564.18,
                "fio.write.8k.q1.j4.buffered.fdatasync.p99.seconds": 0.0147456,
            },
        ),
        (
            "filecreate.json",
            {
                "fio.read.4k.q1.buffered.filecreate.iops": 5000.0,
            },
        ),
        (
            "group-two-numjobs.json",
            {
                "fio.rd.4k.together.read.iops": 17222.1,
                "fio.randwrite.4k.q2.j2.together.iops": 4357.29,
            },
        ),
        (
            "idle-prof.txt",
            {
                "disk.randread.qd1.iops": 3409.36,
            },
        ),
        (
            "io-size.json",
            {
                "fio.read.128k.q1.bandwidth": 244.032,
            },
        ),
        (
            "jsonplus-mix.json",
            {
                "fio.randrw-70.8k.q8.j2.read.iops": 15437.6,
                "fio.randrw-70.8k.q8.j2.write.iops": 6761.24,
                "fio.randrw-70.8k.q8.j2.mixed.iops": 22198.8,
            },
        ),
        (
            "kb1000.txt",
            {
                "fio.randread.4000.q1.cache-unknown.iops": 3835.98,
            },
        ),
        (
            "new-group.json",
            {
                "disk.randread.iops": 14136.9,
                "fio.randwrite.64k.q2.bandwidth": 141.2,
            },
        ),
        (
            "normal-json.txt",
            {
                "fio.randrw-50.4k.q1.buffered.read.iops": 3979.37,
                "fio.randrw-50.4k.q1.buffered.write.iops": 4068.76,
                "fio.randrw-50.4k.q1.buffered.mixed.iops": 8048.13,
                "fio.read.128k.q1.buffered.bandwidth": 670.68,
            },
        ),
        (
            "number-ios.json",
            {
                "disk.randread.qd1.iops": 3546.1,
            },
        ),
        (
            "pr-30-70.json",
            {
                "fio.randrw-50.4k.q2.percentage_random.read.iops": 2682.32,
                "fio.randrw-50.4k.q2.percentage_random.write.iops": 2795.2,
                "fio.randrw-50.4k.q2.percentage_random.mixed.iops": 5477.52,
            },
        ),
        (
            "rate-mix.json",
            {
                "fio.randrw-50.4k.q1.buffered.rate.read.iops": 99.9001,
                "fio.randrw-50.4k.q1.buffered.rate.write.iops": 49.95,
                "fio.randrw-50.4k.q1.buffered.rate.mixed.iops": 149.85,
            },
        ),
        (
            "rwmix-both.json",
            {
                "fio.randrw-60.4k.q1.buffered.read.iops": 4696.3,
                "fio.randrw-60.4k.q1.buffered.write.iops": 3241.76,
                "fio.randrw-60.4k.q1.buffered.mixed.iops": 7938.06,
            },
        ),
        (
            "same-name.json",
            {
                "disk.randread.qd1.iops": 3400.6,
                "fio.randread.16k.q1.buffered.iops": 2008.82,
            },
        ),
        (
            "sigint-group.json",
            {
                "disk.randread.iops": None,
            },
        ),
        (
            "sigint-terse.txt",
            {
                "fio.a.4k.read.iops": None,
            },
        ),
        (
            "sigterm-normal.txt",
            {
                "disk.randread.qd1.iops": None,
                "fio.cut.iops": None,
            },
        ),
        (
            "status-terse5.txt",
            {
                "fio.a.4k.together.read.iops": 4322.0,
                "fio.b.4k.together.write.iops": 30451.0,
            },
        ),
        (
            "status-two-jobs.json",
            {
                "disk.randread.qd1.iops": 3731.63,
                "disk.randwrite.qd1.iops": 77793.6,
            },
        ),
        (
            "stonewall-mixed.json",
            {
                "disk.randread.iops": 16038.9,
                "fio.randread.4k.q4.j2.iops": 19935.1,
            },
        ),
        (
            "terse-group3.txt",
            {
                "fio.a.4k.read.iops": 5266.0,
                "fio.b.1m.write.bandwidth": 1507.98,
            },
        ),
        (
            "thread4.json",
            {
                "disk.randread.iops": 13414.6,
            },
        ),
        (
            "trim-normal.txt",
            {
                "fio.randtrim.64k.q1.cache-unknown.bandwidth": 818.401,
            },
        ),
        (
            "trim-terse4.txt",
            {
                "fio.tt.64k.trim.bandwidth": 89.003,
            },
        ),
        (
            "trim-terse5.txt",
            {
                "fio.tt.64k.trim.bandwidth": 1864.13,
            },
        ),
        (
            "trimwrite.json",
            {
                "fio.trimwrite.64k.q1.write.bandwidth": 218.596,
                "fio.trimwrite.64k.q1.trim.bandwidth": 218.596,
            },
        ),
        (
            "unified-nogroup.json",
            {
                "fio.randrw-50.4k.q1.j2.buffered.mixed.iops": 6976.02,
            },
        ),
        (
            "unified-numjobs.json",
            {
                "fio.randrw-50.4k.q1.j3.buffered.mixed.iops": 17709.6,
            },
        ),
        (
            "verify-backlog.json",
            {
                "fio.randwrite.4k.q1.buffered.verify.read.iops": 204800.0,
                "fio.randwrite.4k.q1.buffered.verify.iops": 15876.0,
            },
        ),
        (
            "wait-for.json",
            {
                "disk.randread.qd1.iops": 3867.96,
            },
        ),
        (
            "zoned.json",
            {
                "fio.randread.4k.q1.buffered.random_distribution.iops": 6373.63,
            },
        ),
    ],
)
def test_each_output_gives_the_figures_of_its_run(name, expected):
    found = metrics(name)
    assert {metric_id: metric.value for metric_id, metric in found.items()} == {
        metric_id: None if value is None else pytest.approx(value, rel=1e-3) for metric_id, value in expected.items()
    }
    assert {metric_id for metric_id, metric in found.items() if metric.state == "invalid"} == {
        metric_id for metric_id, value in expected.items() if value is None
    }


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("cpuio.json", "job 'c' did no I/O; ioengine=cpuio keeps a processor busy: this is not a figure of a disk"),
        ("create-only.json", "job 's' did no I/O"),
        ("enospc-terse.txt", "a job failed: No space left on device (error 28)"),
        ("exitall.json", "fio measured for 1.0 s of 10 s"),
        ("sigint-group.json", "fio was ended by signal 2"),
        ("sigint-terse.txt", "fio was ended by signal 2"),
    ],
)
def test_what_is_no_figure_has_a_reason(name, reason):
    reasons = {sample.reason for metric in metrics(name).values() for sample in metric.samples if not sample.valid}
    assert reasons == {reason}


def test_the_sum_of_all_jobs_of_servers_is_no_figure_in_terse_lines_either():
    (sample,) = metrics("client2-two-jobs-terse.txt")["fio.a.4k.read.iops"].samples
    assert sample.detail["also"] == "line 15: the sum of jobs that ran one after another"


def test_terse_lines_of_another_run_are_no_parts_of_a_sum():
    other = text_of("terse-group3.txt")
    found = metrics_of(other + text_of("client2-two-jobs-terse.txt"))
    assert {"fio.a.4k.read.iops", "fio.b.1m.write.bandwidth"} < found.keys()
    assert found["fio.a.4k.read.iops"].value == pytest.approx(5266)


@pytest.mark.parametrize("engine", ["null", "filecreate", "falloc", "cpuio", "net", "rdma"])
def test_what_an_engine_without_a_disk_does_is_no_figure_of_a_disk(engine):
    def other(document):
        document["global options"]["ioengine"] = engine

    assert list(metrics("ramp.json")) == ["disk.randread.iops"]
    (found,) = changed("ramp.json", other).values()
    assert found.id == f"fio.randread.4k.q16.{engine}.iops"
    assert f"ioengine={engine} " in found.samples[0].detail["caution"]
    assert "this does not measure a disk" in found.samples[0].detail["caution"]
