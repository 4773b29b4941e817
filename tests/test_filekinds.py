"""A file of the wrong kind is recognised by each command that takes a file, in one line that names the way on."""

import bz2
import gzip
import json
import lzma
import time
from pathlib import Path

import pytest

from hostcheck.capture.contents import CapturedFile
from hostcheck.capture.write import archive
from hostcheck.filekinds import KINDS, kind_of
from tests.forked import hostcheck_forked

TESTS = Path(__file__).parent
FIO = json.dumps({"fio version": "fio-3.33", "jobs": []})
CONTENTS = {
    "capture text": gzip.compress(b"a banner\r\nhostcheck.host/1 begins\r\nend 1\r\n"),
    "capture": archive([CapturedFile("proc/version", b"Linux", "as it is")], 0),
    "gzip": gzip.compress(b"text"),
    "xz": lzma.compress(b"text"),
    "zstd": b"\x28\xb5\x2f\xfd\x24\x05rest",
    "bzip2": bz2.compress(b"text"),
    "zip": b"PK\x03\x04rest",
    "picture": b"\x89PNG\r\n\x1a\nrest",
    "page": b"\n<!DOCTYPE html>\n<html lang=en>",
    "junit": b'<?xml version="1.0" encoding="utf-8"?>\n<testsuites name="hostcheck">',
    "run": (TESTS / "runs" / "run-1.json").read_bytes(),
    "document": b'{"schema": "hostcheck.decision/1"}',
    "yabs": b"# ## ## Yet-Another-Bench-Script\nfio Disk Speed Tests (Mixed R/W 50/50):\n",
    "fio": FIO.encode(),
    "sysbench": b"sysbench 1.0.20 (using system LuaJIT 2.1.0)\n",
    "pg_test_fsync": b"5 seconds per test\nCompare file sync methods using one 8kB write:\n",
    "profile": b'title = "T"\n[[check]]\nid = "a"\n',
    "policy": b'[gate]\nprofiles = ["docker"]\n',
    "promise": b"[promise]\ncpus = 4\n",
    "fio job": b"; a job\n[global]\ndirect=1\n[read]\nrw=read\n",
}


def named(kind):
    return {"profile": "f.toml", "policy": "f.toml", "promise": "f.toml"}.get(kind, "f.json")


@pytest.fixture
def file(tmp_path):
    def make(kind, name=None):
        path = tmp_path / (name or named(kind))
        path.write_bytes(CONTENTS[kind])
        return path

    return make


@pytest.mark.parametrize("kind", CONTENTS)
def test_a_file_is_recognised_by_its_content(file, kind):
    found = kind_of(file(kind, "any.name"))
    assert found is not None
    assert found.name == kind


def test_every_kind_is_tested_here():
    assert {kind.name for kind in KINDS} == set(CONTENTS)


@pytest.mark.parametrize(
    "data", [b"", b"words\n", b"{}", b"[1, 2]", b"\x1f\x8b", b"\x00\xff" * 99, b"[section]\nkey = 1\n"]
)
def test_what_is_of_no_kind_is_not_recognised(tmp_path, data):
    path = tmp_path / "f"
    path.write_bytes(data)
    found = kind_of(path)
    assert found is None or found.name == "gzip"
    assert kind_of(tmp_path) is None
    assert kind_of(tmp_path / "none") is None


@pytest.mark.parametrize(
    ("words", "own"),
    [
        (("compare", "FILE"), "run"),
        (("report", "-o", "text:-", "FILE"), "run"),
        (("gate", "--run", "FILE"), "run"),
        (("gate", "--baseline", "FILE"), "run"),
        (("bench", "--compare", "FILE"), "run"),
        (("gate", "--policy", "FILE"), "policy"),
        (("audit", "-p", "FILE"), "profile"),
        (("audit", "--capture", "FILE"), "capture"),
        (("promise", "FILE"), "promise"),
        (("bench", "--job", "FILE"), "fio job"),
        (("import", "fio", "FILE"), "fio"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, tuple) else words,
)
@pytest.mark.parametrize("kind", ["fio", "run", "gzip", "page", "policy", "profile"])
def test_each_command_says_what_the_file_is_and_what_it_is_for(file, words, own, kind):
    if kind == own or (kind, own) == ("gzip", "capture"):
        # A capture is a gzip file itself: what is wrong with one is said, as tests/host/test_archive.py has it.
        return
    path = file(kind, "f.toml" if words[:2] == ("audit", "-p") else None)
    done = hostcheck_forked(*(path if word == "FILE" else word for word in words))
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    meant = next(each for each in KINDS if each.name == kind)
    if (kind, own) == ("run", "promise"):
        # A run belongs behind the plan.
        assert "is a run file, but the first file must be the promise" in line
        assert f"; name the plan first: hostcheck promise PLAN.toml {path}" in line
    else:
        assert f"this is {meant.what}; {meant.use.format(path)}" in line


def test_a_file_of_lines_without_end_is_of_no_kind_soon(tmp_path):
    for text in ("\n" * 3000, " \n" * 3000, "#\n" * 3000, "\n" * 3000 + "[a]\n" + "\n" * 3000):
        (tmp_path / "x").write_text(text)
        began = time.process_time()
        assert kind_of(tmp_path / "x") is None
        assert time.process_time() - began < 1


def test_a_file_that_cannot_be_read_again_is_of_no_kind():
    assert kind_of(Path("/proc/self/mem")) is None


def test_a_capture_goes_into_a_folder_that_is_there_and_has_its_own_suffix(tmp_path):
    for name, words in (
        ("host.json", "call it host.tar.gz"),
        ("host.html", "call it host.tar.gz"),
        ("no/host.tar.gz", f"there is no folder {tmp_path}/no"),
    ):
        done = hostcheck_forked("capture", "-o", tmp_path / name)
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
        assert words in done.stderr
    assert list(tmp_path.iterdir()) == []
