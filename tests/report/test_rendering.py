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


@pytest.mark.parametrize("settings", SETTINGS)
def test_a_matplotlibrc_of_the_current_folder_changes_nothing(tmp_path, usual, settings):
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "matplotlibrc").write_bytes(SETTINGS[settings].encode("latin-1"))
    assert report(folder, tmp_path) == usual
    assert usual[2] == ""


def test_the_list_of_fonts_is_made_by_no_program_of_the_users_path(tmp_path, usual):
    program = tmp_path / "fc-list"
    program.write_text(f"#!/bin/sh\necho run >>{tmp_path}/mark\n")
    program.chmod(0o755)
    assert report(tmp_path, tmp_path, PATH=f".:{tmp_path}:{os.environ['PATH']}") == usual
    assert not (tmp_path / "mark").exists()


def test_it_is_written_where_the_user_is(tmp_path):
    (tmp_path / "here").mkdir()
    argv = [HOSTCHECK, "report", HOSTS[0], "-o", "page.html", "-o", "../picture.png"]
    subprocess.run(argv, cwd=tmp_path / "here", check=True, env=os.environ | {"HOME": str(tmp_path)})
    assert (tmp_path / "here" / "page.html").stat().st_size
    assert (tmp_path / "picture.png").stat().st_size


def test_the_users_own_place_for_settings_is_where_the_user_meant_it(tmp_path):
    environment = os.environ | {"HOME": str(tmp_path), "XDG_CACHE_HOME": "relative"}
    environment.pop("MPLCONFIGDIR", None)
    argv = [HOSTCHECK, "report", HOSTS[0], "-o", "page.html"]
    subprocess.run(argv, cwd=tmp_path, check=True, env=environment)
    assert {path.name for path in tmp_path.iterdir()} == {".cache", "page.html"}
    subprocess.run(argv, cwd=tmp_path, check=True, env=environment | {"MPLCONFIGDIR": "mine"})
    assert {path.name for path in tmp_path.iterdir()} == {".cache", "page.html", "mine"}


@pytest.mark.parametrize("home", ["", "relative"])
def test_nothing_is_kept_in_the_current_folder_where_the_home_is_no_absolute_path(tmp_path, home):
    environment = os.environ | {"HOME": home, "XDG_CACHE_HOME": "relative"}
    environment.pop("MPLCONFIGDIR", None)
    script = "import os, hostcheck.report; print(os.environ['MPLCONFIGDIR'])"
    argv = [sys.executable, "-c", script]
    done = subprocess.run(argv, cwd=tmp_path, check=True, env=environment, capture_output=True, text=True)
    own = Path(pwd.getpwuid(os.getuid()).pw_dir)
    assert done.stdout == f"{own / '.cache/hostcheck/matplotlib'}\n"
