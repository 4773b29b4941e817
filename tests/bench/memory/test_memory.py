"""The working set is larger than the caches, and the figures are read from what the programs print."""

import pytest

from hostcheck.bench.base import CannotRun
from hostcheck.bench.memory.cache import last_level_bytes, working_set
from hostcheck.bench.memory.programs import bandwidth, latency

MIB = 1 << 20


def test_the_largest_cache_of_any_cpu_counts(tmp_path):
    for cpu, index, size in (("cpu0", "index0", "32K"), ("cpu0", "index3", "32768K"), ("cpu1", "index3", "16384K")):
        folder = tmp_path / cpu / "cache" / index
        folder.mkdir(parents=True)
        (folder / "size").write_text(f"{size}\n")
    (tmp_path / "cpu1" / "cache" / "index3" / "size").write_text("nonsense")
    assert last_level_bytes(tmp_path) == 32 * MIB
    assert last_level_bytes(tmp_path / "none") == 0


@pytest.mark.parametrize(("cache", "expected"), [(0, 256), (32, 256), (65, 512), (96, 512), (384, 2048)])
def test_the_working_set_is_a_power_of_two_of_four_caches_or_more(cache, expected):
    assert working_set(cache * MIB) == expected * MIB


def program(folder, name, version):
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{version}'\n")
    path.chmod(0o755)


# sysbench 1.0.20, and stress-ng 0.19.02 of Debian 13.
READ = "Total operations: 43 (   42.93 per second)\n\n11008.00 MiB transferred (10989.86 MiB/sec)\n"
CHASE = "stress-ng: metrc: [7658] ptr-chase            676.59 nanosec per pointer (harmonic mean of 1 instance)\n"


def test_each_figure_is_in_the_unit_of_its_metric(tmp_path):
    program(tmp_path, "sysbench", "sysbench 1.0.20")
    program(tmp_path, "stress-ng", "stress-ng, version 0.19.02 (gcc 14.2.0, x86_64 Linux)")
    read, chase = bandwidth("read", str(tmp_path)), latency(str(tmp_path))
    assert (read.name, chase.name) == ("sysbench 1.0.20", "stress-ng 0.19.02")
    assert read.value(READ) == pytest.approx(11523.7, abs=0.1)
    assert chase.value(CHASE) == pytest.approx(676.59e-9)
    assert read.value("") is chase.value("") is None
    assert f"--memory-block-size={256 * MIB}" in read.command(1, 256 * MIB)
    assert "65536" in chase.command(1, 256 * MIB)


def test_a_program_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CannotRun, match="sysbench is not installed; install it"):
        bandwidth("read", str(tmp_path))
    with pytest.raises(CannotRun, match="stress-ng is not installed; install it"):
        latency(str(tmp_path))
