"""What a host is given to run, and what is understood of what it prints: by real shells, without any Ansible."""

import base64
import gzip
import os
import subprocess
import time
from pathlib import Path

import pytest

from hostcheck.fleet import play
from hostcheck.fleet.ansible import Ended
from hostcheck.fleet.host import State
from hostcheck.fleet.reasons import reason_of


def run(program, deadline=5, path=None, identity="0" * 40):
    folders = {"PATH": path} if path else {}
    text = f"id={identity}\n{play.command(program, deadline)}"
    return subprocess.run(["/bin/sh", "-c", text], capture_output=True, text=True, env={**os.environ, **folders})


def left(identity):
    return [
        place for place in ("/dev/shm", "/run", "/tmp", "/var/tmp") if Path(f"{place}/hostcheck-{identity}").exists()
    ]


def test_a_program_that_ends_is_answered_at_once_with_all_that_it_wrote():
    identity = os.urandom(20).hex()
    done = run("echo \"it's\"\nprintf 'a\\\\b\\n'\n", identity=identity)
    assert play.understood(done.stdout).text == b"it's\na\\b\nend 1\n"
    assert left(identity) == []


def packed(text, coding):
    data = text.encode()
    if coding.startswith("gzip"):
        data = gzip.compress(data)
    words = {"base64": base64.encodebytes(data).decode(), "hex": data.hex(" "), "text": text.removesuffix("\n")}
    return f"hostcheck-answer {coding}\n{words[coding.split()[-1]]}\nhostcheck-answer ends\n"


@pytest.mark.parametrize("coding", ["gzip base64", "gzip hex", "base64", "hex", "text"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["pipe", "terminal"])
def test_every_way_in_which_a_host_can_pack_its_answer_is_read(coding, end):
    for banner in ("a banner\n", "a banner that does not end its line: "):
        printed = banner + packed("one\ntwo\n", coding) + "a shell says goodbye\n"
        text = play.understood(printed.replace("\n", end)).text
        assert text.replace(b"\r\n", b"\n") == b"one\ntwo\n"


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "hostcheck-answer gzip base64\nH4sI",
        "hostcheck-answer base64\n!\nhostcheck-answer ends",
        "hostcheck-answer hex\nzz\nhostcheck-answer ends",
        "hostcheck-answer gzip base64\nAAAA\nhostcheck-answer ends",
        "it says hostcheck-running among others",
    ],
)
def test_what_is_no_answer_is_none(printed):
    answered = play.understood(printed)
    assert answered is None or answered.text in (b"", None)


def test_a_bomb_is_not_decompressed():
    bomb = gzip.compress(b"\0" * (play.MOST_BYTES + 1))
    printed = f"hostcheck-answer gzip base64\n{base64.b64encode(bomb).decode()}\nhostcheck-answer ends\n"
    assert len(play.understood(printed).text) == play.MOST_BYTES


def test_a_host_that_begins_an_answer_again_and_again_costs_no_more_than_its_text():
    begun = time.process_time()
    assert play.understood("hostcheck-answer text\n" * 40_000) is None
    # It took 32 s of CPU for a fifth of it.
    assert time.process_time() - begun < 30


def test_an_answer_is_bounded_however_it_is_packed():
    printed = f"hostcheck-answer base64\n{'QUFB' * (play.MOST_BYTES // 2)}\nhostcheck-answer ends\n"
    assert len(play.understood(printed).text) == play.MOST_BYTES


def test_a_program_that_runs_on_and_one_that_was_ended_are_told_apart():
    assert play.understood("hostcheck-running\r\n").running
    assert play.understood("a banner hostcheck-late\n").late


@pytest.mark.parametrize(
    ("how", "said", "state", "reason"),
    [
        (
            "unreachable",
            "Failed to connect to the host via ssh: a@b: Permission denied (publickey).",
            State.REFUSED,
            "a@b: Permission denied (publickey).",
        ),
        (
            "unreachable",
            "x\nHost key verification failed.",
            State.REFUSED,
            "its host key is not the known one: Host key verification failed",
        ),
        (
            "unreachable",
            "Failed to connect to the host via ssh: ssh: connect to host a port 22: No route to host",
            State.UNREACHABLE,
            "ssh: connect to host a port 22: No route to host",
        ),
        ("unreachable", "", State.UNREACHABLE, "it cannot be reached"),
        (
            "unreachable",
            "Failed to connect to the host via ssh: PTY allocation request failed on channel 0",
            State.UNREACHABLE,
            "ssh gets no terminal there: where it has no terminals (/dev/pts), set ansible_ssh_use_tty=false",
        ),
        (
            "unreachable",
            "Failed to connect to the host via ssh: Shared connection to 127.0.0.1 closed.",
            State.UNREACHABLE,
            "it closed the connection; where it has no terminals (/dev/pts), set ansible_ssh_use_tty=false",
        ),
        ("failed", "Missing sudo password", State.REFUSED, "Missing sudo password"),
        ("failed", "non-zero return code", State.FAILED, "the command ended with 127"),
        ("stuck", "", State.STUCK, "it did not answer in time"),
        (
            "failed",
            "Timeout (12s) waiting for privilege escalation prompt: ",
            State.STUCK,
            "it did not answer in time: Timeout (12s) waiting for privilege escalation prompt",
        ),
        (
            "unreachable",
            (
                "failed to transfer file\ndd: error writing '/x': No space left on device\n1+0 records in\n"
                "0+0 records out\n0 bytes copied, 6.4e-05 s, 0.0 kB/s"
            ),
            State.UNREACHABLE,
            "dd: error writing '/x': No space left on device",
        ),
        ("skipped", "", State.SKIPPED, "the playbook skipped it"),
    ],
)
def test_the_reason_is_one_line_of_what_was_said(how, said, state, reason):
    assert reason_of(Ended("a", how, said, "", 127 if how == "failed" else None), "") == (state, reason)


@pytest.mark.real
def test_a_program_that_hangs_is_ended_at_its_deadline_with_what_it_started_and_leaves_nothing():
    identity = os.urandom(20).hex()
    done = run("sleep 86399\n", deadline=1, identity=identity)
    for _ in range(10):
        if "hostcheck-late" in done.stdout:
            break
        done = run("sleep 86399\n", deadline=1, identity=identity)
    assert play.understood(done.stdout).late
    # The shell that has answered ends a moment later; its command line has the program in it.
    for _ in range(100):
        running = subprocess.run(["pgrep", "-f", "[s]leep 86399"], capture_output=True).stdout
        if not running:
            break
        time.sleep(0.1)
    assert running == b""
    assert left(identity) == []
