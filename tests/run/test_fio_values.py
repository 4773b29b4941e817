"""Values of options that fio reads as equal have one form."""

import pytest

from hostcheck.fio.definition import define
from hostcheck.run.fio_values import uniform


@pytest.mark.parametrize(
    ("name", "texts", "form"),
    [
        ("rate", ("1m", "1024k", "1048576", "0x100000", "1M,1m,1m", "1m,1024k"), "1m"),
        ("rate", ("1m,", "1024k,"), "1m,"),
        ("rate", (",1024k",), ",1m"),
        ("rate_iops", ("1k", "1024"), "1024"),
        ("thinktime", ("1000", "1ms", "1000us"), "1000us"),
        ("latency_target", ("2s", "2000000"), "2s"),
        ("zonesize", ("1g", "1024m"), "1g"),
        ("fsync", ("0x20", "32"), "32"),
        ("percentage_random", ("50,50", "50"), "50"),
        ("random_distribution", ("zipf:1.20", "zipf:1.2"), "zipf:1.2"),
        ("end_fsync", ("1", "2", ""), "1"),
        ("sync", ("sync", "1"), "1"),
        ("fallocate", ("0", "none"), "none"),
        ("offset", ("0%", "0"), "0"),
        ("iodepth", ("0x8", "8"), "8"),
        ("ba", ("4k,4k", "4096"), "4k"),
        ("latency_percentile", ("99.00", "99.0"), "99"),
        ("an_unknown_one", ("2k",), "2k"),
    ],
)
def test_equal_values_have_one_form(name, texts, form):
    assert {uniform(name, text) for text in texts} == {form}


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("rate", "1m,", "1m"),
        ("rate", "1m,2m", "2m,1m"),
        ("rate", "1m,2m,2m", "1m,1m,2m"),
        ("thinktime", "1000", "1000s"),
        ("random_distribution", "zipf:1.2", "zipf:1.21"),
        ("sync", "dsync", "sync"),
        ("verify", "crc32", "crc32c"),
        ("buffer_pattern", "0x10", "16"),
    ],
)
def test_values_that_differ_keep_different_forms(name, one, other):
    assert uniform(name, one) != uniform(name, other)


@pytest.mark.parametrize(
    "options",
    [{"rate": "0k"}, {"rate": "0,0"}, {"thinktime": "0ms"}, {"zonesize": "0x0"}, {"pre_read": "0"}, {"rate_iops": "0"}],
)
def test_a_limit_of_nothing_is_none(options):
    assert define({"rw": "read"} | options) == define({"rw": "read"})


def test_a_limit_counts_in_the_base_that_stands_before_it():
    ours, theirs = ({"rw": "read", "kb_base": "1000", "rate": text} for text in ("1m", "1000000"))
    assert define(ours).limits == define(theirs).limits
