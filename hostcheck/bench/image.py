"""The image that the storm's containers run: busybox alone, made in the engine without a pull, or the user's own."""

import json

import docker
from docker.errors import NotFound

from hostcheck.bench.base import CannotRun
from hostcheck.bench.busybox import Busybox
from hostcheck.bench.engine import engine_must_answer
from hostcheck.bench.labels import labels


def import_image(client: docker.APIClient, busybox: Busybox, run_id: str) -> str:
    """Make the image and return its id.

    Raises:
        CannotRun: when the engine refuses.
    """
    changes = [f"LABEL {name}={value}" for name, value in labels(run_id).items()]
    with engine_must_answer("importing the image of the storm"):
        answer = client.import_image_from_data(
            busybox.rootfs(), repository="hostcheck-busybox", tag=run_id[:12], changes=changes
        )
        return imported_id(answer)


def own_image(client: docker.APIClient, name: str) -> str:
    """Return the id of the image that the user names.

    Raises:
        CannotRun: when it is not in the engine: nobody asked for a pull.
    """
    with engine_must_answer(f"looking for the image {name}"):
        try:
            found = client.inspect_image(name)  # type: ignore[no-untyped-call]  # types-docker leaves it bare
        except NotFound as error:
            raise CannotRun(f"the image {name} is not in the engine", f"docker pull {name}") from error
    return str(found["Id"])


def imported_id(answer: str) -> str:
    """Return the id that ends the stream of POST /images/create.

    Raises:
        OSError: when it ends with something else, which the engine's message says.
    """
    last = json.loads(answer.strip().splitlines()[-1])
    if "status" not in last or "error" in last:
        raise OSError(last.get("error", answer))
    return str(last["status"])
