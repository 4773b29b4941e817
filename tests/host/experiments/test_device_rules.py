"""The kernel's answer about the device rules of a real control group, and of folders that are none."""

import os
from pathlib import Path

import pytest

from hostcheck.host.experiments.perform import perform
from hostcheck.host.mounts import own_mounts

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="the kernel answers root")


def test_the_kernel_answers_for_a_control_group():
    unified = next(mount.mount_point for mount in own_mounts() if mount.fs_type == "cgroup2")
    assert perform("device_rules", folder=unified) == {"query": {"ok": True, "error": "", "stage": ""}}


def test_a_folder_that_is_no_control_group_is_refused(tmp_path):
    assert perform("device_rules", folder=str(tmp_path))["query"]["stage"] == "query"
    gone = perform("device_rules", folder=str(Path(tmp_path, "gone")))
    assert gone == {"query": {"ok": False, "error": "ENOENT", "stage": "directory"}}
