import json
import os
import socket
import struct

import pytest

from hostcheck.host.base import READ_LIMIT
from hostcheck.host.captured import CapturedHost


@pytest.fixture
def root(tmp_path):
    (tmp_path / "secret").write_text("of this machine")
    root = tmp_path / "root"
    (root / "proc/self/ns").mkdir(parents=True)
    (root / "etc").mkdir()
    return root


def test_a_file_is_read_by_the_path_the_host_knows(root):
    (root / "etc/os-release").write_text("ID=debian\n")
    reading = CapturedHost(root).read("/etc/os-release")
    assert (reading.source, reading.text, reading.failure) == ("/etc/os-release", "ID=debian\n", None)


@pytest.mark.parametrize("target", ["../../secret", "../../../../../../secret", "/secret", "/proc/../../secret"])
def test_no_link_leads_out_of_the_root(root, target):
    (root / "etc/leak").symlink_to(target)
    reading = CapturedHost(root).read("/etc/leak")
    assert (reading.data, reading.failure) == (None, "absent")


def test_no_path_leads_out_of_the_root(root):
    assert CapturedHost(root).read("/../secret").failure == "absent"
    assert CapturedHost(root).listdir("/../..") == ("etc", "proc")


def test_an_absolute_link_is_followed_from_the_root(root):
    (root / "usr/lib").mkdir(parents=True)
    (root / "usr/lib/os-release").write_text("ID=alpine\n")
    (root / "etc/os-release").symlink_to("/usr/lib/os-release")
    assert CapturedHost(root).read("/etc/os-release").text == "ID=alpine\n"


def test_a_folder_that_is_a_link_is_passed_through(root):
    (root / "sys/devices/virtual/dmi/id").mkdir(parents=True)
    (root / "sys/devices/virtual/dmi/id/sys_vendor").write_text("QEMU\n")
    (root / "sys/class/dmi").mkdir(parents=True)
    (root / "sys/class/dmi/id").symlink_to("../../devices/virtual/dmi/id")
    assert CapturedHost(root).read("/sys/class/dmi/id/sys_vendor").text == "QEMU\n"


def test_a_plain_file_with_a_target_is_followed_like_a_link(root):
    (root / "real").mkdir()
    (root / "real/file").write_text("here")
    (root / "etc/link").write_text("../real")
    (root / "proc/self/ns/pid").write_text("pid:[4026531836]")
    host = CapturedHost(root)
    assert host.read("/etc/link/file").text == "here"
    assert host.readlink("/proc/self/ns/pid").text == "pid:[4026531836]"


def test_links_in_a_circle_end(root):
    (root / "etc/a").symlink_to("b")
    (root / "etc/b").symlink_to("a")
    (root / "etc/c").write_text("c/c/c")
    host = CapturedHost(root)
    assert host.read("/etc/a").failure == "unreadable"
    assert host.read("/etc/c/x").failure in {"absent", "unreadable"}
    assert host.exists("/etc/a/b") is None


def test_a_dangling_link_is_read_not_followed(root):
    (root / "proc/self/ns/pid").symlink_to("pid:[4026531836]")
    host = CapturedHost(root)
    assert host.readlink("/proc/self/ns/pid").text == "pid:[4026531836]"
    assert host.exists("/proc/self/ns/pid") is True
    assert host.read("/proc/self/ns/pid").failure == "absent"


def test_readlink_distinguishes_an_absent_path_from_one_that_is_no_link(root):
    (root / "etc/plain").write_text("x")
    host = CapturedHost(root)
    assert host.readlink("/etc/nothing").failure == "absent"
    assert host.readlink("/etc/plain").failure == "unreadable"
    assert host.readlink("/etc").failure == "unreadable"


def test_absence_is_proved_only_where_the_folder_was_captured(root):
    (root / "etc/hosts").write_text("")
    host = CapturedHost(root)
    assert host.exists("/etc/hosts") is True
    assert host.exists("/etc/docker") is False
    assert host.exists("/.dockerenv") is None
    assert host.exists("/dev/kvm") is None


def test_a_huge_file_is_read_in_part(root):
    with (root / "etc/huge").open("wb") as file:
        file.truncate(READ_LIMIT * 40)
    assert len(CapturedHost(root).read("/etc/huge").data) == READ_LIMIT


def test_pipes_sockets_and_devices_in_the_folder_are_not_touched(root):
    os.mkfifo(root / "etc/pipe")
    (root / "etc/zero").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(root / "etc/socket"))
        host = CapturedHost(root)
        assert host.read("/etc/pipe").failure == "unreadable"
        assert host.read("/etc/socket").failure == "unreadable"
        assert host.read("/etc/zero").failure == "absent"
        assert host.read("/etc").failure == "unreadable"


@pytest.mark.parametrize("path", ["/etc/\0", "/" + "x" * 5000, "/etc/\udcff", ""])
def test_impossible_paths_are_reported_as_failures(root, path):
    host = CapturedHost(root)
    assert host.read(path).failure in {"absent", "unreadable"}
    assert host.readlink(path).failure in {"absent", "unreadable"}
    assert host.exists(path) in {None, False, True}
    assert host.listdir("/etc/\0") is None


def test_cpuid_is_read_as_the_program_prints_it(root):
    (root / ".evidence").mkdir()
    (root / ".evidence/cpuid").write_text(
        "CPU:\n"
        "   0x00000001 0x00: eax=0x00a10f11 ebx=0x01020800 ecx=0xfffa3203 edx=0x178bfbff\n"
        "   0x00000004 0x01: eax=0x1 ebx=0x2 ecx=0x3 edx=0x4\n"
        "   0x40000000 0x00: eax=0x40000001 ebx=0x4b4d564b ecx=0x564b4d56 edx=0x0000004d\n"
        "   0x40000100 0x00: eax=junk\n"
    )
    assert CapturedHost(root).cpuid() == {
        1: (0x00A10F11, 0x01020800, 0xFFFA3203, 0x178BFBFF),
        0x40000000: (0x40000001, 0x4B4D564B, 0x564B4D56, 0x4D),
    }


def test_a_signature_is_read_as_the_first_hypervisor_leaf(root):
    (root / ".evidence").mkdir()
    (root / ".evidence/cpuid-signature").write_bytes(b"VMwareVMware")
    assert struct.pack("<III", *CapturedHost(root).cpuid()[0x40000000][1:]) == b"VMwareVMware"
    (root / ".evidence/cpuid-signature").write_bytes(b"KVMKVMKVM\n")
    assert struct.pack("<III", *CapturedHost(root).cpuid()[0x40000000][1:]) == b"KVMKVMKVM\0\0\0"
    (root / ".evidence/cpuid-signature").write_bytes(b"short")
    assert CapturedHost(root).cpuid() == {}


def test_experiments_of_a_captured_host_are_replayed_and_never_made(root):
    host = CapturedHost(root)
    assert host.experiment("unshare") is None
    (root / ".evidence").mkdir()
    (root / ".evidence/experiments.json").write_text(json.dumps({"unshare": {"pid": {"ok": True, "error": ""}}}))
    assert host.experiment("unshare") == {"pid": {"ok": True, "error": ""}}
    assert host.experiment("overlay", directory="/") is None
    (root / ".evidence/experiments.json").write_text("[" * 100_000)
    assert host.experiment("unshare") is None


def test_nothing_of_this_machine_answers(root):
    host = CapturedHost(root)
    assert host.live is False
    assert host.run(["true"], 1).failure == "absent"
    assert host.http_get("/var/run/docker.sock", "/info", 1) is None
    assert host.statvfs("/") is None
    assert host.stat("/") is None
    assert host.clock() == {}
    assert host.cpuid() == {}
