"""fio's terse output: which lines are of one report, and what breaks off."""

from pathlib import Path

import pytest

from hostcheck.fio.runs import parse_runs
from hostcheck.fio.terse import find_terse

OUTPUTS = Path("tests/imports/outputs")


def line(version=3):
    return (OUTPUTS / f"terse{version}.txt").read_text().strip()


def changed(text, place, value):
    fields = text.split(";")
    fields[place] = value
    return ";".join(fields)


@pytest.mark.parametrize("version", [2, 3, 4, 5])
def test_rates_latencies_and_depths_are_at_their_places(version):
    ((_, _, result),) = find_terse(line(version))
    (job,) = result.jobs
    fields = line(version).split(";")
    first = 4 if version == 2 else 5
    assert result.version == ("fio" if version == 2 else "fio-3.33")
    assert (job.name, job.group, job.error, job.trim, job.mixed) == ("terse", 0, 0, None, None)
    assert job.read.io_bytes == int(fields[first]) * 1024
    assert job.read.bandwidth == int(fields[first + 1]) * 1024
    assert (job.read.iops, job.read.runtime_ms) == (int(fields[first + 2]), int(fields[first + 3]))
    assert job.read.submission.mean == pytest.approx(float(fields[first + 6]) * 1000)
    assert job.read.completion.percentiles[99.0] == float(fields[first + 13].partition("=")[2]) * 1000
    assert job.read.total.max == int(fields[first + 33]) * 1000
    assert job.write.iops == int(fields[first + (47 if version == 5 else 41) + 2])
    assert job.depth_percent["4"] == 100.0


def test_processes_share_their_groups_bandwidth_and_repeats_of_a_run_have_all_of_it():
    half = line().replace("100.000000%", "50.000000%")
    (one,) = parse_runs(f"{half}\n{half}\n")
    assert len(one.jobs) == 2
    assert len(parse_runs(f"{line()}\n{line()}\n")) == 2


def test_a_job_that_stands_there_again_begins_another_report():
    other = line().replace(";terse;", ";other;")
    assert [len(run.jobs) for run in parse_runs(f"{line()}\n{other}\n{line()}\n{other}\n")] == [2, 2]


def test_all_in_one_direction_is_a_mix():
    fields = line().split(";")
    (one,) = parse_runs(";".join((*fields[:46], *fields[87:])))
    assert one.jobs[0].mixed is not None
    assert one.jobs[0].read is None


def test_an_error_is_the_jobs():
    (one,) = parse_runs(changed(line(), 4, "28"))
    assert one.jobs[0].error == 28


@pytest.mark.parametrize("fields", [6, 30, 60, 90])
def test_a_line_that_breaks_off_is_not_read(fields):
    assert list(find_terse(";".join(line().split(";")[:fields]))) == []
