import os

import pytest

from hostcheck.host.captured import CapturedHost
from hostcheck.host.identity import identify, parse_arch
from hostcheck.host.live import LiveHost
from hostcheck.run.model import HostIdentity


def test_this_machine_is_named_as_uname_names_it():
    outcome = identify(LiveHost())
    kernel = os.uname()
    assert (outcome.name, outcome.kernel, outcome.arch) == (kernel.nodename, kernel.release, kernel.machine)
    assert outcome.cpus == len(os.sched_getaffinity(0))
    assert outcome.memory_bytes == os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def test_a_captured_host_is_not_identified_by_this_machine(tmp_path):
    assert identify(CapturedHost(tmp_path)) == HostIdentity("captured")


def test_a_captured_host_is_identified_by_its_files(tmp_path):
    for path, text in {
        "proc/sys/kernel/hostname": "private.example\n",
        "proc/version": "Linux version 5.4.0-1 (gcc) #1 SMP\n",
        "proc/cpuinfo": "processor\t: 0\nflags\t: fpu lm\n\nprocessor\t: 1\nflags\t: fpu lm\n",
        "proc/meminfo": "MemTotal:        2048 kB\nMemFree: 1 kB\n",
        "usr/lib/os-release": 'NAME=X\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    assert identify(CapturedHost(tmp_path)) == HostIdentity(
        "captured", "5.4.0-1", "x86_64", 2, 2048 * 1024, "Debian GNU/Linux 12 (bookworm)"
    )


@pytest.mark.parametrize(
    ("cpuinfo", "arch"),
    [
        ("flags\t\t: fpu vme lm\n", "x86_64"),
        ("flags\t\t: fpu vme\n", "i686"),
        ("Features\t: fp asimd\nCPU implementer\t: 0x41\n", "aarch64"),
        ("Features\t: half thumb\nCPU implementer\t: 0x41\nCPU architecture: 7\n", "armv7l"),
        ("vendor_id       : IBM/S390\n", "s390x"),
        ("cpu\t\t: POWER9, altivec supported\n", "ppc64le"),
        ("cpu\t\t: POWER7 (architected)\n", "ppc64"),
        ("isa\t\t: rv64imafdc\n", "riscv64"),
        ("type\t\t: sun4v\n", "sparc64"),
        ("junk", None),
        ("", None),
    ],
)
def test_the_architecture_is_detected_by_the_fields_of_cpuinfo(cpuinfo, arch):
    assert parse_arch(cpuinfo) == arch
