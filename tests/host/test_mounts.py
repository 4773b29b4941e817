from pathlib import Path

import pytest

from hostcheck.host.mounts import Mount, mount_under, parse_mountinfo, visible


def test_a_line_is_parsed_with_any_number_of_optional_fields():
    text = (
        "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 propagate_from:2 - ext3 /dev/root rw,errors=continue\n"
        "37 35 0:5 / /proc rw - proc proc rw\n"
    )
    assert parse_mountinfo(text) == (
        Mount("98:0", "/mnt1", "/mnt2", ("rw", "noatime"), "ext3", "/dev/root", ("rw", "errors=continue")),
        Mount("0:5", "/", "/proc", ("rw",), "proc", "proc", ("rw",)),
    )


def test_octal_escapes_are_decoded():
    text = r"1 0 8:1 / /a\040b\011c\134d rw - fuse.x C:\134\040 rw"
    assert parse_mountinfo(text)[0].mount_point == "/a b\tc\\d"
    assert parse_mountinfo(text)[0].source == "C:\\ "


def test_mounts_without_super_options_and_damaged_lines_raise_no_error():
    text = "1 0 8:1 / / rw - ext4 /dev/sda1\nhalf a line\n1 0 8:1 / / rw -\n\n"
    assert parse_mountinfo(text) == (Mount("8:1", "/", "/", ("rw",), "ext4", "/dev/sda1", ()),)


def test_this_machines_table_is_parsed_whole():
    text = Path("/proc/self/mountinfo").read_text()
    assert len(parse_mountinfo(text)) == len(text.splitlines())


MOUNTINFO = r"""
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 master:2 - ext4 /dev/vda rw,discard
30 27 259:3 /@lib /var/lib rw,noatime - ext4 /dev/nvme0n1p3 rw
31 27 0:40 / /mnt/two\040words ro,relatime - nfs4 server:/export rw,addr=10.0.0.1
32 27 0:41 / /var/lib ro - tmpfs none rw
"""


@pytest.mark.parametrize(
    ("path", "device"),
    [("/", "254:0"), ("/var/library", "254:0"), ("/var/lib/docker", "0:41"), ("/mnt/two words/x", "0:40")],
)
def test_a_path_is_on_the_deepest_mount_and_the_last_one_there(path, device):
    assert mount_under(parse_mountinfo(MOUNTINFO), path).device == device


def test_without_mounts_a_path_is_on_none():
    assert mount_under((), "/x") is None


def test_what_a_later_mount_covers_is_not_visible():
    text = """
1 0 0:1 / / rw - ext4 /dev/vda rw
3 1 0:6 / /sys/fs/cgroup rw - tmpfs tmpfs rw
4 3 0:7 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
5 1 0:7 / /sys/fs/cgroup-other rw - tmpfs other rw
9 3 0:9 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw
"""
    assert [mount.id for mount in visible(parse_mountinfo(text))] == [1, 5, 9]


def test_a_root_that_is_listed_last_hides_no_mount_below_it():
    text = """
22 28 0:21 / /sys rw - sysfs sysfs rw
23 22 0:22 / /sys/fs/x rw - tmpfs x rw
28 1 8:1 / / rw - ext4 /dev/sda1 rw
"""
    assert [mount.id for mount in visible(parse_mountinfo(text))] == [22, 23, 28]


def test_circular_parents_of_mounts_are_handled():
    text = "1 2 0:1 / /a rw - x x rw\n2 1 0:2 / /a/b rw - x x rw\n3 3 0:3 / /a rw - x x rw\n"
    assert [mount.id for mount in visible(parse_mountinfo(text))] == [3]


def test_all_that_this_machine_has_mounted_is_visible_where_a_path_leads_to_it():
    mounts = visible(parse_mountinfo(Path("/proc/self/mountinfo").read_text()))
    assert mount_under(mounts, "/proc").fs_type == "proc"
    assert "/" in [mount.mount_point for mount in mounts]
