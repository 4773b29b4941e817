"""The rules that workload files themselves can break, each with its severity and its source."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hostcheck.run.model import Severity
from hostcheck.workloadfiles.model import Mistake
from hostcheck.workloadfiles.place import Place


@dataclass(frozen=True, slots=True)
class FileRule:
    """A rule that a file can break.

    Attributes:
        severity: "required" if the workload certainly does not start; otherwise "recommended".
        title: the subject of the rule, in a few words.
        source: the source of the rule.
    """

    severity: Severity
    title: str
    source: str


_COMPOSE = "https://docs.docker.com/reference/compose-file/services/"
_REFERENCE = "https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/"
_FLEET = "https://github.com/coreos/fleet/blob/master/Documentation/unit-files-and-scheduling.md"
_MARATHON = "https://mesosphere.github.io/marathon/docs/"
_MARATHON_API = "https://mesosphere.github.io/marathon/api-console/index.html"
_SYSCTLS = "https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/"
_SERVICES = "https://kubernetes.io/docs/concepts/services-networking/service/"

RULES: Mapping[str, FileRule] = {
    "compose/dependency-cycle": FileRule("required", "Dependencies without a cycle", f"{_COMPOSE}#depends_on"),
    "compose/host-sysctl": FileRule("required", "Sysctls that belong to the host", f"{_COMPOSE}#sysctls"),
    "compose/mounted-twice": FileRule("recommended", "One mount at each path", f"{_COMPOSE}#volumes"),
    "compose/name-with-replicas": FileRule(
        "required", "One container name for several instances", f"{_COMPOSE}#container_name"
    ),
    "compose/ports-with-host-network": FileRule("recommended", "Ports beside the host's network", f"{_COMPOSE}#ports"),
    "compose/ports-of-another": FileRule(
        "required", "Ports beside another container's network", f"{_COMPOSE}#network_mode"
    ),
    "compose/refused": FileRule("required", "Values that the engine accepts", _COMPOSE),
    "compose/sexagesimal-port": FileRule("recommended", "A port that YAML 1.1 reads as a number", f"{_COMPOSE}#ports"),
    "compose/twice": FileRule("required", "A name and an address for each container", f"{_COMPOSE}#container_name"),
    "compose/undefined-resource": FileRule("required", "Volumes, networks, secrets and configs that exist", _COMPOSE),
    "compose/unknown-key": FileRule(
        "required", "Keys that Compose knows", "https://github.com/compose-spec/compose-spec"
    ),
    "compose/unknown-dependency": FileRule("required", "Dependencies that exist", f"{_COMPOSE}#depends_on"),
    "compose/wrong-form": FileRule(
        "required", "Values of the form that Compose takes", "https://github.com/compose-spec/compose-spec"
    ),
    "file/port-twice": FileRule("required", "Ports of the host that a container asks for once", "docs/fits.md"),
    "file/refused": FileRule("required", "Values that the format takes", "docs/fits.md"),
    "fleet/conflicts-with-itself": FileRule(
        "recommended", "Conflicts that keep instances apart", f"{_FLEET}; fleet's agent/state.go, HasConflict"
    ),
    "fleet/unknown-key": FileRule("required", "Keys that fleet knows", _FLEET),
    "kubernetes/host-sysctl": FileRule("required", "Sysctls that belong to the node", _SYSCTLS),
    "kubernetes/limit-range": FileRule(
        "required", "Containers within the LimitRange", "https://kubernetes.io/docs/concepts/policy/limit-range/"
    ),
    "kubernetes/milli-bytes": FileRule(
        "recommended",
        "Memory of a likely size",
        "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#meaning-of-memory",
    ),
    "kubernetes/mounted-twice": FileRule("required", "One mount at each path", f"{_REFERENCE}pod-v1/#Container"),
    "kubernetes/node-port-range": FileRule("required", "Node ports of the default range", f"{_SERVICES}#type-nodeport"),
    "kubernetes/quota": FileRule(
        "required", "Pods within the ResourceQuota", "https://kubernetes.io/docs/concepts/policy/resource-quotas/"
    ),
    "kubernetes/request-over-limit": FileRule(
        "required",
        "Requests within their limits",
        "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
    ),
    "kubernetes/restart-policy": FileRule(
        "required",
        "Restart policies that the controller takes",
        "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy",
    ),
    "kubernetes/selector": FileRule(
        "required",
        "Selectors that select the pods of the template",
        "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector",
    ),
    "kubernetes/unknown-field": FileRule("required", "Fields that the API has", _REFERENCE),
    "kubernetes/version": FileRule(
        "required",
        "Versions that the API has",
        "https://kubernetes.io/docs/reference/using-api/deprecation-guide/",
    ),
    "kubernetes/wrong-form": FileRule("required", "Values of the form that the API takes", _REFERENCE),
    "kubernetes/undefined-volume": FileRule(
        "required", "Mounts of volumes that the pod has", "https://kubernetes.io/docs/concepts/storage/volumes/"
    ),
    "kubernetes/no-image": FileRule("required", "Containers with an image", f"{_REFERENCE}pod-v1/#Container"),
    "kubernetes/one-of": FileRule(
        "required", "One handler for a probe, one source for a volume", f"{_REFERENCE}pod-v1/"
    ),
    "kubernetes/twice": FileRule("required", "Names and host ports that a pod has once", f"{_REFERENCE}pod-v1/"),
    "kubernetes/unsafe-sysctl": FileRule("required", "Sysctls that every kubelet allows", _SYSCTLS),
    "marathon/cluster-without-value": FileRule(
        "recommended", "A CLUSTER that names its value", f"{_MARATHON}constraints.html"
    ),
    "marathon/group-by": FileRule("recommended", "Constraints that can be foreseen", f"{_MARATHON}constraints.html"),
    "marathon/host-network-instances": FileRule(
        "recommended", "Instances on the host's network kept apart", f"{_MARATHON}constraints.html"
    ),
    "marathon/id": FileRule("required", "Ids that Marathon takes", f"{_MARATHON}application-groups.html"),
    "marathon/port-not-offered": FileRule("required", "Ports that agents offer", f"{_MARATHON}ports.html"),
    "marathon/unknown-key": FileRule("recommended", "Keys that Marathon knows", _MARATHON_API),
    "marathon/wrong-form": FileRule("required", "Values of the form that Marathon takes", _MARATHON_API),
    "nomad/unknown-key": FileRule(
        "required", "Keys that Nomad knows", "https://developer.hashicorp.com/nomad/docs/job-specification"
    ),
    "nomad/unknown-json-key": FileRule(
        "recommended", "Keys that Nomad knows", "https://developer.hashicorp.com/nomad/api-docs/json-jobs"
    ),
    "nomad/no-image": FileRule(
        "required",
        "Tasks of Docker's driver with an image",
        "https://developer.hashicorp.com/nomad/docs/drivers/docker",
    ),
    "nomad/refused": FileRule(
        "required", "Jobs that Nomad takes", "https://developer.hashicorp.com/nomad/docs/job-specification"
    ),
    "nomad/undefined-port": FileRule(
        "required",
        "Ports that the group's network has",
        "https://developer.hashicorp.com/nomad/docs/drivers/docker#ports",
    ),
    "quadlet/unknown-key": FileRule("required", "Keys that Quadlet knows", "podman-systemd.unit(5)"),
    "quadlet/refused": FileRule("required", "Units that Quadlet takes", "podman-systemd.unit(5)"),
    "quadlet/no-image": FileRule("required", "Containers with an image", "podman-systemd.unit(5), Image"),
    "run/name-twice": FileRule("required", "A name for each container", "docker-run(1), --name"),
    "run/ports-discarded": FileRule(
        "recommended", "Ports beside a network that has none of its own", "docker-run(1), --network"
    ),
    "run/refused": FileRule("required", "Options that the engine accepts", "docker-run(1)"),
    "systemd/refused": FileRule(
        "required", "Services that systemd loads", "systemd.service(5), Type, ExecStart and Restart"
    ),
}


@dataclass(slots=True)
class Mistakes:
    """The mistakes found so far in a file."""

    found: list[Mistake] = field(default_factory=list)

    def __iter__(self) -> Iterator[Mistake]:
        return iter(self.found)

    def add(self, rule: str, place: Place, said: str, fix: str, workload: str = "") -> None:
        """Add a mistake. Severity, title and source are those of the rule in ``RULES``."""
        of = RULES[rule]
        self.found.append(Mistake(rule, place, of.severity, of.title, said, fix, of.source, workload))
