"""A private engine with options of its own, as people set engines up."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from hostcheck.bench.engine import private
from hostcheck.bench.engine.private import PrivateEngine

USUAL = private.dockerd_options
CPU = Path("/sys/fs/cgroup/cpu")
"""The CPU controller of control groups v1, as on the machine of the tests."""


@contextmanager
def configured(
    folder: Path, *options: str, without: tuple[str, ...] = (), prepare: Callable[[Path, str], None] | None = None
) -> Iterator[PrivateEngine]:
    """Start an engine with more options, and remove it.

    Args:
        folder: where its data goes.
        options: options of dockerd, which outrank those of a private engine.
        without: options of a private engine that it does not get, each as one word.
        prepare: called before it starts, with its folder for files and the name of its containers' control group.
    """

    def chosen(data_root: Path, state: Path, cgroup: str) -> list[str]:
        if prepare:
            prepare(state, cgroup)
        return [*(word for word in USUAL(data_root, state, cgroup) if word not in without), *options]

    with patch.object(private, "dockerd_options", chosen), PrivateEngine(folder) as engine:
        yield engine


def limited_to(cpus: float) -> Callable[[Path, str], None]:
    """Return what gives the containers' control group a quota of so many CPUs."""

    def limit(_state: Path, cgroup: str) -> None:
        group = CPU / cgroup
        group.mkdir()
        (group / "cpu.cfs_quota_us").write_text(f"{int(cpus * 100_000)}\n")

    return limit
