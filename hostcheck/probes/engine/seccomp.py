"""The version of libseccomp, by which runc and crun make the filter of system calls.

A system call that the library does not know is not in the filter's list of allowed calls, and so fails with EPERM.
Sources: docker-library/official-images#16829; libseccomp CHANGELOG (2.4.4 and 2.5.0: the table of Linux 5.8).
"""

import re
from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.probes.readings import undetermined
from hostcheck.run.model import NONE, Evidence, Fact

_FACT = "host.libseccomp"
_NAME = "libseccomp.so.2"
_TRIPLETS = ("x86_64", "aarch64", "powerpc64le", "s390x", "riscv64")
_FOLDERS = (
    *(f"/usr/lib/{processor}-linux-gnu" for processor in _TRIPLETS),
    *("/usr/lib/arm-linux-gnueabihf", "/usr/lib64", "/usr/lib"),
)
_VERSION = re.compile(r"libseccomp\.so\.(\d+\.\d+\.\d+)$")


def probe(host: Host) -> Iterator[Fact]:
    """Yield host.libseccomp: the version in the name of the file that the library's link leads to."""
    paths = tuple(f"{folder}/{_NAME}" for folder in _FOLDERS)
    for reading in (host.readlink(path) for path in paths):
        found = _VERSION.search((reading.text or "").strip())
        if found:
            yield Fact(_FACT, found[1], evidence=(reading.evidence("the version", found[0]),))
            return
    if host.proves_absence and not any(host.exists(path) for path in paths):
        yield Fact(_FACT, NONE, evidence=(Evidence(", ".join(paths), None, "not installed"),))
    else:
        yield Fact.unknown(_FACT, undetermined(_NAME))
