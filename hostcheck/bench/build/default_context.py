"""The context of the timed build. It is generated, and has the same bytes on every machine."""

import hashlib
import io
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import tomli

from hostcheck.bench.base import Settings
from hostcheck.bench.build.archive import Archive
from hostcheck.busybox import Busybox

NOISE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class BuildContext:
    """The context of the timed build.

    Attributes:
        dockerfile: the text of benchmarks/build/Dockerfile.
        tree: the archive of small files.
        files: number of files in the archive.
        busybox: the program that the build's steps run.
    """

    dockerfile: str
    tree: bytes
    files: int
    busybox: Busybox

    @property
    def settings(self) -> Settings:
        """Values that must be equal on two hosts for their builds to be comparable."""
        return {"context_sha256": self.sha256, "image": self.busybox.image_id, "network": "none"}

    @property
    def sha256(self) -> str:
        """SHA-256 of the Dockerfile and the small files, in hexadecimal. The image id of busybox is recorded apart."""
        return hashlib.sha256(self.dockerfile.encode() + b"\0" + self.tree).hexdigest()

    def archive(self) -> Archive:
        """Return the context as one archive, for the body of the build request."""
        members = (
            ("Dockerfile", self.dockerfile.encode()),
            ("rootfs.tar", self.busybox.rootfs()),
            ("tree.tar", self.tree),
        )
        return Archive((tar_of(members),))


def load_context(folder: Path, busybox: Busybox) -> BuildContext:
    """Read the Dockerfile and context.toml in the folder, and generate the files.

    Raises:
        ValueError: if a key is missing in context.toml, or has the wrong type.
    """
    with (folder / "context.toml").open("rb") as file:
        options = tomli.load(file)
    try:
        tree = tar_of(small_files(options["seed"], options["packages"], options["files_per_package"], options["sizes"]))
        count = options["packages"] * options["files_per_package"]
    except (KeyError, TypeError) as error:
        raise ValueError(f"{folder}/context.toml: {type(error).__name__}: {error}") from error
    return BuildContext((folder / "Dockerfile").read_text(encoding="utf-8"), tree, count, busybox)


def small_files(seed: str, packages: int, each: int, sizes: Sequence[int]) -> Iterator[tuple[str, bytes]]:
    """Yield (name, content) of each small file.

    Names and contents are generated with SHAKE-128 (FIPS 202), so they are equal on every machine.
    """
    noise = hashlib.shake_128(seed.encode()).digest(NOISE_BYTES)
    for package in range(packages):
        for index in range(each):
            name = f"package-{package:03}/lib/file-{index:03}.js"
            draw = int.from_bytes(hashlib.shake_128(f"{seed}/{name}".encode()).digest(8), "big")
            size = sizes[draw % len(sizes)]
            start = draw // len(sizes) % (NOISE_BYTES - size)
            # The name is part of the content, so that all files differ, and no storage layer can deduplicate them.
            yield name, f"// {name}\n".encode() + noise[start : start + size]


def tar_of(members: Iterator[tuple[str, bytes]] | Sequence[tuple[str, bytes]]) -> bytes:
    """Return a USTAR archive of files without dates or owners.

    PAX headers are not used: an engine would mistake an archive that begins with one for a Dockerfile.
    """
    buffer = io.BytesIO()
    folders: set[str] = set()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in members:
            for above in reversed(Path(name).parents[:-1]):
                if str(above) not in folders:
                    folders.add(str(above))
                    folder = tarfile.TarInfo(str(above))
                    folder.type, folder.mode = tarfile.DIRTYPE, 0o755
                    archive.addfile(folder)
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(data), 0o644
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()
