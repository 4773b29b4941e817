"""hostcheck.pyz and the audit through a shell on arm64, by QEMU's user mode."""

import json
import shutil
import subprocess
import sys

import pytest

from tests.chroots import arm64

pytestmark = [pytest.mark.real, pytest.mark.timeout(1800)]

EMULATOR = "/usr/bin/qemu-aarch64-static"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return arm64(tmp_path_factory.mktemp("root"))


def test_the_archive_audits_there(root, release, tmp_path):
    python = [EMULATOR, "-L", root, "-E", f"PYTHONHOME={root}/usr", root / "usr/bin/python3.11"]
    argv = [*python, release.archive, "audit", "--no-experiments", "-o", "json:-"]
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)["facts"]
    assert facts["kernel.version"]["known"]
    assert len(facts) > 100


def test_a_shell_there_is_audited(root, tmp_path):
    programs = tmp_path / "programs"
    programs.mkdir()
    busybox = next(path for path in (root / "bin/busybox", root / "usr/bin/busybox") if path.is_file())
    shell = f"{EMULATOR} {busybox}"
    applets = subprocess.run([EMULATOR, busybox, "--list"], capture_output=True, text=True, check=True).stdout.split()
    for applet in applets:
        (programs / applet).write_text(f'#!/bin/sh\nexec {shell} {applet} "$@"\n')
        (programs / applet).chmod(0o755)
    command = f"{shutil.which('env')} -i PATH={programs} {shell} sh"
    argv = [sys.executable, "-m", "hostcheck", "audit", "--shell", command, "--no-experiments", "-o", "json:-"]
    done = subprocess.run(argv, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)["facts"]
    # The kernel is this machine's, the programs are not.
    assert facts["kernel.version"]["known"]
    assert len(facts) > 100
