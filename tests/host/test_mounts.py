from pathlib import Path

import pytest

from hostcheck.host.mounts import Mount, mount_under, parse_mountinfo


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


def test_a_mount_without_super_options_or_damaged_lines_are_no_error():
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
