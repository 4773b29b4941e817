"""Promises that limits break which the kernel enforces on this machine, and that are kept without them."""

import json
import os
import shlex
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from hostcheck.bench.emulated.disk import known_disk
from hostcheck.bench.emulated.tier import parse_tier
from hostcheck.host.mounts import own_mounts
from tests.containers.lxc import executing
from tests.containers.place import CHECKOUT, Place
from tests.short import short_hostcheck

pytestmark = pytest.mark.real

HOSTCHECK = (sys.executable, "-m", "hostcheck")
CPUS = len(os.sched_getaffinity(0))
LIMITS = {
    1: {
        "memory": "lxc.cgroup.memory.limit_in_bytes = {}",
        "cpu": "lxc.cgroup.cpu.cfs_quota_us = {}",
    },
    2: {"memory": "lxc.cgroup2.memory.max = {}", "cpu": "lxc.cgroup2.cpu.max = {} 100000"},
}
"""The settings of LXC, by the version of control groups."""
DISK = ("random_write = '>= 1000 IOPS'", "sequential_read = '>= 100 MB/s'")


@contextmanager
def group(controller, **written):
    """Make a control group, and yield what joins it: limits by the names of version 1 and of version 2."""
    mounts = own_mounts()
    first = next((each for each in mounts if each.fs_type == "cgroup" and controller in each.super_options), None)
    top = Path(first.mount_point if first else next(each.mount_point for each in mounts if each.fs_type == "cgroup2"))
    if first is None:
        (top / "cgroup.subtree_control").write_text(f"+{controller}")
    folder = top / f"hostcheck-test-{controller}-{os.getpid()}"
    folder.mkdir()
    try:
        for name, text in written.items():
            if (file := folder / name.replace("__", ".", 1)).exists():
                file.write_text(text)
        yield lambda: (folder / "cgroup.procs").write_text(str(os.getpid()))
    finally:
        folder.rmdir()


def judge(tmp_path, *rows, run=None, join=None):
    """Judge a plan, by default by an audit of this machine; return the answer and what was found by key."""
    (tmp_path / "plan.toml").write_text("[promise]\n" + "\n".join(rows) + "\n")
    out = tmp_path / "promise.json"
    words = ("promise", tmp_path / "plan.toml", *([run] if run else []), "-o", f"json:{out}")
    done = subprocess.run([*HOSTCHECK, *words], preexec_fn=join, capture_output=True, text=True)
    assert done.returncode in {0, 1, 3}, done.stderr
    return {each["key"]: (each["answer"], each["found"]) for each in json.loads(out.read_text())["findings"]}


def bench(tmp_path, *words, join=None, **options):
    run = tmp_path / "run.json"
    command = short_hostcheck("bench", "--quick", "--no-store", *words, "-o", f"json:{run}", **options)
    done = subprocess.run(command, preexec_fn=join, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    return run


def judge_as_server(*rows, **limits):
    """Judge a plan within a container of LXC on this machine, which has these limits and is sold as a server."""
    with tempfile.TemporaryDirectory(prefix="hostcheck-") as folder:
        place = Place(Path(folder))
        (place.seen / "plan.toml").write_text("[promise]\nvirtualization = 'lxc'\n" + "\n".join(rows) + "\n")
        version = 1 if Path("/sys/fs/cgroup/memory").is_dir() else 2
        names = LIMITS[version]
        settings = ["lxc.mount.auto = cgroup:mixed:force"]
        settings += [names[name].format(number) for name, number in limits.items()]
        words = (*HOSTCHECK[1:], "promise", "/seen/plan.toml", "--no-experiments", "-o", "json:/seen/promise.json")
        look = f"cd {CHECKOUT} && {sys.executable} -B {' '.join(words)} || [ $? != 2 ]"
        done = subprocess.run(executing(place, *settings, look=look), capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        found = json.loads((place.seen / "promise.json").read_text())["findings"]
    return {each["key"]: (each["answer"], each["found"]) for each in found}


def test_less_memory_for_a_server_is_found_and_enough_is_kept():
    row = "memory = '1 GB'"
    answer, found = judge_as_server(row, memory=700 << 20)["memory"]
    assert (answer, "limits this container" in found) == ("broken", True)
    assert judge_as_server(row, memory=1100 << 20)["memory"][0] == "kept"


def test_half_of_the_cpu_time_of_a_server_is_found_and_all_of_it_waits_for_a_load():
    row = f"cpus = {CPUS}"
    answer, found = judge_as_server(row, cpu=CPUS * 50_000)["cpus"]
    assert (answer, "limits this container" in found) == ("broken", True)
    assert judge_as_server(row, cpu=CPUS * 100_000)["cpus"][0] == "cannot tell"


def test_what_limits_hostcheck_alone_is_not_the_sellers(tmp_path):
    rows = ("memory = '1 GB'", f"cpus = {CPUS}")
    quota = str(CPUS * 50_000)
    with (
        group("memory", memory__limit_in_bytes=str(700 << 20), memory__max=str(700 << 20)) as less,
        group("cpu", cpu__cfs_period_us="100000", cpu__cfs_quota_us=quota, cpu__max=f"{quota} 100000") as slower,
    ):
        found = judge(tmp_path, *rows, join=lambda: (less(), slower()))
    assert found["memory"][0] == "kept"
    assert (found["cpus"][0], "it is unknown whether the seller" in found["cpus"][1]) == ("cannot tell", True)


def test_a_mask_of_hostcheck_alone_is_not_the_sellers(tmp_path):
    answer, _ = judge(tmp_path, f"cpus = {CPUS}", join=lambda: os.sched_setaffinity(0, {0}))["cpus"]
    assert answer == "cannot tell"


TIERS = pytest.mark.parametrize(("tier", "broken"), [("350,400", "random_write"), ("5000,20", "sequential_read")])


def limits_of_a_container(tier, path):
    """Return the settings of LXC that limit a container to a tier on the disk that a folder is on."""
    number = path.stat().st_dev
    device, rate, size = f"{os.major(number)}:{os.minor(number)}", tier.iops, tier.bytes_per_second
    if not Path("/sys/fs/cgroup/blkio").is_dir():
        return [f"lxc.cgroup2.io.max = {device} riops={rate} wiops={rate} rbps={size} wbps={size}"]
    knobs = {"read_iops": rate, "write_iops": rate, "read_bps": size, "write_bps": size}
    return [f"lxc.cgroup.blkio.throttle.{knob}_device = {device} {limit}" for knob, limit in knobs.items()]


@TIERS
def test_a_limit_of_the_disk_of_a_server_is_found(tmp_path, tier, broken):
    tier = parse_tier(tier)
    with (
        known_disk(tier, 1600 << 20, f"promise{len(broken)}") as disk,
        tempfile.TemporaryDirectory(prefix="hostcheck-") as folder,
    ):
        place = Place(Path(folder))
        (place.root / "data").mkdir()
        settings = [
            "lxc.mount.auto = cgroup:mixed:force",
            f"lxc.mount.entry = {disk.path} data none rw,bind 0 0",
            *limits_of_a_container(tier, disk.path),
        ]
        words = ("bench", "--quick", "--no-store", "--only", "disk", "--dir", "/data", "-o", "json:/seen/run.json")
        command = shlex.join(short_hostcheck(*words, jobs=("randwrite", "seqread")))
        done = subprocess.run(
            executing(place, *settings, look=f"cd {CHECKOUT} && {command}"), capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        found = judge(tmp_path, "virtualization = 'lxc'", *DISK, run=place.seen / "run.json")
        assert found.pop("virtualization")[0] == "kept"
    assert {key: answer for key, (answer, _) in found.items()} == {
        key: "broken" if key == broken else "cannot tell" for key in ("random_write", "sequential_read")
    }


@TIERS
def test_a_limit_of_this_systems_own_is_named_and_breaks_nothing(tmp_path, tier, broken):
    with known_disk(parse_tier(tier), 1600 << 20, f"promise{len(broken)}") as disk:
        run = bench(tmp_path, "--only", "disk", "--dir", str(disk.path), jobs=("randwrite", "seqread"))
    found = judge(tmp_path, *DISK, run=run)
    assert {answer for answer, _ in found.values()} == {"cannot tell"}
    (other,) = {*found} - {broken}
    assert "memory" in found[other][1]
    assert "a control group of this system limits its I/O (" in found[broken][1]


def test_a_disk_without_limits_keeps_the_same(tmp_path):
    run = bench(tmp_path, "--only", "disk", "--dir", str(tmp_path), jobs=("randwrite", "seqread"))
    assert {answer for answer, _ in judge(tmp_path, *DISK, run=run).values()} == {"kept"}


def test_a_loop_device_of_the_buyers_breaks_and_keeps_nothing(tmp_path):
    image, mounted = tmp_path / "image", tmp_path / "mounted"
    with image.open("wb") as file:
        file.truncate(1600 << 20)
    mounted.mkdir()
    subprocess.run(["mkfs.ext4", "-q", image], check=True)
    subprocess.run(["mount", "-o", "loop,sync", image, mounted], check=True)
    try:
        run = bench(tmp_path, "--only", "disk", "--dir", str(mounted), jobs=("randwrite",))
    finally:
        subprocess.run(["umount", mounted], check=True)
    for row, said in (("random_write = '>= 900M IOPS'", "sync"), ("random_write = '1 IOPS'", "loop")):
        answer, found = judge(tmp_path, row, run=run)["random_write"]
        assert (answer, said in found) == ("cannot tell", True), found
