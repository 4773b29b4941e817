"""The monitor, and evidence of a cloud besides DMI."""

import pytest


def acpi(maker, table="FACP"):
    # ACPI Specification 5.2.6: signature, length, revision, checksum, OEM id, OEM table id.
    return table.encode() + b"\x14\1\0\0\6f" + maker.encode().ljust(6) + b"OEMTABLE"


@pytest.mark.parametrize(
    ("path", "data", "name"),
    [
        ("/sys/firmware/acpi/tables/FACP", acpi("FIRECK"), "firecracker"),
        ("/sys/firmware/acpi/tables/FACP", acpi("CLOUDH"), "cloud-hypervisor"),
        ("/sys/firmware/acpi/tables/FACP", acpi("CROSVM"), "crosvm"),
        ("/sys/firmware/acpi/tables/FACP", acpi("BOCHS"), "qemu"),
        ("/sys/firmware/acpi/tables/DSDT", acpi("CLOUDH", "DSDT"), "cloud-hypervisor"),
        ("/sys/firmware/acpi/tables/APIC", acpi("FIRECK", "APIC"), "firecracker"),
        ("/sys/firmware/acpi/tables/FACP", acpi("AMAZON"), "nitro"),
        ("/sys/firmware/qemu_fw_cfg/rev", b"3\n", "qemu"),
        ("/sys/class/dmi/id/product_name", b"crosvm\n", "crosvm"),
        ("/sys/class/dmi/id/sys_vendor", b"Cloud Hypervisor\n", "cloud-hypervisor"),
        ("/sys/class/dmi/id/sys_vendor", b"QEMU\n", "qemu"),
        ("/sys/class/dmi/id/sys_vendor", b"Amazon EC2\n", "nitro"),
    ],
)
def test_a_monitor_of_kvm_is_detected(tree, path, data, name):
    fact = tree.kvm().write(path, data).facts()["virt.vmm"]
    assert fact.value == name
    assert fact.evidence


def test_the_folder_of_qemus_driver_is_there_without_qemu(tree):
    # drivers/firmware/qemu_fw_cfg.c, fw_cfg_sysfs_init
    assert not tree.kvm().write("/sys/firmware/qemu_fw_cfg/.keep").facts()["virt.vmm"].known


def test_the_tables_count_more_than_rewritten_ids_and_the_contradiction_is_named(tree):
    tree.kvm().dmi(sys_vendor="QEMU").write("/sys/firmware/acpi/tables/FACP", acpi("CLOUDH"))
    fact = tree.facts()["virt.vmm"]
    assert fact.value == "cloud-hypervisor"
    assert any("qemu" in conflict for conflict in fact.conflicts)


@pytest.mark.parametrize(
    ("signature", "name"), [("VMwareVMware", "vmware"), ("XenVMMXenVMM", "xen"), ("Microsoft Hv", "hyperv")]
)
def test_other_hypervisors_come_with_a_monitor_of_their_own(tree, signature, name):
    assert tree.x86(hypervisor=True).cpuid(base=signature).facts()["virt.vmm"].value == name


def test_a_hypervisor_without_a_name_leaves_the_monitor_unknown(tree):
    fact = tree.x86(hypervisor=True).facts()["virt.vmm"]
    assert not fact.known
    assert fact.reason


@pytest.mark.parametrize(
    ("path", "data", "cloud"),
    [
        ("/sys/hypervisor/uuid", b"ec2e1916-9099-7caf-fd21-012345abcdef\n", "aws"),
        ("/sys/firmware/acpi/tables/FACP", acpi("AMAZON"), "aws"),
        ("/sys/firmware/acpi/tables/FACP", acpi("Google"), "gcp"),
    ],
)
def test_a_cloud_is_detected_without_captured_dmi(tree, path, data, cloud):
    assert tree.kvm().write(path, data).facts()["virt.cloud"].value == cloud


@pytest.mark.parametrize("cut", [0, 4, 9, 12, 15])
def test_a_table_that_was_cut_names_nothing(tree, cut):
    fact = tree.kvm().write("/sys/firmware/acpi/tables/FACP", acpi("FIRECK")[:cut]).facts()["virt.vmm"]
    assert not fact.known


def test_a_platform_that_qemu_emulates_names_the_monitor(tree):
    # qemu/hw/ppc/spapr.c, spapr_build_fdt
    tree.write("/proc/cpuinfo", "platform : pSeries\nmachine : CHRP IBM pSeries (emulated by qemu)\n")
    facts = tree.write("/proc/device-tree/hypervisor/compatible", "linux,kvm\0").facts()
    assert (facts["virt.vm"].value, facts["virt.vmm"].value) == ("kvm", "qemu")


@pytest.mark.parametrize(("node", "monitor"), [("fw-cfg@9020000", "qemu"), ("psci", None)])
def test_beside_kvms_node_the_device_tree_names_qemu_by_its_device(tree, node, monitor):
    # qemu/hw/arm/virt.c, create_fw_cfg
    tree.arm().write("/proc/device-tree/hypervisor/compatible", "linux,kvm\0").write(f"/proc/device-tree/{node}/reg")
    facts = tree.write("/proc/device-tree/compatible", "linux,dummy-virt\0").facts()
    assert facts["virt.vm"].value == "kvm"
    assert (facts["virt.vmm"].value, facts["virt.vmm"].known) == (monitor, monitor is not None)
