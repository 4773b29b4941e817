"""A folder that the user names is measured, or the command ends with an error at once; it is never skipped."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.forked import hostcheck_forked
from tests.short import short_hostcheck

BENCH = ("bench", "--quick", "--allow-busy")


@pytest.fixture
def environment(tmp_path):
    return {**os.environ, "XDG_DATA_HOME": str(tmp_path / "data"), "DOCKER_HOST": f"unix://{tmp_path}/no.sock"}


def missing(top):
    return top / "none/at/all"


def a_file(top):
    (top / "file").touch()
    return top / "file"


def a_device(top):
    del top
    return next((path for path in Path("/dev").iterdir() if path.is_block_device()), Path("/dev/null"))


def in_memory(top):
    del top
    return Path("/dev/shm")


def of_the_kernel(top):
    del top
    return Path("/proc/self")


def of_another_user(top):
    (top / "theirs/mine").mkdir(parents=True)
    os.chown(top / "theirs", 65534, 65534)
    return top / "theirs/mine"


def writable_by_everybody(top):
    (top / "open").mkdir()
    (top / "open").chmod(0o777)
    return top / "open"


def behind_a_link_of_another_user(top):
    (top / "link").symlink_to(top)
    os.chown(top / "link", 65534, 65534, follow_symlinks=False)
    return top / "link"


UNUSABLE = (missing, a_file, a_device, of_another_user, writable_by_everybody, behind_a_link_of_another_user)
OPTIONS = (["--only", "disk"], ["--only", "build", "--private-engine"], [])


@pytest.mark.skipif(os.geteuid() != 0, reason="folders of others can only be made by root")
@pytest.mark.parametrize("make", [*UNUSABLE, in_memory, of_the_kernel], ids=lambda make: make.__name__)
def test_what_cannot_be_measured_ends_the_command_before_anything_is_measured(tmp_path, environment, make):
    folder = make(tmp_path)
    for options in OPTIONS if make in UNUSABLE else OPTIONS[:1]:
        done = hostcheck_forked(*BENCH, *options, "--dir", folder, env=environment)
        assert (done.returncode, done.stdout) == (4, ""), done.stderr
        assert done.stderr.count("\n") == 1
        assert done.stderr.startswith("hostcheck: cannot start the measurement: ")
        assert "--dir" in done.stderr
        assert not (tmp_path / "data").exists()


@pytest.mark.real
def test_a_relative_folder_is_of_the_working_folder(tmp_path, environment):
    (tmp_path / "here").mkdir()
    words = (*BENCH, "--only", "storm", "--private-engine", "--dir", "none")
    done = hostcheck_forked(*words, env=environment, cwd=tmp_path)
    assert (done.returncode, "none: No such file" in done.stderr) == (4, True), done.stderr
    del environment["DOCKER_HOST"]
    options = ("--only", "storm", "--storm", "2", "--private-engine", "--dir", "here", "-o", "run.json")
    argv = short_hostcheck("bench", "--quick", "--allow-busy", *options)
    done = subprocess.run(argv, env=environment, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "skipped" not in done.stderr
    assert list((tmp_path / "here").iterdir()) == []
