"""A remedy that is followed turns its check: each sysctl and each module that a fix names, set and loaded in a tree.

Loading a module loads what it depends on (modules.dep(5)); ``modprobe A B`` without -a loads A alone, and takes B as a
parameter (modprobe(8)).
"""

import re
from pathlib import Path

import pytest

from hostcheck.audit import collect
from hostcheck.host.captured import CapturedHost
from hostcheck.profiles.loader import load, names
from hostcheck.verdicts import judge
from tests.profiles.stock import STOCK, write
from tests.profiles.test_tried import CASES as TRIED

DOCUMENT = Path(__file__).parents[2] / "docs" / "disagreements.md"

_SET_UP = {
    "net.nft_rules": {"/etc/docker/daemon.json": '{"firewall-backend": "nftables"}'},
    "engine.ipv6_rules": {"/etc/docker/daemon.json": '{"ip6tables": true}'},
    "engine.remaps_users": {
        "/etc/docker/daemon.json": '{"userns-remap": "default"}',
        "/proc/self/ns/user": "user:[4026531837]",
    },
}
"""How the engine is set up where a check is of that, by the check."""
_SYSCTL = re.compile(r"sysctl -w ([\w.]+)=('[^']*'|[\w.]+)")
_SET = re.compile(r"set ([\w.-]+) to (\d+)")
_MODPROBE = re.compile(r"modprobe (-a )?(\w+(?: \w+)*)(?=[;,.)]|$)")
_UNPROVED = {"host.docker", "net.ipvs", "net.vxlan"}
"""Checks that more decides than a tree can hold: options without a module, an engine that answers."""
_NEEDS = {
    "br_netfilter": ("bridge",),
    "nft_chain_nat": ("nf_tables", "nf_nat"),
    "nft_compat": ("nf_tables", "x_tables"),
    "nft_ct": ("nf_tables",),
    "nft_fib_inet": ("nf_tables",),
    "nft_masq": ("nf_tables", "nf_nat"),
    "nft_nat": ("nf_tables", "nf_nat"),
}
"""What a module depends on (linux Kconfig and Makefile of net/)."""

_BEFORE = {
    "/proc/modules": "",
    "/proc/sys/kernel/keys/root_maxkeys": "200\n",
    "/proc/sys/net/ipv6/conf/all/forwarding": "0\n",
    "/proc/sys/net/ipv6/conf/default/forwarding": "0\n",
    "/proc/net/if_inet6": "fe800000000000000000000000000001 02 40 20 80 eth0\n",
    "/proc/sys/net/netfilter/nf_conntrack_count": "200000\n",
    "/proc/sys/user/max_user_namespaces": "0\n",
    "/proc/sys/kernel/unprivileged_userns_clone": "0\n",
    "/usr/sbin/iptables": "link:xtables-nft-multi",
    "/usr/sbin/xtables-nft-multi": "",
}
_NAMESPACES = ("mnt", "pid", "net", "ipc", "uts", "user", "cgroup", "time")
_ALSO = {
    # The remedy says "likewise for the others", or has another for the same host.
    "ns.limits": {f"/proc/sys/user/max_{name}_namespaces": "28633\n" for name in _NAMESPACES},
    "ns.user": {"/proc/sys/user/max_user_namespaces": "28633\n"},
    # linux net/ipv6/addrconf.c, addrconf_fixup_forwarding: "all" sets "default" and each interface.
    "net.ipv6_forward": {"/proc/sys/net/ipv6/conf/default/forwarding": "1\n"},
    # linux net/bridge/br_netfilter_hooks.c, br_netfilter_sysctl_default: the module turns all of them on.
    "net.bridge_nf_call": {f"/proc/sys/net/bridge/bridge-nf-call-{name}tables": "1\n" for name in ("ip", "ip6", "arp")},
}
"""What follows from a remedy besides what it names, by the check."""


def status(root, profile, check, files):
    stock = STOCK["fedora-43" if check == "net.nft_rules" else "debian-13"]
    config = stock.config.format(release=stock.release)
    write(root, stock.changed(_BEFORE | _SET_UP.get(check, {}) | files | {config: None}))
    wanted = load(profile)
    verdicts = judge(wanted, collect(CapturedHost(root), strict=True), wanted.roles)
    return next(verdict.status for verdict in verdicts if verdict.check == check)


def effects(check):
    """Return the files that the remedy of a check changes."""
    files = {
        f"/proc/sys/{name.replace('.', '/')}": f"{value.strip(chr(39))}\n"
        for name, value in (*_SYSCTL.findall(check.fix), *_SET.findall(check.fix))
    }
    named = [word for every, words in _MODPROBE.findall(check.fix) for word in words.split()[: None if every else 1]]
    loaded = dict.fromkeys((*named, *(each for name in named for each in _NEEDS.get(name, ()))))
    if loaded:
        files["/proc/modules"] = "".join(f"{name} 20000 0 - Live 0x0\n" for name in loaded)
    return files | (_ALSO.get(check.id, {}) if files else {})


CASES = {
    (profile, check.id): effects(check)
    for profile in names()
    for check in load(profile).checks
    if effects(check) and check.id not in _UNPROVED
}
ONE_OF_EACH = {(check, str(files)): (profile, check, files) for (profile, check), files in CASES.items()}


@pytest.mark.parametrize(
    ("profile", "check", "files"), ONE_OF_EACH.values(), ids=lambda word: word if isinstance(word, str) else ""
)
def test_a_remedy_that_was_followed_turns_its_check(tmp_path, profile, check, files):
    (tmp_path / "before").mkdir()
    (tmp_path / "after").mkdir()
    assert status(tmp_path / "before", profile, check, {}) in {"fail", "warn", "unknown"}
    assert status(tmp_path / "after", profile, check, files) == "pass"


def test_the_remedies_that_can_be_followed_are_many_and_documented():
    assert len(ONE_OF_EACH) > 20
    section = DOCUMENT.read_text().partition("## Remedies that were tried")[2].partition("\n## ")[0]
    followed, tried = {check for _, check, _ in ONE_OF_EACH.values()}, {check for _, check in TRIED}
    assert [check for check in sorted(followed | tried) if f"`{check}`" not in section] == []
