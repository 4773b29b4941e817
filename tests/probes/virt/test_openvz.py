"""Generations of OpenVZ: by their name where the provider left it, else by what only later ones have."""

import pytest

from hostcheck.probes.virt import probe

GUEST = {"/proc/self/status": "Name:\tcat\nenvID:\t101\n", "/proc/vz/veinfo": "101 0 1\n"}
OVERLAY = {"/proc/filesystems": "nodev\tproc\n\text4\nnodev\toverlay\n"}
USER = {"/proc/self/ns/user": "user:[4026531837]"}


@pytest.mark.parametrize(
    ("release", "tree", "flavour"),
    [
        ("2.6.32-042stab145.3", ({}, {}), "openvz"),
        ("3.13.0-042stab104.1", (OVERLAY, {}), "openvz"),
        ("3.16.0", ({"/proc/filesystems": "nodev\tproc\n\text4\n"}, {}), "openvz"),
        ("3.10.0-1160.21.1.vz7.174.13", ({}, {}), "virtuozzo"),
        ("4.18.0-305.3.1.vz8.7.13", ({}, {}), "virtuozzo"),
        ("4.15.0", (OVERLAY, {}), "virtuozzo"),
        ("5.4.123-1.el7.elrepo.x86_64", ({}, USER), "virtuozzo"),
    ],
)
def test_the_generation_is_judged_by_what_it_has(fake_host, facts_of, release, tree, flavour):
    files, links = tree
    facts = facts_of(probe, fake_host({"/proc/sys/kernel/osrelease": release} | GUEST | files, links=links))
    assert facts["virt.container"].value == "openvz"
    assert facts["virt.kernel_flavour"].value == flavour


def test_an_ordinary_kernel_with_overlay_is_no_virtuozzo(fake_host, facts_of):
    facts = facts_of(probe, fake_host({"/proc/sys/kernel/osrelease": "6.1.0-18-amd64"} | OVERLAY, links=USER))
    assert facts["virt.kernel_flavour"].value == "debian"
