"""Convert the options of ``hostcheck bench`` into the options of each workload."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from hostcheck.bench.base import Allowance, Effort, Options
from hostcheck.bench.build.options import BuildOptions
from hostcheck.bench.cpu.options import CpuOptions
from hostcheck.bench.disk.options import LIKE, LIKE_BYTES, DiskOptions
from hostcheck.bench.network.options import NetworkOptions, Peer
from hostcheck.bench.storm.options import StormOptions
from hostcheck.bench.sustained import Sustained
from hostcheck.errors import UsageError


def arguments_of(words: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return (name, value) pairs of build arguments. Those without a value get it from the environment, as in docker.

    Of two values of one argument the last one counts.

    Raises:
        UsageError: if an argument has no name.
    """
    if any(word.startswith("=") for word in words):
        raise UsageError("--build-arg: there is no name before =", remedy="write it as NAME=VALUE")
    split = (word.partition("=") for word in words)
    found = {name: value if sign else os.environ.get(name) for name, sign, value in split}
    return tuple(sorted((name, value) for name, value in found.items() if value is not None))


def allowed_of(given: Mapping[Allowance, bool]) -> frozenset[Allowance]:
    """Return the allowances (--allow-busy…) that the user gave."""
    return frozenset(name for name, is_allowed in given.items() if is_allowed)


def options_of(
    effort: Effort,
    *,
    like: str | None,
    own_jobs: tuple[Path, ...],
    asked_bytes: int | None,
    sustained: Sustained | None,
    build: Mapping[str, Any],
    counts: tuple[int, ...],
    image: str | None,
    storm: Mapping[str, Any],
    peer: Peer | None,
) -> Options:
    """Return the presets of the effort, changed by what the user requested for each workload."""
    disk = replace(DiskOptions.preset(effort), own_jobs=own_jobs, asked_bytes=asked_bytes, sustained=sustained)
    if like is not None:
        disk = replace(disk, jobs=LIKE[like], asked_bytes=asked_bytes or LIKE_BYTES[like])
    own_build = replace(BuildOptions.preset(effort), **build)
    own_storm = replace(StormOptions.preset(effort), counts=counts, image=image, **storm)
    cpu = replace(CpuOptions.preset(effort), sustained=sustained)
    network = replace(NetworkOptions.preset(effort), peer=peer)
    return Options(effort, (disk, own_build, own_storm, cpu, network))
