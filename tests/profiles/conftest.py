"""A healthy host in a small tree, with whatever a test changes of it, and what a profile says of that host."""

from types import SimpleNamespace

import pytest

from hostcheck.audit import collect
from hostcheck.host.captured import CapturedHost
from hostcheck.probes import EVERY
from hostcheck.profiles.loader import load
from hostcheck.run.model import Fact
from hostcheck.verdicts import judge, readiness

OPTIONS = (
    *("NAMESPACES", "PID_NS", "NET_NS", "IPC_NS", "UTS_NS", "USER_NS", "CGROUPS", "CGROUP_BPF", "KEYS"),
    *("POSIX_MQUEUE", "SECCOMP", "SECCOMP_FILTER", "OVERLAY_FS", "BRIDGE", "VETH", "BRIDGE_NETFILTER"),
    *("NF_NAT", "IP_NF_NAT", "IP_NF_FILTER", "IP_NF_RAW", "IP_NF_TARGET_MASQUERADE", "DEVPTS_MULTIPLE_INSTANCES"),
    *("NETFILTER_XT_MATCH_ADDRTYPE", "NETFILTER_XT_MATCH_CONNTRACK"),
)
V1_CONTROLLERS = ("cpu", "cpuacct", "cpuset", "devices", "freezer", "memory", "blkio", "pids")
ROOT = "27 1 254:0 / / rw - ext4 /dev/vda rw\n"
V1 = ROOT + "".join(f"3{i} 31 0:3{i} / /cg/{c} rw - cgroup cgroup rw,{c}\n" for i, c in enumerate(V1_CONTROLLERS))
V2 = ROOT + "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"
VIRT = {"virt.vm": "kvm", "virt.container": "none", "virt.kernel_flavour": "linux"}


def config(without=(), extra=()):
    return "".join(f"CONFIG_{option}=y\n" for option in (*OPTIONS, *extra) if option not in without)


@pytest.fixture
def judged(tmp_path):
    """Make a healthy captured host, change some files (None: left out) and facts, and judge it for a profile."""

    def make(profile, files=None, facts=None, roles=()):
        tree = {
            "/proc/sys/kernel/osrelease": "6.1.0-13-amd64\n",
            "/proc/sys/kernel/arch": "x86_64\n",
            "/proc/sys/kernel/keys/root_maxkeys": "1000000\n",
            "/proc/sys/net/ipv4/ip_forward": "1\n",
            "/proc/cmdline": "quiet\n",
            "/proc/self/mountinfo": V1,
            "/proc/cgroups": "".join(f"{name} 1 1 1\n" for name in V1_CONTROLLERS),
            "/sys/module/ext4/initstate": "live\n",
            "/boot/config-6.1.0-13-amd64": config(),
            "/cg/memory/memory.memsw.limit_in_bytes": "1\n",
        } | (files or {})
        for path, text in tree.items():
            if text is not None:
                place = tmp_path / path.lstrip("/")
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(text if isinstance(text, bytes) else text.encode())
        probes = {name: where for name, where in EVERY.items() if name != "virt"}
        found = collect(CapturedHost(tmp_path), probes, strict=True)
        found |= {key: Fact(key, value) for key, value in (VIRT | (facts or {})).items()}
        verdicts = judge(load(profile), found, roles)
        return readiness(profile, verdicts), {verdict.check: verdict for verdict in verdicts}

    return make


@pytest.fixture(scope="session")
def parts():
    """What the healthy host is made of."""
    return SimpleNamespace(config=config, v1=V1, v2=V2, virt=VIRT, place="/boot/config-6.1.0-13-amd64")
