"""What a job's options make of it."""

import pytest

from hostcheck.fio.definition import Definition, define
from hostcheck.run.fio_values import duration, size


def job(**options):
    return define({"rw": "randwrite", "bs": "4k", "iodepth": "32", "direct": "1", "ioengine": "libaio"} | options)


def test_settings_have_the_names_of_a_run_files_disk_jobs():
    assert job().settings == {
        "pattern": "randwrite",
        "block_bytes": 4096,
        "queue_depth": 32,
        "direct": True,
        "io_engine": "libaio",
    }


@pytest.mark.parametrize(
    ("options", "percent"), [({}, 50), ({"rwmixread": "70"}, 70), ({"rwmixwrite": "20"}, 80), ({"rw": "rw"}, 50)]
)
def test_a_mix_has_its_share_of_reads(options, percent):
    assert job(**{"rw": "randrw"} | options).settings["read_percent"] == percent


@pytest.mark.parametrize(
    ("rw", "directions"),
    [("randread", ("read",)), ("write", ("write",)), ("readwrite", ("read", "write")), ("randtrim", ())],
)
def test_it_reads_or_writes_or_both(rw, directions):
    assert job(rw=rw).directions == directions


def test_what_the_options_leave_out_has_fios_default():
    assert define({"filename": "x"}) == Definition("read", 4096, 1, 1, direct=False, io_engine="psync")


@pytest.mark.parametrize("options", [{}, {"rw": "sideways"}, {"iodepth": "deep"}, {"numjobs": "-1"}])
def test_insufficient_options_give_no_definition(options):
    assert define(options) is None


@pytest.mark.parametrize(
    ("text", "bytes_"),
    [
        ("4k", 4096),
        ("4K", 4096),
        ("4kb", 4096),
        ("4ki", 4096),
        ("4KiB", 4000),
        ("1m", 1 << 20),
        ("1MiB", 1_000_000),
        ("2g", 2 << 30),
        ("1T", 1 << 40),
        ("1p", 1 << 50),
        ("512", 512),
        ("512b", 512),
        (" 512 ", 512),
        ("0x1000", 4096),
        ("010", 10),
    ],
)
def test_sizes_are_read_as_fio_does(text, bytes_):
    assert size(text) == bytes_


@pytest.mark.parametrize(("text", "bytes_"), [("4k", 4000), ("4kb", 4000), ("4KiB", 4096), ("1MiB", 1 << 20)])
def test_with_a_base_of_1000_the_prefixes_are_those_of_si_and_iec(text, bytes_):
    assert size(text, 1000) == bytes_
    assert define({"kb_base": "1000", "bs": text}).settings["block_bytes"] == bytes_


@pytest.mark.parametrize("name", ["bs", "blocksize", "bsrange", "bssplit"])
def test_a_base_that_is_given_after_a_size_changes_nothing_of_it(name):
    value = {"bsrange": "4k-4k", "bssplit": "4k/100"}.get(name, "4k")
    assert define({name: value, "kb_base": "1000"}).settings["block_bytes"] == 4096
    assert define({"kb_base": "1000", name: value}).settings["block_bytes"] == 4000


@pytest.mark.parametrize(("text", "depth"), [("0x8", 8), ("1k", 1024), ("8", 8)])
def test_numbers_are_read_as_fio_does(text, depth):
    assert job(iodepth=text).queue_depth == depth
    assert job(numjobs=text).processes == depth


@pytest.mark.parametrize("text", ["", "k", "4x", "-1", "4.5k", "1" * 20])
def test_what_is_no_size_is_none(text):
    assert size(text) is None


@pytest.mark.parametrize(("options", "direct"), [({"buffered": "0"}, True), ({"buffered": "1"}, False), ({}, False)])
def test_buffered_is_direct_the_other_way_round(options, direct):
    assert define({"rw": "read"} | options).direct is direct


@pytest.mark.parametrize(
    ("key", "value"),
    [("rate", "50"), ("rate_iops", "50"), ("thinktime", "50us"), ("buffer_compress_percentage", "50")],
)
def test_what_holds_a_job_back_is_a_setting(key, value):
    assert job(**{key: "50"}).settings[key] == value
    assert job(**{key: "0"}) == job()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("60", 60), ("60s", 60), ("2m", 120), ("500ms", 0.5), ("1H", 3600), ("0", None), ("", None), ("5x", None)],
)
def test_times_are_read_as_fio_takes_them(text, seconds):
    assert duration(text) == seconds
