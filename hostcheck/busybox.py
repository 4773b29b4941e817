"""Make an image from this host's busybox, for the containers of the benchmarks. So no image is pulled."""

import hashlib
import io
import json
import struct
import sys
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

PLACES = (
    Path(sys.prefix, "bin", "busybox.static"),
    Path("/bin/busybox.static"),
    Path("/bin/busybox"),
    Path("/usr/bin/busybox"),
    Path("/sbin/busybox"),
    Path("/usr/sbin/busybox"),
)
"""Where to look for busybox: first in hostcheck's own environment, into which bin/bench unpacks it, then in the folders
of the host's programs."""

APPLETS = (
    "awk", "cat", "chmod", "chown", "cp", "cut", "dd", "du", "echo", "find", "grep", "gzip", "ln", "ls", "mkdir",
    "mv", "rm", "sed", "sh", "sha256sum", "sleep", "sort", "sync", "tar", "test", "touch", "true", "wc", "xargs",
)  # fmt: skip
"""The names that busybox has in the image. These are the commands that the Dockerfile in benchmarks/build may use."""

_PT_INTERP = 3
_LARGEST = 16 << 20


@dataclass(frozen=True, slots=True)
class Busybox:
    """A statically linked busybox.

    Attributes:
        path: path on this host.
        data: the program's bytes.
    """

    path: Path
    data: bytes

    @property
    def image_id(self) -> str:
        """The digest of the root file system, which identifies an image with this busybox."""
        return f"sha256:{_digest(self.rootfs())}"

    def image(self, tag: str, labels: Mapping[str, str], machine: str) -> bytes:
        """Return an image with this busybox in the format of ``docker save``. Equal arguments give equal bytes.

        Args:
            tag: name and tag of the image.
            labels: the image's labels.
            machine: the engine's name of this architecture (Arch of GET /version), such as "amd64".

        Source: https://github.com/moby/docker-image-spec (v1.2, "Combined Image JSON + Filesystem Changeset Format").
        """
        layer = self.rootfs()
        settings = {
            "architecture": machine,
            "os": "linux",
            "created": "1970-01-01T00:00:00Z",
            "config": {"Labels": dict(labels)},
            "history": [{"created": "1970-01-01T00:00:00Z", "created_by": "hostcheck"}],
            "rootfs": {"type": "layers", "diff_ids": [self.image_id]},
        }
        config = json.dumps(settings, sort_keys=True).encode()
        names = f"{_digest(config)}.json", f"{_digest(layer)}/layer.tar"
        manifest = json.dumps([{"Config": names[0], "RepoTags": [tag], "Layers": [names[1]]}]).encode()
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            for name, data in ((names[0], config), (names[1], layer), ("manifest.json", manifest)):
                member = tarfile.TarInfo(name)
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))
        return buffer.getvalue()

    def rootfs(self) -> bytes:
        """Return a root file system with only busybox, as a USTAR archive. Equal busyboxes give equal bytes."""
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            folder = tarfile.TarInfo("bin")
            folder.type, folder.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(folder)
            program = tarfile.TarInfo("bin/busybox")
            program.size, program.mode = len(self.data), 0o755
            archive.addfile(program, io.BytesIO(self.data))
            for applet in APPLETS:
                link = tarfile.TarInfo(f"bin/{applet}")
                link.type, link.linkname, link.mode = tarfile.SYMTYPE, "busybox", 0o777
                archive.addfile(link)
        return buffer.getvalue()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def look_for_busybox(places: Iterable[Path] = PLACES) -> Busybox | None:
    """Return a statically linked busybox of this host; None if there is none."""
    for path in places:
        try:
            with path.open("rb") as file:
                data = file.read(_LARGEST)
        except OSError:
            continue
        if is_static(data):
            return Busybox(path, data)
    return None


def is_static(program: bytes) -> bool:
    """Return whether an ELF program needs no dynamic loader: it has program headers, and none is PT_INTERP.

    Source: elf(5).
    """
    try:
        if program[:4] != b"\x7fELF":
            return False
        order = {1: "<", 2: ">"}[program[5]]
        wide = {1: False, 2: True}[program[4]]
        (start,) = struct.unpack_from(order + ("Q" if wide else "I"), program, 32 if wide else 28)
        size, count = struct.unpack_from(f"{order}HH", program, 54 if wide else 42)
        kinds = [struct.unpack_from(f"{order}I", program, start + index * size)[0] for index in range(count)]
    except (IndexError, KeyError, struct.error):
        return False
    return bool(kinds) and _PT_INTERP not in kinds
