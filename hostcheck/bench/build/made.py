"""What a build made in an engine, by what its builder says of each step.

The API's ``labels`` mark the image of the last step alone. The classic builder keeps an image of each step before it,
and of each stage, and says their ids as it goes. They are kept in a file, by which they are known when the run is
killed.
"""

import contextlib
import json
import os
import re
import stat
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docker
from docker.errors import NotFound

from hostcheck.bench.base import CannotRun
from hostcheck.bench.build.cache import leaves_first
from hostcheck.bench.engine.connection import engine_must_answer
from hostcheck.bench.process import is_alive, own_process
from hostcheck.bench.run_folder import run_folder

ENDED = "ended"
"""Noted when the builder has ended by itself: no step is under way any more."""

STEP = re.compile(r"(?:\[\d+/\d+\] )?(?:Step|STEP) \d+/\d+ ?: (.*)")
"""Docker's "Step 3/9 : RUN …" and Podman's "[1/2] STEP 3/9: RUN …"."""

_IMAGE = re.compile(r"(?: ---> (?P<id>[0-9a-f]{12,64}|)|--> (?P<short>[0-9a-f]{11,64}))\n?")
"""Docker's " ---> 0123456789ab" (without an id for "FROM scratch"), and Podman's "--> 0123456789a"."""

_CONTAINER = re.compile(r" ---> Running in (?P<id>[0-9a-f]{12,64})\n?")

_NAME = "hostcheck-build-"
_LARGEST = 64 << 20


@dataclass(slots=True)
class Built:
    """What one build made, as far as its builder has said.

    Attributes:
        before: ids of all images that were there before.
        images: ids of the steps' images, as the builder shortens them; those that it began with are among them.
        containers: ids of the steps' containers, shortened the same way.
        step: the instruction under way; empty between two.
        parent: the shortened id of the image that it is made on; empty for scratch, None where it was not said.
        container: its own; empty where it has none.
        since: when it began, in seconds since the epoch.
        ended: whether the builder has ended by itself.
    """

    before: frozenset[str] = frozenset()
    images: set[str] = field(default_factory=set)
    containers: set[str] = field(default_factory=set)
    step: str = ""
    parent: str | None = None
    container: str = ""
    since: float = 0.0
    ended: bool = False

    def take(self, text: str, now: float) -> bool:
        """Take in what the builder said at this time, and return whether it was of its steps."""
        if step := STEP.match(text):
            self.step, self.container, self.since = step[1].strip(), "", now
            if self.step.upper().startswith("FROM"):
                self.parent = None
        elif container := _CONTAINER.fullmatch(text):
            self.container = container["id"]
            self.containers.add(self.container)
        elif text == ENDED:
            # A trigger of the image that a FROM names may have failed: what those before it made was not said.
            self.step, self.ended = self.step if self.parent is None else "", True
        elif image := _IMAGE.fullmatch(text):
            self.parent = image["id"] or image["short"] or ""
            self.images |= {self.parent} - {""}
            self.step = ""
        else:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Made:
    """What is in the engine of a build: ids of containers, and of images, none before what is made on it."""

    containers: tuple[str, ...] = ()
    images: tuple[str, ...] = ()


@contextlib.contextmanager
def noted(client: docker.APIClient, url: str, run_id: str) -> Iterator[Callable[[str], None]]:
    """Keep what a build makes, until ``forget`` or the run's next build.

    Args:
        client: connected.
        url: the engine's address, by which the next start knows where to look.
        run_id: the run's.

    Yields:
        What takes each text of the builder's.

    Raises:
        CannotRun: when it cannot be kept: the build of a run that is killed would stay in the engine.
    """
    with engine_must_answer("listing the images"):
        before = [image["Id"] for image in client.images(all=True)]
    built = Built()
    path = _path(run_id)
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(path, flags, 0o600)
    except OSError as error:
        raise CannotRun(
            f"keeping a list of what the build makes in {path}: {error.strerror}", "make that folder writable"
        ) from error

    def write(document: object) -> None:
        os.write(descriptor, json.dumps(document).encode() + b"\n")

    def note(text: str) -> None:
        now = time.time()
        if built.take(text, now):
            write([now, text])

    try:
        write({"engine": url, "process": own_process(), "before": before})
        yield note
    finally:
        os.close(descriptor)


def made(client: docker.APIClient, run_id: str) -> Made:
    """Find in the engine what the run's last build made there, and no other image uses.

    Raises:
        DockerException, OSError: when the engine does not answer.
    """
    built = _read(_path(run_id))[1]
    if not built.images and not built.containers and not built.step:
        return Made()
    containers = [one["Id"] for one in client.containers(all=True) if _is_said(one["Id"], built.containers)]
    images = client.images(all=True)
    new = {image["Id"]: image for image in images if image["Id"] not in built.before and _untagged(image)}
    others = _said_by_others(run_id)
    unclaimed = {name: image for name, image in new.items() if not _is_said(name, others)}
    ours = {name for name in new if _is_said(name, built.images)} | _late(client, built, unclaimed)
    if not built.ended or built.step:
        # What it said last may not have been read.
        ours |= _made_on(ours, new)
    # Of an image's triggers only the last one's is said.
    ours |= _made_below(ours, new)
    ours -= _held(ours, images)
    return Made(tuple(containers), tuple(leaves_first({name: [new[name]["ParentId"]] for name in ours})))


def forget(run_id: str) -> None:
    """Let go of the list: what it names is gone."""
    _path(run_id).unlink(missing_ok=True)


def killed_builds(url: str) -> tuple[str, ...]:
    """Return the runs of this user that built in the engine at this address and whose process is gone."""
    found = []
    for path in sorted(run_folder().glob(f"{_NAME}*")):
        header, _ = _read(path)
        if header.get("engine") == url and is_alive(str(header.get("process"))) is False:
            found.append(path.name.removeprefix(_NAME))
    return tuple(found)


def forget_gone() -> None:
    """Let go of the lists of killed runs whose engine is gone with all that it held: its socket's folder is missing."""
    for path in run_folder().glob(f"{_NAME}*"):
        header, _ = _read(path)
        gone = bool(header) and not _socket_folder(str(header.get("engine"))).is_dir()
        if gone and is_alive(str(header.get("process"))) is False:
            path.unlink(missing_ok=True)


def _said_by_others(run_id: str) -> set[str]:
    """Return the shortened ids that the lists of this user's other runs name."""
    paths = (path for path in run_folder().glob(f"{_NAME}*") if path != _path(run_id))
    return {short for path in paths for short in _read(path)[1].images}


def _socket_folder(url: str) -> Path:
    return Path(url.removeprefix("unix://")).parent


def _late(client: docker.APIClient, built: Built, new: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Find the image of the step that was under way when the build was cut: the engine may have ended it since."""
    certain, likely = set(), set()
    for name, image in new.items():
        if not built.step or _is_said(name, built.images) or image["Created"] < int(built.since):
            continue
        with contextlib.suppress(NotFound):
            told = _inspected(client, name)
            if built.container and str(told.get("Container", "")).startswith(built.container):
                certain.add(name)
            elif built.parent is None:
                # The image that a FROM names has triggers, and the first of them was done.
                below = image["ParentId"]
                if below in built.before and (_inspected(client, below).get("Config") or {}).get("OnBuild"):
                    likely.add(name)
            elif not built.container and _begins_with(image["ParentId"], built.parent) and _does(told, built.step):
                likely.add(name)
    # Its parent and its kind alone identify it only where no other build did the same.
    return certain | (likely if len(likely) == 1 else set())


def _inspected(client: docker.APIClient, name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = client.inspect_image(name)  # type: ignore[no-untyped-call]  # types-docker leaves it bare
    return found


def _made_on(ours: Collection[str], new: Mapping[str, Mapping[str, Any]]) -> set[str]:
    found = set(ours)
    while more := {name for name, image in new.items() if image["ParentId"] in found and name not in found}:
        found |= more
    return found


def _made_below(ours: Collection[str], new: Mapping[str, Mapping[str, Any]]) -> set[str]:
    found: set[str] = set()
    for name in ours:
        while (name := new[name]["ParentId"]) in new:
            found.add(name)
    return found


def _does(told: Mapping[str, Any], step: str) -> bool:
    command = (told.get("ContainerConfig") or {}).get("Cmd") or [""]
    return str(command[-1]).startswith(f"#(nop) {step.split(maxsplit=1)[0].upper()} ")


def _held(ours: Collection[str], images: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return those on which something stands that is not the build's."""
    parents = {image["Id"]: image["ParentId"] for image in images}
    held = set()
    for name, above in parents.items():
        if name not in ours:
            parent = above
            while parent in ours and parent not in held:
                held.add(parent)
                parent = parents.get(parent, "")
    return held


def _is_said(name: str, short: Collection[str]) -> bool:
    return any(_begins_with(name, one) for one in short)


def _begins_with(name: str, short: str) -> bool:
    name = name.removeprefix("sha256:")
    return name.startswith(short) if short else not name


def _untagged(image: Mapping[str, Any]) -> bool:
    """Whether an image has no name: the classic builder's steps have none, and whoever gives one keeps it."""
    names = (*(image.get("RepoTags") or ()), *(image.get("RepoDigests") or ()))
    return all(name.startswith("<none>") for name in names)


def _path(run_id: str) -> Path:
    return run_folder() / f"{_NAME}{run_id}"


def _read(path: Path) -> tuple[Mapping[str, Any], Built]:
    """Read a list as far as it was written; an empty one where there is none of this user's."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return {}, Built()
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if status.st_uid != os.geteuid() or not stat.S_ISREG(status.st_mode):
            return {}, Built()
        lines = file.read(_LARGEST).split(b"\n")
    try:
        header = json.loads(lines[0])
        built = Built(before=frozenset(header["before"]))
        # What follows the last end of a line was being written.
        for line in lines[1:-1]:
            now, text = json.loads(line)
            built.take(text, now)
    except (ValueError, KeyError, TypeError):
        return {}, Built()
    return header, built
