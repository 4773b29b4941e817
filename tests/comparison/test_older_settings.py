"""Run files of older versions have fio's options as they were given: equal values are equal there too."""

from dataclasses import replace

import pytest

from hostcheck.comparison.compare import compare
from hostcheck.comparison.pool import alike
from hostcheck.comparison.settings import differences
from hostcheck.population.columns import FigureColumn

ID = "fio.randwrite.4k.q1.thinktime.iops"
BOTH = {"pattern": "randwrite", "block_bytes": 4096, "queue_depth": 1, "direct": True, "io_engine": "libaio"}

EQUAL = [
    ({"thinktime": "1000"}, {"thinktime": "1000us"}),
    ({"thinktime": "1ms"}, {"thinktime": "1000us"}),
    ({"rate": "1024k"}, {"rate": "1m"}),
    ({"rate": "1048576,1m"}, {"rate": "1m"}),
    ({"sync": "sync"}, {"sync": "1"}),
    ({"end_fsync": "2"}, {"end_fsync": "1"}),
    ({"random_distribution": "zipf:1.20"}, {"random_distribution": "zipf:1.2"}),
    ({"thinktime": "0us"}, {}),
]
DIFFERENT = [
    ({"thinktime": "1000"}, {"thinktime": "1s"}, "thinktime: 1000us against 1s"),
    ({"rate": "1m"}, {"rate": "1000k"}, "rate: 1m against 1000k"),
    ({"thinktime": "1000"}, {}, "thinktime: 1000us against unknown"),
    ({"buffer_pattern": "0"}, {}, "buffer_pattern: 0 against unknown"),
    ({"direct": False}, {}, "direct: 0 against 1"),
    ({"target": "1024k"}, {"target": "1m"}, "target: 1024k against 1m"),
]


def pair(metric, older, newer):
    return tuple(replace(metric(ID, 100, 101, 99), settings=BOTH | own) for own in (older, newer))


@pytest.mark.parametrize(("older", "newer"), EQUAL)
def test_equal_values_are_no_difference(run_of, metric, older, newer):
    old, new = pair(metric, older, newer)
    assert differences(old, new) == ""
    assert alike(old, new)
    (row,) = compare([run_of("a", old), run_of("b", new)]).rows
    assert row.cells[1].ratio is not None
    column = FigureColumn(unit="IOPS", better="higher")
    for host, one in enumerate((old, new)):
        column.add(host, one, 100)
    assert list(column.settings) == [0, 0]


@pytest.mark.parametrize(("older", "newer", "said"), DIFFERENT)
def test_other_values_are_a_difference(metric, older, newer, said):
    old, new = pair(metric, older, newer)
    assert differences(old, new) == said
    assert not alike(old, new)


def test_what_is_no_job_of_fio_is_compared_as_it_is(metric):
    old, new = (replace(metric("build.cold.seconds", 1, 2, 3), settings={"rate": rate}) for rate in ("1024k", "1m"))
    assert not alike(old, new)
