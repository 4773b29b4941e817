"""Read the members of an untrusted tar archive in memory. Nothing is unpacked to the disk.

tarfile is not used: its behaviour with hostile headers (negative sizes, sparse files, chains of extensions) depends on
the patch level of Python. Files, folders and symbolic links as written by tar(1) and bsdtar are supported
(POSIX.1-2017 pax, "ustar Interchange Format"; GNU tar, "Basic Tar Format"). Everything else is refused.
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
    """One member of an archive.

    Attributes:
        name: its name in the archive, which is not checked.
        kind: "file", "folder" or "link".
        data: the content of a file, else empty.
        target: the target of a link, else empty.
    """

    name: str
    kind: Literal["file", "folder", "link"]
    data: bytes = b""
    target: str = ""


def members(archive: bytes) -> Iterator[Member]:
    """Yield the members of an archive, in its order.

    Raises:
        ValueError: if the archive is damaged, or holds anything but files, folders and symbolic links.
    """
    position = 0
    extended: dict[str, str] = {}  # fields of the next member, from extension headers before it
    while True:
        header = archive[position : position + BLOCK]
        if len(header) < BLOCK:
            raise ValueError("it is truncated")
        if not any(header):
            return
        _check(header)
        flag = header[156:157]
        kind = _KINDS.get(flag)
        size = _number(extended["size"].encode() if "size" in extended else header[124:136], of="size")
        # Only files have content. The size of a folder has another meaning.
        size = 0 if kind in {"folder", "link"} else size
        begin, end = position + BLOCK, position + BLOCK + size
        if end > len(archive):
            raise ValueError("it is truncated")
        position = begin + -(-size // BLOCK) * BLOCK
        if flag in _LONG_NAMES or flag in b"xg":
            if size > _LONGEST_EXTENSION:
                raise ValueError("a name in it is too long")
            extended = extended | _extension(flag, archive[begin:end])
            continue
        name = extended.get("path") or _name(header)
        if kind is None:
            raise ValueError(f"{name!r} is {_REFUSED.get(flag, 'of an unknown kind')}")
        target = extended.get("linkpath") or _string(header[157:257])
        yield Member(name, kind, archive[begin:end], target if kind == "link" else "")
        extended = {}


def _check(header: bytes) -> None:
    stated = _number(header[148:156], of="checksum")
    if stated != sum(header[:148]) + 8 * ord(" ") + sum(header[156:]):
        raise ValueError("it is not a tar archive, or is damaged")


def _name(header: bytes) -> str:
    name = _string(header[:100])
    # The magic of GNU tar is "ustar " with a space. It uses the prefix field for other data.
    prefix = _string(header[345:500]) if header[257:263] == b"ustar\0" else ""
    return f"{prefix}/{name}" if prefix else name


def _string(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "surrogateescape")


def _number(field: bytes, *, of: str) -> int:
    # Numbers too large for octal digits are in base 256. Nothing in a capture is that large.
    digits = field.strip(b" \0") or b"0"
    if len(digits) > 12 or not set(digits) <= set(b"01234567"):
        raise ValueError(f"it is not a tar archive, or is damaged: a {of} is not a number")
    return int(digits, 8)


def _extension(flag: bytes, data: bytes) -> dict[str, str]:
    """Return the fields that an extension header sets for the next member: path, linkpath and size (in octal digits).

    Global pax headers are ignored.
    """
    if flag in _LONG_NAMES:
        return {_LONG_NAMES[flag]: _string(data)}
    records = dict(_records(data)) if flag == b"x" else {}
    if any(key.startswith("GNU.sparse") for key in records):
        raise ValueError("it holds a sparse file")
    fields = {key: value for key, value in records.items() if key in {"path", "linkpath"}}
    if "size" in records:
        if not records["size"].isascii() or not records["size"].isdigit() or len(records["size"]) > 12:
            raise ValueError("it is not a tar archive, or is damaged: a size is not a number")
        fields["size"] = f"{int(records['size']):o}"
    return fields


def _records(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield key and value of each record of a pax header: "LENGTH KEY=VALUE" and a newline."""
    begin = 0
    while begin < len(data):
        digits, space, _ = data[begin : begin + 8].partition(b" ")
        end = begin + (int(digits) if space and digits.isdigit() else 0)
        record = data[begin + len(digits) + 1 : end]
        if end > len(data) or not record.endswith(b"\n") or b"=" not in record:
            raise ValueError("it is not a tar archive, or is damaged: a pax header is malformed")
        key, _, value = record[:-1].partition(b"=")
        yield key.decode("utf-8", "replace"), value.decode("utf-8", "surrogateescape")
        begin = end
