"""The needs of single options of ``docker run`` and ``podman run``. Other formats have equivalent keys."""

import re
from collections.abc import Iterator
from pathlib import Path

from hostcheck.userfile import is_there
from hostcheck.workloadfiles.capabilities import capability
from hostcheck.workloadfiles.mounts import fields_of_mount
from hostcheck.workloadfiles.needs import (
    Amount,
    Capability,
    Device,
    Gpu,
    HostPath,
    KernelFact,
    Need,
    Platform,
    Sysctl,
    Unclear,
)
from hostcheck.workloadfiles.place import Place
from hostcheck.workloadfiles.platforms import architecture_of
from hostcheck.workloadfiles.ports import published, unclear
from hostcheck.workloadfiles.run_values import LEAST_CPUS, refusal_of
from hostcheck.workloadfiles.sizes import LEAST_MEMORY, docker_bytes
from hostcheck.workloadfiles.sysctls import is_namespaced

_VARIABLE = re.compile(r"\$|%[a-zA-Z]|\{\{")


def is_known(text: str) -> bool:
    """Return whether a text contains no variable, specifier or template."""
    return _VARIABLE.search(text) is None


def is_true(text: str) -> bool:
    """Return whether the value of a switch means true (Go's strconv.ParseBool)."""
    return text in {"1", "t", "T", "true", "TRUE", "True"}


_NETWORKS = re.compile(r"bridge|host|none|default|podman|private|slirp4netns.*|pasta.*|ns:.*|")
"""Networks that exist in every engine, or that the engine creates for the container."""


def named_by(option: str, value: str, place: Place) -> Iterator[tuple[str, Unclear]]:
    """Yield the networks and containers that an option names, each with the unclear need if nothing creates it.

    Args:
        option: the option in its long form, without dashes.
        value: the value of the option.
        place: the file and the line.
    """
    said = f"--{option} {value}"
    kind, _, name = value.partition(":")
    if option in {"network", "pid", "ipc"} and kind == "container":
        yield name, Unclear(place, said, "another container", _OF_THE_ENGINE)
    elif option in {"link", "volumes-from"}:
        yield kind, Unclear(place, said, "another container", _OF_THE_ENGINE)
    elif option == "pod" and kind != "new":
        yield value, Unclear(place, said, "a pod", _OF_THE_ENGINE)
    elif option == "network" and not _NETWORKS.fullmatch(value):
        name = kind if not kind.startswith("name=") else kind.partition(",")[0].removeprefix("name=")
        yield name, Unclear(place, said, "a network", _OF_THE_ENGINE)


_OF_THE_ENGINE = "whether it is there is known to the engine alone"


def needs_of_option(name: str, value: str, place: Place, said: str, program: str = "docker") -> Iterator[Need]:
    """Yield the needs of one option.

    Args:
        name: the option in its long form, without dashes.
        value: the value, as it is written.
        place: the file and the line.
        said: the option with its value, as it is written.
        program: "docker", "podman" or "nerdctl".

    Raises:
        ValueError: if the engine refuses the value, with the reason.
    """
    value = _with_folders(value) if name in {"volume", "mount"} else value
    if program == "podman" and name in _SPLIT and "," in value:
        for each in value.split(","):
            yield from needs_of_option(name, each, place, said, program)
        return
    if is_known(value) and (refusal := refusal_of(name, value, program)):
        raise ValueError(refusal)
    if name == "privileged":
        if is_true(value):
            yield Capability(place, "--privileged", "all")
    elif name == "publish":
        yield from _published(value, place, said)
    elif _VARIABLE.search(value) and name in _ASKING:
        yield Unclear(place, said, _ASKING[name], "it is an expression that the shell or the unit's manager evaluates")
    elif name == "volume":
        yield from volume(value, place, said, created=program != "podman")
    elif name == "mount":
        yield from _mount(value, place, said)
    elif name in {"memory", "memory-reservation"}:
        yield from _memory(name, value, place, said, program)
    elif name == "cpus":
        if 0 < float(value) < LEAST_CPUS:
            raise ValueError("the kernel takes no limit below 0.01 CPUs")
        yield Amount(place, said, "cpu", float(value), reserved=False)
    elif name in _MAY_BE_EMPTY and not value:
        return
    elif name == "cpuset-cpus":
        yield cpus_named(value, place, said)
    elif name in _OF_DEVICES:
        yield device(value, place, said)
    elif name in {"env-file", "label-file"}:
        yield from file_of(value, place, said)
    elif name == "runtime":
        yield from of_runtime(value, place, said)
    elif name in _UNCLEAR:
        yield Unclear(place, said, *_UNCLEAR[name])
    elif name == "gpus":
        yield Gpu(place, said, "nvidia")
    elif name == "cap-add":
        yield capability(value, place, said)
    elif name == "sysctl":
        parameter = value.partition("=")[0].strip()
        if not is_namespaced(parameter):
            raise ValueError(f"{parameter} belongs to the host, and no container can have its own value")
        yield Sysctl(place, said, parameter)
    elif name == "platform":
        yield Platform(place, said, architecture_of(value))
    elif name == "security-opt" and value.startswith("apparmor=") and value != "apparmor=unconfined":
        yield KernelFact(place, said, "security.apparmor", (True,), "AppArmor")
    elif name == "security-opt" and (path := seccomp_profile(value)):
        yield from file_of(path, place, said)


def _memory(name: str, value: str, place: Place, said: str, program: str) -> Iterator[Need]:
    """Yield the needs of ``--memory`` and ``--memory-reservation``.

    Raises:
        ValueError: if the engine refuses the value.
    """
    size = docker_bytes(value)
    if size is None:
        raise ValueError("no size")
    if name == "memory" and 0 < size < LEAST_MEMORY:
        if program == "docker":
            raise ValueError("Docker takes no limit below 6 MiB")
        yield Unclear(place, said, "a limit below 6 MiB", "whether the runtime starts a process in it is not known")
    yield Amount(place, said, "memory", size, reserved=False)


_WORKING = re.compile(r"(^|source=|src=)(?:\$PWD|\$\{PWD\}|\$\(pwd\)|`pwd`)(?=[/:,]|$)")
"""The working folder, as a shell expands it, at the beginning of a mount's path."""
_HOME = re.compile(r"(^|source=|src=)(?:\$HOME|\$\{HOME\})(?=[/:,]|$)")


def _with_folders(value: str) -> str:
    """Return a mount with "." in place of $PWD and "~" in place of $HOME. Every shell sets both."""
    return _HOME.sub(r"\1~", _WORKING.sub(r"\1.", value))


_SPLIT = frozenset({"cap-add", "device", "publish", "sysctl"})
"""Options whose values Podman splits at commas, unlike Docker (podman, cmd/podman/common/create.go, StringSlice)."""
_UNCLEAR = {
    "storage-opt": (
        "an option of the storage",
        "which storage drivers and file systems of the engine take it is not judged",
    ),
    "secret": ("a secret", "which secrets there are is known to the engine alone"),
}
_MAY_BE_EMPTY = frozenset({"cpuset-cpus", "platform"})
"""Options for which an empty value means the default. A variable without a value leads to one."""
_OF_A_HOME = "whose home it is below is known to the shell alone"
_OF_DEVICES = frozenset(
    {"device", "device-read-bps", "device-write-bps", "device-read-iops", "device-write-iops", "blkio-weight-device"}
)
_ASKING = {
    "env-file": "a file of the host",
    "label-file": "a file of the host",
    "runtime": "a runtime",
    "volume": "a path of the host",
    "mount": "a path of the host",
    "memory": "memory",
    "cpus": "CPUs",
    "cpuset-cpus": "CPUs",
    "device": "a device",
    "sysctl": "a parameter of the kernel",
    "platform": "a platform",
}


def _published(value: str, place: Place, said: str) -> Iterator[Need]:
    if _VARIABLE.search(value):
        yield unclear(said, place, "it is an expression that the shell or the unit's manager evaluates")
    else:
        yield from published(value, place, said)


def cpus_named(value: str, place: Place, said: str) -> Need:
    """Return the need of the CPUs in a list such as "0-3,5". Engines refuse a CPU that the host does not have.

    Raises:
        ValueError: if the text is not a list of CPUs (cpuset(7), List format).
    """
    if not re.fullmatch(r"\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?){0,999}", value):
        raise ValueError(f"not a list of CPUs: {value}")
    return Amount(place, said, "cpu", 1.0 + max(map(int, re.findall(r"\d+", value))), reserved=False)


def device(value: str, place: Place, said: str) -> Need:
    """Return the need of a device: a path below /dev, or a name of the Container Device Interface.

    Files of the host define such names ("vendor.com/net=a"); those of graphics processors begin with "nvidia.com/gpu"
    or "amd.com/gpu" (https://github.com/cncf-tags/container-device-interface/blob/main/SPEC.md).
    """
    path = value.split(":", maxsplit=1)[0]
    if path.startswith("/"):
        return Device(place, said, path)
    vendor, dot, _ = path.partition(".com/gpu")
    if dot and vendor in {"nvidia", "amd"}:
        return Gpu(place, said, vendor)
    return Unclear(place, said, "a device", "files of the host say what this name stands for")


def seccomp_profile(value: str) -> str:
    """Return the path of the profile in a ``--security-opt``; "" if there is none."""
    found = re.fullmatch(r"seccomp[=:]([^{].*)", value)
    return found[1] if found is not None and found[1] not in {"unconfined", "builtin"} else ""


def file_of(path: str, place: Place, said: str) -> Iterator[Need]:
    """Yield the need of a file that the engine's client reads.

    A relative path is resolved from the folder of the file that names it.
    """
    if path.startswith("/"):
        yield HostPath(place, said, path, "file")
    elif not is_there(Path(place.file).parent / path):
        yield Unclear(place, said, "a file of the host", "it is not beside this file now")


def of_runtime(name: str, place: Place, said: str) -> Iterator[Need]:
    """Yield the need of a runtime; nothing if every engine has it."""
    if name == "nvidia":
        yield Gpu(place, said, "nvidia")
    elif name not in {"", "runc", "crun", "io.containerd.runc.v2"}:
        yield Unclear(place, said, "a runtime", "which runtimes the engine has is known to it alone")


def volume(value: str, place: Place, said: str, *, created: bool = True) -> Iterator[Need]:
    """Yield the need of the path that ``-v`` mounts; nothing for a named volume.

    Docker creates a folder if the path does not exist
    (https://docs.docker.com/engine/storage/bind-mounts/#differences-between--v-and---mount-behavior). Podman refuses it
    (podman-run(1): "If the source does not exist, Podman returns an error").
    """
    source, colon, _ = value.partition(":")
    if colon and source.startswith("/"):
        yield HostPath(place, said, source.rstrip("/") or "/", created=created)
    elif colon and source.startswith(".") and not created:
        yield from file_of(source, place, said)
    elif colon and source.startswith("~") and not created:
        yield Unclear(place, said, "a path of the host", _OF_A_HOME)


def _mount(value: str, place: Place, said: str) -> Iterator[Need]:
    fields = dict(fields_of_mount(value))
    source = fields.get("source") or fields.get("src") or ""
    if fields.get("type") == "bind" and source.startswith("/"):
        yield HostPath(place, said, source.rstrip("/") or "/", created="bind-create-src" in fields)
    elif fields.get("type") == "bind" and source.startswith("."):
        yield from file_of(source, place, said)
    elif fields.get("type") == "bind" and source.startswith("~"):
        yield Unclear(place, said, "a path of the host", _OF_A_HOME)
