"""Read the user's own build context: the Dockerfile and the files of a folder that the user names."""

import hashlib
import io
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import docker
from docker.errors import NotFound

from hostcheck.bench.base import CannotRun, Settings
from hostcheck.bench.build.archive import Archive
from hostcheck.bench.build.dockerfile import base_images, copied_from, frontend
from hostcheck.bench.build.dockerignore import chosen, read_patterns, with_exceptions
from hostcheck.bench.build.options import BuildOptions
from hostcheck.bench.engine.bridge import has_bridge
from hostcheck.bench.engine.connection import engine_must_answer
from hostcheck.bench.engine.objects import Image, inspected
from hostcheck.errors import UsageError
from hostcheck.host.held import HeldFolder
from hostcheck.userfile import is_file, is_missing, read_bytes, resolved

LARGEST_BYTES = 512 << 20
"""Maximum size of a context in bytes: it is kept in memory while it is sent."""

_DOCKERFILES = ("Dockerfile", "dockerfile", "Containerfile")
"""Possible names of the Dockerfile, in the order of the search. Docker accepts the first two, Podman the outer two."""
_IGNORED = ".dockerignore"
_PIECE_BYTES = 64 << 10
_FROM_OUTSIDE = ".dockerfile.0"
"""Name in the context for a Dockerfile from outside the folder. docker itself appends a random number to it."""


@dataclass(frozen=True, slots=True)
class OwnContext:
    """The build context of the user's own build.

    Attributes:
        dockerfile: the content of the Dockerfile, which is sent unchanged.
        tree: an archive of all other files, without dates and owners, so that the same files give the same bytes.
        files: number of files in the archive.
        network: network mode of the steps: the engine's default network, or "none".
        images: ids of the base images.
        name: path of the Dockerfile in the archive.
        target: the stage to build; empty for the last one.
        arguments: the name and the value of each build argument.
    """

    dockerfile: bytes
    tree: bytes
    files: int
    network: str = "default"
    images: tuple[str, ...] = ()
    name: str = _DOCKERFILES[0]
    target: str = ""
    arguments: tuple[tuple[str, str], ...] = ()

    @property
    def settings(self) -> Settings:
        """Values that must be equal on two hosts for their builds to be comparable."""
        digest = hashlib.sha256(self.dockerfile + b"\0")
        digest.update(self.tree)
        image = ", ".join(self.images) or "scratch"
        # The values of build arguments may be secret.
        given = hashlib.sha256(repr(self.arguments).encode(errors="surrogateescape")).hexdigest()
        asked = {"target": self.target, "build_args_sha256": given if self.arguments else ""}
        return {
            "context": "own",
            "context_sha256": digest.hexdigest(),
            "image": image,
            "network": self.network,
            **{name: value for name, value in asked.items() if value},
        }

    def archive(self) -> Archive:
        """Return the context as one archive, for the body of the build request.

        The Dockerfile comes first and has a USTAR header: an engine would mistake an archive that begins with a PAX
        header for a Dockerfile.
        """
        member = tarfile.TarInfo(self.name)
        member.size, member.mode = len(self.dockerfile), 0o644
        padding = bytes(-len(self.dockerfile) % tarfile.BLOCKSIZE)
        return Archive((member.tobuf(tarfile.USTAR_FORMAT), self.dockerfile, padding, self.tree))


def require_context(options: BuildOptions) -> None:
    """Check that the folder of the user's build is a build context.

    Raises:
        CannotRun: if the folder has no Dockerfile, or the Dockerfile cannot be read.
    """
    assert options.context is not None
    with _reading(options.context) as held:
        _dockerfile(held, options)


def read_context(options: BuildOptions, *, builder: str) -> OwnContext:
    """Read the build context that the user names, without the files that its .dockerignore excludes.

    Nothing outside the folder is read, except a Dockerfile that the user names. A Dockerfile that is a link must point
    to a file in the folder, as for docker. If a file is replaced by a link during the reading, the link is not
    followed.

    Args:
        options: the options of the build, with a context.
        builder: the builder's name, as in ``Engine.builder``. BuildKit prefers the file DOCKERFILE.dockerignore (for
            example Dockerfile.dockerignore) to .dockerignore.

    Raises:
        CannotRun: if the folder is not a build context, is too large, or contains a file that cannot be sent.
    """
    assert options.context is not None
    folder = options.context
    with _reading(folder) as held:
        name, dockerfile = _dockerfile(held, options)
        patterns = read_patterns(_ignore_file(held, options, name, builder))
        # The builder reads these two itself, and then leaves out what the patterns exclude.
        names = [one for one in chosen(folder, with_exceptions(patterns, (_IGNORED, name))) if one != name]
        tree, files = _packed(held, folder, names)
    return OwnContext(dockerfile, tree, files, name=name, target=options.target, arguments=options.arguments)


def _ignore_file(held: HeldFolder, options: BuildOptions, name: str, builder: str) -> bytes:
    """Return the content of the file that excludes others; empty if there is none.

    BuildKit prefers the one beside the Dockerfile, also for a Dockerfile outside of the context.
    """
    assert options.context is not None
    if builder == "buildkit" and name == _FROM_OUTSIDE and options.dockerfile is not None:
        beside = Path(f"{_absolute(options.dockerfile)}{_IGNORED}")
        if is_file(beside):
            return _outside(_IGNORED, beside)
    own = f"{name}{_IGNORED}"
    ignore = own if builder == "buildkit" and os.path.lexists(options.context / own) else _IGNORED
    return _content(held, options.context, ignore) if os.path.lexists(options.context / ignore) else b""


def _outside(what: str, path: Path) -> bytes:
    try:
        return read_bytes(what, path, LARGEST_BYTES)
    except UsageError as error:
        raise ValueError(error.args[0]) from error


def _dockerfile(held: HeldFolder, options: BuildOptions) -> tuple[str, bytes]:
    """Return the Dockerfile's path in the context, and its content.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if the file is a link to a place outside the folder, or is not a regular file.
    """
    assert options.context is not None
    folder = options.context
    if options.dockerfile is None:
        there = (name for name in _DOCKERFILES if os.path.lexists(folder / name))
        name = next(there, _DOCKERFILES[0])
        return name, _content(held, folder, name)
    # As for docker, it is relative to the working directory and not to the context, and where its links lead decides
    # whether it is in the context. docker/cli: cli/command/image/build/context.go, GetContextFromLocalDir.
    path, top = _absolute(options.dockerfile), resolved(folder)
    place = resolved(path)
    if place.is_relative_to(top):
        written = os.path.relpath(path, _absolute(folder))
        is_within = not written.startswith("..") and resolved(top / written) == place
        name = written if is_within else str(place.relative_to(top))
        return name, _content(held, folder, name)
    if not is_file(path):
        raise ValueError(f"{path}: {'no such file' if is_missing(path) else 'not a regular file'}")
    return _FROM_OUTSIDE, _outside("Dockerfile", path)


def _absolute(path: Path) -> Path:
    """Make a path absolute as Go's filepath.Abs does: "name/.." goes, whether or not the name is a link."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - Path.resolve follows links


@contextmanager
def _reading(folder: Path) -> Iterator[HeldFolder]:
    try:
        held = HeldFolder(str(folder))
        try:
            yield held
        finally:
            held.close()
    except (OSError, ValueError) as error:
        named = isinstance(error, OSError) and error.filename and error.strerror
        reason = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) and named else str(error)
        raise CannotRun(
            f"cannot read the build context: {reason}", "name a folder that contains a Dockerfile"
        ) from error


def _content(held: HeldFolder, folder: Path, name: str) -> bytes:
    """Read the context's Dockerfile or .dockerignore.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if the file is a link to a place outside the folder, or is not a regular file.
    """
    top = resolved(folder)
    place = resolved(top / name)
    if not place.is_relative_to(top):
        raise ValueError(f"{folder / name} is a link that leads out of the folder")
    return _data(held, place.relative_to(top).as_posix(), folder / name)


def _data(held: HeldFolder, place: str, path: Path) -> bytes:
    try:
        with held.opened(place) as descriptor, open(descriptor, "rb", closefd=False) as file:
            # A read of that many bytes would take that much memory for each file. A file may grow meanwhile.
            data = bytearray()
            while len(data) <= LARGEST_BYTES and (part := file.read(_PIECE_BYTES)):
                data += part
            return bytes(data)
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error


def fitted(context: OwnContext, client: docker.APIClient, builder: str) -> OwnContext:
    """Add the ids of the base images to a context, and choose the network of the steps.

    If the engine has no bridge, the steps get no network. A private engine has no bridge.

    Args:
        context: the context from ``read_context``.
        client: a client of the engine.
        builder: the builder's name, as in ``Engine.builder``.

    Raises:
        CannotRun: if a base image is missing, or the build would contact a registry. The time would include the
            registry, and the user requested no pull.
    """
    if builder == "buildkit" and (image := frontend(context.dockerfile)):
        raise CannotRun(
            f"the Dockerfile has a syntax line with {image}, and BuildKit requests it from a registry in each build",
            "remove the syntax line, or set DOCKER_BUILDKIT=0 to use the classic builder, which ignores it",
        )
    try:
        named = base_images(
            context.dockerfile,
            heredocs=builder != "classic",
            given=dict(context.arguments),
            target=context.target,
            only_needed=builder == "buildkit",
        )
    except ValueError as error:
        raise CannotRun(str(error), "name one of its stages with --target") from error
    images = _require_images(client, named, builder)
    return replace(context, images=images, network=context.network if has_bridge(client) else "none")


def _require_images(client: docker.APIClient, images: tuple[str, ...], builder: str) -> tuple[str, ...]:
    """Check that the engine has the base images, and return their ids.

    Raises:
        CannotRun: if an image is missing, or BuildKit would look for it in a registry.
    """
    ids = []
    for image in images:
        found = _require_image(client, image)
        if builder == "buildkit" and found.id.removeprefix("sha256:").startswith(image.removeprefix("sha256:")):
            raise CannotRun(
                f"the Dockerfile names an image by its id ({image}), which BuildKit would look up in a registry",
                "give the image a tag, and use the tag in the Dockerfile",
            )
        ids.append(found.id)
        for trigger in found.triggers:
            for other in copied_from(trigger):
                _require_image(client, other)
    return tuple(ids)


def _require_image(client: docker.APIClient, image: str) -> Image:
    if "$" in image:
        raise CannotRun(
            f"an image name in the Dockerfile has a variable without a default: {image}",
            "write the image's name in the Dockerfile, or give its ARG a default",
        )
    with engine_must_answer(f"looking for the image {image}"):
        try:
            return inspected(client, image)
        except NotFound as error:
            raise CannotRun(
                f"the engine does not have the build's base image {image}", f"docker pull {image}"
            ) from error


def _packed(held: HeldFolder, folder: Path, names: list[str]) -> tuple[bytes, int]:
    buffer, files = io.BytesIO(), 0
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name in names:
            path = folder / name
            try:
                member = archive.gettarinfo(path, name)
            except FileNotFoundError:
                # It was removed meanwhile; docker leaves it out too.
                continue
            # A socket has no place in an archive.
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
                        f"it is larger than {LARGEST_BYTES >> 20} MiB: exclude unneeded files in .dockerignore"
                    )
            archive.format = tarfile.USTAR_FORMAT if _fits(member) else tarfile.PAX_FORMAT
            archive.addfile(member, None if data is None else io.BytesIO(data))
            # tarfile keeps each header and each inode, which take more memory than a small file.
            archive.getmembers().clear()
            archive.inodes.clear()  # type: ignore[attr-defined]  # typeshed leaves it out
            files += data is not None
    return buffer.getvalue(), files


def _fits(member: tarfile.TarInfo) -> bool:
    """Return whether a USTAR header can hold a member.

    The header has 100 bytes for a link, 100 for the end of a name, and 155 for the folders before that end.
    """
    try:
        header = member.tobuf(tarfile.USTAR_FORMAT)
    except ValueError:
        return False
    # Python puts the whole name of a long folder into the prefix, which Go's archive/tar (used by engines) refuses.
    return header[0] != 0
