"""Device rules of cgroup v2: root alone is answered, and a refusal that its lack of rights explains says nothing."""

import pytest

from hostcheck.probes.kernel.devicerules import device_rules

V2 = "29 28 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"
V1 = "29 28 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
ALL, NONE = "000001ffffffffff", "0000000000000000"
NO_NET_ADMIN = "000001ffffffefff"
FIRST, MAPPED = "0 0 4294967295\n", "0 100000 65536\n"


def answered(fake_host, host, error, stage="query"):
    mounts, effective, mapped = host
    files = {
        "/proc/self/mountinfo": mounts,
        "/proc/self/status": f"Name:\tsh\nCapEff:\t{effective}\n",
        "/proc/self/uid_map": mapped,
    }
    result = {"query": {"ok": not error, "error": error, "stage": stage if error else ""}}
    return device_rules(fake_host(files, experiments={"device_rules": result})).answer


@pytest.mark.parametrize(
    ("host", "error", "answer"),
    [
        ((V2, ALL, FIRST), "", True),
        ((V2, ALL, FIRST), "EPERM", False),
        ((V2, ALL, FIRST), "EINVAL", False),
        ((V2, ALL, FIRST), "ENOSYS", False),
        ((V2, ALL, FIRST), "EACCES", None),
        ((V2, ALL, MAPPED), "EPERM", None),
        ((V2, NONE, FIRST), "EPERM", None),
        ((V2, NO_NET_ADMIN, FIRST), "EPERM", None),
        ((V1, ALL, FIRST), "EPERM", None),
        (("", ALL, FIRST), "EPERM", None),
    ],
)
def test_only_root_of_the_host_is_answered_on_cgroup_v2(fake_host, host, error, answer):
    assert answered(fake_host, host, error) is answer


def test_a_folder_that_cannot_be_opened_says_nothing(fake_host):
    assert answered(fake_host, (V2, ALL, FIRST), "ENOENT", "directory") is None
