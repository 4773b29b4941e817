"""A limit that is reached is called by its name, with what raises it, wherever it is met."""

import errno
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hostcheck import helper
from hostcheck.errors import CannotMeasureError
from hostcheck.exhausted import limit_remedy
from hostcheck.fio.program import find_fio
from hostcheck.host import versions


@pytest.mark.parametrize(
    ("number", "limit"),
    [
        (errno.EMFILE, "ulimit -n"),
        (errno.ENFILE, "fs.file-max"),
        (errno.EAGAIN, "ulimit -u"),
        (errno.ENOMEM, "ulimit -v"),
        (errno.EFBIG, "ulimit -f"),
    ],
)
def test_an_error_of_a_limit_has_the_remedy_of_that_limit(number, limit):
    assert limit in limit_remedy(error=number)
    assert limit_remedy(said=f"OSError: [Errno {number}] {os.strerror(number)}") == limit_remedy(error=number)


def test_a_signal_of_a_limit_has_the_remedy_of_that_limit():
    assert "ulimit -f" in limit_remedy(ended_by=signal.SIGXFSZ)
    assert "ulimit -t" in limit_remedy(ended_by=signal.SIGXCPU)


def test_what_is_not_of_a_limit_has_none():
    assert {limit_remedy(error=errno.ENOENT), limit_remedy(ended_by=9), limit_remedy(said="no"), limit_remedy()} == {""}


def fio(folder: Path, does: str) -> str:
    (folder / "fio").write_text(f"#!/bin/sh\n{does}\n")
    (folder / "fio").chmod(0o755)
    return str(folder)


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM])
def test_a_limit_that_keeps_fio_from_being_asked_does_not_make_it_another_program(tmp_path, monkeypatch, number):
    def run(*_words, **_more):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(versions.subprocess, "run", run)
    with pytest.raises(CannotMeasureError) as caught:
        find_fio(fio(tmp_path, "echo fio-3.33"))
    assert str(caught.value) == (
        f"reading the version of {tmp_path}/fio (--version): {os.strerror(number)}; {limit_remedy(error=number)}"
    )


@pytest.mark.parametrize(
    ("does", "why"),
    [
        ("kill -SEGV $$", "it was ended by signal 11; see what .*/fio --version does"),
        ("kill -XCPU $$", "it was ended by signal 24; the limit of CPU time"),
        ("exec sleep 60", "no answer in 1 s; "),
        ("echo fio: libceph.so.2: failed to map segment from shared object >&2; exit 127", "fio: libceph.*ulimit -v"),
    ],
)
def test_a_fio_that_cannot_say_its_version_is_not_another_program(tmp_path, monkeypatch, does, why):
    monkeypatch.setattr(versions, "_TIMEOUT_SECONDS", 1)
    with pytest.raises(CannotMeasureError, match=rf"^reading the version of {tmp_path}/fio \(--version\): {why}"):
        find_fio(fio(tmp_path, does))


def test_a_helper_that_a_limit_keeps_from_starting_is_not_installed_anew(monkeypatch):
    def start(*_words, **_more):
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(helper.subprocess, "Popen", start)
    with pytest.raises(CannotMeasureError, match=r"Too many open files; so nothing was created; raise .*ulimit -n"):
        helper.start_helper("scratch-guard", "folder")


DISK = ("bench", "--quick", "--allow-low-space", "--no-store", "--only", "disk", "--dir")


@pytest.mark.real
@pytest.mark.parametrize(
    ("limit", "most", "raises"),
    [("NOFILE", 6, "ulimit -n"), ("NOFILE", 8, "ulimit -n"), ("FSIZE", 1 << 20, "ulimit -f")],
)
def test_whatever_meets_a_limit_one_line_says_what_raises_it(tmp_path, limit, most, raises):
    number = getattr(resource, f"RLIMIT_{limit}")
    done = subprocess.run(
        [sys.executable, "-m", "hostcheck", *DISK, tmp_path],
        env={**os.environ, "XDG_DATA_HOME": str(tmp_path / "data"), "DOCKER_HOST": f"unix://{tmp_path}/no.sock"},
        preexec_fn=lambda: resource.setrlimit(number, (most, most)),
        capture_output=True,
        text=True,
    )
    last = done.stderr.splitlines()[-1]
    assert (done.returncode, last.startswith("hostcheck: ")) == (4, True), done.stderr
    assert len([line for line in done.stderr.splitlines() if raises in line]) == 1, done.stderr
    assert not any(word in last for word in ("install", "mistake", "another"))
