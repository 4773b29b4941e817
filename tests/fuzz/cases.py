"""One case of each kind of hostile input: what it begins with, changed, and given to the command that reads it."""

import io
import json
import os
import sys
import tarfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from random import Random
from unittest import mock

from hostcheck.audit import collect
from hostcheck.bench.base import CannotRun
from hostcheck.bench.engine.connection import describe
from hostcheck.cli import main
from hostcheck.errors import UsageError
from hostcheck.fio.jobfile import read_jobfile
from hostcheck.host.captured import CapturedHost
from hostcheck.host.tree import MemoryTree
from hostcheck.resources import data_dir
from tests.fuzz.inputs import (
    HOST,
    JOB,
    ODD,
    POLICY,
    PROFILE,
    TOP,
    WORKLOADS,
    changed_bytes,
    changed_json,
    changed_text,
    changed_toml,
)

SLOWEST_SECONDS = 5.0
"""Seconds of CPU that a case may take."""


class ProvingHost(CapturedHost):
    """A host whose missing files prove something: more is concluded from each."""

    proves_absence = True


def run(*argv: object) -> tuple[int, str]:
    """Run a command in this process.

    Returns:
        Its exit code, and what it wrote to standard error.
    """
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with mock.patch.multiple(sys, argv=["hostcheck", *map(str, argv)], stdout=out, stderr=err):
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    return code, err.buffer.getvalue().decode("utf-8", "replace")  # type: ignore[attr-defined]


def require_good(argv: tuple[object, ...], code: int, said: str) -> None:
    """Require that a command ended as one does, whatever it read.

    Raises:
        AssertionError: when it did not.
    """
    assert code in ({0, 1, 2, 3, 4} if argv[0] in {"gate", "fits"} else {0, 2, 4}), (argv, code, said)
    assert "mistake in hostcheck" not in said, (argv, said)
    assert "Traceback" not in said, (argv, said)
    assert code != 2 or len(said.splitlines()) == 1, (argv, said)


def command(*argv: object) -> None:
    """Run a command, and require that it ended as one does."""
    require_good(argv, *run(*argv))


@cache
def reference() -> dict:
    """Return a run of published figures."""
    return json.loads((data_dir("benchmarks") / "references" / "nvme-vps-2014.json").read_text())


@cache
def audited() -> dict:
    """Return the run of an audit of the made-up host."""
    from hostcheck.audit import audit_host
    from hostcheck.run.codec import to_json

    return json.loads(json.dumps(to_json(audit_host(CapturedHost(tree_of(HOST)), profiles=["docker"]))))


@cache
def outputs() -> tuple[bytes, ...]:
    """Return outputs of fio."""
    return tuple(path.read_bytes() for path in sorted((TOP / "fio" / "outputs").glob("*.json"))[:12])


def tree_of(files: Mapping[str, bytes]) -> MemoryTree:
    return MemoryTree({path.strip("/"): data for path, data in files.items()})


def host(chance: Random, folder: Path) -> None:
    """Audit a host some files of which are hostile."""
    files = dict(HOST)
    for path in chance.sample(sorted(files), chance.randint(1, 3)):
        files[path] = changed_bytes(chance, files[path])
    kind = chance.choice((CapturedHost, ProvingHost))
    failed = [fact for fact in collect(kind(tree_of(files))).values() if fact.id.startswith("probe.")]
    assert not failed, failed


def capture(chance: Random, folder: Path) -> None:
    """Replay a capture whose index or archive is hostile."""
    text = (TOP / "fuzz" / "capture.json").read_text()
    index = changed_json(chance, json.loads(text)) if chance.random() < 0.7 else None
    data = json.dumps(index).encode() if index is not None else changed_text(chance, text).encode("utf-8", "replace")
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=1) as archive:
        for name, content in (("proc/version", HOST["/proc/version"]), (".evidence/capture.json", data)):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        if chance.random() < 0.3:
            link = tarfile.TarInfo("proc/link")
            link.type, link.linkname = tarfile.SYMTYPE, chance.choice(("link/" * 20, "../" * 30, "/proc/link/x"))
            archive.addfile(link)
    whole = packed.getvalue()
    if chance.random() < 0.2:
        at = chance.randrange(len(whole))
        whole = whole[:at] + chance.randbytes(3) + whole[at + 3 :]
    (folder / "host.tar.gz").write_bytes(whole)
    command("audit", "--capture", folder / "host.tar.gz", "-o", f"json:{folder}/run.json")
    with suppress(FileNotFoundError):
        failed = [name for name in json.loads((folder / "run.json").read_text())["facts"] if name.startswith("probe.")]
        (folder / "run.json").unlink()
        assert not failed, failed


def run_file(chance: Random, folder: Path) -> None:
    """Compare and judge a hostile run file."""
    whole = chance.choice((reference(), audited()))
    if chance.random() < 0.7:
        text = json.dumps(changed_json(chance, whole))
    else:
        text = changed_text(chance, json.dumps(whole, indent=1))
    (folder / "run.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    if chance.random() < 0.5:
        command("gate", "--run", folder / "run.json", "-p", "docker")
    else:
        command("compare", folder / "run.json", "reference:nvme-vps-2014", "-o", f"json:{os.devnull}")


def fio_output(chance: Random, folder: Path) -> None:
    """Import a hostile output of fio."""
    (folder / "fio.json").write_bytes(changed_bytes(chance, chance.choice(outputs())))
    command("import", "fio", folder / "fio.json", "-o", f"json:{os.devnull}")


def job_file(chance: Random, folder: Path) -> None:
    """Read a hostile job file."""
    (folder / "mine.fio").write_bytes(changed_bytes(chance, JOB.encode()))
    with suppress(UsageError):
        read_jobfile(folder / "mine.fio")


def policy(chance: Random, folder: Path) -> None:
    """Judge by a hostile policy."""
    (folder / "policy.toml").write_text(changed_toml(chance, POLICY))
    command("gate", "--run", "reference:nvme-vps-2014", "--policy", folder / "policy.toml")


def profile(chance: Random, folder: Path) -> None:
    """Read a hostile profile, and judge by it."""
    (folder / "mine.toml").write_text(changed_toml(chance, PROFILE))
    command("gate", "--run", "reference:nvme-vps-2014", "-p", folder / "mine.toml")


def engine(chance: Random, folder: Path) -> None:
    """Describe an engine by hostile answers."""
    version = {"Version": "29.1", "ApiVersion": "1.52", "MinAPIVersion": "1.44", "Components": [{"Name": "Engine"}]}
    info = {
        "Name": os.uname().nodename,
        "DockerRootDir": "/",
        "Driver": "overlay2",
        "SecurityOptions": ["name=seccomp"],
        "DriverStatus": [["a", "b"]],
        "Rootless": False,
    }
    said = [changed_json(chance, each) for each in (version, info)]
    with suppress(CannotRun, OSError):
        describe("unix:///x", said[0], said[1], str(chance.choice(ODD)))  # type: ignore[arg-type]


def workload_file(chance: Random, folder: Path) -> None:
    """Judge a hostile workload file of each format."""
    file = chance.choice(WORKLOADS)
    (folder / file.name).write_bytes(changed_bytes(chance, file.read_bytes()))
    command("fits", folder / file.name, "--lint", "-o", f"json:{os.devnull}")
    (folder / file.name).unlink()


KINDS: dict[str, Callable[[Random, Path], None]] = {
    each.__name__: each
    for each in (host, capture, run_file, fio_output, job_file, policy, profile, workload_file, engine)
}


def case(kind: str, chance: Random, folder: Path) -> float:
    """Try one case, and return the seconds of CPU that it took.

    Raises:
        AssertionError: when it is not refused or read as it should be, or takes too long.
    """
    before = chance.getstate()
    taken = _seconds(kind, chance, folder)
    if taken >= SLOWEST_SECONDS:
        # The first of a kind also loads what reads it.
        chance.setstate(before)
        taken = _seconds(kind, chance, folder)
    assert taken < SLOWEST_SECONDS, f"it took {taken:.1f} s of CPU"
    return taken


def _seconds(kind: str, chance: Random, folder: Path) -> float:
    began = time.process_time()
    KINDS[kind](chance, folder)
    return time.process_time() - began
