"""What a workload file asks for: its workloads, what each needs of a host, and where it may run.

Every need and rule keeps the file and the line where it stands. What a format cannot say is absent; what it says by an
expression that cannot be evaluated is ``Unclear``, never a guess.
"""

from dataclasses import dataclass
from typing import Literal

from hostcheck.run.model import Severity

Resource = Literal["cpu", "memory", "disk", "pods"]
PathKind = Literal["any", "directory", "file", "socket", "char device", "block device"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line of a file.

    Attributes:
        file: its path, as the user named it.
        line: counted from 1.
    """

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Amount:
    """So much of a resource that is shared: CPUs, bytes of memory, bytes of disk, pods of a node.

    Attributes:
        place: where it stands.
        said: as it stands there.
        resource: which one.
        value: CPUs, bytes, or pods.
        reserved: whether it is set aside for the workload: a host can promise no more than it has. Else it is a limit.
    """

    place: Place
    said: str
    resource: Resource
    value: float
    reserved: bool


@dataclass(frozen=True, slots=True)
class HostPort:
    """A port of the host, or one of a range.

    Attributes:
        place: where it stands.
        said: as it stands there.
        protocol: "tcp", "udp" or "sctp".
        first: the port.
        last: the last one of the range that may be taken; the same where it is one port.
        address: of the host; "" for all of them.
    """

    place: Place
    said: str
    protocol: str
    first: int
    last: int
    address: str = ""

    @property
    def label(self) -> str:
        """Such as "80/tcp" or "127.0.0.1:8000-8010/tcp"."""
        ports = f"{self.first}" if self.first == self.last else f"{self.first}-{self.last}"
        address = f"[{self.address}]" if ":" in self.address else self.address
        return f"{address}:{ports}/{self.protocol}" if address else f"{ports}/{self.protocol}"


@dataclass(frozen=True, slots=True)
class HostPath:
    """A file or folder of the host that is mounted into the container.

    Attributes:
        place: where it stands.
        said: as it stands there.
        path: absolute.
        kind: of what is to be there.
        created: whether the engine makes a folder where nothing is.
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
        place: where it stands.
        said: as it stands there.
        path: below /dev.
    """

    place: Place
    said: str
    path: str


@dataclass(frozen=True, slots=True)
class Gpu:
    """A graphics processor.

    Attributes:
        place: where it stands.
        said: as it stands there.
        vendor: "nvidia", "amd", or "" for any.
    """

    place: Place
    said: str
    vendor: str = ""


@dataclass(frozen=True, slots=True)
class Sysctl:
    """A parameter of the kernel that is set for the container.

    Attributes:
        place: where it stands.
        said: as it stands there.
        name: dotted.
    """

    place: Place
    said: str
    name: str


@dataclass(frozen=True, slots=True)
class Capability:
    """A capability(7) that the container gets, or all of them.

    Attributes:
        place: where it stands.
        said: as it stands there.
        name: "net_admin"; "all" for a privileged container.
    """

    place: Place
    said: str
    name: str


@dataclass(frozen=True, slots=True)
class Platform:
    """The processor that the image, or the workload, is for.

    Attributes:
        place: where it stands.
        said: as it stands there.
        architecture: as Go names it: "amd64", "arm64".
    """

    place: Place
    said: str
    architecture: str


@dataclass(frozen=True, slots=True)
class KernelFact:
    """Something of the host that a fact of the audit says: AppArmor, SELinux, IPv6, cgroup v2.

    Attributes:
        place: where it stands.
        said: as it stands there.
        fact: its id.
        wanted: the values that are right.
        what: it in words: "AppArmor".
    """

    place: Place
    said: str
    fact: str
    wanted: tuple[str | bool, ...]
    what: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """A need whose value is not known from the file.

    Attributes:
        place: where it stands.
        said: as it stands there.
        what: it is a need of: "a port of the host", "memory".
        reason: why it is not known.
    """

    place: Place
    said: str
    what: str
    reason: str


Need = Amount | HostPort | HostPath | Device | Gpu | Sysctl | Capability | Platform | KernelFact | Unclear


@dataclass(frozen=True, slots=True)
class AtMost:
    """At most so many instances on the hosts that share the value of an attribute.

    Attributes:
        place: where it stands.
        said: as it stands there.
        count: of instances.
        attribute: "hostname" for each host.
    """

    place: Place
    said: str
    count: int
    attribute: str = "hostname"


@dataclass(frozen=True, slots=True)
class Where:
    """Only on hosts of which an attribute fits.

    Attributes:
        place: where it stands.
        said: as it stands there.
        attribute: "hostname", or one that the scheduler gives its hosts.
        operator: "is", "in", "not in", "like", "unlike", "exists", "absent".
        values: what it is compared with.
        absent: whether a host without the attribute fits.
    """

    place: Place
    said: str
    attribute: str
    operator: str
    values: tuple[str, ...]
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Apart:
    """Not on a host that has one of these workloads.

    Attributes:
        place: where it stands.
        said: as it stands there.
        pattern: of their names, as Go's path.Match has it.
    """

    place: Place
    said: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Beside:
    """Only on a host that has this workload.

    Attributes:
        place: where it stands.
        said: as it stands there.
        name: of the workload.
    """

    place: Place
    said: str
    name: str


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Only on hosts that one of several terms fits; of a term all rules.

    Attributes:
        place: where it stands.
        said: as it stands there.
        terms: the rules of each.
    """

    place: Place
    said: str
    terms: tuple[tuple[Where, ...], ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """As many instances on the hosts of one value of an attribute as on those of another one, but for a few.

    Attributes:
        place: where it stands.
        said: as it stands there.
        skew: by how many the most may exceed the fewest.
        attribute: "hostname" for each host.
        least: values there have to be; with fewer the fewest are none.
    """

    place: Place
    said: str
    skew: int
    attribute: str = "hostname"
    least: int = 1


@dataclass(frozen=True, slots=True)
class Toleration:
    """What lets a pod onto nodes with a taint.

    Attributes:
        key: of the taint; "" for all.
        effect: of the taint; "" for all.
        value: of the taint.
        any_value: whether the value does not matter.
    """

    key: str
    effect: str
    value: str
    any_value: bool = True


@dataclass(frozen=True, slots=True)
class Tolerates:
    """Only on hosts whose taints are tolerated.

    Attributes:
        place: where it stands.
        said: as it stands there.
        tolerations: each.
    """

    place: Place
    said: str
    tolerations: tuple[Toleration, ...]


Rule = AtMost | Where | AnyOf | Spread | Tolerates | Apart | Beside


@dataclass(frozen=True, slots=True)
class Workload:
    """Something that a file starts, with all its instances.

    Attributes:
        name: as the file has it: "web", "/tools/oauth-server", "myapp.service".
        place: where it begins.
        instances: how many; ignored where there is one on each host; None where that is not known.
        each_host: whether every host gets one.
        needs: of each instance.
        rules: where instances may run.
        alone: whether two instances on one host clash, and why; empty where they do not.
        engines: profiles of what it needs beside the engine of its file: Docker below Marathon.
        mark: the label of its containers, "shop/web" for the service web of the Compose project shop; empty where
            its format sets none.
    """

    name: str
    place: Place
    instances: int | None = 1
    each_host: bool = False
    needs: tuple[Need, ...] = ()
    rules: tuple[Rule, ...] = ()
    alone: str = ""
    engines: tuple[str, ...] = ()
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a file itself, whatever the host.

    Attributes:
        rule: a short name for it: "compose/name-with-replicas".
        place: where.
        severity: required where the workload certainly does not start; else recommended.
        title: what it is about, in a few words.
        said: what is wrong, in words.
        fix: what to write instead.
        source: of the rule.
        workload: its name; empty where it is of the whole file.
    """

    rule: str
    place: Place
    severity: Severity
    title: str
    said: str
    fix: str
    source: str
    workload: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """What the files of one argument ask for.

    Attributes:
        file: the first of them.
        format: "compose", "kubernetes"….
        profile: of the engine that runs it.
        workloads: in the order of the file.
        mistakes: in the order of the file.
        notes: what was read of it and does not count, and what other files were.
    """

    file: str
    format: str
    profile: str
    workloads: tuple[Workload, ...]
    mistakes: tuple[Mistake, ...] = ()
    notes: tuple[str, ...] = ()
