"""The index of a capture: each request to the host with its answer, as JSON. The content of files is stored separately.

Schema hostcheck.capture/1. Requests that were answered with "absent" or "denied" are listed too: only with them can a
replay distinguish a missing file from a file that was not requested.
"""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hostcheck.host.base import Reading
from hostcheck.host.recorded import Answers, RecordedHost
from hostcheck.host.tree import Tree
from hostcheck.run.model import HostIdentity
from hostcheck.run.shape import misfit

SCHEMA = "hostcheck.capture/1"
PLACE = ".evidence/capture.json"
"""Path of the index in the archive."""

_LIMIT = 1 << 24
_STAT = frozenset({"mode", "uid", "gid"})
_STATVFS = frozenset({"free_bytes", "total_bytes", "free_inodes", "total_inodes"})


@dataclass(frozen=True, slots=True)
class Index:
    """An index.

    Attributes:
        hostcheck: the version that made the capture.
        captured: when the capture was taken: ISO 8601, UTC.
        identity: the identity of the host, without its name.
        proves_absence: as in ``Host``. Its key in the JSON is "tells_absence".
        answers: the answers of the host. The reading of a file has no data here; its ``source`` is the file's path in
            the archive.
        problem: why the host did not answer all requests; empty if it did, and then not in the JSON.
    """

    hostcheck: str
    captured: str
    identity: HostIdentity
    proves_absence: bool
    answers: Answers
    problem: str = ""


def dumps(index: Index) -> str:
    """Return the index as JSON text, which does not depend on the order of the requests."""
    answers = index.answers
    document = {
        "schema": SCHEMA,
        "hostcheck": index.hostcheck,
        "captured": index.captured,
        "host": dataclasses.asdict(index.identity),
        "tells_absence": index.proves_absence,
        **({"problem": index.problem} if index.problem else {}),
        "read": {path: _failure(reading) or reading.source for path, reading in answers.read.items()},
        "readlink": {path: _failure(reading) or _text(reading) for path, reading in answers.readlink.items()},
        "listdir": answers.listdir,
        "exists": answers.exists,
        "environ": answers.environ,
        "statvfs": answers.statvfs,
        "stat": answers.stat,
        "clock": answers.clock,
        "experiment": [
            {"name": name, "arguments": dict(arguments), "result": result}
            for (name, arguments), result in sorted(answers.experiment.items(), key=lambda item: item[0])
        ],
        "http_get": [
            {"socket": socket, "path": path, "answer": answer}
            for (socket, path), answer in sorted(answers.http_get.items(), key=lambda item: item[0])
        ],
        "run": [
            {"argv": argv, "output": _failure(reading) or _text(reading)}
            for argv, reading in sorted(answers.run.items(), key=lambda item: item[0])
        ],
    }
    return json.dumps(document, indent=1, sort_keys=True) + "\n"


def open_recorded(tree: Tree) -> RecordedHost | None:
    """Open a recorded host; None if the files have no index, as in a captured root that was made by hand.

    Raises:
        ValueError: if the index is damaged.
    """
    try:
        # Neither may be a link: a tree does not follow links.
        if tree.kind(PLACE.partition("/")[0]) != "folder" or tree.kind(PLACE) != "file":
            return None
        text = tree.read(PLACE, _LIMIT)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ValueError(f"its index {PLACE} cannot be read: {error.strerror or error}") from error
    index = loads(text)
    host = RecordedHost(tree, index.answers, index.identity, proves_absence=index.proves_absence)
    host.problem = index.problem
    return host


def loads(text: bytes) -> Index:
    """Parse an index.

    Raises:
        ValueError: if the text is not a valid index.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"its index {PLACE} is not JSON") from error
    if not isinstance(document, Mapping) or document.get("schema") != SCHEMA:
        raise ValueError(f"its index {PLACE} is not of schema {SCHEMA}, which this version reads")
    try:
        index = Index(
            hostcheck=document["hostcheck"],
            captured=document["captured"],
            identity=HostIdentity(**document["host"]),
            proves_absence=document["tells_absence"],
            answers=_answers(document),
            problem=document.get("problem", ""),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"its index {PLACE} does not match schema {SCHEMA}") from error
    if problem := misfit(index, Index, "capture") or _missing(index.answers):
        raise ValueError(f"its index {PLACE} does not match schema {SCHEMA}: {problem}")
    return index


def _missing(answers: Answers) -> str | None:
    """Return which answer lacks a key that each answer of its kind has (see ``Host``), in words; None if none does."""
    kinds = ((answers.stat, _STAT), (answers.statvfs, _STATVFS))
    lacking = (path for found, keys in kinds for path, each in found.items() if each is not None and keys - each.keys())
    return next((f"the answer for {path} is not complete" for path in lacking), None)


def _answers(document: Mapping[str, Any]) -> Answers:
    return Answers(
        read={path: _file(path, entry) for path, entry in document["read"].items()},
        readlink={path: _output(path, entry) for path, entry in document["readlink"].items()},
        listdir={path: _tuple(names) for path, names in document["listdir"].items()},
        exists=document["exists"],
        environ=document["environ"],
        statvfs=document["statvfs"],
        stat=document["stat"],
        clock=document["clock"],
        experiment={
            (each["name"], tuple(sorted(each["arguments"].items()))): each["result"] for each in document["experiment"]
        },
        http_get={(each["socket"], each["path"]): _tuple(each["answer"]) for each in document["http_get"]},
        run={_tuple(each["argv"]): _output(" ".join(each["argv"]), each["output"]) for each in document["run"]},
    )


def _failure(reading: Reading) -> list[str] | None:
    return [reading.failure, reading.error] if reading.failure else None


def _text(reading: Reading) -> str:
    # Bytes that are not UTF-8 become lone surrogates, which JSON can escape and _output converts back.
    return (reading.data or b"").decode("utf-8", "surrogateescape")


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _file(path: str, entry: Any) -> Reading:
    if isinstance(entry, str):
        return Reading(entry, None)
    failure, error = entry
    return Reading(path, None, failure, error)


def _output(source: str, entry: Any) -> Reading:
    if isinstance(entry, str):
        return Reading(source, entry.encode("utf-8", "surrogateescape"))
    return _file(source, entry)
