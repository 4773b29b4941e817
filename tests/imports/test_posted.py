"""Outputs in the shapes in which people posted them, read by hand first.

``posted/`` has texts of our own with other numbers; the shape is of the source that is named. What has no source here
is the shape of a document in a public repository.
"""

from pathlib import Path

import pytest

from hostcheck.errors import UsageError
from hostcheck.imports.importing import import_fio, import_yabs

POSTED = Path(__file__).parent / "posted"
MIX = "fio.randrw-50.{}.q64.j2.{}.{}"


def yabs(*rows):
    return {
        MIX.format(block, of, "iops" if block == "4k" else "bandwidth"): value
        for block, value in rows
        for of in ("read", "write")
    }


READ = {
    # github.com/bose-abhishek/simple-fio, and what others keep of a client's output
    "all-clients-grep.md": {"fio.all-clients.8k.read.iops": 3025, "fio.all-clients.8k.write.iops": 3025},
    "all-clients-summary.md": {"fio.all-clients.128k.write.bandwidth": 125.8, "fio.all-clients.8k.read.iops": 11200},
    "sum-over-servers-end.md": {"fio.all-clients.128k.read.bandwidth": 3984.6},
    "backslash-wrapped.md": {"disk.randwrite.qd1.iops": 10000},
    "ci-without-start.md": {"fio.randread.4k.read.iops": 9000, "fio.randwrite.4k.write.iops": 2400},
    "each-line-in-backticks.md": {"fio.fiowrites4ksinglethread.4k.write.iops": 1880},
    # github.com/etcd-io/etcd, "Using fio to tell whether your storage is fast enough"
    "etcd-comment.md": {
        "fio.write.2300.q1.cache-unknown.synced.iops": 8024,
        "fio.write.2300.q1.cache-unknown.synced.p99.seconds": 117e-6,
    },
    "etcd-german-abridged.md": {"fio.mytest.write.iops": 410, "fio.mytest.synced.p99.seconds": 6555e-6},
    "fio-1.59.md": {"fio.read.4k.q4.cache-unknown.iops": 7680, "disk.randwrite.iops": 12800},
    # The line of the writes was left out; 156,800 reads and 67,200 writes were issued.
    "german-handbook.md": {"fio.randrw-70.4k.q4.cache-unknown.read.iops": 19600},
    # docs.gitlab.com, "File system performance benchmarking"
    "gitlab-manual.md": {
        "fio.randrw-75.4k.q64.cache-unknown.read.iops": 32768,
        "fio.randrw-75.4k.q64.cache-unknown.write.iops": 10922.67,
        "fio.randrw-75.4k.q64.cache-unknown.mixed.iops": 43690.67,
    },
    # GreptimeTeam/helm-charts#412: three jobs in one group, two processes each
    "group-of-three-jobs.txt": {
        "fio.seq-read.4k.together.read.iops": 48000,
        "fio.seq-read.4k.together.write.iops": 30000,
    },
    "invented-rates.md": {"disk.randread.iops": 115700},
    "mapr-two-blocks.md": {"fio.mytest.8k.write.iops": 4200, "fio.mytest.256k.write.bandwidth": 508.56},
    "poisson-mixed.md": {"fio.poisson-rate-submit-20g-r95w5-1f.128k.mixed.bandwidth": 157.286},
    "steady-state.md": {"fio.randwrite.64k.q256.j8.cache-unknown.bandwidth": 26214.4},
    "terse-in-rust.rs": {
        "fio.probe.4k.read.iops": 16000,
        "fio.probe.4k.write.iops": 16000,
        "fio.probe.4k.mixed.iops": 32000,
    },
    "two-groups.md": {"disk.seqread.bandwidth": 2052.06, "disk.randwrite.qd1.iops": 3500},
    "unified-write.md": {"disk.randwrite.iops": 165000, "disk.randread.iops": 200000},
    "windows-4m.md": {"fio.write.4m.q16.cache-unknown.bandwidth": 71.303},
    "windows-spike.txt": {"disk.seqread.bandwidth": 4194.3, "disk.randread.qd1.iops": 2500},
    "windows-threads.md": {"fio.read.8k.q1.j4.cache-unknown.iops": 6190},
    # openzfs/zfs#5119
    "zfs-2.2.10-fsync.txt": {"disk.seqwrite.bandwidth": 145.1},
    "yabs-among-dd-and-memory.md": yabs(("4k", 51200), ("64k", 209.7152)),
    "yabs-collapsed-rules.md": yabs(("4k", 100000), ("64k", 5242.88), ("512k", 8386.56), ("1m", 8386.56)),
    "yabs-plaintext-words.md": yabs(("4k", 3200), ("64k", 196.608), ("512k", 419.43), ("1m", 503.316)),
}


def imported(name):
    return (import_yabs if name.startswith("yabs") else import_fio)([POSTED / name], None)


@pytest.mark.parametrize(("name", "expected"), READ.items())
def test_a_posted_output_gives_its_figures(name, expected):
    found = {metric.id: metric for metric in imported(name).metrics}
    assert {metric_id: metric.value for metric_id, metric in found.items()} == pytest.approx(expected, rel=1e-3)
    assert all(sample.valid for metric in found.values() for sample in metric.samples)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        # kastenhq/kubestr#74
        ("kubestr-two-jobs.md", [64, 65.536]),
        # microsoft/VirtualClient's outputs: one job a device
        ("two-devices.json", [6666.67, 5000]),
    ],
)
def test_jobs_that_ran_together_say_so(name, values):
    (metric,) = imported(name).metrics
    assert [sample.value for sample in metric.samples] == pytest.approx(values, rel=1e-4)
    assert metric.id.endswith(".together.iops")


def test_a_summary_of_a_report_is_no_second_sample_and_other_names_are_other_jobs():
    found = {metric.settings["job"]: metric for metric in imported("blog-with-summaries.html").metrics}
    values = {job: [sample.value for sample in metric.samples] for job, metric in found.items()}
    assert values == {"write-direct": [5000, 6000], "write-buffered": [50000, 60000]}
    assert not any("caution" in sample.detail for metric in found.values() for sample in metric.samples)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        # A mail that joined and wrapped lines; a depth that a buffered write does not reach.
        ("bcache-mail.txt", "the queue depth 32 was reached for 16 % of the I/Os"),
        ("freebsd-2.1.9.md", "the queue depth 32 was reached for 45 % of the I/Os"),
        ("joined-first-line.txt", "the queue depth 4 was reached for 0 % of the I/Os"),
        # longhorn/longhorn#3037
        ("longhorn-ctrl-c.txt", "fio was ended by signal 2"),
        ("macos-mix.md", "the queue depth 256 was reached for 0 % of the I/Os"),
        ("rbd-vietnamese.md", "the queue depth 32 was reached for 80 % of the I/Os"),
        # kastenhq/kubestr#68: one of four processes, after the end of another one
        ("one-of-four.md", "its group wrote 12.2GiB, more than its entries in the output: others are missing"),
        # spdk/spdk#3440
        ("spdk-zone-error.md", "a job failed: No such file or directory (error 2)"),
        # linux-block mails of blktests
        ("terse-in-a-diff.eml", "a job failed: Input/output error (error 5); job 'reads' did no I/O"),
        ("terse-enospc-quoted.eml", "a job failed: No space left on device (error 28)"),
        # axboe/fio#1728
        ("zoned-assertion.txt", "fio was ended by signal 6; job 'w' did no I/O"),
        # masonr/yet-another-bench-script#88
        (
            "yabs-alpine-blank.md",
            "fio gave yabs nothing: it is another program, or did not run there (yabs#27, yabs#88)",
        ),
    ],
)
def test_what_speaks_against_a_posted_figure_is_said(name, reason):
    metrics = imported(name).metrics
    assert metrics
    assert {sample.reason for metric in metrics for sample in metric.samples} == {reason}
    assert not any(metric.value for metric in metrics)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("bench-sh-one-line.md", "this is the text of bench.sh or of a script like it"),
        ("comment-abridged.cs", "fio's JSON is broken at line 14, column 11"),
        # kata-containers/tests#650
        ("kata-fragment.md", "line 7 has a piece of fio's JSON, without its beginning: import all of it"),
        ("kbench-hashes.txt", "this is the summary of kbench"),
        ("kbench-old.txt", "this is the summary of kbench"),
        ("key-lines-zh.md", "line 4 has a figure of fio without its job"),
        ("no-servers.txt", "fio's JSON has no jobs: none was run"),
        ("only-the-end.md", "this is the end of fio's output"),
        # linux-kernel, 2012: the lines of the jobs are left out
        ("two-patches-mail.txt", "line 2 has a figure of fio without its job"),
        ("prefill.txt", "no JSON in fio's output"),
        ("report-shortened.md", r"fio's JSON: jobs\[0\] has no 'error'"),
        ("status-grep.txt", "this is the end of fio's output"),
        ("terse-fields-explained.txt", "line 3 has a part of a line of fio's terse output: import the whole line"),
        ("terse-shortened.md", "line 6 has a part of a line of fio's terse output: import the whole line"),
        # The mail of a patch for asynchronous trims on io-uring's list
        ("trim-alone-mail.txt", "line 16 has a figure of fio without its job"),
        ("windows-verify-failed.md", "this is what fio or a shell prints where there is no result"),
    ],
)
def test_what_is_no_whole_output_is_refused_in_one_line(name, why):
    with pytest.raises(UsageError, match=why) as caught:
        imported(name)
    assert "\n" not in str(caught.value)


def test_every_posted_text_has_its_reading():
    said = Path(__file__).read_text()
    assert all(f'"{file.name}"' in said for file in POSTED.iterdir())
