"""What hostile inputs begin with, and how they are changed: by the grammar of each, so that the change is read."""

import json
from pathlib import Path
from random import Random

import tomli

TOP = Path(__file__).parents[1]

ODD = (
    *(None, True, False, 0, -1, 10**400, -(10**30), 1e308, 0.1, "", " ", "\n", "\x1b[31m", "\0", "é" * 50),
    *([], {}, [[]], {"": {}}, ["x"] * 30, {"a": 1}, "x" * 5000, "9" * 5000, "../../etc/passwd", "2026-13-45"),
)
"""Values of another type, size or shape."""

ODD_TEXT = (
    *(" " * 3000, "\n" * 3000, ":" * 3000, "." * 3000, "(" * 3000, '"' * 3000, "/a" * 1500, "9" * 5000, "[" * 3000),
    *("\0", "\x1b", "�", "0-999999999999", "a=" * 1500, "{" * 3000, "1e999", "-", "@{X}", "%s", "= ", "\u2028"),
)
"""Text that parsers may take too long for, or fail at."""

HOST: dict[str, bytes] = {
    "/proc/version": b"Linux version 6.1.0-13-amd64 (debian-kernel@lists.debian.org)\n",
    "/proc/sys/kernel/osrelease": b"6.1.0-13-amd64\n",
    "/proc/sys/kernel/hostname": b"host1\n",
    "/proc/sys/kernel/cap_last_cap": b"40\n",
    "/proc/sys/kernel/keys/root_maxkeys": b"1000000\n",
    "/proc/sys/net/ipv4/ip_local_port_range": b"32768\t60999\n",
    "/proc/sys/net/netfilter/nf_conntrack_max": b"262144\n",
    "/proc/sys/net/netfilter/nf_conntrack_count": b"12\n",
    "/proc/sys/user/max_user_namespaces": b"31000\n",
    "/proc/sys/fs/nr_open": b"1048576\n",
    "/proc/cmdline": b"root=/dev/vda1 ro quiet module_blacklist=sctp\n",
    "/proc/cpuinfo": b"processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Xeon\nflags\t\t: fpu lm hypervisor\n\n",
    "/proc/meminfo": b"MemTotal:        4000000 kB\nMemFree: 1 kB\n",
    "/proc/stat": b"cpu  1 2 3 4 5 6 7 8 9 10\nbtime 1\n",
    "/proc/swaps": b"Filename\t\t\t\tType\t\tSize\n",
    "/proc/modules": b"overlay 1 1 - Live 0x0\nxt_MASQUERADE 1 1 - Live 0x0\n",
    "/proc/filesystems": b"nodev\toverlay\n\text4\n",
    "/proc/cgroups": b"#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpu\t0\t1\t1\n",
    "/proc/self/cgroup": b"0::/user.slice/user-0.slice/session-1.scope\n",
    "/proc/1/cgroup": b"0::/init.scope\n",
    "/proc/1/comm": b"systemd\n",
    "/proc/1/environ": b"PATH=/usr/bin\0container=lxc\0",
    "/proc/self/mountinfo": (
        b"22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n"
        b"23 22 0:21 / /sys rw - sysfs sysfs rw\n24 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"
    ),
    "/proc/self/status": (
        b"Name:\tx\nUid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\nCapBnd:\t000001ffffffffff\nSeccomp:\t0\n"
        b"Cpus_allowed_list:\t0-3\nNSpid:\t1\n"
    ),
    "/proc/self/uid_map": b"         0          0 4294967295\n",
    "/proc/self/smaps": b"KernelPageSize:        4 kB\n",
    "/proc/net/route": b"Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\n"
    b"eth0\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\n",
    "/proc/net/tcp": b"  sl  local_address rem_address   st\n   0: 0100007F:0016 00000000:0000 0A 0\n",
    "/proc/net/if_inet6": b"00000000000000000000000000000001 01 80 10 80       lo\n",
    "/proc/user_beancounters": b"Version: 2.5\n  101: kmemsize 1 2 3 4 5\n",
    "/proc/sysinfo": b"Manufacturer: IBM\nVM00 Control Program: z/VM\nLPAR Number: 1\n",
    "/sys/devices/system/cpu/online": b"0-3\n",
    "/sys/class/dmi/id/sys_vendor": b"QEMU\n",
    "/sys/class/net/eth0/mtu": b"1500\n",
    "/sys/kernel/security/apparmor/profiles": b"x (unconfined)\n",
    "/sys/fs/cgroup/cgroup.controllers": b"cpu memory pids\n",
    "/etc/os-release": b'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12"\n',
    "/etc/hosts": b"127.0.0.1 localhost\n10.0.0.1 host1\n",
    "/etc/resolv.conf": b"nameserver 127.0.0.53\n",
    "/etc/nsswitch.conf": b"hosts: files dns\n",
    "/etc/passwd": b"root:x:0:0::/root:/bin/sh\nuser:x:1000:1000::/home/user:/bin/sh\n",
    "/etc/group": b"root:x:0:\ndocker:x:998:user\n",
    "/etc/subuid": b"root:100000:65536\n",
    "/etc/subgid": b"root:100000:65536\n",
    "/etc/ufw/ufw.conf": b"ENABLED=yes\n",
    "/etc/default/ufw": b'DEFAULT_FORWARD_POLICY="DROP"\n',
    "/etc/nomad.d/nomad.hcl": b'server_join {\n retry_join = ["10.0.0.1", "10.0.0.2:4648"]\n}\n',
    "/etc/default/etcd": b'ETCD_INITIAL_CLUSTER="a=http://10.0.0.1:2380"\n',
    "/etc/zookeeper/conf/zoo.cfg": b"dataDir=/var/lib/zookeeper\ndataLogDir=/srv/log\nserver.1=10.0.0.1:2888:3888\n",
    "/etc/mesos/zk": b"zk://10.0.0.1:2181,10.0.0.2:2181/mesos\n",
    "/etc/docker/daemon.json": (
        b'{"data-root": "/srv/docker", "mtu": 1400, "bip": "10.1.0.1/24", '
        b'"default-address-pools": [{"base": "10.0.0.0/8", "size": 24}], "insecure-registries": ["a:5000"]}'
    ),
    "/etc/default/docker": b'DOCKER_OPTS="--data-root /x"\n',
    "/etc/config/dockerd": b"config globals 'globals'\n\toption data_root '/opt/docker/'\n",
    "/etc/containerd/config.toml": b'version = 2\nroot = "/var/lib/containerd"\n',
    "/etc/containers/storage.conf": b'[storage]\ndriver = "overlay"\ngraphroot = "/var/lib/containers/storage"\n',
    "/etc/apparmor.d/podman": b"@{X}=/usr/bin/podman\nprofile x @{X} flags=(unconfined) {\n  userns,\n}\n",
    "/etc/modprobe.d/a.conf": b"blacklist sctp\ninstall overlay /bin/true\n",
    "/etc/audit/audit.rules": b"-a always,exit -S mount\n-w /usr/bin/dockerd -k docker\n",
    "/lib/systemd/system/docker.service": b"[Service]\nExecStart=/usr/bin/dockerd -H fd://\nLimitNOFILE=infinity\n",
    "/etc/systemd/system/sockets.target.wants/a.socket": b"[Socket]\nListenStream=0.0.0.0:8080\n",
    "/var/lib/kubelet/config.yaml": b"cgroupDriver: systemd\nfailSwapOn: false\n",
    "/boot/config-6.1.0-13-amd64": b"CONFIG_OVERLAY_FS=m\nCONFIG_BRIDGE=m\nCONFIG_NAMESPACES=y\n",
    "/lib/modules/6.1.0-13-amd64/modules.dep": b"kernel/fs/overlayfs/overlay.ko:\n",
    "/run/.containerenv": b'engine="podman-4"\n',
    "/run/systemd/container": b"lxc\n",
    "/.evidence/cpuid": b"CPU:\n   0x40000000 0x00: eax=0x40000001 ebx=0x4b4d564b ecx=0x564b4d56 edx=0x0000004d\n",
    "/.evidence/experiments.json": b'{"overlay": {"ok": true}, "userns": {"ok": false, "error": "EPERM"}, "ports": {}}',
}
"""Files of one made-up host, some from each probe."""

PROFILE = """title = "T"
summary = "S."
extends = "docker"
roles = ["worker"]
[[check]]
id = "mine"
fact = "hw.cpus"
at_least = 2
severity = "required"
title = "t"
why = "w"
fix = "f"
source = "s"
roles = ["worker"]
when = { fact = "virt.container", equals = "none", otherwise = "it is a container" }
"""
POLICY = """[gate]
profiles = ["docker"]
require = ["disk.randwrite.iops >= 500 IOPS"]
"""
JOB = """; hostcheck: disk.mine.iops
[mine]
rw=randwrite
bs=4k
size=16m
filename=${HC_FILE}
"""


WORKLOADS = tuple(sorted((TOP / "fuzz" / "workloads").iterdir()))
"""A file of each format that ``hostcheck fits`` reads."""


def changed_json(chance: Random, document: object) -> object:
    """Return a document, some values of which have another type, size or shape, or are missing, or there twice."""
    document = json.loads(json.dumps(document))
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        # Each part of the document as often as any other: most of its values are in few of them.
        parts = [part for part in document.values() if part] if isinstance(document, dict) else []
        places = list(_places(chance.choice(parts) if parts and chance.random() < 0.9 else document))
        holder, key = chance.choice(places)
        found = holder[key]
        alike = [odd for odd in ODD if type(odd) is type(found)]
        match chance.randrange(6):
            case 0:
                del holder[key]
            case 1 if isinstance(holder, list):
                holder[:] = holder * chance.choice((2, 50))
            case 2 if isinstance(holder, dict):
                holder[str(chance.choice(ODD))[:50]] = found
            case 3 | 4 if alike:
                holder[key] = json.loads(json.dumps(chance.choice(alike)))
            case _:
                holder[key] = json.loads(json.dumps(chance.choice(ODD)))
    return document


def _places(value: object) -> list[tuple]:
    found: list[tuple] = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        keys = one.keys() if isinstance(one, dict) else range(len(one)) if isinstance(one, list) else ()
        found += [(one, key) for key in keys]
        waiting += [one[key] for key in keys]  # type: ignore[index]
    return found or [({"": 1}, "")]


def changed_toml(chance: Random, text: str) -> str:
    """Return a document of TOML that was changed as one, or as text."""
    if chance.random() < 0.3:
        return changed_text(chance, text)
    document = changed_json(chance, tomli.loads(text))
    assert isinstance(document, dict)
    return "".join(f"{json.dumps(key)} = {_toml(value)}\n" for key, value in document.items())


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return "nan" if value is None else json.dumps(value)


def changed_text(chance: Random, text: str) -> str:
    """Return a text, some lines, words or values of which are missing, repeated or odd."""
    for _ in range(chance.randint(1, 3)):
        lines = text.split("\n")
        at = chance.randrange(len(lines))
        odd = chance.choice(ODD_TEXT)
        match chance.randrange(7):
            case 0:
                lines[at] = odd
            case 1:
                lines[at] = lines[at] * 200
            case 2:
                lines[at:at] = [lines[at]] * 300
            case 3:
                name, sign, value = lines[at].partition(chance.choice("= :/"))
                lines[at] = f"{name}{sign}{odd}" if chance.random() < 0.5 else f"{name}{odd}{sign}{value}"
            case 4:
                del lines[at]
            case 5:
                lines[at] = lines[at][: chance.randint(0, len(lines[at]))] + odd
            case _:
                lines = text[: chance.randint(0, len(text))].split("\n")
        text = "\n".join(lines)[:100_000]
    return text


def changed_bytes(chance: Random, data: bytes) -> bytes:
    """Return a file that was changed as JSON where it is, else as text; now and then it is no text at all."""
    if chance.random() < 0.1:
        return chance.randbytes(chance.randint(0, 3000))
    if data.startswith(b"{") and chance.random() < 0.6:
        return json.dumps(changed_json(chance, json.loads(data))).encode("utf-8", "surrogatepass")
    return changed_text(chance, data.decode()).encode("utf-8", "surrogatepass")
