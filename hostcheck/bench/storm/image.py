"""The image of the storm's containers: only busybox, made in the engine without a pull, or the user's own."""

import contextlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

import docker
from docker import auth
from docker.errors import NotFound

from hostcheck.bench.base import CannotRun
from hostcheck.bench.engine.connection import REQUEST_ERRORS, engine_must_answer
from hostcheck.bench.storm.room import StormRoom
from hostcheck.busybox import Busybox
from hostcheck.labels import labels, of_run

_BY_DIGEST = re.compile(r".+@sha256:[0-9a-f]{64}")


def load_image(client: docker.APIClient, busybox: Busybox, run_id: str) -> str:
    """Create the image and return its id.

    Loaded (``POST /images/load``), not imported: Podman leaves an import's file in /var/tmp.

    Raises:
        CannotRun: when the engine refuses.
    """
    tag = f"hostcheck-busybox:{run_id[:12]}"
    with engine_must_answer("loading the image of the storm"):
        machine = str(client.version()["Arch"])
        archive = busybox.image(tag, labels(run_id), machine)
        responses = list(client.load_image(archive))  # type: ignore[no-untyped-call]  # types-docker leaves it bare
        for image in client.images(filters=dict(of_run(run_id))):
            # Podman prefixes a registry's name.
            if any(name.endswith(tag) for name in image["RepoTags"] or ()):
                return str(image["Id"])
        last = responses[-1] if responses else {}
        raise OSError(str(last.get("error", last)))


@contextlib.contextmanager
def own_image(client: docker.APIClient, name: str, room: StormRoom) -> Iterator[str]:
    """Provide the image that the user names, and yield its id.

    An image that is not in the engine is pulled only where its name has a digest, which fixes what will run. It is
    removed afterwards, unless it is in use by then.

    Raises:
        CannotRun: when it is not in the engine, and has no digest or cannot be pulled, or leaves too little room.
    """
    found = _find(client, name)
    pulled = found is None
    try:
        yield found or _pull(client, name, room)
    finally:
        if pulled:
            # It is in use, or the engine is gone: the image is kept, as after a manual pull.
            with contextlib.suppress(*REQUEST_ERRORS):
                client.remove_image(name)


def _find(client: docker.APIClient, name: str) -> str | None:
    with engine_must_answer(f"looking for the image {name}"):
        try:
            found = client.inspect_image(name)  # type: ignore[no-untyped-call]  # types-docker leaves it bare
        except NotFound:
            return None
    return str(found["Id"])


def _pull(client: docker.APIClient, name: str, room: StormRoom) -> str:
    if _BY_DIGEST.fullmatch(name) is None:
        remedy = f"docker pull {name}, or name it with its digest (NAME@sha256:…), by which it is pulled"
        raise CannotRun(f"the image {name} is not in the engine", remedy)
    answer: Mapping[str, Any] = {}
    with engine_must_answer(f"pulling the image {name}"), room.watch() as watch:
        for part in client.pull(name, auth_config=credentials(name), stream=True, decode=True):
            answer = part
            if watch.short.is_set():
                # The engine cancels the pull when its client disconnects.
                break
    found = _find(client, name)
    if found is None:
        # A later error ends the stream of a response that began with success.
        raise CannotRun(
            f"pulling the image {name}: {answer.get('error', answer)}", "see the registry, and the engine's log"
        )
    return found


def credentials(name: str) -> dict[str, str]:
    """Return the credentials in the user's config.json for an image's registry. Credential helpers are not run.

    "credsStore" and "credHelpers" name programs docker-credential-NAME, which the SDK would search for in PATH.
    """
    registry, _ = auth.resolve_repository_name(name)
    own = auth.AuthConfig({"auths": auth.load_config().auths})
    return dict(own.resolve_authconfig(registry) or {})
