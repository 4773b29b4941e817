"""A folder is removed by its descriptor: what it held goes, and nothing else."""

import os
import subprocess
import sys

import pytest

from hostcheck.host.own_folder import open_folder, remove_held


@pytest.fixture
def above(tmp_path):
    above = tmp_path / "above"
    (above / "mine/deep/er").mkdir(parents=True)
    (above / "mine/deep/er/file").write_text("x")
    (above / "mine/file").write_text("x")
    return above


@pytest.fixture
def remove(above):
    """Remove the folder, which was opened at first."""
    descriptors = [os.open(path, os.O_RDONLY | os.O_DIRECTORY) for path in (above / "mine", above)]
    yield lambda: remove_held(*descriptors, "mine")
    for descriptor in descriptors:
        os.close(descriptor)


@pytest.fixture
def outside(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").write_text("precious")
    yield outside
    assert (outside / "precious").read_text() == "precious"


def test_everything_is_removed(above, remove):
    remove()
    assert list(above.iterdir()) == []
    remove()  # and once more does nothing


def test_links_in_it_are_removed_and_not_followed(above, remove, outside):
    (above / "mine/link").symlink_to(outside)
    (above / "mine/deep/link").symlink_to(outside / "precious")
    os.link(outside / "precious", above / "mine/hard")
    remove()
    assert list(above.iterdir()) == []


def test_what_was_put_in_its_place_stays_and_it_goes_under_its_new_name(above, remove, outside):
    (above / "mine").rename(above / "moved")
    (above / "mine").symlink_to(outside)
    remove()
    assert [path.name for path in above.iterdir()] == ["mine"]
    assert outside.is_dir()


def test_a_folder_in_its_place_stays(above, remove):
    (above / "mine").rename(above / "moved")
    (above / "mine").mkdir()
    (above / "mine/theirs").touch()
    remove()
    assert [path.name for path in above.glob("**/*")] == ["mine", "theirs"]


def test_moved_elsewhere_it_goes_from_there(above, remove, tmp_path):
    (tmp_path / "else").mkdir()
    (above / "mine").rename(tmp_path / "else/where")
    remove()
    assert list(above.iterdir()) == list((tmp_path / "else").iterdir()) == []


@pytest.mark.real
@pytest.mark.parametrize("place", ["mine/deep", "mine/deep/er"])
def test_a_mount_in_it_is_not_crossed(above, remove, outside, place):
    subprocess.run(["mount", "--bind", outside, above / place], check=True)
    try:
        with pytest.raises(OSError, match="a file system is mounted at .*deep"):
            remove()
        assert (outside / "precious").exists()
    finally:
        subprocess.run(["umount", above / place], check=True)
    remove()
    assert list(above.iterdir()) == []


def test_a_folder_is_opened_without_following_a_link_anywhere(tmp_path):
    folder = tmp_path / "a/b"
    folder.mkdir(parents=True)
    descriptor = open_folder(str(folder))
    assert os.path.samestat(os.fstat(descriptor), folder.stat())
    os.close(descriptor)
    (tmp_path / "a").rename(tmp_path / "moved")
    (tmp_path / "a").symlink_to("moved")
    with pytest.raises(NotADirectoryError):
        open_folder(str(folder))


@pytest.mark.parametrize("free", range(0, 24, 3))
def test_nothing_is_made_that_could_not_be_removed_for_want_of_descriptors(tmp_path, free):
    program = (
        "import os, resource, sys\n"
        "from hostcheck.host.own_folder import make_own, remove_held\n"
        "above = os.open(sys.argv[1], os.O_RDONLY)\n"
        "most = max(map(int, os.listdir('/proc/self/fd'))) + int(sys.argv[2])\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))\n"
        "try:\n"
        "    folder = make_own(above, 'own')\n"
        "except OSError:\n"
        "    sys.exit()\n"
        "os.mkdir('below', dir_fd=folder)\n"
        "remove_held(folder, above, 'own')\n"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path), str(free)], check=True)
    assert os.listdir(tmp_path) == []
