"""DMI ids of virtual machines and of clouds. To add one, add a row.

Each row has the beginning of each field's value, in lower case (after a leading "*": any part of it; before a final
"$": all of it). For a vendor that also sells hardware, the vendor alone is not enough.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Machine(NamedTuple):
    """Ids of one kind of virtual machine.

    Attributes:
        wanted: text by field, as in ``Dmi.matches``; all must match.
        name: the hypervisor.
        vmm: the monitor; empty if the hypervisor implies it.
        disguised: whether it may show the CPUID signature of another hypervisor, so that these ids outrank CPUID.
        bit: whether the ids are used only if the SMBIOS virtual-machine bit is set.
    """

    wanted: Mapping[str, str]
    name: str
    vmm: str = ""
    disguised: bool = False
    bit: bool = False


MACHINES: tuple[Machine, ...] = (
    # VirtualBox shows KVM's or Hyper-V's signature, by default or by VBoxManage --paravirtprovider.
    Machine({"product_name": "virtualbox"}, "virtualbox", disguised=True),
    # Oracle's hardware has another family.
    Machine({"sys_vendor": "oracle", "product_family": "virtual machine"}, "virtualbox", disguised=True),
    Machine({"board_vendor": "oracle", "product_family": "virtual machine"}, "virtualbox", disguised=True),
    Machine({"sys_vendor": "oracle"}, "virtualbox", disguised=True, bit=True),
    Machine({"board_vendor": "oracle"}, "virtualbox", disguised=True, bit=True),
    Machine({"bios_version": "virtualbox"}, "virtualbox", disguised=True),
    Machine({"board_name": "virtualbox"}, "virtualbox", disguised=True),
    Machine({"bios_vendor": "innotek gmbh"}, "virtualbox", disguised=True),
    Machine({"sys_vendor": "innotek gmbh"}, "virtualbox", disguised=True),
    Machine({"bios_vendor": "parallels"}, "parallels", disguised=True),
    Machine({"product_name": "parallels"}, "parallels", disguised=True),
    Machine({"sys_vendor": "parallels"}, "parallels", disguised=True),
    Machine({"product_serial": "parallels-"}, "parallels", disguised=True),
    # With Viridian extensions Xen shows Hyper-V's signature first (xen/arch/x86/cpuid.c).
    Machine({"product_name": "hvm domu"}, "xen-hvm", disguised=True),
    Machine({"sys_vendor": "xen$"}, "xen", disguised=True),
    Machine({"bios_vendor": "xen$"}, "xen", disguised=True),
    Machine({"sys_vendor": "apple inc.", "product_name": "apple virtualization"}, "apple"),
    Machine({"sys_vendor": "apple inc."}, "apple", bit=True),
    Machine({"product_name": "vmware"}, "vmware"),
    Machine({"sys_vendor": "vmware"}, "vmware"),
    Machine({"bios_vendor": "vmware"}, "vmware"),
    Machine({"board_vendor": "vmware"}, "vmware"),
    Machine({"bios_vendor": "vmw"}, "vmware"),
    Machine({"bios_version": "vmw"}, "vmware"),
    # With SMBIOS.reflectHost only the serial number is VMware's.
    Machine({"product_serial": "vmware-"}, "vmware"),
    Machine({"sys_vendor": "microsoft corporation", "product_name": "virtual machine"}, "hyperv"),
    Machine({"board_vendor": "microsoft corporation", "product_name": "virtual machine"}, "hyperv"),
    Machine({"board_vendor": "microsoft corporation", "board_name": "virtual machine"}, "hyperv"),
    Machine({"chassis_vendor": "microsoft corporation", "product_name": "virtual machine"}, "hyperv"),
    Machine({"sys_vendor": "microsoft corporation"}, "hyperv", bit=True),
    Machine({"product_version": "hyper-v"}, "hyperv"),
    Machine({"bios_version": "hyper-v"}, "hyperv"),
    Machine({"sys_vendor": "bhyve"}, "bhyve"),
    Machine({"bios_vendor": "bhyve"}, "bhyve"),
    Machine({"product_name": "bhyve"}, "bhyve"),
    Machine({"sys_vendor": "openbsd", "product_name": "vmm"}, "openbsd-vmm"),
    Machine({"bios_vendor": "acrn"}, "acrn"),
    Machine({"sys_vendor": "acrn"}, "acrn"),
    Machine({"sys_vendor": "hitachi", "product_name": "*lpar"}, "virtage"),
    Machine({"sys_vendor": "hitachi", "board_name": "*lpar"}, "virtage"),
    Machine({"board_vendor": "hitachi", "board_name": "*lpar"}, "virtage"),
    Machine({"board_vendor": "hitachi", "product_name": "*lpar"}, "virtage"),
    Machine({"sys_vendor": "cloud hypervisor"}, "kvm", "cloud-hypervisor"),
    Machine({"product_name": "cloud-hypervisor"}, "kvm", "cloud-hypervisor"),
    Machine({"product_name": "crosvm"}, "kvm", "crosvm"),
    Machine({"sys_vendor": "nutanix", "product_name": "ahv"}, "kvm", "qemu"),
    Machine({"product_name": "ahv$"}, "kvm", "qemu"),
    Machine({"sys_vendor": "kubevirt"}, "kvm", "qemu"),
    Machine({"product_family": "kubevirt"}, "kvm", "qemu"),
    Machine({"product_name": "openshift virtualization"}, "kvm", "qemu"),
    Machine({"product_name": "kubevirt"}, "kvm", "qemu"),
    Machine({"product_name": "ovirt"}, "kvm", "qemu"),
    Machine({"sys_vendor": "ovirt"}, "kvm", "qemu"),
    Machine({"product_name": "rhev hypervisor"}, "kvm", "qemu"),
    Machine({"product_name": "rhel"}, "kvm", "qemu"),
    Machine({"sys_vendor": "red hat"}, "kvm", "qemu"),
    Machine({"sys_vendor": "kvm"}, "kvm", "qemu"),
    Machine({"product_name": "openstack"}, "kvm", "qemu"),
    Machine({"sys_vendor": "openstack"}, "kvm", "qemu"),
    Machine({"product_name": "cloudstack kvm"}, "kvm", "qemu"),
    Machine({"sys_vendor": "virtuozzo"}, "kvm", "qemu"),
    Machine({"product_name": "kvm"}, "kvm", "qemu"),
    Machine({"sys_vendor": "bochs"}, "bochs"),
    Machine({"product_name": "bochs"}, "bochs"),
    Machine({"bios_vendor": "bochs"}, "bochs"),
    Machine({"sys_vendor": "qemu"}, "qemu", "qemu"),
    Machine({"chassis_vendor": "qemu"}, "qemu", "qemu"),
    Machine({"board_vendor": "qemu"}, "qemu", "qemu"),
    Machine({"bios_vendor": "qemu"}, "qemu", "qemu"),
    Machine({"product_name": "qemu"}, "qemu", "qemu"),
    Machine({"product_name": "standard pc ("}, "qemu", "qemu"),
    Machine({"product_version": "pc-i440fx-"}, "qemu", "qemu"),
    Machine({"product_version": "pc-q35-"}, "qemu", "qemu"),
    # Providers that change the other ids keep the vendor of QEMU's firmware.
    Machine({"bios_vendor": "seabios"}, "qemu", "qemu"),
    Machine({"bios_vendor": "efi development kit ii / ovmf"}, "qemu", "qemu"),
    Machine({"bios_vendor": "*distribution of edk ii"}, "qemu", "qemu"),
)
"""Kinds of virtual machines, most specific first. KVM's guests have QEMU's ids, so "qemu" does not contradict "kvm"."""


class Cloud(NamedTuple):
    """Ids of one cloud. A cloud may rent bare metal too, so the ids do not prove a virtual machine.

    Attributes:
        wanted: text by field, as in ``Dmi.matches``; all must match.
        name: the cloud.
        hypervisor: the usual hypervisor of its virtual machines.
        vmm: the usual monitor of its virtual machines; empty if it is unknown.
    """

    wanted: Mapping[str, str]
    name: str
    hypervisor: str = "kvm"
    vmm: str = ""


CLOUDS: tuple[Cloud, ...] = (
    Cloud({"sys_vendor": "amazon ec2"}, "aws", vmm="nitro"),
    Cloud({"bios_vendor": "amazon ec2"}, "aws", vmm="nitro"),
    Cloud({"chassis_asset_tag": "amazon ec2"}, "aws", vmm="nitro"),
    Cloud({"board_vendor": "amazon ec2"}, "aws", vmm="nitro"),
    Cloud({"chassis_vendor": "amazon ec2"}, "aws", vmm="nitro"),
    Cloud({"bios_version": "*.amazon"}, "aws", "xen"),
    Cloud({"product_name": "google compute engine"}, "gcp"),
    Cloud({"board_name": "google compute engine"}, "gcp"),
    Cloud({"sys_vendor": "google", "product_name": "google$"}, "gcp"),
    Cloud({"product_serial": "googlecloud-"}, "gcp"),
    Cloud({"chassis_asset_tag": "7783-7084-3265-9085-8269-3286-77"}, "azure", "hyperv"),
    Cloud({"product_name": "alibaba cloud"}, "alibaba"),
    Cloud({"sys_vendor": "alibaba"}, "alibaba"),
    Cloud({"chassis_asset_tag": "oraclecloud.com"}, "oracle", vmm="qemu"),
    Cloud({"sys_vendor": "digitalocean"}, "digitalocean", vmm="qemu"),
    Cloud({"product_name": "droplet$"}, "digitalocean", vmm="qemu"),
    Cloud({"sys_vendor": "hetzner"}, "hetzner", vmm="qemu"),
    Cloud({"bios_vendor": "hetzner"}, "hetzner", vmm="qemu"),
    Cloud({"product_name": "vserver$"}, "hetzner", vmm="qemu"),
    Cloud({"sys_vendor": "scaleway"}, "scaleway", vmm="qemu"),
    Cloud({"sys_vendor": "vultr"}, "vultr", vmm="qemu"),
    Cloud({"sys_vendor": "linode"}, "linode", vmm="qemu"),
    Cloud({"sys_vendor": "akamai"}, "linode", vmm="qemu"),
    Cloud({"sys_vendor": "upcloud"}, "upcloud", vmm="qemu"),
    Cloud({"sys_vendor": "exoscale"}, "exoscale", vmm="qemu"),
    Cloud({"product_name": "exoscale"}, "exoscale", vmm="qemu"),
    Cloud({"sys_vendor": "ovh"}, "ovh", vmm="qemu"),
    Cloud({"product_name": "ovh"}, "ovh", vmm="qemu"),
    Cloud({"sys_vendor": "tencent"}, "tencent"),
    Cloud({"product_name": "tencent"}, "tencent"),
    Cloud({"chassis_asset_tag": "huaweicloud"}, "huawei"),
    Cloud({"sys_vendor": "huawei cloud"}, "huawei"),
    Cloud({"chassis_asset_tag": "ibmcloud"}, "ibm"),
    Cloud({"product_version": "ibm:cloud"}, "ibm"),
    Cloud({"sys_vendor": "ibm:cloud"}, "ibm"),
    Cloud({"sys_vendor": "nwcs"}, "nwcs"),
    Cloud({"sys_vendor": "yandex"}, "yandex"),
    Cloud({"sys_vendor": "e24cloud"}, "e24cloud"),
    Cloud({"sys_vendor": "3ds outscale"}, "outscale"),
    Cloud({"product_name": "3ds outscale"}, "outscale"),
    Cloud({"product_name": "cloudsigma"}, "cloudsigma"),
    Cloud({"product_serial": "*.brightbox.com"}, "brightbox"),
    Cloud({"chassis_asset_tag": "*.zstack.io"}, "zstack"),
    Cloud({"product_name": "smartdc"}, "smartos"),
    Cloud({"product_name": "joyent smartdc"}, "smartos"),
    Cloud({"product_name": "cloudstack"}, "cloudstack"),
    Cloud({"sys_vendor": "apache software foundation", "product_name": "cloudstack"}, "cloudstack"),
    Cloud({"product_name": "cloudcix"}, "cloudcix"),
    Cloud({"chassis_asset_tag": "opentelekomcloud"}, "opentelekom"),
    Cloud({"chassis_asset_tag": "sap ccloud vm"}, "openstack"),
    Cloud({"chassis_asset_tag": "samsung cloud platform"}, "openstack"),
    Cloud({"product_name": "openstack"}, "openstack"),
    Cloud({"sys_vendor": "openstack"}, "openstack"),
)
"""Clouds, most specific ids first: a cloud that is built on OpenStack may name OpenStack too. Source: cloud-init,
tools/ds-identify."""
