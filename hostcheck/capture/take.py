"""Take a capture: audit the host, record its answers, remove private data, and check that it replays the audit."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from hostcheck import __version__
from hostcheck.audit import collect
from hostcheck.capture.contents import LEFT_OUT, MADE, CapturedFile, contents
from hostcheck.capture.documents import texts
from hostcheck.capture.private import Private, find_private
from hostcheck.capture.renaming import Renamer
from hostcheck.host import capture_index
from hostcheck.host.base import Host
from hostcheck.host.identity import CAPTURED_NAME, identify
from hostcheck.host.recording import RecordingHost
from hostcheck.host.tree import MemoryTree
from hostcheck.run.model import Fact, HostIdentity


@dataclass(frozen=True, slots=True)
class Capture:
    """A capture.

    Attributes:
        files: all files with the index, sorted by place; those that were "left out" are not in the archive.
        facts: facts of the host by id, from the audit that the capture records.
        renamed: ids of the facts whose replay differs only in the replacements of private names.
        changed: ids of the facts whose replay differs because their evidence was removed.
    """

    files: tuple[CapturedFile, ...]
    facts: Mapping[str, Fact]
    renamed: tuple[str, ...]
    changed: tuple[str, ...]

    @property
    def kept(self) -> tuple[CapturedFile, ...]:
        """The files that the archive holds."""
        return tuple(file for file in self.files if file.treated != LEFT_OUT)


@dataclass(frozen=True, slots=True)
class _Audited:
    """The audit of a host.

    Attributes:
        recording: the host, with the answers that it gave.
        identity: the identity of the host.
        facts: the facts by id.
        captured: the time for the index: ISO 8601, UTC.
    """

    recording: RecordingHost
    identity: HostIdentity
    facts: Mapping[str, Fact]
    captured: str


def take(host: Host, captured: str) -> Capture:
    """Capture a host.

    Args:
        host: the host.
        captured: the time for the index: ISO 8601, UTC.
    """
    recording = RecordingHost(host)
    facts = collect(recording)
    audited = _Audited(recording, identify(recording), facts, captured)
    private = find_private(host)
    capture = _captured(audited, private)
    if capture.changed:
        # A name of the host or a user may also be an ordinary word in the files. It is not replaced in every text if
        # that changes facts.
        capture = _captured(audited, private, _needed(audited, private))
    return capture


def _needed(audited: _Audited, private: Private) -> tuple[str, ...]:
    """Return the private names that are also ordinary words: replacing them in every text would change facts."""
    names = (*private.hosts, *private.users)
    unavoidable = set(_captured(audited, private, names).changed)

    def harmless(some: tuple[str, ...]) -> bool:
        others = tuple(name for name in names if name not in some)
        return unavoidable.issuperset(_captured(audited, private, others).changed)

    return _not_harmless(names, harmless)


def _not_harmless(names: tuple[str, ...], harmless: Callable[[tuple[str, ...]], bool]) -> tuple[str, ...]:
    """Return the names that are not harmless. They are found by bisection, since there may be thousands of users.

    Args:
        names: the names to search.
        harmless: whether replacing all of these names in every text changes no further facts.
    """
    if not names or harmless(names):
        return ()
    half = len(names) // 2
    return names if len(names) == 1 else _not_harmless(names[:half], harmless) + _not_harmless(names[half:], harmless)


def _captured(audited: _Audited, private: Private, plain: tuple[str, ...] = ()) -> Capture:
    """Make the capture, and compare its replay with the audit. The names in ``plain`` are treated as ordinary words."""
    names = Renamer(private.hosts, private.users, audited.identity.kernel or "", plain)
    answers, files = contents(audited.recording.answers, names)
    renamed_identity = {name: texts(value, names) for name, value in asdict(audited.identity).items()}
    identity = HostIdentity(**renamed_identity | {"name": CAPTURED_NAME})
    recording = audited.recording
    own = capture_index.Index(
        __version__, audited.captured, identity, recording.proves_absence, answers, recording.problem
    )
    made = CapturedFile(capture_index.PLACE, capture_index.dumps(own).encode(), MADE)
    files = tuple(sorted((*files, made), key=lambda file: file.place))
    replayed = collect(_replay(files))
    ids = sorted({*audited.facts, *replayed})
    before = {fact_id: _conclusion(audited.facts.get(fact_id)) for fact_id in ids}
    after = {fact_id: _conclusion(replayed.get(fact_id)) for fact_id in ids}
    other = [fact_id for fact_id in ids if before[fact_id] != after[fact_id]]
    renamed = tuple(fact_id for fact_id in other if texts(before[fact_id], names) == after[fact_id])
    return Capture(files, audited.facts, renamed, tuple(fact_id for fact_id in other if fact_id not in renamed))


def _replay(files: tuple[CapturedFile, ...]) -> Host:
    tree = MemoryTree({file.place: file.data for file in files if file.treated != LEFT_OUT})
    host = capture_index.open_recorded(tree)
    assert host is not None
    return host


def _conclusion(fact: Fact | None) -> object:
    """Return value, ``known`` and reason of a fact as JSON: a tuple becomes a list, so that the two compare equal."""
    return json.loads(json.dumps(None if fact is None else [fact.value, fact.known, fact.reason]))
