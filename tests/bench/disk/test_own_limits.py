"""I/O limits of control groups on this process and on the first one, as the files of both versions have them."""

import pytest

from hostcheck.bench.disk.own_limits import io_limits
from tests.probes.conftest import FakeHost

V2 = "29 1 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"
V1 = "31 1 0:28 / /sys/fs/cgroup/blkio rw - cgroup cgroup rw,blkio\n"
GROUPS = {"/proc/self/cgroup": "0::/a.slice/b\n", "/proc/1/cgroup": "0::/init.scope\n", "/proc/self/mountinfo": V2}


def limits(tree, number="254:0"):
    found = io_limits(number, FakeHost(tree))
    return found.get("io_limits"), found.get("io_limits_of_first")


def test_the_lowest_limit_of_the_groups_counts():
    tree = GROUPS | {
        "/sys/fs/cgroup/a.slice/b/io.max": "254:0 rbps=max wbps=1048576 riops=max wiops=120\n",
        "/sys/fs/cgroup/a.slice/b/io.latency": "254:0 target=75000\n",
        "/sys/fs/cgroup/a.slice/io.max": "254:0 rbps=2000000 wbps=max riops=max wiops=90\n",
    }
    assert limits(tree) == ({"wbps": 1048576, "wiops": 90, "rbps": 2000000, "target": 75000}, {})


def test_version_1_has_a_file_for_each_limit():
    tree = {
        "/proc/self/cgroup": "7:blkio:/x\n0::/\n",
        "/proc/1/cgroup": "7:blkio:/\n0::/\n",
        "/proc/self/mountinfo": V1,
        "/sys/fs/cgroup/blkio/x/blkio.throttle.write_iops_device": "254:0 350\n8:16 10\n",
        "/sys/fs/cgroup/blkio/blkio.throttle.read_bps_device": "254:0 2000000\n",
    }
    found = limits(tree)
    assert found == ({"wiops": 10, "rbps": 2000000}, {"rbps": 2000000}), "of a device that is not known all count"


def test_limits_of_other_disks_do_not_count():
    tree = GROUPS | {
        "/sys/devices/vda/vda1/dev": "254:1\n",
        "/sys/devices/vda/vda1/partition": "1\n",
        "/sys/devices/vda/dev": "254:0\n",
        "/sys/fs/cgroup/a.slice/b/io.max": "254:0 wiops=120\n8:0 riops=1\n254:1 rbps=9\n",
    }
    host = FakeHost(tree, links={"/sys/dev/block/254:1": "../../devices/vda/vda1"})
    assert io_limits("254:1", host)["io_limits"] == {"wiops": 120, "rbps": 9}


@pytest.mark.parametrize(
    ("tree", "right"),
    [
        (GROUPS, ({}, {})),
        (GROUPS | {"/proc/self/mountinfo": ""}, (None, None)),
        ({"/proc/version": "Linux version 2.6.18\n"}, ({}, {})),
        ({}, (None, None)),
        (GROUPS | {"/sys/fs/cgroup/a.slice/b/io.max": "\n254:0\n254:0 rbps\n254:0 wiops=x riops=-1\n"}, ({}, {})),
    ],
)
def test_what_cannot_be_read_is_unknown_and_no_file_is_no_limit(tree, right):
    assert limits(tree) == right
