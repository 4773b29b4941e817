"""What is missing proves a real machine only where a virtual one would show it. Most processors have no such flag."""

import pytest

from hostcheck.probes.virt.machines import CLOUDS

GENERIC = ["EFI Development Kit II / TianoCore", "EDK II", "edk2-stable202311", "TianoCore"]
UNLISTED = [
    {"sys_vendor": "Volcengine", "product_name": "ECS"},
    {"sys_vendor": "Kingsoft Cloud", "product_name": "Cloud Server"},
    {"board_vendor": "CTYUN", "board_name": "s7"},
]
MACHINES = [
    {"sys_vendor": "GIGABYTE", "product_name": "R272-P30-JG", "bios_vendor": "GIGABYTE"},
    {"sys_vendor": "WIWYNN", "product_name": "Mt.Jade", "bios_vendor": "Ampere(TM)"},
    {"sys_vendor": "Huawei", "product_name": "TaiShan 200", "bios_vendor": "Huawei Corp."},
]
ROWS = [cloud for cloud in CLOUDS if cloud.name != "aws" and "metal" not in str(cloud.wanted)]


def ids_of(cloud):
    return {name: text.removeprefix("*").removesuffix("$") for name, text in cloud.wanted.items()}


def vm_of(tree):
    fact = tree.facts()["virt.vm"]
    assert fact.known or fact.reason
    return fact.value


@pytest.mark.parametrize("ids", UNLISTED)
@pytest.mark.parametrize("firmware", GENERIC)
@pytest.mark.parametrize("root", [False, True])
def test_generic_firmware_under_an_unlisted_vendor_leaves_it_unknown(tree, ids, firmware, root):
    tree.arm().dmi(**ids, bios_vendor=firmware)
    if root:
        tree.vm_bit(is_set=False)
    assert vm_of(tree) is None


@pytest.mark.parametrize("ids", MACHINES)
@pytest.mark.parametrize("root", [False, True])
def test_a_maker_who_names_his_firmware_made_a_machine(tree, ids, root):
    tree.arm().dmi(**ids)
    if root:
        tree.vm_bit(is_set=False)
    assert vm_of(tree) == "none"


@pytest.mark.parametrize("maker", ["Debian", "Ubuntu", "Proxmox"])
def test_the_firmware_that_distributions_make_for_qemu_is_qemus(tree, maker):
    tree.arm().dmi(sys_vendor="Anyone", product_name="Server", bios_vendor=f"{maker} distribution of EDK II")
    assert vm_of(tree) == "qemu"


@pytest.mark.parametrize("cloud", ROWS, ids=lambda cloud: f"{cloud.name}-{'-'.join(cloud.wanted)}")
def test_a_clear_bit_never_changes_the_answer_of_a_clouds_guest(tree, cloud):
    """Root reads more than a user, and its answer is none the worse."""
    tree.arm().dmi(**ids_of(cloud))
    as_user = vm_of(tree)
    tree.vm_bit(is_set=False)
    assert vm_of(tree) == as_user


def test_where_the_processor_has_the_flag_its_absence_decides(tree):
    tree.x86(hypervisor=False).dmi(**UNLISTED[0], bios_vendor=GENERIC[0]).vm_bit(is_set=False)
    assert vm_of(tree) == "none"


@pytest.mark.parametrize(
    "cpuinfo",
    [
        "processor\t: 0\nBogoMIPS\t: 50.00\nFeatures\t: fp asimd\n",
        "processor\t: 0\nhart\t\t: 0\nisa\t\t: rv64imafdc\nmmu\t\t: sv39\n",
        "processor\t: 0\nPackage\t\t: 0\nModel Name\t: Loongson-3C5000\nFeatures\t\t: cpucfg lam\n",
    ],
    ids=["arm64", "riscv64", "loongarch64"],
)
def test_a_processor_without_such_a_flag_is_no_evidence(tree, cpuinfo):
    tree.write("/proc/cpuinfo", cpuinfo)
    assert vm_of(tree) is None
    tree.vm_bit(is_set=False)
    assert vm_of(tree) is None
