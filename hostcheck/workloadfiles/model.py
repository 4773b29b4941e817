"""The content of a workload file: its workloads, the rules for their hosts, and mistakes in the file itself.

Every rule has the file and the line.
"""

from dataclasses import dataclass

from hostcheck.run.model import Severity
from hostcheck.workloadfiles.needs import Need
from hostcheck.workloadfiles.place import Place


@dataclass(frozen=True, slots=True)
class AtMost:
    """A maximum number of instances on all hosts with the same value of an attribute.

    Attributes:
        place: the file and the line.
        said: the text in the file.
        count: the maximum number of instances.
        attribute: the attribute; "hostname" for a maximum on each host.
    """

    place: Place
    said: str
    count: int
    attribute: str = "hostname"


@dataclass(frozen=True, slots=True)
class Where:
    """A rule that instances run only on hosts whose attribute has certain values.

    Attributes:
        place: the file and the line.
        said: the text in the file.
        attribute: "hostname", or an attribute in the scheduler.
        operator: how the values are compared: "is", "in", "not in", "like", "exists", ">"… An unknown operator is not
            judged.
        values: the values to compare with.
        absent: whether a host without the attribute is accepted.
    """

    place: Place
    said: str
    attribute: str
    operator: str
    values: tuple[str, ...]
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Apart:
    """A rule that instances do not run on a host with a workload whose name matches a pattern.

    Attributes:
        place: the file and the line.
        said: the text in the file.
        pattern: the pattern of names, in the syntax of Go's path.Match.
    """

    place: Place
    said: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Beside:
    """A rule that instances run only on a host with a certain workload.

    Attributes:
        place: the file and the line.
        said: the text in the file.
        name: the name of that workload.
    """

    place: Place
    said: str
    name: str


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A rule that instances run only on hosts that meet at least one of several terms.

    Attributes:
        place: the file and the line.
        said: the text in the file.
        terms: the rules of each term. A host meets a term if it meets all its rules.
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
        skew: the maximum difference between the largest and the smallest number of instances with one value.
        attribute: the attribute; "hostname" for a distribution over hosts.
        least: the minimum number of values; if there are fewer, the smallest number of instances is taken as 0.
    """

    place: Place
    said: str
    skew: int
    attribute: str = "hostname"
    least: int = 1


@dataclass(frozen=True, slots=True)
class Toleration:
    """A permission to run a pod on nodes with certain taints.

    Attributes:
        key: the key of the taint; "" for all keys.
        effect: the effect of the taint; "" for all effects.
        value: the value of the taint.
        any_value: whether any value of the taint is tolerated.
    """

    key: str
    effect: str
    value: str
    any_value: bool = True


@dataclass(frozen=True, slots=True)
class Tolerates:
    """A rule that instances run only on hosts whose taints are tolerated.

    Attributes:
        place: the file and the line.
        said: the text in the file.
        tolerations: the tolerations.
    """

    place: Place
    said: str
    tolerations: tuple[Toleration, ...]


Rule = AtMost | Where | AnyOf | Spread | Tolerates | Apart | Beside


@dataclass(frozen=True, slots=True)
class Workload:
    """A workload that a file starts, with all its instances.

    Attributes:
        name: the name in the file: "web", "/tools/oauth-server", "myapp.service".
        place: the file and the line where the workload begins.
        instances: the number of instances; None if unknown. Ignored if ``each_host``.
        each_host: whether every host gets one instance.
        needs: the needs of each instance.
        rules: the rules for the hosts of instances.
        alone: why two instances cannot be on one host; empty if they can.
        engines: the profiles of further engines that it needs, besides that of its file: Docker under Marathon.
        perhaps: why it may not run at the same time as the other workloads, or not on the same host; empty if it does.
            Workloads with the same text run together if they run at all.
        mark: the label of its containers, such as "shop/web" for the service web of the Compose project shop; empty if
            the format sets no label.
    """

    name: str
    place: Place
    instances: int | None = 1
    each_host: bool = False
    needs: tuple[Need, ...] = ()
    rules: tuple[Rule, ...] = ()
    alone: str = ""
    engines: tuple[str, ...] = ()
    perhaps: str = ""
    mark: str = ""

    @property
    def is_none(self) -> bool:
        """Whether the file asks for no instance."""
        return self.instances == 0 and not self.each_host


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake in a file itself, independent of the host.

    Attributes:
        rule: the name of the rule in ``RULES``: "compose/name-with-replicas".
        place: the file and the line.
        severity: "required" if the workload certainly does not start; otherwise "recommended".
        title: the subject of the rule, in a few words.
        said: the mistake, in words.
        fix: how to correct it.
        source: the source of the rule.
        workload: the name of the workload; empty if the mistake concerns the whole file.
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
    """The content of a workload file, or of several that belong together.

    Attributes:
        file: the path of the first file.
        format: "compose", "kubernetes"…
        profile: the profile of the engine that runs the workloads; empty if they need no engine.
        workloads: the workloads, in the order of the file.
        mistakes: the mistakes in the file itself.
        notes: notes for the reader: parts of the file without effect, and files that were not read.
        together: why all instances of its workloads run on one host; empty if they can be on several.
    """

    file: str
    format: str
    profile: str
    workloads: tuple[Workload, ...]
    mistakes: tuple[Mistake, ...] = ()
    notes: tuple[str, ...] = ()
    together: str = ""
