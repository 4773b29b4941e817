"""The members of a tar archive that somebody sent, held in memory: nothing is ever unpacked to the disk.

The archive is not trusted. tarfile is not used for reading: its answer to hostile headers (negative sizes, sparse
files, chains of extensions) depends on the patch level of Python. What tar(1) and bsdtar write of files, folders and
symbolic links is understood (POSIX.1-2017 pax, "ustar Interchange Format"; GNU tar, "Basic Tar Format"); all else is
refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

BLOCK = 512
_LONGEST_EXTENSION = 1 << 16

_KINDS: dict[bytes, Literal["file", "folder", "link"]] = {
    b"0": "file",
    b"\0": "file",
    b"7": "file",
    b"5": "folder",
    b"2": "link",
}
_REFUSED = {
    b"1": "a hard link",
    b"3": "a device",
    b"4": "a device",
    b"6": "a pipe",
    b"S": "a sparse file",
}
_LONG_NAMES = {b"L": "path", b"K": "linkpath"}


@dataclass(frozen=True, slots=True)
class Member:
    """One member.

    Attributes:
        name: as the archive has it; not checked.
        kind: what it is.
        data: a file's bytes, else empty.
        target: where a link points, else empty.
    """

    name: str
    kind: Literal["file", "folder", "link"]
    data: bytes = b""
    target: str = ""


def members(archive: bytes) -> Iterator[Member]:
    """Give the members of an archive, in its order.

    Raises:
        ValueError: when it is damaged, or holds what is neither a file, a folder nor a symbolic link.
    """
    position = 0
    told: dict[str, str] = {}  # what extensions say of the member after them
    while True:
        header = archive[position : position + BLOCK]
        if len(header) < BLOCK:
            raise ValueError("it ends early")
        if not any(header):
            return
        _check(header)
        flag = header[156:157]
        kind = _KINDS.get(flag)
        size = _number(told["size"].encode() if "size" in told else header[124:136], of="size")
        # Only files have bytes; a folder's size is a hint of another kind.
        size = 0 if kind in {"folder", "link"} else size
        begin, end = position + BLOCK, position + BLOCK + size
        if end > len(archive):
            raise ValueError("it ends early")
        position = begin + -(-size // BLOCK) * BLOCK
        if flag in _LONG_NAMES or flag in b"xg":
            if size > _LONGEST_EXTENSION:
                raise ValueError("a name in it is too long")
            told = told | _extension(flag, archive[begin:end])
            continue
        name = told.get("path") or _name(header)
        if kind is None:
            raise ValueError(f"{name!r} is {_REFUSED.get(flag, 'of an unknown kind')}")
        target = told.get("linkpath") or _string(header[157:257])
        yield Member(name, kind, archive[begin:end], target if kind == "link" else "")
        told = {}


def _check(header: bytes) -> None:
    stated = _number(header[148:156], of="checksum")
    if stated != sum(header[:148]) + 8 * ord(" ") + sum(header[156:]):
        raise ValueError("it is no tar archive, or damaged")


def _name(header: bytes) -> str:
    name = _string(header[:100])
    # GNU's magic is "ustar " with a space: there other things are where POSIX has the prefix.
    prefix = _string(header[345:500]) if header[257:263] == b"ustar\0" else ""
    return f"{prefix}/{name}" if prefix else name


def _string(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "surrogateescape")


def _number(field: bytes, *, of: str) -> int:
    # Larger numbers than octal digits hold are in base 256; nothing in a capture is that large.
    digits = field.strip(b" \0") or b"0"
    if len(digits) > 12 or not set(digits) <= set(b"01234567"):
        raise ValueError(f"it is no tar archive, or damaged: a {of} is no number")
    return int(digits, 8)


def _extension(flag: bytes, data: bytes) -> dict[str, str]:
    """Read what an extension says of the next member; of a pax header what is needed, of a global one nothing."""
    if flag in _LONG_NAMES:
        return {_LONG_NAMES[flag]: _string(data)}
    records = dict(_records(data)) if flag == b"x" else {}
    if any(key.startswith("GNU.sparse") for key in records):
        raise ValueError("it holds a sparse file")
    told = {key: value for key, value in records.items() if key in {"path", "linkpath"}}
    if "size" in records:
        if not records["size"].isascii() or not records["size"].isdigit() or len(records["size"]) > 12:
            raise ValueError("it is no tar archive, or damaged: a size is no number")
        told["size"] = f"{int(records['size']):o}"
    return told


def _records(data: bytes) -> Iterator[tuple[str, str]]:
    """Parse the records of a pax header, "LENGTH KEY=VALUE" and a newline each."""
    begin = 0
    while begin < len(data):
        digits, space, _ = data[begin : begin + 8].partition(b" ")
        end = begin + (int(digits) if space and digits.isdigit() else 0)
        record = data[begin + len(digits) + 1 : end]
        if end > len(data) or not record.endswith(b"\n") or b"=" not in record:
            raise ValueError("it is no tar archive, or damaged: a pax header is malformed")
        key, _, value = record[:-1].partition(b"=")
        yield key.decode("utf-8", "replace"), value.decode("utf-8", "surrogateescape")
        begin = end
