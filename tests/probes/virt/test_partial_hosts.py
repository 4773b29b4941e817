"""Captured hosts with few files. Sources: virt-what, systemd's virt.c, cloud-init."""

import pytest

POWER = "processor\t: 0\ncpu\t\t: POWER8\n\nplatform\t: pSeries\n"


def outcome(tree):
    facts = tree.facts()
    return tuple(facts[f"virt.{name}"].value for name in ("vm", "role"))


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        # virt-what: sparc with /dev/mdesc is in a domain; the services of the control domain make it that.
        ({"/proc/sys/kernel/arch": "sparc64\n", "/dev/mdesc": ""}, ("ldoms", "guest")),
        (
            {
                "/proc/sys/kernel/arch": "sparc64\n",
                "/dev/mdesc": "",
                "/sys/class/vlds/ctrl/x": "",
                "/sys/class/vlds/sp/x": "",
            },
            ("ldoms", "host"),
        ),
        # virt-what: ppc64, the word is in "model", the mode in lparcfg.
        ({"/proc/cpuinfo": POWER + "model\t\t: IBM pSeries (emulated by qemu)\n"}, ("kvm", "guest")),
        (
            {"/proc/cpuinfo": POWER, "/proc/ppc64/lparcfg": "system_type=IBM pSeries (emulated by qemu)\n"},
            ("kvm", "guest"),
        ),
        ({"/proc/cpuinfo": POWER, "/proc/ppc64/lparcfg": "shared_processor_mode=0\n"}, ("powervm", "guest")),
        ({"/proc/cpuinfo": POWER}, ("powervm", "guest")),
        # virt-what: UML in the model's name; systemd's virt.c: in the vendor's.
        ({"/proc/cpuinfo": "processor\t: 0\nmodel name\t: UML\nmode\t\t: skas\n"}, ("uml", "guest")),
        ({"/proc/cpuinfo": "vendor_id : IBM/S390\n", "/proc/sysinfo": "LPAR Name: A\n"}, ("zlpar", "guest")),
        # xenbus_probe.c makes the folder only under Xen, whether or not xenfs is mounted.
        ({"/proc/xen/.keep": ""}, ("xen", "guest")),
        ({"/proc/cpuinfo": "vendor : GenuineIntel\nfamily : Itanium 2\n", "/sys/bus/xen/x": ""}, ("xen-hvm", "guest")),
    ],
)
def test_a_platform_is_named_by_one_of_its_signs(tree, files, expected):
    for path, text in files.items():
        tree.write(path, text)
    assert outcome(tree) == expected


def test_the_hypervisor_bit_of_cpuid_counts_where_cpuinfo_was_not_kept(tree):
    tree.cpuid().dmi(sys_vendor="Amazon EC2", product_name="c5n.18xlarge")
    assert outcome(tree)[0] == "none"
    tree.cpuid(base="KVMKVMKVM")
    assert outcome(tree)[0] == "kvm"


@pytest.mark.parametrize(
    ("version", "name"), [("7.0", "hyperv"), ("Hyper-V UEFI Release v4.1", "hyperv"), ("VS2005R2", "virtualpc")]
)
def test_virtual_pc_and_hyper_v_differ_in_version_where_no_processor_was_kept(tree, version, name):
    # ohai's DMI table
    tree.dmi(sys_vendor="Microsoft Corporation", product_name="Virtual Machine", product_version=version)
    assert outcome(tree)[0] == name


@pytest.mark.parametrize(
    "ids",
    [
        {"sys_vendor": "Red Hat", "product_name": "OpenShift"},
        {"sys_vendor": "KVM", "product_name": "Virtual Server"},
        {"sys_vendor": "QEMU", "product_name": "KVM Virtual Machine"},
        {"sys_vendor": "Red Hat", "product_name": "RHEL 7.6.0 PC (i440FX + PIIX, 1996)"},
    ],
)
def test_kvm_is_named_by_dmi_alone(tree, ids):
    assert outcome(tree.dmi(**ids)) == ("kvm", "guest")


@pytest.mark.parametrize("bios", ["SeaBIOS", "EFI Development Kit II / OVMF", "Proxmox distribution of EDK II"])
def test_qemu_is_detected_by_firmware_that_a_provider_did_not_rewrite(tree, bios):
    # systemd#5318: everything else says Tilaa.
    tree.x86(hypervisor=True).dmi(sys_vendor="Tilaa", product_name="VPS", bios_vendor=bios)
    assert outcome(tree)[0] == "qemu"
    tree.cpuid(base="Microsoft Hv")
    assert outcome(tree)[0] == "kvm"


@pytest.mark.parametrize("product", ["Virtual Machine", "Somebody's Virtual Platform"])
def test_a_product_with_virtual_in_its_name_is_an_unknown_virtual_machine(tree, product):
    assert outcome(tree.dmi(product_name=product)) == ("other", "guest")


@pytest.mark.parametrize(
    ("vendor", "name"), [("Oracle Corporation", "virtualbox"), ("Microsoft Corporation", "hyperv")]
)
def test_the_smbios_bit_decides_for_makers_of_hardware_and_of_hypervisors(tree, vendor, name):
    tree.arm().dmi(sys_vendor=vendor, product_name="Model One")
    assert outcome(tree)[0] == "none"
    tree.vm_bit(is_set=True)
    assert outcome(tree)[0] == name


def test_the_bit_is_also_read_from_the_whole_table(tree):
    raw = bytearray(26)
    raw[1], raw[0x13] = 26, 0x1C
    tree.arm().dmi(sys_vendor="Nobody", product_name="Anything").write("/sys/firmware/dmi/tables/DMI", bytes(raw))
    assert outcome(tree)[0] == "other"


def test_qemu_with_the_hosts_own_processor_is_kvm_where_cpuid_was_not_kept(tree):
    real = "Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz"
    tree.x86(hypervisor=True, model=real).dmi(sys_vendor="QEMU")
    assert outcome(tree)[0] == "kvm"
    # Where it was kept, and holds no signature of KVM's, it is the better witness.
    tree.cpuid(base="")
    assert outcome(tree)[0] == "qemu"


@pytest.mark.parametrize(
    "model",
    [
        "Intel Xeon Processor (Skylake, IBRS)",
        "AMD EPYC-Rome Processor",
        "Intel(R) Core(TM)2 Duo CPU     T7700  @ 2.40GHz",
    ],
)
def test_a_processor_model_of_qemu_proves_no_acceleration(tree, model):
    assert outcome(tree.x86(hypervisor=True, model=model).dmi(sys_vendor="QEMU"))[0] == "qemu"


@pytest.mark.parametrize(("release", "vm"), [("2.6.18-398.el5", None), ("2.6.32-754.el6", "none")])
def test_a_missing_flag_proves_nothing_on_a_kernel_older_than_the_flag(tree, release, vm):
    assert outcome(tree.x86(hypervisor=False).linux(release))[0] == vm


def test_a_missing_flag_proves_nothing_in_a_line_that_was_cut(tree):
    tree.write("/proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu vme tsc lm hyperv")
    assert outcome(tree)[0] is None


@pytest.mark.parametrize(
    ("line", "vm"),
    [
        ("Hardware\t: BCM2835\nModel\t\t: Raspberry Pi 4 Model B Rev 1.2", "none"),
        ("uarch\t\t: sifive,u74-mc", "none"),
        ("system type\t\t: Ubiquiti EdgeRouter", "none"),
        ("Hardware\t: Generic DT based system", None),
        ("system type\t\t: MIPS Malta", None),
        ("Hardware\t: linux,dummy-virt", "other"),
    ],
)
def test_a_real_board_is_not_a_virtual_machine(tree, line, vm):
    assert outcome(tree.write("/proc/cpuinfo", f"processor\t: 0\n{line}\n"))[0] == vm


def test_a_device_tree_is_read_through_its_link(tree):
    tree.arm().write("/sys/firmware/devicetree/base/hypervisor/compatible", "linux,kvm\0")
    assert outcome(tree)[0] == "kvm"


@pytest.mark.parametrize("separator", ["\0", "\n"])
def test_an_environment_is_read_with_its_nuls_or_without(tree, separator):
    tree.metal().contained().write("/proc/1/environ", separator.join(["PATH=/bin", "container=LXC ", "TERM=linux"]))
    assert tree.facts()["virt.container"].value == "lxc"


def test_a_stale_marker_is_stale_where_the_whole_path_of_the_control_group_is_seen(tree, first_namespaces):
    tree.kvm().namespaces({"cgroup": first_namespaces["cgroup"]}).cgroup("0::/init.scope").write("/.dockerenv")
    assert tree.facts()["virt.container"].value == "none"
    # In a namespace of its own, a container's systemd has the same path.
    (tree.root / "proc/self/ns/cgroup").unlink()
    tree.namespaces({"cgroup": 4026532999})
    assert tree.facts()["virt.container"].value == "docker"


def test_a_stale_marker_is_stale_although_the_pid_namespace_could_not_be_read(tree, first_namespaces):
    del first_namespaces["pid"]
    tree.kvm().namespaces(first_namespaces).write("/.dockerenv")
    assert tree.facts()["virt.container"].value == "none"


@pytest.mark.parametrize("ids", [{"sys_vendor": "Dell Inc."}, {"product_name": "m6g.large"}, {"board_name": "X"}])
def test_a_partial_name_does_not_prove_a_real_machine(tree, ids):
    assert outcome(tree.arm().dmi(**ids))[0] is None


@pytest.mark.parametrize("module", ["vboxguest", "vmw_balloon", "hv_vmbus"])
def test_a_guest_driver_on_bare_metal_proves_nothing(tree, module):
    assert outcome(tree.metal().write("/proc/modules", f"{module} 1 0 - Live 0x0\n"))[0] == "none"


def test_the_first_process_is_used_where_self_was_not_captured(tree, own_namespaces, first_namespaces):
    tree.metal().write("/proc/1/status", "Name:\tinit\nenvID:\t101\n")
    assert tree.facts()["virt.container"].value == "openvz"
    tree.write("/proc/1/status", "Name:\tsystemd\n").link("/proc/1/ns/pid", f"pid:[{first_namespaces['pid']}]")
    assert tree.facts()["virt.container"].value == "none"
    (tree.root / "proc/1/ns/pid").unlink()
    tree.link("/proc/1/ns/pid", f"pid:[{own_namespaces['pid']}]")
    assert tree.facts()["virt.container"].value == "other"
    tree.write("/proc/1/mountinfo", "1 0 0:50 / / rw - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/A\n")
    assert tree.facts()["virt.container"].value == "docker"


def test_virtualbox_on_arm_is_detected_by_its_family(tree):
    # systemd#37204; VirtualBox's FwCommon table
    tree.arm().dmi(sys_vendor="Oracle Corporation", product_family="Virtual Machine")
    assert outcome(tree)[0] == "virtualbox"


def test_kvm_and_emulation_differ_in_the_processor_model(tree):
    tree.x86(hypervisor=True, model="Common KVM processor").dmi(sys_vendor="QEMU")
    assert outcome(tree)[0] == "kvm"
    tree.cpuid(base="TCGTCGTCGTCG")
    assert outcome(tree)[0] == "qemu"


def test_old_qemu_with_bochs_ids_is_qemu(tree):
    tree.x86(hypervisor=False, model="QEMU Virtual CPU version 0.9.1").dmi(bios_vendor="Bochs", sys_vendor="Bochs")
    assert outcome(tree)[0] == "qemu"


def test_domain_0_is_detected_by_the_firmware_of_the_real_machine(tree):
    tree.x86(hypervisor=False).dmi(sys_vendor="Dell Inc.", product_name="PowerEdge R720")
    tree.write("/sys/hypervisor/type", "xen\n")
    assert outcome(tree) == ("xen-dom0", "host")


def test_wsl_2_is_in_hyper_v_where_no_signature_was_kept(tree):
    tree.x86(hypervisor=True).write("/proc/version", "Linux version 5.15.133.1-microsoft-standard-WSL2 (gcc)\n")
    assert outcome(tree)[0] == "hyperv"


@pytest.mark.parametrize("place", ["/sys/class/dmi/id", "/sys/devices/virtual/dmi/id"])
def test_dmi_is_read_from_the_folder_or_from_where_its_link_leads(tree, place):
    tree.x86(hypervisor=True).write(f"{place}/sys_vendor", "Hetzner\n").write(f"{place}/product_name", "vServer\n")
    facts = tree.facts()
    assert (facts["virt.vm"].value, facts["virt.cloud"].value) == ("kvm", "hetzner")


def test_dmi_is_read_through_a_link_kept_as_text(tree):
    tree.x86(hypervisor=True).write("/sys/class/dmi/id", "../../devices/virtual/dmi/id")
    tree.write("/sys/devices/virtual/dmi/id/sys_vendor", "Vultr\n")
    assert tree.facts()["virt.cloud"].value == "vultr"


def test_rented_arm_metal_with_the_clouds_tag_is_metal(tree):
    # A tag is all that rented metal and virtual machines have in common.
    tree.arm().dmi(sys_vendor="GIGABYTE", product_name="R272-P30", chassis_asset_tag="OracleCloud.com")
    facts = tree.facts()
    assert (facts["virt.vm"].value, facts["virt.cloud"].value) == ("none", "oracle")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/ecs/3ab4/0123456789ab", "docker"),
        ("/libvirt/lxc/web", "lxc-libvirt"),
        ("/machine/web.libvirt-lxc", "lxc-libvirt"),
        ("/system.slice/crio-conmon-0123456789ab.scope", "none"),
        ("/machine.slice/libpod-conmon-0123456789ab.scope", "none"),
        ("/lxc.pivot", "none"),
        ("/user.slice/user-1000.slice/session-1.scope", "none"),
    ],
)
def test_a_control_groups_path_is_enough(tree, path, name):
    fact = tree.metal().write("/proc/self/cgroup", f"1:name=systemd:{path}\n0::/user.slice\n").facts()["virt.container"]
    assert fact.value == name


@pytest.mark.parametrize(("path", "name"), [("/dev/incus/sock", "incus"), ("/dev/lxd/sock", "lxd")])
def test_incus_and_lxd_are_detected_by_their_sockets(tree, path, name):
    tree.metal().contained().write("/proc/1/environ", "container=lxc\0").write(path)
    assert tree.facts()["virt.container"].value == name


def test_a_node_of_openvz_7_has_the_control_device(tree):
    # Virtuozzo 7 has no /proc/bc on the node.
    tree.metal().write("/proc/vz/veinfo").write("/dev/vzctl")
    facts = tree.facts()
    assert (facts["virt.container"].value, facts["virt.role"].value) == ("none", "host")


# cloud-init, tools/ds-identify: dscheck_* and detect_virt; virt-what for its own three.
CLOUDS = [
    ({"sys_vendor": "Amazon EC2", "product_name": "m5.large"}, "aws"),
    ({"sys_vendor": "Xen", "product_name": "HVM domU", "bios_version": "4.2.amazon"}, "aws"),
    ({"sys_vendor": "Xen", "product_uuid": "ec2f1a2b", "product_serial": "ec2f1a2b"}, "aws"),
    ({"sys_vendor": "Google", "product_name": "Google Compute Engine"}, "gcp"),
    ({"product_serial": "GoogleCloud-ABC"}, "gcp"),
    ({"sys_vendor": "Microsoft Corporation", "chassis_asset_tag": "7783-7084-3265-9085-8269-3286-77"}, "azure"),
    ({"sys_vendor": "Alibaba Cloud", "product_name": "Alibaba Cloud ECS"}, "alibaba"),
    ({"sys_vendor": "QEMU", "chassis_asset_tag": "OracleCloud.com"}, "oracle"),
    ({"sys_vendor": "DigitalOcean", "product_name": "Droplet"}, "digitalocean"),
    ({"sys_vendor": "Hetzner", "product_name": "vServer"}, "hetzner"),
    ({"sys_vendor": "Scaleway", "product_name": "SCW-DEV1-S"}, "scaleway"),
    ({"sys_vendor": "Vultr", "product_name": "VC2"}, "vultr"),
    ({"sys_vendor": "Linode", "product_name": "Compute Instance"}, "linode"),
    ({"sys_vendor": "Akamai", "product_name": "Compute Instance"}, "linode"),
    ({"sys_vendor": "UpCloud", "product_name": "Server"}, "upcloud"),
    ({"sys_vendor": "Exoscale", "product_name": "Exoscale Compute Platform"}, "exoscale"),
    ({"sys_vendor": "Tencent Cloud", "product_name": "CVM"}, "tencent"),
    ({"product_name": "OpenStack Nova", "chassis_asset_tag": "HUAWEICLOUD"}, "huawei"),
    ({"sys_vendor": "IBM:Cloud Compute Server 1.0:cx2-2x4"}, "ibm"),
    ({"sys_vendor": "e24cloud"}, "e24cloud"),
    ({"product_name": "CloudSigma"}, "cloudsigma"),
    ({"product_serial": "srv-abcde.gb1.brightbox.com"}, "brightbox"),
    ({"chassis_asset_tag": "123456.zstack.io"}, "zstack"),
    ({"sys_vendor": "Joyent", "product_name": "SmartDC HVM"}, "smartos"),
    ({"sys_vendor": "Apache Software Foundation", "product_name": "CloudStack KVM Hypervisor"}, "cloudstack"),
    ({"product_name": "CloudCIX"}, "cloudcix"),
    ({"product_name": "OpenStack Nova", "chassis_asset_tag": "SAP CCloud VM"}, "openstack"),
    ({"sys_vendor": "OpenStack Foundation", "product_name": "OpenStack Compute"}, "openstack"),
    ({"sys_vendor": "Nutanix", "product_name": "AHV"}, "none"),
    ({"sys_vendor": "QEMU", "product_name": "Standard PC (i440FX + PIIX, 1996)"}, "none"),
]


@pytest.mark.parametrize(("ids", "cloud"), CLOUDS)
def test_clouds_are_detected_by_their_ids_on_any_processor(tree, ids, cloud):
    tree.dmi(**ids)
    assert tree.facts()["virt.cloud"].value == cloud
    assert tree.x86(hypervisor=True).facts()["virt.vm"].value != "none"


METAL = [
    {"sys_vendor": "Amazon EC2", "product_name": "i3.metal"},
    {"sys_vendor": "Google", "product_name": "Google Compute Engine"},
    {"sys_vendor": "Vultr", "product_name": "Bare Metal"},
    {"sys_vendor": "Oracle Corporation", "product_name": "ORACLE SERVER X7-2c", "chassis_asset_tag": "OracleCloud.com"},
    {"sys_vendor": "Alibaba Cloud", "product_name": "Alibaba Cloud ECS"},
]


@pytest.mark.parametrize("ids", METAL)
def test_rented_metal_keeps_its_cloud_and_is_no_virtual_machine(tree, ids):
    # systemd#19403, #20628, #38125
    facts = tree.x86(hypervisor=False).on_the_host().dmi(**ids).facts()
    assert facts["virt.vm"].value == "none"
    assert facts["virt.cloud"].value != "none"
    assert facts["virt.role"].value == "none"
    assert facts["virt.vmm"].value == "none"


def test_a_kernel_built_for_xen_has_xens_bus_on_any_machine(tree):
    # drivers/xen/xenbus/xenbus_probe_frontend.c registers it whatever the machine is.
    tree.cpuid(base="TCGTCGTCGTCG").dmi(sys_vendor="QEMU").write("/sys/bus/xen/drivers_probe", "")
    assert outcome(tree)[0] == "qemu"


def test_a_device_on_xens_bus_is_xens(tree):
    tree.write("/sys/bus/xen/devices/vbd-768/devtype", "vbd")
    assert outcome(tree)[0] == "xen"
