"""Outputs of fio in the shapes in which people keep them, against what is true of the runs that wrote them.

``outputs/`` was written by fio 3.33, and by a fio that was made to fail; what no reader needs was left out.
"""

import pytest

from hostcheck.fio.definition import define
from hostcheck.imports.names import metric_of
from tests.imports.shapes import changed, metrics, metrics_of, settings, text_of, values


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
        ("null.json", {"fio.read.64k.q1.buffered.null.bandwidth": None}),
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
        (
            "enospc-second.txt",
            {"fio.write.64k.q1.buffered.bandwidth": 1048.6, "fio.write.64k.q1.buffered.bandwidth.2": None},
        ),
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
    assert sample.detail["caution"].startswith("the job limits its rate (rate_iops=200)")


def test_normal_output_does_not_say_whether_the_page_cache_was_passed_by():
    assert settings("normal-status.txt", "disk.randread.qd1.iops")["direct"] is None


def test_a_run_in_three_formats_is_one_sample():
    (sample,) = metrics("all-formats.txt")["disk.randread.iops"].samples
    assert "the terse output at line 5 says the same; the normal output at line" in sample.detail["also"]


@pytest.mark.parametrize("name", ["normal-status.txt", "terse-status.txt", "json-status.txt"])
def test_of_interim_reports_the_last_one_counts(name):
    (metric,) = metrics(name).values()
    (sample,) = metric.samples
    assert sample.detail["also"] == "this run has 4 reports: the last one is used"
    assert sample.detail["runtime_seconds"] == pytest.approx(3.0, abs=0.002)


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


@pytest.mark.parametrize(
    ("rw", "percent", "expected"),
    [("read", "100", "fio.read.4k.q1"), ("read", "50", "fio.read.4k.q1"), ("randread", "0", "fio.read.4k.q1")],
)
def test_a_percentage_of_random_places_concerns_random_jobs_alone(rw, percent, expected):
    definition = define({"rw": rw, "bs": "4k", "direct": "1", "percentage_random": percent})
    assert metric_of(definition, "read").id == f"{expected}.iops"
