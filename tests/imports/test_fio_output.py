"""What fio's outputs come to, and what makes a figure invalid."""

import json
from collections import Counter
from itertools import accumulate
from pathlib import Path

import pytest

from hostcheck.fio.parser import parse
from hostcheck.imports.figure import to_metrics
from hostcheck.imports.fio_output import figures
from hostcheck.imports.importing import import_fio

OUTPUTS = Path("tests/fio/outputs")


def on_a_disk(name):
    """Return an output, as if the file had been on a disk."""
    return (OUTPUTS / name).read_text().replace("/dev/shm/", "/data/")


def metrics_of(name):
    return {metric.id: metric for metric in to_metrics(figures(parse(on_a_disk(name)), name))}


def metrics(name):
    (file,) = OUTPUTS.glob(f"3.33-{name}.*")
    return metrics_of(file.name)


def test_a_job_of_hostchecks_own_kind_has_its_metrics_name_and_its_own_settings():
    found = metrics("direct-tmpfs-no-diskutil")["disk.randwrite.iops"]
    assert (found.state, found.unit) == ("ok", "IOPS")
    assert found.settings == {
        "pattern": "randwrite",
        "block_bytes": 4096,
        "queue_depth": 4,
        "direct": True,
        "io_engine": "libaio",
        "size": "16m",
        "runtime": "1s",
    }


def test_a_bandwidth_is_made_of_the_ios_of_the_time_measured():
    document = json.loads((OUTPUTS / "3.33-ramp-bw-iops-mismatch.json").read_text())
    side = document["jobs"][0]["read"]
    found = metrics("ramp-bw-iops-mismatch")["disk.seqread.bandwidth"]
    assert found.value == pytest.approx(side["iops"] * (1 << 20) / 1e6)
    assert found.value < side["bw_bytes"] / 1e6


def test_processes_of_one_job_are_added_whether_fio_grouped_them_or_not():
    document = json.loads((OUTPUTS / "3.33-nogroup4.json").read_text())
    (found,) = metrics("nogroup4").values()
    assert found.settings["processes"] == 4
    assert found.value == pytest.approx(sum(job["read"]["iops"] for job in document["jobs"]), rel=0.01)
    (grouped,) = metrics("group4").values()
    assert grouped.settings == found.settings


def test_reads_and_writes_of_a_mix_are_given_apart_and_together_as_far_as_fio_reports_them():
    found = metrics("unified-both")
    read, write, mixed = (found[f"fio.randrw-50.4k.q1.buffered.{name}.iops"] for name in ("read", "write", "mixed"))
    assert mixed.value == pytest.approx(read.value + write.value)
    assert list(metrics("mixed")) == ["fio.randrw-50.4k.q1.buffered.mixed.iops"]


def test_a_mix_like_hostchecks_own_has_its_metrics_name_and_another_mix_has_not():
    def of_a_mix(percent):
        document = json.loads((OUTPUTS / "3.33-unified-both.json").read_text())
        for options in (document.get("global options", {}), document["jobs"][0]["job options"]):
            options.pop("rwmixread", None)
        document["jobs"][0]["job options"] |= {"rwmixread": percent, "direct": "1", "iodepth": "1"}
        return {metric.id: metric for metric in to_metrics(figures(parse(json.dumps(document)), "x"))}

    seventy, half = of_a_mix("70"), of_a_mix("50")
    assert seventy["disk.mixed.iops"].settings["read_percent"] == 70
    together = sum(seventy[f"fio.randrw-70.4k.q1.{name}.iops"].value for name in ("read", "write"))
    assert seventy["disk.mixed.iops"].value == pytest.approx(together)
    assert "disk.mixed.iops" not in half


def test_the_latency_of_a_synced_write_is_that_of_its_sync():
    found = next(metric for name, metric in metrics("wal-fdatasync-sync0").items() if name.endswith(".iops"))
    document = json.loads((OUTPUTS / "3.33-wal-fdatasync-sync0.json").read_text())
    sync = document["jobs"][0]["sync"]["lat_ns"]["percentile"]["99.000000"]
    assert found.samples[0].detail["latency_ms"]["p99"] == pytest.approx(sync / 1e6, abs=1e-4)


def test_a_log_like_etcds_has_the_metric_that_etcd_is_judged_by_and_too_few_syncs_have_none():
    document = json.loads((OUTPUTS / "3.33-wal-fdatasync-sync0.json").read_text())
    (job,) = document["jobs"]
    job["job options"] |= {"rw": "write", "bs": "2300", "fdatasync": "1", "ioengine": "psync"}
    job["sync"]["lat_ns"]["N"] = 5000

    def wal():
        return {m.id: m for m in to_metrics(figures(parse(json.dumps(document)), "x"))}["disk.wal.p99.seconds"]

    assert wal().value == pytest.approx(job["sync"]["lat_ns"]["percentile"]["99.000000"] / 1e9)
    assert (wal().unit, wal().better) == ("s", "lower")
    job["sync"]["lat_ns"]["N"] = 99
    assert (wal().state, wal().value) == ("invalid", None)
    assert "99 syncs are too few" in wal().reason


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("enospc-err28", "a job failed: No space left on device (error 28)"),
        ("sigint-partial", "fio was ended by signal 2"),
        ("psync-note", "the queue depth 32 was reached for 0 % of the I/Os"),
        ("rbd-err0-zeroio", "job 'a' did no I/O"),
    ],
)
def test_what_speaks_against_a_figure_is_its_reason(name, reason):
    (found,) = metrics(name).values()
    assert (found.state, found.value) == ("invalid", None)
    assert reason in found.samples[0].reason


def test_one_jobs_fault_is_not_anothers():
    good = json.loads(on_a_disk("3.33-direct-tmpfs-no-diskutil.json"))
    bad = json.loads((OUTPUTS / "3.33-rbd-err0-zeroio.json").read_text())
    good["jobs"] += bad["jobs"]
    states = [metric.state for metric in to_metrics(figures(parse(json.dumps(good)), "both.json"))]
    assert states == ["ok", "invalid"]


def test_outputs_that_repeat_no_options_are_named_by_their_job():
    document = json.loads((OUTPUTS / "3.33-group4.json").read_text())
    del document["jobs"][0]["job options"]
    (found,) = to_metrics(figures(parse(json.dumps(document)), "old.json"))
    assert (found.id, dict(found.settings)) == (
        "fio.a.4k.read.iops",
        {"job": "a", "block_bytes": 4096, "queue_depth": 1},
    )


def test_equal_jobs_are_samples_of_one_metric_and_others_stay_apart():
    texts = [on_a_disk("3.33-direct-tmpfs-no-diskutil.json")] * 2
    shallow = json.loads(texts[0])
    shallow["jobs"][0]["job options"]["iodepth"] = "1"
    shallow["jobs"][0]["iodepth_level"] = {"1": 100.0}
    del shallow["jobs"][0]["write"]["lat_ns"], shallow["jobs"][0]["write"]["clat_ns"]
    shallow["global options"] = {**shallow.get("global options", {}), "iodepth": "1"}
    found = to_metrics(
        figure for text in (json.dumps(shallow), *texts) for figure in figures(parse(text), "several.json")
    )
    assert [(metric.id, len(metric.samples)) for metric in found] == [
        ("disk.randwrite.qd1.iops", 1),
        ("disk.randwrite.iops", 2),
    ]


@pytest.mark.parametrize("file", sorted(path.name for path in OUTPUTS.glob("3.33-*")))
def test_every_output_gives_a_figure_or_its_reason(file):
    for metric in to_metrics(figures(parse((OUTPUTS / file).read_text()), file)):
        assert (metric.value is None) == (metric.state == "invalid")
        assert all(sample.valid or sample.reason for sample in metric.samples)


def changed(name, change):
    document = json.loads(on_a_disk(name))
    change(document)
    return list(to_metrics(figures(parse(json.dumps(document)), name)))


def test_processes_are_joined_by_their_histograms():
    (found,) = to_metrics(figures(parse((OUTPUTS / "3.33-jsonplus-two-processes.json").read_text()), "x"))
    apart = [job.read.completion.percentiles[99.0] / 1e6 for job in one("3.33-jsonplus-two-processes.json").jobs]
    assert found.settings["processes"] == 2
    assert found.samples[0].detail["latency_ms"]["p99"] == pytest.approx(apart[0], abs=1e-4)


def one(name):
    return parse((OUTPUTS / name).read_text())


def test_both_directions_of_a_mix_of_processes_are_joined_by_their_histograms():
    """Against the percentiles of all their I/Os, counted from the histograms as they stand in the file."""
    text = (OUTPUTS / "3.41-jsonplus-mixed-two-processes.json").read_text()
    found = {metric.id: metric for metric in to_metrics(figures(parse(text), "x"))}
    for direction in ("read", "write"):
        counted = Counter()
        for job in json.loads(text)["jobs"]:
            counted.update({int(ns): count for ns, count in job[direction]["lat_ns"]["bins"].items()})
        reached = accumulate(counted[ns] for ns in sorted(counted))
        p99 = next(ns for ns, count in zip(sorted(counted), reached, strict=True) if count >= 0.99 * counted.total())
        (metric,) = (metric for name, metric in found.items() if name.endswith(f".{direction}.iops"))
        assert metric.samples[0].detail["latency_ms"]["p99"] == pytest.approx(p99 / 1e6, abs=1e-4)


def test_a_job_that_ended_because_it_was_steady_did_not_end_too_early():
    def of(attained):
        def change(document):
            (job,) = document["jobs"]
            job["job options"] |= {"time_based": "1", "runtime": "60"}
            job["steadystate"]["attained"] = attained

        (found,) = changed("3.33-steadystate.json", change)
        return found

    assert (of(1).state, of(1).samples[0].detail["steady_state"]) == ("ok", True)
    assert (of(0).state, of(0).samples[0].reason) == ("invalid", "fio measured for 8.0 s of 60 s")


def test_where_fio_also_reports_a_mix_as_one_its_percentiles_are_the_mixs():
    mixed = metrics_of("3.39-unified-both.json")["fio.randrw-50.4k.q1.buffered.mixed.iops"]
    reported = json.loads((OUTPUTS / "3.39-unified-both.json").read_text())["jobs"][0]["mixed"]["clat_ns"]["percentile"]
    assert mixed.samples[0].detail["latency_ms"]["p99"] == pytest.approx(reported["99.000000"] / 1e6, abs=1e-4)

    # Some versions report zeros then, and most runs report reads and writes only.
    apart = changed("3.39-unified-both.json", lambda document: document["jobs"][0].pop("mixed"))
    (together,) = (metric for metric in apart if metric.id == "fio.randrw-50.4k.q1.buffered.mixed.iops")
    assert together.value == pytest.approx(mixed.value, rel=0.001)
    (sample,) = together.samples
    assert sample.detail["latency_note"] == "the percentiles of reads and of writes cannot be joined without json+"


def test_a_killed_process_makes_the_figure_of_all_invalid():
    (found,) = to_metrics(figures(parse((OUTPUTS / "3.39-one-process-killed.json").read_text()), "x"))
    assert (found.state, found.value) == ("invalid", None)
    assert "ended by signal 9" in found.reason


def test_without_histograms_the_percentiles_of_several_processes_are_left_out_and_the_reason_is_given():
    (found,) = metrics("nogroup4").values()
    assert found.samples[0].detail["latency_ms"] == {}
    assert "cannot be joined" in found.samples[0].detail["latency_note"]


def test_a_process_that_is_missing_makes_the_figure_invalid():
    (found,) = changed("3.33-nogroup4.json", lambda document: document["jobs"].pop())
    assert (found.state, found.value) == ("invalid", None)
    assert found.samples[0].reason == "3 of 4 processes are in the output"


def test_one_process_too_many_is_not_taken_for_the_sum_of_four():
    (found,) = changed("3.33-nogroup4.json", lambda document: document["jobs"].append(document["jobs"][0]))
    assert [sample.reason for sample in found.samples] == ["5 processes are in the output, of a job that has 4"]


def test_a_job_that_was_to_run_for_a_time_and_did_not_is_invalid():
    def longer(document):
        document["jobs"][0]["job options"] |= {"time_based": "1", "runtime": "1m"}

    (found,) = changed("3.33-direct-tmpfs-no-diskutil.json", longer)
    assert (found.state, found.samples[0].reason) == ("invalid", "fio measured for 1.0 s of 60 s")


def test_a_client_s_sum_is_of_its_job_and_of_so_many_hosts():
    (found,) = to_metrics(figures(one("client-3.33-two-servers.json"), "x"))
    assert found.settings["hosts"] == 2
    assert (found.settings["pattern"], found.settings["block_bytes"]) == ("randread", 4096)
    assert found.value == pytest.approx(one("client-3.33-two-servers.json").combined.read.iops, rel=0.01)


def test_runs_appended_to_one_file_and_utf_16_are_read(tmp_path):
    text = (OUTPUTS / "appended-3.33.txt").read_text()
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        file = tmp_path / f"{encoding}.txt"
        file.write_bytes(text.replace("\n", "\r\n").encode(encoding))
        (found,) = import_fio([file], None).metrics
        assert [sample.valid for sample in found.samples] == [True, True]


def test_one_at_a_time_is_no_shallow_one_of_many_and_a_sum_of_hosts_is_placeholder():
    assert list(metrics("group4")) == ["disk.randread.iops"]
    (alone,) = to_metrics(figures(one("client-3.33-one-server.json"), "x"))
    assert alone.id == "disk.randread.qd1.iops"
    (together,) = to_metrics(figures(one("client-3.33-two-servers.json"), "x"))
    assert together.id == "fio.randread.4k.q1.buffered.iops"
