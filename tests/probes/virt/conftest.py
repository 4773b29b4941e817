import struct

import pytest

from hostcheck.catalogue.kinds import fits
from hostcheck.catalogue.loader import entries
from hostcheck.host.captured import CapturedHost
from hostcheck.probes.virt import probe

FIRST = {"pid": 4026531836, "cgroup": 4026531835, "user": 4026531837, "uts": 4026531838, "ipc": 4026531839}
OWN = {kind: 4026532400 + number for number, kind in enumerate(FIRST)} | {"user": FIRST["user"]}

HYPERVISOR_BIT = 1 << 31


def registers(leaf, signature):
    ebx, ecx, edx = struct.unpack("<III", signature.encode().ljust(12, b"\0"))
    return f"   {leaf:#010x} 0x00: eax={leaf + 1:#010x} ebx={ebx:#010x} ecx={ecx:#010x} edx={edx:#010x}\n"


class Tree:
    """Builds a captured root a few witnesses at a time."""

    def __init__(self, root):
        self.root = root

    def write(self, path, content=""):
        place = self.root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())
        return self

    def link(self, path, target):
        place = self.root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(target)
        return self

    def x86(self, *, hypervisor, model="Intel(R) Xeon(R) CPU"):
        flags = "fpu vme tsc lm hypervisor" if hypervisor else "fpu vme tsc lm"
        return self.write(
            "/proc/cpuinfo", f"processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: {model}\nflags\t\t: {flags}\n"
        )

    def linux(self, release, arch="x86_64"):
        self.write("/proc/sys/kernel/osrelease", f"{release}\n").write("/proc/sys/kernel/arch", f"{arch}\n")
        return self.write("/proc/version", f"Linux version {release} (gcc) #1 SMP\n")

    def arm(self):
        return self.write("/proc/cpuinfo", "processor\t: 0\nBogoMIPS\t: 243.75\nFeatures\t: fp asimd\n")

    def cpuid(self, **leaves):
        """Sign leaves: cpuid(base="Microsoft Hv", next="KVMKVMKVM"); without any, the hypervisor bit is clear."""
        places = {"base": 0x40000000, "next": 0x40000100}
        bit = HYPERVISOR_BIT if leaves else 0
        text = f"CPU:\n   0x00000001 0x00: eax=0x00000000 ebx=0x00000000 ecx={bit:#010x} edx=0x00000000\n"
        return self.write(
            "/.evidence/cpuid", text + "".join(registers(places[name], signed) for name, signed in leaves.items())
        )

    def dmi(self, **ids):
        for name, value in ids.items():
            self.write(f"/sys/class/dmi/id/{name}", value + "\n")
        return self

    def vm_bit(self, *, is_set):
        raw = bytearray(26)
        raw[1], raw[0x13] = 26, 0x1C if is_set else 0x0C
        return self.write("/sys/firmware/dmi/entries/0-0/raw", bytes(raw))

    def clocks(self, text):
        return self.write("/sys/devices/system/clocksource/clocksource0/available_clocksource", text)

    def namespaces(self, inodes):
        for kind, inode in inodes.items():
            self.link(f"/proc/self/ns/{kind}", f"{kind}:[{inode}]")
        return self

    def root_mount(self, fs_type, source, options="rw", root="/"):
        return self.write("/proc/self/mountinfo", f"1 0 0:50 {root} / rw - {fs_type} {source} {options}\n")

    def metal(self):
        return (
            self.x86(hypervisor=False)
            .cpuid()
            .dmi(sys_vendor="Supermicro", product_name="X10SLH", bios_vendor="American Megatrends Inc.")
        )

    def kvm(self):
        return self.x86(hypervisor=True).cpuid(base="KVMKVMKVM")

    def on_the_host(self):
        return self.namespaces(FIRST).write("/proc/1/environ", "HOME=/\0")

    def contained(self):
        return self.namespaces(OWN)

    def environ(self, **variables):
        return self.write("/proc/1/environ", "".join(f"{name}={value}\0" for name, value in variables.items()))

    def cgroup(self, *lines):
        for process in ("self", "1"):
            self.write(f"/proc/{process}/cgroup", "".join(f"{line}\n" for line in lines))
        return self

    def docker(self):
        """Be what a container of Docker shows under control groups v2, in namespaces of its own."""
        layers = "rw,lowerdir=/var/lib/docker/overlay2/l/A,upperdir=/var/lib/docker/overlay2/b/diff"
        self.contained().write("/.dockerenv").cgroup("0::/").environ(PATH="/bin")
        return self.root_mount("overlay", "overlay", layers)

    def pod(self):
        """Be what a pod shows that containerd runs, with private control groups and no marker file."""
        self.contained().cgroup("0::/").environ(PATH="/bin", KUBERNETES_SERVICE_HOST="10.0.0.1")
        return self.write("/var/run/secrets/kubernetes.io/serviceaccount/namespace", "default")

    def lxc(self):
        return self.contained().cgroup("0::/.lxc").environ(container="lxc")

    def facts(self):
        facts = {fact.id: fact for fact in probe(CapturedHost(self.root))}
        assert [fact for fact in facts.values() if fact.known and not fits(entries()[fact.id].kind, fact.value)] == []
        return facts


@pytest.fixture
def tree(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    return Tree(root)


@pytest.fixture
def first_namespaces():
    return dict(FIRST)


@pytest.fixture
def own_namespaces():
    return dict(OWN)
