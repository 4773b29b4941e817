"""Mistakes in a Nomad job itself: keys that Nomad does not know, and ports that no network defines."""

from collections.abc import Iterator

from hostcheck.spelling import closest
from hostcheck.workloadfiles.hcl import LABEL
from hostcheck.workloadfiles.needs import Unclear
from hostcheck.workloadfiles.node import UNCLEAR, Node
from hostcheck.workloadfiles.nomad_keys import KEYS, KEYS_OF_JSON, OF_DOCKER
from hostcheck.workloadfiles.nomad_tree import all_of, name_of, pick
from hostcheck.workloadfiles.rules import Mistakes

ENGINES = frozenset({"docker", "podman"})
"""Drivers that use an engine. Each has a profile of the same name."""


def judge_keys(name: str, node: Node, kind: str, mistakes: Mistakes) -> Iterator[Unclear]:
    """Add mistakes for misspelt keys of a block and of the blocks within; yield unclear needs for other unknown keys.

    Only a newer Nomad may know such a key. The groups of a job are not judged with the job, but by a call for each.

    Args:
        name: the name of the job or the group.
        node: the block.
        kind: the kind of the block: "job", "group"…
        mistakes: the list to which mistakes are added.
    """
    # A block of HCL has a label, or is of a kind without one. JSON has other names for keys.
    if node.is_mapping and (LABEL in node.mapping() or kind in {"network", "resources"}):
        yield from _judge_hcl(name, node, kind, mistakes)
    elif node.is_mapping:
        _judge_json(name, node, _OF_JSON[kind], mistakes)


def _judge_hcl(name: str, node: Node, kind: str, mistakes: Mistakes) -> Iterator[Unclear]:
    for key, each in node.items():
        if key in KEYS[kind] or key == LABEL:
            inner = each.elements() if key in KEYS and each.is_list and kind != "job" else ()
            for below in inner:
                yield from judge_keys(name, below, key, mistakes)
            continue
        near = closest(key, sorted(KEYS[kind]))
        if near is None:
            yield Unclear(each.place, key, "a key", "a Nomad that does not know it refuses the job")
        else:
            said = f"Nomad has no {key} in the block {kind}, and refuses the job"
            mistakes.add("nomad/unknown-key", each.place, said, f"Did you mean {near}?", name)


_OF_JSON = {
    "job": "Job",
    "group": "TaskGroups",
    "task": "Tasks",
    "resources": "Resources",
    "network": "Networks",
    "port": "ReservedPorts",
}


def _judge_json(name: str, node: Node, kind: str, mistakes: Mistakes) -> None:
    for key, each in node.items():
        # Go's encoding/json ignores the case of keys.
        known = next((one for one in KEYS_OF_JSON[kind] if one.lower() == key.lower()), None)
        if known is None:
            near = closest(key, sorted(KEYS_OF_JSON[kind]))
            said = f"Nomad has no {key} in {kind}, and ignores it"
            fix = f"Did you mean {near}?" if near else "Leave it out."
            mistakes.add("nomad/unknown-json-key", each.place, said, fix, name)
        elif known in KEYS_OF_JSON and kind != "Job":
            for below in each.elements() if each.is_list else (each,):
                if below.is_mapping:
                    _judge_json(name, below, known, mistakes)


def judge_configs(name: str, group: Node, mistakes: Mistakes) -> Iterator[Unclear]:
    """Add mistakes for what Docker's driver refuses in the config of a task; yield unclear needs for some unknown keys.

    An unknown key that resembles a known one is a mistake. Any other is unclear: another version of the driver may know
    it.

    The driver refuses a config with an unknown key ("An argument named … is not expected here") when the task starts,
    and a port_map without a network of the task ("cannot map group network ports", drivers/docker/driver.go).
    """
    for task in all_of(group, "task", "Tasks"):
        driver = pick(task, "driver", "Driver")
        if driver is None or driver.tag == UNCLEAR or driver.text() != "docker":
            continue
        resources = next(iter(all_of(task, "resources", "Resources")), None)
        has_network = resources is not None and bool(all_of(resources, "network", "Networks"))
        for config in all_of(task, "config", "Config"):
            yield from _unknown_keys(name, config, mistakes)
            mapped = config.get("port_map")
            if mapped is not None and not has_network and not any(each.all_of("dynamic") for each in (task, config)):
                said = "port_map is for ports of the task's own network, which it does not have, and the task fails"
                fix = "Name the ports of the group's network in ports = […], and write to = … there."
                mistakes.add("nomad/undefined-port", mapped.place, said, fix, name)


def _unknown_keys(name: str, config: Node, mistakes: Mistakes) -> Iterator[Unclear]:
    for key, each in config.items():
        if key in OF_DOCKER or key in {LABEL, "dynamic"}:
            continue
        near = closest(key, sorted(OF_DOCKER))
        if near is None:
            yield Unclear(each.place, key, "a key", "a driver that does not know it does not start the task")
        else:
            said = f"Docker's driver has no {key} in config, and does not start the task"
            mistakes.add("nomad/unknown-key", each.place, said, f"Did you mean {near}?", name)


def judge_ports(name: str, group: Node, mistakes: Mistakes) -> None:
    """Add mistakes for ports that a task uses by Docker's or Podman's driver, but that no network of the group defines.

    https://developer.hashicorp.com/nomad/docs/drivers/docker#ports: each port is a label in the group's network.
    """
    networks = all_of(group, "network", "Networks")
    if any(each.all_of("dynamic") for each in (group, *networks)):
        return
    known = {
        name_of(port) if port.get("Label") is None else port.mapping()["Label"].text()
        for network in networks
        for key in ("port", "ReservedPorts", "DynamicPorts")
        for port in network.all_of(key)
    }
    for task in all_of(group, "task", "Tasks"):
        driver = pick(task, "driver", "Driver")
        if driver is None or driver.tag == UNCLEAR or driver.text() not in ENGINES:
            continue
        for config in all_of(task, "config", "Config"):
            ports = config.get("ports")
            for each in ports.elements() if ports is not None and ports.is_list else ():
                if each.is_scalar and each.tag != UNCLEAR and each.text() not in known:
                    mistakes.add(
                        "nomad/undefined-port",
                        each.place,
                        f"the group's network has no port {each.text()}, and the task does not start",
                        f'Add port "{each.text()}" to the network of the group, or leave it out here.',
                        name,
                    )
