"""The image of the storm's containers: an image with only busybox, made without a pull, or the user's own image."""

import contextlib
import re
from collections.abc import Iterator

import docker
from docker import auth
from docker.errors import NotFound

from hostcheck.bench.base import CannotRun
from hostcheck.bench.engine.client_config import checked_config
from hostcheck.bench.engine.connection import REQUEST_ERRORS, engine_must_answer
from hostcheck.bench.engine.objects import Fields, images, inspected
from hostcheck.bench.storm.room import StormRoom
from hostcheck.busybox import Busybox
from hostcheck.labels import labels, of_run

_BY_DIGEST = re.compile(r".+@sha256:[0-9a-f]{64}")


def load_image(client: docker.APIClient, busybox: Busybox, run_id: str) -> str:
    """Create the busybox image in the engine, and return its id.

    The image is loaded (``POST /images/load``), not imported: Podman leaves the file of an import in /var/tmp.

    Raises:
        CannotRun: if the engine refuses the image.
    """
    tag = f"hostcheck-busybox:{run_id[:12]}"
    with engine_must_answer("loading the image of the storm"):
        machine = Fields(client.version(), "version").text("Arch", required=True)
        archive = busybox.image(tag, labels(run_id), machine)
        said = list(client.load_image(archive))  # type: ignore[no-untyped-call]  # types-docker leaves it bare
        for image in images(client, filters=dict(of_run(run_id))):
            # Podman puts the name of a registry before the image's name.
            if any(name.endswith(tag) for name in image.names):
                return image.id
        raise OSError((said[-1].text("error") if said else "") or "it does not list the loaded image")


@contextlib.contextmanager
def own_image(client: docker.APIClient, name: str, room: StormRoom) -> Iterator[str]:
    """Provide the image that the user names, and yield its id.

    If the engine does not have the image, it is pulled, but only by a name with a digest, which defines exactly what
    will run. A pulled image is removed afterwards, unless something uses it.

    Raises:
        CannotRun: if the engine does not have the image and it cannot be pulled, or the image leaves too little free
            space.
    """
    found = _find(client, name)
    pulled = found is None
    try:
        yield found or _pull(client, name, room)
    finally:
        if pulled:
            # It is in use, or the engine has stopped: the image is kept, as after a manual pull.
            with contextlib.suppress(*REQUEST_ERRORS):
                client.remove_image(name)


def _find(client: docker.APIClient, name: str) -> str | None:
    with engine_must_answer(f"looking for the image {name}"):
        try:
            found = inspected(client, name)
        except NotFound:
            return None
    return found.id


def _pull(client: docker.APIClient, name: str, room: StormRoom) -> str:
    if _BY_DIGEST.fullmatch(name) is None:
        remedy = f"run docker pull {name}, or name the image by its digest (NAME@sha256:…) to have it pulled"
        raise CannotRun(f"the engine does not have the image {name}", remedy)
    error = ""
    with engine_must_answer(f"pulling the image {name}"), room.watch() as watch:
        for part in client.pull(name, auth_config=credentials(name), stream=True, decode=True):
            error = part.text("error")
            if watch.short.is_set():
                # The engine cancels the pull when its client disconnects.
                break
    found = _find(client, name)
    if found is None:
        # The response may begin with success, and end with an error.
        raise CannotRun(
            f"pulling the image {name} failed: {error or 'the engine does not have it'}",
            "check the registry and the engine's log",
        )
    return found


def credentials(name: str) -> dict[str, str]:
    """Return the credentials for an image's registry from the user's config.json.

    Credential helpers ("credsStore", "credHelpers") are not run: they are programs that the SDK would search in PATH.

    Raises:
        CannotRun: if the configuration is malformed.
    """
    registry, _ = auth.resolve_repository_name(name)
    with checked_config():
        own = auth.AuthConfig({"auths": auth.load_config().auths})
    return dict(own.resolve_authconfig(registry) or {})
