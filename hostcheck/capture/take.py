"""Take a capture: audit the host, note what it answered, take out what is private, and see that it still replays."""

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
        files: what is in it, the index included, by place; "left out" ones are not in the archive.
        facts: what the host's own audit concluded while it was taken.
        renamed: facts that name something private, and show its stand-in when the capture is replayed.
        changed: facts that come out otherwise when it is replayed, since they rest on something that was taken out.
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
    """A host's audit: its answers, its identity and its facts."""

    recording: RecordingHost
    identity: HostIdentity
    facts: Mapping[str, Fact]
    captured: str


def take(host: Host, captured: str) -> Capture:
    """Capture a host.

    Args:
        host: the host.
        captured: the time that the index tells: ISO 8601, UTC.
    """
    recording = RecordingHost(host)
    facts = collect(recording)
    audited = _Audited(recording, identify(recording), facts, captured)
    private = find_private(host)
    capture = _captured(audited, private)
    if capture.changed:
        # A name of the host or a user may be a word that the files need. One that breaks facts is not looked for.
        capture = _captured(audited, private, _needed(audited, private))
    return capture


def _needed(audited: _Audited, private: Private) -> tuple[str, ...]:
    """Find the names that break facts where they are taken out of every text."""
    names = (*private.hosts, *private.users)
    unavoidable = set(_captured(audited, private, names).changed)

    def harmless(some: tuple[str, ...]) -> bool:
        others = tuple(name for name in names if name not in some)
        return unavoidable.issuperset(_captured(audited, private, others).changed)

    return _not_harmless(names, harmless)


def _not_harmless(names: tuple[str, ...], harmless: Callable[[tuple[str, ...]], bool]) -> tuple[str, ...]:
    """Search by halves: there may be thousands of users."""
    if not names or harmless(names):
        return ()
    half = len(names) // 2
    return names if len(names) == 1 else _not_harmless(names[:half], harmless) + _not_harmless(names[half:], harmless)


def _captured(audited: _Audited, private: Private, plain: tuple[str, ...] = ()) -> Capture:
    """Make the capture, in which some names are plain words, and see what comes out of it."""
    names = Renamer(private.hosts, private.users, audited.identity.kernel or "", plain)
    answers, files = contents(audited.recording.answers, names)
    told = {name: texts(value, names) for name, value in asdict(audited.identity).items()}
    identity = HostIdentity(**told | {"name": CAPTURED_NAME})
    own = capture_index.Index(__version__, audited.captured, identity, audited.recording.proves_absence, answers)
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
    """Give what a fact says as JSON has it: without a difference between tuples and lists."""
    return json.loads(json.dumps(None if fact is None else [fact.value, fact.known, fact.reason]))
