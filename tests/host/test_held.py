"""A captured root in a folder: nothing of this machine is read through it, whatever its owner does meanwhile."""

import contextlib
import json
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from hostcheck.host.captured import CapturedHost
from hostcheck.host.held import HeldFolder
from hostcheck.host.identity import identify
from hostcheck.host.tree import FolderTree
from tests.leaks import nothing_left_open

RELEASE = "2.6.32-captured"
TRIES = 60


@pytest.fixture
def root(tmp_path):
    """A root whose proc, etc and root itself have names that a link can take."""
    root = tmp_path / "tree"
    (root / "proc/sys/kernel").mkdir(parents=True)
    (root / "proc/sys/kernel/osrelease").write_text(f"{RELEASE}\n")
    (root / "proc/version").write_text(f"Linux version {RELEASE} (x@y)\n")
    (root / "proc/cpuinfo").write_text("processor\t: 0\n")
    (root / "etc").mkdir()
    (root / "etc/os-release").write_text('PRETTY_NAME="Captured"\n')
    return root


SWAPS = """
import ctypes, os, sys
folder, link = (os.fsencode(word) for word in sys.argv[1:])
exchange = ctypes.CDLL(None, use_errno=True).renameat2
print("begun", flush=True)
while True:
    assert exchange(-100, folder, -100, link, 2) == 0
"""


@contextlib.contextmanager
def swapped(folder: Path, live: str):
    """Have its owner exchange the captured folder for a link to this machine's, over and over (RENAME_EXCHANGE)."""
    link = folder.with_name(f"{folder.name}.link")
    link.symlink_to(live)
    argv = [sys.executable, "-c", SWAPS, str(folder), str(link)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as owner:
        try:
            assert owner.stdout.readline() == "begun\n"
            yield
            assert owner.poll() is None
        finally:
            owner.kill()


@pytest.mark.parametrize(("place", "live"), [("proc", "/proc"), ("proc/sys", "/proc/sys"), ("etc", "/etc"), ("", "/")])
def test_what_is_swapped_for_a_link_gives_nothing_of_this_machine(root, place, live):
    seen = set()
    with swapped(root / place, live):
        for _ in range(TRIES * 20):
            try:
                host = CapturedHost(root)
            except (OSError, ValueError):
                continue
            identity = identify(host)
            seen |= {identity.kernel, identity.os}
    assert seen <= {RELEASE, "Captured", None}
    assert seen - {None}


def test_no_audit_of_a_tree_that_is_swapped_has_this_kernels_release(root, tmp_path):
    """The command itself, as many times as the leak was first seen in: its run file never names this kernel."""
    argv = [sys.executable, "-c", AUDITS, str(root), str(tmp_path), "20"]
    with swapped(root / "proc", "/proc"):
        audited = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=300)
    assert audited.returncode == 0, audited.stderr
    files = sorted(tmp_path.glob("run-*.json"))
    assert len(files) == 20
    for file in files:
        run = json.loads(file.read_text())
        assert run["host"]["kernel"] in {RELEASE, None}
        assert platform.release() not in file.read_text()


AUDITS = """
import contextlib, sys
from pathlib import Path
from hostcheck.audit import audit_host
from hostcheck.run.files import dumps
root, to, count = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
for number in range(count):
    run = audit_host(root, profiles=["docker"], experiments=False)
    (to / f"run-{number}.json").write_text(dumps(run))
"""


def test_a_folder_swapped_for_a_link_is_unreadable_and_not_absent(root):
    host = CapturedHost(FolderTree(root))
    assert host.read("/etc/os-release").failure is None
    tree = FolderTree(root)
    (root / "etc").rename(root / "etc.aside")
    (root / "etc").symlink_to("/etc")
    with pytest.raises(OSError, match="exchanged for a link"):
        tree.read("etc/os-release")
    # As a link of the tree's own it leads to the tree's own /etc, and so to itself.
    assert host.read("/etc/hostname").failure == "unreadable"


def test_the_root_stays_what_it_was_when_its_name_leads_elsewhere(root, tmp_path):
    tree = FolderTree(root)
    root.rename(tmp_path / "aside")
    root.symlink_to("/")
    assert tree.read("proc/sys/kernel/osrelease") == f"{RELEASE}\n".encode()


@pytest.mark.real
@pytest.mark.parametrize("live", ["/proc", "/sys"])
def test_what_the_running_kernel_makes_up_is_not_the_trees(root, live):
    (root / live.lstrip("/")).mkdir(exist_ok=True)
    subprocess.run(["mount", "--bind", live, f"{root}{live}"], check=True)
    try:
        host = CapturedHost(root)
        assert host.read("/proc/sys/kernel/osrelease").text in {None, f"{RELEASE}\n"}
        assert host.listdir(live) is None
        assert host.read("/proc/self/status").failure
        assert host.readlink("/proc/self").failure
    finally:
        subprocess.run(["umount", f"{root}{live}"], check=True)


@pytest.mark.real
def test_a_single_file_of_proc_mounted_over_one_of_the_trees_is_not_read(root):
    place = root / "proc/version"
    subprocess.run(["mount", "--bind", "/proc/version", place], check=True)
    try:
        reading = CapturedHost(root).read("/proc/version")
        assert (reading.data, reading.failure) == (None, "unreadable")
    finally:
        subprocess.run(["umount", place], check=True)


@pytest.mark.parametrize("live", ["/", "/proc", "/sys"])
def test_this_machines_own_root_and_kernel_are_no_captured_host(live):
    with pytest.raises(ValueError, match=r"this machine's own root|this machine's kernel"):
        HeldFolder(live)


def test_it_leaves_no_descriptor_open(root):
    with nothing_left_open():
        for _ in range(3):
            identify(CapturedHost(root))
