"""The stack. Innermost first; each case is one that a detector with a single answer gets wrong."""

import pytest

ID = "baa660ed81bc81d262ac6e19486142aeec5fce2043e2a173eb2505c6fbed89bc"
LAYERS = "rw,lowerdir=/var/lib/docker/overlay2/l/A,upperdir=/var/lib/docker/overlay2/b/diff"


def layers_of(tree):
    fact = tree.facts()["virt.layers"]
    assert fact.known, fact.reason
    assert fact.evidence
    return fact.value


def test_a_plain_machine_has_none(tree):
    assert layers_of(tree.metal().on_the_host()) == ()


def test_layers_are_unknown_where_the_machine_or_the_container_is(tree):
    fact = tree.x86(hypervisor=False).facts()["virt.layers"]
    assert not fact.known
    assert "virt.container" in fact.reason


def test_docker_in_lxc_in_kvm_by_the_control_groups_path(tree):
    tree.kvm().contained().write("/proc/self/cgroup", f"2:memory:/lxc/web/docker/{ID}\n")
    assert layers_of(tree) == ("docker", "lxc", "kvm")


def test_the_runtime_of_a_pod_is_not_another_layer(tree):
    path = f"/lxc/node/kubepods/besteffort/pod1/docker/{ID}"
    tree.kvm().contained().write("/proc/self/cgroup", f"2:memory:{path}\n")
    assert layers_of(tree) == ("kubernetes", "lxc", "kvm")


def test_docker_in_lxc_by_lxcfs_where_control_groups_are_private(tree):
    # moby mounts /proc anew, but lxcfs over /proc of an unprivileged container stays in the table.
    lines = (
        f"1 0 0:50 / / rw - overlay overlay {LAYERS}\n2 1 0:51 /proc/meminfo /proc/meminfo rw - fuse.lxcfs lxcfs rw\n"
    )
    tree.kvm().contained().write("/proc/self/cgroup", "0::/\n").write("/proc/self/mountinfo", lines)
    assert layers_of(tree) == ("docker", "lxc", "kvm")


def test_a_stale_docker_marker_in_lxc_is_no_layer(tree):
    tree.metal().contained().write("/proc/1/environ", "container=lxc\0").write("/.dockerenv")
    tree.root_mount("ext4", "/dev/mapper/pve-vm--101--disk--0")
    assert layers_of(tree) == ("lxc",)


def test_lxc_in_docker_is_the_other_way_round(tree):
    tree.metal().contained().write("/proc/self/cgroup", f"2:memory:/docker/{ID}/lxc/web\n")
    assert layers_of(tree) == ("lxc", "docker")


def test_docker_in_an_openvz_guest(tree):
    tree.metal().write("/proc/self/status", "envID:\t101\n").write("/proc/self/cgroup", f"2:memory:/docker/{ID}\n")
    assert layers_of(tree) == ("docker", "openvz")


def test_docker_in_wsl_2_in_hyper_v(tree):
    tree.x86(hypervisor=True).contained().write("/.dockerenv").root_mount("overlay", "overlay", LAYERS)
    tree.write("/proc/sys/kernel/osrelease", "5.15.133.1-microsoft-standard-WSL2\n")
    assert layers_of(tree) == ("docker", "wsl2", "hyperv")


def test_user_mode_linux_in_kvm(tree):
    # systemd#17754
    tree.cpuid(base="KVMKVMKVM").on_the_host()
    tree.write("/proc/cpuinfo", "processor\t: 0\nvendor_id\t: User Mode Linux\nmodel name\t: UML\n")
    assert layers_of(tree) == ("uml", "kvm")


@pytest.mark.parametrize("signature", ["VMwareVMware", "KVMKVMKVM"])
def test_xens_host_in_another_virtual_machine(tree, signature):
    # systemd#22511
    tree.x86(hypervisor=True).cpuid(base=signature).on_the_host().write("/proc/xen/capabilities", "control_d\n")
    facts = tree.facts()
    assert (facts["virt.vm"].value, facts["virt.role"].value) == ("xen-dom0", "host")
    assert layers_of(tree) == ("xen-dom0", "vmware" if signature.startswith("VM") else "kvm")


def test_a_paravirtualized_xen_guest_in_kvm(tree):
    # Without a fault on CPUID, such guests see what lies below Xen.
    tree.x86(hypervisor=True).cpuid(base="KVMKVMKVM").on_the_host().write("/sys/hypervisor/type", "xen\n")
    assert layers_of(tree) == ("xen-pv", "kvm")


def test_a_container_in_xens_host_is_a_guest(tree):
    facts = tree.metal().docker().write("/proc/xen/capabilities", "control_d\n").facts()
    assert facts["virt.layers"].value == ("docker", "xen-dom0")
    assert facts["virt.role"].value == "guest"


def test_an_emulated_viridian_interface_is_no_layer(tree):
    tree.x86(hypervisor=True).cpuid(base="Microsoft Hv", next="KVMKVMKVM").on_the_host()
    assert layers_of(tree) == ("kvm",)
