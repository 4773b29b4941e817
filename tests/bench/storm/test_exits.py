"""The programs that end are read from the kernel's own messages."""

import socket
import struct
import subprocess
import time

import pytest

from hostcheck.bench.storm import exits as subject
from hostcheck.bench.storm.exits import Exits, exits_in


def attribute(kind, value):
    return struct.pack("=HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)


def message(*, version=14, pid=70, size=432):
    stats = bytearray(size)
    struct.pack_into("=H", stats, 0, version)
    stats[80:84] = b"runc"
    struct.pack_into("=II", stats, 128, pid, 7)
    struct.pack_into("=Q", stats, 144, 250_000)
    struct.pack_into("=I", stats, 368, 70)
    task = attribute(1, struct.pack("=I", pid)) + attribute(3, bytes(stats))
    return bytes(20) + attribute(4, task) + attribute(5, task)


def test_a_process_that_ended_has_its_program_its_parent_and_its_time():
    (found,) = exits_in(message(), 10.0)
    assert (found.name, found.pid, found.parent, found.begin, found.end) == ("runc", 70, 7, 9.75, 10.0)


def test_another_thread_of_a_process_is_none():
    assert list(exits_in(message(pid=71), 10.0)) == []
    assert list(exits_in(bytes(20), 10.0)) == []


@pytest.mark.parametrize("broken", [{"version": 11}, {"version": 15}])
def test_a_structure_whose_fields_lie_elsewhere_is_refused(broken):
    with pytest.raises(ValueError, match=str(broken["version"])):
        list(exits_in(message(**broken), 10.0))


def test_a_structure_that_is_cut_is_refused():
    with pytest.raises(struct.error):
        list(exits_in(message(size=200), 10.0))


def test_a_kernel_that_takes_the_registration_and_sends_nothing_is_not_taken_at_its_word(monkeypatch):
    ours, others = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    monkeypatch.setattr(subject, "_PROOF_SECONDS", 0.01)
    with ours, others:
        with pytest.raises(TimeoutError):
            subject._prove(ours)
        others.send(b"of a task that ended")
        subject._prove(ours)


def test_the_kernel_reports_a_program_that_ended_or_it_is_said_why_not():
    with Exits() as exits:
        with subprocess.Popen(["sleep", "0.1"]) as program:
            pass
        until = time.monotonic() + 10
        while not exits.unknown and program.pid not in {one.pid for one in exits.found}:
            assert time.monotonic() < until
            time.sleep(0.01)
    if exits.unknown:
        assert any(words in exits.unknown for words in ("root", "this kernel", "network namespace"))
    else:
        (found,) = (one for one in exits.found if one.pid == program.pid)
        assert found.name == "sleep"
        assert found.end - found.begin >= 0.1
