import json

import pytest

from hostcheck.host.captured import CapturedHost
from hostcheck.probes.virt import probe
from hostcheck.profiles.loader import load
from hostcheck.verdicts import judge

PROXMOX = "lxc-101_</var/lib/lxc>//&:lxc-101_<-var-lib-lxc>:unconfined (enforce)\n"
LXD = "lxd-c1_</var/snap/lxd/common/lxd>//&:lxd-c1_<var-snap-lxd-common-lxd>:unconfined (enforce)\n"
ROOT = "600 500 252:6 / / rw - ext4 /dev/mapper/pve-vm--101--disk--0 rw\n"
PROC = "602 600 0:57 / /proc rw,nosuid - proc proc rw\n"
LXCFS = "603 602 0:40 /proc/cpuinfo /proc/cpuinfo rw - fuse.lxcfs lxcfs rw\n"
NESTING = "610 600 0:59 / /dev/.lxc/proc rw - proc proc rw\n611 600 0:60 / /dev/.lxc/sys rw - sysfs sys rw\n"


class Container(CapturedHost):
    """A captured container in which runc prints its version."""

    def __init__(self, root, version):
        super().__init__(root)
        self.version, self.ran = version, []

    def run(self, argv, timeout):
        self.ran.append(tuple(argv))
        reading = super().run(argv, timeout)
        if self.version is None or argv[0] != "runc":
            return reading
        return type(reading)("runc --version", f"runc version {self.version}\ncommit: v{self.version}\n".encode())


def lxc(tree, label=PROXMOX, mounts=ROOT + PROC + LXCFS + NESTING):
    tree.x86(hypervisor=False).write("/proc/self/mountinfo", mounts)
    return tree.write("/proc/self/attr/current", label) if label else tree


def facts_of(tree, version=None):
    host = Container(tree.root, version)
    return {fact.id: fact for fact in probe(host)}, host


@pytest.mark.parametrize(
    ("version", "confined"),
    [
        ("1.1.12", False),
        ("1.2.7", False),
        ("1.2.8", True),
        ("1.3.2", False),
        ("1.3.3", True),
        ("1.4.0", True),
        ("2.0.0", True),
        (None, True),
    ],
)
def test_under_lxcs_profile_the_version_of_runc_decides(tree, version, confined):
    facts, _ = facts_of(lxc(tree), version)
    assert facts["virt.lxc_confined"].value is confined
    assert facts["virt.nesting"].value == "on"


@pytest.mark.parametrize(
    ("label", "confined"),
    [
        (LXD, True),
        ("incus-c1_</var/lib/incus>//&:incus-c1_<var-lib-incus>:unconfined (enforce)\n", True),
        ("lxc-container-default-with-nesting (enforce)\n", True),
        ("lxc-container-default-cgns (complain)\n", False),
        ("unconfined\n", False),
        ("docker-default (enforce)\n", False),
        ("system_u:system_r:container_t:s0\n", False),
        ("", False),
    ],
)
def test_only_an_enforced_profile_of_lxc_confines(tree, label, confined):
    facts, host = facts_of(lxc(tree, label), "1.3.3")
    assert facts["virt.lxc_confined"].value is confined
    assert (("runc", "--version") in host.ran) is confined


@pytest.mark.parametrize(
    ("mounts", "nesting"),
    [
        (ROOT + PROC + LXCFS + NESTING, "on"),
        (ROOT + PROC + LXCFS, "off"),
        (ROOT + PROC + LXCFS + NESTING.splitlines(keepends=True)[0], "off"),
        (ROOT + PROC, "none"),
    ],
)
def test_nesting_is_read_from_the_mounts(tree, mounts, nesting):
    assert facts_of(lxc(tree, None, mounts))[0]["virt.nesting"].value == nesting


MANY = "".join(f"{1000 + at} 600 0:50 / /m/{at:06} rw - tmpfs tmpfs rw\n" for at in range(30_000))


@pytest.mark.parametrize(
    ("mounts", "nesting"),
    [
        (ROOT + PROC + LXCFS + NESTING + MANY, "on"),
        (ROOT + PROC + LXCFS + MANY + NESTING, None),
        (ROOT + PROC + LXCFS + MANY, None),
    ],
)
def test_a_table_that_is_cut_shows_what_is_on_and_not_what_is_off(tree, mounts, nesting):
    facts = facts_of(lxc(tree, None, mounts))[0]
    assert facts["virt.container"].value == "lxc"
    assert facts["virt.nesting"].value == nesting


@pytest.mark.parametrize("profile", ["docker", "kubernetes", "docker-rootless"])
def test_with_nesting_on_the_advice_is_not_to_turn_it_on(tree, profile):
    facts, _ = facts_of(lxc(tree), "1.3.3")
    verdicts = [verdict for verdict in judge(load(profile), facts) if verdict.check.startswith("virt.")]
    statuses = {verdict.check: verdict.status for verdict in verdicts}
    assert statuses["virt.lxc_confined"] == "warn"
    assert statuses["virt.nesting"] == "pass"
    assert "nesting=" not in json.dumps([verdict.fix for verdict in verdicts if verdict.status != "pass"])


def test_podman_starts_its_containers_with_crun(tree):
    facts, _ = facts_of(lxc(tree), "1.3.3")
    assert not any(verdict.check == "virt.lxc_confined" for verdict in judge(load("podman"), facts))


def test_outside_of_lxc_both_checks_are_skipped(tree):
    facts, _ = facts_of(tree.x86(hypervisor=False).write("/proc/self/mountinfo", ROOT.replace("600", "22")), "1.3.3")
    verdicts = {verdict.check: verdict.status for verdict in judge(load("docker"), facts | _none(facts))}
    assert (verdicts["virt.nesting"], verdicts["virt.lxc_confined"]) == ("skip", "skip")


def _none(facts):
    return {"virt.container": type(facts["virt.container"])("virt.container", "none")}
