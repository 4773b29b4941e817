"""What a workload needs of a host. Each need has the file and the line that state it.

A need that the format cannot express is absent. A need whose expression cannot be evaluated is ``Unclear``, never a
guess.
"""

from dataclasses import dataclass, field
from typing import Literal

from hostcheck.plaintext import plain
from hostcheck.workloadfiles.node import ANY, RefusedError
from hostcheck.workloadfiles.place import Place

Resource = Literal["cpu", "mhz", "memory", "disk", "pods"]
_MOST = 1e30
PathKind = Literal["any", "directory", "file", "socket", "char device", "block device"]


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of a shared resource: CPUs, memory, disk, or pods on a node.

    Attributes:
        place: the file and the line.
        said: the text in the file.
        resource: the resource.
        value: the number of CPUs, MHz, bytes or pods.
        reserved: whether the amount is reserved, so that the sum on a host is limited; otherwise it is a limit of the
            workload.
    """

    place: Place
    said: str
    resource: Resource
    value: float
    reserved: bool

    def __post_init__(self) -> None:
        """Require an amount that a host can have.

        Raises:
            RefusedError: if the amount is negative or too large. A negative one would give other workloads more room.
        """
        if not 0 <= self.value <= _MOST:
            raise RefusedError(self.place, ANY, f"{plain(self.said[:80])}: expected an amount from 0 to {_MOST:g}")


@dataclass(frozen=True, slots=True)
class HostPort:
    """A port of the host, or any one port of a range.

    Attributes:
        place: the file and the line.
        said: the text in the file.
        protocol: "tcp", "udp" or "sctp".
        first: the port, or the first port of the range.
        last: the last port of the range; equal to ``first`` for a single port.
        address: the address of the host; "0.0.0.0" for all of IPv4, "::" for all of IPv6, "" for all of both.
        inside: the port of the container that it leads to; 0 if that is not known.
    """

    place: Place
    said: str
    protocol: str
    first: int
    last: int
    address: str = ""
    inside: int = field(default=0, compare=False)

    @property
    def label(self) -> str:
        """The port in words: "80/tcp", "127.0.0.1:8000-8010/tcp"."""
        ports = f"{self.first}" if self.first == self.last else f"{self.first}-{self.last}"
        address = f"[{self.address}]" if ":" in self.address else self.address
        return f"{address}:{ports}/{self.protocol}" if address else f"{ports}/{self.protocol}"


@dataclass(frozen=True, slots=True)
class HostPath:
    """A file or folder of the host that the workload needs, usually to mount it.

    Attributes:
        place: the file and the line.
        said: the text in the file.
        path: the absolute path.
        kind: the kind of file that must exist.
        created: whether the engine creates a folder if the path does not exist.
    """

    place: Place
    said: str
    path: str
    kind: PathKind = "any"
    created: bool = False


@dataclass(frozen=True, slots=True)
class Device:
    """A device of the host.

    Attributes:
        place: the file and the line.
        said: the text in the file.
        path: a path below /dev.
    """

    place: Place
    said: str
    path: str


@dataclass(frozen=True, slots=True)
class Gpu:
    """A graphics processor.

    Attributes:
        place: the file and the line.
        said: the text in the file.
        vendor: "nvidia" or "amd"; "" for any vendor.
    """

    place: Place
    said: str
    vendor: str = ""


@dataclass(frozen=True, slots=True)
class Sysctl:
    """A kernel parameter that is set for the container.

    Attributes:
        place: the file and the line.
        said: the text in the file.
        name: the name of the parameter, with dots.
    """

    place: Place
    said: str
    name: str


@dataclass(frozen=True, slots=True)
class Capability:
    """A capability (capabilities(7)) that the container gets, or all of them.

    Attributes:
        place: the file and the line.
        said: the text in the file.
        name: the name, such as "net_admin"; "all" for a privileged container.
    """

    place: Place
    said: str
    name: str


@dataclass(frozen=True, slots=True)
class Platform:
    """The processor architecture for which the image or the workload is built.

    Attributes:
        place: the file and the line.
        said: the text in the file.
        architecture: Go's name of the architecture: "amd64", "arm64".
    """

    place: Place
    said: str
    architecture: str


@dataclass(frozen=True, slots=True)
class KernelFact:
    """A property of the host that is a fact of the audit: AppArmor, SELinux, IPv6, cgroup v2.

    Attributes:
        place: the file and the line.
        said: the text in the file.
        fact: the id of the fact.
        wanted: the accepted values.
        what: the name of the property: "AppArmor".
    """

    place: Place
    said: str
    fact: str
    wanted: tuple[str | bool, ...]
    what: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """A need that the file does not determine.

    Attributes:
        place: the file and the line.
        said: the text in the file.
        what: the needed resource, in words: "a port of the host", "memory".
        reason: why it is unknown.
    """

    place: Place
    said: str
    what: str
    reason: str


Need = Amount | HostPort | HostPath | Device | Gpu | Sysctl | Capability | Platform | KernelFact | Unclear
