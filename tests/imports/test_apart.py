"""Equal jobs are samples of one figure, in one file or several; other tests and other disks are other figures."""

import json

import pytest

from hostcheck.imports.importing import import_fio
from tests.imports.shapes import text_of

NORMAL = """{name}: (g=0): rw=randwrite, bs=(R) 4096B-4096B, (W) 4096B-4096B, ioengine=libaio, iodepth=1
fio-3.28
Starting 1 process

{name}: (groupid=0, jobs=1): err= 0: pid={pid}: Sun Nov 29 14:31:57 2026
  write: IOPS={iops}, BW={iops}0KiB/s (40.0MB/s)(40.0MiB/1000msec)

Disk stats (read/write):
  {disk}: ios=0/{iops}, merge=0/0, ticks=0/900, in_queue=900, util=90.00%
"""
JSON = "ramp.json"


def normal(name, iops, disk="sda"):
    rate = f"  write: IOPS={iops}, BW={iops * 4}KiB/s ({iops * 4.096:.0f}kB/s)({iops * 4}KiB/1000msec)"
    text = NORMAL.format(name=name, iops=iops, pid=iops, disk=disk)
    return "\n".join(rate if "  write: " in line else line for line in text.split("\n"))


def document(name, second, *, options=(), disk="vda", version="fio-3.41"):
    made = json.loads(text_of(JSON))
    made["fio version"] = version
    made["timestamp"] += second
    (job,) = made["jobs"]
    job["jobname"] = name
    job["read"]["total_ios"] += second % 7
    job["job options"] |= {"norandommap": "", **dict(options)} if version == "fio-3.41" else dict(options)
    for use in made["disk_util"]:
        use["name"] = disk
    if not disk:
        del made["disk_util"]
    return json.dumps(made)


def imported(folder, *texts):
    files = [folder / f"{place}.txt" for place in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text)
    return import_fio(files, "x").metrics


def in_files(tmp_path, texts):
    return imported(tmp_path, *texts)


def in_one_file(tmp_path, texts):
    return imported(tmp_path, "\n".join(texts))


several_and_one = pytest.mark.parametrize("read", [in_files, in_one_file])


@several_and_one
def test_other_names_are_other_tests_where_the_output_lacks_options(tmp_path, read):
    found = read(
        tmp_path, [normal("write-direct", 5000), normal("write-buffered", 50000), normal("write-direct", 6000)]
    )
    assert {metric.settings["job"]: [sample.value for sample in metric.samples] for metric in found} == {
        "write-direct": [5000, 6000],
        "write-buffered": [50000],
    }
    assert {metric.id for metric in found} == {
        "fio.randwrite.4k.q1.cache-unknown.write-direct.iops",
        "fio.randwrite.4k.q1.cache-unknown.write-buffered.iops",
    }


@several_and_one
@pytest.mark.parametrize("names", [("test", "test"), ("run-1", "run-2"), ("a", "b"), ("test", "test2")])
def test_numbered_names_are_repetitions(tmp_path, read, names):
    (metric,) = read(tmp_path, [normal(name, 5000 + place) for place, name in enumerate(names)])
    assert [sample.value for sample in metric.samples] == [5000, 5001]
    assert "job" not in metric.settings


@several_and_one
def test_with_all_options_equal_jobs_of_other_names_are_samples(tmp_path, read):
    (metric,) = read(tmp_path, [document("before", 0), document("after", 1000)])
    assert (metric.id, len(metric.samples)) == ("disk.randread.iops", 2)


@several_and_one
def test_without_the_flags_other_names_are_other_tests(tmp_path, read):
    found = read(tmp_path, [document(name, at, version="fio-3.33") for name, at in (("random", 0), ("zeros", 1000))])
    assert [metric.settings["job"] for metric in found] == ["random", "zeros"]


@several_and_one
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"filename": "/dev/sda"}, {"filename": "/dev/sdb"}),
        ({"directory": "/mnt/ssd"}, {"directory": "/mnt/hdd/"}),
        ({"filename": "/mnt/ssd/f"}, {"filename": "/mnt/hdd/f"}),
        ({"filename": "D\\:\\fio.tmp"}, {"filename": "E\\:\\fio.tmp"}),
    ],
)
def test_other_folders_and_devices_are_other_figures(tmp_path, read, first, second):
    texts = [document("test", at, options=options, disk="") for at, options in ((0, first), (1000, second))]
    found = read(tmp_path, texts)
    assert [len(metric.samples) for metric in found] == [1, 1]
    assert all(metric.id.startswith("fio.randread.4k.q16.") and metric.settings["target"] for metric in found)
    assert len({metric.settings["target"] for metric in found}) == 2


@several_and_one
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"filename": "/mnt/ssd/f1"}, {"filename": "/mnt/ssd/f2"}),
        ({"directory": "/mnt/ssd"}, {"directory": "/mnt/ssd/"}),
        ({"directory": "/mnt/ssd"}, {"filename": "/mnt/ssd/f"}),
        ({"filename": "fio.tmp"}, {"filename": "fio2.tmp"}),
    ],
)
def test_other_files_of_one_folder_are_one_figure(tmp_path, read, first, second):
    (metric,) = read(tmp_path, [document("test", 0, options=first), document("test", 1000, options=second)])
    assert len(metric.samples) == 2
    assert "target" not in metric.settings


@several_and_one
@pytest.mark.parametrize(
    ("first", "second", "disks"),
    [
        ("/root/2024-01-01", "/root/2024-01-02", ("vda", "vda")),
        ("/mnt/test", "/mnt/./test", ("", "")),
        ("/mnt/test", "/mnt/test", ("vda", "")),
    ],
)
def test_folders_of_one_disk_and_what_one_output_lacks_are_no_difference(tmp_path, read, first, second, disks):
    rows = zip((0, 1000), (first, second), disks, strict=True)
    texts = [document("test", at, options={"directory": folder}, disk=disk) for at, folder, disk in rows]
    (metric,) = read(tmp_path, texts)
    assert (metric.id, len(metric.samples)) == ("disk.randread.iops", 2)


@several_and_one
def test_other_disks_are_other_figures(tmp_path, read):
    options = {"filename": "fio.tmp", "directory": "."}
    for where, found in (
        ("", read(tmp_path, [document("t", at, options=options, disk=disk) for at, disk in ((0, "sda"), (9, "sdb"))])),
        ("", read(tmp_path, [normal("t", 5000, "sda"), normal("t", 200, "sdb")])),
        ("/mnt/test on ", read(tmp_path, [document("t", at, disk=disk) for at, disk in ((0, "sda"), (9, "sdb"))])),
    ):
        assert [metric.settings["target"] for metric in found] == [f"{where}sda", f"{where}sdb"]
