"""A real keyring, which no process has once the child ended; and one that a filter or the quota keeps from it."""

import json
import os
import platform
import subprocess
import sys

import pytest

from hostcheck.host.experiments import calls
from hostcheck.host.experiments.perform import perform

JOINED = {"session": {"ok": True, "error": "", "stage": ""}}
BEFORE = "import json, os, sys, ctypes\nfrom hostcheck.host.experiments.perform import perform\n"
FILTER = """
import struct
number, errno = int(sys.argv[1]), int(sys.argv[2])
# Load the number of the call; if it is keyctl, answer the error; else permit it (seccomp(2)).
rows = ((0x20, 0, 0, 0), (0x15, 0, 1, number), (0x06, 0, 0, 0x00050000 | errno), (0x06, 0, 0, 0x7FFF0000))
program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *row) for row in rows))
head = struct.pack("HxxxxxxP", len(rows), ctypes.addressof(program))
libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, ctypes.c_char_p(head), 0, 0) == 0, ctypes.get_errno()
print(json.dumps(perform("keyring")))
"""
FULL = """
number = int(sys.argv[1])
os.setgroups([]); os.setgid(54321); os.setuid(54321)
libc = ctypes.CDLL(None, use_errno=True)
assert libc.syscall(number, 1, None) != -1
session, size = ctypes.c_long(-3), ctypes.c_size_t(2000)
while libc.syscall(248, b"user", os.urandom(8).hex().encode(), b"x" * 2000, size, session) != -1:
    pass
while libc.syscall(248, b"user", os.urandom(8).hex().encode(), b"x", ctypes.c_size_t(1), session) != -1:
    pass
print(json.dumps(perform("keyring")))
"""


def run(program, *arguments):
    argv = [sys.executable, "-c", BEFORE + program, *map(str, arguments)]
    return json.loads(subprocess.run(argv, capture_output=True, text=True, check=True).stdout)


def number():
    return calls.number_of("keyctl")


def test_a_keyring_is_joined_or_the_call_is_not_there():
    assert perform("keyring") in (JOINED, {"session": {"ok": False, "error": "ENOSYS", "stage": "join"}})


@pytest.mark.skipif(os.geteuid() != 0 or platform.machine() != "x86_64", reason="as another user; add_key(2) is 248")
def test_a_user_without_a_key_left_is_reported():
    assert run(FULL, number()) == {"session": {"ok": False, "error": "EDQUOT", "stage": "join"}}


@pytest.mark.parametrize(("errno", "name"), [(38, "ENOSYS"), (1, "EPERM")])
def test_what_a_filter_answers_is_reported(errno, name):
    assert run(FILTER, number(), errno) == {"session": {"ok": False, "error": name, "stage": "join"}}


def test_a_machine_whose_number_is_not_known_is_not_tried(monkeypatch):
    monkeypatch.setattr(calls, "NUMBERS", {})
    assert perform("keyring") == {}
    assert perform("device_rules", folder="/") == {}
