"""The five states of a module."""

import pytest

from hostcheck.host.base import READ_LIMIT
from hostcheck.probes.kernel.modules import probe

CONFIG = b"CONFIG_MODULES=y\nCONFIG_OVERLAY_FS=m\nCONFIG_BRIDGE=y\nCONFIG_VETH=m\nCONFIG_VXLAN=m\nCONFIG_IP_VS=m\n"
HOST = {
    "/proc/sys/kernel/osrelease": "6.1.0",
    "/boot/config-6.1.0": CONFIG,
    "/sys/module/veth/refcnt": "0",
    "/etc/modprobe.d/cis.conf": "install vxlan /bin/true\n",
    "/lib/modules/6.1.0/modules.dep": "kernel/fs/overlayfs/overlay.ko.zst:\nkernel/drivers/net/vxlan/vxlan.ko.zst:\n",
}


def test_each_module_is_in_one_of_five_states_and_what_blocks_one_is_shown(fake_host, facts_of):
    fact = facts_of(probe, fake_host(HOST))["kernel.modules"]
    outcome = {name: fact.value[name] for name in ("bridge", "veth", "overlay", "vxlan", "ip_vs", "macvlan")}
    assert outcome == {
        "bridge": "builtin",
        "veth": "loaded",
        "overlay": "loadable",
        "vxlan": "blocked",
        "ip_vs": "absent",
        "macvlan": "absent",
    }
    assert "install vxlan /bin/true" in [piece.value for piece in fact.evidence]
    assert fact.reason == ""


def test_a_blacklist_blocks_too(fake_host, facts_of):
    host = fake_host(HOST | {"/etc/modprobe.d/cis.conf": "blacklist overlay\n"})
    assert facts_of(probe, host)["kernel.modules"].value["overlay"] == "blocked"


def test_without_a_configuration_only_what_is_loaded_is_known(fake_host, facts_of):
    unread = HOST | {"/boot/config-6.1.0": PermissionError()}
    fact = facts_of(probe, fake_host(unread))["kernel.modules"]
    assert {name for name, state in fact.value.items() if state} == {"veth"}
    assert "run as root" in fact.reason
    nothing = {path: text for path, text in unread.items() if not path.startswith("/sys/module")}
    assert not facts_of(probe, fake_host(nothing))["kernel.modules"].known


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"/lib/modules/6.1.0/modules.dep": PermissionError()}, "modules.dep could not be read"),
        ({"/etc/modprobe.d/cis.conf": PermissionError()}, "/etc/modprobe.d/cis.conf could not be read"),
        ({"/lib/modules/6.1.0/modules.dep": b"x" * READ_LIMIT}, "too long"),
    ],
)
def test_a_state_without_readable_evidence_is_null_with_the_reason(fake_host, facts_of, change, says):
    fact = facts_of(probe, fake_host(HOST | change))["kernel.modules"]
    assert fact.value["overlay"] is None
    assert fact.value["veth"] == "loaded"
    assert says in fact.reason


def test_modules_that_went_with_an_update_are_absent(fake_host, facts_of):
    files = {path: data for path, data in HOST.items() if not path.startswith("/lib/modules")}
    assert facts_of(probe, fake_host(files))["kernel.modules"].value["overlay"] == "absent"


@pytest.mark.parametrize(
    ("listing", "state"),
    [
        ({"/proc/modules": "overlay 118784 3 - Live 0x0\n"}, "loaded"),
        ({"/proc/modules": "veth 28672 0 - Live 0x0\n"}, "builtin"),
        ({}, "builtin"),
    ],
    ids=["it is listed", "another is listed", "the kernel loads no modules"],
)
def test_without_a_configuration_the_list_of_modules_says_what_is_built_in(fake_host, listing, state):
    host = fake_host(
        {"/proc/sys/kernel/osrelease": "6.18.0", "/sys/module/overlay/parameters/metacopy": "N", **listing}
    )
    (fact,) = probe(host)
    assert fact.value["overlay"] == state
    assert fact.value["bridge"] is None
