"""Another proc is mounted in namespaces that end with the trial; one in part covered is refused in a new one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hostcheck.host.experiments.perform import perform

MASKED = """
import ctypes, json
from hostcheck.host.experiments.child import call
from hostcheck.host.experiments.perform import perform
call("unshare", 0x20000)
call("mount", b"none", b"/", None, ctypes.c_ulong(0x44000), None)
call("mount", b"none", b"/proc/fs", b"tmpfs", ctypes.c_ulong(0), None)
print(json.dumps(perform("proc")))
"""


def test_the_table_of_mounts_is_the_same_afterwards():
    before = Path("/proc/self/mountinfo").read_text()
    tried = perform("proc")
    assert {*tried} == {"own", "user"}
    assert all(each["ok"] or each["stage"] in {"namespace", "mount"} for each in tried.values())
    assert Path("/proc/self/mountinfo").read_text() == before


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts over a part of /proc")
def test_a_proc_that_is_covered_in_part_is_in_the_way_of_a_new_user_namespace_alone():
    argv = [sys.executable, "-c", MASKED]
    tried = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    assert '"own": {"ok": true' in tried
    assert '"user": {"ok": false, "error": "EPERM", "stage": "mount"}' in tried
