"""A report has nothing of the folder that it is made in."""

import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

HOSTCHECK = Path(sys.executable).with_name("hostcheck")
SETTINGS = {
    "other values and mistakes": "lines.linewidth: 40\naxes.linewidth: 30\nno.such: setting\nthree words here\n",
    "no text": "\0\xff",
}
HOSTS = ("reference:sata-vps-2014", "reference:nvme-vps-2014")


def report(folder: Path, home: Path, **changes: str) -> tuple[bytes, bytes, str]:
    """Make the page and the picture in a folder; give both, and what was said."""
    outputs = [home / "page.html", home / "picture.png"]
    argv = [HOSTCHECK, "report", *HOSTS, *(f"--output={path}" for path in outputs)]
    environment = {**os.environ, "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), **changes}
    environment.pop("MPLCONFIGDIR", None)
    done = subprocess.run(argv, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    page, picture = (path.read_bytes() for path in outputs)
    return page, picture, done.stderr


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    return report(home, home)


@pytest.fixture
def marked(tmp_path):
    """A folder with a program in place of the one that lists fonts, which leaves a mark where it is run."""
    program = tmp_path / "fc-list"
    program.write_text(f"#!/bin/sh\necho run >>{tmp_path}/mark\n")
    program.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("settings", SETTINGS)
def test_neither_settings_of_the_current_folder_nor_a_program_of_the_users_path_change_it(marked, usual, settings):
    folder = marked / "here"
    folder.mkdir()
    (folder / "matplotlibrc").write_bytes(SETTINGS[settings].encode("latin-1"))
    assert report(folder, marked, PATH=f".:{marked}:{os.environ['PATH']}") == usual
    assert usual[2] == ""
    assert not (marked / "mark").exists()


def test_it_and_the_users_own_settings_are_where_the_user_meant_them(tmp_path):
    here = tmp_path / "here"
    here.mkdir()
    environment = os.environ | {"HOME": str(tmp_path), "XDG_CACHE_HOME": "relative"}
    environment.pop("MPLCONFIGDIR", None)
    argv = [HOSTCHECK, "report", HOSTS[0], "-o", "page.html"]
    subprocess.run([*argv, "-o", "../picture.png"], cwd=here, check=True, env=environment)
    assert {path.name for path in tmp_path.iterdir()} == {".cache", "here", "picture.png"}
    assert {path.name for path in here.iterdir()} == {"page.html"}
    assert (here / "page.html").stat().st_size
    assert (tmp_path / "picture.png").stat().st_size
    subprocess.run(argv, cwd=here, check=True, env=environment | {"MPLCONFIGDIR": "mine"})
    assert {path.name for path in here.iterdir()} == {"page.html", "mine"}


@pytest.mark.parametrize("home", ["", "relative"])
def test_nothing_is_kept_in_the_current_folder_where_the_home_is_no_absolute_path(tmp_path, home):
    environment = os.environ | {"HOME": home, "XDG_CACHE_HOME": "relative"}
    environment.pop("MPLCONFIGDIR", None)
    script = "import os, hostcheck.report; print(os.environ['MPLCONFIGDIR'])"
    argv = [sys.executable, "-c", script]
    done = subprocess.run(argv, cwd=tmp_path, check=True, env=environment, capture_output=True, text=True)
    own = Path(pwd.getpwuid(os.getuid()).pw_dir)
    assert done.stdout == f"{own / '.cache/hostcheck/matplotlib'}\n"
