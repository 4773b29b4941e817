"""The context of the user's own build: the Dockerfile and the files of a folder that the user names."""

import hashlib
import io
import os
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import docker
from docker.errors import NotFound
from docker.utils import exclude_paths

from hostcheck.bench.base import CannotRun, Settings
from hostcheck.bench.build.dockerfile import base_images, copied_from, frontend
from hostcheck.bench.engine.bridge import has_bridge
from hostcheck.bench.engine.connection import engine_must_answer
from hostcheck.host.held import HeldFolder

LARGEST_BYTES = 512 << 20
"""The context is kept in memory while it is sent."""

_DOCKERFILE = "Dockerfile"
_IGNORED = ".dockerignore"


@dataclass(frozen=True, slots=True)
class OwnContext:
    """The context of the user's own build.

    Attributes:
        dockerfile: its bytes, which are sent as they are.
        tree: all the other files, an archive without dates or owners: the same bytes for the same files.
        files: how many there are.
        network: of its steps: the engine's default network, or "none".
        images: the ids of its base images.
    """

    dockerfile: bytes
    tree: bytes
    files: int
    network: str = "default"
    images: tuple[str, ...] = ()

    @property
    def settings(self) -> Settings:
        """What two hosts' builds must have in common. It always differs from hostcheck's own build."""
        digest = hashlib.sha256(self.dockerfile + b"\0" + self.tree).hexdigest()
        image = ", ".join(self.images) or "scratch"
        return {"context": "own", "context_sha256": digest, "image": image, "network": self.network}

    @property
    def detail(self) -> Settings:
        """What else a sample records about it."""
        return {"files": self.files}

    def archive(self) -> bytes:
        """Return the context as the engine takes it.

        The Dockerfile comes first, with a USTAR header: an engine takes an archive that begins with a PAX header for a
        Dockerfile.
        """
        member = tarfile.TarInfo(_DOCKERFILE)
        member.size, member.mode = len(self.dockerfile), 0o644
        padding = bytes(-len(self.dockerfile) % tarfile.BLOCKSIZE)
        return member.tobuf(tarfile.USTAR_FORMAT) + self.dockerfile + padding + self.tree


def require_context(folder: Path) -> None:
    """Check that a folder is a build context.

    Raises:
        CannotRun: when it has no Dockerfile that can be read.
    """
    with _reading(folder) as held:
        _content(held, folder, _DOCKERFILE)


def read_context(folder: Path) -> OwnContext:
    """Read the folder, without the files that its .dockerignore names.

    Nothing outside the folder is read. A Dockerfile that is a link must point to a file in the folder, as for docker.
    A file that is replaced by a link meanwhile is not followed.

    Raises:
        CannotRun: when it is not a build context, is too large, or contains a file that cannot be sent.
    """
    with _reading(folder) as held:
        dockerfile = _content(held, folder, _DOCKERFILE)
        ignored = os.path.lexists(folder / _IGNORED)
        text = os.fsdecode(_content(held, folder, _IGNORED)).removeprefix("\ufeff") if ignored else ""
        patterns = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
        names = sorted(name for name in exclude_paths(str(folder), patterns) if name not in {"", _DOCKERFILE})
        return OwnContext(dockerfile, *_packed(held, folder, names))


@contextmanager
def _reading(folder: Path) -> Iterator[HeldFolder]:
    try:
        held = HeldFolder(str(folder))
        try:
            yield held
        finally:
            held.close()
    except (OSError, ValueError) as error:
        named = isinstance(error, OSError) and error.filename
        reason = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) and named else str(error)
        raise CannotRun(f"reading the build's context: {reason}", "name a folder with a Dockerfile") from error


def _content(held: HeldFolder, folder: Path, name: str) -> bytes:
    """Read the context's Dockerfile or .dockerignore.

    Raises:
        OSError: when it cannot be read.
        ValueError: when it is a link to a place outside the folder, or not a file.
    """
    top = folder.resolve()
    place = (top / name).resolve()
    if not place.is_relative_to(top):
        raise ValueError(f"{folder / name} is a link that leads out of the folder")
    return _data(held, place.relative_to(top).as_posix(), folder / name)


def _data(held: HeldFolder, place: str, path: Path) -> bytes:
    try:
        with held.opened(place) as descriptor, open(descriptor, "rb", closefd=False) as file:
            return file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def fitted(context: OwnContext, client: docker.APIClient, builder: str) -> OwnContext:
    """Return the context adapted to this engine: without a network where it has no bridge (a private engine has none).

    Args:
        context: as it was read.
        client: connected to the engine.
        builder: as in Engine.

    Raises:
        CannotRun: when the build would contact a registry: its time is not this host's, and no pull was requested.
    """
    if builder == "buildkit" and (image := frontend(context.dockerfile)):
        raise CannotRun(
            f"the Dockerfile's syntax is {image}, for which BuildKit asks a registry in each build",
            "remove that line, or set DOCKER_BUILDKIT=0 where the engine has its classic builder, which ignores it",
        )
    images = _require_images(client, base_images(context.dockerfile, heredocs=builder != "classic"), builder)
    return replace(context, images=images, network=context.network if has_bridge(client) else "none")


def _require_images(client: docker.APIClient, images: tuple[str, ...], builder: str) -> tuple[str, ...]:
    """Check that the base images are in the engine, and return their ids.

    Raises:
        CannotRun: when one is missing, or BuildKit would not find it there.
    """
    ids = []
    for image in images:
        found = _require_image(client, image)
        if builder == "buildkit" and found["Id"].removeprefix("sha256:").startswith(image.removeprefix("sha256:")):
            raise CannotRun(
                f"BuildKit asks a registry for {image}, which is an id", "give the image a tag, and name that"
            )
        ids.append(str(found["Id"]))
        for trigger in (found.get("Config") or {}).get("OnBuild") or ():
            for other in copied_from(trigger):
                _require_image(client, other)
    return tuple(ids)


def _require_image(client: docker.APIClient, image: str) -> Mapping[str, Any]:
    if "$" in image:
        raise CannotRun(
            f"the Dockerfile leaves the name of an image open: {image}", "write it out, or give its ARG a default"
        )
    with engine_must_answer(f"looking for the image {image}"):
        try:
            found: Mapping[str, Any] = client.inspect_image(image)  # type: ignore[no-untyped-call]  # types-docker
        except NotFound as error:
            raise CannotRun(
                f"the build begins with the image {image}, which is not in the engine", f"docker pull {image}"
            ) from error
    return found


def _packed(held: HeldFolder, folder: Path, names: list[str]) -> tuple[bytes, int]:
    buffer, files = io.BytesIO(), 0
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name in names:
            path = folder / name
            member = archive.gettarinfo(path, name)
            # A build context cannot contain sockets and the like.
            if member is None:
                continue
            member.mtime = member.uid = member.gid = 0
            member.uname = member.gname = ""
            data = None
            if member.isreg() or member.islnk():
                # Hard links are stored as separate files.
                data = _data(held, name, path)
                member.type, member.size, member.linkname = tarfile.REGTYPE, len(data), ""
                if buffer.tell() + member.size > LARGEST_BYTES:
                    raise ValueError(
                        f"it is larger than {LARGEST_BYTES >> 20} MiB: name what it does not need in .dockerignore"
                    )
            archive.format = tarfile.USTAR_FORMAT if _fits(member) else tarfile.PAX_FORMAT
            archive.addfile(member, None if data is None else io.BytesIO(data))
            files += data is not None
    return buffer.getvalue(), files


def _fits(member: tarfile.TarInfo) -> bool:
    """Whether a USTAR header can hold a member: a part of its name, or a link, has at most 100 bytes."""
    try:
        header = member.tobuf(tarfile.USTAR_FORMAT)
    except ValueError:
        return False
    # Python puts all of a long folder's name into the prefix; Go's archive/tar, which engines use, refuses that.
    return header[0] != 0
