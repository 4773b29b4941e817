"""Whether runtimes can exchange the root, by the file system that is at / now."""

import pytest

from hostcheck.host.captured import CapturedHost
from hostcheck.probes.root import probe

INITRAMFS = "1 1 0:2 / / rw - rootfs rootfs rw,size=1000k\n"
MOUNTED = "20 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n"
SWITCHED = "21 1 0:20 / / rw - tmpfs tmpfs rw\n"


def seen(tmp_path, text):
    (tmp_path / "proc/self").mkdir(parents=True)
    if text is not None:
        (tmp_path / "proc/self/mountinfo").write_text(text)
    [fact] = probe(CapturedHost(tmp_path))
    return fact


@pytest.mark.parametrize(
    ("text", "pivots"),
    [(INITRAMFS, False), (MOUNTED, True), (INITRAMFS + MOUNTED, True), (INITRAMFS + SWITCHED, True)],
    ids=["initramfs", "disk", "disk over initramfs", "tmpfs over initramfs"],
)
def test_the_kernel_s_first_root_cannot_be_exchanged(tmp_path, text, pivots):
    assert seen(tmp_path, text).value is pivots


@pytest.mark.parametrize("text", [None, "", "22 21 0:5 / /proc rw - proc proc rw\n"])
def test_where_no_root_is_shown_it_is_unknown(tmp_path, text):
    assert seen(tmp_path, text).known is False
