"""Outputs of fio that failed, was interrupted or whose text breaks off: what was done counts, the rest has a reason."""

import json

import pytest

from hostcheck.errors import UsageError
from hostcheck.fio.runs import parse_runs
from tests.imports.shapes import changed, metrics, metrics_of, text_of, values


@pytest.mark.parametrize(
    ("name", "metric_id", "reason"),
    [
        ("sigint-second.txt", "disk.randwrite.qd1.iops", "fio was ended by signal 2"),
        ("sigint-second.txt", "fio.read.4k.q1.iops", "fio was ended by signal 2; job 'never' did no I/O"),
        ("one-failed.txt", "fio.randread.500.q1.iops", "a job failed: Invalid argument (error 22)"),
        (
            "enospc-second.txt",
            "fio.write.64k.q1.buffered.bandwidth.2",
            "a job failed: No space left on device",
        ),
        ("normal-failed.txt", "fio.randread.500.q1.cache-unknown.iops", "a job failed: Invalid argument (error 22)"),
        ("normal-sigint.txt", "disk.randwrite.qd1.iops", "fio was ended by signal 2"),
    ],
)
def test_what_failed_has_a_reason(name, metric_id, reason):
    assert reason in metrics(name)[metric_id].samples[-1].reason


@pytest.mark.parametrize("whole", ["stonewall.json", "together.json"])
def test_of_an_output_that_breaks_off_whole_jobs_are_read_and_the_other_named(whole):
    text = text_of(whole)
    first, second = metrics(whole).values()
    cut = metrics_of(text[: text.rindex('"write"')])
    assert next(iter(cut.values())).samples[0].value == pytest.approx(first.value)
    (lost,) = (metric for metric in cut.values() if metric.value is None)
    assert "jobs[1] of '" in lost.reason
    # A job whose figures are whole is read, though its entry is not.
    behind = metrics_of(text[: text.rindex('"job_runtime"')]).values()
    assert [metric.value for metric in behind] == pytest.approx([first.value, second.value])


def test_messages_inside_of_a_document_cost_nothing():
    text = text_of("stonewall.json")
    place = text.index('"write"')
    broken = (
        f"{text[:place]}\nfio: pid=7, err=5/file:io_u.c:1, func=io_u error, error=Input/output error\n{text[place:]}"
    )
    assert [metric.value for metric in metrics_of(broken).values()] == [
        metric.value for metric in metrics("stonewall.json").values()
    ]


def test_a_fio_that_had_no_jobs_costs_the_others_nothing():
    found = metrics_of('{"fio version": "fio-3.33", "jobs": []}\n' + text_of("ramp.json"))
    assert found["disk.randread.iops"].value == pytest.approx(metrics("ramp.json")["disk.randread.iops"].value)
    assert found["fio.cut.iops"].state == "invalid"


def test_a_direction_without_a_rate_is_no_valid_figure():
    def counted_but_timed_at_nothing(document):
        document["jobs"][0]["write"]["total_ios"] = 1

    found = changed("ramp.json", counted_but_timed_at_nothing)
    invalid = [metric for metric in found.values() if metric.value is None]
    assert [metric.id.split(".")[-2] for metric in invalid] == ["write"]
    assert "fio gives it no rate: iops is 0" in invalid[0].reason


def test_a_job_whose_lines_cannot_be_read_is_named_and_is_none_that_did_nothing():
    text = text_of("normal.txt") + "x: (groupid=0, jobs=1): err= 0: pid=7\n  read: IOPS=487, BW=487MiB/s, aggrb=1MB/s\n"
    found = metrics_of(text)
    (sample,) = found.pop("fio.cut.iops").samples
    assert {name: metric.value for name, metric in found.items()} == values("normal.txt")
    assert not sample.valid
    assert "of 'x' in fio's output is incomplete" in sample.reason


@pytest.mark.parametrize(("runtime", "state"), [("1", "ok"), ("2", "invalid")])
def test_an_interrupted_job_counts_where_it_had_run_its_time(runtime, state):
    document = json.loads(text_of("ramp.json"))
    document["global options"]["runtime"] = runtime
    (found,) = metrics_of("fio: terminating on signal 2\n" + json.dumps(document)).values()
    assert found.state == state


@pytest.mark.parametrize(("asked", "state"), [(1, "ok"), (2, "invalid")])
def test_an_interrupted_job_counts_where_it_had_moved_its_size(asked, state):
    document = json.loads(text_of("end-fsync.json"))
    (job,) = document["jobs"]
    job["job options"]["size"] = str(job["write"]["io_bytes"] * asked)
    (found,) = metrics_of("fio: terminating on signal 15\n" + json.dumps(document)).values()
    assert found.state == state


def test_an_interim_report_is_not_final_where_the_next_one_breaks_off():
    text = text_of("json-status.txt")
    (found,) = metrics_of(text[: text.rindex('"write"')]).values()
    assert (found.state, found.value) == ("invalid", None)
    assert "fio's output breaks off" in found.reason


def test_a_normal_output_without_a_result_says_that_fio_was_killed():
    with pytest.raises(UsageError, match="fio's output ends before its results: fio was killed, or its disk full"):
        parse_runs("a: (g=0): rw=read, bs=(R) 4096B-4096B, ioengine=psync, iodepth=1\nfio-3.33\nStarting 1 process\n")
