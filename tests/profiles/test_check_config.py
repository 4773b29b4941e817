"""The page that compares hostcheck with moby's check-config.sh, against the script itself on the same hosts."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hostcheck.audit import collect
from hostcheck.host.captured import CapturedHost
from hostcheck.profiles.loader import load
from hostcheck.verdicts import judge, readiness

pytestmark = pytest.mark.real

SCRIPT = Path("/usr/share/docker.io/contrib/check-config.sh")
PAGE = Path(__file__).parents[2] / "docs" / "disagreements.md"
RELEASE = "6.18.44-fc"
ALSO = (
    *("EXT4_USE_FOR_EXT2", "NF_TABLES", "NF_TABLES_IPV4", "NFT_COMPAT", "NFT_NAT", "NFT_MASQ", "NFT_CT"),
    *("NETFILTER_XT_TARGET_MASQUERADE", "CGROUP_BPF", "SECCOMP_FILTER"),
)
# What the kernel of the Firecracker guest lacks of what the script asks for.
NOT_IN_FIRECRACKER = (
    *("NETFILTER_XT_MATCH_IPVS", "IP_VS", "IP_VS_NFCT", "IP_VS_PROTO_TCP", "IP_VS_PROTO_UDP", "IP_VS_RR"),
    *("MEMCG_SWAP", "NET_CLS_CGROUP", "BRIDGE_VLAN_FILTERING", "CRYPTO_GCM", "CRYPTO_GHASH", "INET_ESP"),
    *("IPVLAN", "DUMMY", "AUFS_FS", "BLK_DEV_DM", "DM_THIN_PROVISIONING"),
)
STORAGE = ("OVERLAY_FS", "BTRFS_FS", "BTRFS_FS_POSIX_ACL", "AUFS_FS", "BLK_DEV_DM", "DM_THIN_PROVISIONING")
LEGACY = ("IP_NF_FILTER", "IP_NF_NAT", "IP_NF_TARGET_MASQUERADE")
V1 = ("cpu", "cpuacct", "cpuset", "devices", "freezer", "memory", "blkio", "pids")
ROOT = "27 1 254:0 / / rw - ext4 /dev/vda rw\n"
HYBRID = (
    ROOT
    + "".join(f"3{i} 27 0:3{i} / /sys/fs/cgroup/{name} rw - cgroup cgroup rw,{name}\n" for i, name in enumerate(V1))
    + "40 27 0:40 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
)
SAYS = {True: "ready", False: "not ready", None: "not known"}


def script(config, before=""):
    """Run the script on a configuration, in a mount namespace of its own, after the commands ``before``."""
    command = f"{before}\nexec bash {SCRIPT} {config}"
    argv = ["unshare", "--mount", "bash", "-e", "-c", command]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=120)
    text = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)
    return done.returncode, set(re.findall(r"CONFIG_(\w+): missing", text)), text


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """Every option that the script asks for: all that an empty configuration lacks."""
    empty = tmp_path_factory.mktemp("empty") / "config"
    empty.touch()
    return script(empty)[1]


@pytest.fixture
def tree(tmp_path):
    """Make a captured host with a configuration, and the rest of it healthy unless changed."""

    def make(config, changed=None):
        files = {
            "/proc/sys/kernel/osrelease": f"{RELEASE}\n",
            "/proc/sys/kernel/arch": "x86_64\n",
            "/proc/sys/kernel/keys/root_maxkeys": "1000000\n",
            "/proc/sys/net/ipv4/ip_forward": "1\n",
            "/proc/cmdline": "quiet\n",
            "/proc/cpuinfo": "flags : fpu hypervisor\n",
            "/proc/self/mountinfo": HYBRID,
            "/proc/cgroups": "".join(f"{name} 1 1 1\n" for name in V1),
            f"/boot/config-{RELEASE}": config,
            "/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes": "1\n",
        } | (changed or {})
        for path, content in files.items():
            if content is not None:
                place = tmp_path / "host" / path.lstrip("/")
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path / "host"

    return make


def hostcheck(root):
    verdicts = judge(load("docker"), collect(CapturedHost(root), strict=True))
    return readiness("docker", verdicts).ready, {each.check for each in verdicts if each.status == "fail"}


def row(host):
    """Return what the page says of a host: the script's exit code and misses, hostcheck's word and its checks."""
    tested = PAGE.read_text().partition("## k3s")[0]
    (line,) = [line for line in tested.splitlines() if line.startswith(f"| {host}")]
    _, _, theirs, ours, _, _ = line.split("|")
    code = int(re.search(r"exit (\d)", theirs)[1])
    return (
        code,
        set(re.findall(r"`(\w+)`", theirs)),
        ours.strip().partition(":")[0],
        set(re.findall(r"`([\w.]+)`", ours)),
    )


def options(*names):
    return "".join(f"CONFIG_{name}=y\n" for name in names)


@pytest.mark.parametrize(
    ("host", "without", "changed"),
    [
        ("A Firecracker guest", NOT_IN_FIRECRACKER, {}),
        ("Everything, but neither overlay nor btrfs", STORAGE, {}),
        ("Everything, but nf_tables alone", LEGACY, {}),
        (
            "Everything, started with `cgroup_disable=memory`",
            (),
            {"/proc/cmdline": "cgroup_disable=memory\n", "/proc/cgroups": "memory 0 1 0\ncpu 1 1 1\n"},
        ),
        ("Everything, the data-root on xfs", (), {"/proc/self/mountinfo": HYBRID.replace("ext4", "xfs")}),
        (
            "Everything, overlay as a module that `modprobe.d` blocks",
            (*STORAGE, "OVERLAY_FS=m"),
            {"/etc/modprobe.d/cis.conf": "install overlay /bin/false\nblacklist overlay\n"},
        ),
        (
            "Everything, veth as a module that no package has installed",
            ("VETH", "VETH=m"),
            {f"/lib/modules/{RELEASE}/modules.dep": "kernel/net/bridge/bridge.ko.zst: kernel/net/802/stp.ko.zst\n"},
        ),
    ],
)
def test_a_configuration_is_judged_as_the_page_says(tree, asked, host, without, changed):
    config = options(*sorted({*asked, *ALSO} - set(without)))
    config += "".join(f"CONFIG_{word}\n" for word in without if word.endswith("=m"))
    root = tree(config, changed)
    code, missing, text = script(root / f"boot/config-{RELEASE}")
    page_code, page_missing, word, checks = row(host)
    assert code == page_code, text
    assert page_missing <= missing, text
    assert bool(page_missing) == bool(missing & asked - set(STORAGE))
    ready, failed = hostcheck(root)
    assert (SAYS[ready], failed) == (word, checks)


@pytest.mark.parametrize(
    ("host", "data"), [("An empty configuration", b""), ("A damaged config.gz", b"\x1f\x8b\x08damaged")]
)
def test_a_configuration_that_cannot_be_read_is_judged_as_the_page_says(tree, asked, host, data):
    root = tree(data)
    code, missing, _ = script(root / f"boot/config-{RELEASE}")
    page_code, page_missing, word, _ = row(host)
    assert code == page_code
    assert page_missing <= missing == asked
    assert hostcheck(root) == (None, set())
    assert word == "not known"


def test_an_openvz_guest_is_judged_as_the_page_says(tree, tmp_path):
    changed = {
        "/proc/sys/kernel/osrelease": "3.13.0-042stab104.1",
        f"/boot/config-{RELEASE}": None,
        "/proc/vz/veinfo": "101 0 1\n",
        "/proc/self/status": "Name:\tbash\nenvID:\t101\n",
    }
    # The script looks for the configuration of the kernel that runs: hide it in all four places.
    hidden = "mount -t tmpfs none /boot; mount -t tmpfs none /usr/src; mount -t tmpfs none /proc"
    code, missing, text = script(tmp_path / "none", hidden)
    page_code, page_missing, word, checks = row("An OpenVZ guest that claims kernel 3.13")
    assert (code, missing) == (page_code, page_missing)
    assert "cannot find kernel config" in text
    ready, failed = hostcheck(tree("", changed))
    assert (SAYS[ready], failed) == (word, checks)


LIVE = [sys.executable, "-m", "hostcheck", "audit", "--profile", "docker", "-o", "json:-"]


@pytest.mark.parametrize(
    ("host", "before"),
    [
        (
            "cgroup v2 with only `hugetlb`",
            "umount --recursive /sys/fs/cgroup; mount -t cgroup2 none /sys/fs/cgroup",
        ),
        (
            "cgroup v1 with cpu, memory and pids not mounted",
            "umount /sys/fs/cgroup/cpu /sys/fs/cgroup/memory /sys/fs/cgroup/pids",
        ),
    ],
)
def test_this_machine_with_other_control_groups_is_judged_as_the_page_says(tmp_path, asked, host, before):
    config = tmp_path / "config"
    config.write_text(options(*sorted({*asked, *ALSO})))
    code, _, text = script(config, before)
    page_code, _, word, checks = row(host)
    assert code == page_code, text
    argv = ["unshare", "--mount", "bash", "-e", "-c", f'{before}; exec "$@"', "audit", *LIVE]
    run = json.loads(subprocess.run(argv, capture_output=True, text=True, check=True, timeout=120).stdout)
    failed = {verdict["check"] for verdict in run["verdicts"] if verdict["status"] == "fail"}
    assert word == "not ready"
    assert failed == checks
