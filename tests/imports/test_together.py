"""Which jobs of fio ran at the same time: a figure says with what, and a sum is not added to its parts."""

import json

import pytest

from hostcheck.errors import UsageError
from hostcheck.imports.importing import MOST_JOBS, import_fio
from tests.imports.shapes import OUTPUTS, changed, metrics, metrics_of, settings, text_of


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


def test_a_sum_of_servers_is_read_alone_and_names_its_parts():
    for name, parts in (
        ("client2.json", "client_stats[0], client_stats[1]"),
        ("client2-normal.txt", "line 8, line 33"),
    ):
        (metric,) = metrics(name).values()
        (sample,) = metric.samples
        assert metric.settings["hosts"] == 2
        assert sample.detail["also"] == f"{parts}: parts of the sum, and not added to it"


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
