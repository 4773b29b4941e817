"""Outputs of fio in the shapes in which people keep them, against what is true of the runs that wrote them.

``outputs/`` was written by fio 3.33, and by a fio that was made to fail; what no reader needs was left out.
"""

import json

import pytest

from hostcheck.errors import UsageError
from hostcheck.fio.definition import define
from hostcheck.fio.runs import parse_runs
from hostcheck.imports.importing import MOST_JOBS, import_fio
from hostcheck.imports.names import metric_of
from tests.imports.shapes import OUTPUTS, changed, metrics, metrics_of, text_of, values


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # A group's sum of two jobs: the name is of the first, the options are of the last.
        (
            "group-two-kinds.json",
            {"fio.reader.4k.together.read.iops": 10199.2, "fio.write.64k.q4.together.bandwidth": 170.2},
        ),
        (
            "group-mix.json",
            {
                "fio.randrw-70.4k.q4.j2.read.iops": 12585.4,
                "fio.randrw-70.64k.q4.j2.write.bandwidth": 357.0,
                "fio.randrw-70.several.q4.j2.mixed.bandwidth": 408.6,
            },
        ),
        (
            "together.json",
            {"fio.read.128k.q4.together.bandwidth": 107.9, "fio.read.1m.q4.together.bandwidth": 626.9},
        ),
        ("stonewall.json", {"disk.randread.iops": 4347.7, "disk.randwrite.iops": 3265.5}),
        ("startdelay.json", {"disk.randread.iops": 9005.0, "disk.randwrite.iops": 4882.1}),
        ("numjobs.json", {"disk.randread.iops": 26697.3}),
        ("end-fsync.json", {"fio.write.1m.q1.buffered.end_fsync.bandwidth": 729.4}),
        ("fsync-on-close.json", {"fio.write.1m.q1.buffered.fsync_on_close.bandwidth": 518.9}),
        ("ramp.json", {"disk.randread.iops": 10356.6}),
        ("kib.json", {"fio.write.64000.q1.buffered.iops": 5402.1}),
        ("kib-base1000.json", {"fio.write.64k.q1.buffered.bandwidth": 599.2}),
        ("bsrange.json", {"fio.randread.several.q1.bandwidth": 38.84}),
        ("bssplit.json", {"fio.randread.several.q1.bandwidth": 83.6}),
        ("mix100.json", {"fio.read.128k.q4.bandwidth": 355.9}),
        ("mix0.json", {"disk.randwrite.iops": 5128.7}),
        ("random0.json", {"fio.read.128k.q4.bandwidth": 556.0}),
        ("random50.json", {"fio.randread.4k.q4.percentage_random.iops": 8491.0}),
        ("strided.json", {"fio.read.4k.q1.zonemode.zonesize.zonerange.zoneskip.iops": 5509.5}),
        ("rate.json", {"fio.randread.4k.q1.rate_iops.iops": 199.8}),
        (
            "verify.json",
            {"fio.randwrite.4k.q1.verify.read.iops": 2813.2, "fio.randwrite.4k.q1.verify.iops": 2206.9},
        ),
        ("unified-write.json", {"disk.randwrite.qd1.iops": 2048.5}),
        ("minimal.txt", {"fio.minimal.4k.read.iops": 13755}),
        *(
            (f"terse{version}.txt", {f"fio.terse.4k.{way}.iops": value for way, value in found.items()})
            for version, found in {
                2: {"read": 3170, "write": 3304, "mixed": 6474},
                3: {"read": 4551, "write": 4662, "mixed": 9213},
                4: {"read": 4600, "write": 4701, "mixed": 9301},
                5: {"read": 5623, "write": 5660, "mixed": 11283},
            }.items()
        ),
        ("all-formats.txt", {"disk.randread.iops": 12668.3}),
        (
            "normal.txt",
            {
                "fio.randrw-50.4k.q4.j2.cache-unknown.read.iops": 7131.5,
                "fio.randrw-50.4k.q4.j2.cache-unknown.write.iops": 7380.5,
                "fio.randrw-50.4k.q4.j2.cache-unknown.mixed.iops": 14512.0,
                "disk.seqread.bandwidth": 663.9,
            },
        ),
        ("normal-bits.txt", {"disk.randread.iops": 11499.5}),
        ("normal-status.txt", {"disk.randread.qd1.iops": 4706.1}),
        ("terse-status.txt", {"fio.status.4k.read.iops": 4375}),
        ("json-status.txt", {"disk.randread.qd1.iops": 5595.1}),
        ("client2.json", {"fio.randread.4k.q4.iops": 33032.0}),
        ("client2-normal.txt", {"fio.randread.4k.q4.cache-unknown.iops": 26926.3}),
        # A client of one server: its jobs ran one after another, and the sum of all is the figure of none.
        ("client1.json", {"disk.randread.iops": 18475.5, "disk.seqwrite.bandwidth": 1443.0}),
        ("client1-normal.txt", {"disk.randread.iops": 18847.2, "disk.seqwrite.bandwidth": 1212.5}),
        ("client1-terse.txt", {"fio.a.4k.read.iops": 14269.0, "fio.b.1m.write.bandwidth": 1407.5}),
        # The interim report of the last job has issued more than it has done.
        (
            "normal-status-three.txt",
            {
                "disk.randread.qd1.iops": 5699.2,
                "disk.randwrite.qd1.iops": 4283.7,
                "fio.read.128k.q1.cache-unknown.bandwidth": 344.2,
            },
        ),
        ("terse-cut.txt", {"fio.a.4k.read.iops": 4581.0, "fio.b.4k.write.iops": 4213.0, "fio.cut.iops": None}),
        ("loops.json", {"fio.read.128k.q1.buffered.bandwidth": 719.02}),
        ("poisson.json", {"fio.randread.4k.q1.buffered.rate_iops.rate_process.iops": 466.5}),
        ("thinktime.json", {"fio.randread.4k.q1.buffered.thinktime.iops": 661.3}),
        ("zipf.json", {"fio.randread.4k.q1.buffered.random_distribution.iops": 22882.7}),
        ("random-runs.json", {"fio.randread.4k.q1.buffered.rw_argument.iops": 3500.0}),
        (
            "rw-argument.json",
            {
                "fio.rw-80.4k.q1.buffered.rw_argument.read.iops": 47000.0,
                "fio.rw-80.4k.q1.buffered.rw_argument.write.iops": 13235.3,
                "fio.rw-80.4k.q1.buffered.rw_argument.mixed.iops": 60235.3,
            },
        ),
        (
            "mix-two-sizes.json",
            {
                "fio.randrw-75.8k.q1.buffered.read.iops": 5237.8,
                "fio.randrw-75.16k.q1.buffered.write.iops": 1927.1,
                "fio.randrw-75.several.q1.buffered.mixed.bandwidth": 74.48,
            },
        ),
        ("io-uring.json", {"fio.randread.512.q16.buffered.iops": 46022.5}),
        ("null.json", {"fio.read.64k.q1.buffered.null.bandwidth": 8388.6}),
        ("o-sync.json", {"disk.syncwrite.iops": 342.2}),
        ("latency-target.json", {"fio.randread.4k.q8.buffered.latency_target.iops": None}),
        (
            "json-terse.txt",
            {
                "fio.randread.4k.q1.buffered.together.iops": 4764.2,
                "fio.randwrite.4k.q1.buffered.together.iops": 39845.3,
            },
        ),
        # What was synced is no write that was not, though the normal output names no option.
        (
            "fdatasync-8.txt",
            {
                "fio.randwrite.4k.q1.cache-unknown.synced.iops": 2553.6,
                "fio.randwrite.4k.q1.cache-unknown.synced.p99.seconds": 0.011994,
            },
        ),
        (
            "fsync-normal.txt",
            {
                "fio.write.1m.q1.cache-unknown.synced.bandwidth": 356.96,
                "fio.write.1m.q1.cache-unknown.synced.p99.seconds": None,
            },
        ),
        (
            "fdatasync-mix.txt",
            {
                "fio.randrw-50.4k.q1.cache-unknown.synced.read.iops": 131.74,
                "fio.randrw-50.4k.q1.cache-unknown.synced.write.iops": 123.75,
                "fio.randrw-50.4k.q1.cache-unknown.synced.write.p99.seconds": 0.00911,
                "fio.randrw-50.4k.q1.cache-unknown.synced.mixed.iops": 255.49,
            },
        ),
        # fio 3.33 has zeros for the sum.
        (
            "unified-both.txt",
            {
                "fio.randrw-50.4k.q1.cache-unknown.read.iops": 2900.6,
                "fio.randrw-50.4k.q1.cache-unknown.write.iops": 3087.7,
                "fio.randrw-50.4k.q1.cache-unknown.mixed.iops": 5988.3,
            },
        ),
        ("bssplit-normal.txt", {"fio.randread.several.q1.cache-unknown.bandwidth": 70.5}),
        ("odd-name.txt", {"fio.read.256k.q1.cache-unknown.bandwidth": 524.3}),
        ("ramp-eta.txt", {"fio.read.256k.q1.cache-unknown.bandwidth": 643.4}),
        # A size is printed with three digits: "65.5kB" and "62.5KiB".
        ("kb-base-64k.txt", {"fio.read.64k.q1.cache-unknown.bandwidth": 279.6}),
        ("blocks-of-64000.txt", {"fio.read.64000.q1.cache-unknown.iops": 8250.0}),
        ("all-clients.txt", {"fio.all-clients.4k.read.iops": 26926.4}),
        # What was done before fio was interrupted, or another job failed, stands.
        (
            "sigint-second.txt",
            {"disk.randread.iops": 8475.5, "disk.randwrite.qd1.iops": None, "fio.read.4k.q1.iops": None},
        ),
        ("one-failed.txt", {"disk.randread.qd1.iops": 4145.9, "fio.randread.500.q1.iops": None}),
        ("enospc-second.txt", {"fio.write.64k.q1.buffered.bandwidth": 1048.6}),
        ("normal-failed.txt", {"fio.randread.500.q1.cache-unknown.iops": None}),
        ("normal-sigint.txt", {"disk.randwrite.qd1.iops": None}),
    ],
)
def test_each_output_gives_the_figures_of_its_run(name, expected):
    found = values(name)
    assert list(found) == list(expected)
    for metric_id, value in expected.items():
        assert found[metric_id] == (None if value is None else pytest.approx(value, rel=1e-3)), metric_id
        assert (value is None) == (metrics(name)[metric_id].state == "invalid")


def settings(name, metric_id):
    return dict(metrics(name)[metric_id].settings)


def test_what_ran_together_says_with_what():
    assert settings("together.json", "fio.read.128k.q4.together.bandwidth")["together"] == "read.1m.q4"
    assert settings("together.json", "fio.read.1m.q4.together.bandwidth")["together"] == "read.128k.q4"
    (sample,) = metrics("together.json")["fio.read.1m.q4.together.bandwidth"].samples
    assert "it ran together with read.128k.q4" in sample.detail["caution"]
    both = metrics("group-two-kinds.json").values()
    assert {metric.settings["together"] for metric in both} == {"the other jobs of group 0"}


def test_of_a_groups_sum_nothing_is_said_that_only_the_last_job_does():
    reads = settings("group-two-kinds.json", "fio.reader.4k.together.read.iops")
    assert reads == {"job": "reader", "block_bytes": 4096, "together": "the other jobs of group 0"}


def test_processes_of_one_job_are_one_sample_and_their_number_a_setting():
    metric = metrics("numjobs.json")["disk.randread.iops"]
    assert (len(metric.samples), metric.settings["processes"]) == (1, 3)
    # fio 3.1 does not repeat numjobs.
    old = text_of("numjobs.json").replace(',\n    "numjobs" : "3"', "").replace("fio-3.33", "fio-3.1")
    assert "numjobs" not in old
    assert metrics_of(old)["disk.randread.iops"].settings == metric.settings


def test_several_sizes_are_a_setting():
    ranged = settings("bsrange.json", "fio.randread.several.q1.bandwidth")
    split = settings("bssplit.json", "fio.randread.several.q1.bandwidth")
    assert (ranged["block_sizes"], split["block_sizes"]) == ("4096-16384", "4096/50:65536/50")


def test_a_rate_that_was_asked_for_is_a_limit_and_said_to_be_one():
    (sample,) = metrics("rate.json")["fio.randread.4k.q1.rate_iops.iops"].samples
    assert sample.detail["caution"].startswith("the job asks for this rate (rate_iops=200)")


def test_normal_output_does_not_say_whether_the_page_cache_was_passed_by():
    assert settings("normal-status.txt", "disk.randread.qd1.iops")["direct"] is None


def test_a_sum_of_servers_is_read_alone_and_names_its_parts():
    for name, parts in (
        ("client2.json", "client_stats[0], client_stats[1]"),
        ("client2-normal.txt", "line 8, line 33"),
    ):
        (metric,) = metrics(name).values()
        (sample,) = metric.samples
        assert metric.settings["hosts"] == 2
        assert sample.detail["also"] == f"{parts}: parts of the sum, and not added to it"


def test_a_run_in_three_formats_is_one_sample():
    (sample,) = metrics("all-formats.txt")["disk.randread.iops"].samples
    assert "the terse output at line 5 says the same; the normal output at line" in sample.detail["also"]


@pytest.mark.parametrize("name", ["normal-status.txt", "terse-status.txt", "json-status.txt"])
def test_of_interim_reports_the_last_one_counts(name):
    (metric,) = metrics(name).values()
    (sample,) = metric.samples
    assert sample.detail["also"] == "of 4 reports of this run the last one counts"
    assert sample.detail["runtime_seconds"] == pytest.approx(3.0, abs=0.002)


@pytest.mark.parametrize(
    ("name", "metric_id", "reason"),
    [
        ("sigint-second.txt", "disk.randwrite.qd1.iops", "fio was ended by signal 2"),
        ("sigint-second.txt", "fio.read.4k.q1.iops", "fio was ended by signal 2; job 'never' did no I/O"),
        ("one-failed.txt", "fio.randread.500.q1.iops", "a job failed: Invalid argument (error 22)"),
        (
            "enospc-second.txt",
            "fio.write.64k.q1.buffered.bandwidth",
            "a job failed: No space left on device",
        ),
        ("normal-failed.txt", "fio.randread.500.q1.cache-unknown.iops", "a job failed: Invalid argument (error 22)"),
        ("normal-sigint.txt", "disk.randwrite.qd1.iops", "fio was ended by signal 2"),
    ],
)
def test_what_failed_has_a_reason(name, metric_id, reason):
    assert reason in metrics(name)[metric_id].samples[-1].reason


def test_outputs_appended_in_any_order_are_read_each():
    names = ("numjobs.json", "normal.txt", "minimal.txt", "stonewall.json", "terse-status.txt")
    texts = {name: text_of(name) for name in names}
    alone = sorted(
        (str(metric.settings.get("job")), sample.value)
        for name in names
        for metric in metrics(name).values()
        for sample in metric.samples
    )
    for order in (names, names[::-1], (*names[2:], *names[:2])):
        text = "\n".join(f"=== {name}\n{texts[name]}" for name in order)
        together = metrics_of(text).values()
        found = sorted(
            (str(metric.settings.get("job")), sample.value) for metric in together for sample in metric.samples
        )
        assert found == alone


@pytest.mark.parametrize("whole", ["stonewall.json", "together.json"])
def test_of_an_output_that_breaks_off_whole_jobs_are_read_and_the_other_named(whole):
    text = text_of(whole)
    first, second = metrics(whole).values()
    cut = metrics_of(text[: text.rindex('"write"')])
    assert next(iter(cut.values())).samples[0].value == pytest.approx(first.value)
    (lost,) = (metric for metric in cut.values() if metric.value is None)
    assert "of fio's output jobs[1] of" in lost.reason
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


def test_trims_and_writes_of_one_job_are_figures_of_their_own():
    def trim(document):
        (job,) = document["jobs"]
        job["job options"]["rw"] = "trimwrite"
        job["trim"], job["read"] = job["write"] | {"iops": 100.0, "total_ios": 0}, job["trim"]

    found = changed("mix0.json", trim)
    assert list(found) == ["fio.trimwrite.4k.q4.write.iops", "fio.trimwrite.4k.q4.trim.iops"]


def test_the_later_one_of_options_that_stand_twice_counts():
    text = text_of("ramp.json").replace('"bs" : "4k"', '"bs" : "64k",\n        "bs" : "4k"')
    assert '"bs" : "64k"' in text
    assert list(metrics_of(text)) == ["disk.randread.iops"]


def test_another_size_than_the_options_say_is_of_other_jobs_of_the_group():
    def larger(document):
        document["jobs"][0]["job options"]["bs"] = "64k"

    (found,) = changed("ramp.json", larger).values()
    assert (found.id, found.settings["block_bytes"]) == ("fio.ramp.4k.together.read.iops", 4096)


def test_more_ios_in_flight_than_asked_show_more_processes():
    def fewer(document):
        document["jobs"][0]["job options"]["iodepth"] = "4"
        document["jobs"][0]["iodepth_level"] = {"4": 100.0}

    (found,) = changed("ramp.json", fewer).values()
    assert found.settings["processes"] == "about 4"


WITHOUT_OPTIONS = """
copy: (groupid=0, jobs=3): err= 0: pid=5: Sun Nov 29 14:31:57 2026
  read: IOPS=25.6k, BW=1600MiB/s (1678MB/s)(8192KiB/{read}msec)
  write: IOPS=14.2k, BW=889MiB/s (932MB/s)(8192KiB/900msec); 0 zone resets
"""


@pytest.mark.parametrize(("read", "mixed"), [(900, True), (850, True), (500, False), (1800, False)])
def test_without_its_options_reads_of_another_time_are_no_part_of_a_mix(read, mixed):
    found = metrics_of(WITHOUT_OPTIONS.format(read=read))
    assert {metric_id.split(".")[-2] for metric_id in found} == {"read", "write", *(["mixed"] if mixed else [])}
    assert {metric.settings["processes"] for metric in found.values()} == {3}


def test_a_job_whose_lines_cannot_be_read_is_named_and_is_none_that_did_nothing():
    text = text_of("normal.txt") + "x: (groupid=0, jobs=1): err= 0: pid=7\n  read: IOPS=487, BW=487MiB/s, aggrb=1MB/s\n"
    found = metrics_of(text)
    (sample,) = found.pop("fio.cut.iops").samples
    assert {name: metric.value for name, metric in found.items()} == values("normal.txt")
    assert not sample.valid
    assert "of 'x' is not whole" in sample.reason


def test_of_many_jobs_that_ran_together_alike_ones_are_counted_and_the_first_are_named():
    def several(different):
        def change(document):
            jobs = [json.loads(json.dumps(document["jobs"][0])) for _ in range(60)]
            for place, job in enumerate(jobs):
                job["jobname"] = f"job{place}"
                job["job options"]["iodepth"] = str(4 + (place if different else 0))
            document["jobs"] = jobs

        return {str(metric.settings["together"]) for metric in changed("together.json", change).values()}

    assert several(different=False) == {"59 times read.128k.q4"}
    texts = several(different=True)
    assert all(text.count(" and ") == 20 and text.endswith(" and 59 jobs in all") for text in texts)


def test_more_jobs_than_can_be_compared_with_each_other_are_refused(tmp_path):
    document = json.loads((OUTPUTS / "together.json").read_text())
    document["jobs"] = document["jobs"][:1] * (MOST_JOBS + 1)
    for place, job in enumerate(document["jobs"]):
        document["jobs"][place] = {**job, "jobname": f"job{place}"}
    (tmp_path / "many.json").write_text(json.dumps(document))
    with pytest.raises(UsageError, match="2001 jobs are to be imported at once"):
        import_fio([tmp_path / "many.json"], None)


def test_fios_that_ran_at_the_same_time_ran_together(tmp_path):
    def at(second, name):
        document = json.loads(text_of("ramp.json"))
        document["timestamp"] = 1_795_962_000 + second
        document["jobs"][0] |= {"elapsed": 60, "jobname": name}
        document["jobs"][0]["read"]["total_ios"] += second
        file = tmp_path / f"{name}.json"
        file.write_text(json.dumps(document))
        return file

    first, second, later = at(0, "a"), at(3, "b"), at(63, "c")
    both = import_fio([first, second], None).metrics
    assert {metric.settings["together"] for metric in both} == {"randread.4k.q16"}
    assert [metric.id for metric in import_fio([first, later], None).metrics] == ["disk.randread.iops"]
    # A report that is there twice is one sample.
    (found,) = import_fio([first, first], None).metrics
    assert len(found.samples) == 1


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


@pytest.mark.parametrize(
    ("starts", "together"), [((0, 400), True), ((0, 5000), False), ((5000, 0), False), ((None, None), True)]
)
def test_from_3_36_on_jobs_say_when_they_began(starts, together):
    def began(document):
        for job, start in zip(document["jobs"], starts, strict=True):
            if start is not None:
                job["job_start"] = 1_795_962_000_000 + start

    assert all((".together." in metric_id) is together for metric_id in changed("together.json", began))


def test_groups_that_cannot_have_run_one_after_another_ran_together():
    def shorter(document):
        for job in document["jobs"]:
            job["read"]["runtime"] = job["write"]["runtime"] = 60_000
            job["elapsed"] = 61

    assert all(".together." in metric_id for metric_id in changed("stonewall.json", shorter))


def test_all_clients_of_jobs_that_ran_one_after_another_is_the_figure_of_none():
    def apart(document):
        document["client_stats"][1]["groupid"] = 1

    (found,) = changed("client2.json", apart).values()
    assert "the sum of 2 groups of jobs" in found.reason


def test_all_clients_alone_is_read():
    def alone(document):
        document["client_stats"] = document["client_stats"][2:]

    (found,) = changed("client2.json", alone).values()
    assert (found.id, found.value) == ("fio.all-clients.4k.read.iops", pytest.approx(33031.97, rel=1e-4))
    assert found.settings["hosts"] is None
    assert settings("all-clients.txt", "fio.all-clients.4k.read.iops")["hosts"] is None


def test_without_options_two_jobs_of_one_name_and_other_sizes_are_not_compared():
    def old(document):
        document["fio version"] = "fio-2.2.10"
        del document["global options"], document["jobs"][0]["job options"]
        side = document["jobs"][0]["read"]
        side["io_bytes"] //= 1024
        for key in ("io_kbytes", "bw_bytes"):
            del side[key]

    def larger(document):
        old(document)
        document["jobs"][0]["read"]["io_bytes"] *= 16
        document["jobs"][0]["read"]["bw"] *= 16

    (small,), (large,) = changed("ramp.json", old).values(), changed("ramp.json", larger).values()
    assert (small.id, large.id) == ("fio.ramp.4k.read.iops", "fio.ramp.64k.read.bandwidth")
    assert (small.settings["block_bytes"], large.settings["block_bytes"]) == (4096, 65536)


def test_an_interim_report_is_not_final_where_the_next_one_breaks_off():
    text = text_of("json-status.txt")
    (found,) = metrics_of(text[: text.rindex('"write"')]).values()
    assert (found.state, found.value) == ("invalid", None)
    assert "fio's output breaks off" in found.reason


@pytest.mark.parametrize(
    ("rw", "percent", "expected"),
    [("read", "100", "fio.read.4k.q1"), ("read", "50", "fio.read.4k.q1"), ("randread", "0", "fio.read.4k.q1")],
)
def test_a_percentage_of_random_places_concerns_random_jobs_alone(rw, percent, expected):
    definition = define({"rw": rw, "bs": "4k", "direct": "1", "percentage_random": percent})
    assert metric_of(definition, "read").id == f"{expected}.iops"


def test_a_normal_output_without_a_result_says_that_fio_was_killed():
    with pytest.raises(UsageError, match="fio's output ends before its results: fio was killed, or its disk full"):
        parse_runs("a: (g=0): rw=read, bs=(R) 4096B-4096B, ioengine=psync, iodepth=1\nfio-3.33\nStarting 1 process\n")
