"""Which limits are set where; the kernel itself takes those of version 1 in test_known_disk."""

from pathlib import Path

import pytest

from hostcheck.bench.base import CannotRun
from hostcheck.bench.emulated.throttle import GroupThrottle, RootThrottle, find_throttle
from hostcheck.bench.emulated.tier import TIERS
from hostcheck.host.mounts import Mount

KNOBS = ("read_iops", "write_iops", "read_bps", "write_bps")


def mounted(path: Path, fs_type: str, *options: str) -> Mount:
    return Mount("0:30", "/", str(path), ("rw",), fs_type, fs_type, ("rw", *options))


def limits(group: Path) -> list[str]:
    return [(group / f"blkio.throttle.{knob}_device").read_text() for knob in KNOBS]


def test_version_1_limits_the_root_and_the_group_of_this_process(tmp_path):
    own = tmp_path / "user.slice"
    own.mkdir()
    throttle = find_throttle(
        (mounted(tmp_path, "cgroup", "blkio"),), "7:cpu:/\n6:blkio:/user.slice\n0::/x\n", "7:3", "hostcheck-1"
    )
    throttle.set(TIERS["sata"])
    assert throttle.group is None
    for group in (tmp_path, own):
        assert limits(group) == ["7:3 350\n", "7:3 350\n", "7:3 120000000\n", "7:3 120000000\n"]
    throttle.clear()
    for group in (tmp_path, own):
        assert limits(group) == ["7:3 0\n"] * 4


def test_version_2_limits_a_group_of_its_own(tmp_path):
    (tmp_path / "cgroup.controllers").write_text("cpu io memory\n")
    throttle = find_throttle((mounted(tmp_path, "cgroup2"),), "0::/init.scope\n", "7:3", "hostcheck-1")
    throttle.set(TIERS["sata"])
    assert throttle.group == tmp_path / "hostcheck-1"
    limits = (tmp_path / "hostcheck-1" / "io.max").read_text()
    assert limits == "7:3 riops=350 wiops=350 rbps=120000000 wbps=120000000\n"


def test_version_1_is_taken_where_both_are_mounted(tmp_path):
    (tmp_path / "cgroup.controllers").write_text("\n")
    mounts = (mounted(tmp_path, "cgroup2"), mounted(tmp_path, "cgroup", "blkio"))
    assert isinstance(find_throttle(mounts, "", "7:3", "x"), RootThrottle)


def test_a_group_that_cannot_be_made_is_reported_with_the_remedy(tmp_path):
    throttle = GroupThrottle(tmp_path / "nowhere", "x", "7:3")
    with pytest.raises(CannotRun, match=r"io\.max.*subtree_control"):
        throttle.set(TIERS["sata"])
    throttle.clear()


def test_without_a_group_for_disks_there_is_no_throttle(tmp_path):
    (tmp_path / "cgroup.controllers").write_text("cpu memory\n")
    with pytest.raises(CannotRun, match="no cgroup that can limit disks"):
        find_throttle((mounted(tmp_path, "cgroup2"), mounted(tmp_path, "cgroup", "cpu")), "", "7:3", "x")
