"""Containers, images and networks of an engine, read from its answers with each value's type checked.

A value that is missing or null is read as empty. If a value has another type than in the API, the answer is not used.

Source: https://docs.docker.com/reference/api/engine/; Podman has the same API.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import docker
import requests

from hostcheck.bench.engine.engine_socket import ANSWER_BYTES
from hostcheck.run.times import parse_time

_PIECE_BYTES = 512
_NAMED = "in the engine's answer "


class AnswerError(requests.exceptions.InvalidJSONError):
    """The error if an engine's answer is not JSON, or a value in it has another type than in the API."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A container or an image in a list of the engine.

    Attributes:
        id: the engine's id.
        labels: the labels of the container or image.
        parent: the id of an image's parent; empty without one.
        names: an image's tags and digests.
        created: time at which an image was made, in seconds since the epoch.
    """

    id: str
    labels: Mapping[str, str]
    parent: str = ""
    names: tuple[str, ...] = ()
    created: float = 0.0


@dataclass(frozen=True, slots=True)
class Image:
    """An image that was inspected.

    Attributes:
        id: the engine's id.
        size_bytes: size of all its layers.
        has_volumes: whether it declares volumes.
        has_health_check: whether it has a HEALTHCHECK.
        triggers: its ONBUILD instructions.
        container: the id of the container that the classic builder made it from; empty otherwise.
        command: the command of that container.
    """

    id: str
    size_bytes: float
    has_volumes: bool
    has_health_check: bool
    triggers: tuple[str, ...]
    container: str
    command: tuple[str, ...]


class Fields:
    """A JSON object in an answer, and its place in the answer for error messages.

    A method raises AnswerError if the member that it reads has an unexpected type.
    """

    def __init__(self, values: object, where: str) -> None:
        """Take the object ``values``, whose place in the answer is ``where``.

        Raises:
            AnswerError: if ``values`` is not an object.
        """
        if not isinstance(values, Mapping):
            raise AnswerError(f"{_NAMED}{where} is not an object")
        self._values: Mapping[str, Any] = values
        self._where = where

    def text(self, key: str, *, required: bool = False) -> str:
        """Return a text. A missing one is empty, or an error if it is ``required``."""
        value = self._values.get(key)
        if value is None and not required:
            return ""
        if not isinstance(value, str) or (required and not value):
            raise self._wrong(key, "a text")
        return value

    def number(self, key: str) -> float:
        """Return a number that is not negative; 0 if it is missing."""
        value = self._values.get(key)
        if value is None:
            return 0.0
        # JSON's true is Python's 1.
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1 << 64:
            raise self._wrong(key, "a number")
        return float(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty if it is missing."""
        value = self._values.get(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self._wrong(key, "a list of texts")
        return tuple(value)

    def labels(self, key: str) -> Mapping[str, str]:
        """Return an object whose values are texts; empty if it is missing."""
        value = self._values.get(key)
        if value is None:
            return {}
        if not isinstance(value, Mapping) or not all(isinstance(one, str) for one in value.values()):
            raise self._wrong(key, "an object of texts")
        return value

    def time(self, key: str) -> float:
        """Return a time, which the answer has in ISO 8601, in seconds since the epoch. It must not be missing."""
        try:
            return parse_time(self.text(key, required=True)).timestamp()
        except (ValueError, OverflowError):
            raise self._wrong(key, "a time") from None

    def within(self, key: str) -> "Fields":
        """Return a member that is an object; empty if it is missing or null."""
        value = self._values.get(key)
        return Fields({} if value is None else value, f"{self._where}.{key}")

    def all_of(self, key: str) -> "list[Fields]":
        """Return a member that is a list of objects; empty if it is missing or null."""
        value = self._values.get(key)
        return objects([] if value is None else value, f"{self._where}.{key}")

    def has(self, key: str) -> bool:
        """Return whether the object has a member ``key`` that is neither null nor empty."""
        return bool(self._values.get(key))

    def _wrong(self, key: str, what: str) -> AnswerError:
        return AnswerError(f"{_NAMED}{self._where}.{key} is not {what}")


def objects(values: object, where: str) -> list[Fields]:
    """Return the objects of a list.

    Raises:
        AnswerError: if ``values`` is not a list, or has an element that is not an object.
    """
    if not isinstance(values, list):
        raise AnswerError(f"{_NAMED}{where} is not a list")
    return [Fields(value, f"{where}[{place}]") for place, value in enumerate(values)]


def containers(client: docker.APIClient, **asked: Any) -> list[Listed]:
    """List containers. ``asked`` are arguments of the SDK's method ``containers``.

    Raises:
        AnswerError: if the answer cannot be used.
    """
    found = objects(client.containers(**asked), "containers")
    return [Listed(one.text("Id", required=True), one.labels("Labels")) for one in found]


def images(client: docker.APIClient, **asked: Any) -> list[Listed]:
    """List images. ``asked`` are arguments of the SDK's method ``images``.

    Raises:
        AnswerError: if the answer cannot be used.
    """
    return [
        Listed(
            one.text("Id", required=True),
            one.labels("Labels"),
            one.text("ParentId"),
            (*one.texts("RepoTags"), *one.texts("RepoDigests")),
            one.number("Created"),
        )
        for one in objects(client.images(**asked), "images")
    ]


def inspected(client: docker.APIClient, name: str) -> Image:
    """Inspect an image.

    Raises:
        AnswerError: if the answer cannot be used.
        NotFound: if the engine does not have the image.
    """
    found = Fields(client.inspect_image(name), "image")  # type: ignore[no-untyped-call]  # types-docker leaves it bare
    settings = found.within("Config")
    return Image(
        found.text("Id", required=True),
        found.number("Size"),
        settings.has("Volumes"),
        any(word != "NONE" for word in settings.within("Healthcheck").texts("Test")),
        settings.texts("OnBuild"),
        found.text("Container"),
        found.within("ContainerConfig").texts("Cmd"),
    )


def networks(client: docker.APIClient) -> list[tuple[str, str]]:
    """List networks, each as (name, driver).

    Raises:
        AnswerError: if the answer cannot be used.
    """
    return [(one.text("Name"), one.text("Driver")) for one in objects(client.networks(), "networks")]


def own_networks(client: docker.APIClient, filters: Mapping[str, Any]) -> list[Listed]:
    """List the networks that have certain labels of hostcheck.

    Args:
        client: a connected client.
        filters: the labels, as in the filters of ``containers``.

    Raises:
        AnswerError: if the answer cannot be used.
    """
    found = objects(client.networks(filters=dict(filters)), "networks")
    return [Listed(one.text("Id", required=True), one.labels("Labels")) for one in found]


def read_object(data: bytes) -> Fields:
    """Read one JSON object.

    Raises:
        AnswerError: if ``data`` is not a JSON object.
    """
    return Fields(read_json(data), "message")


def read_json(data: bytes) -> Any:
    """Read a JSON document.

    Raises:
        AnswerError: if ``data`` is not JSON.
    """
    try:
        return json.loads(data)
    # Numbers of thousands of digits are a ValueError, lists in lists in lists a RecursionError.
    except (ValueError, RecursionError) as error:
        raise AnswerError("the engine's answer is not JSON") from error


def lines(response: requests.Response) -> Iterator[bytes]:
    """Yield the lines of an answer as they arrive. Empty lines are left out.

    The iterators of requests and of the SDK are not used: they copy an unfinished line each time a piece of it arrives.

    Raises:
        AnswerError: if a line is longer than ANSWER_BYTES.
    """
    begun: list[bytes] = []
    size = 0
    for piece in response.iter_content(_PIECE_BYTES):
        first, *more = piece.split(b"\n")
        begun.append(first)
        size += len(first)
        if size > ANSWER_BYTES:
            raise AnswerError(f"the engine's answer has a line longer than {ANSWER_BYTES >> 20} MiB")
        for line in more:
            if whole := b"".join(begun).strip():
                yield whole
            begun, size = [line], len(line)
    if whole := b"".join(begun).strip():
        yield whole
