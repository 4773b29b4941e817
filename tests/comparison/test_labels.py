from dataclasses import replace

import pytest

from hostcheck.comparison.labels import amount_of, headline_of, in_a_sentence, in_order, label, row_label
from hostcheck.run.files import read_run


def test_a_published_lower_bound_keeps_its_plus():
    assert amount_of(read_run("reference:nvme-vps-2014").metric("disk.randwrite.iops")) == "25,000+"
    assert amount_of(read_run("reference:sata-vps-2014").metric("build.cold.seconds")) == "4m 12s"


def test_the_table_begins_with_the_rows_it_was_asked_for():
    ids = ["zzz.new", "disk.randread.iops", "storm.makespan.seconds", "build.cold.seconds"]
    ids += ["disk.randwrite.iops", "disk.seqread.bandwidth", "disk.seqread.bandwidth"]
    assert in_order(ids) == [
        "disk.seqread.bandwidth",
        "disk.randwrite.iops",
        "build.cold.seconds",
        "storm.makespan.seconds",
        "disk.randread.iops",
        "zzz.new",
    ]


def test_each_number_of_a_curve_has_a_label():
    assert label("storm.curve.40.seconds") == "Storm of 40 containers"
    assert label("storm.curve.x.seconds") == "storm.curve.x.seconds"


@pytest.mark.parametrize(
    ("counts", "name", "headline"),
    [
        ((20, 20), "Storm of 20 containers", "a storm of 20 containers"),
        ((20, 40), "Storm: all ready", "a storm of containers"),
        ((20, None), "Storm: all ready", "a storm of containers"),
        ((), "Storm: all ready", "a storm of containers"),
    ],
    ids=["of as many", "of other numbers", "of one that is not known", "of no host"],
)
def test_a_storm_says_of_how_many_containers_it_is(metric, counts, name, headline):
    makespan = metric("storm.makespan.seconds", 2.0, 2.1)
    metrics = [replace(makespan, settings={} if count is None else {"containers": count}) for count in counts]
    assert row_label(makespan.id, metrics) == name
    assert headline_of(makespan.id, metrics) == headline
    assert row_label("storm.single.seconds", metrics) == "One container: ready"
    assert headline_of("storm.single.seconds", metrics) == ""


@pytest.mark.parametrize(
    ("metric", "words"),
    [
        ("fio.randread.4k.q64.iops", "Random read, 4k, 64 in flight"),
        ("fio.write.2m.q64.bandwidth", "Sequential write, 2m, 64 in flight"),
        ("fio.randrw-50.512k.q64.j2.write.bandwidth", "Random 50/50 write, 512k, 2×64 in flight"),
        ("fio.rw-70.8k.q16.mixed.iops", "Sequential 70/30 mixed, 8k, 16 in flight"),
        ("fio.randread.4k.q64.buffered.iops", "fio.randread.4k.q64.buffered.iops"),
        ("fio.randread.4k.q64.iops.2", "fio.randread.4k.q64.iops.2"),
        ("fio.test.4k.read.iops", "fio.test.4k.read.iops"),
    ],
)
def test_a_plain_job_of_fio_has_a_label_and_one_with_more_options_its_id(metric, words):
    assert label(metric) == words


def test_a_label_in_a_sentence_has_no_mark_that_would_part_two():
    assert in_a_sentence("Random read, one at a time") == "random read (one at a time)"
    assert in_a_sentence("Storm: create, median") == "storm (create, median)"
    assert in_a_sentence("2,000 files made and deleted") == "2,000 files made and deleted"
