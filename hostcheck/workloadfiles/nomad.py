"""Nomad's jobs, as HCL or as the JSON of ``nomad job run -output``: what their groups need of a client.

Source: https://developer.hashicorp.com/nomad/docs/job-specification. HCL and JSON have different names ("memory" and
"MemoryMB"), and are read by the same code.
"""

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace

from hostcheck.workloadfiles.capabilities import needed_capability
from hostcheck.workloadfiles.model import AtMost, Content, Rule, Where, Workload
from hostcheck.workloadfiles.needs import Amount, Capability, Gpu, HostPath, Need, Unclear
from hostcheck.workloadfiles.node import UNCLEAR, Node
from hostcheck.workloadfiles.nomad_mistakes import ENGINES, judge_configs, judge_keys, judge_ports
from hostcheck.workloadfiles.nomad_networks import modes_of, ports_of, unread
from hostcheck.workloadfiles.nomad_structure import judge_group, judge_groups
from hostcheck.workloadfiles.nomad_tree import all_of, name_of, pick
from hostcheck.workloadfiles.rules import Mistakes
from hostcheck.workloadfiles.run_options import device, of_runtime
from hostcheck.workloadfiles.sizes import MEBIBYTE

_CPU_MHZ, _MEMORY_MB = 100.0, 300.0
"""The defaults of a task: MHz, and MB of memory."""
_PROXY_MHZ, _PROXY_MB = 250.0, 128.0
_LEAST_MHZ, _LEAST_MB = 1, 10
"""The minimum amounts that Nomad accepts (nomad/structs/structs.go, MinResources)."""
_MOST = 1_000_000_000
_COUNT = re.compile(r"[0-9]{1,6}")
_PLAIN_PATH = "/"
_OPEN = "a value that is not known"


def is_job(root: Node) -> bool:
    """Return whether a value is a job: in HCL, it has a block "job"; in JSON, an object with task groups."""
    if not root.is_mapping:
        return False
    keys = root.mapping().keys()
    return "job" in keys or "TaskGroups" in keys or ("Job" in keys and _names_groups(root.mapping()["Job"]))


def _names_groups(node: Node) -> bool:
    return node.is_mapping and "TaskGroups" in node.mapping()


def read(file: str, root: Node) -> Content:
    """Return the needs of the jobs in a file.

    Raises:
        UsageError: if Nomad would refuse a job. The message has the line.
    """
    jobs = root.all_of("job") if "job" in root.mapping() else [root.get("Job") or root]
    mistakes = Mistakes()
    workloads = tuple(workload for job in jobs for workload in _workloads(job, mistakes))
    return Content(file, "nomad", "nomad", tuple(_with_cores(workloads)), tuple(mistakes))


def _with_cores(workloads: Sequence[Workload]) -> Iterator[Workload]:
    """Yield the workloads. If a task reserves whole cores, all needs in MHz become unclear.

    It is unknown how many MHz the cores leave for other tasks.
    """
    if not any(isinstance(need, Amount) and need.resource == "cpu" for each in workloads for need in each.needs):
        yield from workloads
        return
    why = "cores that another task has to itself are no part of what the client shares out in MHz"
    for workload in workloads:
        yield replace(workload, needs=tuple(_shared(need, why) for need in workload.needs))


def _shared(need: Need, why: str) -> Need:
    in_mhz = isinstance(need, Amount) and need.resource == "mhz"
    return Unclear(need.place, need.said, "CPU in MHz", why) if in_mhz else need


def _workloads(job: Node, mistakes: Mistakes) -> Iterator[Workload]:
    name = name_of(job)
    kind = pick(job, "type", "Type")
    each_host = kind is not None and kind.tag != UNCLEAR and kind.text() in {"system", "sysbatch"}
    of_clients = tuple(_of_clients(job))
    of_job = tuple(judge_keys(name, job, "job", mistakes))
    judge_groups(name, job, mistakes)
    for group in job.all_of("dynamic"):
        yield Workload(f"{name}/{name_of(group)}", group.place, None, each_host, tuple(unread(job)))
    for group in all_of(job, "group", "TaskGroups"):
        count = pick(group, "count", "Count")
        instances = 1 if count is None else None if count.tag == UNCLEAR else count.whole()
        needs = (*_needs(group), *of_job, *judge_keys(f"{name}/{name_of(group)}", group, "group", mistakes))
        if count is not None and count.tag == UNCLEAR:
            needs += (Unclear(count.place, count.written, "the number of instances", str(count.value)),)
        nodes = (job, group, *all_of(group, "task", "Tasks"))
        rules = (
            *of_clients,
            *(rule for of in nodes for each in all_of(of, "constraint", "Constraints") for rule in _rule(each)),
            *_of_drivers(group),
            *modes_of(group),
        )
        judge_group(f"{name}/{name_of(group)}", group, kind.text() if each_host and kind else "", mistakes)
        judge_ports(f"{name}/{name_of(group)}", group, mistakes)
        needs += tuple(judge_configs(f"{name}/{name_of(group)}", group, mistakes))
        drivers = {each.text() for task in all_of(group, "task", "Tasks") if (each := pick(task, "driver", "Driver"))}
        yield Workload(
            f"{name}/{name_of(group)}",
            group.place,
            instances,
            each_host,
            needs,
            rules,
            engines=tuple(sorted(drivers & ENGINES)),
        )


def _of_clients(job: Node) -> Iterator[Rule]:
    """Yield the rules for the clients of a job: those in its datacenters, each name a glob, and in its node pool."""
    datacenters = pick(job, "datacenters", "Datacenters")
    if datacenters is not None and datacenters.tag == UNCLEAR:
        yield Where(datacenters.place, f"datacenters {datacenters.written}", "node.datacenter", _OPEN, ())
    elif datacenters is not None and datacenters.is_list and datacenters.elements():
        each_clear = all(each.tag != UNCLEAR for each in datacenters.elements())
        names = tuple(each.written if each.tag == UNCLEAR else each.text() for each in datacenters.elements())
        said = f"datacenters {', '.join(names)}"
        yield Where(datacenters.place, said, "node.datacenter", "glob" if each_clear else _OPEN, names)
    pool = pick(job, "node_pool", "NodePool")
    if pool is not None and not pool.is_null and (pool.tag == UNCLEAR or pool.text() not in {"", "all"}):
        name = pool.written if pool.tag == UNCLEAR else pool.text()
        yield Where(pool.place, f"node_pool {name}", "node.pool", _OPEN if pool.tag == UNCLEAR else "is", (name,))


def _of_drivers(group: Node) -> Iterator[Rule]:
    """Yield rules for drivers and their options that a task needs; a client states them in its attributes.

    https://developer.hashicorp.com/nomad/docs/drivers/docker#plugin-options: privileged containers and paths of the
    host are not allowed by default. The podman driver allows paths of the host by default.
    """
    for task in all_of(group, "task", "Tasks"):
        driver = pick(task, "driver", "Driver")
        if driver is not None and driver.tag != UNCLEAR and driver.text() == "raw_exec":
            # https://developer.hashicorp.com/nomad/docs/drivers/raw_exec: disabled by default.
            yield Where(driver.place, "driver = raw_exec", "attr.driver.raw_exec", "exists", ())
        if driver is None or driver.tag == UNCLEAR or driver.text() != "docker":
            continue
        for config in all_of(task, "config", "Config"):
            privileged = config.get("privileged")
            if privileged is not None and privileged.tag != UNCLEAR and privileged.truth():
                yield Where(privileged.place, "privileged = true", _DRIVER.format("privileged"), "is", ("true",))
            mounts = [each for each in _config(config) if isinstance(each, HostPath)]
            if mounts:
                yield Where(mounts[0].place, f"volumes: {mounts[0].said}", _DRIVER.format("volumes"), "is", ("true",))


_DRIVER = "attr.driver.docker.{}.enabled"
"""Attributes of a client for options of Docker's driver (nomad drivers/docker/fingerprint.go)."""


def _needs(group: Node) -> Iterator[Need]:
    yield from unread(group)
    of_json = group.get("Volumes")
    for name, volume in [(name_of(each), each) for each in group.all_of("volume")] + [
        *(of_json.items() if of_json else ())
    ]:
        # The configuration of a client defines the volumes of the host, and a plugin the others.
        yield Unclear(volume.place, name, "a volume", "which volumes a client has is known to the scheduler alone")
    for network in all_of(group, "network", "Networks"):
        yield from ports_of(network)
    for service in all_of(group, "service", "Services"):
        for connect in all_of(service, "connect", "Connect"):
            yield from _connected(connect)
    for task in all_of(group, "task", "Tasks"):
        yield from unread(task)
        driver = pick(task, "driver", "Driver")
        if driver is not None:
            yield from _is_clear(driver, "a driver")
        resources = next(iter(all_of(task, "resources", "Resources")), None)
        yield from _resources(task, resources)
        for network in all_of(resources, "network", "Networks") if resources else ():
            yield from ports_of(network)
        for config in all_of(task, "config", "Config"):
            yield from _config(config)


def _connected(connect: Node) -> Iterator[Need]:
    """Yield the needs of a service in Consul's mesh: Consul, and a proxy, which Nomad runs as a task of the group.

    https://developer.hashicorp.com/nomad/docs/job-specification/sidecar_task: the proxy has 250 MHz and 128 MB by
    default.
    """
    why = "whether the client reaches Consul is known to it alone"
    yield Unclear(connect.place, "connect", "Consul", why)
    if not (all_of(connect, "sidecar_service", "SidecarService") or all_of(connect, "gateway", "Gateway")):
        return
    task = next(iter(all_of(connect, "sidecar_task", "SidecarTask")), None)
    resources = next(iter(all_of(task, "resources", "Resources")), None) if task is not None else None
    yield from _compute(connect, pick(resources, "cpu", "CPU"), _PROXY_MHZ)
    memory = pick(resources, "memory", "MemoryMB")
    if memory is None:
        said = f"connect: {_PROXY_MB:g} MB for the proxy, by default"
        yield Amount(connect.place, said, "memory", _PROXY_MB * MEBIBYTE, reserved=True)
    elif (yield from _is_clear(memory, "memory")):
        yield Amount(
            memory.place, f"memory: {memory.text()}", "memory", memory.whole(_LEAST_MB, _MOST) * MEBIBYTE, reserved=True
        )


def _resources(task: Node, resources: Node | None) -> Iterator[Need]:
    memory = pick(resources, "memory", "MemoryMB") if resources else None
    if memory is None:
        yield Amount(
            task.place, f"memory: {_MEMORY_MB:g} MB, by default", "memory", _MEMORY_MB * MEBIBYTE, reserved=True
        )
    elif memory.tag == UNCLEAR:
        yield Unclear(memory.place, memory.written, "memory", str(memory.value))
    else:
        yield Amount(
            memory.place, f"memory: {memory.text()}", "memory", memory.whole(_LEAST_MB, _MOST) * MEBIBYTE, reserved=True
        )
    cores = pick(resources, "cores", "Cores") if resources else None
    if cores is not None and (yield from _is_clear(cores, "CPUs")) and cores.whole():
        yield Amount(cores.place, f"cores: {cores.text()}", "cpu", cores.whole(), reserved=True)
    else:
        yield from _compute(task, pick(resources, "cpu", "CPU"))
    for each in all_of(resources, "device", "Devices") if resources else ():
        name = name_of(each)
        if "gpu" in name.split("/"):
            vendor = next((vendor for vendor in ("nvidia", "amd") if name.startswith(vendor)), "")
            yield Gpu(each.place, f"device {name}", vendor)
        else:
            why = "which devices a client has is known to it alone"
            yield Unclear(each.place, f"device {name}", "a device", why)


def _compute(place: Node, cpu: Node | None, default: float = _CPU_MHZ) -> Iterator[Need]:
    """Yield the need in MHz of a task that reserves no cores."""
    if cpu is None:
        yield Amount(place.place, f"cpu: {default:g} MHz, by default", "mhz", default, reserved=True)
    elif (yield from _is_clear(cpu, "CPU in MHz")):
        yield Amount(cpu.place, f"cpu: {cpu.text()}", "mhz", cpu.whole(_LEAST_MHZ, _MOST), reserved=True)


def _config(config: Node) -> Iterator[Need]:
    """Yield the needs of a task's options for Docker's driver (the driver's documentation, Task Configuration)."""
    privileged = config.get("privileged")
    if privileged is not None and (yield from _is_clear(privileged, "privileges")) and privileged.truth():
        yield Capability(privileged.place, "privileged = true", "all")
    runtime = config.get("runtime")
    if runtime is not None and (yield from _is_clear(runtime, "a runtime")):
        yield from of_runtime(runtime.text(), runtime.place, f"runtime = {runtime.text()}")
    for each in (yield from _listed(config, "cap_add", "capabilities")):
        yield needed_capability(each)
    for each in (yield from _listed(config, "volumes", "paths of the host")):
        if (yield from _is_clear(each, "a path of the host")):
            source = each.text().partition(":")[0]
            if source.startswith(_PLAIN_PATH):
                yield HostPath(each.place, each.text(), source.rstrip("/") or "/", created=True)
    for each in (yield from _listed(config, "devices", "devices")):
        # The podman driver has texts like those of podman run.
        found = each.get("host_path") if each.is_mapping else each
        if found is not None and (yield from _is_clear(found, "a device")):
            yield device(found.text(), found.place, f"host_path = {found.text()}" if each.is_mapping else found.text())
    for each in (*all_of(config, "mount", "mount"), *(yield from _listed(config, "mounts", "paths of the host"))):
        kind, source_node = each.get("type"), each.get("source")
        if kind is None or source_node is None or kind.tag == UNCLEAR or kind.text() != "bind":
            continue
        if (yield from _is_clear(source_node, "a path of the host")) and source_node.text().startswith(_PLAIN_PATH):
            yield HostPath(source_node.place, source_node.text(), source_node.text().rstrip("/") or "/")


def _listed(node: Node, key: str, what: str) -> Generator[Need, None, Sequence[Node]]:
    """Return the elements of a list.

    If the file does not determine the list, yield an unclear need and return no elements.
    """
    found = node.get(key)
    if found is None or not (yield from _is_clear(found, what)):
        return ()
    return found.elements()


def _is_clear(node: Node, what: str) -> Generator[Need, None, bool]:
    """Return whether the file determines a value; yield an unclear need if it does not."""
    # The task's folders (NOMAD_…_DIR) are below the client's own folder, so they are no need.
    if node.tag != UNCLEAR or node.written.startswith("${NOMAD_"):
        return node.tag != UNCLEAR
    yield Unclear(node.place, node.written, what, str(node.value))
    return False


def _rule(node: Node) -> Iterator[Rule]:
    operator = pick(node, "operator", "Operand")
    attribute, value = pick(node, "attribute", "LTarget"), pick(node, "value", "RTarget")
    unclear = next((each for each in (node.get("distinct_hosts"), operator) if each and each.tag == UNCLEAR), None)
    if unclear is not None:
        yield Where(node.place, unclear.written, unclear.written, _OPEN, ())
        return
    distinct = node.get("distinct_hosts")
    kind = "distinct_hosts" if distinct is not None and distinct.truth() else operator.text() if operator else "="
    text = value.text() if value is not None and value.tag != UNCLEAR else ""
    if kind == "distinct_hosts":
        if text not in {"false", "0"}:
            yield AtMost(node.place, "distinct_hosts", 1)
        return
    name = _attribute(attribute)
    if kind == "distinct_property":
        yield AtMost(node.place, f"distinct_property {name}", int(text) if _COUNT.fullmatch(text) else 1, name)
        return
    words = {"=": "is", "==": "is", "is": "is", "!=": "not in", "not": "not in", "regexp": "matches"}
    others = {"is_set": "exists", "is_not_set": "absent"}
    meaning = words.get(kind) or others.get(kind) or kind
    if value is not None and value.tag == UNCLEAR:
        text, meaning = value.written, _OPEN
    yield Where(
        node.place, f"{name} {kind} {text}".rstrip(), name, meaning, (text,), absent=meaning in {"not in", "absent"}
    )


def _attribute(node: Node | None) -> str:
    """Return the attribute of a constraint: "attr.kernel.name" for "${attr.kernel.name}".

    It is "hostname" for the attributes that are the name of the client.
    """
    if node is None:
        return ""
    written = (node.written or str(node.value)).removeprefix("${").removesuffix("}")
    return "hostname" if written in {"node.unique.name", "attr.unique.hostname"} else written
