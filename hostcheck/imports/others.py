"""Recognise outputs of other programs: what they are, why most cannot be imported, and what to use instead.

Most contain a value without its conditions: the size of the I/Os, the queue depth, the use of the page cache, flushes.
Without these, a value cannot be compared.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from hostcheck.errors import UsageError
from hostcheck.filekinds import FIO as FIO_OUTPUT
from hostcheck.filekinds import PG_TEST_FSYNC, SYSBENCH, YABS

Kind = Literal["fio", "yabs", "sysbench", "pg_test_fsync"]
"""The kinds of output that can be imported."""

FIO = "import the JSON that fio writes with --output-format=json, or measure with hostcheck bench"


@dataclass(frozen=True, slots=True)
class Other:
    """One kind of output.

    Attributes:
        sign: a pattern that only this kind matches.
        what: description of the output, and the conditions that are missing.
        instead: what to do instead.
    """

    sign: str
    what: str
    instead: str = FIO


OTHERS: Mapping[str, Other] = MappingProxyType(
    {
        "kbench": Other(
            r"^[^\w\n]{0,40}FIO Benchmark Summary\b",
            "the summary of kbench, without queue depth and size of its I/Os",
            "import the JSON files of fio beside it (…-iops.json, …-bandwidth.json, …-latency.json)",
        ),
        "dbench": Other(
            r"^[^\w\n]{0,40}(?:Dbench Summary\b|Random Read/Write IOPS: )",
            "the log of dbench, whose summary is rounded and does not say how it was measured",
            "have its fio write --output-format=json, and import that",
        ),
        "kubestr": Other(
            r"^[^\w\n]{0,40}JobName: \w{1,60}\n[^\n]{0,40}blocksize=",
            "the text of kubestr, which does not say how many processes there were, nor whether they were direct",
            "call kubestr fio -o json, and import the part of fio in it",
        ),
        "Python's text of fio's JSON": Other(
            r"'fio version': '",
            "fio's JSON as Python prints it, which is not JSON",
            "import the file that fio wrote, or have json.dumps write it",
        ),
        "YAML of fio's JSON": Other(
            r"^[^\w\n]{0,40}fio version: ['\"]?fio-",
            "fio's JSON as YAML",
            "import the JSON that fio wrote",
        ),
        "the end of fio's output": Other(
            r"^[^\w\n]{0,40}(?-i:READ|WRITE|MIXED): (?:io|bw)=",
            "the end of fio's output, which says neither what each job did nor its I/Os a second",
            "import the lines above them too",
        ),
        "nench": Other(
            r"\bnench\.sh v|^[^\w\n]{0,40}ioping: seek rate\b|^[^\w\n]{0,40}dd: sequential write speed\b",
            "the text of nench: ioping, and dd of zeros with one flush at the end",
        ),
        "bench.sh": Other(
            r"^[^\w\n]{0,40}I/O speed ?\( ?(?:1st run|2nd run|3rd run|average|1\.0GB)",
            "the text of bench.sh or of a script like it: dd of zeros with one flush at the end",
        ),
        "sysbench": Other(
            SYSBENCH,
            "the text of sysbench",
            "run hostcheck import sysbench if this is its file test",
        ),
        "pg_test_fsync": Other(
            PG_TEST_FSYNC,
            "the text of pg_test_fsync",
            "run hostcheck import pg_test_fsync",
        ),
        "CrystalDiskMark": Other(
            r"\bCrystalDiskMark \d",
            "the text of CrystalDiskMark, which measures Windows with DiskSpd",
            "measure with fio there, and import its JSON",
        ),
        "KDiskMark": Other(
            r"\bKDiskMark\b[^\n]{0,20}[(\d]",
            "the text of KDiskMark, whose MB are thousands of KiB and whose figures are means of five seconds",
        ),
        "DiskSpd": Other(
            r"^[^\w\n]{0,40}Command Line: [^\n]{0,200}diskspd|^[^\w\n]{0,40}Results for timespan \d+:",
            "the text of DiskSpd",
            "measure with fio there, and import its JSON",
        ),
        "ioping": Other(
            r"\bioping statistics ---|\brequests completed in [^\n]{0,80}\biops\b|^[^\w\n]{0,40}min/avg/max/mdev = \d",
            "the text of ioping, which does not say whether the page cache was in it",
        ),
        "pveperf": Other(
            r"^[^\w\n]{0,40}FSYNCS/SECOND: ",
            "the text of pveperf, which does not say how large its writes and its file are",
        ),
        "hdparm": Other(
            r"^[^\w\n]{0,40}Timing (?:buffered disk|O_DIRECT disk|cached|O_DIRECT cached) reads:",
            "the text of hdparm: reads at one place of a device for three seconds",
        ),
        "bonnie++": Other(r"-Sequential Output-", "the table of bonnie++, whose I/Os go through the page cache"),
        "IOzone": Other(
            r"\bIozone: Performance Test of File I/O",
            "the table of IOzone, which does not say how much the page cache took",
        ),
        "elbencho": Other(
            r"^[^\w\n]{0,40}OPERATION[ ]{1,40}RESULT TYPE\b", "the table of elbencho, without its options"
        ),
        "vdbench": Other(r"\bVdbench distribution: vdbench", "the text of Vdbench"),
        "pgbench": Other(
            r"^[^\w\n]{0,40}(?:transaction type: |tps = [\d.]+ \((?:including|excluding|without))",
            "the text of pgbench, which measures a database",
        ),
        "UnixBench": Other(
            r"^[^\w\n]{0,40}File Copy \d+ bufsize \d+ maxblocks",
            "the text of UnixBench, whose copies stay in the page cache",
        ),
        "Geekbench": Other(
            r"^[^\w\n]{0,40}Geekbench \d [^\n]{0,40}(?:Benchmark Test|Score)",
            "the text of Geekbench, which measures no disk",
        ),
        "rados bench": Other(
            r"^[^\w\n]{0,40}Total (?:writes|reads) made:",
            "the text of rados bench, which measures a cluster, not a disk",
        ),
        "Phoronix Test Suite": Other(
            r"\bPhoronix ?Test ?Suite\b|\bpts\\?/[a-z]", "a result of the Phoronix Test Suite, whose MB of fio are MiB"
        ),
        "Fiona": Other(
            r"^[^\w\n]{0,40}Usage: fio \[OPTIONS\] COMMAND|\bFiona command line interface\b",
            "the text of Fiona, another program that is called fio",
            "install fio itself, and run that",
        ),
        "a fio that did not run": Other(
            r"^[^\w\n]{0,40}(?:fio: |error: failed to setup shm segment)"
            r"|^[^\n]{0,60}\b(?:fio: (?:command )?not found|command not found: fio)\b",
            "what fio or a shell prints where there is no result",
            "fix what it reports, and run fio again",
        ),
        "dd": Other(
            # In other languages the size in brackets is the sign.
            r"\b\d{1,20} bytes\b[^\n]{0,80}\b(?:copied|transferred)\b"
            r"|^[^\w\n]{0,40}\d{1,20} \S{1,20} \([\d.,]{1,9} [kMGT]B, [\d.,]{1,9} [KMGT]iB\)",
            "the line of dd, which does not say whether its data had reached the disk",
        ),
    }
)
"""The other kinds, by name. Special kinds precede general ones that match too."""

SUMMARIES = ("kbench", "dbench")
"""Kinds of logs that contain parts of fio's output, but whose result is a separate summary."""


def require_no_summary(text: str) -> None:
    """Refuse the log of a script if only the fio output in it could be read.

    Raises:
        UsageError: if the text is such a log, and has no JSON of fio.
    """
    for name in SUMMARIES:
        if _is(OTHERS[name], text) and '"fio version"' not in text:
            raise _error(OTHERS[name])


def explained(error: UsageError, text: str, kind: Kind) -> UsageError:
    """Return the error for a text of the wrong kind. It names the actual kind if known."""
    if any(_is(OTHERS[name], text) for name in SUMMARIES):
        return error
    if YABS.search(text):
        return error if kind == "yabs" else UsageError("yabs.sh wrote it", remedy="run hostcheck import yabs")
    if FIO_OUTPUT.search(text):
        return error if kind == "fio" else UsageError("fio wrote it", remedy="run hostcheck import fio")
    name = next((name for name, other in OTHERS.items() if _is(other, text)), kind)
    return error if name == kind else _error(OTHERS[name])


def _is(other: Other, text: str) -> bool:
    return re.search(other.sign, text, re.MULTILINE | re.IGNORECASE) is not None


def _error(other: Other) -> UsageError:
    return UsageError(f"this is {other.what}", remedy=other.instead)
