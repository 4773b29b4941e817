"""Experiments are real: they need root, as an engine does, and must leave nothing behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from hostcheck.host.experiments import overlay
from hostcheck.host.experiments.child import in_child
from hostcheck.host.experiments.perform import CLONE_FLAGS, perform

pytestmark = pytest.mark.real


def mounts():
    return Path("/proc/self/mountinfo").read_text()


def namespaces():
    return {link.name: str(link.readlink()) for link in Path("/proc/self/ns").iterdir()}


def children():
    return set(Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split())


@pytest.fixture(autouse=True)
def nothing_is_left(tmp_path):
    before, others = namespaces(), children()
    yield
    assert namespaces() == before
    assert children() - others == set()
    # Only mounts of ours: an engine beside the tests may mount its own meanwhile.
    assert not any(mark in mounts() for mark in (".hostcheck-overlay", str(tmp_path)))
    assert [name for name in os.listdir(tmp_path) if name.startswith(".hostcheck")] == []


def test_each_namespace_that_the_kernel_lists_can_be_made():
    outcome = perform("unshare")
    assert set(outcome) == set(CLONE_FLAGS)
    for kind in os.listdir("/proc/self/ns"):
        if kind in outcome:
            assert outcome[kind] == {"ok": True, "error": ""}, kind


def test_a_kind_of_namespace_that_the_kernel_lacks_is_reported(monkeypatch):
    monkeypatch.setitem(CLONE_FLAGS, "mnt", 1)
    assert perform("unshare")["mnt"] == {"ok": False, "error": "EINVAL"}


def test_an_overlay_whose_directory_is_exchanged_harms_nothing(tmp_path, monkeypatch):
    """Whoever owns the folder that it is tried in puts a link there, before the child comes to it and once it has."""
    precious, above = tmp_path / "precious", tmp_path / "above"
    for folder in (precious / "lower1", precious / "kept", above):
        folder.mkdir(parents=True)
    (precious / "lower1/a").write_text("precious")
    act = overlay._act

    def exchanged(own):
        (made,) = above.iterdir()
        made.rename(above / "moved")
        made.symlink_to(precious)
        return act(own)

    monkeypatch.setattr(overlay, "_act", exchanged)
    assert perform("overlay", directory=str(above))["error"] == ""
    assert [path.is_symlink() for path in above.iterdir()] == [True]
    assert (precious / "lower1/a").read_text() == "precious"
    assert sorted(path.name for path in precious.iterdir()) == ["kept", "lower1"]


def test_an_overlay_with_two_lower_layers_works_here(tmp_path):
    assert perform("overlay", directory=str(tmp_path)) == {"ok": True, "error": "", "stage": ""}


def test_a_path_with_separators_of_mount_options_works(tmp_path):
    odd = tmp_path / "a:b,c\\d e"
    odd.mkdir()
    assert perform("overlay", directory=str(odd))["ok"] is True
    assert os.listdir(odd) == []


def test_a_folder_that_cannot_be_written_is_reported_as_such():
    outcome = perform("overlay", directory="/proc")
    assert outcome["ok"] is False
    assert outcome["stage"] == "directory"


def test_a_read_only_file_system_is_reported_as_such(tmp_path):
    program = (
        "import ctypes, json, os, sys\n"
        "from hostcheck.host.experiments.child import call\n"
        "from hostcheck.host.experiments.perform import perform\n"
        "call('unshare', 0x20000)\n"
        "call('mount', b'none', b'/', None, ctypes.c_ulong(0x44000), None)\n"
        "os.chdir(sys.argv[1])\n"
        "os.mkdir('m')\n"
        "call('mount', b'ramfs', b'm', b'ramfs', ctypes.c_ulong(1), None)\n"
        "print(json.dumps(perform('overlay', directory=sys.argv[1] + '/m')))\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True)
    assert '"stage": "directory"' in done.stdout, done.stderr
    assert '"EROFS"' in done.stdout


def test_without_privilege_an_error_proves_nothing_about_the_kernel(tmp_path):
    tmp_path.chmod(0o777)
    for parent in tmp_path.parents[:3]:
        parent.chmod(parent.stat().st_mode | 0o055)
    program = (
        "import json, os, sys\n"
        "from hostcheck.host.experiments.perform import perform\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "print(json.dumps([perform('unshare')['pid'], perform('overlay', directory=sys.argv[1])]))\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True)
    assert '{"ok": false, "error": "EPERM"}' in done.stdout, done.stderr
    assert '"stage": "namespace"' in done.stdout


def test_an_overlay_that_hangs_is_ended_and_removed(tmp_path, monkeypatch):
    def hang():
        Path(tmp_path / "mounted").write_text(mounts())
        time.sleep(600)

    monkeypatch.setattr(overlay, "_use", hang)
    assert perform("overlay", directory=str(tmp_path)) == {"ok": False, "error": "ETIMEDOUT", "stage": "time"}
    assert ".hostcheck-overlay" in (tmp_path / "mounted").read_text()


def test_an_overlay_whose_child_is_killed_is_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(overlay, "_use", lambda: os.kill(os.getpid(), signal.SIGKILL))
    assert perform("overlay", directory=str(tmp_path))["ok"] is False


@pytest.mark.parametrize("damage", ["second layer unseen", "write lost", "whiteout lost"])
def test_an_overlay_that_does_not_work_is_reported(tmp_path, monkeypatch, damage):
    def spoil():
        if damage == "second layer unseen":
            monkeypatch.setattr(overlay, "_read", lambda path: "")
        elif damage == "write lost":
            monkeypatch.setattr(overlay, "_write", lambda path, text: None)
        else:
            monkeypatch.setattr(os, "unlink", lambda path: None)
        use()

    use = overlay._use
    monkeypatch.setattr(overlay, "_use", spoil)
    outcome = perform("overlay", directory=str(tmp_path))
    assert (outcome["ok"], outcome["stage"]) == (False, "check")


def test_an_interrupt_while_waiting_leaves_nothing(tmp_path):
    program = (
        "import os, sys, time\n"
        "from hostcheck.host.experiments import overlay\n"
        "from hostcheck.host.experiments.perform import perform\n"
        "def hang():\n"
        "    print(os.getpid(), flush=True)\n"
        "    time.sleep(600)\n"
        "overlay._use = hang\n"
        "perform('overlay', directory=sys.argv[1])\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        child = int(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        process.wait(60)
    assert gone(child)


def test_the_child_dies_with_a_killed_parent(tmp_path):
    program = (
        "import os, time\n"
        "from hostcheck.host.experiments.child import in_child\n"
        "def act():\n"
        "    print(os.getpid(), flush=True)\n"
        "    time.sleep(600)\n"
        "    yield {}\n"
        "in_child(act, 600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
        child = int(process.stdout.readline())
        process.kill()
    assert gone(child)


def gone(pid):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.01)
    return False


def test_results_before_a_crash_count():
    def act():
        yield {"first": True}
        os.kill(os.getpid(), signal.SIGKILL)
        yield {"second": True}

    assert in_child(act, 60) == {"first": True}


def test_an_unknown_experiment_is_none():
    assert perform("rm") is None
