"""Marathon's apps, groups and pods: what each needs of its Mesos agent.

Source: Marathon's documentation and RAML of July 2021 (docs/docs/constraints.md, docs/docs/ports.md,
docs/docs/rest-api/public/api/v2/types/).
"""

from collections.abc import Iterator, Sequence

from hostcheck.spelling import closest
from hostcheck.workloadfiles.forms import fix_of
from hostcheck.workloadfiles.marathon_forms import FORMS, places_of
from hostcheck.workloadfiles.marathon_ids import absolute, judge_id
from hostcheck.workloadfiles.model import AtMost, Content, Rule, Where, Workload
from hostcheck.workloadfiles.needs import Amount, Capability, Gpu, HostPath, HostPort, Need, Unclear
from hostcheck.workloadfiles.node import Node
from hostcheck.workloadfiles.ports_twice import judge_ports
from hostcheck.workloadfiles.rules import Mistakes
from hostcheck.workloadfiles.run_options import named_by, needs_of_option
from hostcheck.workloadfiles.sizes import MEBIBYTE

AGENT_PORTS = (31000, 32000)
"""Ports that an agent offers by default (https://mesos.apache.org/documentation/latest/attributes-resources/)."""
_CPUS, _MEM = 1.0, 128.0
"""The defaults of an app: CPUs, and memory in MiB."""


def is_marathon(root: Node) -> bool:
    """Return whether a JSON value is an app, a group, a pod, or a list of apps."""
    if root.is_list:
        elements = root.elements()
        return bool(elements) and all(map(is_marathon, elements))
    if not root.is_mapping:
        return False
    keys = root.mapping().keys()
    return ("id" in keys and bool(_SIGNS & keys)) or (bool(keys) and keys <= {"apps", "groups"})


_SIGNS = {"cmd", "container", "instances", "apps", "groups", "containers", "mem", "cpus", "args", "constraints"}


def read(file: str, root: Node) -> Content:
    """Return the needs of the apps and pods in a JSON value.

    Raises:
        UsageError: if Marathon would refuse the value. The message has the line.
    """
    reader = _Reader()
    workloads = tuple(reader.workloads(root, ""))
    for each in root.elements() if root.is_list else (root,):
        _judge_forms(each, reader.mistakes)
    return Content(file, "marathon", "mesos", workloads, tuple(reader.mistakes), tuple(reader.notes))


def _judge_forms(node: Node, mistakes: Mistakes) -> None:
    """Add mistakes for values of a type that Marathon refuses, and for keys that are misspelt or in a wrong place."""
    name = node.get("id")
    is_group = any(node.get(key) for key in ("apps", "groups", "pods"))
    kind = ("group" if name else "list") if is_group else "pod" if node.get("containers") else "app"
    for each in FORMS.misfits(node, f":{kind}"):
        near = closest(each.key, each.known) if each.key else None
        elsewhere = places_of(each.key, kind) if each.key else ()
        if elsewhere or near:
            said = f"{each.path}: Marathon has no such key{' here' * bool(elsewhere)}, and ignores it"
            fix = f"It belongs in {' or '.join(elsewhere)}." if elsewhere else f"Did you mean {near}?"
            mistakes.add("marathon/unknown-key", each.node.place, said, fix)
        elif not each.key:
            said = f"{each.path}: {each.said}, and Marathon refuses it"
            mistakes.add("marathon/wrong-form", each.node.place, said, fix_of(each))


class _Reader:
    def __init__(self) -> None:
        self.mistakes = Mistakes()
        self.notes: list[str] = []

    def workloads(self, node: Node, group: str) -> Iterator[Workload]:
        if node.is_list:
            for each in node.elements():
                yield from self.workloads(each, group)
            return
        found = node.get("id")
        if found is None and not {"apps", "groups"} & node.mapping().keys():
            raise node.refusal("an app without an id")
        name = absolute(found.text(), group) if found else group
        if found is not None and not found.is_null:
            judge_id(found, group, self.mistakes)
        if node.get("apps") or node.get("groups") or node.get("pods"):
            for key in ("apps", "pods", "groups"):
                for each in node.all_of(key):
                    yield from self.workloads(each, name)
        elif node.get("containers"):
            yield self._pod(name, node)
        elif {"apps", "groups"} & node.mapping().keys():
            return
        else:
            yield self._app(name, node)

    def _app(self, name: str, node: Node) -> Workload:
        needs: list[Need] = list(_resources(node, node))
        container = node.get("container")
        docker = container.get("docker") if container else None
        by_mesos = container is not None and _is_by_mesos(container)
        if container is not None:
            # The Docker containerizer uses docker run -v, which creates a missing folder.
            needs += self._volumes(container.all_of("volumes"), "hostPath", created=not by_mesos)
        if docker is not None and docker.is_true("privileged"):
            place = docker.mapping()["privileged"].place
            needs.append(Capability(place, "privileged: true", "all"))
        for each in docker.all_of("parameters") if docker is not None else ():
            needs += self._parameter(name, each)
        mode = _network(node, docker)
        needs += self._ports(name, node, container, docker, mode)
        instances = node.get("instances")
        count = 1 if instances is None else instances.whole()
        rules = (*_roles(node), *self._rules(name, node.all_of("constraints")))
        needs += _networks(node)
        engines = () if docker is None or by_mesos else ("docker",)
        workload = Workload(name, node.place, count, needs=tuple(needs), rules=rules, engines=engines)
        self._judge(node, workload, docker, mode)
        judge_ports(needs, name, self.mistakes)
        return workload

    def _parameter(self, name: str, node: Node) -> Iterator[Need]:
        """Yield the needs of an entry of docker.parameters, which is an option of ``docker run``."""
        key, value = node.get("key"), node.get("value")
        if key is None or value is None:
            return
        option, text = key.text(), value.text()
        said = f"{option}: {text}"
        yield from (need for _, need in named_by(option, text, node.place))
        try:
            yield from needs_of_option(option, text, node.place, said)
        except ValueError as error:
            self.mistakes.add("run/refused", node.place, f"docker refuses {said}: {error}", "See docker-run(1).", name)

    def _pod(self, name: str, node: Node) -> Workload:
        needs: list[Need] = []
        for each in node.all_of("containers"):
            resources = each.get("resources")
            needs += _resources(resources or each, each, pod=True)
            for endpoint in each.all_of("endpoints"):
                host = endpoint.get("hostPort")
                if host is not None and host.whole(most=65535):
                    protocols = [one.text() for one in endpoint.all_of("protocol")] or ["tcp"]
                    for protocol in protocols:
                        needs += self._fixed(name, host, protocol)
        if (executor := node.get("executorResources")) is not None:
            needs += _resources(executor, node, pod=True)
        needs += self._volumes(node.all_of("volumes"), "host", created=False)
        scaling = node.at("scaling", "instances")
        placement = node.at("scheduling", "placement")
        rules = (*_roles(placement), *self._rules(name, placement.all_of("constraints"))) if placement else ()
        needs += _networks(node)
        judge_ports(needs, name, self.mistakes)
        return Workload(name, node.place, 1 if scaling is None else scaling.whole(), needs=tuple(needs), rules=rules)

    def _volumes(self, volumes: Sequence[Node], key: str, *, created: bool) -> Iterator[Need]:
        for each in volumes:
            if (size := each.at("persistent", "size")) is not None and size.number() > 0:
                yield Amount(size.place, f"size: {size.text()}", "disk", size.number() * MEBIBYTE, reserved=True)
            path = each.get(key)
            if path is not None and path.text().startswith("/"):
                yield HostPath(path.place, path.text(), path.text().rstrip("/") or "/", created=created)

    def _ports(self, name: str, node: Node, container: Node | None, docker: Node | None, mode: str) -> Iterator[Need]:
        mappings = [
            *(container.all_of("portMappings") if container else ()),
            *(docker.all_of("portMappings") if docker else ()),
        ]
        if mode != "host":
            for each in mappings:
                host = each.get("hostPort")
                if host is not None and host.whole(most=65535):
                    protocol = each.get("protocol")
                    for one in (protocol.text() if protocol else "tcp").split(","):
                        yield from self._fixed(name, host, one)
            return
        if mappings:
            where = mappings[0].place
            self.notes.append(
                f"{name}: portMappings have no effect on the network of the host ({where}): ports count there"
            )
        if node.is_true("requirePorts"):
            for each in node.all_of("ports"):
                if each.whole(most=65535):
                    yield from self._fixed(name, each, "tcp")
            for each in node.all_of("portDefinitions"):
                port = each.get("port")
                if port is not None and port.whole(most=65535):
                    protocol = each.get("protocol")
                    for one in (protocol.text() if protocol else "tcp").split(","):
                        yield from self._fixed(name, port, one)

    def _fixed(self, name: str, node: Node, protocol: str) -> Iterator[Need]:
        port = node.whole(most=65535)
        yield HostPort(node.place, f"{node.path.rpartition('.')[2]}: {port}", protocol.strip().lower(), port, port)
        first, last = AGENT_PORTS
        if not first <= port <= last:
            self.mistakes.add(
                "marathon/port-not-offered",
                node.place,
                f"host port {port} is none of the ports {first}-{last} that a Mesos agent offers by default: the app "
                "waits for ever on such an agent",
                f"Use hostPort 0, or start the agents with --resources='ports:[{port}-{port}, {first}-{last}]'.",
                name,
            )

    def _rules(self, name: str, constraints: Sequence[Node]) -> Iterator[Rule]:
        for each in constraints:
            if each.is_mapping:
                parts: list[Node | None] = [each.get(key) for key in ("fieldName", "operator", "value")]
            else:
                parts = list(each.elements()[:3])
            texts = [part.text() for part in parts if part is not None]
            if len(texts) < 2:
                raise each.refusal("a constraint without a field and an operator")
            yield from self._rule(name, each, texts[0].removeprefix("@"), texts[1].upper(), (*texts[2:], "")[0])

    def _rule(self, name: str, node: Node, attribute: str, operator: str, value: str) -> Iterator[Rule]:
        said = " ".join(filter(None, (attribute, operator, value)))
        if operator == "UNIQUE":
            if value:
                raise node.refusal("UNIQUE takes no value", "leave it out")
            yield AtMost(node.place, said, 1, attribute)
        elif operator == "MAX_PER":
            if not value.isascii() or not value.isdigit():
                raise node.refusal("MAX_PER needs a whole number")
            yield AtMost(node.place, said, int(value), attribute)
        elif operator in {"LIKE", "UNLIKE"}:
            yield Where(node.place, said, attribute, operator.lower(), (value,), absent=operator == "UNLIKE")
        elif operator in {"IS", "CLUSTER"} and value:
            yield Where(node.place, said, attribute, "is", (value,))
        elif operator == "GROUP_BY":
            self.mistakes.add(
                "marathon/group-by",
                node.place,
                "GROUP_BY spreads evenly as offers come in: which hosts it uses is not known in advance",
                "Use UNIQUE or MAX_PER if the number on a host matters.",
                name,
            )
        elif operator == "CLUSTER":
            self.mistakes.add(
                "marathon/cluster-without-value",
                node.place,
                "CLUSTER without a value: the first placement decides for the rest",
                "Name the value.",
                name,
            )
        else:
            raise node.refusal(f"no operator of Marathon's: {operator}", "use UNIQUE, CLUSTER, LIKE, UNLIKE, MAX_PER…")

    def _judge(self, node: Node, workload: Workload, docker: Node | None, mode: str) -> None:
        rules, count = workload.rules, workload.instances or 0
        alone = any(isinstance(rule, AtMost) and rule.attribute == "hostname" and rule.count == 1 for rule in rules)
        fixed = any(isinstance(need, HostPort) for need in workload.needs)
        if docker is None or mode != "host" or alone or fixed or count < 2 or _listens_on_its_port(node):
            return
        named = docker.get("network") is not None
        said = "uses the host's network" if named else "names no network, and gets the host's"
        self.mistakes.add(
            "marathon/host-network-instances",
            docker.place,
            f"{workload.name} {said}: if the image listens on a fixed port, two of its {count} instances on one host "
            "clash, and nothing here keeps them apart",
            'Add "constraints": [["hostname", "UNIQUE"]], or use "network": "BRIDGE" with portMappings.',
            workload.name,
        )


def _roles(node: Node) -> Iterator[Rule]:
    """Yield a rule for the roles whose offers an app accepts. Every agent offers "*" by default."""
    roles = node.get("acceptedResourceRoles")
    names = tuple(each.text() for each in roles.elements()) if roles is not None and roles.is_list else ()
    if roles is not None and names and "*" not in names:
        yield Where(roles.place, f"acceptedResourceRoles {', '.join(names)}", "role", "in", names)


def _networks(node: Node) -> Iterator[Need]:
    """Yield an unclear need for each named network. Agents define networks in their configuration of CNI or Docker."""
    named = [each.get("name") for each in node.all_of("networks") if each.is_mapping]
    for each in filter(None, (*named, node.at("ipAddress", "networkName"))):
        if not each.is_null and each.text():
            yield Unclear(each.place, each.text(), "a network", "which networks an agent has is known to it alone")


def _is_by_mesos(container: Node) -> bool:
    """Return whether Mesos runs the image itself, without Docker (docs/docs/containers.md, type MESOS)."""
    kind = container.get("type")
    return kind is not None and kind.text().upper() == "MESOS"


def _network(node: Node, docker: Node | None) -> str:
    """Return the mode of the network: "host", "bridge" or "container". Mesos' DockerInfo has the default "host"."""
    for each in node.all_of("networks"):
        mode = each.get("mode")
        if mode is not None:
            return {"container/bridge": "bridge"}.get(mode.text().lower(), mode.text().lower())
        return "container"
    network = docker.get("network") if docker else None
    name = network.text().lower() if network else "host"
    return "container" if name == "user" else name


def _resources(node: Node, place: Node, *, pod: bool = False) -> Iterator[Need]:
    cpus, memory, disk = (node.get(key) for key in ("cpus", "mem", "disk"))
    where = (cpus or place).place
    count = cpus.number() if cpus else (0.0 if pod else _CPUS)
    if count:
        yield Amount(where, f"cpus: {cpus.written if cpus else '1, by default'}", "cpu", count, reserved=True)
    size = memory.number() if memory else (0.0 if pod else _MEM)
    if size:
        said = f"mem: {memory.written if memory else '128, by default'}"
        yield Amount((memory or place).place, said, "memory", size * MEBIBYTE, reserved=True)
    if disk and disk.number():
        yield Amount(disk.place, f"disk: {disk.written}", "disk", disk.number() * MEBIBYTE, reserved=True)
    gpus = node.get("gpus")
    if gpus and gpus.number():
        yield Gpu(gpus.place, f"gpus: {gpus.written}", "nvidia")


def _listens_on_its_port(node: Node) -> bool:
    """Return whether the command uses the port that Marathon assigns: $PORT, $PORT0, {{PORT}}."""
    command = node.get("cmd")
    words = [command.text()] if command else [each.text() for each in node.all_of("args")]
    return any("$PORT" in word or "${PORT" in word for word in words)
