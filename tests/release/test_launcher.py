"""The shell script in front of the executable, on hosts that it is not for."""

import subprocess

import pytest

from hostcheck.remote.bench import END
from release import executable


@pytest.fixture
def launch(tmp_path):
    def run(machine, release, archive=END):
        program = tmp_path / "hostcheck"
        program.write_bytes(executable.launcher("1.2.3", "x86_64") + archive)
        uname = tmp_path / "uname"
        uname.write_text(f'#!/bin/sh\ntest "$1" = -m && echo {machine} || echo {release}\n')
        uname.chmod(0o755)
        environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "TMPDIR": str(tmp_path)}
        return subprocess.run(["sh", program], env=environment, capture_output=True, text=True)

    return run


@pytest.mark.parametrize("release", ["2.6.32-042stab145.3", "3.1.10-generic"])
def test_a_kernel_that_is_too_old_is_named_in_one_line(launch, release):
    done = launch("x86_64", release)
    assert done.returncode == 4
    assert done.stderr.startswith(f"hostcheck: this file needs Linux 3.2, and here is {release};")
    assert done.stderr.count("\n") == 1


def test_another_architecture_is_named_in_one_line(launch):
    done = launch("aarch64", "6.1.0")
    assert done.returncode == 4
    assert done.stderr.startswith("hostcheck: this file is for x86_64, and this host is aarch64:")
    assert done.stderr.count("\n") == 1


def test_what_cannot_be_unpacked_leaves_no_folder(launch, tmp_path):
    done = launch("x86_64", "10.0-rc1")
    assert done.returncode == 4
    assert done.stderr.startswith("hostcheck: no folder to unpack into:")
    assert not list(tmp_path.glob("hostcheck.*"))


@pytest.mark.parametrize("archive", [b"", b"PK", END[:-1]])
def test_a_file_that_was_not_copied_whole_is_named(launch, archive, tmp_path):
    done = launch("x86_64", "6.1.0", archive)
    assert (done.returncode, done.stderr) == (4, "hostcheck: this file is cut short: copy it again\n")
    assert not list(tmp_path.glob("hostcheck.*"))
