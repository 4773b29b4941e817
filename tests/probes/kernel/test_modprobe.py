"""A blocked module is missing for an engine, and the rule that blocks it is named."""

import pytest

from hostcheck.host.captured import CapturedHost
from hostcheck.probes.engine.rootless import probe as rootless
from hostcheck.probes.kernel.modprobe import parse_rules, read_blocks, unsigned_block
from hostcheck.probes.network.netoptions import probe as netoptions
from hostcheck.probes.network.network import probe as network
from hostcheck.probes.storage.storage import probe as storage

MODULAR = b"CONFIG_MODULES=y\nCONFIG_OVERLAY_FS=m\nCONFIG_BRIDGE=m\nCONFIG_VETH=m\nCONFIG_IP_SCTP=m\nCONFIG_IP_SET=m\n"
HOST = {
    "/proc/sys/kernel/osrelease": "6.1.0",
    "/proc/config.gz": MODULAR,
    "/lib/modules/6.1.0/modules.dep": "".join(
        f"kernel/{name}.ko.xz:{needs}\n"
        for name, needs in (
            ("overlay", ""),
            ("net/bridge/bridge", " kernel/net/802/stp.ko.xz kernel/net/llc/llc.ko.xz"),
            ("veth", ""),
            ("sctp", ""),
            ("ip_set", ""),
        )
    ),
}
CIS = "# CIS\ninstall overlay /bin/false\nblacklist overlay\n"


def test_rules_are_read_as_modprobe_reads_them():
    text = (
        "# install a /bin/true\n"
        "install br-netfilter /bin/true\n"
        "install overlay \\\n  /bin/false\n"
        "install nf_conntrack /sbin/modprobe --ignore-install nf_conntrack\n"
        "install nf_conntrack /bin/false\n"
        "install nft_* /bin/true\n"
        "install xt_nat /usr/local/bin/load-nat\n"
        "install vxlan /bin/true; /sbin/insmod /opt/vxlan.ko\n"
        "install sctp /dev/null\n"
        "blacklist veth\n"
        "blacklist br_netfilter\n"
        "blacklist\ninstall x\noptions bridge x=1\n"
    )
    assert parse_rules(text) == {
        "br_netfilter": ("install", "install br-netfilter /bin/true"),
        "overlay": ("install", "install overlay /bin/false"),
        # The first install line of a module counts, as for modprobe.
        "nf_conntrack": ("loads", "install nf_conntrack /sbin/modprobe --ignore-install nf_conntrack"),
        "nft_*": ("install", "install nft_* /bin/true"),
        "xt_nat": ("unclear", "install xt_nat /usr/local/bin/load-nat"),
        "vxlan": ("loads", "install vxlan /bin/true; /sbin/insmod /opt/vxlan.ko"),
        "sctp": ("install", "install sctp /dev/null"),
        "veth": ("blacklist", "blacklist veth"),
    }


def test_a_module_blocked_by_an_install_line_is_missing_and_the_line_is_shown(fake_host, facts_of):
    host = fake_host(HOST | {"/etc/modprobe.d/cis.conf": CIS})
    fact = facts_of(storage, host)["storage.overlay"]
    assert (fact.known, fact.value) == (True, False)
    (rule,) = [piece for piece in fact.evidence if piece.source == "/etc/modprobe.d/cis.conf"]
    assert (rule.value, rule.says) == ("install overlay /bin/false", "against: overlay is never loaded")
    assert facts_of(rootless, host)["storage.rootless_drivers"].value["overlay"] is False
    assert facts_of(network, host)["net.bridge"].value is True


def test_a_module_on_a_blacklist_is_unknown_since_it_can_be_loaded_by_name(fake_host, facts_of):
    host = fake_host(HOST | {"/lib/modprobe.d/net.conf": "blacklist bridge\n"})
    fact = facts_of(network, host)["net.bridge"]
    assert not fact.known
    assert "'blacklist bridge' of /lib/modprobe.d/net.conf" in fact.reason
    assert "modprobe bridge and audit again" in fact.reason


def test_no_rule_blocks_a_module_that_is_loaded(fake_host, facts_of):
    host = fake_host(HOST | {"/etc/modprobe.d/a.conf": "install bridge /bin/false", "/sys/module/bridge/x": ""})
    fact = facts_of(network, host)["net.bridge"]
    assert (fact.value, fact.conflicts) == (True, ())


@pytest.mark.parametrize(
    ("files", "value"),
    [
        ({"/proc/sys/kernel/modules_disabled": "1\n"}, False),
        ({"/proc/sys/kernel/modules_disabled": "0\n"}, True),
        ({"/proc/cmdline": "quiet nomodule\n"}, False),
        ({"/proc/cmdline": "quiet module_blacklist=nouveau,bridge\n"}, False),
        ({"/proc/cmdline": "quiet modprobe.blacklist=bridge\n"}, None),
        ({"/proc/cmdline": "quiet module_blacklist=nouveau\n"}, True),
        ({"/etc/modprobe.d/x.conf": "install bridge /bin/true", "/etc/modprobe.d/y.conf": "blacklist bridge"}, False),
        ({"/etc/modprobe.d/x.disabled": "install bridge /bin/true"}, True),
        # Of two files with one name that of /etc counts, as where a user links it to /dev/null.
        ({"/etc/modprobe.d/x.conf": "", "/lib/modprobe.d/x.conf": "install bridge /bin/true"}, True),
        ({"/etc/modprobe.d/x.conf": PermissionError()}, None),
        ({"/run/modprobe.d/x.conf": "install bridge /bin/true"}, False),
        ({"/usr/local/lib/modprobe.d/x.conf": "install bridge /bin/true"}, False),
        ({"/usr/lib/modprobe.d/x.conf": "install b*dge /bin/true"}, False),
        # Files are read in the order of their names, and the first line of a module counts.
        (
            {
                "/usr/lib/modprobe.d/10-a.conf": "install bridge /sbin/modprobe -i bridge",
                "/etc/modprobe.d/20-b.conf": "install bridge /bin/false",
            },
            True,
        ),
        ({"/etc/modprobe.d/x.conf": "install bridge /usr/local/bin/load"}, None),
        # What a module needs is loaded by the same rules, except for blacklists.
        ({"/etc/modprobe.d/x.conf": "install stp /bin/true"}, False),
        ({"/etc/modprobe.d/x.conf": "install llc /bin/false", "/sys/module/llc/initstate": "live"}, True),
        ({"/etc/modprobe.d/x.conf": "blacklist llc"}, True),
        ({"/etc/modprobe.d/x.conf": "install tap /bin/false"}, True),
    ],
)
def test_rules_that_block_a_module(fake_host, facts_of, files, value):
    fact = facts_of(network, fake_host(HOST | files))["net.bridge"]
    assert (fact.value, fact.known) == (value, value is not None)


def test_rules_that_may_not_be_read_ask_for_root_and_rules_that_can_still_count(fake_host, facts_of):
    rules = {"/etc/modprobe.d/a.conf": PermissionError(), "/etc/modprobe.d/b.conf": "install veth /bin/false\n"}
    facts = facts_of(network, fake_host(HOST | rules))
    assert "run as root" in facts["net.bridge"].reason
    assert facts["net.veth"].value is False


def test_of_alternatives_a_blocked_one_is_false_and_an_unknown_one_is_null(fake_host, facts_of):
    rules = {"/etc/modprobe.d/cis.conf": "install sctp /bin/true\nblacklist ip_set\n"}
    fact = facts_of(netoptions, fake_host(HOST | rules))["net.nat_helpers"]
    assert (fact.value["sctp"], fact.value["ip_set"], fact.value["ftp"]) == (False, None, False)
    assert "modprobe ip_set" in fact.reason


@pytest.mark.parametrize(
    ("files", "kept"),
    [
        ({"/sys/module/module/parameters/sig_enforce": "Y\n"}, True),
        ({"/sys/module/module/parameters/sig_enforce": "N\n"}, False),
        ({"/sys/kernel/security/lockdown": "none [integrity] confidentiality\n"}, True),
        ({"/sys/kernel/security/lockdown": "[none] integrity confidentiality\n"}, False),
        ({}, False),
    ],
)
def test_an_out_of_tree_module_is_unknown_where_signatures_are_required(fake_host, facts_of, files, kept):
    host = fake_host(HOST | {"/lib/modules/6.1.0/modules.dep": "updates/dkms/aufs.ko:\n"} | files)
    assert (unsigned_block(host, "aufs") is not None) is kept
    fact = facts_of(storage, host)["storage.aufs"]
    assert (fact.known, fact.value) == ((False, None) if kept else (True, True))
    assert ("modinfo -F signer aufs" in fact.reason) is kept


def test_a_rule_in_a_captured_root_is_reported(tmp_path, facts_of):
    for path, data in {**HOST, "/usr/lib/modprobe.d/z.conf": "install veth /bin/false\n"}.items():
        place = tmp_path / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data if isinstance(data, bytes) else data.encode())
    facts = facts_of(network, CapturedHost(tmp_path))
    assert (facts["net.veth"].value, facts["net.bridge"].value) == (False, True)


def test_without_rules_no_module_is_blocked(fake_host):
    assert read_blocks(fake_host(HOST)).of("overlay") is None


FIRST = {"/proc/self/ns/pid": "pid:[4026531836]"}
INSIDE = {"/proc/self/ns/pid": "pid:[4026532836]"}
INSTALLED = {"/usr/sbin/modprobe": ""}


@pytest.mark.parametrize(
    ("tree", "value"),
    [
        (("\n", INSTALLED, FIRST), False),
        (("/bin/false\n", INSTALLED, FIRST), False),
        (("/bin/true\n", INSTALLED, FIRST), False),
        (("/sbin/modprobe\n", INSTALLED, FIRST), False),
        (("/sbin/modprobe\n", INSTALLED, FIRST | {"/sbin": "usr/sbin"}), True),
        (("/usr/sbin/modprobe\n", INSTALLED, FIRST), True),
        (("/run/current-system/sw/bin/modprobe\n", {"/run/current-system/sw/bin/modprobe": ""}, FIRST), True),
        # The kernel runs the host's program, which a container need not have.
        (("/sbin/modprobe\n", {}, INSIDE), True),
        (("/sbin/modprobe\n", {}, {}), True),
        ((None, {}, FIRST), True),
    ],
)
def test_without_a_loader_no_module_is_loaded_on_demand(fake_host, facts_of, tree, value):
    loader, files, links = tree
    files = HOST | files | ({} if loader is None else {"/proc/sys/kernel/modprobe": loader})
    host = fake_host(files, links=links)
    facts = facts_of(network, host)
    assert (facts["net.bridge"].value, facts["net.veth"].value) == (value, value)
    assert facts_of(storage, host)["storage.overlay"].value is value
    if not value:
        assert "/proc/sys/kernel/modprobe" in {shown.source for shown in facts["net.bridge"].evidence}


def test_without_a_loader_what_is_loaded_or_built_in_is_there(fake_host, facts_of):
    files = HOST | {"/proc/sys/kernel/modprobe": "\n", "/sys/module/bridge/initstate": "live"}
    files["/proc/config.gz"] = MODULAR.replace(b"VETH=m", b"VETH=y")
    facts = facts_of(network, fake_host(files))
    assert (facts["net.bridge"].value, facts["net.veth"].value) == (True, True)


def test_a_captured_root_without_the_loaders_file_does_not_show_that_it_is_missing(fake_host, facts_of):
    files = HOST | {"/proc/sys/kernel/modprobe": "/sbin/modprobe\n", "/sbin/ip": ""}
    assert facts_of(network, fake_host(files, links=FIRST, live=False))["net.bridge"].value is True


def test_a_loader_that_could_not_be_read_leaves_unknown_what_is_not_loaded(fake_host, facts_of):
    """As in a capture that was made before the loader was asked for."""
    files = HOST | {
        "/proc/sys/kernel/modprobe": PermissionError(),
        "/sys/module/veth/initstate": "live",
        "/etc/modprobe.d/cis.conf": CIS,
    }
    facts = facts_of(network, fake_host(files))
    assert not facts["net.bridge"].known
    assert "/proc/sys/kernel/modprobe could not be read" in facts["net.bridge"].reason
    assert facts["net.veth"].value is True
    assert facts_of(storage, fake_host(files))["storage.overlay"].value is False


@pytest.mark.parametrize(
    ("files", "value"),
    [({}, False), ({"/sbin/modprobe": ""}, None), ({"/nix/store/a": "", "/nix/store": ""}, None)],
    ids=["missing", "there", "a distribution that sets another"],
)
def test_a_loader_that_was_not_captured_is_the_kernels_default(fake_host, facts_of, files, value):
    """As in a capture that was made before the setting was asked for."""
    host = fake_host(HOST | {"/proc/sys/kernel/modprobe": PermissionError()} | files, links=FIRST)
    fact = facts_of(network, host)["net.bridge"]
    assert (fact.value if fact.known else None) is value
