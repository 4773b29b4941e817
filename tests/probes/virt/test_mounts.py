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
