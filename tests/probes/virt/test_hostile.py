"""With any content of a captured root the probe ends quickly, and reports nothing that is not in it."""

import os
import random

import pytest

PATHS = (
    *("/proc/cpuinfo", "/proc/version", "/proc/sysinfo", "/proc/modules", "/proc/1/environ", "/proc/1/sched"),
    *("/proc/self/status", "/proc/self/cgroup", "/proc/self/mountinfo", "/proc/sys/kernel/osrelease"),
    *("/proc/xen/capabilities", "/proc/user_beancounters", "/proc/bus/pci/devices", "/proc/device-tree/compatible"),
    *("/sys/hypervisor/type", "/sys/hypervisor/properties/features", "/sys/class/dmi/id/sys_vendor"),
    *("/sys/firmware/acpi/tables/FACP", "/sys/firmware/dmi/entries/0-0/raw", "/run/systemd/container"),
    *("/proc/self/ns/pid", "/.evidence/cpuid", "/.evidence/cpuid-signature", "/.evidence/dmesg"),
    "/sys/devices/system/clocksource/clocksource0/available_clocksource",
)


def test_an_empty_root_leaves_both_axes_unknown(tree):
    facts = tree.facts()
    for name in ("virt.vm", "virt.container", "virt.vmm", "virt.cloud", "virt.role", "virt.kernel_flavour"):
        assert not facts[name].known, name
        assert facts[name].reason


def test_a_processor_without_the_hypervisor_flag_is_no_virtual_machine_and_says_nothing_of_containers(tree):
    facts = tree.x86(hypervisor=False).facts()
    assert facts["virt.vm"].value == "none"
    assert not facts["virt.container"].known


def test_unreadable_files_leave_the_axes_unknown(tree):
    for path in PATHS:
        # The folder of Xen's files says Xen by being there.
        if not path.startswith("/proc/xen/"):
            (tree.root / path.lstrip("/")).mkdir(parents=True)
    facts = tree.facts()
    assert not facts["virt.vm"].known
    assert not facts["virt.container"].known


@pytest.mark.parametrize("seed", range(8))
def test_binary_junk_never_raises(tree, seed):
    chance = random.Random(seed)
    for path in PATHS:
        tree.write(path, chance.randbytes(chance.choice([0, 1, 11, 19, 40, 4096])))
    tree.facts()


LINES = (
    *("flags\t:", "VM00 Control Program: x", "pid:[" + "9" * 9000 + "]", "envID:\t" + "9" * 9000),
    *("container=", "0::/lxc/", "1 0 8:1 / / rw - ext4 x", "x (1, #threads: 1)", "TracerPid:\t99999999999999999999"),
    "/machine.slice/machine-",
)


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("filling", [" ", "\n", "a"], ids=repr)
def test_a_huge_file_of_one_pattern_costs_no_more_than_its_reading(tree, line, filling):
    # A pattern that backtracks would take minutes; the test's own time limit is what fails then.
    for path in PATHS:
        tree.write(path, (line + filling * 40) * (50_000 // (len(line) + 40)) + filling * 50_000 + "x")
    tree.facts()


@pytest.mark.parametrize(
    "target", ["/etc/passwd", "../../../../../../../../etc/passwd", "/", ".", "/proc/self/environ"]
)
def test_links_out_of_the_root_show_nothing_of_this_machine(tree, target):
    for path in PATHS:
        tree.link(path, target)
    shown = repr(tree.facts())
    assert "root:x:0" not in shown
    assert f"PATH={os.environ['PATH']}" not in shown


def test_evidence_is_cut_to_a_readable_length(tree):
    tree.kvm().dmi(sys_vendor="QEMU" + "x" * 100_000, product_name="y" * 100_000)
    tree.write("/proc/self/status", "envID:\t" + "7" * 100_000)
    for fact in tree.facts().values():
        assert all(len(item.value or "") <= 200 for item in fact.evidence)
        assert all(len(conflict) < 1000 for conflict in fact.conflicts)
