"""A build of one's own: the Dockerfile and the files of a folder that the user names."""

import hashlib
import io
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import docker
from docker.errors import NotFound
from docker.utils import exclude_paths

from hostcheck.bench.base import CannotRun, Settings
from hostcheck.bench.bridge import has_bridge
from hostcheck.bench.dockerfile import base_images, labelled
from hostcheck.bench.engine import engine_must_answer

LARGEST_BYTES = 512 << 20
"""The context is kept in memory while it is sent."""

_DOCKERFILE = "Dockerfile"


@dataclass(frozen=True, slots=True)
class OwnContext:
    """What is built.

    Attributes:
        dockerfile: its text.
        tree: all the other files, a USTAR archive without dates or owners: the same bytes for the same files.
        files: how many there are.
        network: of its steps: the engine's default one, or "none".
        images: the ids of those that it begins with.
    """

    dockerfile: str
    tree: bytes
    files: int
    network: str = "default"
    images: tuple[str, ...] = ()

    @property
    def settings(self) -> Settings:
        """What two hosts' builds must have in common; none has it with hostcheck's own build."""
        digest = hashlib.sha256(self.dockerfile.encode() + b"\0" + self.tree).hexdigest()
        image = ", ".join(self.images) or "scratch"
        return {"context": "own", "context_sha256": digest, "image": image, "network": self.network}

    @property
    def detail(self) -> Settings:
        """What else a sample keeps of it."""
        return {"files": self.files}

    def archive(self, labels: Mapping[str, str]) -> bytes:
        """Return the context as the engine takes it, with every stage labelled."""
        buffer = io.BytesIO(self.tree)
        with tarfile.open(fileobj=buffer, mode="a", format=tarfile.USTAR_FORMAT) as archive:
            data = labelled(self.dockerfile, labels).encode()
            member = tarfile.TarInfo(_DOCKERFILE)
            member.size, member.mode = len(data), 0o644
            archive.addfile(member, io.BytesIO(data))
        return buffer.getvalue()


def read_context(folder: Path) -> OwnContext:
    """Read the folder, without what its .dockerignore names.

    Raises:
        CannotRun: when it is no context, too large, or holds what cannot be sent.
    """
    try:
        dockerfile = (folder / _DOCKERFILE).read_text(encoding="utf-8")
        ignored = folder / ".dockerignore"
        patterns = ignored.read_text(encoding="utf-8").splitlines() if ignored.exists() else []
        patterns = [line.strip() for line in patterns if line.strip() and not line.startswith("#")]
        names = sorted(name for name in exclude_paths(str(folder), patterns) if name not in {"", _DOCKERFILE})
        return OwnContext(dockerfile, *_packed(folder, names))
    except (OSError, ValueError) as error:
        reason = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else str(error)
        raise CannotRun(f"reading the build's context: {reason}", "name a folder with a Dockerfile") from error


def fitted(context: OwnContext, client: docker.APIClient) -> OwnContext:
    """Return the context as this engine can build it: without network where it has no bridge, as a private one has not.

    Raises:
        CannotRun: when an image is missing.
    """
    images = _require_images(client, context.dockerfile)
    return replace(context, images=images, network=context.network if has_bridge(client) else "none")


def _require_images(client: docker.APIClient, dockerfile: str) -> tuple[str, ...]:
    """Make sure that what the build begins with is in the engine, and is not removed with what is built on it.

    Returns:
        The images' ids.

    Raises:
        CannotRun: when it is not: what a registry takes is not this host's time, and nobody asked for a pull.
    """
    try:
        images = base_images(dockerfile)
    except ValueError as error:
        raise CannotRun(f"reading the Dockerfile: {error}", "write it so") from error
    ids = []
    for image in images:
        if "$" in image:
            raise CannotRun(f"the Dockerfile leaves the name of an image open: {image}", "write it out")
        with engine_must_answer(f"looking for the image {image}"):
            try:
                found = client.inspect_image(image)  # type: ignore[no-untyped-call]  # types-docker leaves it bare
            except NotFound as error:
                raise CannotRun(
                    f"the build begins with the image {image}, which is not in the engine", f"docker pull {image}"
                ) from error
        if not (found.get("RepoTags") or found.get("RepoDigests")):
            raise CannotRun(f"the image {image} has no tag, and would go with what is built on it", "give it a tag")
        ids.append(str(found["Id"]))
    return tuple(ids)


def _packed(folder: Path, names: list[str]) -> tuple[bytes, int]:
    buffer, files = io.BytesIO(), 0
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name in names:
            path = folder / name
            member = archive.gettarinfo(path, name)
            # Sockets and the like: no build takes them.
            if member is None:
                continue
            member.mtime = member.uid = member.gid = 0
            member.uname = member.gname = ""
            if path.is_file() and not path.is_symlink():
                # Each file whole, also where two names are one file.
                member.type, member.size, member.linkname = tarfile.REGTYPE, path.stat().st_size, ""
                if buffer.tell() + member.size > LARGEST_BYTES:
                    raise ValueError(
                        f"it is larger than {LARGEST_BYTES >> 20} MiB: name what it does not need in .dockerignore"
                    )
                with path.open("rb") as file:
                    archive.addfile(member, file)
                files += 1
            else:
                archive.addfile(member)
    return buffer.getvalue(), files
