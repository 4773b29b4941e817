"""A folder and an archive in memory answer alike, so that a capture is the same unpacked and packed."""

from pathlib import Path

import pytest

from hostcheck.host.capture_index import open_recorded
from hostcheck.host.captured import CapturedHost
from hostcheck.host.files import failure_of
from hostcheck.host.tree import FolderTree, Link, MemoryTree

ENTRIES = {
    "proc/version": b"Linux",
    "etc/link": Link("../proc/version"),
    "sys": None,
    "a/b/c": b"",
    "loop": Link("loop"),
}
PLACES = [
    "",
    "proc",
    "proc/version",
    "etc",
    "etc/link",
    "sys",
    "a/b",
    "a/b/c",
    "gone",
    "proc/version/x",
    "gone/x",
]


@pytest.fixture
def trees(tmp_path):
    """The same files twice: on the disk and in memory."""
    for place, entry in ENTRIES.items():
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(entry, Link):
            path.symlink_to(entry.target)
        elif entry is None:
            path.mkdir()
        else:
            path.write_bytes(entry)
    return FolderTree(tmp_path), MemoryTree(ENTRIES)


def outcome(ask, place):
    try:
        answer = ask(place)
    except OSError as error:
        return failure_of(error)
    return sorted(answer) if isinstance(answer, list) else answer


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("method", ["kind", "read", "readlink", "listdir"])
def test_a_folder_and_memory_answer_alike(trees, method, place):
    on_disk, in_memory = (outcome(getattr(tree, method), place) for tree in trees)
    assert on_disk == in_memory


def test_no_more_is_read_than_asked(trees):
    assert [tree.read("proc/version", 3) for tree in trees] == [b"Lin", b"Lin"]


def test_captured_hosts_on_both_agree(trees):
    hosts = [CapturedHost(tree) for tree in trees]
    for path in ("/etc/link", "/loop", "/proc/version", "/../proc/version", "/gone", "/proc/version/x", "/sys"):
        first, second = (host.read(path) for host in hosts)
        assert (first.data, first.failure) == (second.data, second.failure)
        assert hosts[0].exists(path) == hosts[1].exists(path)
        assert hosts[0].listdir(path) == hosts[1].listdir(path)


def test_an_index_behind_a_link_is_none(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/capture.json").write_text("[")
    root = tmp_path / "root"
    (root / "proc").mkdir(parents=True)
    (root / ".evidence").symlink_to(tmp_path / "elsewhere")
    assert open_recorded(FolderTree(root)) is None
    (root / ".evidence").unlink()
    (root / ".evidence").mkdir()
    (root / ".evidence/capture.json").symlink_to(tmp_path / "elsewhere/capture.json")
    assert open_recorded(FolderTree(root)) is None


def test_a_relative_folder_is_found_again_after_the_working_folder_changes(tmp_path, monkeypatch):
    (tmp_path / "root").mkdir()
    (tmp_path / "root/file").write_text("here")
    monkeypatch.chdir(tmp_path)
    tree = FolderTree(Path("root"))
    monkeypatch.chdir("/")
    assert tree.read("file") == b"here"
