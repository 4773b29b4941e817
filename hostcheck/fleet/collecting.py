"""Collect run files and captures, plain or gzipped, that hosts sent by themselves or that came with tickets."""

import gzip
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from hostcheck.audit import audit_host
from hostcheck.errors import HostcheckError, UsageError
from hostcheck.filekinds import kind_of
from hostcheck.fleet.auditing import Report
from hostcheck.fleet.host import Placed, State
from hostcheck.fleet.standing import Standing
from hostcheck.fleet.state import Fleet
from hostcheck.host.identity import CAPTURED_NAME
from hostcheck.run.files import LARGEST_BYTES, read_run, run_of_bytes
from hostcheck.run.model import HostIdentity, Run
from hostcheck.userfile import is_file, is_folder

_SAME_MEMORY = 1.05
"""Maximum ratio of a machine's memory under two kernels: a kernel uses 1 to 3 % itself."""

_SUFFIXES = (".gz", ".json", ".txt", ".tar")


def collect(
    fleet: Fleet, files: Sequence[Path], profiles: Sequence[str], roles: Sequence[str], report: Report
) -> Standing:
    """Store the runs in files, audit captures and store their runs, and return the standing of the whole fleet.

    A host has the name in its run. If a capture has no name, it has the name of the file. The latest run of a host is
    kept: a run that is not later than the kept one, or than a failed attempt to audit the host, is skipped. A file that
    cannot be read is reported, and the others are stored. If two different machines have the same name, as clones do,
    the second has the name of its file.

    Args:
        fleet: the fleet; it is created if it does not exist.
        files: the files, and folders whose files are read.
        profiles: the profiles by which captures are judged.
        roles: the roles for which captures are audited.
        report: a function that is called for each host.

    Raises:
        UsageError: if there is no file.
        CannotMeasureError: if the fleet cannot be written.
    """
    paths = list(_files(files))
    if not paths:
        raise UsageError("there is no file to collect", remedy="name run files, captures, or folders of them")
    fleet.create()
    with fleet.held():
        times = {host.name: host.time for host in fleet.hosts()}
        kept = {host.name: host for host in fleet.hosts() if host.file}
        machines: dict[str, HostIdentity] = {}
        for path in paths:
            try:
                run = _run(path, profiles, roles)
            except HostcheckError as error:
                report(path.name, State.FAILED, str(error))
                continue
            name = run.host.name if run.host.name != CAPTURED_NAME else _stem(path)
            if name not in machines:
                earlier = fleet.run(kept[name]) if name in kept else None
                machines[name] = earlier.host if earlier else run.host
            if _differ(machines[name], run.host):
                name = _stem(path)
            if run.started <= times.get(name, ""):
                report(name, State.SKIPPED, f"{path.name} is not newer than the kept run")
                continue
            times[name] = run.started
            fleet.add(Placed(name))
            fleet.keep(name, run)
            report(name, State.DONE, "")
        return Standing(fleet, list(fleet.hosts()))


def _differ(one: HostIdentity, other: HostIdentity) -> bool:
    """Return whether two runs belong to different machines, by properties that updates and reboots do not change."""
    pairs = ((one.arch, other.arch), (one.cpus, other.cpus))
    if any(first is not None and second is not None and first != second for first, second in pairs):
        return True
    sizes = sorted((one.memory_bytes or 0, other.memory_bytes or 0))
    return sizes[0] > 0 and sizes[1] > _SAME_MEMORY * sizes[0]


def _files(files: Sequence[Path]) -> Iterator[Path]:
    for path in files:
        if is_folder(path):
            yield from sorted(each for each in path.iterdir() if is_file(each) and not each.name.startswith("."))
        else:
            yield path


def _run(path: Path, profiles: Sequence[str], roles: Sequence[str]) -> Run:
    """Return the run in a file; for a capture, audit it and return the run of that.

    Raises:
        HostcheckError: if the file is neither.
    """
    if path.name.endswith(".json.gz"):
        try:
            with gzip.open(path) as file:
                return run_of_bytes(file.read(LARGEST_BYTES + 1), str(path))
        except (OSError, EOFError, zlib.error) as error:
            raise UsageError(f"reading the run {path}: {error}", remedy="send it again") from error
    kind = kind_of(path)
    if kind is not None and kind.name.startswith("capture"):
        return audit_host(path, profiles=profiles, roles=roles)
    return read_run(path)


def _stem(path: Path) -> str:
    name = path.name
    while name.endswith(_SUFFIXES):
        name = name.rpartition(".")[0]
    return name
