"""Clouds: their virtual machines, their metal, and what runs in them.

Each cloud's ids are from cloud-init, tools/ds-identify, from the cloud's own documents, or from dmidecode's output in
bug reports. The virtual machine says so by another way in each test, as captures keep different things.
"""

import pytest

CLOUDS = {
    "aws": ({"sys_vendor": "Amazon EC2", "product_name": "m5.large", "bios_vendor": "Amazon EC2"}, "kvm"),
    "aws, on Xen": ({"sys_vendor": "Xen", "product_name": "HVM domU", "bios_version": "4.11.amazon"}, "xen-hvm"),
    "gcp": ({"sys_vendor": "Google", "product_name": "Google Compute Engine", "bios_vendor": "Google"}, "kvm"),
    "azure": (
        {
            "sys_vendor": "Microsoft Corporation",
            "product_name": "Virtual Machine",
            "product_version": "7.0",
            "chassis_asset_tag": "7783-7084-3265-9085-8269-3286-77",
        },
        "hyperv",
    ),
    "alibaba": ({"sys_vendor": "Alibaba Cloud", "product_name": "Alibaba Cloud ECS", "bios_vendor": "SeaBIOS"}, "kvm"),
    "oracle": (
        {
            "sys_vendor": "QEMU",
            "product_name": "Standard PC (i440FX + PIIX, 1996)",
            "bios_vendor": "SeaBIOS",
            "chassis_asset_tag": "OracleCloud.com",
        },
        "kvm",
    ),
    "digitalocean": ({"sys_vendor": "DigitalOcean", "product_name": "Droplet", "bios_vendor": "DigitalOcean"}, "kvm"),
    "hetzner": ({"sys_vendor": "Hetzner", "product_name": "vServer", "chassis_vendor": "QEMU"}, "kvm"),
    "ovh": ({"sys_vendor": "OVH", "product_name": "VPS", "bios_vendor": "SeaBIOS"}, "kvm"),
    "scaleway": (
        {"sys_vendor": "Scaleway", "product_name": "SCW-DEV1-S", "bios_vendor": "EFI Development Kit II / OVMF"},
        "kvm",
    ),
    "vultr": ({"sys_vendor": "Vultr", "product_name": "VC2", "chassis_vendor": "QEMU"}, "kvm"),
    "linode": ({"sys_vendor": "Linode", "product_name": "Compute Instance", "chassis_vendor": "QEMU"}, "kvm"),
    "upcloud": ({"sys_vendor": "UpCloud", "product_name": "Server", "bios_vendor": "UpCloud"}, "kvm"),
    "exoscale": (
        {"sys_vendor": "Exoscale", "product_name": "Exoscale Compute Platform", "bios_vendor": "SeaBIOS"},
        "kvm",
    ),
    "openstack": (
        {"sys_vendor": "OpenStack Foundation", "product_name": "OpenStack Nova", "chassis_vendor": "QEMU"},
        "kvm",
    ),
    "tencent": ({"sys_vendor": "Tencent Cloud", "product_name": "CVM", "bios_vendor": "SeaBIOS"}, "kvm"),
    "huawei": (
        {"sys_vendor": "OpenStack Foundation", "product_name": "OpenStack Nova", "chassis_asset_tag": "HUAWEICLOUD"},
        "kvm",
    ),
    "opentelekom": ({"product_name": "OpenStack Nova", "chassis_asset_tag": "OpenTelekomCloud"}, "kvm"),
    "ibm": ({"sys_vendor": "QEMU", "chassis_asset_tag": "ibmcloud", "bios_vendor": "SeaBIOS"}, "kvm"),
    "outscale": ({"sys_vendor": "3DS Outscale", "product_name": "3DS Outscale VM"}, "kvm"),
    "brightbox": ({"sys_vendor": "Red Hat", "product_name": "KVM", "product_serial": "srv-x.gb1.brightbox.com"}, "kvm"),
    "cloudsigma": ({"product_name": "CloudSigma", "bios_vendor": "SeaBIOS"}, "kvm"),
    "smartos": ({"sys_vendor": "Joyent", "product_name": "SmartDC HVM"}, "kvm"),
    "e24cloud": ({"sys_vendor": "e24cloud", "bios_vendor": "SeaBIOS"}, "kvm"),
    "yandex": ({"sys_vendor": "Yandex", "product_name": "xeon-gold-6230"}, "kvm"),
}
SIGNATURES = {"kvm": "KVMKVMKVM", "xen-hvm": "XenVMMXenVMM", "hyperv": "Microsoft Hv"}
NAMES = sorted(CLOUDS)


def outcome(facts, *axes):
    return tuple(facts[f"virt.{axis}"].value for axis in axes)


@pytest.mark.parametrize("name", NAMES)
def test_its_virtual_machine_is_detected_by_the_ids_and_a_flag(tree, name):
    ids, vm = CLOUDS[name]
    facts = tree.x86(hypervisor=True).dmi(**ids).on_the_host().facts()
    assert outcome(facts, "vm", "container", "cloud", "role") == (vm, "none", name.partition(",")[0], "guest")


@pytest.mark.parametrize("name", NAMES)
def test_its_virtual_machine_is_detected_by_the_ids_alone(tree, name):
    ids, vm = CLOUDS[name]
    assert outcome(tree.dmi(**ids).facts(), "vm", "cloud") == (vm, name.partition(",")[0])


@pytest.mark.parametrize("name", NAMES)
def test_its_virtual_machine_with_hyper_vs_disguise_is_not_hyper_v(tree, name):
    ids, vm = CLOUDS[name]
    facts = tree.x86(hypervisor=True).cpuid(base="Microsoft Hv").dmi(**ids).facts()
    assert outcome(facts, "vm", "cloud") == (vm, name.partition(",")[0])


@pytest.mark.parametrize("inside", ["docker", "pod", "lxc"])
@pytest.mark.parametrize("name", ["aws", "aws, on Xen", "azure", "gcp", "hetzner", "oracle"])
def test_a_container_in_it_keeps_machine_and_cloud(tree, name, inside):
    ids, vm = CLOUDS[name]
    tree.x86(hypervisor=True).cpuid(base=SIGNATURES[vm]).dmi(**ids)
    facts = getattr(tree, inside)().facts()
    container = {"pod": "kubernetes"}.get(inside, inside)
    assert outcome(facts, "vm", "container", "cloud") == (vm, container, name.partition(",")[0])
    assert outcome(facts, "layers", "role") == ((container, vm), "guest")


@pytest.mark.parametrize(
    ("ids", "vm"),
    [
        ({"sys_vendor": "Amazon EC2", "product_name": "m6g.large"}, "kvm"),
        ({"sys_vendor": "Alibaba Cloud", "product_name": "Alibaba Cloud ECS"}, "kvm"),
        ({"sys_vendor": "Google", "product_name": "Google Compute Engine"}, "kvm"),
        ({"sys_vendor": "Hetzner", "product_name": "vServer"}, "kvm"),
        ({"sys_vendor": "OpenStack Foundation", "product_name": "OpenStack Nova"}, "kvm"),
        ({"sys_vendor": "QEMU", "product_name": "KVM Virtual Machine", "chassis_asset_tag": "OracleCloud.com"}, "kvm"),
        ({"sys_vendor": "Microsoft Corporation", "product_name": "Virtual Machine"}, "hyperv"),
    ],
)
def test_virtual_machines_on_arm_are_detected_without_a_flag(tree, ids, vm):
    # systemd#18929, #23116
    assert outcome(tree.arm().dmi(**ids).facts(), "vm", "role") == (vm, "guest")


@pytest.mark.parametrize(
    ("ids", "cloud"),
    [
        ({"sys_vendor": "Amazon EC2", "product_name": "i3.metal"}, "aws"),
        ({"sys_vendor": "Google", "product_name": "Google Compute Engine", "product_family": "c3-metal"}, "gcp"),
        ({"sys_vendor": "Alibaba Cloud", "product_name": "Alibaba Cloud ECS"}, "alibaba"),
        (
            {
                "sys_vendor": "Oracle Corporation",
                "product_name": "ORACLE SERVER E5-2c",
                "chassis_asset_tag": "OracleCloud.com",
            },
            "oracle",
        ),
        ({"sys_vendor": "Scaleway", "product_name": "EM-A115X-SSD"}, "scaleway"),
        ({"sys_vendor": "Supermicro", "product_name": "SYS-5039MS", "chassis_asset_tag": "ibmcloud"}, "ibm"),
    ],
)
@pytest.mark.parametrize("inside", ["on_the_host", "docker", "pod"])
def test_a_container_on_rented_metal_is_in_no_virtual_machine(tree, ids, cloud, inside):
    tree.x86(hypervisor=False).cpuid().dmi(**ids)
    facts = getattr(tree, inside)().facts()
    container = {"on_the_host": "none", "pod": "kubernetes"}.get(inside, inside)
    assert outcome(facts, "vm", "container", "cloud") == ("none", container, cloud)
    assert outcome(facts, "layers") == ((() if container == "none" else (container,)),)


@pytest.mark.parametrize(
    "ids",
    [
        {"sys_vendor": "Amazon EC2"},
        {"sys_vendor": "Amazon EC2", "product_name": "c6g.m"},
        {"chassis_asset_tag": "OracleCloud.com"},
    ],
)
def test_ids_that_metal_and_virtual_machines_share_leave_it_unknown(tree, ids):
    facts = tree.arm().dmi(**ids).facts()
    assert not facts["virt.vm"].known
    assert facts["virt.vm"].reason
    assert facts["virt.cloud"].value in {"aws", "oracle"}


def test_arm_bare_metal_is_detected_by_the_smbios_bit(tree):
    facts = tree.arm().dmi(sys_vendor="Amazon EC2", product_name="c7g.metal").vm_bit(is_set=False).facts()
    assert outcome(facts, "vm", "cloud") == ("none", "aws")


@pytest.mark.parametrize(
    ("ids", "cloud"),
    [
        ({"sys_vendor": "Google", "product_name": "Google_Kukui"}, "none"),
        ({"sys_vendor": "Xen", "product_name": "HVM domU", "bios_version": "4.17"}, "none"),
        ({"sys_vendor": "Amazon", "product_name": "Fire TV"}, "none"),
        (
            {"sys_vendor": "Microsoft Corporation", "product_name": "Virtual Machine", "chassis_asset_tag": "1234"},
            "none",
        ),
        ({"sys_vendor": "Tilaa", "product_name": "VPS"}, "none"),
    ],
)
def test_a_vendor_is_not_yet_a_cloud(tree, ids, cloud):
    assert outcome(tree.x86(hypervisor=True).dmi(**ids).facts(), "cloud") == (cloud,)


@pytest.mark.parametrize("spelled", ["AMAZON EC2  ", "amazon ec2", " Amazon EC2\n"])
def test_ids_are_read_whatever_their_case_and_their_spaces(tree, spelled):
    assert outcome(tree.dmi(sys_vendor=spelled, product_name="M5.LARGE ").facts(), "vm", "cloud") == ("kvm", "aws")
