"""Promises against pretended hosts: what is right for each was written down before it was judged."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from hostcheck.comparison.pool import pool
from hostcheck.promise.keys import KEYS
from hostcheck.run.measured import Conditions, Sample
from hostcheck.run.origins import EMULATED_NOTE
from tests.promise.hosts import (
    BEGAN,
    GB,
    GIB,
    answer,
    by_fio,
    cpus,
    disk,
    facts_of,
    figure,
    limits,
    loaded,
    memory,
    of_unknown_limits,
    rooted,
    run_of,
    throttled,
    under,
)

KEPT, BROKEN, UNKNOWN = "kept", "broken", "cannot tell"
KVM = "kvm-hyperv-enlightened"
METAL = "surface-laptop-metal"
USUAL = memory(8 * GIB - 400 * 1024) | cpus(4) | disk("vda", 160 * GIB)
ONE, MANY, READ, WRITE = "disk.randread.qd1.iops", "disk.randread.iops", "disk.seqread.bandwidth", "disk.randwrite.iops"
FSYNC = "disk.wal.p99.seconds"
SEND, RECEIVE = "network.send.bandwidth", "network.receive.bandwidth"
NVME = [figure(ONE, 9000, 11000), figure(MANY, 90_000, 110_000), figure(READ, 1500, 1900)]
SATA = [figure(ONE, 5000, 6000), figure(MANY, 60_000, 70_000), figure(READ, 480, 520)]
SLOW = [figure(ONE, 110, 130), figure(MANY, 240, 300), figure(READ, 120, 150)]
BETWEEN = [figure(ONE, 700, 900), figure(MANY, 9000, 11_000), figure(READ, 150, 300)]
LIMITED = [throttled(ONE, 350), throttled(MANY, 350)]


def stopped(metric):
    """Return a figure of CPUs that a quota kept idle for half of the time."""
    half = Conditions(busy_percent=50.0, steal_percent=0.0)
    return replace(metric, samples=tuple(replace(each, conditions=half) for each in metric.samples))


def with_one_later(metric):
    """Return a figure whose last sample is of two hours later."""
    *others, last = metric.samples
    return replace(metric, samples=(*others, replace(last, started="2026-11-29T02:00:00.000Z")))


HOSTS = {
    "an honest guest": (
        KVM,
        USUAL,
        [*NVME, loaded(3.97, threads=4)],
        {
            'virtualization = "kvm"': KEPT,
            "cpus = 4": KEPT,
            'memory = "8 GB"': KEPT,
            'disk = "nvme"': KEPT,
            'disk_size = "160 GB"': KEPT,
            'disk_size = "160 GiB"': KEPT,
            'memory = "8 GiB"': KEPT,
            "dedicated_cpu = true": UNKNOWN,
            'network = "1 Gbit/s"': UNKNOWN,
            'engine = "docker"': UNKNOWN,
            'location = "NO"': UNKNOWN,
        },
    ),
    "half of the memory": (KVM, USUAL | memory(4 * GIB), [], {'memory = "8 GB"': BROKEN, 'memory = "4 GB"': KEPT}),
    "memory that was added and is not online": (
        KVM,
        USUAL | memory(4 * GIB, offline=4 * GIB),
        [],
        {'memory = "8 GB"': UNKNOWN, 'memory = "4 GB"': KEPT, 'memory = "16 GB"': BROKEN},
    ),
    "dynamic memory of Hyper-V": (
        KVM,
        USUAL | memory(4 * GIB, adds="vmbus/drivers/hv_balloon/1eccfd72-4b41-45ef-b73a-4a6e44c12924"),
        [],
        {'memory = "8 GB"': UNKNOWN, 'memory = "4 GB"': KEPT},
    ),
    "memory that virtio-mem adds": (
        KVM,
        USUAL | memory(4 * GIB, adds="virtio/drivers/virtio_mem/virtio3"),
        [],
        {'memory = "8 GB"': UNKNOWN, 'memory = "4 GB"': KEPT},
    ),
    "a driver that adds memory, without a device": (
        KVM,
        USUAL | memory(4 * GIB, adds="vmbus/drivers/hv_balloon/module"),
        [],
        {'memory = "8 GB"': BROKEN, 'memory = "4 GB"': KEPT},
    ),
    "a hypervisor of which it is unknown whether it adds memory": (
        KVM,
        {path: text for path, text in (USUAL | memory(4 * GIB)).items() if not path.startswith("sys/bus")},
        [],
        {'memory = "8 GB"': UNKNOWN, 'memory = "4 GB"': KEPT},
    ),
    "memory whose blocks are unknown": (
        KVM,
        USUAL | memory(4 * GIB) | {"sys/devices/system/memory/block_size_bytes": "many\n"},
        [],
        {'memory = "8 GB"': UNKNOWN, 'memory = "4 GB"': KEPT},
    ),
    "a balloon that holds half": (
        KVM,
        USUAL | memory(8 * GIB, 4 * GIB, balloon=4 * GIB),
        [],
        {
            'memory = "8 GB"': BROKEN,
            'memory = "4 GB"': KEPT,
        },
    ),
    "a balloon driver that holds nothing": (KVM, USUAL | memory(8 * GIB, balloon=0), [], {'memory = "8 GB"': KEPT}),
    "7.75 GiB shown, and nothing else known": (
        KVM,
        memory(0, int(7.75 * GIB), zones=False),
        [],
        {
            'memory = "8 GB"': KEPT,
            'memory = "8 GiB"': KEPT,
            'memory = "16 GB"': BROKEN,
        },
    ),
    "7.3 GiB shown, and nothing else known": (
        KVM,
        memory(0, int(7.3 * GIB), zones=False),
        [],
        {
            'memory = "8 GiB"': UNKNOWN,
        },
    ),
    "firmware that states and keeps": (KVM, memory(int(7.7 * GIB), stated=8 * GIB), [], {'memory = "8 GiB"': KEPT}),
    "firmware that states far more than was given": (
        KVM,
        memory(4 * GIB, stated=8 * GIB),
        [],
        {
            'memory = "8 GiB"': UNKNOWN,
            'memory = "16 GiB"': BROKEN,
        },
    ),
    "a notebook's graphics take a part": (METAL, memory(int(15.3 * GIB)), [], {'memory = "16 GiB"': KEPT}),
    "a guest's own limit of memory": (
        KVM,
        USUAL | limits(memory_max=2 * GIB),
        [],
        {
            'memory = "8 GB"': KEPT,
            'memory = "2 GB"': KEPT,
            'memory = "16 GB"': BROKEN,
        },
    ),
    "a guest's own limits on all of it": (
        KVM,
        USUAL | limits(of_all=True, memory_max=2 * GIB, cpu_max="50000 100000"),
        [],
        {'memory = "8 GB"': KEPT, "cpus = 1": UNKNOWN},
    ),
    "a guest's own quota of half a CPU": (
        KVM,
        USUAL | limits(cpu_max="50000 100000"),
        [loaded(0.5, threads=4, stops=99.0)],
        {"cpus = 1": UNKNOWN},
    ),
    "a guest's own mask": (KVM, USUAL | cpus(4, own=1), [], {"cpus = 4": UNKNOWN}),
    "a machine's own mask and limits": (
        METAL,
        memory(16 * GIB) | cpus(4, own=1) | limits(memory_max=2 * GIB),
        [],
        {"cpus = 4": UNKNOWN, "cpus = 8": BROKEN, 'memory = "16 GiB"': KEPT},
    ),
    "a kernel that leaves CPUs and memory out": (
        KVM,
        memory(4 * GIB) | cpus(2, parameters="ro mem=4G nr_cpus=2"),
        [],
        {"cpus = 4": UNKNOWN, 'memory = "8 GB"': UNKNOWN, 'memory = "4 GB"': KEPT},
    ),
    "a kernel whose parameters cannot be read": (
        KVM,
        {name: text for name, text in (memory(4 * GIB) | cpus(2)).items() if name != "proc/cmdline"},
        [],
        {"cpus = 4": UNKNOWN, 'memory = "8 GB"': UNKNOWN},
    ),
    "fewer CPUs": (KVM, USUAL | cpus(2), [loaded(1.99, threads=2)], {"cpus = 4": BROKEN, "cpus = 2": KEPT}),
    "the right count, without load": (KVM, USUAL, [], {"cpus = 4": UNKNOWN}),
    "CPUs that others take": (KVM, USUAL, [loaded(2.4, threads=4, steal=39.0)], {"cpus = 4": BROKEN}),
    "CPUs that a quota of the guest's own stops": (
        KVM,
        USUAL,
        [loaded(2.0, threads=4, stops=80.0)],
        {"cpus = 4": UNKNOWN},
    ),
    "CPUs that other work here takes": (KVM, USUAL, [loaded(2.5, threads=4)], {"cpus = 4": UNKNOWN}),
    "CPUs that vary": (KVM, USUAL, [loaded((3.9, 3.0, 3.9), threads=4, steal=(0.0, 22.0, 0.0))], {"cpus = 4": UNKNOWN}),
    "CPUs that other work takes, and a quota outside stops now and then": (
        KVM,
        USUAL,
        [loaded(2.0, threads=4, stops=20.0)],
        {"cpus = 4": UNKNOWN},
    ),
    "two threads on four CPUs": (KVM, USUAL, [loaded(1.4, threads=2, stops=50.0)], {"cpus = 4": UNKNOWN}),
    "a guest whose disk is called NVMe": (KVM, disk("nvme0n1", GB, "0"), [], {'disk = "nvme"': UNKNOWN}),
    "no steal for two hours": (
        KVM,
        USUAL,
        [loaded((3.98,) * 9, threads=4, minutes=120)],
        {
            "dedicated_cpu = true": KEPT,
        },
    ),
    "a little steal for two hours": (
        KVM,
        USUAL,
        [loaded((3.98,) * 9, threads=4, steal=0.2, minutes=120)],
        {
            "dedicated_cpu = true": KEPT,
        },
    ),
    "steal for two hours": (
        KVM,
        USUAL,
        [loaded((3.6,) * 9, threads=4, steal=9.0, minutes=120)],
        {
            "dedicated_cpu = true": BROKEN,
        },
    ),
    "steal in most of two hours": (
        KVM,
        USUAL,
        [loaded((3.6,) * 9, threads=4, steal=(9.0,) * 6 + (0.0,) * 3, minutes=120)],
        {"dedicated_cpu = true": BROKEN},
    ),
    "steal of 3 % in four samples of seven": (
        KVM,
        USUAL,
        [loaded((3.9,) * 7, threads=4, steal=(3.0,) * 4 + (0.0,) * 3, minutes=120)],
        {"dedicated_cpu = true": UNKNOWN},
    ),
    "steal of 3 % in five samples of seven": (
        KVM,
        USUAL,
        [loaded((3.9,) * 7, threads=4, steal=(3.0,) * 5 + (0.0,) * 2, minutes=120)],
        {"dedicated_cpu = true": BROKEN},
    ),
    "steal in one sample of nine": (
        KVM,
        USUAL,
        [loaded((3.9,) * 9, threads=4, steal=(9.0,) + (0.0,) * 8, minutes=120)],
        {"dedicated_cpu = true": UNKNOWN},
    ),
    "steal for ten minutes": (
        KVM,
        USUAL,
        [loaded((3.6,) * 9, threads=4, steal=9.0, minutes=10)],
        {
            "dedicated_cpu = true": UNKNOWN,
        },
    ),
    "a kernel that may not count steal": (
        KVM,
        USUAL | cpus(4, stat="cpu  50 0 30 10 0 0 0 0 0 0\n"),
        [loaded((3.98,) * 9, threads=4, minutes=120)],
        {"dedicated_cpu = true": UNKNOWN},
    ),
    "CPUs of a figure that does not count": (
        KVM,
        USUAL,
        [replace(loaded((2.0,) * 9, threads=4, steal=40.0, minutes=120), state="invalid")],
        {"cpus = 4": UNKNOWN, "dedicated_cpu = true": UNKNOWN},
    ),
    "no steal while a quota stops the load": (
        KVM,
        USUAL,
        [stopped(loaded((2.0,) * 9, threads=4, minutes=120))],
        {"dedicated_cpu = true": UNKNOWN},
    ),
    "no steal in a minute, and an hour later": (
        KVM,
        USUAL,
        [with_one_later(loaded((3.98,) * 6, threads=4, minutes=1))],
        {"dedicated_cpu = true": UNKNOWN},
    ),
    "a machine of its own": (
        METAL,
        memory(16 * GIB) | disk("nvme0n1", 512 * GB, "0") | disk("nvme1n1", 512 * GB, "0"),
        [],
        {
            'virtualization = "bare metal"': KEPT,
            'virtualization = "kvm"': BROKEN,
            "dedicated_cpu = true": KEPT,
            'disk = "nvme"': KEPT,
            'disk = "ssd"': KEPT,
            'disk_size = "2 x 512 GB"': KEPT,
            'disk_size = "3 x 512 GB"': UNKNOWN,
            'disk_size = "2 x 1 TB"': BROKEN,
            'disk_size = "1 TB"': KEPT,
        },
    ),
    "a SATA SSD": (KVM, USUAL, SATA, {'disk = "ssd"': KEPT, 'disk = "nvme"': UNKNOWN}),
    "a disk that turns": (KVM, USUAL, SLOW, {'disk = "ssd"': BROKEN, 'disk = "nvme"': BROKEN}),
    "a disk that turns, beside another in a guest": (
        KVM,
        USUAL | disk("vdb", 1000 * GB),
        SLOW,
        {'disk = "ssd"': UNKNOWN, 'disk = "nvme"': UNKNOWN},
    ),
    "a disk that turns, beside flash in a machine": (
        METAL,
        memory(16 * GIB) | disk("sda", 4000 * GB) | disk("nvme0n1", 512 * GB, "0"),
        SLOW,
        {'disk = "nvme"': UNKNOWN},
    ),
    "two disks that turn in a machine": (
        METAL,
        memory(16 * GIB) | disk("sda", 4000 * GB) | disk("sdb", 4000 * GB),
        SLOW,
        {'disk = "nvme"': BROKEN, 'disk = "ssd"': BROKEN},
    ),
    "a disk behind a network": (KVM, USUAL, BETWEEN, {'disk = "ssd"': UNKNOWN, 'disk = "nvme"': UNKNOWN}),
    "an I/O limit": (
        KVM,
        USUAL,
        LIMITED,
        {
            'disk = "nvme"': UNKNOWN,
            'disk = "ssd"': UNKNOWN,
            'random_read = ">= 25000 IOPS"': BROKEN,
        },
    ),
    "a smaller disk": (
        KVM,
        USUAL | disk("vda", 80 * GB),
        [],
        {'disk_size = "160 GB"': BROKEN, 'disk_size = "80 GB"': KEPT},
    ),
    "one disk as large as two": (
        KVM,
        USUAL | disk("vda", 1024 * GB),
        [],
        {'disk_size = "2 x 512 GB"': UNKNOWN, 'disk_size = "1024 GB"': KEPT, 'disk_size = "2 TB"': BROKEN},
    ),
    "two disks that a controller mirrors": (
        METAL,
        memory(16 * GIB) | disk("sda", 960 * GB, "0") | disk("sdb", 32 * GB, "0"),
        [],
        {
            'disk_size = "2 x 960 GB"': UNKNOWN,
            'disk_size = "1920 GB"': UNKNOWN,
            'disk_size = "4 TB"': BROKEN,
            'disk_size = "2 x 2 TB"': BROKEN,
        },
    ),
    "a disk that is a little rounded": (
        KVM,
        USUAL | disk("vda", 160 * GB - (4 << 20)),
        [],
        {'disk_size = "160 GB"': KEPT},
    ),
    "a volume beside the disk of the system": (
        KVM,
        USUAL | disk("vda", 40 * GB) | disk("vdb", 200 * GB) | rooted("vda"),
        [],
        {
            'disk_size = "40 GB"': KEPT,
            'disk_size = "160 GB"': UNKNOWN,
            'disk_size = "300 GB"': BROKEN,
            'disk_size = "2 x 40 GB"': KEPT,
        },
    ),
    "a volume beside a disk that is large enough": (
        KVM,
        USUAL | disk("vda", 200 * GB) | disk("vdb", 160 * GB) | rooted("vdb"),
        [],
        {'disk_size = "160 GB"': KEPT, 'disk_size = "200 GB"': UNKNOWN},
    ),
    "two disks of a machine": (
        METAL,
        memory(16 * GIB) | disk("sda", 480 * GB, "0") | disk("sdb", 480 * GB, "0") | rooted("sda"),
        [],
        {'disk_size = "960 GB"': KEPT, 'disk_size = "480 GB"': KEPT},
    ),
    "two disks together": (
        KVM,
        USUAL | disk("vda", 80 * GB) | disk("vdb", 80 * GB),
        [],
        {'disk_size = "160 GB"': UNKNOWN, 'disk_size = "80 GB"': KEPT, 'disk_size = "2 x 80 GB"': KEPT},
    ),
    "a root on a volume of LVM beside a larger disk": (
        KVM,
        USUAL | disk("vda", 40 * GB) | disk("vdb", 200 * GB) | rooted("dm-0"),
        [],
        {'disk_size = "160 GB"': UNKNOWN, 'disk_size = "40 GB"': KEPT},
    ),
    "figures above": (
        KVM,
        USUAL,
        [figure(WRITE, 26_000, 40_000), figure(FSYNC, 0.002, 0.004)],
        {
            'random_write = ">= 25000 IOPS"': KEPT,
            'random_write = "25K"': KEPT,
            'fsync_p99 = "<= 10 ms"': KEPT,
        },
    ),
    "figures below": (
        KVM,
        USUAL,
        [figure(WRITE, 300, 400), figure(FSYNC, 0.02, 0.04)],
        {
            'random_write = ">= 25000 IOPS"': BROKEN,
            'fsync_p99 = "10 ms"': BROKEN,
        },
    ),
    "a guest's own limit of writes": (
        KVM,
        USUAL,
        [
            under(figure(WRITE, 300, 400), {"wiops": 350}),
            under(figure(FSYNC, 0.02, 0.04), {"wbps": 10_000_000}),
            under(figure(READ, 100, 110), {"wiops": 350}),
        ],
        {
            'random_write = "25K"': UNKNOWN,
            'fsync_p99 = "10 ms"': UNKNOWN,
            # What limits writes slows no reads.
            'sequential_read = "400 MB/s"': BROKEN,
            'random_write = "200 IOPS"': KEPT,
        },
    ),
    "a guest's own limit above what was promised": (
        KVM,
        USUAL,
        [under(figure(WRITE, 300, 400), {"wiops": 30_000}), under(figure(READ, 100, 110), {"rbps": 500_000_000})],
        {'random_write = "25K"': BROKEN, 'sequential_read = "400 MB/s"': BROKEN, 'sequential_read = "1 GB/s"': UNKNOWN},
    ),
    "a guest that protects others from its reads": (
        KVM,
        USUAL,
        [under(figure(ONE, 110, 130), {"target": 75_000})],
        {'disk = "ssd"': UNKNOWN, "random_read = 1": UNKNOWN, f'"{ONE}" = 9000': UNKNOWN},
    ),
    "a guest whose limits of I/O are unknown": (
        KVM,
        USUAL,
        [of_unknown_limits(figure(WRITE, 300, 400)), of_unknown_limits(figure(ONE, 110, 130))],
        {'random_write = "25K"': UNKNOWN, 'random_write = "200 IOPS"': KEPT, 'disk = "nvme"': UNKNOWN},
    ),
    "LXC that the seller limits, and its user too": (
        "lxc-in-vmware",
        {},
        [
            under(figure(WRITE, 300, 400), {"wiops": 350}, {"wiops": 350}),
            under(figure(READ, 100, 110), {"rbps": 105_000_000}, {"rbps": 400_000_000}),
        ],
        {'random_write = "25K"': BROKEN, 'sequential_read = "300 MB/s"': UNKNOWN},
    ),
    "a container of Docker with a limit": (
        "docker-cgroup2-in-kvm",
        {},
        [under(figure(WRITE, 300, 400), {"wiops": 350}, {"wiops": 350}), figure(READ, 100, 110)],
        {'random_write = "25K"': UNKNOWN, 'sequential_read = "300 MB/s"': UNKNOWN},
    ),
    "figures that touch": (
        KVM,
        USUAL,
        [figure(WRITE, 24_000, 26_000), figure(FSYNC, 0.009, 0.011)],
        {
            'random_write = ">= 25000 IOPS"': UNKNOWN,
            'fsync_p99 = "10 ms"': UNKNOWN,
        },
    ),
    "commits alone": (
        KVM,
        USUAL,
        [figure(FSYNC, 0.0001, 0.0002)],
        {'fsync_p99 = "<= 1 ms"': KEPT, 'fsync_p99 = "50 µs"': BROKEN},
    ),
    "a sequential rate above, below and in between": (
        KVM,
        USUAL,
        [figure(READ, 480, 520), figure("disk.seqwrite.bandwidth", 480, 520)],
        {
            'sequential_read = "400 MB/s"': KEPT,
            'sequential_write = "400 MB/s"': KEPT,
            'sequential_read = "1 GB/s"': BROKEN,
            'sequential_write = "1 GB/s"': BROKEN,
            'sequential_read = "500 MB/s"': UNKNOWN,
            'sequential_write = "500 MB/s"': UNKNOWN,
        },
    ),
    "figures of a quick run": (
        KVM,
        USUAL,
        [figure(MANY, 90_000, 110_000), figure(READ, 1500, 1900)],
        {'disk = "nvme"': UNKNOWN, 'disk = "ssd"': UNKNOWN},
    ),
    "no figures": (KVM, USUAL, [], {'fsync_p99 = "<= 1 ms"': UNKNOWN, 'random_read = "1K"': UNKNOWN}),
    "figures that others published": (
        KVM,
        USUAL,
        [figure(WRITE, 300, 400, state="published")],
        {
            'random_write = ">= 25000 IOPS"': UNKNOWN,
        },
    ),
    "figures with a source": (
        KVM,
        USUAL,
        [figure(WRITE, 300, 400, source="https://example.com/review")],
        {'random_write = ">= 25000 IOPS"': UNKNOWN},
    ),
    "fio was the limit": (KVM, USUAL, [by_fio(WRITE, 300_000, 400_000)], {'random_write = "500K IOPS"': UNKNOWN}),
    "a line of a gigabit": (
        KVM,
        USUAL,
        [figure(SEND, 116, 118), figure(RECEIVE, 115, 118)],
        {
            'network = "1 Gbit/s"': KEPT,
            'network_send = ">= 1 Gbps"': KEPT,
            'network_receive = "125 MB/s"': KEPT,
        },
    ),
    "a line of 100 megabits": (
        KVM,
        USUAL,
        [figure(SEND, 11.6, 11.8), figure(RECEIVE, 116, 118)],
        {
            'network = "1 Gbit/s"': BROKEN,
            'network_send = "1 Gbit/s"': BROKEN,
            'network_receive = "1 Gbit/s"': KEPT,
        },
    ),
    "a line that several streams fill": (
        KVM,
        USUAL,
        [figure(SEND, 40, 50), figure("network.send.parallel.bandwidth", 115, 117), figure(RECEIVE, 115, 117)],
        {'network = "1 Gbit/s"': KEPT, 'network_send = "10 Gbit/s"': UNKNOWN},
    ),
    "a line to a peer that sends little": (
        KVM,
        USUAL,
        [figure(SEND, 116, 118), figure(RECEIVE, 11.6, 11.8)],
        {
            'network = "1 Gbit/s"': UNKNOWN,
            'network_receive = "1 Gbit/s"': UNKNOWN,
            f'"{RECEIVE}" = "100 MB/s"': UNKNOWN,
        },
    ),
    "a line to this host itself": (
        KVM,
        USUAL,
        [
            figure(each, 5000, 6000, settings={"peer": peer})
            for each, peer in ((SEND, "[::1]:5201"), (RECEIVE, "localhost:5201"))
        ],
        {
            'network = "1 Gbit/s"': UNKNOWN,
            'network_send = "1 Gbit/s"': UNKNOWN,
            'network_receive = "100 Gbit/s"': UNKNOWN,
        },
    ),
    "a line to an address of this host": (
        KVM,
        USUAL,
        [replace(figure(SEND, 5000, 6000), samples=(Sample(5500, detail={"own_address": True}),))],
        {'network_send = "1 Gbit/s"': UNKNOWN},
    ),
    "a line that moves": (
        KVM,
        USUAL,
        [figure(SEND, 90, 130), figure(RECEIVE, 116, 118)],
        {'network = "1 Gbit/s"': UNKNOWN},
    ),
    "Docker in a guest": (
        "docker-cgroup2-in-kvm",
        {},
        [],
        {
            'virtualization = "kvm"': UNKNOWN,
            'memory = "8 GB"': UNKNOWN,
            'disk_size = "160 GB"': UNKNOWN,
        },
    ),
    "Podman in a guest": (
        "podman-env-oci",
        USUAL,
        [],
        {
            'virtualization = "kvm"': UNKNOWN,
            'memory = "8 GB"': UNKNOWN,
            'disk_size = "160 GB"': UNKNOWN,
        },
    ),
    "a container that its user limited": (
        "podman-env-oci",
        USUAL | limits(memory_max=2 * GIB, cpu_max="50000 100000") | cpus(2),
        [],
        {
            'memory = "8 GB"': UNKNOWN,
            'memory = "1 GB"': UNKNOWN,
            "cpus = 4": UNKNOWN,
            "cpus = 1": UNKNOWN,
            'virtualization = "lxc"': UNKNOWN,
        },
    ),
    "LXC with limits": (
        "lxc-in-vmware",
        limits(of_all=True, memory_max=2 * GIB, cpu_max="50000 100000"),
        [],
        {'memory = "8 GB"': BROKEN, 'memory = "1 GB"': KEPT, "cpus = 1": BROKEN},
    ),
    "LXC with limits that its user set within it": (
        "lxc-in-vmware",
        cpus(4, own=1) | limits(memory_max=2 * GIB, cpu_max="50000 100000"),
        [],
        {'memory = "8 GB"': UNKNOWN, "cpus = 1": UNKNOWN, "cpus = 4": UNKNOWN, "cpus = 8": BROKEN},
    ),
    "OpenVZ sold as KVM": (
        "openvz-guest-in-xen-free-host",
        memory(0, 2 * GIB, zones=False),
        [],
        {
            'virtualization = "kvm"': BROKEN,
            'virtualization = "openvz"': KEPT,
            'memory = "2 GB"': KEPT,
            'memory = "8 GB"': BROKEN,
            'engine = "docker"': BROKEN,
            'engine = ["podman"]': BROKEN,
        },
    ),
    "LXC sold as KVM": (
        "lxc-in-vmware",
        {},
        [],
        {'virtualization = "vmware"': UNKNOWN, 'virtualization = "kvm"': BROKEN, 'virtualization = "lxc"': KEPT},
    ),
    "a machine on which its owner runs Xen": (
        "xen-dom0-not-nested",
        memory(4 * GIB) | cpus(2),
        [],
        {
            'virtualization = "kvm"': UNKNOWN,
            'virtualization = "bare metal"': UNKNOWN,
            'memory = "16 GB"': UNKNOWN,
            "cpus = 4": UNKNOWN,
        },
    ),
    "KVM sold as QEMU": (KVM, {}, [], {'virtualization = "qemu"': KEPT, 'virtualization = "xen"': BROKEN}),
    "LXC sold as LXD": ("lxc-in-vmware", {}, [], {f'virtualization = "{name}"': KEPT for name in ("lxd", "incus")}),
    "LXC with a limit in whole pages": (
        "lxc-in-vmware",
        limits(of_all=True, memory_max=499_998_720),
        [],
        {'memory = "500 MB"': KEPT, 'memory = "501 MB"': BROKEN},
    ),
    "a machine whose firmware cannot be read": (
        METAL,
        memory(6 * GIB),
        [],
        {'memory = "8 GiB"': UNKNOWN, 'memory = "32 GB"': UNKNOWN, 'memory = "6 GB"': KEPT},
    ),
    "a stale file of Docker": ("stale-dockerenv-on-kvm", {}, [], {'virtualization = "kvm"': KEPT}),
    "User Mode Linux sold as KVM": ("uml-inside-kvm", {}, [], {'virtualization = "kvm"': BROKEN}),
    "a rented machine of Amazon": (
        "ec2-metal-arm",
        {},
        [],
        {
            'virtualization = "bare metal"': KEPT,
            'virtualization = "kvm"': BROKEN,
            "dedicated_cpu = true": KEPT,
        },
    ),
    "a guest sold as a machine": (KVM, {}, [], {'virtualization = "dedicated server"': BROKEN}),
    "Debian as installed": (
        "debian-13",
        {},
        [],
        {
            'engine = "docker"': KEPT,
            'engine = ["docker", "podman"]': KEPT,
            # Its owner installs a container runtime, and loads modules.
            'engine = ["docker", "kubernetes"]': UNKNOWN,
        },
    ),
    "RHEL as installed": ("rhel-10", {}, [], {'engine = "docker"': UNKNOWN, 'engine = "podman"': KEPT}),
    "a captured root with little in it": (
        KVM,
        {},
        [],
        {
            'engine = ["docker"]': UNKNOWN,
            'memory = "8 GB"': UNKNOWN,
            'disk_size = "1 GB"': UNKNOWN,
            "cpus = 1": UNKNOWN,
        },
    ),
}
"""Name of each host: captured root, further files, figures, and the right answer to each line."""


@pytest.mark.parametrize("name", HOSTS)
def test_each_line_is_answered_as_is_right_for_the_host(tmp_path, name):
    root, files, figures, expected = HOSTS[name]
    run = run_of(facts_of(tmp_path, root, files), figures)
    sold_as = {"lxc-in-vmware": "lxc"}.get(root, "")
    found = {row: answer(tmp_path, row, run, "" if row.startswith("virtualization") else sold_as) for row in expected}
    wrong = {row: f.judged for row, f in found.items() if f.judged.answer != expected[row]}
    assert wrong == {}
    for finding in found.values():
        judged = finding.judged
        assert judged.found
        assert judged.changes
        assert bool(judged.sure) == (judged.answer != UNKNOWN)
        assert judged.how or finding.line.key == "location"
        assert judged.evidence or judged.answer == UNKNOWN


def test_each_key_has_each_answer_at_least_twice():
    keys = Counter((row.split(" = ")[0], right) for *_, expected in HOSTS.values() for row, right in expected.items())
    families = {
        "random_read": "random_write",
        "sequential_read": "sequential_write",
        "network_send": "network",
        "network_receive": "network",
    }
    counted = Counter()
    for (key, right), number in keys.items():
        counted[families.get(key, key), right] += number
    # Where a host is, is judged in test_location.py.
    asked = {families.get(key, key) for key in KEYS} - {"location"}
    few = {(key, right) for key in asked for right in (KEPT, BROKEN, UNKNOWN) if counted[key, right] < 2}
    assert few == set()
    assert len(HOSTS) >= 30


def test_what_a_quick_run_leaves_out_is_named_with_what_measures_it(tmp_path):
    run = run_of(facts_of(tmp_path, KVM, USUAL), [figure(MANY, 90_000, 110_000), figure(READ, 1500, 1900)])
    judged = answer(tmp_path, 'disk = "nvme"', run).judged
    assert f"{ONE} was not measured (random reads, one at a time; bench --quick leaves them out)" in judged.found
    assert "--quick" not in judged.command


@pytest.mark.parametrize("imported", [False, True])
def test_figures_of_an_emulated_disk_and_of_other_programs_decide_nothing(tmp_path, imported):
    figures = [figure(WRITE, 300, 400), figure(ONE, 110, 130), figure(FSYNC, 0.02, 0.04), loaded(3.97, threads=4)]
    if imported:
        figures = [
            replace(each, samples=tuple(replace(sample, detail={"read_from": "jobs[0]"}) for sample in each.samples))
            for each in figures[:3]
        ]
    run = run_of(facts_of(tmp_path, KVM, USUAL), figures)
    run = run if imported else replace(run, notes=(f"{EMULATED_NOTE}350 IOPS",))
    for row in ("random_write = 25000", 'disk = "ssd"', 'fsync_p99 = "10 ms"', f'"{WRITE}" = 100'):
        assert answer(tmp_path, row, run).judged.answer == UNKNOWN, row
    assert answer(tmp_path, "cpus = 4", run).judged.answer == (UNKNOWN if imported else KEPT)


@pytest.mark.parametrize(("steal", "right"), [(0.1, KEPT), (9.0, BROKEN)])
def test_the_visits_of_an_endurance_show_dedicated_cpus(tmp_path, steal, right):
    facts = facts_of(tmp_path, KVM, USUAL)
    first = loaded(3.97, threads=4, steal=steal)
    visits = []
    for number in range(48):
        began = (BEGAN + timedelta(minutes=30 * number + number % 7)).isoformat(timespec="milliseconds")
        sample = replace(first.samples[0], seconds=2.0, started=began.replace("+00:00", "Z"))
        visits.append(run_of(facts, [replace(first, samples=(sample,), interval=None)]))
    judged = answer(tmp_path, "dedicated_cpu = true", pool(visits)).judged
    assert (judged.answer, "in 48 samples under load over 23" in judged.found) == (right, True)


def test_the_class_of_a_disk_has_seeks_against_sequences_and_fdatasync_as_evidence(tmp_path):
    run = run_of(facts_of(tmp_path, KVM, USUAL), [*SLOW, figure(FSYNC, 0.02, 0.03)])
    judged = answer(tmp_path, 'disk = "ssd"', run).judged
    assert judged.answer == BROKEN
    assert "0.923 – 1.36 MB are read in sequence in the time of one random read" in judged.evidence
    assert "fdatasync, 99th percentile: 20.0 ms – 30.0 ms" in judged.evidence


@pytest.mark.parametrize(
    ("busy", "stops", "said"),
    [
        (99.0, None, "other work on this host took most of the rest"),
        (60.0, None, "most of the rest was idle: neither other work here nor steal took it"),
        (60.0, 90.0, "a control group's quota stopped the threads"),
        (None, None, "the cause of the rest was not measured"),
    ],
)
def test_what_took_the_cpus_is_said_as_it_was_measured(tmp_path, busy, stops, said):
    metric = loaded(2.0, threads=4, stops=stops)
    conditions = Conditions(busy_percent=busy, steal_percent=0.0)
    metric = replace(metric, samples=tuple(replace(each, conditions=conditions) for each in metric.samples))
    judged = answer(tmp_path, "cpus = 4", run_of(facts_of(tmp_path, KVM, USUAL), [metric])).judged
    assert (judged.answer, judged.found.partition(": ")[2]) == (UNKNOWN, said)


@pytest.mark.parametrize("high", [3, 5])
def test_the_finding_on_dedicated_cpus_has_the_rule(tmp_path, high):
    metric = loaded((3.9,) * 7, threads=4, steal=(3.0,) * high + (0.0,) * (7 - high), minutes=120)
    judged = answer(tmp_path, "dedicated_cpu = true", run_of(facts_of(tmp_path, KVM, USUAL), [metric])).judged
    assert "broken is a median and a mean above 2 %, and kept is each sample below 1 %" in judged.found
