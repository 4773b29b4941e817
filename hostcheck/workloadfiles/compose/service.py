"""One service of a Compose file: what each instance needs of its host."""

from collections.abc import Callable, Iterator, Mapping

from hostcheck.workloadfiles.addresses import merged
from hostcheck.workloadfiles.capabilities import needed_capability
from hostcheck.workloadfiles.command_line import discards_ports
from hostcheck.workloadfiles.compose.mistakes import Judging, of_others, unset_variables
from hostcheck.workloadfiles.compose.nodes import is_beside, text_of, truth_of
from hostcheck.workloadfiles.compose.resources import Resources
from hostcheck.workloadfiles.limits import MOST_PORTS
from hostcheck.workloadfiles.model import AtMost, Rule, Where, Workload
from hostcheck.workloadfiles.needs import (
    Amount,
    Capability,
    Gpu,
    HostPath,
    HostPort,
    KernelFact,
    Need,
    Platform,
    Sysctl,
    Unclear,
)
from hostcheck.workloadfiles.node import UNCLEAR, Node
from hostcheck.workloadfiles.platforms import architecture_of
from hostcheck.workloadfiles.ports import PROTOCOLS, parse_range, published
from hostcheck.workloadfiles.ports_twice import judge_ports
from hostcheck.workloadfiles.rules import Mistakes
from hostcheck.workloadfiles.run_options import cpus_named, device, file_of, of_runtime, seccomp_profile, volume
from hostcheck.workloadfiles.sizes import docker_bytes
from hostcheck.workloadfiles.sysctls import is_namespaced


class Service:
    """The reader of one service."""

    def __init__(
        self,
        name: str,
        node: Node,
        root: Node,
        services: Mapping[str, Node],
        left_out: frozenset[str],
        *,
        for_swarm: bool,
    ) -> None:
        self.name, self.node = name, node
        self.mistakes = Mistakes()
        self.judging = Judging(name, node, services, left_out, self.mistakes)
        self.resources = Resources(name, node, root, self.mistakes)
        self.unclear: list[Unclear] = []
        self.for_swarm = for_swarm

    def workload(self) -> Workload:
        """Return the service as a workload.

        Raises:
            UsageError: if Compose refuses the service. The message has the line.
        """
        node = self.node
        node.mapping()
        needs = tuple(merged(self._needs(), any_is_ipv4=True))
        if discards_ports("docker", text_of(node.get("network_mode"))):
            needs = tuple(need for need in needs if not isinstance(need, HostPort))
        judge_ports(needs, self.name, self.mistakes)
        each_host = text_of(node.at("deploy", "mode")) in {"global", "global-job"}
        count = self._count()
        self.judging.judge(count)
        self.unclear += of_others(node)
        self.unclear += unset_variables(node, {each.place for each in self.unclear})
        alone = "container_name gives both one name" if node.get("container_name") else ""
        return Workload(self.name, node.place, count, each_host, (*needs, *self.unclear), tuple(self._rules()), alone)

    def _count(self) -> int | None:
        for path in (("deploy", "replicas"), ("scale",)):
            found = self.node.at(*path)
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
        if (cpuset := node.get("cpuset")) and self._is_clear(cpuset, "CPUs") and text_of(cpuset):
            yield self._refusing(cpuset, lambda: cpus_named(cpuset.text(), cpuset.place, f"cpuset: {cpuset.text()}"))
        for key in ("mem_limit", "mem_reservation"):
            yield from self._amount(node.get(key), "memory", reserved=False)
        for kind in ("limits", "reservations"):
            # Compose sets no CPUs aside, and makes of the memory a soft limit (compose, pkg/compose/create.go).
            reserved = kind == "reservations" and self.for_swarm
            below = node.at("deploy", "resources", kind)
            if below is not None:
                if reserved or kind == "limits":
                    yield from self._amount(below.get("cpus"), "cpu", reserved=reserved)
                yield from self._amount(below.get("memory"), "memory", reserved=reserved)
                for each in below.all_of("generic_resources"):
                    why = "what a node has of it is known to the scheduler alone"
                    yield Unclear(each.place, "generic_resources", "a resource", why)
                for each in below.all_of("devices"):
                    yield from self._reserved_device(each)
        for each in node.all_of("devices"):
            yield from self._device(each)
        if (limits := node.get("blkio_config")) is not None:
            for each in (each for key in _OF_DEVICES for each in limits.all_of(key)):
                yield from self._device(each)
        if (options := node.get("storage_opt")) is not None:
            why = "which storage drivers and file systems of the engine take it is not judged"
            yield Unclear(options.place, "storage_opt", "an option of the storage", why)
        for each in node.all_of("cap_add"):
            if self._is_clear(each, "a capability"):
                yield needed_capability(each)
        if (privileged := node.get("privileged")) and self._is_clear(privileged, "privileges") and truth_of(privileged):
            yield Capability(privileged.place, "privileged: true", "all")
        yield from self._sysctls()
        if (platform := node.get("platform")) and self._is_clear(platform, "a platform") and text_of(platform):
            said = platform.text()
            yield self._refusing(platform, lambda: Platform(platform.place, said, architecture_of(said)))
        yield from self._gpus()
        yield from self.resources.named()
        yield from self.resources.files()
        for each in node.all_of("security_opt"):
            if each.text().startswith(("apparmor=", "apparmor:")) and not each.text().endswith("unconfined"):
                yield KernelFact(each.place, each.text(), "security.apparmor", (True,), "AppArmor")
            elif profile := seccomp_profile(each.text()):
                yield from file_of(profile, each.place, each.text())
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
        protocol = text_of(node.get("protocol")) or "tcp"
        address = text_of(node.get("host_ip"))
        inside = text_of(target)
        if protocol not in PROTOCOLS:
            raise node.refusal(f"no protocol of Docker's: {protocol}")

        def ports() -> Iterator[Need]:
            first, last = parse_range(host.text())
            if first:
                own = int(inside) if inside.isascii() and inside.isdigit() and len(inside) < 6 else 0
                yield HostPort(host.place, host.text(), protocol, first, last, address, own)

        yield from self._refusing_all(host, ports)

    def _volume(self, node: Node) -> Iterator[Need]:
        if not node.is_mapping:
            if self._is_clear(node, "a path of the host"):
                yield from volume(node.text(), node.place, node.text())
            return
        source = node.get("source")
        if source is None or text_of(node.get("type")) != "bind" or not self._is_clear(source, "a path of the host"):
            return
        created = node.at("bind", "create_host_path")
        if source.text().startswith("/"):
            makes = created is None or truth_of(created)
            yield HostPath(source.place, source.text(), source.text().rstrip("/") or "/", created=makes)
        elif created is not None and not truth_of(created) and not is_beside(source):
            yield Unclear(source.place, source.text(), "a path of the host", "it is not beside the project now")

    def _amount(self, node: Node | None, resource: str, *, reserved: bool) -> Iterator[Need]:
        what = "CPUs" if resource == "cpu" else "memory"
        if node is None or not self._is_clear(node, what):
            return
        if resource == "cpu":
            value = node.number()
            if value < 0:
                raise node.refusal("Docker takes no negative number of CPUs")
            if value:
                yield Amount(node.place, f"{node.path.rpartition('.')[2]}: {node.text()}", "cpu", value, reserved)
            return
        size = docker_bytes(node.text())
        if size is None:
            raise node.refusal(f"not a size: {node.kind}", 'write it as "512m" or "2g"')
        if size:
            yield Amount(node.place, f"{node.path.rpartition('.')[2]}: {node.text()}", "memory", size, reserved)

    def _reserved_device(self, node: Node) -> Iterator[Need]:
        capabilities = {each.text() for each in node.all_of("capabilities")}
        if "gpu" in capabilities:
            yield _gpu(node, "capabilities: [gpu]")

    def _gpus(self) -> Iterator[Need]:
        found = self.node.get("gpus")
        if found is not None and not found.is_list:
            yield Gpu(found.place, "gpus", "nvidia")
        for each in found.elements() if found is not None and found.is_list else ():
            yield _gpu(each, "gpus")
        runtime = self.node.get("runtime")
        if runtime is not None and self._is_clear(runtime, "a runtime"):
            yield from of_runtime(runtime.text(), runtime.place, f"runtime: {runtime.text()}")

    def _device(self, node: Node) -> Iterator[Need]:
        source = (node.get("source") or node.get("path")) if node.is_mapping else node
        if source is None:
            raise node.refusal("a device without source", "give the device of the host")
        if not self._is_clear(source, "a device"):
            return
        yield device(source.text(), source.place, source.text())

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


_OF_DEVICES = (
    "device_read_bps",
    "device_write_bps",
    "device_read_iops",
    "device_write_iops",
    "weight_device",
)
"""Keys with limits of disk I/O. Each limit names a device, which must exist."""


def _is_sexagesimal(node: Node) -> bool:
    """Return whether an unquoted scalar is a base-60 number in YAML 1.1 (https://yaml.org/type/int.html)."""
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


def _gpu(node: Node, said: str) -> Need:
    """Return the need of a request for devices. Even a request for 0 devices needs the engine's driver.

    Source: moby's daemon/nvidia_linux.go and daemon/devices.go ("could not select device driver").
    """
    count = node.get("count")
    if count is not None and count.value in {0, "0"} and not node.all_of("device_ids"):
        why = "none is asked for; whether the engine has the driver is known to it alone"
        return Unclear(count.place, "count: 0", "a graphics processor", why)
    return Gpu(node.place, said, text_of(node.get("driver")))
