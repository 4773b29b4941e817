"""Lines of plans as sellers and their resellers write them: each is read right, or refused with the line to write.

What is right for each was written down before it was read. A value is what the line is the same as; a text after "!"
is what the refusal must name: the part to write alone, or the line for what stands beside it.
"""

import json

import pytest

from hostcheck.errors import UnfitError
from hostcheck.promise.keys import requirement_of

PLANS = {
    "cpus": {
        "4 Logical Cores": 4,
        "2CPU Cores": 2,
        "6c/12t": "!write '12' alone",
        "Intel Xeon E-2234 (4c/8t)": "!write '8' alone",
        "2x Intel Xeon Gold 6338 (32 cores, 64 threads)": "!write '64' alone",
        "6 Ryzen vCPUs": "!write '6' alone",
        "2 vCPU (shared)": "!write '2' alone",
        "8-16 cores": "!write how many",
        "8 dedicated vCPUs": "!dedicated_cpu = true",
        "1 vCPU": 1,
        "2 vCPUs": 2,
        "3 vCPU Cores": 3,
        "4 vCores": 4,
        "6 vCore": 6,
        "2 Cores": 2,
        "1 Core CPU": 1,
        "2 CPU Cores": 2,
        "2 vCPU core": 2,
        "4x vCPU": 4,
        "1 Core EPYC 7002": "!write '1' alone",
        "3 Cores EPYC 7003": "!write '3' alone",
        "18 vCPU cores (AMD EPYC)": "!write '18' alone",
        "2 vCPU AMD EPYC™ 7002/7003": "!write '2' alone",
        "4 vCPU @ 3.0+ GHz (NVMe-optimized)": "!write '4' alone",
        "1 CPU Core (Intel Xeon)": "!write '1' alone",
        "2 vCPU Intel Xeon": "!write '2' alone",
        "2 dedicated cores": "!dedicated_cpu = true",
        "2 dedicated vCPU (AMD EPYC)": "!dedicated_cpu = true",
        "2 dedicated vCPU cores": "!dedicated_cpu = true",
        "4 dedicated EPYC 9645 cores": "!dedicated_cpu = true",
        "1 Core CPU dedicated": "!dedicated_cpu = true",
        "16 Cores / 32 Threads": "!each thread is a CPU: write '32' alone",
        "64 Cores / 128 Threads": "!write '128' alone",
        "2x Intel Xeon": "!write how many",
        "bis zu 32 Intel Xeon vKerne": "!no least",
        "12 fair share CPU (per User)": "!write '12' alone",
    },
    "memory": {
        "64 GB System RAM": "64 GB",
        "2 Gb ram": "2 GB",
        "256GB DDR4 ECC Registered": "!write '256GB' alone",
        "4x8GB DDR3 ECC": "!write '4 x 8GB' alone",
        "128 GB RAM DDR4 ECC": "!write '128 GB' alone",
        "512MB RAM": "512 MB",
        "8 Go RAM": "8 GB",
        "8 Go": "8 GB",
        "512 MB Memory": "512 MB",
        "2 GB Guaranteed RAM": "2 GB",
        "4 GB guaranteed RAM": "4 GB",
        "1G": "1 GB",
        "64GB": "64 GB",
        "512MB DDR4": "!write '512MB' alone",
        "4GB DDR4 ECC": "!write '4GB' alone",
        "4 GB DDR4 ECC RAM": "!write '4 GB' alone",
        "8 GB ECC RAM": "!write '8 GB' alone",
        "4.5GB DDR4 RAM": "!write '4.5GB' alone",
        "2GB DDR4 High-Performance RAM": "!write '2GB' alone",
        "8 GB High-Speed RAM": "!write '8 GB' alone",
        "192 GB DDR5": "!write '192 GB' alone",
        "bis zu 64 GB DDR4 ECC RAM": "!no least",
        "7,8 GiB": "!comma",
    },
    "disk_size": {
        "Up to 80 GB NVMe Storage": "!no least",
        "2x 480GB SATA SSD": '!disk = "ssd"',
        "2× 480 GB NVMe SSD (RAID-1)": "!write '2 x 480 GB' alone",
        "2× NVMe 960 GB (Soft RAID)": "!not a quantity",
        "8x 900GB SAS HDD + 2x 480GB SSD": "!write '8 x 900GB' alone",
        "60-100GB SSD": "!write it like",
        "80 GB Storage": "80 GB",
        "25 GB disk space": "25 GB",
        "2×512GB": "2 x 512 GB",
        "2x512GB": "2 x 512 GB",
        "15GB NVMe": '!disk = "nvme"',
        "700 GB NVMe SSD": '!disk = "nvme"',
        "75 Go SSD": '!disk = "ssd"',
        "2x512GB NVMe": "!write '2 x 512GB' alone",
        "2×1 TB NVMe (software RAID)": "!write '2 x 1 TB' alone",
        "2 x 4TB NVMe": '!disk = "nvme"',
        "12 x 960GB SSD (Enterprise-grade)": "!write '12 x 960GB' alone",
        "2 x 2 TB HDD": "!write '2 x 2 TB' alone",
        "2x 1TB (HDD SATA)": "!write '2 x 1TB' alone",
        "(16) 1.92TB NVMe SSD": "!write '16 x 1.92TB' alone",
        "20 GB RAID-10 SSD": '!disk = "ssd"',
        "125GB RAID-10 SSD Storage": '!disk = "ssd"',
        "40GB NVMe RAID-10 SSD": '!disk = "nvme"',
        "80GB SSD Storage": '!disk = "ssd"',
        "20GB 100% SSD Disk Space": '!disk = "ssd"',
        "80 GB Enterprise NVMe": '!disk = "nvme"',
        "100 GB NVMe disk space": '!disk = "nvme"',
        "1 TB NVMe SSD Disk": '!disk = "nvme"',
    },
    "disk": {
        "NVMe SSD storage": "nvme",
        "NVMe/SSD": "!nvme",
        "NVMe SSD": "nvme",
        "NVMe": "nvme",
        "Pure NVMe Storage": "nvme",
        "100% SSD Storage": "ssd",
        "Pure SSD": "ssd",
        "Enterprise NVMe": "nvme",
        "NVMe SSD (PCIe Gen 4)": "!write nvme",
        "PCIe 4.0 NVMe": "!write nvme",
        "RAID-10 SSD": "!write ssd",
        "MaxIOPS": "!nvme, ssd",
    },
    "network": {
        "1 Gbps Unmetered Port": "!write '1 Gbps' alone",
        "10 Gbps shared networking": "!write '10 Gbps' alone",
        "Unlimited @ 1 Gbps IN | 1 Gbps OUT": "!write Mbit/s",
        "Bande passante 1 Gbps unmetered": "!write Mbit/s",
        "1000 GB Bandwidth": "!amount of data",
        "8 TB Data Transfer": "!amount of data",
        "100 GB bandwidth per month": "!amount of data",
        "10GbE": "!write Mbit/s",
        "1Gbps Port Speed": "1 Gbit/s",
        "1Gbps Network Port": "1 Gbit/s",
        "2.5 Gbps link speed": "2.5 Gbit/s",
        "1 Gigabit": "1 Gbit/s",
        "10 Gbps Uplink": "10 Gbit/s",
        "100 Mbit/s Port": "100 Mbit/s",
        "200 Mbps connection": "200 Mbit/s",
        "200 Mbps bandwidth": "200 Mbit/s",
        "1 Gbps link": "1 Gbit/s",
        "100 MB/s": "100 MB/s",
        "1TB @ 1Gbps": "!write '1Gbps' alone",
        "20TB @ 2Gbps": "!write '2Gbps' alone",
        "5TB Bandwidth @ 1Gbps": "!write '1Gbps' alone",
        "Unmetered @ 1Gbps": "!write '1Gbps' alone",
        "1 Gbit/s, unlimited": "!write '1 Gbit/s' alone",
        "600 MBit/s (75 MB/s)": "!write '600 MBit/s' alone",
        "~400 Mbps": "!no least",
        "2TB Bandwidth": "!amount of data",
        "32TB": "!amount of data",
        "8 TB bandwidth": "!amount of data",
        "1 TB/mo": "!amount of data",
        "20 TB / month": "!amount of data",
        "Unmetered Bandwidth": "!write Mbit/s",
        "1GBPS": "!write Mbit/s",
    },
    "virtualization": {
        "AMD Ryzen KVM VPS": "!kvm",
        "Full h/w KVM VPS": "!kvm",
        "KVM Virtualization": "kvm",
        "KVM Hardware Virtualization": "kvm",
        "KVM VPS": "kvm",
        "Proxmox VE 8": "!write kvm or lxc",
    },
    "random_read": {"100k IOPS": "100000 IOPS", "3,000 IOPS": "!comma", "up to 64000 IOPS": "!no least"},
}
ROWS = [(key, written, right) for key, plan in PLANS.items() for written, right in plan.items()]


def reading(key, written):
    """Return the rules of a value, or the text of its refusal."""
    try:
        return requirement_of(key, written).translation
    except UnfitError as error:
        return str(error)


@pytest.mark.parametrize(("key", "written", "right"), ROWS)
def test_a_line_of_a_plan_is_read_right_or_refused_with_what_to_write(key, written, right):
    found = reading(key, written)
    if isinstance(right, str) and right.startswith("!"):
        assert isinstance(found, str), f"{key} = {json.dumps(written)} is read as {found}"
        assert right[1:] in found
    else:
        assert found == reading(key, right)
