"""Quadlet's files (.container, .pod, .kube): what the containers of Podman ask of a host.

Source: podman-systemd.unit(5) of Podman 5.
"""

from collections.abc import Iterator, Sequence

from hostcheck.workloadfiles.command_line import container_run, needs_of_option, split
from hostcheck.workloadfiles.model import Content, HostPort, Need, Place, Unclear, Workload
from hostcheck.workloadfiles.rules import Mistakes
from hostcheck.workloadfiles.units import Setting, parse_unit

SECTIONS = ("Container", "Pod", "Kube")
_OPTIONS = {
    "PublishPort": "publish",
    "Volume": "volume",
    "Mount": "mount",
    "AddDevice": "device",
    "AddCapability": "cap-add",
    "Sysctl": "sysctl",
    "Memory": "memory",
    "Secret": "secret",
}
"""Keys, and the options of podman-run(1) that they are."""


def is_quadlet(settings: Sequence[Setting]) -> bool:
    """Whether a unit is one of Quadlet's."""
    return any(each.section in SECTIONS for each in settings)


def read(file: str, text: str) -> Content:
    """Return what a file of Quadlet asks for.

    Raises:
        UsageError: for a line that is no setting.
    """
    settings = [each for each in parse_unit(text, file) if each.section in SECTIONS]
    name = file.rpartition("/")[2]
    mistakes = Mistakes()
    needs = tuple(need for each in settings for need in _needs(each, name, mistakes))
    keys = {each.key for each in settings}
    if any(each.section == "Container" for each in settings) and not keys & {"Image", "Rootfs"}:
        said = "it names neither an image nor a root file system, and Quadlet makes no service of it"
        mistakes.add("quadlet/no-image", settings[0].place, said, "Add Image=.", name)
    network = next((each.value for each in settings if each.key == "Network"), "")
    if network == "host" and any(isinstance(need, HostPort) for need in needs):
        said = "ports are published beside the host's network: podman discards them"
        place = next(each.place for each in settings if each.key == "PublishPort")
        mistakes.add("run/ports-with-host-network", place, said, "Leave PublishPort out, or Network=host.", name)
        needs = tuple(need for need in needs if not isinstance(need, HostPort))
    named = next((each.value for each in settings if each.key in {"ContainerName", "PodName"}), "")
    alone = f"the container is called {named} in both" if named and "%" not in named else ""
    workload = Workload(name, Place(file, 1), 1, needs=needs, alone=alone)
    return Content(file, "quadlet", "quadlet", (workload,), tuple(mistakes))


def _needs(setting: Setting, name: str, mistakes: Mistakes) -> Iterator[Need]:
    if setting.key == "PodmanArgs":
        run = container_run(["podman", "run", *split(setting.value), "image"], setting.place)
        yield from run.needs if run else ()
    elif setting.key == "Yaml":
        why = "what the manifest asks for is not read from here"
        yield Unclear(setting.place, f"Yaml={setting.value}", "its containers", why)
    option = _OPTIONS.get(setting.key)
    if option is None:
        return
    said = f"{setting.key}={setting.value}"
    value = setting.value
    if option == "device" and value.startswith("-"):
        # "Add only if it exists" (podman-systemd.unit(5), AddDevice).
        return
    for each in value.split() if option in {"cap-add", "sysctl"} else (value,):
        try:
            yield from needs_of_option(option, each, setting.place, said, "podman")
        except ValueError as error:
            mistakes.add("run/refused", setting.place, f"podman refuses {said}: {error}", "See podman-run(1).", name)
