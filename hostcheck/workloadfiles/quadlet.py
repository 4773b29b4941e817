"""Quadlet files: what Podman's containers need of a host.

Source: podman-systemd.unit(5) of Podman 5. Files that a unit names (``Pod=web.pod``, ``Volume=data.volume:/data``,
``Yaml=web.yaml``) are read too. They must be in the same folder.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from hostcheck.spelling import closest
from hostcheck.userfile import is_file, read_text
from hostcheck.workloadfiles.addresses import merged
from hostcheck.workloadfiles.command_line import container_run, discards_ports, split
from hostcheck.workloadfiles.limits import LARGEST
from hostcheck.workloadfiles.model import Beside, Content, Rule, Workload
from hostcheck.workloadfiles.mounts import again, target_of_volume
from hostcheck.workloadfiles.needs import Amount, HostPath, HostPort, Need, Unclear
from hostcheck.workloadfiles.place import Place
from hostcheck.workloadfiles.ports_twice import judge_ports
from hostcheck.workloadfiles.quadlet_keys import KEYS
from hostcheck.workloadfiles.quadlet_values import judge_values
from hostcheck.workloadfiles.rules import Mistakes
from hostcheck.workloadfiles.run_options import named_by, needs_of_option
from hostcheck.workloadfiles.unit_files import Setting, read_unit
from hostcheck.workloadfiles.words import moved

_STARTING = frozenset({"Container", "Pod", "Kube"})
SECTIONS = _STARTING | {"Volume", "Network", "Image", "Build"}
"""The sections by which Quadlet files are recognised. Only some of them start containers."""
_OPTIONS = {
    "PublishPort": "publish",
    "Volume": "volume",
    "Mount": "mount",
    "AddDevice": "device",
    "AddCapability": "cap-add",
    "Sysctl": "sysctl",
    "Memory": "memory",
    "EnvironmentFile": "env-file",
    "Secret": "secret",
    "ContainerName": "name",
    "Tmpfs": "tmpfs",
    "Ulimit": "ulimit",
}
"""Keys, each with the equivalent option of podman-run(1)."""
_UNITS = (".volume", ".network", ".image", ".build")


def read(files: Sequence[tuple[str, str]]) -> Iterator[Content]:
    """Yield the content of each Quadlet file. Units that it names are read with it.

    Args:
        files: the path and the text of each file.

    Raises:
        UsageError: if a line is not a setting.
    """
    asked = {Path(file) for file, _ in files}
    for file, text in files:
        yield _Unit(file, read_unit(text, file), asked).content()


class _Unit:
    """The reader of one file."""

    def __init__(self, file: str, settings: Sequence[Setting], asked: set[Path]) -> None:
        self.file, self.asked = Path(file), asked
        self.every = settings
        self.settings = list(_kept(each for each in settings if each.section in SECTIONS))
        self.mistakes = Mistakes()
        self.notes: list[str] = []
        self.beside: list[Workload] = []

    def content(self) -> Content:
        judge_values(self.every, self.file.name, self.mistakes)
        sections = {each.section for each in self.settings}
        # A pod needs no key.
        if not sections & _STARTING and self.file.suffix != ".pod":
            self.notes.append(f"{self.file.name} starts no container")
            return self._content(())
        if "Kube" in sections:
            return self._content(tuple(self._kube()))
        return self._content((self._workload(), *self.beside))

    def _content(self, workloads: tuple[Workload, ...]) -> Content:
        return Content(str(self.file), "quadlet", "quadlet", workloads, tuple(self.mistakes), tuple(self.notes))

    def _workload(self) -> Workload:
        name = self.file.name
        needs = list(merged(need for each in self.settings for need in self._needs(each)))
        keys = {each.key for each in self.settings}
        if any(each.section == "Container" for each in self.settings) and not keys & {"Image", "Rootfs"}:
            said = "it names neither an image nor a root file system, and Quadlet makes no service of it"
            self.mistakes.add("quadlet/no-image", self.settings[0].place, said, "Add Image=.", name)
        rootfs = next((each for each in self.settings if each.key == "Rootfs"), None)
        if rootfs is not None and "Image" in keys:
            said = "Image= and Rootfs= beside each other: Quadlet makes no service of it"
            self.mistakes.add("quadlet/refused", rootfs.place, said, "Leave one of them out.", name)
        targets = [(each.place, target_of_volume(each.value)) for each in self.settings if each.key == "Volume"]
        for place, path in again(targets):
            self.mistakes.add("run/refused", place, f"podman refuses a second mount at {path}", "Leave one out.", name)
        network = self._value("Network")
        if discards_ports("podman", network) and any(isinstance(need, HostPort) for need in needs):
            said = f"ports are published with Network={network}: podman discards them"
            place = next(each.place for each in self.settings if each.key == "PublishPort")
            fix = f"Leave PublishPort out, or Network={network}."
            self.mistakes.add("run/ports-discarded", place, said, fix, name)
            needs = [need for need in needs if not isinstance(need, HostPort)]
        judge_ports(needs, name, self.mistakes)
        self._judge_ports_of_a_pod(name)
        rules = tuple(self._pod(needs))
        named = self._value("ContainerName") or self._value("PodName")
        alone = f"both containers are named {named}" if named and "%" not in named else ""
        return Workload(name, Place(str(self.file), 1), 1, needs=tuple(needs), rules=rules, alone=alone)

    def _judge_ports_of_a_pod(self, name: str) -> None:
        """Add a mistake for a port of a container that is published beside a pod: the pod alone has ports."""
        port = next((each for each in self.settings if (each.section, each.key) == ("Container", "PublishPort")), None)
        pod = self._value("Pod")
        if port is not None and pod:
            said = f"podman refuses {port.key}={port.value} beside Pod={pod}: the ports are the pod's"
            self.mistakes.add("run/refused", port.place, said, f"Write it in {pod}, under [Pod].", name)

    def _value(self, key: str) -> str:
        return next((each.value for each in self.settings if each.key == key), "")

    def _pod(self, needs: list[Need]) -> Iterator[Rule]:
        """Yield the rule that a container runs on the host of its pod. If the pod's file was not given, read it too."""
        setting = next((each for each in self.settings if each.key == "Pod" and each.section == "Container"), None)
        if setting is None:
            return
        if not setting.value.endswith(".pod"):
            said = f"Pod={setting.value} names no .pod file, and Quadlet makes no service of it"
            self.mistakes.add("quadlet/refused", setting.place, said, "Name a unit: Pod=web.pod.", self.file.name)
            return
        path = self._other(setting, setting.value, needs)
        if path is None:
            return
        if path not in self.asked:
            unit = _Unit(str(path), read_unit(read_text("unit", path, LARGEST), str(path)), self.asked)
            self.beside.append(unit._workload())
            self.mistakes.found += unit.mistakes.found
        yield Beside(setting.place, f"Pod={setting.value}", path.name)

    def _other(self, setting: Setting, name: str, needs: list[Need]) -> Path | None:
        """Return the path of a unit that this one names. If it does not exist, add an unclear need and return None."""
        path = self.file.parent / name
        if "/" not in name and is_file(path):
            return path
        needs.append(Unclear(setting.place, f"{setting.key}={setting.value}", "a unit", f"{name} is not beside it"))
        return None

    def _needs(self, setting: Setting) -> Iterator[Need]:
        known = KEYS.get(setting.section)
        if known is not None and setting.key not in known and not setting.key.startswith("X-"):
            yield from self._unknown(setting, known)
        if setting.key == "PodmanArgs":
            words = (moved(each, setting.place.line - 1) for each in split(setting.written))
            run = container_run(["podman", "run", *words, "image"], setting.place)
            yield from run.needs_beside(()) if run else ()
        source = setting.value.partition(":")[0]
        if setting.key in {"Volume", "Network", "Image"} and source.endswith(_UNITS) and not source.startswith("/"):
            found: list[Need] = []
            path = self._other(setting, source, found)
            yield from found
            if path is not None and path.suffix == ".volume":
                yield from _of_volume(path)
            return
        if setting.key == "Network":
            yield from (need for _, need in named_by("network", setting.value, setting.place))
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
                said_of = f"podman refuses {said}: {error}"
                self.mistakes.add("run/refused", setting.place, said_of, "See podman-run(1).", self.file.name)

    def _unknown(self, setting: Setting, known: frozenset[str]) -> Iterator[Need]:
        """Add a mistake for a misspelt key; yield an unclear need for a key that only a newer Podman may know."""
        alike = next((each for each in sorted(known) if each.lower() == setting.key.lower()), None)
        near = alike or closest(setting.key, sorted(known))
        if near is None:
            why = "a Quadlet that does not know it makes no service of the file"
            yield Unclear(setting.place, setting.key, "a key", why)
        else:
            said = f"Quadlet has no key {setting.key} in [{setting.section}], and makes no service of the file"
            fix = f"Did you mean {near}?"
            self.mistakes.add("quadlet/unknown-key", setting.place, said, fix, self.file.name)

    def _kube(self) -> Iterator[Workload]:
        """Yield the workloads in the manifest of a .kube file, with one instance of each (podman-kube-play(1))."""
        from hostcheck.workloadfiles.documents import read_yaml  # noqa: PLC0415  others need no YAML
        from hostcheck.workloadfiles.kubernetes import manifest  # noqa: PLC0415

        published = tuple(need for each in self.settings for need in self._needs(each))
        for each in (each for each in self.settings if each.key == "Yaml"):
            path = self.file.parent / each.value
            if not is_file(path):
                why = "the manifest is not beside it"
                unclear = Unclear(each.place, f"Yaml={each.value}", "its containers", why)
                yield Workload(self.file.name, Place(str(self.file), 1), 1, needs=(*published, unclear))
                continue
            made = manifest.read(str(path), read_yaml(read_text("manifest", path, LARGEST), str(path))).workloads
            for number, workload in enumerate(made):
                needs = tuple(need for need in workload.needs if not isinstance(need, Amount))
                own = published if number == 0 else ()
                yield replace(workload, instances=1, each_host=False, needs=(*needs, *own), rules=())


def _kept(settings: Iterable[Setting]) -> Sequence[Setting]:
    """Return the effective settings. As in systemd, an empty value removes the earlier settings of its key."""
    kept: list[Setting] = []
    for each in settings:
        if each.value:
            kept.append(each)
        else:
            kept = [other for other in kept if (other.section, other.key) != (each.section, each.key)]
    return kept


def _of_volume(path: Path) -> Iterator[Need]:
    """Yield the folder of the host that a volume mounts, if it is a bind mount (podman-volume-create(1))."""
    settings = read_unit(read_text("unit", path, LARGEST), str(path))
    options = {option for each in settings if each.key == "Options" for option in each.value.split(",")}
    for each in settings:
        if each.key == "Device" and each.value.startswith("/") and options & {"bind", "rbind"}:
            yield HostPath(each.place, f"Device={each.value}", each.value.rstrip("/") or "/")
