"""Archives of unknown origin: read into memory, within bounds, or refused in one line."""

import gzip
import io
import os
import subprocess
import tarfile

import pytest

from hostcheck.errors import UsageError
from hostcheck.host.archive import DEEPEST, MOST_BYTES, MOST_MEMBERS, open_archive
from hostcheck.host.captured import CapturedHost
from tests.memory import most_allocated

VERSION = ("proc/version", b"Linux version 6.1.0")


def member(name, data=b"", kind=tarfile.REGTYPE, target="", **changes):
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = len(data), kind, target
    for key, value in changes.items():
        setattr(info, key, value)
    return info, data


def pack(*members, tar_format=tarfile.GNU_FORMAT):
    packed = io.BytesIO()
    with tarfile.open(mode="w", fileobj=packed, format=tar_format) as tar:
        for info, data in members:
            tar.addfile(info, io.BytesIO(data))
    return packed.getvalue()


@pytest.fixture
def opened(tmp_path):
    """Write an archive and open it."""

    def write(data, *, compress=True):
        path = tmp_path / "host.tar.gz"
        path.write_bytes(gzip.compress(data, compresslevel=1) if compress else data)
        return open_archive(path)

    return write


def test_an_archive_is_read_like_its_host(opened):
    host = CapturedHost(
        opened(
            pack(
                member("./", kind=tarfile.DIRTYPE),
                member("./proc", kind=tarfile.DIRTYPE),
                member("./proc/version", VERSION[1]),
            )
        )
    )
    assert host.read("/proc/version").data == VERSION[1]
    assert host.listdir("/proc") == ("version",)
    assert host.exists("/proc/nothing") is False
    assert host.exists("/sys/nothing") is None


def test_links_are_followed_inside_the_archive_only(opened):
    host = CapturedHost(
        opened(
            pack(
                member("etc/inside", kind=tarfile.SYMTYPE, target="../proc/version"),
                member("etc/absolute", kind=tarfile.SYMTYPE, target="/proc/version"),
                member("etc/outside", kind=tarfile.SYMTYPE, target="../../../../../etc/passwd"),
                member("etc/circle", kind=tarfile.SYMTYPE, target="circle"),
                member(*VERSION),
            )
        )
    )
    assert host.read("/etc/inside").data == host.read("/etc/absolute").data == VERSION[1]
    assert host.read("/etc/outside").failure == "absent"
    assert host.read("/etc/circle").failure == "unreadable"


HOSTILE = {
    "an absolute name": (pack(member("/proc/version")), "leads out of it"),
    "a name through ..": (pack(member("proc/../../x")), "leads out of it"),
    "a name that is ..": (pack(member("..", kind=tarfile.DIRTYPE)), "leads out of it"),
    "a file below a link": (
        pack(member("proc", kind=tarfile.SYMTYPE, target="/tmp"), member("proc/version")),
        "is not a folder",
    ),
    "a file below a file": (pack(member("proc"), member("proc/version")), "is not a folder"),
    "a name twice": (pack(member(*VERSION), member(*VERSION)), "twice"),
    "a link over a folder": (
        pack(member("proc", kind=tarfile.DIRTYPE), member("proc", kind=tarfile.SYMTYPE, target="/")),
        "twice",
    ),
    "a hard link": (pack(member(*VERSION), member("etc/x", kind=tarfile.LNKTYPE, target="/etc/shadow")), "a hard link"),
    "a character device": (pack(member("dev/zero", kind=tarfile.CHRTYPE)), "a device"),
    "a block device": (pack(member("dev/sda", kind=tarfile.BLKTYPE)), "a device"),
    "a pipe": (pack(member("run/pipe", kind=tarfile.FIFOTYPE)), "a pipe"),
    "a GNU sparse file": (pack(member("proc/x", kind=tarfile.GNUTYPE_SPARSE)), "a sparse file"),
    "a pax sparse file": (
        pack(
            member("proc/x", b"1", pax_headers={"GNU.sparse.major": "1", "GNU.sparse.realsize": str(1 << 60)}),
            tar_format=tarfile.PAX_FORMAT,
        ),
        "sparse",
    ),
    "an unknown kind": (pack(member("proc/x", kind=b"Z")), "unknown kind"),
    "too deep a name": (pack(member("proc/" + "d/" * DEEPEST)), "too long"),
    "a long name without end": (pack(member("proc/" + "x" * 70_000)), "too long"),
    "a negative size": (
        pack(member("proc/x")).replace(b"00000000000\0" * 2, b"\xff" * 12 + b"00000000000\0"),
        "damaged",
    ),
    "a size beyond the end": (pack(member("proc/version", b"x" * 600))[:1024], "is truncated"),
    "no end": (pack(member(*VERSION))[:1024], "is truncated"),
    "a wrong checksum": (pack(member(*VERSION)).replace(b"proc/", b"sysX/"), "damaged"),
    "text": (b"hello, world\n" * 100, "not a tar archive"),
    "nothing": (b"", "is truncated"),
    "no members": (b"\0" * 1024, "no files of a host"),
    "an unrelated archive": (pack(member("beach.jpg", b"x")), "no files of a host"),
    "the folder instead of what is in it": (pack(member("host/proc/version", b"x")), "must be at its top"),
    "a pax header without end": (
        pack(member("x", b"70008 a=" + b"x" * 69_999 + b"\n", kind=tarfile.XHDTYPE), member(*VERSION)),
        "too long",
    ),
    "a malformed pax header": (pack(member("x", b"99 path=y\n", kind=tarfile.XHDTYPE), member(*VERSION)), "malformed"),
    "a pax header with a NUL in the name": (
        pack(member("x", b"17 path=proc/\0/x\n", kind=tarfile.XHDTYPE), member(*VERSION)),
        "leads out of it",
    ),
    "a pax header with a size that is none": (
        pack(member("x", b"12 size=-99\n", kind=tarfile.XHDTYPE), member(*VERSION)),
        "not a number",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_is_refused_in_one_line(opened, name):
    data, said = HOSTILE[name]
    with pytest.raises(UsageError, match=said) as caught:
        opened(data)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_what_is_no_gzip_file_is_refused(opened):
    with pytest.raises(UsageError, match="not a gzip archive"):
        opened(pack(member(*VERSION)), compress=False)


@pytest.mark.parametrize("length", [1, 10, 15, 60, -1])
def test_a_truncated_file_is_refused(opened, length):
    with pytest.raises(UsageError, match="is truncated|not a gzip archive"):
        opened(gzip.compress(pack(member(*VERSION)))[:length], compress=False)


def test_a_changed_byte_is_noticed(opened):
    packed = bytearray(gzip.compress(pack(member("proc/version", os.urandom(4096)))))
    packed[len(packed) // 2] ^= 0xFF
    with pytest.raises(UsageError, match="damaged"):
        opened(bytes(packed), compress=False)


def test_a_compression_bomb_is_refused_before_it_fills_the_memory(opened, tmp_path):
    path = tmp_path / "bomb.tar.gz"
    with gzip.open(path, "wb", compresslevel=9) as bomb:
        for _ in range(8):
            bomb.write(b"\0" * (MOST_BYTES // 4))
    assert path.stat().st_size < 1 << 20

    def refused():
        with pytest.raises(UsageError, match="more than 64 MiB"):
            open_archive(path)

    assert most_allocated(refused) < 4 * MOST_BYTES


def test_too_many_files_are_refused(opened):
    header = pack(member("proc/x"))[:512]
    many = bytearray()
    for number in range(MOST_MEMBERS + 1):
        info = tarfile.TarInfo(f"proc/{number}")
        many += info.tobuf(tarfile.USTAR_FORMAT)
    assert len(many) == len(header) * (MOST_MEMBERS + 1)
    with pytest.raises(UsageError, match="more than 20000 files"):
        opened(bytes(many) + b"\0" * 1024)


def test_a_chain_of_extensions_is_no_recursion(opened):
    chain = [member("././@LongLink", b"proc/version\0", kind=tarfile.GNUTYPE_LONGNAME) for _ in range(5000)]
    tree = opened(pack(*chain, member("proc/x", b"here")))
    assert tree.read("proc/version") == b"here"


@pytest.mark.parametrize("what", ["pipe", "folder", "missing", "device"])
def test_what_is_no_file_is_refused_at_once(tmp_path, what):
    path = tmp_path / "host.tar.gz"
    if what == "pipe":
        os.mkfifo(path)
    elif what == "folder":
        path.mkdir()
    said = {"missing": "No such file", "folder": "Is a directory"}.get(what, "not a regular file")
    with pytest.raises(UsageError, match=said):
        open_archive("/dev/zero" if what == "device" else path)


def test_long_names_and_links_of_every_format_are_understood(opened):
    name, target = "proc/" + "n" * 120 + "/" + "m" * 120, "/proc/" + "t" * 150
    for tar_format in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        tree = opened(
            pack(member(name, b"1"), member("etc/link", kind=tarfile.SYMTYPE, target=target), tar_format=tar_format)
        )
        assert tree.read(name) == b"1"
        assert tree.readlink("etc/link") == target
    ustar = "proc/" + "a" * 90 + "/" + "b" * 90
    assert opened(pack(member(ustar, b"2"), tar_format=tarfile.USTAR_FORMAT)).read(ustar) == b"2"


@pytest.mark.real
@pytest.mark.parametrize("flavour", ["gnu", "oldgnu", "pax", "posix", "ustar"])
def test_what_tar_writes_is_read(tmp_path, flavour):
    root, path = tmp_path / "root", tmp_path / "host.tar.gz"
    (root / "proc/self/ns").mkdir(parents=True)
    (root / "proc/version").write_bytes(VERSION[1])
    (root / "proc/größe").write_text("ü")
    (root / "proc/self/ns/pid").symlink_to("pid:[4026531836]")
    subprocess.run(["tar", f"--format={flavour}", "-czf", path, "-C", root, "."], check=True)
    host = CapturedHost(open_archive(path))
    assert host.read("/proc/version").data == VERSION[1]
    assert host.read("/proc/größe").text == "ü"
    assert host.readlink("/proc/self/ns/pid").text == "pid:[4026531836]"
