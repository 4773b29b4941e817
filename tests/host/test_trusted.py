"""A folder is written to only where no other user can exchange it."""

import os
import stat
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from hostcheck.bench.base import CannotRun
from hostcheck.bench.trusted import trusted
from hostcheck.host import trusted as module

NOBODY = 65534

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="folders of others can only be made by root")


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "a/b/c"
    folder.mkdir(parents=True)
    return folder


def as_user(monkeypatch, user):
    monkeypatch.setattr(os, "geteuid", lambda: user)


def test_what_belongs_to_root_up_to_the_top_will_do(folder):
    assert trusted(folder) == folder.resolve()
    assert trusted(Path("/")) == Path("/")
    assert trusted(Path("/tmp")) == Path("/tmp").resolve()  # sticky


@pytest.mark.parametrize("place", ["a", "a/b", "a/b/c"])
def test_root_refuses_each_part_of_the_path_that_belongs_to_another_user(folder, tmp_path, place):
    os.chown(tmp_path / place, NOBODY, 0)
    with pytest.raises(CannotRun, match=r"belongs to .*uid 65534\), mode 0755: users other than root could") as error:
        trusted(folder)
    assert str(tmp_path / place) + " " in error.value.reason
    assert "--dir" in error.value.remedy


@pytest.mark.parametrize("place", ["a", "a/b", "a/b/c"])
@pytest.mark.parametrize(("mode", "who"), [(0o777, "all users"), (0o757, "all users"), (0o775, "the group 0")])
def test_root_refuses_each_part_that_others_can_write_to(folder, tmp_path, place, mode, who):
    (tmp_path / place).chmod(mode)
    with pytest.raises(CannotRun, match=rf"can be written to by {who} .*mode {mode:04o}, not sticky"):
        trusted(folder)
    (tmp_path / place).chmod(mode | stat.S_ISVTX)
    assert trusted(folder) == folder


def test_a_link_is_followed_only_where_it_belongs_to_root(folder, tmp_path):
    link = tmp_path / "link"
    link.symlink_to("a/b")
    assert trusted(link / "c") == folder
    assert trusted(link / ".." / "b/c") == folder
    os.chown(link, NOBODY, NOBODY, follow_symlinks=False)
    with pytest.raises(CannotRun, match="link belongs to"):
        trusted(link / "c")


def test_what_a_link_leads_through_is_looked_at_too(folder, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(folder)
    os.chown(tmp_path / "a", NOBODY, 0)
    with pytest.raises(CannotRun, match=rf"{tmp_path}/a belongs to"):
        trusted(link)


def test_an_access_list_that_lets_others_write_is_seen_in_the_mode(folder):
    entries = (
        (0x01, 7, 0xFFFFFFFF),
        (0x02, 7, NOBODY),
        (0x04, 5, 0xFFFFFFFF),
        (0x10, 7, 0xFFFFFFFF),
        (0x20, 5, 0xFFFFFFFF),
    )
    value = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)
    os.setxattr(folder, "system.posix_acl_access", value)
    with pytest.raises(CannotRun, match="the group 0"):
        trusted(folder)


def test_what_is_missing_no_folder_or_a_loop_is_an_error_of_the_system(folder, tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(FileNotFoundError):
        trusted(folder / "none/below")
    with pytest.raises(NotADirectoryError):
        trusted(tmp_path / "file/below")
    with pytest.raises(OSError, match="Too many levels"):
        trusted(tmp_path / "loop")


def test_a_relative_path_is_of_the_working_folder(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert trusted(Path("a/b/../b/c")) == folder
    os.chown(tmp_path, NOBODY, 0)
    with pytest.raises(CannotRun, match="belongs to"):
        trusted(Path("a"))


def test_an_ordinary_user_may_use_what_is_his_or_roots_and_his_groups(folder, tmp_path, monkeypatch):
    as_user(monkeypatch, NOBODY)
    monkeypatch.setattr(module, "_refuse_others", only_below(tmp_path, module._refuse_others))
    os.chown(folder, NOBODY, NOBODY)
    folder.chmod(0o2775)
    assert trusted(folder) == folder
    folder.chmod(0o777)
    with pytest.raises(CannotRun, match="all users"):
        trusted(folder)
    os.chown(folder, 1234, 1234)
    folder.chmod(0o755)
    with pytest.raises(CannotRun, match="uid 1234"):
        trusted(folder)


def only_below(top, check):
    """The folders of the tests themselves are root's alone."""
    return lambda path, found: check(path, found) if path.is_relative_to(top) and path != top else None


@pytest.mark.parametrize(("options", "refused"), [("rw,user_id=65534", True), ("rw,user_id=0", False), ("rw", False)])
def test_a_file_system_in_another_users_program_may_name_any_owner(folder, tmp_path, monkeypatch, options, refused):
    line = f"1 2 0:1 / {tmp_path}/a rw - fuse.bindfs src {options}\n"
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: line)
    if refused:
        with pytest.raises(CannotRun, match="file system of user 65534"):
            trusted(folder)
    else:
        assert trusted(folder) == folder


@pytest.mark.real
def test_an_owner_unknown_in_the_user_namespace_counts_as_another_user(folder):
    code = (
        "import sys; from pathlib import Path; from hostcheck.bench.trusted import trusted; trusted(Path(sys.argv[1]))"
    )
    os.chown(folder, 1000, 1000)
    argv = ["unshare", "--user", "--map-root-user", sys.executable, "-c", code, str(folder)]
    done = subprocess.run(argv, capture_output=True, text=True)
    assert f"{folder} belongs to" in done.stderr
    assert "uid 65534" in done.stderr
