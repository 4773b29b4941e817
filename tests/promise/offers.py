"""Offers of servers in their sellers' words, each as the plan that its buyer writes, on a host that was pretended.

Of each line: the seller's words; what the buyer writes after they were refused, which the refusal has to name (empty
where they are read as they are, None where nothing is promised, and with other words of the refusal where it cannot
name it); and whether it is right to say that it was kept. All were written down before a line was judged.
"""

# ruff: noqa: RUF001 - Cyrillic units
from tests.promise.hosts import GB, GIB, cpus, disk, figure, layers, loaded, memory, on, rooted

KEPT, BROKEN, UNKNOWN = "kept", "broken", "cannot tell"
KVM, METAL, OPENVZ, ARM = (
    "kvm-hyperv-enlightened",
    "surface-laptop-metal",
    "openvz-guest-in-xen-free-host",
    "ec2-vm-arm",
)
ONE, MANY, READ, WRITE = "disk.randread.qd1.iops", "disk.randread.iops", "disk.seqread.bandwidth", "disk.randwrite.iops"
SEND, RECEIVE = "network.send.bandwidth", "network.receive.bandwidth"
NVME = [figure(ONE, 9000, 11000), figure(MANY, 90_000, 110_000), figure(READ, 1500, 1900)]
SATA = [figure(ONE, 5000, 6000), figure(MANY, 60_000, 70_000), figure(READ, 480, 520)]
CEPH = [figure(ONE, 700, 900), figure(MANY, 9000, 11_000), figure(READ, 150, 300)]
SLOW = [figure(ONE, 110, 130), figure(MANY, 240, 300), figure(READ, 120, 150)]


def line(low, high, low_in=0.0, high_in=0.0):
    """Return figures of a network in MB/s: sent, and received."""
    return [figure(SEND, low, high), figure(RECEIVE, low_in or low, high_in or high)]


def guest(number, given, *disks):
    """Return the files of a guest: its CPUs, its memory in bytes, and the sizes of its disks in bytes."""
    names = ("vda", "vdb", "vdc")
    files = [disk(name, size) for name, size in zip(names, disks, strict=False)]
    of_disks = {path: text for each in (rooted(names[0]), *files) for path, text in each.items()}
    return memory(given - 400 * 1024) | cpus(number) | of_disks


def server(number, given, sizes, *, rotational="0", name="nvme{}n1", stated=0):
    """Return the files of a machine: its threads, its memory in bytes, and the sizes of its disks in bytes."""
    files = memory(given, stated=stated) | cpus(number)
    for place, size in enumerate(sizes):
        files |= disk(name.format(place if "{}n" in name else "abcdef"[place]), size, rotational)
    return files


OFFERS = {
    "Hetzner CX32": (
        KVM,
        guest(4, 8 * GIB, 81_927_340_032),
        [*NVME, loaded(3.9, threads=4, steal=1.5)],
        {
            "cpus": ("4 vCPU", "", KEPT),
            "memory": ("8 GB RAM", "", KEPT),
            "disk_size": ("80 GB NVMe SSD", "80 GB", KEPT),
            "disk": ("NVMe SSD", "", KEPT),
        },
    ),
    "Hetzner CX11": (
        KVM,
        guest(1, 2 * GIB, 20_480_786_432),
        [loaded(0.7, threads=1, steal=29.0)],
        {
            "cpus": ("1 vCPU (shared)", "1", BROKEN),
            "memory": ("2 GB", "", KEPT),
            "disk_size": ("20 GB NVMe SSD", "20 GB", KEPT),
            "network": ("20 TB/month", None, ""),
        },
    ),
    "Hetzner CX23, by an audit alone": (
        KVM,
        guest(2, 4 * GIB, 40_961_572_864),
        [],
        {
            "cpus": ("2 vCPU", "", UNKNOWN),
            "memory": ("4 GB", "", KEPT),
            "disk_size": ("40 GB", "", KEPT),
            "disk": ("NVMe", "", UNKNOWN),
        },
    ),
    "Hetzner CPX32, sold as dedicated": (
        KVM,
        guest(4, 8 * GIB, 163_848_388_608),
        [loaded((3.7,) * 9, threads=4, steal=7.0, minutes=120)],
        {
            "cpus": ("4 vCPU", "", BROKEN),
            "dedicated_cpu": (True, "", BROKEN),
            "disk_size": ("160 GB", "", KEPT),
        },
    ),
    "Hetzner AX41-NVMe": (
        METAL,
        server(12, int(62.6 * GIB), (512_110_190_592, 512_110_190_592)),
        [*line(117, 118), loaded(11.9, threads=12)],
        {
            "virtualization": ("Dedicated server", "", KEPT),
            "cpus": ("6c/12t", "12", KEPT),
            "memory": ("64 GB DDR4", "64 GB", KEPT),
            "disk_size": ("2x512 GB NVMe", "2 x 512 GB", KEPT),
            "disk": ("NVMe", "", KEPT),
            "network": ("Unlimited 1 Gbit", "1 Gbit", KEPT),
        },
    ),
    "OVH Kimsufi KS-1": (
        METAL,
        server(8, int(31.2 * GIB), (2_000_398_934_016,) * 2, rotational="1", name="sd{}"),
        line(58, 59),
        {
            "cpus": ("4/8", "8", UNKNOWN),
            "memory": ("32 GB", "", KEPT),
            "disk_size": ("2x 2TB SATA", "2 x 2TB", KEPT),
            "network": ("Unlimited 500 Mbps", "500 Mbps", KEPT),
        },
    ),
    "OVH SYS-1, a module of its memory gone": (
        METAL,
        server(12, int(15.5 * GIB), (4_000_787_030_016,) * 2, rotational="1", name="sd{}", stated=16 * GIB),
        [],
        {
            "memory": ("32 GB", "", BROKEN),
            "cpus": ("6 c / 12 t", "12", UNKNOWN),
            "disk_size": ("2 x 4 TB", "", KEPT),
        },
    ),
    "OVHcloud VPS-2": (
        KVM,
        guest(4, int(7.75 * GIB), 75 * GIB),
        [*line(117, 118, 11.5, 12.5), loaded(3.96, threads=4)],
        {
            "virtualization": ("KVM", "", KEPT),
            "cpus": ("4 vCores", "", KEPT),
            "memory": ("8 GB RAM", "", KEPT),
            "disk_size": ("75 GB NVMe", "75 GB", KEPT),
            "network": ("1 Gbps", "", UNKNOWN),
        },
    ),
    "OVH VPS SSD of 2016": (
        KVM,
        guest(1, 2000 << 20, 10 * GIB),
        [*CEPH, *line(11.7, 11.8)],
        {
            "memory": ("2 Go", "", KEPT),
            "disk_size": ("10 Go SSD", "10 Go", KEPT),
            "disk": ("SSD", "", UNKNOWN),
            "network": ("100 Mbit/s", "", KEPT),
        },
    ),
    "OVH VPS, by a table of prices": (
        KVM,
        guest(1, 4 * GIB, 20 * GIB),
        [],
        {
            "cpus": ("1", "", UNKNOWN),
            "memory": ("4 GB", "", KEPT),
            "disk_size": ("20 GB SSD", "20 GB", KEPT),
            "network": ("100M", None, ""),
        },
    ),
    "Scaleway VC1S, whose disk is nbd": (
        KVM,
        memory(2 * GIB) | cpus(2) | disk("nbd0", 50 * GB, "0"),
        [on(each, device_stack=layers("nbd0")) for each in SLOW],
        {
            "memory": ("2 GB", "", KEPT),
            "disk_size": ("50 GB SSD", "50 GB", UNKNOWN),
            "disk": ("SSD", "", UNKNOWN),
            "network": ("200M", None, ""),
        },
    ),
    "Kimsufi of 2018": (
        METAL,
        server(2, int(1.9 * GIB), (500_107_862_016,), rotational="1", name="sd{}"),
        [],
        {
            "memory": ("2 GB", "", KEPT),
            "disk_size": ("500 GB HDD", "500 GB", KEPT),
            "disk": ("HDD", None, ""),
        },
    ),
    "Online.net Dedibox": (
        METAL,
        server(2, int(3.8 * GIB), (120_034_123_776,), name="sd{}"),
        [],
        {
            "virtualization": ("Dedicated", "", KEPT),
            "memory": ("4 GB", "", KEPT),
            "disk_size": ("120 GB SSD", "120 GB", KEPT),
            "disk": ("SSD", "", KEPT),
            "dedicated_cpu": (True, "", KEPT),
        },
    ),
    "Linode Dedicated 4GB": (
        KVM,
        guest(2, int(3.9 * GIB), 85_362_475_008, 536_870_912),
        [
            loaded((1.98,) * 9, threads=2, steal=0.1, minutes=120),
            figure("network.send.parallel.bandwidth", 455, 460),
            *line(300, 320, 110, 118),
        ],
        {
            "memory": ("4GB", "", KEPT),
            "cpus": ("2 vCPUs", "", KEPT),
            "dedicated_cpu": (True, "", KEPT),
            "disk_size": ("80 GB SSD Storage", "80 GB", KEPT),
            "network_receive": ("40 Gbps", "", UNKNOWN),
            "network_send": ("4000 Mbps", "", KEPT),
        },
    ),
    "Linode 8GB of 2016": (
        KVM,
        guest(4, int(7.8 * GIB), 96 * GIB),
        line(59, 60, 400, 410),
        {
            "memory": ("8GB", "", KEPT),
            "cpus": ("4 Cores", "", UNKNOWN),
            "disk_size": ("96GB SSD", "96GB", KEPT),
            "network_send": ("500Mbps", "", KEPT),
        },
    ),
    "DigitalOcean Basic": (
        KVM,
        guest(4, 8 * GIB, 160 * GIB, 479_232),
        SATA,
        {
            "memory": ("8GB", "", KEPT),
            "cpus": ("4vCPU", "", UNKNOWN),
            "disk_size": ("160GB", "", KEPT),
            "disk": ("SSD", "", KEPT),
        },
    ),
    "DigitalOcean 512MB": (
        KVM,
        memory((512 << 20) - 400 * 1024, 465 << 20) | cpus(1) | disk("vda", 10 * GIB),
        [],
        {"memory": ("512MB", "", KEPT), "disk_size": ("10GB", "", KEPT), "cpus": ("1vCPU", "", UNKNOWN)},
    ),
    "Vultr 768MB": (
        KVM,
        guest(1, 768 << 20, 15 * GIB),
        [],
        {"memory": ("768MB", "", KEPT), "disk_size": ("15GB SSD", "15GB", KEPT), "cpus": ("1 CPU", "", UNKNOWN)},
    ),
    "Vultr 8GB, delivered with fewer cores": (
        KVM,
        guest(4, 8 * GIB, 150 * GIB),
        [],
        {"cpus": ("6 Cores", "", BROKEN), "disk_size": ("150GB SSD", "150GB", KEPT)},
    ),
    "Amazon Lightsail": (
        KVM,
        guest(1, 512 << 20, 20 * GIB),
        [],
        {
            "memory": ("512 MB", "", KEPT),
            "disk_size": ("20 GB SSD disk", "20 GB", KEPT),
            "network": ("1 TB transfer", None, ""),
        },
    ),
    "EC2 m3.xlarge": (
        KVM,
        guest(4, 15 * GIB, 8 * GIB, 40_264_343_552, 40_264_343_552),
        [],
        {
            "memory": ("15", ("write it like", "15 GiB"), KEPT),
            "disk_size": ("2 x 40 SSD", ("write", "2 x 40 GB"), KEPT),
        },
    ),
    "EC2 i3.large": (
        KVM,
        memory(int(15.2 * GIB))
        | cpus(2)
        | disk("nvme0n1", 8 * GIB, "0")
        | disk("nvme1n1", 475_000_000_000, "0")
        | rooted("nvme0n1"),
        [],
        {
            "memory": ("15.25 GiB", "", KEPT),
            "disk_size": ("1 x 475 GB NVMe SSD", "475 GB", UNKNOWN),
            "network": ("Up to 10 Gigabit", None, ""),
        },
    ),
    "EC2 i3.2xlarge": (
        KVM,
        memory(61 * GIB)
        | cpus(8)
        | disk("nvme0n1", 8 * GIB, "0")
        | disk("nvme1n1", 1_900_000_000_000, "0")
        | rooted("nvme0n1"),
        [],
        {"disk_size": ("1 x 1,900 GB NVMe SSD", ("comma", "1900 GB"), UNKNOWN), "memory": ("61 GiB", "", KEPT)},
    ),
    "EC2 m5d.large, started as m5.large": (
        KVM,
        memory(8 * GIB) | cpus(2) | disk("nvme0n1", 8 * GIB, "0"),
        [],
        {"disk_size": ("1 x 75 GB NVMe SSD", "75 GB", BROKEN), "memory": ("8 GiB", "", KEPT)},
    ),
    "EC2 t3.medium, out of credits": (
        KVM,
        guest(2, 4 * GIB, 30 * GIB),
        [loaded(0.4, threads=2, steal=80.0)],
        {"cpus": ("2 vCPU", "", BROKEN), "memory": ("4 GB RAM", "", KEPT)},
    ),
    "EBS gp3": (
        KVM,
        guest(2, 8 * GIB, 100 * GIB),
        [figure(MANY, 2990, 2998), figure(READ, 130.5, 130.9), figure(WRITE, 1490, 1510)],
        {
            "random_read": ("3,000 IOPS", ("comma", "3000 IOPS"), UNKNOWN),
            "sequential_read": ("125 MiB/s", "", UNKNOWN),
            "random_write": ("3000 IOPS", "", BROKEN),
        },
    ),
    "Azure D2s_v5": (
        KVM,
        guest(2, 8 * GIB, 30 * GIB),
        CEPH,
        {
            "memory": ("8 GB RAM", "", KEPT),
            "cpus": ("2 vCPUs", "", UNKNOWN),
            "disk": ("Premium SSD", "ssd", UNKNOWN),
            "network": ("12,500 Mbps", ("comma", "12500 Mbps"), UNKNOWN),
            "virtualization": ("Hyper-V", "", BROKEN),
        },
    ),
    "Azure B1ls": (
        KVM,
        guest(1, 512 << 20, 30 * GIB, 4 * GIB),
        [],
        {"memory": ("0.5GB", "", KEPT), "disk_size": ("4GB", "", KEPT), "cpus": ("1", "", UNKNOWN)},
    ),
    "Oracle Ampere A1": (
        ARM,
        memory(int(23.5 * GIB)) | cpus(4) | disk("sda", 200 * GB),
        [],
        {
            "cpus": ("4 OCPUs", "4", UNKNOWN),
            "memory": ("24 GB of memory", "", KEPT),
            "disk_size": ("200GB total boot volume space", "200GB", KEPT),
        },
    ),
    "Oracle E2.1.Micro": (
        KVM,
        guest(2, GIB, 50 * GB),
        [loaded(0.3, threads=2, steal=0.0, stops=95.0)],
        {"cpus": ("2core", "", UNKNOWN), "memory": ("1g", "", KEPT), "disk_size": ("50G", "", KEPT)},
    ),
    "BandwagonHost 20G KVM": (
        KVM,
        guest(2, GIB, 20 * GIB),
        [*SATA, *line(116, 118)],
        {
            "virtualization": ("KVM VPS", "", KEPT),
            "disk_size": ("20 GB SSD RAID-10", "20 GB", KEPT),
            "memory": ("1 GB", "", KEPT),
            "cpus": ("2x Intel Xeon", ("write only the number", "2"), UNKNOWN),
            "network": ("1 Gbps port", "", KEPT),
            "disk": ("RAID-10 SSD", "ssd", KEPT),
        },
    ),
    "Prepaid-Hoster OpenVZ, after its quota of traffic": (
        OPENVZ,
        memory(0, 2 * GIB, zones=False),
        [
            on(each, interface_bus="", qdiscs=["noqueue"], packet_limits=["limit elsewhere"])
            for each in line(6.0, 6.2, 74, 75)
        ],
        {
            "virtualization": ("OpenVZ", "", KEPT),
            "memory": ("2 GB guaranteed", "", KEPT),
            "network_send": ("600 MBit/s (75 MB/s)", "600 MBit/s", BROKEN),
        },
    ),
    "CoolVDS OpenVZ": (
        OPENVZ,
        memory(0, 256 << 20, zones=False),
        [],
        {
            "memory": ("256MB Guaranteed / 512MB Burst", "256MB", KEPT),
            "virtualization": ("OpenVZ", "", KEPT),
        },
    ),
    "netcup VPS 500 G10s, on a full host": (
        KVM,
        guest(2, 4 * GIB, 128 * GIB),
        [loaded(1.3, threads=2, steal=34.0)],
        {"cpus": ("2 vCPU", "", BROKEN), "memory": ("4GB RAM", "", KEPT), "disk_size": ("128GB SSD", "128GB", KEPT)},
    ),
    "Contabo Cloud VPS S, on rotating disks": (
        KVM,
        guest(4, 8 * GIB, 50 * GIB),
        SLOW,
        {"cpus": ("4 vCPU cores", "", UNKNOWN), "memory": ("8GB RAM", "", KEPT), "disk": ("SSD", "", BROKEN)},
    ),
    "Contabo Cloud VPS 10, in Russian": (
        KVM,
        guest(4, 8 * GIB, 150 * GIB),
        SATA,
        {
            "memory": ("8 ГБ RAM", "", KEPT),
            "disk_size": ("150 ГБ NVMe", "150 GB", KEPT),
            "disk": ("NVMe", "", UNKNOWN),
        },
    ),
    "RackNerd, with a balloon": (
        KVM,
        memory(4 * GIB, 2 * GIB, balloon=2 * GIB) | cpus(2) | disk("vda", 80 * GIB),
        [],
        {
            "memory": ("4GB RAM", "", BROKEN),
            "disk_size": ("80GB SSD", "80GB", KEPT),
            "cpus": ("2 vCPU Cores", "", UNKNOWN),
        },
    ),
    "Hostinger KVM 1, seen from Docker": (
        "docker-cgroup2-in-kvm",
        {},
        [],
        {
            "virtualization": ("KVM", "", UNKNOWN),
            "cpus": ("1 vCPU core", "", UNKNOWN),
            "memory": ("4 GB RAM", "", UNKNOWN),
            "disk_size": ("50 GB NVMe disk space", "50 GB", UNKNOWN),
        },
    ),
    "Terabit": (
        KVM,
        guest(8, 16 * GIB, 200 * GIB),
        line(116, 118),
        {
            "cpus": ("8-16 vCores", ("write only the number", "8"), UNKNOWN),
            "memory": ("16-32GB", ("write", "16GB"), KEPT),
            "disk_size": ("200-400GB NVMe", ("write", "200GB"), KEPT),
            "network": ("1Gbps unmetered", "1Gbps", KEPT),
        },
    ),
    "Servarica, whose buyer limits packets": (
        KVM,
        guest(2, 8 * GIB, 500 * GIB),
        [on(each, packet_limits=["hashlimit"]) for each in line(40, 45, 118, 119)],
        {
            "cpus": ("2 dedicated cores", "2", UNKNOWN),
            "dedicated_cpu": (True, "", UNKNOWN),
            "memory": ("8GB DDR4", "8GB", KEPT),
            "disk_size": ("500GB NVMe SSD", "500GB", KEPT),
            "network_send": ("1Gbps unmetered", "1Gbps", UNKNOWN),
        },
    ),
    "DS-Entry, with smaller disks": (
        METAL,
        server(8, int(31.3 * GIB), (240_057_409_536,) * 2, name="sd{}"),
        [],
        {
            "virtualization": ("bare metal", "", KEPT),
            "cpus": ("4c/8t 3.5GHz", "8", UNKNOWN),
            "memory": ("32GB DDR4", "32GB", KEPT),
            "disk_size": ("2x 250GB SSD", "2 x 250GB", BROKEN),
            "disk": ("SSD", "", KEPT),
        },
    ),
    "Quantum Steel": (
        METAL,
        server(12, int(31.3 * GIB), (512_110_190_592,) * 2),
        [loaded(11.9, threads=12), *line(117, 118)],
        {
            "cpus": ("AMD Ryzen 5 5600X (6 cores)", ("write only", "6"), KEPT),
            "memory": ("32GB DDR4 ECC RAM", "32GB", KEPT),
            "disk_size": ("2x 512GB NVMe SSD", "2 x 512GB", KEPT),
            "network": ("1Gbps Unmetered", "1Gbps", KEPT),
        },
    ),
    "Timeweb": (
        KVM,
        guest(1, 2 * GIB, 30 * GIB),
        line(24.4, 24.6),
        {
            "cpus": ("1 x 3.3 ГГц", ("write only the number", "1"), UNKNOWN),
            "memory": ("2 ГБ", "", KEPT),
            "disk_size": ("30 ГБ NVMe", "30 GB", KEPT),
            "network": ("200 Мбит/с", "", KEPT),
        },
    ),
    "hoster.kz Cloud 1-1-25": (
        KVM,
        guest(1, GIB, 25 * GIB),
        [],
        {"cpus": ("1 vCPU", "", UNKNOWN), "memory": ("1 ГБ RAM", "", KEPT), "disk_size": ("25 ГБ NVMe", "25 GB", KEPT)},
    ),
    "VDSina KVM 2/4/100, with half of the memory": (
        KVM,
        guest(2, 2 * GIB, 100 * GB),
        [],
        {
            "virtualization": ("KVM", "", KEPT),
            "memory": ("4 ГБ RAM", "", BROKEN),
            "disk_size": ("100 ГБ NVMe", "100 GB", KEPT),
        },
    ),
    "A Russian VDS": (
        KVM,
        guest(4, 8 * GIB, 160 * GIB),
        line(24.4, 24.6),
        {
            "cpus": ("4 ядра", "4", UNKNOWN),
            "memory": ("8 ГБ ОЗУ", "", KEPT),
            "disk_size": ("160 ГБ NVMe SSD", "160 GB", KEPT),
            "network": ("200+ Мбит", None, ""),
        },
    ),
    "crocuda xxs": (
        KVM,
        guest(1, GIB, 20 * GIB),
        [figure(READ, 1900, 2100)],
        {
            "memory": ("1 GiB", "", KEPT),
            "disk_size": ("20 GiB", "", KEPT),
            "sequential_read": ("up to 550MB/s", None, ""),
            "cpus": ("1", "", UNKNOWN),
        },
    ),
    "Neterra, with a controller's mirror": (
        METAL,
        server(16, int(15.6 * GIB), (500_107_862_016,), rotational="1", name="sd{}", stated=16 * GIB),
        line(5.8, 5.95),
        {
            "cpus": ("2 x Xeon E5620", None, ""),
            "memory": ("16GB", "", KEPT),
            "disk_size": ("2 x 500GB SATA", "2 x 500GB", UNKNOWN),
            "network": ("50Mbps", "", KEPT),
        },
    ),
    "ishosting Medium": (
        KVM,
        guest(3, 4 * GIB, 40 * GIB),
        line(116, 118),
        {"network": ("1 Gbit/s port", "", KEPT), "memory": ("4 GB", "", KEPT)},
    ),
    "Aliyun ECS": (
        KVM,
        guest(2, 4 * GIB, 40 * GIB),
        [],
        {
            "cpus": ("2核", "2", UNKNOWN),
            "memory": ("4G 内存", "", KEPT),
            "disk_size": ("40GB 系统盘", "40GB", KEPT),
            "network": ("5M 带宽", None, ""),
        },
    ),
    "Peramix X1, whose buyer shapes": (
        KVM,
        guest(1, GIB, 10 * GIB),
        [on(each, qdiscs=["tbf"]) for each in line(50, 51, 108, 109)],
        {"network_send": ("1TB at 100 MB/s", "100 MB/s", UNKNOWN), "network_receive": ("100 MB/s", "", KEPT)},
    ),
    "A guest of Xen, started with less than its most memory": (
        KVM,
        memory(8 * GIB, 4 * GIB) | cpus(2) | disk("xvda", 80 * GIB),
        [],
        {"memory": ("8 GB", "", UNKNOWN), "disk_size": ("80 GB", "", KEPT)},
    ),
    "A guest whose disk a driver of its own hides": (
        KVM,
        memory(2 * GIB) | cpus(2) | disk("rbd0", 40 * GB, "0"),
        [],
        {"disk_size": ("40 GB", "", KEPT), "memory": ("2 GB", "", KEPT)},
    ),
    "Hetzner server auction": (
        METAL,
        server(8, int(62.7 * GIB), (512_110_190_592,) * 2, name="sd{}"),
        [loaded(7.9, threads=8), *line(117, 118)],
        {
            "cpus": ("Intel Core i7-6700 (4c/8t)", "8", KEPT),
            "memory": ("64 GB RAM", "", KEPT),
            "disk_size": ("2x SSD SATA 512 GB", "2 x 512 GB", KEPT),
            "network": ("1 GBit/s-Port", "1 GBit/s", KEPT),
        },
    ),
    "Google e2-medium": (
        KVM,
        guest(2, 4 * GIB, 10 * GIB),
        [loaded(1.0, threads=2, steal=49.0)],
        {
            "cpus": ("2 vCPUs (1 shared core)", ("write only the number", "2"), BROKEN),
            "memory": ("4 GB memory", "", KEPT),
            "network": ("Up to 2 Gbps", None, ""),
        },
    ),
    "Google n2-standard-4": (
        KVM,
        guest(4, 16 * GIB, 100 * GIB),
        [figure(MANY, 2990, 3010), loaded((3.97,) * 9, threads=4, steal=0.1, minutes=100)],
        {
            "memory": ("16 GB", "", KEPT),
            "cpus": ("4 vCPU", "", KEPT),
            "dedicated_cpu": (True, "", KEPT),
            "disk": ("SSD persistent disk", "ssd", UNKNOWN),
            "random_read": ("3000 IOPS", "", UNKNOWN),
        },
    ),
    "IONOS VPS M, announced as VMware": (
        KVM,
        guest(2, 4 * GIB, 120 * GIB),
        [],
        {
            "virtualization": ("VMware", "", BROKEN),
            "cpus": ("2 vCore", "", UNKNOWN),
            "disk_size": ("120 GB NVMe SSD", "120 GB", KEPT),
            "network": ("bis zu 1 Gbit/s", None, ""),
        },
    ),
    "Strato, its half": (
        KVM,
        guest(2, 4 * GIB, 100 * GIB),
        [],
        {
            "cpus": ("4 vCores", "", BROKEN),
            "memory": ("8 GB RAM garantiert", "8 GB", BROKEN),
            "disk_size": ("200 GB SSD-Speicher", "200 GB", BROKEN),
        },
    ),
    "netcup RS 2000 G11": (
        KVM,
        guest(8, 16 * GIB, 512 * GIB),
        [*line(260, 265, 289, 291), loaded((7.95,) * 9, threads=8, steal=0.3, minutes=90)],
        {
            "cpus": ("8 dedicated cores", "8", KEPT),
            "dedicated_cpu": (True, "", KEPT),
            "memory": ("16 GB DDR5 RAM (ECC)", "16 GB", KEPT),
            "disk_size": ("512 GB NVMe", "512 GB", KEPT),
            "network_send": ("2.5 Gbit/s", "", BROKEN),
        },
    ),
    "OVH Rise": (
        METAL,
        server(12, int(31.2 * GIB), (450_098_159_616,) * 2),
        line(58, 59),
        {
            "network": ("500 Mbit/s unmetered and guaranteed", "500 Mbit/s", KEPT),
            "network_send": ("Guaranteed bandwidth 500 Mbit/s", "500 Mbit/s", KEPT),
            "disk_size": ("2× 450 GB SSD NVMe Soft RAID", "2 x 450 GB", KEPT),
            "memory": ("32 GB DDR4 ECC 2666 MHz", "32 GB", KEPT),
        },
    ),
    "Leaseweb": (
        METAL,
        server(96, int(251 * GIB), (3_840_755_982_336,) * 4, stated=256 * GIB),
        line(117, 118),
        {
            "cpus": ("2x AMD EPYC 7402 (48C/96T)", ("96", 96), UNKNOWN),
            "memory": ("256 GB RAM ECC (8x 32 GB)", "256 GB", KEPT),
            "disk_size": ("4 x 3.84 TB NVMe U.2", "4 x 3.84 TB", KEPT),
            "network": ("100 TB traffic (1 Gbps)", "1 Gbps", KEPT),
        },
    ),
    "Hostkey": (
        METAL,
        server(16, int(62.6 * GIB), (480_103_981_056,) * 2, name="sd{}"),
        line(117, 118),
        {
            "network": ("1 Гбит/с, безлимитный", "1 Gbit/s", KEPT),
            "memory": ("64 ГБ DDR4 ECC", "64 GB", KEPT),
            "disk_size": ("2 × 480 ГБ SSD", "2 x 480 GB", KEPT),
            "cpus": ("8 ядер / 16 потоков", "16", UNKNOWN),
        },
    ),
    "A host in Hong Kong": (
        KVM,
        guest(4, 8 * GIB, 100 * GIB),
        line(11.7, 11.9),
        {
            "cpus": ("4核心", "4", UNKNOWN),
            "memory": ("8GB内存", "8GB", KEPT),
            "disk_size": ("100GB SSD 硬盘", "100GB", KEPT),
            "network": ("100Mbps 共享带宽", "100Mbps", KEPT),
        },
    ),
    "Sakura": (
        KVM,
        guest(4, 4 * GIB, 100 * GIB),
        [],
        {
            "cpus": ("4コア", "4", UNKNOWN),
            "memory": ("4GB", "", KEPT),
            "disk_size": ("SSD 100GB", "100GB", KEPT),
            "virtualization": ("KVM", "", KEPT),
        },
    ),
    "Ikoula": (
        METAL,
        server(8, int(15.4 * GIB), (480_103_981_056,), name="sd{}"),
        line(117, 118),
        {
            "memory": ("16 Go DDR4 ECC", "16 Go", KEPT),
            "network": ("Bande passante 1 Gbps", "1 Gbps", KEPT),
            "disk_size": ("2 x 480 Go SSD", "2 x 480 Go", UNKNOWN),
        },
    ),
    "A Spanish VPS": (
        KVM,
        guest(2, 8 * GIB, 50 * GIB),
        [],
        {
            "memory": ("8 GB de RAM", "", KEPT),
            "network": ("hasta 1 Gbps", None, ""),
            "cpus": ("2 núcleos", "2", UNKNOWN),
            "disk_size": ("50 GB de disco SSD", "50 GB", KEPT),
        },
    ),
    "BuyVM Slice 1024": (
        KVM,
        guest(1, GIB, 20 * GIB),
        line(116, 118),
        {
            "cpus": ("1 Core @ 3.50+ GHz (Fair Share)", "1", UNKNOWN),
            "memory": ("1024 MB RAM", "", KEPT),
            "disk_size": ("20 GB SSD Storage", "20 GB", KEPT),
            "network": ("Unmetered 1 Gbit Port", "1 Gbit", KEPT),
        },
    ),
    "A server for storage": (
        KVM,
        guest(1, 2 * GIB, 1_000 * GB),
        [on(figure(WRITE, 1900, 2100), file_system="zfs", device_stack=[])],
        {
            "disk_size": ("1 TB HDD storage", "1 TB", KEPT),
            "random_write": ("10k IOPS", "", UNKNOWN),
            "memory": ("2048 MB RAM", "", KEPT),
        },
    ),
    "A guest that its owner started with maxcpus=1": (
        KVM,
        guest(4, 4 * GIB, 40 * GIB) | {"proc/cmdline": "quiet maxcpus=1\n", "sys/devices/system/cpu/online": "0\n"},
        [loaded(1.0, threads=1)],
        {"cpus": ("4 vCPU", "", UNKNOWN), "memory": ("4 GB", "", KEPT)},
    ),
    "A guest that its owner started with nr_cpus=2 and mem=2G": (
        KVM,
        guest(2, 2 * GIB, 40 * GIB) | {"proc/cmdline": "quiet nr_cpus=2 mem=2G\n"},
        [],
        {"cpus": ("4 vCPU", "", UNKNOWN), "memory": ("4 GB", "", UNKNOWN)},
    ),
    "Amazon metal": (
        "ec2-metal-arm",
        memory(126 * GIB) | cpus(64),
        [],
        {
            "virtualization": ("Bare Metal", "", KEPT),
            "cpus": ("64 vCPU", "", UNKNOWN),
            "memory": ("128 GiB", "", KEPT),
            "disk_size": ("EBS only", None, ""),
        },
    ),
    "A machine of two disks as one": (
        METAL,
        server(16, int(62.6 * GIB), (512_110_190_592,) * 2),
        [],
        {
            "disk_size": ("1 TB NVMe (2 × 512 GB RAID 0)", "1 TB", KEPT),
            "disk": ("NVMe SSD", "", KEPT),
            "dedicated_cpu": (True, "", KEPT),
        },
    ),
    "A guest whose buyer encrypts the disk": (
        KVM,
        guest(2, 4 * GIB, 50 * GIB),
        [on(each, device_stack=layers("dm-0", "vda", uuid="CRYPT-LUKS2-0123-root")) for each in SLOW],
        {"disk": ("SSD storage", "", UNKNOWN), "disk_size": ("50 GB disk", "", KEPT)},
    ),
    "A guest whose seller throttles to a hundredth": (
        KVM,
        guest(2, 4 * GIB, 50 * GIB),
        [figure(MANY, 295, 305), figure(WRITE, 295, 305), figure(READ, 99.5, 100.5)],
        {
            "random_read": ("30k IOPS", "", BROKEN),
            "random_write": ("30'000 IOPS", "", BROKEN),
            "sequential_read": ("500 MB per second", "", BROKEN),
        },
    ),
    "A guest with huge pages and crashkernel": (
        KVM,
        memory(16 * GIB, int(15.1 * GIB)) | cpus(4) | disk("vda", 50 * GIB),
        [],
        {"memory": ("16 GiB", "", KEPT)},
    ),
    "A guest of Hyper-V, whose balloon is not counted": (
        KVM,
        memory(4 * GIB, int(2.1 * GIB)) | cpus(2) | disk("sda", 127 * GIB),
        [],
        {"memory": ("4 GB", "", UNKNOWN), "disk_size": ("127 GiB", "", KEPT)},
    ),
}
