"""What a host is given that measures: by a real shell and a script in place of the executable, without Ansible."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from hostcheck.fleet import play
from hostcheck.fleet.carried import bench_program, left_by, poll, write_carried
from hostcheck.remote.bench import Executable

pytestmark = pytest.mark.real

MACHINE = os.uname().machine
WRITES = 'for last; do :; done\necho \'{"run": 1}\' >"${last#json:}"\necho "hostcheck: done" >&2\n'


class There:
    """This machine as a host."""

    def __init__(self, folder, script, machine=MACHINE, deadline=60):
        self.identity = os.urandom(20).hex()
        self.carried, self.deadline = folder / "it's", deadline
        (folder / "executable").write_bytes(f"#!/bin/sh\n{script}exit 0\n".encode() + bytes(range(256)) * 4096)
        write_carried(
            self.carried, Executable(folder / "executable", machine), bench_program(["--only", "a b"]), deadline
        )

    def begin(self):
        return self._understood(["/bin/sh", str(self.carried), self.identity])

    def wait(self):
        return self._understood(["/bin/sh", "-c", f"id={self.identity}\n{poll(self.deadline)}"])

    def ended(self):
        answered = self.wait()
        while answered.running:
            answered = self.wait()
        return answered

    def left(self):
        return [str(place) for place in Path("/").glob(f"*/hostcheck-{self.identity}")] + [
            str(place) for place in Path("/var/tmp").glob(f"hostcheck-{self.identity}")
        ]

    @staticmethod
    def _understood(words):
        return play.understood(subprocess.run(words, capture_output=True, text=True, check=True).stdout)


def test_the_executable_runs_with_its_options_and_its_run_is_fetched_once(tmp_path):
    host = There(tmp_path, f'echo "$@" >{tmp_path}/words\ntest -d "$TMPDIR" || exit 4\n{WRITES}')
    assert host.begin().running
    found = left_by(host.ended().text)
    assert (found.said, json.loads(found.document)) == ("done", {"run": 1})
    words = (tmp_path / "words").read_text()
    assert words.startswith("bench --only a b --no-store -o json:/")
    assert host.left() == []
    assert "is gone" in host.wait().failed


def test_begun_again_it_goes_on_with_the_same(tmp_path):
    host = There(tmp_path, f"echo >>{tmp_path}/begun\nwhile test ! -e {tmp_path}/go; do sleep 0.1; done\n{WRITES}")
    assert host.begin().running
    assert host.begin().running
    (tmp_path / "go").touch()
    assert left_by(host.ended().text).document
    assert (tmp_path / "begun").read_text() == "\n"


def test_a_run_that_wrote_no_file_says_why(tmp_path):
    host = There(tmp_path, "echo 'hostcheck: fio is not installed' >&2\nexit 4\n")
    host.begin()
    found = left_by(host.ended().text)
    assert (found.said, found.document) == ("fio is not installed", b"")


def test_at_its_deadline_it_may_write_what_it_measured(tmp_path):
    script = f"finish() {{ {WRITES} exit 130; }}\ntrap 'finish \"$@\"' TERM\nwhile :; do sleep 0.1; done\n"
    host = There(tmp_path, script, deadline=1)
    host.begin()
    assert json.loads(left_by(host.ended().text).document) == {"run": 1}
    assert host.left() == []


def test_another_machine_is_named_and_nothing_is_begun(tmp_path):
    host = There(tmp_path, f"touch {tmp_path}/begun\n", machine="vax")
    assert host.begin().failed == f"the executable is for vax, and this host is {MACHINE}"
    assert not (tmp_path / "begun").exists()
    assert host.left() == []
