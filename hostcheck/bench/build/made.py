"""Track the images and containers that a build makes in an engine, from the builder's output.

The API's ``labels`` mark only the image of the last step. The classic builder also keeps an image of each earlier step
and of each stage, and prints their ids. These ids are recorded in a file, so that the images can be removed even if the
run is killed.
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
from hostcheck.bench.engine.objects import Image, Listed, containers, images, inspected
from hostcheck.process import is_alive, own_process
from hostcheck.run_folder import run_folder

ENDED = "ended"
"""This line is recorded when the builder has finished, and no step is running any more."""

STEP = re.compile(r"(?:\[\d+/\d+\] )?(?:Step|STEP) \d+/\d+ ?: (.*)")
"""Docker's "Step 3/9 : RUN …" and Podman's "[1/2] STEP 3/9: RUN …"."""

_IMAGE = re.compile(r"(?: ---> (?P<id>[0-9a-f]{12,64}|)|--> (?P<short>[0-9a-f]{11,64}))\n?")
"""Docker's " ---> 0123456789ab" (without an id for "FROM scratch"), and Podman's "--> 0123456789a"."""

_CONTAINER = re.compile(r" ---> Running in (?P<id>[0-9a-f]{12,64})\n?")

_NAME = "hostcheck-build-"
_LARGEST = 64 << 20


@dataclass(slots=True)
class Built:
    """The objects that one build made, as its builder has reported them so far.

    Attributes:
        before: ids of all images that existed before the build.
        images: shortened ids of the steps' images and of the base images.
        containers: shortened ids of the steps' containers.
        step: the instruction that is running; empty between two instructions.
        parent: the shortened id of the image that the step starts from; empty for scratch, None if not reported.
        container: the shortened id of the step's container; empty if the step has none.
        since: the step's start, in seconds since the epoch.
        ended: whether the builder has finished.
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
        """Process a text of the builder, and return whether it reports a step, a container, an image or the end.

        ``now`` is the time at which the text was read, in seconds since the epoch.
        """
        if step := STEP.match(text):
            self.step, self.container, self.since = step[1].strip(), "", now
            if self.step.upper().startswith("FROM"):
                self.parent = None
        elif container := _CONTAINER.fullmatch(text):
            self.container = container["id"]
            self.containers.add(self.container)
        elif text == ENDED:
            # A trigger (ONBUILD) of the base image may have failed: the images of earlier triggers were not reported.
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
    """The ids of the containers and images that a build left in the engine; each image comes before its parent."""

    containers: tuple[str, ...] = ()
    images: tuple[str, ...] = ()


@contextlib.contextmanager
def noted(client: docker.APIClient, url: str, run_id: str) -> Iterator[Callable[[str], None]]:
    """Record in a file the images and containers that a build makes.

    The file stays until ``forget``, or until the run's next build.

    Args:
        client: a connected client.
        url: the engine's address, so that the next start of hostcheck can find the objects.
        run_id: the run's id.

    Yields:
        A function that must be called with each text of the builder.

    Raises:
        CannotRun: if the file cannot be written: the objects of a killed run would then stay in the engine.
    """
    with engine_must_answer("listing the images"):
        before = [image.id for image in images(client, all=True)]
    built = Built()
    path = _path(run_id)
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(path, flags, 0o600)
    except OSError as error:
        raise CannotRun(
            f"cannot write the list of the build's images to {path}: {error.strerror}", "make that folder writable"
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
    """Find the objects that the run's last build made, except images that another build's images are based on.

    Raises:
        DockerException, OSError: if the engine does not respond.
    """
    built = _read(_path(run_id))[1]
    if not built.images and not built.containers and not built.step:
        return Made()
    left = [one.id for one in containers(client, all=True) if _is_listed(one.id, built.containers)]
    listed = images(client, all=True)
    new = {image.id: image for image in listed if image.id not in built.before and _untagged(image)}
    others = _listed_by_others(run_id)
    unclaimed = {name: image for name, image in new.items() if not _is_listed(name, others)}
    reported = {name for name in new if _is_listed(name, built.images)}
    # If a base image has several triggers, the builder reports only the image of the last trigger.
    ours = reported | _made_below(reported, new)
    ours |= _late(client, built, {name: image for name, image in unclaimed.items() if name not in ours})
    if not built.ended or built.step:
        # The end of the builder's output may not have been read.
        ours |= _made_on(ours, new)
    ours |= _made_below(ours, new)
    ours -= _held(ours, listed)
    return Made(tuple(left), tuple(leaves_first({name: [new[name].parent] for name in ours})))


def forget(run_id: str) -> None:
    """Remove the file of a run's objects, after the objects were removed."""
    _path(run_id).unlink(missing_ok=True)


def killed_builds(url: str) -> tuple[str, ...]:
    """Return the ids of this user's killed runs that built with the engine at this address."""
    found = []
    for path in sorted(run_folder().glob(f"{_NAME}*")):
        header, _ = _read(path)
        if header.get("engine") == url and is_alive(str(header.get("process"))) is False:
            found.append(path.name.removeprefix(_NAME))
    return tuple(found)


def forget_gone() -> None:
    """Remove the files of killed runs whose engine was removed with its data.

    Such an engine's socket has no folder any more.
    """
    for path in run_folder().glob(f"{_NAME}*"):
        header, _ = _read(path)
        gone = bool(header) and not _socket_folder(str(header.get("engine"))).is_dir()
        if gone and is_alive(str(header.get("process"))) is False:
            path.unlink(missing_ok=True)


def _listed_by_others(run_id: str) -> set[str]:
    """Return the shortened ids in the files of this user's other runs."""
    paths = (path for path in run_folder().glob(f"{_NAME}*") if path != _path(run_id))
    return {short for path in paths for short in _read(path)[1].images}


def _socket_folder(url: str) -> Path:
    return Path(url.removeprefix("unix://")).parent


def _late(client: docker.APIClient, built: Built, new: Mapping[str, Listed]) -> set[str]:
    """Find the image of the step that was running at the cancellation: the engine may have completed it afterwards."""
    certain, likely = set(), set()
    for name, image in new.items():
        if not built.step or _is_listed(name, built.images) or image.created < int(built.since):
            continue
        with contextlib.suppress(NotFound):
            found = inspected(client, name)
            if built.container and found.container.startswith(built.container):
                certain.add(name)
            elif built.parent is None:
                # The base image has triggers, and the first of them was executed.
                if image.parent in built.before and inspected(client, image.parent).triggers:
                    likely.add(name)
            elif not built.container and _begins_with(image.parent, built.parent) and _does(found, built.step):
                likely.add(name)
    # Parent and instruction identify the image only if no other build ran the same step.
    return certain | (likely if len(likely) == 1 else set())


def _made_on(ours: Collection[str], new: Mapping[str, Listed]) -> set[str]:
    found = set(ours)
    while more := {name for name, image in new.items() if image.parent in found and name not in found}:
        found |= more
    return found


def _made_below(ours: Collection[str], new: Mapping[str, Listed]) -> set[str]:
    found: set[str] = set()
    for name in ours:
        while (name := new[name].parent) in new and name not in found:
            found.add(name)
    return found


def _does(image: Image, step: str) -> bool:
    return bool(image.command) and image.command[-1].startswith(f"#(nop) {step.split(maxsplit=1)[0].upper()} ")


def _held(ours: Collection[str], listed: Sequence[Listed]) -> set[str]:
    """Return the images that have a child image of another build."""
    parents = {image.id: image.parent for image in listed}
    held = set()
    for name, above in parents.items():
        if name not in ours:
            parent = above
            while parent in ours and parent not in held:
                held.add(parent)
                parent = parents.get(parent, "")
    return held


def _is_listed(name: str, short: Collection[str]) -> bool:
    return any(_begins_with(name, one) for one in short)


def _begins_with(name: str, short: str) -> bool:
    name = name.removeprefix("sha256:")
    return name.startswith(short) if short else not name


def _untagged(image: Listed) -> bool:
    """Return whether an image has no name, like the images of the classic builder's steps.

    Images that a user named are kept.
    """
    return all(name.startswith("<none>") for name in image.names)


def _path(run_id: str) -> Path:
    return run_folder() / f"{_NAME}{run_id}"


def _read(path: Path) -> tuple[Mapping[str, Any], Built]:
    """Read the file of a run's objects as far as it was written; return empty values if this user has no such file."""
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
        # An incomplete last line was being written when the run was killed.
        for line in lines[1:-1]:
            now, text = json.loads(line)
            built.take(text, now)
    except (ValueError, KeyError, TypeError):
        return {}, Built()
    return header, built
