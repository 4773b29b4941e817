"""Every technology that a detector names, by the least evidence and by all of it."""

import pytest

LPAR = "Manufacturer:         IBM\nType:                 2964\nLPAR Number:          5\nLPAR Name:            ZLP05\n"
ZVM = LPAR + "VM00 Name:            VM1\nVM00 Control Program: z/VM    6.4.0\n"
ZKVM = LPAR + "VM00 Name:            guest\nVM00 Control Program: KVM/Linux\n"
KVM_IN_ZVM = LPAR + "VM00 Control Program: KVM/Linux\nVM01 Control Program: z/VM    6.4.0\n"
S390 = "vendor_id       : IBM/S390\n# processors    : 2\nprocessor 0: version = FF\n"
POWER = "processor\t: 0\ncpu\t\t: POWER8\n\ntimebase\t: 512000000\nplatform\t: pSeries\n"
POWER_LPAR = POWER + "model\t\t: IBM,8286-41A\nmachine\t\t: CHRP IBM,8286-41A\n"
POWER_QEMU = POWER + "model\t\t: IBM pSeries (emulated by qemu)\nmachine\t\t: CHRP IBM pSeries (emulated by qemu)\n"
SUN4V = "cpu\t\t: UltraSparc T2 (Niagara2)\ntype\t\t: sun4v\n"
DOM0 = "00000fff\n"

# What is shown, then: machine, container, role.
TECHNOLOGIES = {
    "KVM": (lambda t: t.kvm().on_the_host(), "kvm", "none", "guest"),
    "KVM, second leaf": (
        lambda t: t.x86(hypervisor=True).cpuid(base="Microsoft Hv", next="KVMKVMKVM"),
        "kvm",
        None,
        "guest",
    ),
    "KVM with its own Hyper-V leaf": (
        lambda t: t.x86(hypervisor=True).cpuid(base="Linux KVM Hv"),
        "kvm",
        None,
        "guest",
    ),
    "KVM by its clock": (lambda t: t.x86(hypervisor=True).clocks("kvm-clock tsc"), "kvm", None, "guest"),
    "KVM by its PTP clock, on Arm": (
        lambda t: t.arm().write("/sys/class/ptp/ptp0/clock_name", "KVM virtual PTP\n"),
        "kvm",
        None,
        "guest",
    ),
    "KVM by the device tree": (
        lambda t: t.arm().write("/proc/device-tree/hypervisor/compatible", "linux,kvm\0"),
        "kvm",
        None,
        "guest",
    ),
    "KVM by Arm's firmware": (
        lambda t: t.arm().dmi(sys_vendor="QEMU", product_name="KVM Virtual Machine"),
        "kvm",
        None,
        "guest",
    ),
    "QEMU": (lambda t: t.x86(hypervisor=True).cpuid(base="TCGTCGTCGTCG").dmi(sys_vendor="QEMU"), "qemu", None, "guest"),
    "QEMU by DMI, no leaf": (
        lambda t: (
            t.x86(hypervisor=True).cpuid(base="").dmi(sys_vendor="QEMU", product_name="Standard PC (Q35 + ICH9, 2009)")
        ),
        "qemu",
        None,
        "guest",
    ),
    "QEMU by its processor": (
        lambda t: t.x86(hypervisor=True, model="QEMU TCG CPU version 2.5+"),
        "qemu",
        None,
        "guest",
    ),
    "QEMU on Arm": (lambda t: t.arm().write("/proc/device-tree/fw-cfg@9020000/reg", "x"), "qemu", None, "guest"),
    "Bochs": (lambda t: t.x86(hypervisor=False).dmi(bios_vendor="Bochs", sys_vendor="Bochs"), "bochs", None, "guest"),
    "kvmtool": (lambda t: t.x86(hypervisor=True).cpuid(base="LKVMLKVMLKVM"), "kvm", None, "guest"),
    "kvmtool on Arm": (
        lambda t: t.arm().write("/proc/device-tree/compatible", "linux,dummy-virt\0"),
        "kvm",
        None,
        "guest",
    ),
    "VMware": (lambda t: t.x86(hypervisor=True).cpuid(base="VMwareVMware"), "vmware", None, "guest"),
    "VMware by DMI, on Arm": (
        lambda t: t.arm().dmi(sys_vendor="VMware, Inc.", product_name="VMware20,1"),
        "vmware",
        None,
        "guest",
    ),
    "VMware that reflects its host": (
        lambda t: t.x86(hypervisor=True).dmi(sys_vendor="Dell Inc.", product_serial="VMware-56 4d 1a 2b 3c 4d 5e 6f"),
        "vmware",
        None,
        "guest",
    ),
    "VMware by its graphics": (
        lambda t: t.x86(hypervisor=True).write("/proc/bus/pci/devices", "0078\t15ad0405\t10\n"),
        "vmware",
        None,
        "guest",
    ),
    "Hyper-V": (
        lambda t: (
            t.x86(hypervisor=True)
            .cpuid(base="Microsoft Hv")
            .dmi(sys_vendor="Microsoft Corporation", product_name="Virtual Machine")
        ),
        "hyperv",
        None,
        "guest",
    ),
    "Hyper-V on Arm": (
        lambda t: t.arm().dmi(
            sys_vendor="Microsoft Corporation",
            product_name="Virtual Machine",
            product_version="Hyper-V UEFI Release v4.1",
        ),
        "hyperv",
        None,
        "guest",
    ),
    "Hyper-V by its bus": (lambda t: t.x86(hypervisor=True).write("/sys/bus/vmbus/devices/x"), "hyperv", None, "guest"),
    "Virtual PC": (
        lambda t: (
            t.x86(hypervisor=False).cpuid().dmi(sys_vendor="Microsoft Corporation", product_name="Virtual Machine")
        ),
        "virtualpc",
        None,
        "guest",
    ),
    "VirtualBox": (
        lambda t: t.kvm().dmi(bios_vendor="innotek GmbH", sys_vendor="innotek GmbH", product_name="VirtualBox"),
        "virtualbox",
        None,
        "guest",
    ),
    "VirtualBox by its device": (
        lambda t: t.x86(hypervisor=True).write("/proc/bus/pci/devices", "0010\t80eebeef\tb\n"),
        "virtualbox",
        None,
        "guest",
    ),
    "VirtualBox by its driver": (
        lambda t: t.x86(hypervisor=True).write("/proc/modules", "vboxguest 344064 2 - Live 0x0\n"),
        "virtualbox",
        None,
        "guest",
    ),
    "Parallels": (lambda t: t.kvm().dmi(bios_vendor="Parallels International GmbH."), "parallels", None, "guest"),
    "Parallels on Arm": (
        lambda t: t.arm().dmi(sys_vendor="Parallels International GmbH.", product_name="Parallels ARM Virtual Machine"),
        "parallels",
        None,
        "guest",
    ),
    "bhyve": (lambda t: t.x86(hypervisor=True).cpuid(base="bhyve bhyve "), "bhyve", None, "guest"),
    "bhyve by DMI": (
        lambda t: t.x86(hypervisor=True).dmi(bios_vendor="BHYVE", product_name="BHYVE"),
        "bhyve",
        None,
        "guest",
    ),
    "OpenBSD VMM": (lambda t: t.x86(hypervisor=True).cpuid(base="OpenBSDVMM58"), "openbsd-vmm", None, "guest"),
    "Apple": (
        lambda t: t.arm().dmi(sys_vendor="Apple Inc.", product_name="Apple Virtualization Generic Platform"),
        "apple",
        None,
        "guest",
    ),
    "crosvm": (lambda t: t.kvm().dmi(sys_vendor="ChromiumOS", product_name="crosvm"), "kvm", None, "guest"),
    "Xen PV": (
        lambda t: (
            t.x86(hypervisor=True).write("/sys/hypervisor/type", "xen\n").write("/sys/hypervisor/guest_type", "PV\n")
        ),
        "xen-pv",
        None,
        "guest",
    ),
    "Xen PV by its features": (
        lambda t: (
            t.x86(hypervisor=True)
            .write("/sys/hypervisor/type", "xen\n")
            .write("/sys/hypervisor/properties/features", "000006fb\n")
        ),
        "xen-pv",
        None,
        "guest",
    ),
    "Xen PV of 2007": (
        lambda t: t.x86(hypervisor=False).linux("2.6.18-398.el5xen").write("/proc/xen/capabilities", ""),
        "xen-pv",
        None,
        "guest",
    ),
    "Xen HVM": (
        lambda t: t.x86(hypervisor=True).cpuid(base="XenVMMXenVMM").dmi(sys_vendor="Xen", product_name="HVM domU"),
        "xen-hvm",
        None,
        "guest",
    ),
    "Xen HVM by its features": (
        lambda t: (
            t.x86(hypervisor=True)
            .write("/sys/hypervisor/type", "xen\n")
            .write("/sys/hypervisor/properties/features", "00002705\n")
            .dmi(sys_vendor="Rented")
        ),
        "xen-hvm",
        None,
        "guest",
    ),
    "Xen PVH": (
        lambda t: (
            t.x86(hypervisor=True)
            .cpuid(base="XenVMMXenVMM")
            .write("/sys/hypervisor/type", "xen\n")
            .write("/sys/hypervisor/guest_type", "PVH\n")
        ),
        "xen-pvh",
        None,
        "guest",
    ),
    "Xen PVH by its features": (
        lambda t: (
            t.x86(hypervisor=True)
            .write("/sys/hypervisor/type", "xen\n")
            .write("/sys/hypervisor/properties/features", "00002705\n")
        ),
        "xen-pvh",
        None,
        "guest",
    ),
    "Xen on Arm": (
        lambda t: t.arm().write("/proc/device-tree/hypervisor/compatible", "xen,xen-4.17\0xen,xen\0"),
        "xen",
        None,
        "guest",
    ),
    "Xen's host": (
        lambda t: (
            t.metal()
            .on_the_host()
            .write("/sys/hypervisor/type", "xen\n")
            .write("/proc/xen/capabilities", "control_d\n")
        ),
        "xen-dom0",
        "none",
        "host",
    ),
    "Xen's host, xenfs not mounted": (
        lambda t: (
            t.metal()
            .on_the_host()
            .write("/sys/hypervisor/type", "xen\n")
            .write("/sys/hypervisor/properties/features", DOM0)
        ),
        "xen-dom0",
        "none",
        "host",
    ),
    "Xen's host by its id": (
        lambda t: (
            t.x86(hypervisor=True)
            .on_the_host()
            .write("/sys/hypervisor/type", "xen\n")
            .write("/sys/hypervisor/uuid", "00000000-0000-0000-0000-000000000000\n")
        ),
        "xen-dom0",
        "none",
        "host",
    ),
    "Xen by its features alone": (
        lambda t: t.x86(hypervisor=True).write("/sys/hypervisor/properties/features", "000006fb\n"),
        "xen-pv",
        None,
        "guest",
    ),
    "KVM that has Hyper-V's clock, by QEMU's ids": (
        lambda t: t.x86(hypervisor=True).clocks("hyperv_clocksource_tsc_page tsc").dmi(sys_vendor="QEMU"),
        "kvm",
        None,
        "guest",
    ),
    "PR/SM, a partition without a name": (
        lambda t: t.write("/proc/sysinfo", "Manufacturer:         IBM\nLPAR Number:          5\n"),
        "zlpar",
        None,
        "guest",
    ),
    "Xen's host on Arm": (
        lambda t: (
            t.arm()
            .write("/proc/device-tree/hypervisor/compatible", "xen,xen\0")
            .write("/proc/xen/capabilities", "control_d\n")
        ),
        "xen-dom0",
        None,
        "host",
    ),
    "User Mode Linux": (
        lambda t: t.write("/proc/cpuinfo", "processor\t: 0\nvendor_id\t: User Mode Linux\nmodel name\t: UML\n"),
        "uml",
        None,
        "guest",
    ),
    "PR/SM": (lambda t: t.write("/proc/cpuinfo", S390).write("/proc/sysinfo", LPAR), "zlpar", None, "guest"),
    "z/VM": (lambda t: t.write("/proc/cpuinfo", S390).write("/proc/sysinfo", ZVM), "zvm", None, "guest"),
    "KVM on Z": (lambda t: t.write("/proc/cpuinfo", S390).write("/proc/sysinfo", ZKVM), "kvm", None, "guest"),
    "KVM in z/VM": (lambda t: t.write("/proc/cpuinfo", S390).write("/proc/sysinfo", KVM_IN_ZVM), "kvm", None, "guest"),
    "a mainframe that says no more": (lambda t: t.write("/proc/cpuinfo", S390), "other", None, "guest"),
    "PowerVM, shared": (
        lambda t: t.write("/proc/cpuinfo", POWER_LPAR).write("/proc/ppc64/lparcfg", "shared_processor_mode=1\n"),
        "powervm",
        None,
        "guest",
    ),
    "PowerVM, dedicated": (
        lambda t: t.write("/proc/cpuinfo", POWER_LPAR).write("/proc/ppc64/lparcfg", "shared_processor_mode=0\n"),
        "powervm",
        None,
        "guest",
    ),
    "PowerVM by its name": (
        lambda t: t.write("/proc/cpuinfo", POWER_LPAR).write("/proc/device-tree/ibm,partition-name", "lpar1\0"),
        "powervm",
        None,
        "guest",
    ),
    "KVM on Power": (lambda t: t.write("/proc/cpuinfo", POWER_QEMU), "kvm", None, "guest"),
    "QEMU on Power": (
        lambda t: (
            t.write("/proc/cpuinfo", POWER_QEMU)
            .write("/proc/device-tree/cpus/x")
            .write("/proc/device-tree/compatible", "qemu,pseries\0")
        ),
        "qemu",
        None,
        "guest",
    ),
    "QEMU on Power, which names its guests as PowerVM does": (
        lambda t: (
            t.write("/proc/cpuinfo", POWER_LPAR)
            .write("/proc/device-tree/ibm,partition-name", "web\0")
            .write("/proc/device-tree/compatible", "qemu,pseries\0")
        ),
        "qemu",
        None,
        "guest",
    ),
    "Power metal": (
        lambda t: t.write("/proc/cpuinfo", "cpu\t\t: POWER9\nplatform\t: PowerNV\nmachine\t\t: PowerNV 8335-GTH\n"),
        "none",
        None,
        None,
    ),
    "a logical domain": (
        lambda t: t.linux("4.1.12", "sparc64").write("/dev/mdesc").write("/proc/cpuinfo", SUN4V),
        "ldoms",
        None,
        "guest",
    ),
    "the control domain": (
        lambda t: (
            t.linux("4.1.12", "sparc64")
            .write("/dev/mdesc")
            .write("/sys/class/vlds/ctrl/x")
            .write("/sys/class/vlds/sp/x")
        ),
        "ldoms",
        None,
        "host",
    ),
    "Lx86": (lambda t: t.write("/proc/cpuinfo", "vendor_id\t: PowerVM Lx86\nflags\t\t: fpu\n"), "lx86", None, "guest"),
    "OS/400": (lambda t: t.write("/proc/iSeries/mf/x"), "os400", None, "guest"),
    "Virtage": (
        lambda t: t.x86(hypervisor=False).dmi(sys_vendor="HITACHI", product_name="BladeSymphony BS2000 E55R3 HVM LPAR"),
        "virtage",
        None,
        "guest",
    ),
    "s-Par": (lambda t: t.x86(hypervisor=True).cpuid(base="UnisysSpar64"), "s-par", None, "guest"),
    "Jailhouse": (lambda t: t.x86(hypervisor=True).cpuid(base="Jailhouse\0\0\0"), "jailhouse", None, "guest"),
    "an unknown hypervisor": (
        lambda t: t.x86(hypervisor=True).cpuid(base="ZZZZZZZZZZZZ"),
        "other",
        None,
        "guest",
    ),
    "OpenVZ": (lambda t: t.metal().write("/proc/vz/veinfo", "  101 1 20 10.0.0.2\n"), "none", "openvz", "guest"),
    "OpenVZ by its root": (lambda t: t.metal().root_mount("simfs", "/dev/simfs"), "none", "openvz", "guest"),
    "OpenVZ by its root, before mountinfo": (
        lambda t: t.metal().write("/proc/mounts", "simfs / simfs rw,relatime 0 0\nproc /proc proc rw 0 0\n"),
        "none",
        "openvz",
        "guest",
    ),
    "OpenVZ's node": (
        lambda t: t.metal().on_the_host().write("/proc/vz/version", "2.7\n").write("/proc/bc/0/x"),
        "none",
        "none",
        "host",
    ),
    "Virtuozzo's node in a virtual machine": (
        lambda t: t.kvm().on_the_host().write("/proc/vz/veinfo").write("/proc/self/status", "Name:\tcat\nenvID:\t0\n"),
        "kvm",
        "none",
        "host",
    ),
    "CloudLinux": (
        lambda t: t.metal().on_the_host().linux("4.18.0-513.24.1.lve.2.el8.x86_64").write("/proc/vz/.keep"),
        "none",
        "none",
        "none",
    ),
    "CloudLinux in a guest of Virtuozzo": (
        lambda t: t.metal().write("/proc/lve/list", "6:LVE\n").write("/proc/self/status", "Name:\tcat\nenvID:\t101\n"),
        "none",
        "openvz",
        "guest",
    ),
    "Linux-VServer": (
        lambda t: t.metal().write("/proc/self/status", "Name:\tcat\nVxID:\t49153\n"),
        "none",
        "linux-vserver",
        "guest",
    ),
    "Linux-VServer of 2003": (
        lambda t: t.metal().write("/proc/self/status", "Name:\tcat\ns_context: 12 [1]\n"),
        "none",
        "linux-vserver",
        "guest",
    ),
    "Linux-VServer's host": (
        lambda t: t.metal().on_the_host().write("/proc/self/status", "Name:\tcat\ns_context: 0 [0]\n"),
        "none",
        "none",
        "host",
    ),
    "an LX zone": (
        lambda t: t.write("/proc/version", "Linux version 3.13.0 BrandZ virtual linux\n").environ(container="zone"),
        None,
        "illumos-lx",
        "guest",
    ),
    "gVisor": (
        lambda t: (
            t.kvm().contained().write("/proc/version", "Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016\n")
        ),
        "kvm",
        "gvisor",
        "guest",
    ),
    "gVisor of late": (lambda t: t.kvm().linux("4.19.0-gvisor"), "kvm", "gvisor", "guest"),
    "gVisor below Docker": (
        lambda t: t.kvm().docker().write("/proc/version", "Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016\n"),
        "kvm",
        "gvisor",
        "guest",
    ),
    "Kata": (lambda t: t.kvm().contained().root_mount("virtiofs", "kataShared"), "kvm", "kata", "guest"),
    "Kata with a disk for its root": (
        lambda t: (
            t.kvm()
            .contained()
            .write(
                "/proc/self/mountinfo",
                "1 0 254:16 / / rw - ext4 /dev/vdb rw\n2 1 0:31 /h /etc/hosts rw - virtiofs kataShared rw\n",
            )
        ),
        "kvm",
        "kata",
        "guest",
    ),
    "WSL 1": (
        lambda t: t.x86(hypervisor=False).linux("4.4.0-19041-Microsoft").root_mount("wslfs", "rootfs"),
        "none",
        "wsl1",
        "guest",
    ),
    "WSL 1 by its first file system": (
        lambda t: t.x86(hypervisor=False).root_mount("lxfs", "rootfs"),
        "none",
        "wsl1",
        "guest",
    ),
    "WSL 1 by who built it": (
        lambda t: t.x86(hypervisor=False).write(
            "/proc/version", "Linux version 4.4.0 (Microsoft@Microsoft.com) (gcc) #488-Microsoft\n"
        ),
        "none",
        "wsl1",
        "guest",
    ),
    "WSL 2": (
        lambda t: t.x86(hypervisor=True).cpuid(base="Microsoft Hv").linux("5.15.133.1-microsoft-standard-WSL2"),
        "hyperv",
        "wsl2",
        "guest",
    ),
    "WSL 2 of 2019": (lambda t: t.x86(hypervisor=True).linux("4.19.104-microsoft-standard"), "hyperv", "wsl2", "guest"),
    "WSL 2 with a kernel of one's own": (
        lambda t: t.x86(hypervisor=True).linux("6.1.21.2-custom-WSL2+"),
        "hyperv",
        "wsl2",
        "guest",
    ),
    "WSL 2 by its interpreter": (
        lambda t: (
            t.x86(hypervisor=True).linux("6.6.0-own").write("/proc/sys/fs/binfmt_misc/WSLInterop-late", "enabled\n")
        ),
        "hyperv",
        "wsl2",
        "guest",
    ),
    "Docker": (lambda t: t.metal().docker(), "none", "docker", "guest"),
    "Docker of 2014": (
        lambda t: t.metal().write("/.dockerinit").write("/proc/mounts", "none / aufs rw,relatime,si=1 0 0\n"),
        "none",
        "docker",
        "guest",
    ),
    "Podman": (
        lambda t: t.metal().contained().environ(container="podman").write("/run/.containerenv"),
        "none",
        "podman",
        "guest",
    ),
    "Podman without its environment": (
        lambda t: t.metal().contained().write("/run/.containerenv"),
        "none",
        "podman",
        "guest",
    ),
    "LXC": (lambda t: t.metal().lxc(), "none", "lxc", "guest"),
    "LXD": (lambda t: t.metal().lxc().write("/dev/lxd/sock"), "none", "lxd", "guest"),
    "Incus": (lambda t: t.metal().lxc().write("/dev/incus/sock"), "none", "incus", "guest"),
    "systemd-nspawn": (
        lambda t: t.metal().contained().write("/run/host/container-manager", "systemd-nspawn\n"),
        "none",
        "systemd-nspawn",
        "guest",
    ),
    "LXC by libvirt": (
        lambda t: t.metal().contained().environ(container="lxc-libvirt"),
        "none",
        "lxc-libvirt",
        "guest",
    ),
    "rkt": (lambda t: t.metal().contained().environ(container="rkt"), "none", "rkt", "guest"),
    "pouch": (lambda t: t.metal().contained().environ(container="pouch"), "none", "pouch", "guest"),
    "CRI-O": (lambda t: t.metal().contained().environ(container="crio"), "none", "crio", "guest"),
    "an image that says oci": (lambda t: t.metal().contained().environ(container="oci"), "none", "oci", "guest"),
    "a pod": (lambda t: t.metal().pod(), "none", "kubernetes", "guest"),
    "a container without a name": (lambda t: t.metal().contained().cgroup("0::/"), "none", "other", "guest"),
}


@pytest.mark.parametrize("name", TECHNOLOGIES)
def test_each_technology_is_named(tree, name):
    build, vm, container, role = TECHNOLOGIES[name]
    facts = build(tree).facts()
    outcome = {axis: facts[f"virt.{axis}"].value for axis in ("vm", "container", "role")}
    assert outcome == {"vm": vm, "container": container, "role": role}


def test_a_mainframes_levels_are_layers(tree):
    tree.write("/proc/cpuinfo", S390).write("/proc/sysinfo", KVM_IN_ZVM).on_the_host()
    assert tree.facts()["virt.layers"].value == ("kvm", "zvm", "zlpar")
