"""Normal output of which lines were left out: at its beginning, between two jobs, at its end."""

import pytest

from tests.imports.shapes import metrics_of
from tests.imports.test_processes import BLOCK, START, blocks

GROUP = """\

Run status group 0 (all jobs):
   READ: bw={}MiB/s (30.5MB/s), 29.1MiB/s-29.1MiB/s (30.5MB/s-30.5MB/s), io={} (30.5MB), run=1001-1001msec
"""
WITHOUT_HEAD = "".join(BLOCK.format(9).splitlines(keepends=True)[1:])


def found(text):
    return list(metrics_of(text).values())


def caution(metric):
    return metric.samples[0].detail.get("caution", "")


def test_several_processes_after_one_without_its_first_line_have_no_valid_figure():
    (metric,) = found(WITHOUT_HEAD + blocks(1, 2, 3))
    assert metric.value is None
    assert "line 1 is of a process whose first line is missing in the output" in metric.samples[0].reason


@pytest.mark.parametrize("text", [WITHOUT_HEAD + blocks(1), blocks(1) + WITHOUT_HEAD])
def test_one_process_beside_one_without_its_first_line_is_doubtful(text):
    (metric,) = found(text)
    assert metric.value == pytest.approx(7456 * 1000 / 1001)
    assert "is of a job or a process whose first line is missing in the output: it may be this one" in caution(metric)


@pytest.mark.parametrize(
    "text",
    [
        blocks(1, 2, 3),
        START + blocks(1, 2, 3, 4),
        # The part before belongs to another report.
        WITHOUT_HEAD + GROUP.format("29.1", "29.1MiB") + blocks(1, 2),
        WITHOUT_HEAD + START + blocks(1, 2, 3, 4),
        # A sum has all of its processes.
        WITHOUT_HEAD + BLOCK.format(1).replace("jobs=1", "jobs=4"),
    ],
)
def test_whole_entries_are_not_doubtful(text):
    (metric,) = found(text)
    assert metric.value
    assert "missing" not in caution(metric)


def test_lines_of_another_job_do_not_replace_those_of_the_job_before_them():
    other = WITHOUT_HEAD.replace("7448", "9448").replace("7456", "9456").replace("29.1MiB/1001", "36.9MiB/1001")
    (metric,) = found(blocks(1) + other)
    assert metric.value == pytest.approx(7456 * 1000 / 1001)


def test_a_first_line_that_breaks_off_begins_another_job():
    broken = BLOCK.format(2).replace("): err= 0: pid=24622: Mon Nov 30 21:27:00 2026", "").replace("nj", "b")
    (metric,) = found(blocks(1) + broken.replace("7448", "9448").replace("7456", "9456"))
    assert metric.value == pytest.approx(7456 * 1000 / 1001)


def test_a_first_line_that_a_mail_wrapped_is_read():
    (metric,) = found(blocks(1).replace("err= 0: pid", "err= 0:\n> pid"))
    assert metric.value == pytest.approx(7456 * 1000 / 1001)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_entries_with_fewer_bytes_than_their_group_are_not_all(count):
    (metric,) = found(blocks(*range(count)) + GROUP.format("117", "117MiB"))
    assert metric.value is None
    said = "its group read 117MiB, more than its entries in the output: others are missing"
    assert said in metric.samples[0].reason


@pytest.mark.parametrize(
    "text",
    [
        blocks(1, 2, 3, 4) + GROUP.format("117", "117MiB"),
        # The start says how many there are; a job without "..." has one process; a sum has all.
        START.replace("...\n", "").replace("4 processes", "1 process") + blocks(1) + GROUP.format("117", "117MiB"),
        START.replace("...\n", "").replace("Starting 4 processes", "") + blocks(1) + GROUP.format("117", "117MiB"),
        BLOCK.format(1).replace("jobs=1", "jobs=4") + GROUP.format("117", "117MiB"),
        # The line of the reads was left out, or of another group.
        BLOCK.format(1) + GROUP.format("117", "117MiB").replace("READ", "WRITE"),
        BLOCK.format(1) + GROUP.format("117", "117MiB").replace("group 0", "group 1"),
        BLOCK.format(1) + GROUP.format("29.1", "29.1MiB"),
    ],
)
def test_entries_with_the_bytes_of_their_group_are_all(text):
    assert all(metric.value for metric in found(text))


def test_a_job_whose_last_lines_are_missing_says_what_is_unknown():
    (metric,) = found(
        START.replace("...\n", "").replace("4 processes", "1 process") + BLOCK.format(1).partition("  cpu")[0]
    )
    assert metric.value == 7448
    assert "its last lines are missing in the output: whether its queue depth was reached" in caution(metric)
    (metric,) = found(START.replace("...\n", "").replace("4 processes", "1 process") + BLOCK.format(1))
    assert "its last lines" not in caution(metric)


ONE = """\
{0}: (g={1}): rw=randread, bs=(R) 4096B-4096B, (W) 4096B-4096B, (T) 4096B-4096B, ioengine=psync, iodepth=1
"""


@pytest.mark.parametrize(
    ("names", "samples"),
    [(("read-direct", "read-buffered"), [1, 1]), (("read-1", "read-2"), [2]), (("read", "read"), [2])],
)
def test_jobs_of_different_names_are_samples_of_one_figure_only_if_they_may_be_repetitions(names, samples):
    start = "".join(ONE.format(name, group) for group, name in enumerate(names))
    parts = "".join(
        BLOCK.format(group).replace("nj:", f"{name}:").replace("groupid=0", f"groupid={group}")
        for group, name in enumerate(names)
    )
    metrics = found(f"{start}fio-3.33\nStarting 2 processes\n\n{parts}")
    assert [len(metric.samples) for metric in metrics] == samples
    assert [metric.settings.get("job") for metric in metrics] == (list(names) if len(samples) == 2 else [None])
    ends = [f"cache-unknown.{name}.iops" for name in names] if len(samples) == 2 else ["qd1.iops"]
    assert all(metric.id.endswith(end) for metric, end in zip(metrics, ends, strict=True))


def several(*names):
    """Return the output of several fios that ran at the same time: each reports when all have started."""
    starts = "".join(f"{ONE.format(name, 0)}fio-3.33\nStarting 1 process\n" for name in names)
    reports = (
        BLOCK.format(number).replace("nj:", f"{name}:") + GROUP.format("29.1", "29.1MiB")
        for number, name in enumerate(names)
    )
    return starts + "\n".join(reports)


def test_fios_that_started_before_one_of_them_reported_ran_together():
    metrics = found(several("disk1", "disk2", "disk3"))
    assert [metric.id for metric in metrics] == ["fio.randread.4k.q1.cache-unknown.together.iops"]
    assert [sample.value for metric in metrics for sample in metric.samples] == [pytest.approx(7456 * 1000 / 1001)] * 3
    (metric,) = found(several("a", "a"))
    assert (metric.value, metric.settings["processes"]) == (pytest.approx(2 * 7456 * 1000 / 1001), 2)


def test_fios_one_after_another_ran_alone():
    metrics = found(several("a") + several("b"))
    assert not any("together" in metric.id for metric in metrics)


@pytest.mark.parametrize(
    "command", ["$ fio --name=nj x", "fio nj.fio", "C:\\>fio.exe -name=nj", "root@a:~# time /usr/bin/fio --x"]
)
def test_a_fio_that_ended_without_a_report_is_no_part_of_the_next_one(command):
    begin = START.replace("...\n", "").replace("4 processes", "1 process")
    (metric,) = found(f"{begin}fio: engine libaio not loadable\n{command}\n{begin}{blocks(1)}")
    assert metric.value == pytest.approx(7456 * 1000 / 1001)
    assert (metric.state, metric.settings["pattern"]) == ("ok", "randread")


@pytest.mark.parametrize("before", ["<system-out><![CDATA[", "stdout of fio: ", "$ ", "```"])
def test_text_in_front_of_the_first_line_is_no_part_of_a_jobs_name(before):
    (metric,) = found(f"{before}{START}{blocks(1, 2, 3, 4)}")
    assert (metric.settings["pattern"], metric.settings["processes"]) == ("randread", 4)


@pytest.mark.parametrize("other", ["xnj", "nj: b"])
def test_the_first_line_of_another_job_has_no_parameters_of_this_one(other):
    (metric,) = found(
        START.replace("nj:", f"{other}:").replace("4 processes", "1 process").replace("...\n", "") + blocks(1)
    )
    assert "pattern" not in metric.settings


def test_a_job_that_failed_before_its_first_io_says_so():
    head = (
        BLOCK.format(1)
        .splitlines()[0]
        .replace("err= 0:", "err= 5 (file:filesetup.c:239, func=fsync, error=Input/output error):")
    )
    (metric,) = found(f"{START}{head}\n")
    assert metric.value is None
    assert "a job failed: Input/output error (error 5)" in metric.samples[0].reason
