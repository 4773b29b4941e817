"""Compose files: services, and what each asks of the host that runs them.

The Compose specification (https://github.com/compose-spec/compose-spec/blob/main/spec.md) and, where it leaves a thing
open, what Docker Compose 2 does.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from hostcheck.workloadfiles.capabilities import needed_capability
from hostcheck.workloadfiles.command_line import cpus_named, device, volume
from hostcheck.workloadfiles.compose_project import Project
from hostcheck.workloadfiles.limits import MOST_PORTS
from hostcheck.workloadfiles.model import (
    Amount,
    AtMost,
    Capability,
    Content,
    Gpu,
    HostPath,
    HostPort,
    KernelFact,
    Mistake,
    Need,
    Platform,
    Rule,
    Sysctl,
    Unclear,
    Where,
    Workload,
)
from hostcheck.workloadfiles.node import Node
from hostcheck.workloadfiles.platforms import architecture_of
from hostcheck.workloadfiles.ports import PROTOCOLS, parse_range, published
from hostcheck.workloadfiles.rules import Mistakes
from hostcheck.workloadfiles.sizes import docker_bytes
from hostcheck.workloadfiles.sysctls import is_namespaced
from hostcheck.workloadfiles.variables import HAS_TO_BE_SET, UNCLEAR


def read(project: Project) -> Content:
    """Return what a project asks for.

    Raises:
        UsageError: for a file that Compose would refuse, with the line.
    """
    root = project.root
    workloads: list[Workload] = []
    mistakes: list[Mistake] = []
    notes: list[str] = []
    services = root.get("services")
    names = dict(services.items()) if services else {}
    for name, node in names.items():
        if (own := _profiles(node)) and not own & project.profiles:
            notes.append(f"{name} is of the profile {', '.join(sorted(own))}, which is not asked for: it is left out")
            continue
        service = _Service(name, node, root, names)
        workloads.append(service.workload())
        mistakes += service.mistakes
    if not names:
        raise root.refusal("no services")
    return Content(project.file, "compose", "docker", tuple(workloads), tuple(mistakes), (*project.notes, *notes))


def _profiles(node: Node) -> set[str]:
    return {each.text() for each in node.all_of("profiles")}


class _Service:
    """One service, while it is read."""

    def __init__(self, name: str, node: Node, root: Node, services: Mapping[str, Node]) -> None:
        self.name, self.node, self.root, self.services = name, node, root, services
        self.mistakes = Mistakes()
        self.unclear: list[Unclear] = []

    def workload(self) -> Workload:
        node = self.node
        node.mapping()
        needs = tuple(self._needs())
        each_host = self._text(node.at("deploy", "mode")) in {"global", "global-job"}
        count = self._count()
        self._judge_itself(count)
        alone = "container_name gives both one name" if node.get("container_name") else ""
        return Workload(self.name, node.place, count, each_host, (*needs, *self.unclear), tuple(self._rules()), alone)

    def _count(self) -> int | None:
        for keys in (("deploy", "replicas"), ("scale",)):
            found = self.node.at(*keys)
            if found is not None:
                return self._whole(found, "the number of instances")
        return 1

    def _needs(self) -> Iterator[Need]:
        node = self.node
        count = 0
        for each in node.all_of("ports"):
            for need in self._ports(each):
                count += 1
                if count > MOST_PORTS:
                    raise each.refusal("more ports than a host has")
                yield need
        for each in node.all_of("volumes"):
            yield from self._volume(each)
        yield from self._amount(node.get("cpus"), "cpu", reserved=False)
        if (cpuset := node.get("cpuset")) and self._is_clear(cpuset, "CPUs"):
            yield self._refusing(cpuset, lambda: cpus_named(cpuset.text(), cpuset.place, f"cpuset: {cpuset.text()}"))
        for key in ("mem_limit", "mem_reservation"):
            yield from self._amount(node.get(key), "memory", reserved=False)
        for kind in ("limits", "reservations"):
            reserved = kind == "reservations"
            below = node.at("deploy", "resources", kind)
            if below is not None:
                yield from self._amount(below.get("cpus"), "cpu", reserved=reserved)
                yield from self._amount(below.get("memory"), "memory", reserved=reserved)
                for each in below.all_of("generic_resources"):
                    why = "what a node has of it is known to the scheduler alone"
                    yield Unclear(each.place, "generic_resources", "a resource", why)
                for each in below.all_of("devices"):
                    yield from self._reserved_device(each)
        for each in node.all_of("devices"):
            yield from self._device(each)
        for each in node.all_of("cap_add"):
            if self._is_clear(each, "a capability"):
                yield needed_capability(each)
        if (privileged := node.get("privileged")) and self._is_clear(privileged, "privileges") and privileged.truth():
            yield Capability(privileged.place, "privileged: true", "all")
        yield from self._sysctls()
        if (platform := node.get("platform")) and self._is_clear(platform, "a platform"):
            said = platform.text()
            yield self._refusing(platform, lambda: Platform(platform.place, said, architecture_of(said)))
        yield from self._gpus()
        yield from self._named()
        yield from self._files()
        for each in node.all_of("security_opt"):
            if each.text().startswith(("apparmor=", "apparmor:")) and not each.text().endswith("unconfined"):
                yield KernelFact(each.place, each.text(), "security.apparmor", (True,), "AppArmor")
        if (group := node.get("cgroup")) and group.text() == "private":
            yield KernelFact(group.place, "cgroup: private", "ns.cgroup", (True,), "cgroup namespaces")

    def _ports(self, node: Node) -> Iterator[Need]:
        if node.is_mapping:
            yield from self._long_port(node)
            return
        if not self._is_clear(node, "a port of the host"):
            return
        if _is_sexagesimal(node):
            self.mistakes.add(
                "compose/sexagesimal-port",
                node.place,
                f"{node.written} without quotes is a number of base 60 to readers of YAML 1.1: "
                f"{_sexagesimal(node.written)}",
                f'Put it in quotes: "{node.written}".',
                self.name,
            )
        text = node.text()
        yield from self._refusing_all(node, lambda: published(text, node.place))

    def _long_port(self, node: Node) -> Iterator[Need]:
        target, host = node.get("target"), node.get("published")
        if target is None:
            raise node.refusal("a port without target", "give the port of the container")
        if host is None:
            return
        if not self._is_clear(host, "a port of the host"):
            return
        protocol = self._text(node.get("protocol")) or "tcp"
        address = self._text(node.get("host_ip"))
        if protocol not in PROTOCOLS:
            raise node.refusal(f"no protocol of Docker's: {protocol}")

        def ports() -> Iterator[Need]:
            first, last = parse_range(host.text())
            if first:
                yield HostPort(node.place, host.text(), protocol, first, last, "" if address == "0.0.0.0" else address)  # noqa: S104

        yield from self._refusing_all(host, ports)

    def _volume(self, node: Node) -> Iterator[Need]:
        if not node.is_mapping:
            if self._is_clear(node, "a path of the host"):
                yield from volume(node.text(), node.place, node.text())
            return
        source = node.get("source")
        if source is None or self._text(node.get("type")) != "bind" or not self._is_clear(source, "a path of the host"):
            return
        created = node.at("bind", "create_host_path")
        if source.text().startswith("/"):
            makes = created is None or created.truth()
            yield HostPath(source.place, source.text(), source.text().rstrip("/") or "/", created=makes)
        elif created is not None and not created.truth() and not _is_beside(source):
            yield Unclear(source.place, source.text(), "a path of the host", "it is not beside the project now")

    def _amount(self, node: Node | None, resource: str, *, reserved: bool) -> Iterator[Need]:
        what = "CPUs" if resource == "cpu" else "memory"
        if node is None or not self._is_clear(node, what):
            return
        if resource == "cpu":
            value = node.number()
            if value > 0:
                yield Amount(node.place, f"{node.path.rpartition('.')[2]}: {node.text()}", "cpu", value, reserved)
            return
        size = docker_bytes(node.text())
        if size is None:
            raise node.refusal(f"no size: {node.kind}", 'write it as "512m" or "2g"')
        if size:
            yield Amount(node.place, f"{node.path.rpartition('.')[2]}: {node.text()}", "memory", size, reserved)

    def _reserved_device(self, node: Node) -> Iterator[Need]:
        capabilities = {each.text() for each in node.all_of("capabilities")}
        if "gpu" in capabilities:
            yield Gpu(node.place, "capabilities: [gpu]", self._text(node.get("driver")))

    def _gpus(self) -> Iterator[Need]:
        found = self.node.get("gpus")
        if found is not None:
            yield Gpu(found.place, "gpus", "nvidia" if not found.is_list else "")
        runtime = self.node.get("runtime")
        if runtime is not None and self._text(runtime) == "nvidia":
            yield Gpu(runtime.place, "runtime: nvidia", "nvidia")

    def _device(self, node: Node) -> Iterator[Need]:
        source = node.get("source") if node.is_mapping else node
        if source is None:
            raise node.refusal("a device without source", "give the device of the host")
        if not self._is_clear(source, "a device"):
            return
        yield device(source.text(), source.place, source.text())

    def _named(self) -> Iterator[Need]:
        """Yield what the service names that others have to make; name what the file does not define."""
        for kind, name, each in self._references():
            defined = self.root.get(kind)
            found = defined.mapping().get(name) if defined is not None else None
            if found is None:
                self.mistakes.add(
                    "compose/undefined-resource",
                    each.place,
                    f"{name} is not among the {kind} of the file, and Compose refuses it",
                    f"Add {name} below {kind}, or leave it out here.",
                    self.name,
                )
            elif found.is_mapping and (external := found.get("external")) and (external.is_mapping or external.truth()):
                what = f"external {kind}"
                yield Unclear(external.place, name, what, "whether it is there is known to the engine alone")
            elif kind == "volumes" and found.is_mapping:
                yield from self._made_volume(name, found)

    def _made_volume(self, name: str, node: Node) -> Iterator[Need]:
        """Yield what a volume needs that the engine makes: its driver, and the folder that it stands for."""
        driver = node.get("driver")
        if driver is not None and self._text(driver) not in {"", "local"}:
            why = "whether the engine has this driver is known to it alone"
            yield Unclear(driver.place, f"{name}: {driver.text()}", "a driver of volumes", why)
        options, folder = node.at("driver_opts", "o"), node.at("driver_opts", "device")
        if options is None or folder is None or not self._text(folder).startswith("/"):
            return
        if {"bind", "rbind"} & set(self._text(options).split(",")):
            yield HostPath(folder.place, f"device: {folder.text()}", folder.text().rstrip("/") or "/")

    def _references(self) -> Iterator[tuple[str, str, Node]]:
        """Yield what a service refers to: the key of the file below which it has to be, its name, and where."""
        for each in self.node.all_of("volumes"):
            if not each.is_mapping:
                source, colon, _ = each.text().partition(":")
                if each.tag != UNCLEAR and colon and len(source) > 1 and source[0] not in "./~":
                    yield "volumes", source, each
            elif self._text(each.get("type")) == "volume" and (name := self._text(each.get("source"))):
                yield "volumes", name, each
        networks = self.node.get("networks")
        if networks is not None:
            by_name = (
                networks.mapping() if networks.is_mapping else {self._text(each): each for each in networks.elements()}
            )
            for name, each in by_name.items():
                if name and name != "default":
                    yield "networks", name, each
        for kind in ("secrets", "configs"):
            for each in self.node.all_of(kind):
                name = self._text(each.get("source") if each.is_mapping else each)
                if name:
                    yield kind, name, each

    def _files(self) -> Iterator[Need]:
        """Yield the files that Compose itself reads when it starts the service, and that are not there."""
        found = self.node.get("env_file")
        files = [] if found is None else found.elements() if found.is_list else [found]
        named = [each.get("path") if each.is_mapping else each for each in files if _is_required(each)]
        for kind, name, _ in self._references():
            defined = self.root.at(kind, name) if kind in {"secrets", "configs"} else None
            if defined is not None and defined.is_mapping:
                named.append(defined.get("file"))
        for each in named:
            if each is None or each.tag == UNCLEAR or each.text().startswith(("/", "~")):
                continue
            if not _is_beside(each):
                yield Unclear(each.place, each.text(), "a file that Compose reads", "it is not beside the project now")

    def _sysctls(self) -> Iterator[Need]:
        found = self.node.get("sysctls")
        if found is None:
            return
        pairs = (
            [(name, each) for name, each in found.mapping().items()]
            if found.is_mapping
            else [(each.text().partition("=")[0].strip(), each) for each in found.elements()]
        )
        for name, each in pairs:
            yield Sysctl(each.place, name, name)
            if not is_namespaced(name):
                self.mistakes.add(
                    "compose/host-sysctl",
                    each.place,
                    f"{name} belongs to the host: no container can have its own value, and it does not start",
                    "Set it on the host with sysctl, and leave it out here.",
                    self.name,
                )

    def _rules(self) -> Iterator[Rule]:
        placement = self.node.at("deploy", "placement")
        if placement is None:
            return
        most = placement.get("max_replicas_per_node")
        if most is not None and (count := self._whole(most, "instances a host")):
            yield AtMost(most.place, f"max_replicas_per_node: {most.text()}", count)
        for each in placement.all_of("constraints"):
            text = each.text()
            operator = "!=" if "!=" in text else "=="
            attribute, found, value = (part.strip() for part in text.partition(operator))
            if not found:
                raise each.refusal("a constraint without == or !=")
            name = "hostname" if attribute == "node.hostname" else attribute
            kind = "is" if operator == "==" else "not in"
            yield Where(each.place, text, name, kind, (value,), absent=operator == "!=")

    def _judge_itself(self, count: int | None) -> None:
        node = self.node
        name = node.get("container_name")
        if name is not None and count is not None and count > 1:
            self.mistakes.add(
                "compose/name-with-replicas",
                name.place,
                f"container_name with {count} instances: the second one cannot have the same name",
                "Leave container_name out, or have one instance.",
                self.name,
            )
        mode = node.get("network_mode")
        if mode is not None and self._text(mode) == "host" and (ports := node.get("ports")):
            self.mistakes.add(
                "compose/ports-with-host-network",
                ports.place,
                "ports beside network_mode: host are discarded by Docker with a warning, and refused by docker-compose "
                "1: what the program listens on is open on the host",
                "Leave ports out, or network_mode.",
                self.name,
            )
        if (
            mode is not None
            and self._text(mode).startswith(("service:", "container:"))
            and (ports := node.get("ports"))
        ):
            self.mistakes.add(
                "compose/ports-of-another",
                ports.place,
                f"ports beside network_mode: {self._text(mode)} are refused by Docker: that container has the network",
                "Publish them there, and leave ports out here.",
                self.name,
            )
        if mode is not None and node.get("networks"):
            raise mode.refusal("network_mode and networks contradict each other", "leave one of them out")
        if node.get("image") is None and node.get("build") is None and node.get("provider") is None:
            raise node.refusal("it has neither an image nor a build context", "give it an image")
        for one, other in _SAME:
            first, second = node.get(one), node.at(*other)
            if first is None or second is None or UNCLEAR in {first.tag, second.tag}:
                continue
            read = docker_bytes if one.startswith("mem") else float
            if read(first.text()) != read(second.text()):
                raise second.refusal(f"{one} has another value", "leave one of them out")
        self._judge_dependencies()
        self._judge_variables()

    def _judge_variables(self) -> None:
        """Note the variables without which Compose does not start, wherever they stand: a value there may be secret.

        An alias is one node in several places.
        """
        known = {each.place for each in self.unclear}
        waiting, seen = [self.node], set[int]()
        while waiting:
            node = waiting.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            if not node.is_scalar:
                waiting += node.mapping().values() if node.is_mapping else node.elements()
            elif node.tag == UNCLEAR and HAS_TO_BE_SET in str(node.value) and node.place not in known:
                self.unclear.append(Unclear(node.place, node.path, "a variable", str(node.value)))

    def _judge_dependencies(self) -> None:
        if self.name in _all_dependencies(self.name, self.services):
            self.mistakes.add(
                "compose/dependency-cycle",
                self.node.mapping()["depends_on"].place,
                "what it depends on depends on it, and Compose starts none of them",
                "Leave out one of the dependencies.",
                self.name,
            )
        for name, each, required in _dependencies(self.node):
            if name not in self.services and required:
                self.mistakes.add(
                    "compose/unknown-dependency",
                    each.place,
                    f"it depends on {name}, and there is no such service",
                    "Name a service of the file, or add it.",
                    self.name,
                )

    def _text(self, node: Node | None) -> str:
        return node.text() if node is not None and node.tag != UNCLEAR else ""

    def _whole(self, node: Node, what: str) -> int | None:
        return node.whole() if self._is_clear(node, what) else None

    def _is_clear(self, node: Node, what: str) -> bool:
        if node.tag != UNCLEAR:
            return True
        self.unclear.append(Unclear(node.place, node.written, what, str(node.value)))
        return False

    def _refusing(self, node: Node, make: Callable[[], Need]) -> Need:
        try:
            return make()
        except ValueError as error:
            raise node.refusal(str(error)) from error

    def _refusing_all(self, node: Node, make: Callable[[], Iterator[Need]]) -> list[Need]:
        try:
            return list(make())
        except ValueError as error:
            raise node.refusal(str(error)) from error


_SAME = (
    ("cpus", ("deploy", "resources", "limits", "cpus")),
    ("mem_limit", ("deploy", "resources", "limits", "memory")),
    ("mem_reservation", ("deploy", "resources", "reservations", "memory")),
    ("scale", ("deploy", "replicas")),
)
"""Keys of which Compose refuses two values that differ (compose-go, loader/validate.go)."""


def _dependencies(node: Node) -> list[tuple[str, Node, bool]]:
    """Return what a service depends on: the name, where it stands, and whether it has to be there."""
    found = node.get("depends_on")
    if found is None:
        return []
    if found.is_list:
        return [(each.text(), each, True) for each in found.elements()]
    return [(name, each, _is_required(each)) for name, each in found.mapping().items()]


def _all_dependencies(name: str, services: Mapping[str, Node]) -> set[str]:
    """Return what a service depends on, also by others."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        node = services.get(waiting.pop())
        new = {other for other, _, _ in _dependencies(node)} - found if node is not None and node.is_mapping else set()
        found |= new
        waiting += new
    return found


def _is_beside(node: Node) -> bool:
    """Whether a relative path is there, from the folder of the file that names it."""
    return (Path(node.place.file).parent / node.text()).exists()


def _is_required(node: Node) -> bool:
    found = node.get("required") if node.is_mapping else None
    return found is None or found.truth()


def _is_sexagesimal(node: Node) -> bool:
    """Whether a scalar without quotes is a number of base 60 in YAML 1.1 (https://yaml.org/type/int.html)."""
    parts = node.written.split(":")
    return (
        not node.quoted
        and len(parts) > 1
        and all(part.isascii() and part.isdigit() for part in parts)
        and parts[0][:1] not in {"", "0"}
        and all(int(part) < 60 and len(part) <= 2 for part in parts[1:])
    )


def _sexagesimal(text: str) -> int:
    number = 0
    for part in text.split(":"):
        number = number * 60 + int(part)
    return number
