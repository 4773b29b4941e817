"""What a process sends before it ends, and that its end is noticed."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from hostcheck.outlive import wait_for_end
from tests.leaks import nothing_left_open

GUARDED = """
import sys
from pathlib import Path
from hostcheck.bench.scratch import Scratch
with Scratch(Path(sys.argv[1]), "0123456789abcdef", guarded=True) as scratch:
    print(scratch.path, flush=True)
    sys.stdin.read()
"""


def test_all_that_comes_through_a_pipe_is_returned_when_it_is_closed():
    with nothing_left_open():
        reading, writing = os.pipe()
        os.write(writing, b"swept")
        os.close(writing)
        assert wait_for_end(reading).data == b"swept"
        os.close(reading)


def test_files_that_come_through_a_socket_are_open_here(tmp_path):
    with nothing_left_open():
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        folder = os.open(tmp_path, os.O_RDONLY)
        for _ in range(2):
            socket.send_fds(theirs, [b"folder"], [folder])
        theirs.close()
        ended = wait_for_end(ours.fileno())
        assert [os.path.samestat(os.fstat(passed), os.fstat(folder)) for passed in ended.descriptors] == [True, True]
        for descriptor in (*ended.descriptors, folder):
            os.close(descriptor)
        ours.close()


def test_signals_are_ignored_until_they_are_heeded_again():
    script = "import os, signal\nfrom hostcheck.outlive import heed_stops, ignore_stops\n"
    script += "ignore_stops(); os.kill(os.getpid(), signal.SIGTERM)\n"
    script += "print('goes on', flush=True); heed_stops(); os.kill(os.getpid(), signal.SIGTERM)\n"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("goes on\n", -signal.SIGTERM)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_to_all_processes_of_a_run_does_not_end_the_one_that_cleans_up(tmp_path, number):
    """A service manager signals the whole control group, and kills what is left later."""
    process = subprocess.Popen(
        [sys.executable, "-c", GUARDED, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        folder = Path(process.stdout.readline().strip())
        (guard,) = psutil.Process(process.pid).children()
        guard.send_signal(number)
        process.kill()
    end = time.monotonic() + 60
    while folder.exists() and time.monotonic() < end:
        time.sleep(0.02)
    assert not folder.exists()
