"""The content of a workload file: its workloads, the rules on their hosts, and the mistakes of the file itself.

Every rule has its file and line.
"""

from dataclasses import dataclass

from hostcheck.run.model import Severity
from hostcheck.workloadfiles.needs import Need
from hostcheck.workloadfiles.place import Place


@dataclass(frozen=True, slots=True)
class AtMost:
    """A maximum number of instances on the hosts that share the value of an attribute.

    Attributes:
        place: the file and the line.
        said: the text in the file.
        count: of instances.
        attribute: "hostname" for each host.
    """

    place: Place
    said: str
    count: int
    attribute: str = "hostname"


@dataclass(frozen=True, slots=True)
class Where:
    """Only on hosts with a matching attribute.

    Attributes:
        place: the file and the line.
        said: the text in the file.
        attribute: "hostname", or an attribute in the scheduler.
        operator: "is", "in", "not in", "like", "unlike", "exists", "absent".
        values: the values to compare with.
        absent: whether a host without the attribute matches.
    """

    place: Place
    said: str
    attribute: str
    operator: str
    values: tuple[str, ...]
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Apart:
    """Not on a host that runs one of these workloads.

    Attributes:
        place: the file and the line.
        said: the text in the file.
        pattern: a pattern of their names, in the syntax of Go's path.Match.
    """

    place: Place
    said: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Beside:
    """Only on a host that runs this workload.

    Attributes:
        place: the file and the line.
        said: the text in the file.
        name: the name of the workload.
    """

    place: Place
    said: str
    name: str


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Only on hosts that meet at least one of several terms; a term is met if all its rules are.

    Attributes:
        place: the file and the line.
        said: the text in the file.
        terms: the rules of each.
    """

    place: Place
    said: str
    terms: tuple[tuple[Where, ...], ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """An even distribution of instances over the values of an attribute.

    Attributes:
        place: the file and the line.
        said: the text in the file.
        skew: the maximum difference between the largest and the smallest number.
        attribute: "hostname" for each host.
        least: the minimum number of values; with fewer, the smallest number counts as 0.
    """

    place: Place
    said: str
    skew: int
    attribute: str = "hostname"
    least: int = 1


@dataclass(frozen=True, slots=True)
class Toleration:
    """A toleration, which allows a pod on nodes with a taint.

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
        place: the file and the line.
        said: the text in the file.
        tolerations: each.
    """

    place: Place
    said: str
    tolerations: tuple[Toleration, ...]


Rule = AtMost | Where | AnyOf | Spread | Tolerates | Apart | Beside


@dataclass(frozen=True, slots=True)
class Workload:
    """A workload that a file starts, with all its instances.

    Attributes:
        name: as the file has it: "web", "/tools/oauth-server", "myapp.service".
        place: the file and the line where it begins.
        instances: the number of instances; None if unknown; ignored if there is one on each host.
        each_host: whether every host gets one.
        needs: the needs of each instance.
        rules: the rules on the hosts of instances.
        alone: why two instances cannot be on one host; empty if they can.
        engines: the profiles of further engines that it needs, besides that of its file: Docker under Marathon.
        mark: the label of its containers, "shop/web" for the service web of the Compose project shop; empty if its
            format sets none.
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

    @property
    def is_none(self) -> bool:
        """Whether nothing of it runs: the file asks for no instance."""
        return self.instances == 0 and not self.each_host


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake in a file itself, independent of the host.

    Attributes:
        rule: a short name for it: "compose/name-with-replicas".
        place: the file and the line.
        severity: required if the workload certainly does not start; otherwise recommended.
        title: its subject, in a few words.
        said: the mistake, in words.
        fix: what to write instead.
        source: the source of the rule.
        workload: the workload's name; empty if it concerns the whole file.
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
    """The content of the files of one argument.

    Attributes:
        file: the first file.
        format: "compose", "kubernetes"….
        profile: the profile of the engine that runs it; empty if no engine does.
        workloads: in the order of the file.
        mistakes: in the order of the file.
        notes: parts that were read but have no effect, and further files.
    """

    file: str
    format: str
    profile: str
    workloads: tuple[Workload, ...]
    mistakes: tuple[Mistake, ...] = ()
    notes: tuple[str, ...] = ()
