"""What bin/bench installs on Debian's releases, in a root file system of each that was just made."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.chroots import debian, run_in

TOP = Path(__file__).parents[2]
WITHOUT_PYTHON = {"bullseye"}


@pytest.mark.real
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("release", ["bullseye", "bookworm", "trixie"])
def test_each_release_of_debian_has_the_packages(release, tmp_path):
    root = debian(release, tmp_path)
    shutil.copy(TOP / "bin" / "setup.sh", root / "setup.sh")
    script = (
        ". /setup.sh; install_missing some python fio engine busybox; present fio && present engine && present busybox"
    )
    done = run_in(root, "sh", "-eu", "-c", script)
    assert done.returncode == 0, done.stdout + done.stderr
    assert ("still missing: python\n" in done.stderr) is (release in WITHOUT_PYTHON)
    assert "the installation failed" not in done.stderr
    found = run_in(root, "sh", "-euc", ". /setup.sh; find_python").stdout
    assert bool(found) is (release not in WITHOUT_PYTHON)
    # A second time there is nothing left to install.
    again = run_in(root, "sh", "-eu", "-c", ". /setup.sh; install_missing no fio engine busybox")
    assert (again.returncode, again.stderr) == (0, "")


@pytest.mark.real
@pytest.mark.timeout(1800)
def test_a_dynamic_busybox_of_debian_stays_and_the_static_one_is_unpacked(tmp_path):
    root = debian("bookworm", tmp_path)
    shutil.copy(TOP / "bin" / "setup.sh", root / "setup.sh")
    assert (
        run_in(root, "sh", "-euc", "apt-get update && apt-get install -y --no-install-recommends busybox").returncode
        == 0
    )
    unpack = ". /setup.sh; another_busybox; unpack_busybox /busybox.static"
    script = f"{unpack}; dpkg -s busybox; ! static_busybox; /busybox.static true"
    done = run_in(root, "sh", "-euc", script)
    assert done.returncode == 0, done.stderr
    assert b"/ld-linux" not in (root / "busybox.static").read_bytes()
    assert subprocess.run(["ls", root / "tmp"], capture_output=True, check=True).stdout == b""
