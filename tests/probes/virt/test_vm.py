"""Detection of virtual machines. Each case names the source of the rule, or the bug report."""

import pytest


def vm_of(tree):
    fact = tree.facts()["virt.vm"]
    assert fact.known, fact.reason
    return fact.value


SIGNATURES = [
    ("KVMKVMKVM", "kvm"),
    ("LKVMLKVMLKVM", "kvm"),
    ("TCGTCGTCGTCG", "qemu"),
    ("VMwareVMware", "vmware"),
    ("XenVMMXenVMM", "xen-hvm"),
    ("Microsoft Hv", "hyperv"),
    ("VBoxVBoxVBox", "virtualbox"),
    (" prl hyperv ", "parallels"),
    ("bhyve bhyve ", "bhyve"),
    ("OpenBSDVMM58", "openbsd-vmm"),
    ("QNXQVMBSQG", "qnx"),
    ("ACRNACRNACRN", "acrn"),
    ("SRESRESRESRE", "sre"),
    ("Apple VZ", "apple"),
    ("UnisysSpar64", "s-par"),
    ("Jailhouse", "jailhouse"),
    ("NobodyKnows!", "other"),
]


@pytest.mark.parametrize(("signature", "name"), SIGNATURES)
def test_a_cpuid_signature_names_its_hypervisor(tree, signature, name):
    tree.x86(hypervisor=True).cpuid(base=signature)
    assert vm_of(tree) == name


def test_the_highest_known_signature_wins_over_an_emulated_hyper_v(tree):
    # systemd#17894, #28001
    tree.x86(hypervisor=True).cpuid(base="Microsoft Hv", next="KVMKVMKVM")
    fact = tree.facts()["virt.vm"]
    assert fact.value == "kvm"
    assert any("Microsoft Hv" in conflict for conflict in fact.conflicts)


@pytest.mark.parametrize(
    ("low", "high", "name"), [("XenVMMXenVMM", "KVMKVMKVM", "kvm"), ("KVMKVMKVM", "XenVMMXenVMM", "xen-hvm")]
)
def test_of_two_known_signatures_the_higher_one_wins(tree, low, high, name):
    # KVM shows Xen's leaves below its own to Xen's guests: Documentation/virt/kvm/x86/xen.rst
    tree.x86(hypervisor=True).cpuid(base=low, next=high)
    assert vm_of(tree) == name


def test_xens_signature_without_firmware_is_no_paravirtualized_guest(tree):
    tree.x86(hypervisor=True).cpuid(base="XenVMMXenVMM").write("/sys/hypervisor/type", "xen\n")
    assert vm_of(tree) == "xen-hvm"


def test_xen_with_viridian_is_xen(tree):
    # systemd#8844
    tree.x86(hypervisor=True).cpuid(base="Microsoft Hv", next="XenVMMXenVMM")
    assert vm_of(tree) == "xen-hvm"


def test_kvm_clock_settles_a_disguise_without_a_second_leaf(tree):
    # systemd#22709
    tree.x86(hypervisor=True).cpuid(base="Microsoft Hv").clocks("tsc kvm-clock").dmi(sys_vendor="Tilaa")
    assert vm_of(tree) == "kvm"


def test_hyper_v_leaves_on_a_qemu_machine_are_kvms(tree):
    tree.x86(hypervisor=True).cpuid(base="Microsoft Hv").dmi(sys_vendor="QEMU")
    assert vm_of(tree) == "kvm"


def test_a_user_defined_vendor_id_does_not_hide_qemus_ids(tree):
    # qemu/docs/system/i386/hyperv.rst, hv-vendor-id
    tree.x86(hypervisor=True).cpuid(base="1234567890ab").dmi(sys_vendor="QEMU")
    leaf = "   0x40000001 0x00: eax=0x31237648 ebx=0x00000000 ecx=0x00000000 edx=0x00000000\n"
    path = tree.root / ".evidence/cpuid"
    path.write_text(path.read_text() + leaf)
    assert vm_of(tree) == "kvm"


@pytest.mark.parametrize(
    ("ids", "name"),
    [
        ({"sys_vendor": "innotek GmbH", "product_name": "VirtualBox"}, "virtualbox"),  # systemd#1993
        ({"bios_vendor": "Parallels Software International Inc."}, "parallels"),
        ({"sys_vendor": "Xen", "product_name": "HVM domU"}, "xen-hvm"),
    ],
)
def test_dmi_beats_cpuid_for_hypervisors_that_show_anothers_leaf(tree, ids, name):
    tree.kvm().dmi(**ids).clocks("tsc kvm-clock")
    assert vm_of(tree) == name


@pytest.mark.parametrize("vendor", ["Tilaa", "Micro-Star International Co., Ltd.", "Dell Inc."])
def test_cpuid_beats_dmi_that_a_provider_rewrote(tree, vendor):
    # systemd#5318, ansible#25578
    fact = tree.kvm().dmi(sys_vendor=vendor, product_name="Custom").facts()["virt.vm"]
    assert fact.value == "kvm"
    assert any("providers rewrite firmware strings" in conflict for conflict in fact.conflicts)


@pytest.mark.parametrize(
    ("ids", "name"),
    [
        ({"sys_vendor": "VMware, Inc.", "product_name": "VMware7,1"}, "vmware"),
        ({"sys_vendor": "Microsoft Corporation", "product_name": "Virtual Machine"}, "hyperv"),
        ({"sys_vendor": "BHYVE"}, "bhyve"),
        ({"sys_vendor": "OpenBSD", "product_name": "VMM"}, "openbsd-vmm"),
        ({"sys_vendor": "Red Hat", "product_name": "KVM"}, "kvm"),
        ({"sys_vendor": "Red Hat", "product_name": "RHEV Hypervisor"}, "kvm"),
        ({"sys_vendor": "oVirt", "product_name": "oVirt Node"}, "kvm"),
        ({"sys_vendor": "Nutanix", "product_name": "AHV"}, "kvm"),
        ({"sys_vendor": "OpenStack Foundation", "product_name": "OpenStack Nova"}, "kvm"),
        ({"sys_vendor": "KubeVirt", "product_name": "None"}, "kvm"),
        ({"sys_vendor": "QEMU", "product_name": "Standard PC (Q35 + ICH9, 2009)"}, "qemu"),
        ({"sys_vendor": "Rented", "chassis_vendor": "QEMU"}, "qemu"),
        ({"sys_vendor": "Bochs"}, "bochs"),
        ({"sys_vendor": "HITACHI", "product_name": "BladeSymphony Virtage LPAR"}, "virtage"),
        ({"sys_vendor": "Apple Inc.", "product_name": "Apple Virtualization Generic Platform"}, "apple"),
    ],
)
def test_dmi_names_a_machine_that_cpuid_does_not(tree, ids, name):
    tree.x86(hypervisor=True).dmi(**ids)
    assert vm_of(tree) == name


@pytest.mark.parametrize(
    "ids",
    [
        {"sys_vendor": "Microsoft Corporation", "product_name": "Surface Laptop 4"},  # systemd#21468
        {"sys_vendor": "Amazon EC2", "product_name": "c5.metal"},  # systemd#19403
        {"sys_vendor": "Google", "product_name": "Google Compute Engine"},
        {"sys_vendor": "Nutanix", "product_name": "NX-3060-G5"},
        {
            "sys_vendor": "Oracle Corporation",
            "board_vendor": "Oracle Corporation",
            "product_name": "ORACLE SERVER X5-2",
        },
        {"sys_vendor": "Apple Inc.", "product_name": "Macmini8,1"},
        {"sys_vendor": "Alibaba Cloud", "product_name": "Alibaba Cloud ECS"},
        {"sys_vendor": "HITACHI", "product_name": "Compute Blade 500"},
    ],
)
def test_a_vendor_that_also_sells_hardware_does_not_make_a_virtual_machine(tree, ids):
    tree.x86(hypervisor=False).cpuid().dmi(**ids)
    assert vm_of(tree) == "none"


def test_a_guest_that_hides_the_hypervisor_bit_is_detected_by_its_firmware_with_a_conflict(tree):
    tree.x86(hypervisor=False).cpuid().dmi(sys_vendor="QEMU")
    fact = tree.facts()["virt.vm"]
    assert fact.value == "qemu"
    assert any("no hypervisor" in conflict for conflict in fact.conflicts)


def test_virtual_pc_has_hyper_vs_ids_and_no_hypervisor_bit(tree):
    tree.x86(hypervisor=False).cpuid().dmi(sys_vendor="Microsoft Corporation", product_name="Virtual Machine")
    fact = tree.facts()["virt.vm"]
    assert (fact.value, fact.conflicts) == ("virtualpc", ())


def test_the_hypervisor_flag_alone_says_other(tree):
    tree.x86(hypervisor=True)
    assert vm_of(tree) == "other"


@pytest.mark.parametrize(("is_set", "name"), [(True, "kvm"), (False, "none")])
def test_on_arm_the_smbios_bit_distinguishes_rented_metal_from_guests(tree, is_set, name):
    # systemd#18929, #19403
    tree.arm().dmi(sys_vendor="Amazon EC2", product_name="m6g.large").vm_bit(is_set=is_set)
    assert vm_of(tree) == name


def test_without_the_bit_metal_in_the_product_name_decides(tree):
    tree.arm().dmi(sys_vendor="Amazon EC2", product_name="c6g.metal")
    assert vm_of(tree) == "none"


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"hypervisor/compatible": "linux,kvm\0"}, "kvm"),
        ({"hypervisor/compatible": "xen,xen-4.16\0xen,xen\0"}, "xen"),
        ({"compatible": "linux,dummy-virt\0"}, "kvm"),  # systemd#40326: Firecracker on arm
        ({"compatible": "linux,dummy-virt\0", "fw-cfg@9020000/reg": "x"}, "qemu"),
        ({"compatible": "riscv-virtio,qemu\0riscv-virtio\0"}, "qemu"),
        ({"compatible": "riscv-virtio\0"}, "qemu"),  # qemu/hw/riscv/virt.c
        ({"compatible": "somebodys,board\0", "model": "somebodys,qemu\0"}, "qemu"),
        ({"compatible": "raspberrypi,4-model-b\0brcm,bcm2711\0"}, "none"),
    ],
)
def test_without_dmi_the_device_tree_is_used(tree, files, name):
    tree.arm()
    for path, text in files.items():
        tree.write(f"/proc/device-tree/{path}", text)
    assert vm_of(tree) == name


@pytest.mark.parametrize(
    ("maker", "name"), [("CLOUDH", "kvm"), ("FIRECK", "kvm"), ("VBOX  ", "virtualbox"), ("BOCHS ", "qemu")]
)
def test_the_maker_of_the_acpi_tables_names_the_hypervisor(tree, maker, name):
    tree.x86(hypervisor=True).write(
        "/sys/firmware/acpi/tables/FACP", b"FACP\x14\1\0\0\6f" + maker.encode() + b"FCVMFADT"
    )
    assert vm_of(tree) == name


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"/proc/xen/capabilities": "control_d\n", "/sys/hypervisor/type": "xen\n"}, "xen-dom0"),  # systemd#22511
        ({"/sys/hypervisor/type": "xen\n", "/sys/hypervisor/properties/features": "00000afe\n"}, "xen-dom0"),
        ({"/sys/hypervisor/type": "xen\n", "/sys/hypervisor/guest_type": "PVH\n"}, "xen-pvh"),
        ({"/sys/hypervisor/type": "xen\n", "/sys/hypervisor/guest_type": "PV\n"}, "xen-pv"),
        ({"/sys/hypervisor/type": "xen\n", "/sys/hypervisor/guest_type": "HVM\n"}, "xen-hvm"),
        ({"/proc/xen/capabilities": "", "/proc/sys/kernel/osrelease": "2.6.18-398.el5xen\n"}, "xen-pv"),
    ],
)
def test_xens_files_distinguish_guests_from_domain_0(tree, files, name):
    tree.x86(hypervisor=False)
    for path, text in files.items():
        tree.write(path, text)
    assert vm_of(tree) == name


def test_user_mode_linux_in_kvm_is_user_mode_linux(tree):
    # systemd#17754
    tree.cpuid(base="KVMKVMKVM").write("/proc/cpuinfo", "processor\t: 0\nvendor_id\t: User Mode Linux\n")
    assert vm_of(tree) == "uml"


@pytest.mark.parametrize(
    ("path", "text", "name"),
    [
        ("/proc/sysinfo", "LPAR Name:            P1\nVM00 Control Program: z/VM    6.4.0\n", "zvm"),
        ("/proc/sysinfo", "LPAR Name:            P1\nVM00 Control Program: KVM/Linux\n", "kvm"),
        ("/proc/sysinfo", "Manufacturer: IBM\nLPAR Name:            P1\n", "zlpar"),
        ("/proc/ppc64/lparcfg", "lparcfg 1.9\nshared_processor_mode=1\n", "powervm"),
        ("/proc/cpuinfo", "cpu : POWER8\nplatform : pSeries\nmachine : CHRP IBM pSeries (emulated by qemu)\n", "kvm"),
        ("/proc/cpuinfo", "cpu : POWER9\nplatform : PowerNV\nmachine : PowerNV 8335-GTH\n", "none"),
        ("/proc/cpuinfo", "cpu : TI UltraSparc IIIi\ntype : sun4u\n", "none"),
        ("/proc/cpuinfo", "vendor_id : PowerVM Lx86\nflags : fpu\n", "lx86"),
    ],
)
def test_other_architectures_name_their_platform(tree, path, text, name):
    tree.write(path, text)
    assert vm_of(tree) == name


def test_a_kvm_device_does_not_make_a_host_of_guests(tree):
    # ansible#14938, ohai#826
    tree.metal().on_the_host().write("/dev/kvm").write("/proc/modules", "kvm_intel 1 0 - Live 0x0\n")
    facts = tree.facts()
    assert (facts["virt.vm"].value, facts["virt.role"].value) == ("none", "none")
    assert facts["virt.nested_kvm"].value is True


@pytest.mark.parametrize(
    ("ids", "cloud"),
    [
        ({"chassis_asset_tag": "7783-7084-3265-9085-8269-3286-77"}, "azure"),
        ({"bios_version": "4.11.amazon", "sys_vendor": "Xen"}, "aws"),
        ({"chassis_asset_tag": "OracleCloud.com"}, "oracle"),
        ({"sys_vendor": "DigitalOcean", "product_name": "Droplet"}, "digitalocean"),
        ({"sys_vendor": "Hetzner", "product_name": "vServer"}, "hetzner"),
        ({"sys_vendor": "UpCloud"}, "upcloud"),
        ({"sys_vendor": "Alibaba Cloud"}, "alibaba"),
        ({"product_name": "OpenStack Nova", "chassis_asset_tag": "OpenTelekomCloud"}, "opentelekom"),
        ({"product_name": "OpenStack Nova"}, "openstack"),
        ({"sys_vendor": "Google", "product_name": "Eve", "bios_vendor": "coreboot"}, "none"),
        ({"sys_vendor": "Microsoft Corporation", "product_name": "Virtual Machine"}, "none"),
    ],
)
def test_clouds_are_named_by_what_their_firmware_says(tree, ids, cloud):
    tree.kvm().dmi(**ids)
    assert tree.facts()["virt.cloud"].value == cloud


def test_the_monitor_is_unknown_without_a_name_and_none_without_a_virtual_machine(tree, tmp_path):
    tree.kvm()
    fact = tree.facts()["virt.vmm"]
    assert not fact.known
    assert fact.reason
    tree.metal()
    vmm = tree.facts()["virt.vmm"]
    assert vmm.known
    assert vmm.value == "none"


def test_kvmtool_is_named_by_its_signature(tree):
    tree.x86(hypervisor=True).cpuid(base="LKVMLKVMLKVM")
    assert tree.facts()["virt.vmm"].value == "kvmtool"


def test_on_riscv_kvm_and_emulation_differ_in_the_firmware(tree):
    # riscv-sbi-doc, ids of implementations: OpenSBI is 1, KVM is 3
    tree.write("/proc/device-tree/compatible", "riscv-virtio\0")
    tree.write("/.evidence/dmesg", "[    0.000000] SBI implementation ID=0x3 Version=0x60609\n")
    facts = tree.facts()
    assert (facts["virt.vm"].value, facts["virt.vmm"].value) == ("kvm", "qemu")


@pytest.mark.parametrize(
    ("signature", "leaf", "registers", "role"),
    [
        # arch/x86/kernel/cpu/mshyperv.c: HV_CPU_MANAGEMENT, HV_ISOLATION
        ("Microsoft Hv", 0x40000003, (0, 0x1001, 0, 0), "host"),
        ("Microsoft Hv", 0x40000003, (0, 0x30, 0, 0), "guest"),
        ("Microsoft Hv", 0x40000003, (0, 0x401000, 0, 0), "guest"),
        # arch/x86/include/asm/acrn.h: ACRN_FEATURE_PRIVILEGED_VM
        ("ACRNACRNACRN", 0x40000001, (1, 0, 0, 0), "host"),
        ("ACRNACRNACRN", 0x40000001, (0, 0, 0, 0), "guest"),
        ("KVMKVMKVM", 0x40000003, (1, 0x1001, 0, 0), "guest"),
    ],
)
def test_a_partition_that_may_manage_the_others_is_their_host(tree, signature, leaf, registers, role):
    tree.x86(hypervisor=True).cpuid(base=signature).on_the_host()
    shown = " ".join(
        f"{name}={value:#010x}" for name, value in zip(("eax", "ebx", "ecx", "edx"), registers, strict=True)
    )
    path = tree.root / ".evidence/cpuid"
    path.write_text(f"{path.read_text()}   {leaf:#010x} 0x00: {shown}\n")
    assert tree.facts()["virt.role"].value == role


@pytest.mark.parametrize(
    ("device", "name"), [("80eecafe", "virtualbox"), ("1ab84000", "parallels"), ("58530001", "kvm")]
)
def test_devices_of_hypervisors_that_sign_as_kvm_count_more_than_the_signature(tree, device, name):
    # VBoxManage --paravirtprovider kvm, with ids of the user's choice. QEMU makes Xen's platform device as well.
    tree.kvm().dmi(sys_vendor="ASUS", product_name="X").write("/proc/bus/pci/devices", f"0020\t{device}\t14\n")
    assert vm_of(tree) == name


@pytest.mark.parametrize(("path", "role"), [("/sys/devices/jailhouse/enabled", "host"), ("/proc/version", "guest")])
def test_jailhouses_root_cell_is_the_host_of_the_others(tree, path, role):
    tree.x86(hypervisor=True).cpuid(base="Jailhouse").on_the_host().write(path, "1\n")
    assert tree.facts()["virt.role"].value == role
