"""Containers that no environment names, or that namespaces do not set apart."""

import pytest


def test_an_application_started_by_lxc_is_detected_by_its_boot_id(tree):
    # lxc-execute makes no exec, so that /proc/1/environ is that of the shell it was started from.
    rows = "1 0 254:0 /srv/web / rw - ext4 /dev/vda rw\n"
    rows += "2 1 0:42 /.lxc-boot-id /proc/sys/kernel/random/boot_id ro - tmpfs none rw\n"
    tree.kvm().contained().environ(HOME="/root").cgroup("0::/").write("/proc/self/mountinfo", rows)
    fact = tree.facts()["virt.container"]
    assert (fact.value, fact.conflicts) == ("lxc", ())


def test_the_boot_id_of_an_incus_container_is_lxcs_too(tree):
    rows = "1 0 0:50 / / rw - zfs tank/web rw\n"
    rows += "2 1 0:42 /.lxc-boot-id /proc/sys/kernel/random/boot_id ro - tmpfs none rw\n"
    tree.kvm().contained().write("/dev/incus/sock").write("/proc/self/mountinfo", rows)
    assert tree.facts()["virt.container"].value == "incus"


@pytest.mark.parametrize(
    ("fs_type", "source", "root", "name"),
    [
        ("tmpfs", "tmpfs", "/", "singularity"),
        ("squashfs", "/dev/loop0", "/", "singularity"),
        ("ext4", "/dev/sda2", "/home/user/sandbox", "singularity"),
        ("overlay", "overlay", "/", "singularity"),
        ("ext4", "/dev/vda1", "/", "none"),
    ],
)
def test_singularity_shares_the_hosts_namespaces_and_has_a_root_of_its_own(tree, fs_type, source, root, name):
    tree.metal().on_the_host().write("/.singularity.d/runscript").root_mount(fs_type, source, root=root)
    fact = tree.facts()["virt.container"]
    assert fact.value == name
    assert bool(fact.conflicts) == (name == "none")
