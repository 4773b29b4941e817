import gzip

import pytest

from hostcheck.probes.engine.rootless import probe

MOST = "/proc/sys/user/max_user_namespaces"
RELEASE = "/proc/sys/kernel/osrelease"
OVERLAY = gzip.compress(b"CONFIG_OVERLAY_FS=m\nCONFIG_USER_NS=y\n")


def facts(host):
    return {fact.id: fact for fact in probe(host)}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (MOST, "0\n"),
        ("/proc/sys/kernel/unprivileged_userns_clone", "0\n"),
        ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n"),
        ("/proc/config.gz", gzip.compress(b"CONFIG_X=y\n", mtime=0)),
    ],
)
def test_any_one_setting_can_keep_users_from_a_namespace(fake_host, path, text):
    assert facts(fake_host({MOST: "1000\n"}))["ns.user_unprivileged"].value is True
    assert facts(fake_host({MOST: "1000\n", path: text}))["ns.user_unprivileged"].value is False


def test_delegated_controllers_are_read_from_a_users_session(fake_host):
    path = "/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/cgroup.controllers"
    assert facts(fake_host({path: "memory pids\n"}))["cgroup.delegated"].value == ("memory", "pids")
    fact = facts(fake_host({}))["cgroup.delegated"]
    assert not fact.known
    assert "log in" in fact.reason


@pytest.mark.parametrize(
    ("release", "fuse", "overlay", "fuse_overlayfs"),
    [
        ("5.11.0", "", True, True),
        ("5.10.0", "", False, True),
        ("4.18.0", None, False, False),
        ("4.9.0", "", False, False),
    ],
)
def test_drivers_without_root_follow_the_kernels_version(fake_host, release, fuse, overlay, fuse_overlayfs):
    files = {RELEASE: release, "/proc/config.gz": OVERLAY, f"/lib/modules/{release}/modules.dep": ""}
    if fuse is not None:
        files["/usr/bin/fuse-overlayfs"] = fuse
    value = facts(fake_host(files))["storage.rootless_drivers"].value
    assert (value["overlay"], value["fuse-overlayfs"], value["vfs"]) == (overlay, fuse_overlayfs, True)


def test_an_empty_captured_host_has_unknown_facts(fake_host):
    found = facts(fake_host({}, live=False))
    assert not found["ns.user_unprivileged"].known
    assert found["storage.rootless_drivers"].value == {
        "overlay": None,
        "fuse-overlayfs": None,
        "btrfs": None,
        "vfs": True,
    }
