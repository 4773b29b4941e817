import pytest

from hostcheck.host.base import READ_LIMIT, Reading
from hostcheck.probes.kernel.moduledep import lists
from hostcheck.probes.network.netoptions import probe as netoptions
from hostcheck.probes.network.network import probe as network

CONFIG = b"".join(
    b"CONFIG_%b=m\n" % name for name in (b"BRIDGE", b"VETH", b"VXLAN", b"DUMMY", b"BRIDGE_VLAN_FILTERING")
)
LISTING = "/lib/modules/6.1.0/modules.dep"
# As a Raspberry Pi's Ubuntu is without linux-modules-extra.
WITHOUT_EXTRA = "kernel/net/bridge/bridge.ko.zst: kernel/net/802/stp.ko.zst\nkernel/drivers/net/dummy.ko.zst:\n"
HOST = {"/proc/sys/kernel/osrelease": "6.1.0", "/boot/config-6.1.0": CONFIG}


@pytest.mark.parametrize(
    ("text", "module", "there"),
    [
        ("kernel/drivers/md/dm-thin-pool.ko.xz:", "dm_thin_pool", True),
        ("kernel/net/bridge/br_netfilter.ko:", "bridge", False),
        ("kernel/fs/foverlay.ko:", "overlay", False),
        ("kernel/a/b.ko: kernel/y/z.ko\nkernel/x/overlay.ko: kernel/y/z.ko\n", "overlay", True),
        ("\udceb\udce9.ko:\nkernel/x/overlay.ko:\n", "overlay", True),
        ("x" * READ_LIMIT, "overlay", None),
        ("", "overlay", None),
    ],
)
def test_a_listing_has_a_module_by_its_own_name(text, module, there):
    assert lists(Reading("modules.dep", text.encode(errors="surrogateescape")), module) is there


def test_a_module_that_is_not_installed_is_missing_and_the_listing_is_shown(fake_host, facts_of):
    host = fake_host(HOST | {LISTING: WITHOUT_EXTRA})
    vxlan = facts_of(netoptions, host)["net.vxlan"]
    assert vxlan.value is False
    assert (vxlan.evidence[0].source, vxlan.evidence[0].value) == (LISTING, "no vxlan.ko")
    assert facts_of(netoptions, host)["net.devices"].value["dummy"] is True
    assert facts_of(network, host)["net.bridge"].value is True
    assert facts_of(network, host)["net.veth"].value is False


def test_a_loaded_module_counts_although_its_file_is_gone(fake_host, facts_of):
    host = fake_host(HOST | {LISTING: WITHOUT_EXTRA, "/sys/module/vxlan/refcnt": "0"})
    assert facts_of(netoptions, host)["net.vxlan"].value is True


@pytest.mark.parametrize("listing", [{}, {LISTING: ""}, {LISTING: PermissionError()}, {LISTING: "x" * READ_LIMIT}])
def test_an_incomplete_listing_proves_no_absence(fake_host, facts_of, listing):
    host = fake_host(HOST | listing | {"/lib/modules/6.1.0/kernel": ""})
    assert facts_of(netoptions, host)["net.vxlan"].value is True
