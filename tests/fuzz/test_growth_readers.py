"""What reads a whole file takes a time and a memory in proportion to it: captures, outputs of fio, policies, job files.

A file of a host is given to the probes that read it, whatever parses it there.
"""

import io
import json
import tarfile
from functools import partial
from pathlib import Path

import pytest

from hostcheck.audit import collect
from hostcheck.fio.jobfile import read_jobfile
from hostcheck.formats.terminal import Style, cut
from hostcheck.gate.policy_file import parse_policy
from hostcheck.host.archive import open_archive
from hostcheck.imports.importing import import_fio, import_pg_test_fsync, import_sysbench, import_yabs
from hostcheck.probes import EVERY
from hostcheck.profiles.loader import parse as parse_profile
from tests.effort import share
from tests.fuzz.cases import ProvingHost, tree_of
from tests.fuzz.growth import FACTOR, FREE, require_proportion
from tests.fuzz.inputs import HOST, POLICY, PROFILE

TOP = Path(__file__).parents[1]
OUTPUTS = TOP / "imports" / "outputs"
TIMES = 10


def fio_json(number, jobs=1):
    side = {"io_bytes": 40960, "io_kbytes": 40, "bw": 10, "iops": 10.5, "runtime": 1000, "total_ios": 10 + number}
    none = dict.fromkeys(side, 0)
    job = {"groupid": 0, "error": 0, "elapsed": 2, "job options": {"rw": "read"}, "read": side, "write": none}
    entries = [{"jobname": f"j{number}.{place}", **job} for place in range(jobs)]
    return json.dumps({"fio version": "fio-3.33", "timestamp": 1700000000 + 100 * number, "jobs": entries}) + "\n"


def numbered(text, name):
    """Give a text many times, each with another name, so that no copy is a repetition."""
    return lambda number: text.replace(name, f"{name}{number}")


def the_first_lines(name, count=None):
    return "\n".join((OUTPUTS / name).read_text().splitlines()[:count]) + "\n"


SYSBENCH = """sysbench 1.0.20 (using system LuaJIT 2.1.0-beta3)

Number of threads: 4
Extra file open flags: directio
128 files, 16MiB each
2GiB total file size
Block size 16KiB
Using synchronous I/O mode
Doing random read test

File operations:
    reads/s:                      8259.22
    writes/s:                     0.00
"""
PG = """Compare file sync methods using one 8kB write:
        fdatasync                          3520.112 ops/sec     284 usecs/op
"""


def in_file(read):
    def reading(path, text):
        path.write_text(text)
        return read(path)

    return reading


READERS = {
    "a word on the terminal": (lambda _, text: Style().wrap(f"the host {text} is faster", 2), lambda _: "x" * 500),
    "a name on the terminal": (lambda _, text: cut(text, 30), lambda _: "字é" * 500),
    "fio, documents": (in_file(lambda path: import_fio([path], None)), fio_json),
    "fio, a diff": (in_file(lambda path: import_fio([path], None)), lambda number: f"-a {number}\n+b {number}\n"),
    "fio, JSON of others": (in_file(lambda path: import_fio([path], None)), lambda _: '{"a": [{"b":\n{"c": 1}}]}\n'),
    "fio, broken documents": (
        in_file(lambda path: import_fio([path], None)),
        lambda number: fio_json(number)[:-9] + "\n",
    ),
    "fio, normal": (
        in_file(lambda path: import_fio([path], None)),
        numbered(the_first_lines("normal.txt"), "people"),
    ),
    "fio, jobs of a normal output": (
        in_file(lambda path: import_fio([path], None)),
        lambda number: (
            f"j{number}: (groupid={number}, jobs=1): err= 0: pid=1{number}: Sun Nov 29 14:31:57 2026\n"
            "  read: IOPS=7131, BW=27.9MiB/s (29.2MB/s)(28.0MiB/1004msec)\n"
        ),
    ),
    "fio, groups of a normal output": (
        in_file(lambda path: import_fio([path], None)),
        lambda number: (
            f"j: (groupid={number}, jobs=1): err= 0: pid=1{number}: Sun Nov 29 14:31:57 2026\n"
            "  read: IOPS=7131, BW=27.9MiB/s (29.2MB/s)(28.0MiB/1004msec)\n"
            f"Run status group {number} (all jobs):\n   READ: bw=27.9MiB/s (29.2MB/s), io=28.0MiB (29.4MB)\n"
        ),
    ),
    "fio, parts without first lines": (
        in_file(lambda path: import_fio([path], None)),
        lambda number: (
            f"j: (groupid=0, jobs=1): err= 0: pid=1{number}: Sun Nov 29 14:31:57 2026\n"
            + "  read: IOPS=7131, BW=27,9MiB/s (29,2MB/s)(28,0MiB/1004msec)\n" * 2
        ),
    ),
    "fio, excerpts": (
        in_file(lambda path: import_fio([path], None)),
        lambda number: (
            (
                f"j{number}: (groupid=0, jobs=1): err= 0: pid=1{number}: Sun Nov 29 14:31:57 2026\n"
                "  read: IOPS=7131, BW=27.9MiB/s (29.2MB/s)(28.0MiB/1004msec)\n"
            )
            * 2
        ),
    ),
    "fio, a merge": (in_file(lambda path: import_fio([path], None)), lambda _: "@@@ -1,2 -1,2 +1,2 @@@\n- a\n++b\n"),
    "fio, cells": (
        in_file(lambda path: import_fio([path], None)),
        lambda number: f"| a | j{number}: (g=0): rw=read<br>b |\n",
    ),
    "fio, terse": (in_file(lambda path: import_fio([path], None)), numbered(the_first_lines("terse4.txt"), ";terse")),
    "fio, runs of terse": (
        in_file(lambda path: import_fio([path], None)),
        numbered(the_first_lines("terse4.txt") + "\nand\n", ";terse"),
    ),
    "yabs, text": (in_file(lambda path: import_yabs([path], None)), lambda _: (TOP / "imports/yabs.txt").read_text()),
    "yabs, rows": (in_file(lambda path: import_yabs([path], None)), lambda _: "Read | 205.31 MB/s  (51.3k)\n" * 9),
    "yabs, bare rows": (in_file(lambda path: import_yabs([path], None)), lambda _: "Read   205.31 MB/s  (51.3k)\n" * 9),
    "sysbench": (in_file(lambda path: import_sysbench([path], None)), lambda _: SYSBENCH),
    "pg_test_fsync": (in_file(lambda path: import_pg_test_fsync([path], None)), lambda _: PG),
    "job file": (in_file(read_jobfile), lambda number: f"bs={number}k\n" if number else "[j]\nrw=read\n"),
    "policy": (
        lambda path, text: parse_policy(text, path),
        lambda number: (
            f'[[gate.waiver]]\nid = "net.a{number}"\nreason = "b"\n' if number else POLICY.replace("require", "#")
        ),
    ),
    "policy of keys": (
        lambda path, text: parse_policy(text, path),
        lambda number: f"key{number} = 1\n" if number else "[gate]\n",
    ),
    "profile": (
        lambda path, text: parse_profile(text, path),
        lambda number: PROFILE[PROFILE.index("[[check]]") :].replace("mine", f"mine{number}") if number else PROFILE,
    ),
}


@pytest.mark.parametrize("name", READERS)
def test_what_reads_a_file_takes_a_time_and_a_memory_in_proportion_to_it(name, tmp_path):
    read, piece = READERS[name]
    # What each document takes hides what each pair takes.
    times = TIMES * 5 if name == "fio, documents" else TIMES
    small, large = ("".join(map(piece, range(times * factor))) for factor in (1, FACTOR))
    require_proportion(partial(read, tmp_path / "input"), small, large, name, free=(10 * FREE, 100 * FREE))


def test_a_capture_takes_a_time_and_a_memory_in_proportion_to_its_files(tmp_path):
    def packed(files):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w:gz", compresslevel=1) as archive:
            for number in range(files):
                member = tarfile.TarInfo(f"proc/{number % 20}/file{number}")
                member.size = 10
                archive.addfile(member, io.BytesIO(b"0123456789"))
                link = tarfile.TarInfo(f"proc/link{number}")
                link.type, link.linkname = tarfile.SYMTYPE, f"link{number + 1}"
                archive.addfile(link)
        return out.getvalue()

    def reading(data):
        (tmp_path / "host.tar.gz").write_bytes(data)
        open_archive(tmp_path / "host.tar.gz")

    require_proportion(reading, packed(30), packed(300), "members", free=(FREE, 100 * FREE))


class Asked(ProvingHost):
    """Notes which files are asked for."""

    def read(self, path):
        self.paths.add(path)
        return super().read(path)


def probes_by_file():
    found = {}
    for name, reference in EVERY.items():
        host = Asked(tree_of(HOST))
        host.paths = set()
        collect(host, {name: reference})
        for path in host.paths & HOST.keys():
            found.setdefault(path, {})[name] = reference
    return found


BY_FILE = probes_by_file()
LINES = ("a b c d e f g h\n", "10.0.0.1 a b\n", "a=b\n", "-A a -j b\n", "  a {\n", "9")


@pytest.mark.parametrize("path", sorted(BY_FILE))
def test_probes_take_a_time_and_a_memory_in_proportion_to_a_file(path):
    # What many probes read they read by one function: the first ones are enough.
    probes = dict(list(BY_FILE[path].items())[:2])

    def audit(data):
        collect(ProvingHost(tree_of(HOST | {path: data})), probes)

    for piece in (*share(LINES, 3), HOST[path].decode()):
        small, large = ((piece * (20 * factor)).encode() for factor in (1, FACTOR))
        require_proportion(audit, small, large, repr(piece[:40]))


def test_the_files_of_a_host_are_read():
    assert len(BY_FILE) > 40
