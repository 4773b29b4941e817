"""The names of metrics from other users' jobs."""

import pytest

from hostcheck.fio.definition import define
from hostcheck.imports.names import metric_of


def named(direction="write", **options):
    job = {"rw": "randwrite", "bs": "4k", "iodepth": "32", "direct": "1", "ioengine": "libaio"}
    return metric_of(define(job | options), direction).id


@pytest.mark.parametrize(
    ("options", "metric"),
    [
        ({}, "fio.randwrite.4k.q32.iops"),
        ({"rw": "read", "bs": "1m", "iodepth": "8"}, "fio.read.1m.q8.bandwidth"),
        ({"bs": "64k"}, "fio.randwrite.64k.q32.bandwidth"),
        ({"bs": "4k,4k"}, "fio.randwrite.4k.q32.iops"),
        ({"bs": "4k,64k"}, "fio.randwrite.64k.q32.bandwidth"),
        ({"bssplit": "4k/50:64k/50"}, "fio.randwrite.several.q32.bandwidth"),
        ({"bs": "2300", "direct": "0", "fdatasync": "1"}, "fio.randwrite.2300.q32.buffered.fdatasync.iops"),
        ({"numjobs": "4"}, "fio.randwrite.4k.q32.j4.iops"),
        ({"rw": "write:8k"}, "fio.write.4k.q32.rw_argument.iops"),
    ],
)
def test_a_metric_is_named_by_what_the_job_did(options, metric):
    assert named("read" if options.get("rw") == "read" else "write", **options) == metric


def test_a_mix_is_named_with_its_share_of_reads_and_the_direction():
    assert named("read", rw="randrw", rwmixwrite="20") == "fio.randrw-80.4k.q32.read.iops"


def test_what_holds_a_job_back_is_in_its_name():
    assert named(rate_iops="50") == "fio.randwrite.4k.q32.rate_iops.iops"
