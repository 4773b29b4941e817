"""The context of the timed build: generated, the same bytes on every machine."""

import hashlib
import io
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import tomli

from hostcheck.bench.base import Settings
from hostcheck.busybox import Busybox

NOISE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class BuildContext:
    """The context of the timed build.

    Attributes:
        dockerfile: the text of benchmarks/build/Dockerfile.
        tree: the archive of small files.
        files: how many there are.
        busybox: the program that its steps run.
    """

    dockerfile: str
    tree: bytes
    files: int
    busybox: Busybox

    @property
    def settings(self) -> Settings:
        """What two hosts' builds must have in common."""
        return {"context_sha256": self.sha256, "image": self.busybox.image_id, "network": "none"}

    @property
    def detail(self) -> Settings:
        """What else a sample records about it."""
        return {"files": self.files}

    @property
    def sha256(self) -> str:
        """Digest of all that decides how much work the build is, without busybox, whose id is recorded separately."""
        return hashlib.sha256(self.dockerfile.encode() + b"\0" + self.tree).hexdigest()

    def archive(self) -> bytes:
        """Return the context as the engine takes it."""
        return tar_of(
            (
                ("Dockerfile", self.dockerfile.encode()),
                ("rootfs.tar", self.busybox.rootfs()),
                ("tree.tar", self.tree),
            )
        )


def load_context(folder: Path, busybox: Busybox) -> BuildContext:
    """Read the Dockerfile and context.toml in the folder, and generate the files.

    Raises:
        ValueError: when context.toml lacks a key, or one has the wrong type.
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
    """Yield names and contents: the same on every machine, from integers and SHAKE-128 alone (FIPS 202)."""
    noise = hashlib.shake_128(seed.encode()).digest(NOISE_BYTES)
    for package in range(packages):
        for index in range(each):
            name = f"package-{package:03}/lib/file-{index:03}.js"
            draw = int.from_bytes(hashlib.shake_128(f"{seed}/{name}".encode()).digest(8), "big")
            size = sizes[draw % len(sizes)]
            start = draw // len(sizes) % (NOISE_BYTES - size)
            # The name makes each file different: no layer below can deduplicate them.
            yield name, f"// {name}\n".encode() + noise[start : start + size]


def tar_of(members: Iterator[tuple[str, bytes]] | Sequence[tuple[str, bytes]]) -> bytes:
    """Return a USTAR archive of files without dates or owners.

    Never PAX: an engine takes an archive that begins with a PAX header for a Dockerfile.
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
