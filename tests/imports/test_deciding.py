"""Options of fio that decide a figure: runs that differ in one of them are never ranked, and the option is named."""

import json

import pytest

from hostcheck.comparison.compare import compare
from hostcheck.comparison.notes import notes
from hostcheck.comparison.ranking import ranking
from hostcheck.fio.deciding import deciding
from hostcheck.imports.importing import import_fio
from hostcheck.run.fio_options import OPTIONS
from tests.imports.shapes import text_of

BASE = {
    "rw": "randread",
    "bs": "4k",
    "ioengine": "libaio",
    "iodepth": "16",
    "direct": "1",
    "size": "16m",
    "runtime": "1",
}

NAMED = {
    "rw": "randwrite",
    "bs": "8k",
    "bsrange": "4k-8k",
    "bssplit": "4k/50:8k/50",
    "iodepth": "8",
    "ioengine": "io_uring",
    "direct": "0",
    "buffered": "1",
    "numjobs": "3",
    "kb_base": "1000",
    "rate_process": "poisson",
    "zero_buffers": "",
    "buffer_pattern": "0",
    "percentage_random": "40",
    "random_distribution": "zipf:1.2",
    "zonemode": "strided",
    "verify": "crc32c",
    "read_iolog": "trace",
}
"""A value of each option that is in a workload's name. Of the others any number does."""

IN_OTHER_JOBS = {"bs_is_seq_rand", "rwmixread", "rwmixwrite", "sync", "fsync", "fdatasync"}
"""Options that change nothing of a job that only reads blocks of one size."""
IN_WRITES = {"sync_file_range", "end_fsync", "fsync_on_close"}

OTHER = {
    "switch": {"0": "1", "1": "0", None: "1"},
    "size": "3m",
    "seconds": "900ms",
    "microseconds": "77",
    "number": "7",
}


def outputs(folder, name, times, options, *, depth=None, disks=()):
    """Write three outputs of fio of one job, whose rates differ by a per mille, and return their paths."""
    paths = []
    for sample in range(3):
        document = json.loads(text_of("ramp.json"))
        (job,) = document["jobs"]
        document["timestamp"] += 100 * sample
        document["global options"] = {}
        document["disk_util"] = list(disks)
        job["job options"] = options
        job["iodepth_level"] = depth or job["iodepth_level"]
        side = job["read"]
        if options.get("rw") == "randwrite":
            job["read"], job["write"] = job["write"], job["read"]
        side["total_ios"] = round(side["total_ios"] * times * (1 + sample / 1000))
        side["iops"] = side["total_ios"] * 1000 / side["runtime"]
        for wait in {"slat_ns", "clat_ns", "lat_ns"} & side.keys():
            side[wait] |= {
                key: side[wait][key] / times / (16 if depth else 1) for key in ("min", "max", "mean", "stddev")
            }
            side[wait].pop("percentile", None)
        side["bw_bytes"], side["bw"] = round(side["iops"] * 4096), round(side["iops"] * 4)
        side["io_bytes"] = side["total_ios"] * 4096
        path = folder / f"{name}{sample}.json"
        path.write_text(json.dumps(document))
        paths.append(path)
    return paths


def compared(folder, ours, theirs, *, depth=None, disks=()):
    """Compare a host with one whose rate is 25 times higher; only the options of the two jobs are given."""
    runs = [
        import_fio(outputs(folder, name, times, options, depth=depth, disks=disks), name)
        for name, times, options in (("slow", 1, ours), ("fast", 25, theirs))
    ]
    return compare(runs)


def ratios(comparison):
    return [row.cells[1].ratio for row in comparison.rows if row.cells[1].ratio]


def said(comparison):
    return " ".join((*comparison.answer, *comparison.findings, *notes(comparison)))


def is_ranked(comparison):
    return any(len(ranking(comparison.names, row)) > 1 for row in comparison.rows)


def another(name):
    """Return a value of an option that is not fio's default."""
    option = OPTIONS[name]
    if option.role == "named":
        return NAMED.get(name, "7")
    values = OTHER.get(option.reading, "other")
    return values[option.default] if isinstance(values, dict) else values


def test_alike_runs_are_ranked(tmp_path):
    found = compared(tmp_path, BASE, BASE)
    assert {ratio.judgement for ratio in ratios(found)} == {"better"}
    assert is_ranked(found)


@pytest.mark.parametrize("name", [name for name, option in OPTIONS.items() if option.role == "compared"])
def test_what_differs_in_an_option_that_decides_is_not_ranked_and_named(tmp_path, name):
    found = compared(tmp_path, BASE, BASE | {name: another(name)})
    assert {ratio.judgement for ratio in ratios(found)} == {"not comparable"}
    assert not is_ranked(found)
    assert "faster" not in said(found)
    assert f"{name}: " in said(found)


@pytest.mark.parametrize(
    "name", [name for name, option in OPTIONS.items() if option.role == "named" and name not in IN_OTHER_JOBS]
)
def test_what_differs_in_a_part_of_its_name_is_not_ranked(tmp_path, name):
    base = BASE | ({"rw": "randwrite"} if name in IN_WRITES else {})
    # A base counts for what stands behind it.
    other = {name: another(name)} | base if name == "kb_base" else base | {name: another(name)}
    found = compared(tmp_path, base, other)
    assert {ratio.judgement for ratio in ratios(found)} <= {"not comparable"}
    assert not is_ranked(found)


@pytest.mark.parametrize("name", [name for name, option in OPTIONS.items() if option.role == "none"])
def test_what_decides_nothing_is_ranked(tmp_path, name):
    found = compared(tmp_path, BASE, BASE | {name: "other"})
    assert {ratio.judgement for ratio in ratios(found)} == {"better"}


@pytest.mark.parametrize(
    ("name", "default"),
    [(name, option.default) for name, option in OPTIONS.items() if option.role == "compared" and option.default],
)
def test_a_default_that_is_given_equals_one_that_is_not(tmp_path, name, default):
    other = default.removeprefix("=")
    value = default if other == default else BASE.get(other, OPTIONS[other].default)
    base = {key: text for key, text in BASE.items() if key != name}
    found = compared(tmp_path, base, base | {name: value})
    assert {ratio.judgement for ratio in ratios(found)} == {"better"}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"size": "1g"}, {"size": "1024m"}),
        ({"runtime": "1"}, {"runtime": "1000ms"}),
        ({"ramp_time": "60"}, {"ramp_time": "1m"}),
        ({"iodepth_low": "16"}, {}),
        ({"io_size": "16384k"}, {}),
        ({"time_based": ""}, {"time_based": "1"}),
        ({"thinktime_spin": "1000"}, {"thinktime_spin": "1ms"}),
        ({"iodepth_batch_submit": "4"}, {"iodepth_batch": "4"}),
        ({"filename": "/mnt/a"}, {"filename": "/srv/b"}),
        ({"filename": "/dev/sda"}, {"filename": "/dev/nvme0n1"}),
        ({"rate": "1m"}, {"rate": "1024k"}),
        ({"rate_iops": "1k"}, {"rate_iops": "1024,1024"}),
        ({"thinktime": "1000"}, {"thinktime": "1ms"}),
        ({"offset": "0%"}, {}),
        ({"iodepth": "0x10"}, {}),
        ({"random_distribution": "zipf:1.20"}, {"random_distribution": "zipf:1.2"}),
    ],
)
def test_one_value_in_two_ways_of_writing_is_equal(tmp_path, ours, theirs):
    assert {ratio.judgement for ratio in ratios(compared(tmp_path, BASE | ours, BASE | theirs))} == {"better"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"invalidate": "0", "direct": "0"}, "invalidate: 0 against fio's default"),
        ({"some_new_option": "5"}, "unknown option some_new_option: 5 against unknown"),
        ({"pattern": "x"}, "unknown option pattern: x against unknown"),
        ({"size": "1g"}, "size: 1g against 16m"),
        ({"iodepth_batch_complete_min": "4"}, "iodepth_batch_complete_min: 4 against fio's default"),
        ({"filename": "/dev/sdb"}, "filename: device against file"),
        ({"filename": "/dev/sdb:/dev/sdc"}, "filename: 2 devices against file"),
        ({"directory": "/a:/b"}, "filename: 2 files against file"),
        ({"direct": "0"}, "direct: 0 against 1"),
    ],
)
def test_the_difference_is_named_as_fios_manual_names_it(tmp_path, options, words):
    base = BASE | ({"direct": "0"} if "invalidate" in options else {})
    found = compared(tmp_path, base, base | options)
    assert not is_ranked(found)
    assert words in said(found)


def test_where_no_options_are_known_nothing_is_ranked_and_that_is_said(tmp_path):
    found = compared(tmp_path, {}, {})
    assert {(ratio.judgement, ratio.interval) for ratio in ratios(found)} == {("inconclusive", None)}
    assert not is_ranked(found)
    assert "fio's output does not contain the job's options" in said(found)


def test_a_run_with_options_does_not_win_over_one_without(tmp_path):
    assert not is_ranked(compared(tmp_path, BASE, {}))
    assert not is_ranked(compared(tmp_path, {}, BASE))


def test_the_times_of_single_requests_are_not_set_beside_each_other_either(tmp_path):
    alone = BASE | {"iodepth": "1"}
    depth = {"1": 100.0}
    found = compared(tmp_path, alone, alone | {"invalidate": "0"}, depth=depth)
    assert "ms on slow" in said(found)
    assert "ms on fast" not in said(found)
    assert "ms on fast" in said(compared(tmp_path, alone, alone, depth=depth))


CACHED = {"name": "vda", "read_ios": 12, "write_ios": 0, "util": 1.0}


@pytest.mark.parametrize(("reads", "ranked"), [(12, False), (20_000_000, True)])
def test_random_reads_that_the_disk_did_not_do_are_not_ranked(tmp_path, reads, ranked):
    buffered = BASE | {"direct": "0"}
    found = compared(tmp_path, buffered, buffered, disks=[CACHED | {"read_ios": reads}])
    assert is_ranked(found) == ranked
    assert ("so a cache answered the others" in said(found)) != ranked
    assert "read through the page cache" in said(found)


def test_reads_past_the_page_cache_are_no_question_of_it(tmp_path):
    found = compared(tmp_path, BASE, BASE, disks=[CACHED])
    assert is_ranked(found)
    assert "cache answered" not in said(found)


def test_long_texts_of_options_differ_and_are_bounded(tmp_path):
    begins = "x" * 100_000
    found = compared(tmp_path, BASE | {"cgroup": begins + "a", begins + "a": "1"}, BASE | {"cgroup": begins + "b"})
    assert {ratio.judgement for ratio in ratios(found)} == {"not comparable"}
    assert len(said(found)) < 5000
    assert not is_ranked(compared(tmp_path, BASE | {"cgroup": begins + "a"}, BASE | {"cgroup": begins + "b"}))


@pytest.mark.parametrize("default", [{"iodepth_low": "1"}, {"ba": "4096"}, {"openfiles": "1"}])
def test_a_default_that_is_another_options_equals_that_ones_default(default):
    assert deciding({"rw": "randread"} | default) == ()
