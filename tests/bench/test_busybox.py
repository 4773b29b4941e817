import hashlib
import io
import json
import struct
import tarfile
from pathlib import Path

import pytest

from hostcheck.bench.base import CannotRun
from hostcheck.bench.busybox import find_busybox
from hostcheck.busybox import Busybox, is_static


def elf(*kinds, wide=True, order="<"):
    """The headers of a program with program headers of these kinds."""
    start, size = (64, 56) if wide else (52, 32)
    head = bytearray(start)
    head[:6] = b"\x7fELF" + bytes((2 if wide else 1, 1 if order == "<" else 2))
    struct.pack_into(order + ("Q" if wide else "I"), head, 32 if wide else 28, start)
    struct.pack_into(f"{order}HH", head, 54 if wide else 42, size, len(kinds))
    return bytes(head) + b"".join(struct.pack(f"{order}I", kind).ljust(size, b"\0") for kind in kinds)


@pytest.mark.parametrize("wide", [True, False])
@pytest.mark.parametrize("order", ["<", ">"])
def test_a_program_is_static_when_no_program_header_names_an_interpreter(wide, order):
    assert is_static(elf(1, 1, wide=wide, order=order))
    assert not is_static(elf(1, 3, wide=wide, order=order))


@pytest.mark.parametrize("data", [b"", b"#!/bin/sh\n", b"\x7fELF", b"\x7fELF\x09\x09", elf(1)[:66], elf()])
def test_what_is_no_whole_program_is_not_static(data):
    assert not is_static(data)


@pytest.mark.real
def test_this_hosts_programs_are_distinguished():
    assert find_busybox().path.name.startswith("busybox")
    assert not is_static(Path("/bin/ls").read_bytes())


def test_without_a_static_busybox_the_remedy_is_named(tmp_path):
    dynamic = tmp_path / "busybox"
    dynamic.write_bytes(elf(1, 3))
    with pytest.raises(CannotRun) as caught:
        find_busybox([tmp_path / "absent", dynamic])
    assert caught.value.remedy == "install busybox-static"


def test_the_root_file_system_is_busybox_and_links_to_it_the_same_each_time():
    busybox = Busybox(Path("/bin/busybox"), b"program")
    assert busybox.rootfs() == busybox.rootfs()
    with tarfile.open(fileobj=io.BytesIO(busybox.rootfs())) as archive:
        assert archive.getmember("bin/busybox").mode == 0o755
        assert archive.getmember("bin/sh").linkname == "busybox"
        assert {member.mtime for member in archive} == {0}


def test_the_image_is_the_root_file_system_with_labels_the_same_each_time():
    busybox = Busybox(Path("/bin/busybox"), b"program")
    whole = busybox.image("name:1", {"one": "1"}, "amd64")
    assert whole == busybox.image("name:1", {"one": "1"}, "amd64")
    with tarfile.open(fileobj=io.BytesIO(whole)) as archive:
        files = {member.name: archive.extractfile(member).read() for member in archive}
    (image,) = json.loads(files["manifest.json"])
    assert image["RepoTags"] == ["name:1"]
    assert [files[name] for name in image["Layers"]] == [busybox.rootfs()]
    settings = json.loads(files[image["Config"]])
    assert image["Config"] == f"{hashlib.sha256(files[image['Config']]).hexdigest()}.json"
    assert settings["rootfs"]["diff_ids"] == [busybox.image_id]
    assert (settings["config"], settings["architecture"]) == ({"Labels": {"one": "1"}}, "amd64")
