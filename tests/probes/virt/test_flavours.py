"""The vendor of a release; each row is the name of a vendor's package."""

import pytest

from hostcheck.probes.virt.flavours import ORDINARY, name_release

RELEASES = {
    "6.1.0-18-amd64": "debian",
    "6.1.0-18-arm64": "debian",
    "4.19.0-21-686-pae": "debian",
    "6.12.9+bpo-amd64": "debian",
    "6.12.38+deb13-amd64": "debian",
    "6.1.0-18-cloud-amd64": "debian-cloud",
    "6.12.38+deb13-cloud-arm64": "debian-cloud",
    "6.1.0-18-rt-amd64": "debian-rt",
    "5.15.0-91-generic": "ubuntu-generic",
    "3.2.0-23-virtual": "ubuntu-virtual",
    "6.8.0-31-lowlatency": "ubuntu-lowlatency",
    "6.5.0-1018-aws": "ubuntu-aws",
    "6.5.0-1018-azure": "ubuntu-azure",
    "6.5.0-1018-gcp": "ubuntu-gcp",
    "5.15.0-1053-gke": "ubuntu-gke",
    "4.15.0-1021-kvm": "ubuntu-kvm",
    "5.15.0-1049-oracle": "ubuntu-oracle",
    "5.14.21-150500.55.39-default": "suse-default",
    "6.6.2-1-default": "suse-default",
    "5.14.21-150500.33.29-azure": "suse-azure",
    "3.10.0-1160.90.1.el7.x86_64": "rhel",
    "4.18.0-477.27.1.el8_8.x86_64": "rhel",
    "5.14.0-362.8.1.el9_3.aarch64": "rhel",
    "2.6.18-398.el5xen": "rhel",
    "4.18.0-477.27.1.rt7.290.el8_8.x86_64": "rhel-rt",
    "5.4.278-1.el7.elrepo.x86_64": "elrepo",
    "5.15.0-100.96.32.el8uek.x86_64": "oracle-uek",
    "4.14.35-1902.300.11.el7uek.x86_64": "oracle-uek",
    "4.14.336-253.554.amzn2.x86_64": "amazon",
    "6.1.72-96.166.amzn2023.x86_64": "amazon",
    "5.10.134-16.1.al8.x86_64": "alibaba",
    "5.10.0-60.18.0.50.oe2203.x86_64": "openeuler",
    "6.6.47.1-1.azl3": "azure-linux",
    "4.19.262-4.ph3-esx": "photon",
    "6.6.12-200.fc39.x86_64": "fedora",
    "6.18.44-fc-v769": "firecracker",
    "6.2.16-3-pve": "proxmox",
    "5.15.49-linuxkit": "linuxkit",
    "4.19.68-coreos": "coreos",
    "5.15.142-flatcar": "flatcar",
    "6.1.58-talos": "talos",
    "6.6.14-0-lts": "alpine-lts",
    "6.6.10-1-lts": "lts",
    "6.1.69-0-virt": "alpine-virt",
    "4.4.6-0-grsec": "grsecurity",
    "6.7.0-arch1-1": "arch",
    "6.6.13-gentoo": "gentoo",
    "6.6.20+rpt-rpi-v8": "raspberry-pi",
    "5.4.0-rt": "rt",
    "3.10.48-vs2.3.6.8": "linux-vserver",
    "6.1.61": "generic",
    "6.1.61-kvm": "generic",
    "5.15.133+": "generic",
    "next": "generic",
    "": "generic",
}


@pytest.mark.parametrize("release", RELEASES)
def test_a_release_names_its_vendor(release):
    assert name_release(release).name == RELEASES[release]


def test_the_meaning_of_red_hats_version_is_shown():
    assert "it has at least those of its version" in name_release("3.10.0-1160.90.1.el7.x86_64").meaning
    assert "mainline kernel" in ORDINARY.meaning


@pytest.mark.parametrize(
    ("release", "flavour"),
    [
        ("2.6.32-042stab145.3", "openvz"),
        ("3.13.0-042stab104.1", "openvz"),
        ("3.10.0-1160.90.1.vz7.200.7", "virtuozzo"),
        ("2.6.18-ovz028stab053.14", "openvz"),
        ("4.4.0-19041-Microsoft", "wsl1"),
        ("4.19.104-microsoft-standard", "wsl2"),
        ("5.15.133.1-microsoft-standard-WSL2", "wsl2"),
        ("3.10.0-962.3.2.lve1.5.26.7.el7.x86_64", "cloudlinux"),
        ("6.1.0-18-amd64", "debian"),
    ],
)
def test_an_unusual_kernel_is_named_by_its_kind(tree, release, flavour):
    fact = tree.write("/proc/sys/kernel/osrelease", f"{release}\n").facts()["virt.kernel_flavour"]
    assert fact.value == flavour
    assert fact.evidence


@pytest.mark.parametrize(
    ("release", "conflict"),
    [
        ("3.13.0-042stab104.1", "such kernels are 2.6.32"),  # moby#10826
        ("5.14.0-1160.90.1.vz7.200.7", "such kernels are 3.10"),
        ("4.19.0", "no OpenVZ kernel has that name"),
    ],
)
def test_a_changed_release_is_shown_as_a_conflict(tree, release, conflict):
    fact = tree.linux(release).write("/proc/vz/veinfo").facts()["virt.kernel_flavour"]
    assert fact.value == ("virtuozzo" if ".vz7" in release else "openvz")
    assert [conflict in outcome for outcome in fact.conflicts] == [True]


@pytest.mark.parametrize("release", ["2.6.32-042stab145.3", "3.10.0-1160.90.1.vz7.200.7", "2.6.18-ovz028stab053.14"])
def test_an_openvz_kernels_own_number_contradicts_nothing(tree, release):
    assert tree.linux(release).write("/proc/vz/veinfo").facts()["virt.kernel_flavour"].conflicts == ()
