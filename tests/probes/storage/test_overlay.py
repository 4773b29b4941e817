import pytest

from hostcheck.probes.storage.overlay import judge_overlay


@pytest.mark.parametrize(
    ("result", "mounts", "d_type"),
    [
        ({"ok": True, "error": "", "stage": ""}, True, True),
        ({"ok": False, "error": "ENODEV", "stage": "mount"}, False, None),
        ({"ok": False, "error": "EINVAL", "stage": "mount"}, False, None),
        ({"ok": False, "error": "a deletion leaves no whiteout", "stage": "check"}, False, None),
        ({"ok": False, "error": "the file system does not support d_type", "stage": "check"}, False, False),
        ({"ok": False, "error": "EPERM", "stage": "mount"}, False, None),
        ({"ok": False, "error": "EACCES", "stage": "check"}, False, None),
        ({"ok": False, "error": "EPERM", "stage": "namespace"}, None, None),
        ({"ok": False, "error": "EACCES", "stage": "directory"}, None, None),
        ({"ok": False, "error": "ENOSPC", "stage": "directory"}, None, None),
        ({"ok": False, "error": "ETIMEDOUT", "stage": "time"}, None, None),
        ({}, None, None),
        (None, None, None),
    ],
)
def test_only_errors_of_the_operation_count(result, mounts, d_type):
    trial = judge_overlay("/var/lib", result)
    assert trial.mounts.answer is mounts
    assert trial.d_type.answer is d_type


def test_lack_of_privilege_asks_for_root():
    trial = judge_overlay("/var/lib", {"ok": False, "error": "EACCES", "stage": "directory"})
    assert "run as root" in trial.mounts.reason
    trial = judge_overlay("/var/lib", {"ok": False, "error": "ENOSPC", "stage": "directory"})
    assert "root" not in trial.mounts.reason
    assert "ENOSPC" in trial.mounts.reason
