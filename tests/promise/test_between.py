"""What the buyer may have put between hostcheck and the seller's disk or network breaks no line."""

from dataclasses import replace

import pytest

from tests.promise.hosts import answer, cpus, disk, facts_of, figure, layers, limits, memory, on, run_of

GIB = 1 << 30
KEPT, BROKEN, UNKNOWN = "kept", "broken", "cannot tell"
KVM = "kvm-hyperv-enlightened"
USUAL = memory(8 * GIB) | cpus(4) | disk("vda", 160 * GIB)
ONE, MANY, READ, WRITE = "disk.randread.qd1.iops", "disk.randread.iops", "disk.seqread.bandwidth", "disk.randwrite.iops"
FSYNC = "disk.wal.p99.seconds"
SEND, RECEIVE = "network.send.bandwidth", "network.receive.bandwidth"
NVME = [figure(ONE, 9000, 11000), figure(MANY, 90_000, 110_000), figure(READ, 1500, 1900)]
SLOW = [figure(ONE, 110, 130), figure(MANY, 240, 300), figure(READ, 120, 150)]
SHORT = {
    "a loop device": {"device_stack": layers("loop0", backing_file="/d/image", direct_io="1", scheduler="none")},
    "encryption": {"device_stack": layers("dm-0", "vda", uuid="CRYPT-LUKS2-0123-vault")},
    "an array": {"device_stack": layers("md0", "vda", "vdb", raid="raid1")},
    "a cached volume": {"device_stack": layers("dm-2", "vda", uuid=f"LVM-{'a' * 64}-real")},
    "a disk of another machine": {"device_stack": layers("nbd0")},
    "a disk by USB or iSCSI": {"device_stack": [{"name": "sdz", "scheduler": "none"}]},
    "no device": {"device_stack": []},
    "a file system of a server": {"file_system": "nfs4", "device_stack": []},
    "a file system of a program": {"file_system": "fuse.sshfs"},
    "a file system that copies on write": {"file_system": "btrfs"},
    "an option of the mount": {"mount_options": "rw,sync"},
    "an option that is not known": {"mount_options": "rw,of-tomorrow=1"},
    "a scheduler": {"device_stack": [{"name": "vda", "bus": "virtio", "scheduler": "bfq"}]},
    "other work": {"crowded": True},
    "a busy host": {"forced": ["busy"]},
}
IN_MEMORY = {
    "tmpfs": {"file_system": "tmpfs", "device_stack": []},
    "zram": {"device_stack": layers("zram0", scheduler="none")},
    "brd": {"device_stack": layers("ram0")},
    "a loop device on tmpfs": {"device_stack": layers("loop0", backing_file_system="tmpfs", direct_io="1")},
    "a loop device that is cached": {"device_stack": layers("loop0", backing_file_system="ext4", direct_io="0")},
    "a loop device whose file is unknown": {"device_stack": layers("loop0", direct_io="1")},
    "a file system of a server": {"file_system": "nfs4", "device_stack": []},
}


@pytest.mark.parametrize("name", SHORT)
def test_what_may_slow_a_disk_breaks_no_line(tmp_path, name):
    figures = [on(each, **SHORT[name]) for each in (figure(WRITE, 300, 400), figure(FSYNC, 0.02, 0.04), *SLOW)]
    run = run_of(facts_of(tmp_path, KVM, USUAL), figures)
    for row in ('random_write = "25K"', 'fsync_p99 = "10 ms"', 'disk = "ssd"', f'"{ONE}" = 9000'):
        assert answer(tmp_path, row, run).judged.answer == UNKNOWN, row


def test_a_record_without_what_is_before_a_disk_breaks_no_line(tmp_path):
    figures = [figure(WRITE, 300, 400), *SLOW]
    bare = {"io_limits": {}, "io_limits_of_first": {}}
    figures = [replace(each, samples=tuple(replace(one, detail=bare) for one in each.samples)) for each in figures]
    run = run_of(facts_of(tmp_path, KVM, USUAL), figures)
    for row in ('random_write = "25K"', 'disk = "ssd"'):
        assert answer(tmp_path, row, run).judged.answer == UNKNOWN, row


def test_a_plain_volume_and_options_of_images_are_no_excuse(tmp_path):
    volume = layers("dm-0", "vda", uuid=f"LVM-{'a' * 64}")
    plain = on(figure(WRITE, 300, 400), device_stack=volume, mount_options="rw,relatime,discard,commit=30")
    commits = on(figure(FSYNC, 0.02, 0.04), mount_options="rw,relatime,discard")
    run = run_of(facts_of(tmp_path, KVM, USUAL), [plain, commits])
    assert answer(tmp_path, 'random_write = "25K"', run).judged.answer == BROKEN
    assert answer(tmp_path, 'fsync_p99 = "10 ms"', run).judged.answer == UNKNOWN


@pytest.mark.parametrize("name", IN_MEMORY)
def test_memory_keeps_no_promise_of_a_disk(tmp_path, name):
    figures = [on(each, **IN_MEMORY[name]) for each in (figure(WRITE, 30_000, 40_000), *NVME)]
    run = run_of(facts_of(tmp_path, KVM, USUAL), figures)
    for row in ('random_write = "25K"', 'disk = "nvme"', 'disk = "ssd"'):
        assert answer(tmp_path, row, run).judged.answer == UNKNOWN, row


@pytest.mark.parametrize("layer", ["dm-0", "md0"])
def test_what_may_only_slow_a_disk_keeps_what_is_fast(tmp_path, layer):
    fast = on(figure(WRITE, 30_000, 40_000), device_stack=layers(layer, "vda"), mount_options="rw,sync")
    run = run_of(facts_of(tmp_path, KVM, USUAL), [fast])
    assert answer(tmp_path, 'random_write = "25K"', run).judged.answer == KEPT


@pytest.mark.parametrize(
    ("detail", "right"),
    [
        ({}, BROKEN),
        ({"qdiscs": ["fq"]}, BROKEN),
        *(({"qdiscs": [name]}, UNKNOWN) for name in ("tbf", "htb", "cake", "netem", "fq maxrate", "ingress", "later")),
        ({"qdiscs": []}, UNKNOWN),
        ({"interface_bus": ""}, UNKNOWN),
        ({"packet_limits": ["hashlimit"]}, UNKNOWN),
        ({"packet_limits": ["limit elsewhere"]}, UNKNOWN),
        ({"packet_limits": None}, UNKNOWN),
    ],
)
def test_what_may_slow_a_network_breaks_no_line(tmp_path, detail, right):
    figures = [on(figure(SEND, 11.6, 11.8), **detail), figure(RECEIVE, 116, 118)]
    run = run_of(facts_of(tmp_path, KVM, USUAL), figures)
    assert answer(tmp_path, 'network_send = "1 Gbit/s"', run).judged.answer == right


@pytest.mark.parametrize(("limits", "right"), [(["limit elsewhere"], BROKEN), (["limit"], UNKNOWN), (None, UNKNOWN)])
def test_rules_around_a_container_that_is_sold_are_the_sellers(tmp_path, limits, right):
    figures = [on(figure(SEND, 11.6, 11.8), packet_limits=limits), figure(RECEIVE, 116, 118)]
    run = run_of(facts_of(tmp_path, "lxc-in-vmware", {}), figures)
    assert answer(tmp_path, 'network_send = "1 Gbit/s"', run, "lxc").judged.answer == right


def test_figures_that_depend_on_the_buyers_programs_break_no_line(tmp_path):
    run = run_of(facts_of(tmp_path, KVM, USUAL), [figure("build.cold.seconds", 400, 500)])
    assert answer(tmp_path, '"build.cold.seconds" = "<= 60 s"', run).judged.answer == UNKNOWN


@pytest.mark.parametrize("sold_as", ["", "vmware", "kvm"])
def test_a_container_that_the_buyer_may_have_made_breaks_no_line(tmp_path, sold_as):
    limited = limits(of_all=True, memory_max=2 * GIB, cpu_max="50000 100000")
    run = run_of(facts_of(tmp_path, "lxc-in-vmware", limited | cpus(1)), [])
    for row in ('memory = "8 GB"', "cpus = 4"):
        assert answer(tmp_path, row, run, sold_as).judged.answer == UNKNOWN
        assert answer(tmp_path, row, run, "lxc").judged.answer == BROKEN
