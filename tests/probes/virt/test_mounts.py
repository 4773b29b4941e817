"""What forbids all mounts in a container: its capabilities, or the profile that its engine gave it."""

import pytest

from hostcheck.probes.virt.mounts import probe

FULL, PLAIN = "CapBnd:\t000001ffffffffff\n", "CapBnd:\t00000000a80425fb\n"


@pytest.mark.parametrize(
    ("status", "label", "denied"),
    [
        (FULL, "", ()),
        (PLAIN, "", ("capabilities",)),
        (FULL, "docker-default (enforce)\n", ("apparmor",)),
        (FULL, "docker-default (complain)\n", ()),
        (FULL, "unconfined\n", ()),
        (FULL, "containers-default-0.62.2 (enforce)\n", ("apparmor",)),
        (PLAIN, "cri-containerd.apparmor.d (enforce)\n", ("capabilities", "apparmor")),
        (FULL, "lxc-container-default-with-nesting (enforce)\n", ()),
        ("", "docker-default (enforce)\n", ("apparmor",)),
        ("", "", None),
    ],
)
def test_mounts_are_denied_by_capabilities_and_by_profiles_of_engines(fake_host, facts_of, status, label, denied):
    files = {"/proc/self/status": status, "/proc/self/attr/current": label}
    fact = facts_of(probe, fake_host(files))["security.mounts_denied_by"]
    assert (fact.value, fact.known) == (denied, denied is not None)


def tried(error=""):
    return {"user": {"ok": not error, "error": error}}


@pytest.mark.parametrize(
    ("confined", "unshare", "mounts"),
    [
        ((FULL, ""), None, True),
        ((FULL, "docker-default (enforce)\n"), tried(), False),
        ((PLAIN, ""), tried("EPERM"), False),
        ((PLAIN, ""), tried("EINVAL"), False),
        ((PLAIN, ""), tried(), True),
        ((PLAIN, "docker-default (enforce)\n"), tried(), False),
        ((PLAIN, ""), None, None),
        (("", ""), None, None),
    ],
)
def test_podman_without_the_capability_mounts_in_a_user_namespace(fake_host, facts_of, confined, unshare, mounts):
    status, label = confined
    files = {"/proc/self/status": f"Uid:\t0\t0\t0\t0\n{status}", "/proc/self/attr/current": label}
    experiments = {"unshare": unshare} if unshare else {}
    fact = facts_of(probe, fake_host(files, experiments=experiments))["engine.podman_mounts"]
    assert (fact.value, fact.known) == (mounts, mounts is not None)
    assert fact.evidence
