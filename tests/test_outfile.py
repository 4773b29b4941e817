import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from hostcheck.errors import UnwrittenError
from hostcheck.outfile import write_text


def test_a_file_is_replaced_whole_and_nothing_else_is_left(tmp_path):
    path = tmp_path / "run.json"
    path.write_text("before")
    write_text(path, "after")
    assert path.read_text() == "after"
    assert os.listdir(tmp_path) == ["run.json"]


def test_a_file_has_the_mode_that_the_umask_gives(tmp_path):
    before = os.umask(0o022)
    try:
        write_text(tmp_path / "run.json", "x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "run.json").stat().st_mode) == 0o644


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    write_text(tmp_path / "pipe", "through")
    assert os.read(reader, 100) == b"through"
    os.close(reader)
    assert (tmp_path / "pipe").is_fifo()


def test_a_link_stays_and_what_it_points_to_is_replaced(tmp_path):
    (tmp_path / "file").write_text("older")
    (tmp_path / "link").symlink_to("file")
    write_text(tmp_path / "link", "newer")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text() == "newer"


def test_an_unwritable_place_is_reported_in_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UnwrittenError, match="writing .*/file/run.json: "):
        write_text(tmp_path / "file" / "run.json", "x")
    assert os.listdir(tmp_path) == ["file"]


def test_a_link_to_a_file_that_is_not_there_yet_leads_to_it(tmp_path):
    (tmp_path / "link").symlink_to("new/file")
    write_text(tmp_path / "link", "text")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "new" / "file").read_text() == "text"


def test_standard_output_is_written_by_its_name(tmp_path):
    program = (
        "from pathlib import Path; from hostcheck.outfile import write_text; write_text(Path('/dev/stdout'), 'out')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "out")


@pytest.fixture
def others(tmp_path, monkeypatch):
    """A folder whose links are another user's, for root: what lstat says of them is."""

    def lstat(path):
        found = looked_at(path)
        if stat.S_ISLNK(found.st_mode):
            return os.stat_result((*found[:4], 65500, *found[5:]))
        return found

    looked_at = Path.lstat
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(Path, "lstat", lstat)
    (tmp_path / "precious").write_text("precious")
    return tmp_path


@pytest.mark.parametrize("target", ["precious", "new"])
def test_root_writes_through_no_link_of_another_user(others, target):
    (others / "out.json").symlink_to(target)
    with pytest.raises(UnwrittenError, match=r"out.json is a link of uid 65500.*; name the file that it leads to"):
        write_text(others / "out.json", "x")
    assert (others / "precious").read_text() == "precious"
    assert not (others / "new").exists()


def test_root_writes_through_no_folder_that_is_a_link_of_another_user(others):
    (others / "real").mkdir()
    (others / "folder").symlink_to("real")
    with pytest.raises(UnwrittenError, match=r"folder is a link of uid 65500"):
        write_text(others / "folder" / "out.json", "x")
    assert list((others / "real").iterdir()) == []


def test_a_folder_that_is_exchanged_for_a_link_meanwhile_is_not_followed(tmp_path, monkeypatch):
    (tmp_path / "folder").mkdir()
    (tmp_path / "precious").mkdir()

    def exchanged(path):
        found = place(path)
        (tmp_path / "folder").rmdir()
        (tmp_path / "folder").symlink_to("precious")
        return found

    from hostcheck import outfile

    place = outfile._place
    monkeypatch.setattr(outfile, "_place", exchanged)
    with pytest.raises(UnwrittenError, match="writing .*: Not a directory"):
        write_text(tmp_path / "folder" / "out.json", "x")
    assert list((tmp_path / "precious").iterdir()) == []


@pytest.mark.real
def test_a_real_link_of_another_user_is_not_followed(tmp_path):
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "out.json").symlink_to("precious")
    os.chown(tmp_path / "out.json", 65500, 65500, follow_symlinks=False)
    with pytest.raises(UnwrittenError, match="out.json is a link of uid 65500"):
        write_text(tmp_path / "out.json", "x")
    assert (tmp_path / "precious").read_text() == "precious"
