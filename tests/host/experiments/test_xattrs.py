"""Real attributes on real file systems; the file they are set on never has a name."""

import os
import subprocess
import sys

import pytest

from hostcheck.host.experiments import xattrs
from hostcheck.host.experiments.perform import perform

pytestmark = pytest.mark.real

OK = {"ok": True, "error": "", "stage": ""}
ON = """
import ctypes, json, os, sys
from hostcheck.host.experiments.child import call
from hostcheck.host.experiments.perform import perform
call("unshare", 0x20000)
call("mount", b"none", b"/", None, ctypes.c_ulong(0x44000), None)
call("mount", b"none", sys.argv[1].encode(), sys.argv[2].encode(), ctypes.c_ulong(int(sys.argv[3])), None)
print(json.dumps(perform("xattrs", directory=sys.argv[1])))
"""


def on(folder, fs_type, flags=0):
    argv = [sys.executable, "-c", ON, folder, fs_type, str(flags)]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


def test_each_attribute_is_set_and_read_back_here_and_no_file_is_left(tmp_path):
    assert perform("xattrs", directory=str(tmp_path)) == dict.fromkeys(xattrs.ATTRIBUTES, OK)
    assert os.listdir(tmp_path) == []


def test_a_file_system_without_attributes_is_reported_as_such(tmp_path):
    outcome = on(tmp_path, "ramfs")
    assert '"trusted": {"ok": false, "error": "ENOTSUP", "stage": "attribute"}' in outcome.replace(
        "EOPNOTSUPP", "ENOTSUP"
    )


def test_a_read_only_file_system_proves_nothing_about_attributes(tmp_path):
    assert '"trusted": {"ok": false, "error": "EROFS", "stage": "directory"}' in on(tmp_path, "tmpfs", 1)


def test_the_account_nobody_may_not_set_attributes_of_root(tmp_path):
    program = (
        "import json, os, sys\n"
        "from hostcheck.host.experiments.perform import perform\n"
        "folder = os.open(sys.argv[1], os.O_PATH)\n"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "print(json.dumps(perform('xattrs', directory=f'/proc/self/fd/{folder}')))\n"
    )
    tmp_path.chmod(0o777)
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)
    assert '"user": {"ok": true' in done.stdout
    assert '"trusted": {"ok": false, "error": "EPERM", "stage": "attribute"}' in done.stdout


def test_a_value_that_reads_back_differently_is_reported(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "getxattr", lambda *_: b"n")
    outcome = perform("xattrs", directory=str(tmp_path))
    assert outcome["trusted"] == {"ok": False, "error": "read back otherwise", "stage": "attribute"}
