"""A figure of memory, or of a device without data, is none of a disk."""

import pytest

from tests.imports.shapes import changed, metrics


def of_file(**options):
    """Return the only metric of an output, with other options."""

    def other(document):
        document["global options"] |= options
        document["jobs"][0]["job options"].pop("filename", None)
        if options.keys() & {"filename", "directory"} == {"directory"}:
            document["global options"].pop("filename", None)

    (found,) = changed("ramp.json", other).values()
    return found


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"filename": "/dev/shm/x"}, "/dev/shm/x is in memory"),
        ({"filename": "/dev/../dev//shm/./x"}, "/dev/shm/x is in memory"),
        ({"filename": "//dev/shm/x"}, "/dev/shm/x is in memory"),
        ({"directory": "/dev/shm"}, "/dev/shm is in memory"),
        ({"directory": "/run/user/0", "filename": "a"}, "/run/user/0/a is in memory"),
        ({"filename": "/data/a:/run/lock/b"}, "/run/lock/b is in memory"),
        ({"filename": "/dev/null"}, "/dev/null keeps no data"),
        ({"filename": "/dev/zero"}, "/dev/zero keeps no data"),
        ({"filename": "/dev/nullb0"}, "/dev/nullb0 keeps no data"),
        ({"filename": "/dev/ram0"}, "/dev/ram0 is in memory"),
        ({"filename": "/dev/zram1"}, "/dev/zram1 is in memory"),
    ],
)
def test_what_was_not_on_a_disk_is_no_figure_of_one(options, said):
    found = of_file(**options)
    assert (found.state, found.value) == ("invalid", None)
    assert found.samples[0].reason == f"{said}: this is not a figure of a disk"
    assert not found.id.startswith("disk.")


@pytest.mark.parametrize(
    "options",
    [
        {"filename": "/run/media/me/disk/x"},
        {"filename": "/dev/shmem/x"},
        {"filename": "/data/dev/shm/x"},
        {"filename": "/dev/sdb"},
        {"filename": "/dev/nullbyte"},
        {"filename": r"/data/a\:/dev/shm"},
        {"directory": "/data", "filename": "run/x"},
    ],
)
def test_what_may_be_on_a_disk_counts(options):
    assert list(metrics("ramp.json")) == ["disk.randread.iops"]
    found = of_file(**options)
    assert (found.id, found.state) == ("disk.randread.iops", "ok")
    assert "memory" not in found.samples[0].detail.get("caution", "")


@pytest.mark.parametrize("disks", [0, 1])
def test_a_file_in_tmp_is_doubtful_where_fio_counted_no_disk(disks):
    def in_tmp(document):
        document["global options"]["filename"] = "/tmp/x"
        document["jobs"][0]["job options"].pop("filename", None)
        document["disk_util"] = [{"name": "vda", "read_ios": 9, "write_ios": 0, "util": 1.0}] * disks

    (found,) = changed("ramp.json", in_tmp).values()
    assert found.state == "ok"
    doubt = None if disks else "/tmp/x may have been in memory: fio counted no I/Os of a disk"
    assert found.samples[0].detail.get("caution") == doubt


@pytest.mark.parametrize(
    ("engine", "does"),
    [("null", "throws the data away"), ("cpuio", "keeps a processor busy"), ("net", "sends over a network")],
)
def test_an_engine_without_storage_gives_no_figure_of_a_disk(engine, does):
    found = of_file(ioengine=engine)
    assert (found.id, found.state) == (f"fio.randread.4k.q16.{engine}.iops", "invalid")
    assert found.samples[0].reason == f"ioengine={engine} {does}: this is not a figure of a disk"
