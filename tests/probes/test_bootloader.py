"""The boot loader is known by the file that a remedy has to change."""

import pytest

from hostcheck.probes.bootloader import probe


@pytest.mark.parametrize(
    ("paths", "loader"),
    [
        (("/etc/default/grub",), "grub"),
        (("/run/ostree-booted", "/etc/default/grub"), "ostree"),
        (("/boot/firmware/cmdline.txt",), "raspberry-pi"),
        (("/boot/cmdline.txt",), "raspberry-pi"),
        (("/etc/update-extlinux.conf",), "extlinux"),
        (("/etc/kernel/cmdline",), "systemd-boot"),
        (("/efi/loader/loader.conf",), "systemd-boot"),
        ((), "other"),
    ],
)
def test_the_file_that_a_remedy_changes_shows_the_loader(fake_host, facts_of, paths, loader):
    assert facts_of(probe, fake_host(dict.fromkeys(paths, "")))["os.boot"].value == loader


ROOT = "27 1 0:30 / / {} - btrfs /dev/vda3 rw,subvol=/@/.snapshots/1/snapshot\n"


@pytest.mark.parametrize(("options", "loader"), [("ro,relatime", "transactional-update"), ("rw,relatime", "grub")])
def test_a_root_that_is_changed_by_its_next_snapshot_is_read_only(fake_host, facts_of, options, loader):
    files = dict.fromkeys(("/usr/sbin/transactional-update", "/etc/default/grub"), "")
    files["/proc/self/mountinfo"] = ROOT.format(options)
    assert facts_of(probe, fake_host(files))["os.boot"].value == loader


def test_whether_a_root_is_read_only_is_not_read_from_a_cut_table(fake_host, facts_of):
    files = dict.fromkeys(("/usr/sbin/transactional-update", "/etc/default/grub"), "")
    files["/proc/self/mountinfo"] = ROOT.format("rw") + "#" * (1 << 20)
    fact = facts_of(probe, fake_host(files))["os.boot"]
    assert not fact.known
    assert "too many mounts" in fact.reason


def test_a_captured_root_without_these_files_has_an_unknown_one(fake_host, facts_of):
    assert not facts_of(probe, fake_host({}, live=False))["os.boot"].known
