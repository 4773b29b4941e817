"""Send the requests of a proof to an engine, and find and remove the objects that it created.

Source: https://docs.docker.com/reference/api/engine/; Podman serves the same API (podman-system-service(1)).
"""

import json
import struct
import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from hostcheck.host.unix_http import send
from hostcheck.labels import OURS, PROCESS, RUN, of_run
from hostcheck.process import is_alive
from hostcheck.prove.trial import LIMIT_SECONDS, Step

_REMOVAL_SECONDS = 10.0
_FRAME = struct.Struct(">BxxxI")
_STDOUT = 1
_MISSING = frozenset({404, 409})
"""Status codes of the answer to a removal. 404: the object is removed already. 409: it is being removed."""
_MADE = (("containers", "/containers/json?all=1&"), ("networks", "/networks?"), ("images", "/images/json?"))
"""Kinds of objects that have labels, in the order of their removal: the kind's name in paths of the API, and the path
that lists its objects."""


class RefusedError(Exception):
    """The engine refused a request; the message is the engine's.

    Attributes:
        proves: whether the refusal proves that the engine cannot do what was requested. A missing answer proves
            nothing: the engine may be slow.
    """

    proves = True

    @property
    def step(self) -> Step:
        """The result of the step that was refused."""
        return Step(False if self.proves else None, str(self))


class SilentError(RefusedError):
    """The engine did not answer in time, or not in HTTP."""

    proves = False


class EngineApi:
    """An engine's API at a Unix socket.

    One time limit (LIMIT_SECONDS) holds for all requests of a proof together, except those that list or remove objects.
    """

    def __init__(self, socket: str) -> None:
        """Take the path of the socket."""
        self.socket = socket
        self._deadline = time.monotonic() + LIMIT_SECONDS

    @property
    def left(self) -> float:
        """Seconds left for the proof; never below 0."""
        return max(0.0, self._deadline - time.monotonic())

    def get(self, path: str) -> Any:
        """Get a JSON document.

        Raises:
            RefusedError: if the engine refuses or does not answer.
        """
        return _document(self._send("GET", path, self.left))

    def post(self, path: str, body: object = None) -> Mapping[str, Any]:
        """Post a JSON body, and return the JSON object in the answer; empty if the answer has none.

        Raises:
            RefusedError: if the engine refuses.
        """
        found = _document(self._send("POST", path, self.left, json.dumps(body).encode() if body is not None else b""))
        return found if isinstance(found, Mapping) else {}

    def load(self, image: bytes, run_id: str) -> str:
        """Load an image in the format of ``docker save``, and return its id.

        Args:
            image: the archive.
            run_id: the id of the run in the image's label. The image is found by it, since Podman adds a registry to
                the image's name.

        Raises:
            RefusedError: if the engine refuses. The error can also be in an answer whose HTTP status is success.
        """
        answer = self._send("POST", "/images/load?quiet=1", self.left, image, "application/x-tar")
        for line in answer.splitlines():
            said = _document(line)
            if isinstance(said, Mapping) and said.get("error"):
                raise RefusedError(str(said["error"]))
        for kind, thing, _ in self._labelled(of_run(run_id)):
            if kind == "images":
                return thing
        raise RefusedError(f"it does not list the loaded image: {answer[:100].decode(errors='replace')}")

    def output(self, container: str) -> str:
        """Return the standard output so far of a container that has no terminal.

        Raises:
            RefusedError: if the engine refuses.
        """
        data = self._send("GET", f"/containers/{container}/logs?stdout=1", self.left)
        return "".join(_frames(data))

    def remove(self, run_id: str) -> int:
        """Remove the objects that have the label of a run; return how many the engine listed.

        Raises:
            OSError: if an object could not be removed, or the engine does not answer.
        """
        try:
            return sum(self._remove(kind, thing) for kind, thing, _ in self._labelled(of_run(run_id)))
        except RefusedError as refused:
            raise OSError(str(refused)) from refused

    def remove_container(self, container: str) -> None:
        """Remove a container, running or not.

        Raises:
            RefusedError: if the engine refuses.
        """
        self._remove("containers", container)

    def remove_leftovers(self) -> None:
        """Remove the objects of proofs and benchmarks whose process has ended without cleaning up.

        Raises:
            RefusedError: if the engine refuses.
        """
        for kind, thing, labels in self._labelled({"label": f"{OURS}=1"}):
            if RUN in labels and is_alive(str(labels.get(PROCESS, ""))) is False:
                self._remove(kind, thing)

    def _labelled(self, wanted: Mapping[str, str]) -> Iterator[tuple[str, str, Mapping[str, str]]]:
        filters = quote(json.dumps({key: [value] for key, value in wanted.items()}))
        # The labels are checked here too: an engine that ignores the filter lists objects that are not ours.
        pairs = [wanted["label"].split("=", 1)]
        for kind, listing in _MADE:
            found = _document(self._send("GET", f"{listing}filters={filters}", _REMOVAL_SECONDS))
            for thing in found if isinstance(found, list) else ():
                marks, name = (thing.get("Labels"), thing.get("Id")) if isinstance(thing, Mapping) else (None, None)
                if not isinstance(marks, Mapping) or not isinstance(name, str):
                    continue
                if all(marks.get(key) == value for key, value in pairs):
                    yield kind, name, marks

    def _remove(self, kind: str, thing: str) -> int:
        force = "" if kind == "networks" else "?force=1"
        try:
            self._send("DELETE", f"/{kind}/{quote(thing)}{force}", _REMOVAL_SECONDS)
        except _MissingError:
            return 1
        return 1

    def _send(self, method: str, path: str, seconds: float, body: bytes = b"", kind: str = "application/json") -> bytes:
        try:
            status, answer = send(self.socket, method, path, seconds, body=body, kind=kind)
        except (OSError, ValueError) as error:
            raise SilentError(f"the engine did not answer {method} {path.partition('?')[0]}: {error}") from error
        if status >= 400:
            said = _document(answer)
            message = said.get("message") or said.get("cause") if isinstance(said, Mapping) else None
            raise (_MissingError if status in _MISSING else RefusedError)(str(message or f"HTTP {status}"))
        return answer


class _MissingError(RefusedError):
    """The object of the request is gone, or is being removed."""


def _document(answer: bytes) -> Any:
    try:
        return json.loads(answer)
    except (ValueError, RecursionError):
        return None


def _frames(data: bytes) -> Iterator[str]:
    """Yield the parts of standard output in an attach stream. Source: Engine API, ContainerAttach, "Stream format"."""
    at = 0
    while at + _FRAME.size <= len(data):
        kind, size = _FRAME.unpack_from(data, at)
        at += _FRAME.size
        if kind == _STDOUT:
            yield data[at : at + size].decode(errors="replace")
        at += size
