"""The needs of ``docker run`` and ``podman run`` commands in a unit, a script or a playbook.

Which options take a value is from docker(1) 27 and podman-run(1) 5; the first word that is no option is the image.
"""

import re
import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hostcheck.workloadfiles.capabilities import capability
from hostcheck.workloadfiles.model import (
    Amount,
    Capability,
    Device,
    Gpu,
    HostPath,
    HostPort,
    KernelFact,
    Need,
    Place,
    Platform,
    Sysctl,
    Unclear,
)
from hostcheck.workloadfiles.platforms import architecture_of
from hostcheck.workloadfiles.ports import published, unclear
from hostcheck.workloadfiles.sizes import LEAST_MEMORY, docker_bytes
from hostcheck.workloadfiles.sysctls import is_namespaced

PROGRAMS = ("docker", "podman", "nerdctl")
_SWITCHES = frozenset(
    [
        "d",
        "detach",
        "disable-content-trust",
        "init",
        "i",
        "interactive",
        "no-healthcheck",
        "oom-kill-disable",
        "P",
        "publish-all",
        "privileged",
        "q",
        "quiet",
        "read-only",
        "rm",
        "t",
        "tty",
        "sig-proxy",
        "help",
        "no-hosts",
        "no-hostname",
        "replace",
        "rmi",
        "env-host",
        "http-proxy",
        "read-only-tmpfs",
        "tls-verify",
        "unsetenv-all",
        "rootfs",
        "passwd",
        "use-api-socket",
    ]
)
"""Options without a value."""
_GLOBAL_WITH_VALUE = frozenset(
    {"-H", "--host", "-c", "--context", "--config", "-l", "--log-level", "--root", "--runroot", "--url", "--connection"}
)
_ELSEWHERE = frozenset({"-H", "--host", "-c", "--context", "--url", "--connection", "-r", "--remote"})
"""Options that choose the engine."""
_SHORT_WITH_VALUE = "aceghlmpuvw"
_EXPANDED = re.compile(r"\$\w+|\$[@*]|\$\{[^{}]*\}|\$\(.*\)|`[^`]*`", re.DOTALL)
"""A word of a shell that is a single expansion, so it may become no word, or several."""
_MANY = re.compile(r"[@*]|^\$\(|^`")
_TEMPLATE = re.compile(r"\{\{[^{}\n]{0,200}\}\}")
_VARIABLE = re.compile(r"\$|%[a-zA-Z]|\{\{")


@dataclass(frozen=True, slots=True)
class ContainerRun:
    """One container that a command line starts.

    Attributes:
        program: "docker", "podman" or "nerdctl".
        name: the name of the container; empty if it has none.
        image: its image.
        network: the value of ``--network``; empty if not given.
        needs: its needs on the host.
        others: the networks and containers that it names, each with the unclear need if the file does not make it.
        refused: the reasons why the engine would refuse it, in words.
        ports_discarded: whether it publishes ports on the host's network, where the engine discards them.
    """

    program: str
    name: str
    image: str
    network: str
    needs: tuple[Need, ...]
    others: tuple[tuple[str, Unclear], ...] = ()
    refused: tuple[str, ...] = ()
    ports_discarded: bool = False

    def needs_beside(self, made: Collection[str]) -> tuple[Need, ...]:
        """Return its needs, if these networks and containers exist."""
        return (*self.needs, *(need for name, need in self.others if name not in made))


def made_by(words: Sequence[str], run: ContainerRun | None) -> str:
    """Return the name of the container or the network that a command makes; "" if it makes none."""
    if run is not None:
        return run.name
    is_engine = bool(words) and words[0].rpartition("/")[2] in PROGRAMS
    return words[-1] if is_engine and list(words[1:3]) == ["network", "create"] else ""


def is_known(text: str) -> bool:
    """Whether a text has no variable, specifier or template in it."""
    return _VARIABLE.search(text) is None


def with_whole_templates(text: str) -> str:
    """Return a text in which each ``{{ name }}`` that was not rendered is one word."""
    return _TEMPLATE.sub(lambda found: re.sub(r"[ \t]+", "", found[0]), text) if "{{" in text else text


def split(text: str) -> list[str]:
    """Split a command line into words, as a shell does; by blanks if a quote is not closed."""
    text = with_whole_templates(text)
    try:
        return shlex.split(text, comments=False)
    except ValueError:
        return text.split()


def container_run(words: Sequence[str], place: Place) -> ContainerRun | None:
    """Return the container that a command line starts; None if it starts none.

    Args:
        words: of the command: "/usr/bin/docker", "run", "-p", "80:80", "nginx".
        place: the file and the line.
    """
    program = words[0].rpartition("/")[2] if words else ""
    if program not in PROGRAMS:
        return None
    rest = list(words[1:])
    elsewhere = ""
    while rest and rest[0].startswith("-"):
        option, equals, value = rest.pop(0).partition("=")
        if option in _GLOBAL_WITH_VALUE and not equals and rest:
            value = rest.pop(0)
        if option in _ELSEWHERE and not value.startswith(("unix:", "/")):
            elsewhere = option
    if rest[:1] == ["container"]:
        rest.pop(0)
    if rest[:1] not in (["run"], ["create"]):
        return None
    options, image, arguments = _options(rest[1:])
    made = _made(program, options, image, place)
    if _EXPANDED.fullmatch(image) and (arguments or _MANY.search(image)):
        why = "whether it stands for options or for the image is not known"
        made = replace(made, needs=(*made.needs, Unclear(place, image, "options", why)))
    if not elsewhere:
        return made
    where = Unclear(
        place, f"{program} {elsewhere}", "the host", "the engine that this option names may be another host's"
    )
    return replace(made, needs=(where,), others=())


_VERBS: Mapping[str, frozenset[str]] = {
    "compose": frozenset({"up", "run", "start", "restart"}),
    "stack": frozenset({"deploy", "up"}),
    "service": frozenset({"create"}),
    "play": frozenset({"kube"}),
    "kube": frozenset({"play"}),
}
"""Commands of an engine that start containers described in a file or by a swarm."""


def starts_others(words: Sequence[str], names: Collection[str]) -> str:
    """Return the words of a command that starts containers without describing them; "" for any other command.

    Args:
        words: of the command.
        names: of containers that the file describes.
    """
    program = words[0].rpartition("/")[2] if words else ""
    if program.startswith("$") and words[1:2] in (["run"], ["create"]):
        return f"{program} {words[1]}"
    engine, dash, compose = program.partition("-")
    if engine not in PROGRAMS or (dash and compose != "compose"):
        return ""
    rest = [compose, *words[1:]] if dash else [each for each in words[1:] if each != "container"]
    command = next((each for each in rest if not each.startswith("-")), "")
    after = [each for each in rest[rest.index(command) + 1 :] if not each.startswith("-")] if command else []
    if command in {"start", "restart"} and set(after) - set(names):
        return f"{program} {command}"
    verb = next((each for each in after if each in _VERBS.get(command, ())), "")
    return f"{program} {verb}" if verb and dash else f"{program} {command} {verb}" if verb else ""


def _options(words: Sequence[str]) -> tuple[list[tuple[str, str]], str, Sequence[str]]:
    """Return the options with their values, the image, and the words after it."""
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if word == "--":
            break
        if not word.startswith("-") or word == "-":
            return found, word, words[at:]
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            if name in _SWITCHES:
                found.append((name, value or "true"))
                continue
            if not equals and at < len(words):
                value = words[at]
                at += 1
            found.append((name, value))
            continue
        letters = word[1:]
        while letters:
            letter, letters = letters[0], letters[1:]
            if letter not in _SHORT_WITH_VALUE:
                found.append((letter, "true"))
                continue
            if not letters and at < len(words):
                letters = words[at]
                at += 1
            found.append((letter, letters.removeprefix("=")))
            break
    return found, words[at] if at < len(words) else "", words[at + 1 :]


_LONG = {"p": "publish", "v": "volume", "m": "memory", "c": "cpu-shares", "net": "network", "h": "hostname"}


def _made(program: str, options: Sequence[tuple[str, str]], image: str, place: Place) -> ContainerRun:
    needs: list[Need] = []
    refused: list[str] = []
    last: dict[str, str] = {}
    for short, value in options:
        name = _LONG.get(short, short)
        last[name] = value
        try:
            needs += needs_of_option(name, value, place, f"--{name} {value}", program)
        except ValueError as error:
            refused.append(f"--{name} {value}: {error}")
    network = last.get("network", "")
    refused += _contradictions(program, last, publishes=any(isinstance(need, HostPort) for need in needs))
    if not image:
        refused.append("a command line without an image")
    discarded = discards_ports(program, network) and any(isinstance(need, HostPort) for need in needs)
    if discarded:
        needs = [need for need in needs if not isinstance(need, HostPort)]
    others = tuple(other for short, value in options for other in named_by(_LONG.get(short, short), value, place))
    return ContainerRun(
        program, last.get("name", ""), image, network, tuple(needs), others, tuple(refused), ports_discarded=discarded
    )


def discards_ports(program: str, network: str) -> bool:
    """Whether a network has no ports of its own (docker-run(1), podman-run(1), --publish)."""
    return network in {"host", "none"} or (program == "podman" and network.startswith("container:"))


def _contradictions(program: str, last: Mapping[str, str], *, publishes: bool) -> Iterator[str]:
    """Yield combinations of options that engines refuse (moby's runconfig and daemon/daemon_unix.go)."""
    network, restart = last.get("network", ""), last.get("restart", "no")
    if program != "podman" and network.startswith("container:") and publishes:
        yield f"--publish beside --network {network}: that container has the ports"
    if is_true(last.get("rm", "false")) and restart.partition(":")[0] not in {"", "no"}:
        yield f"--rm beside --restart {restart}"
    sizes = {name: docker_bytes(last.get(name, "")) for name in ("memory", "memory-swap", "memory-reservation")}
    memory = sizes["memory"] or 0
    if 0 < (sizes["memory-swap"] or 0) < memory:
        yield "--memory-swap: it is memory and swap together, and less than --memory"
    if 0 < memory < (sizes["memory-reservation"] or 0):
        yield "--memory-reservation: it is more than --memory"


def is_true(text: str) -> bool:
    """Return the truth of a switch, as Go's strconv.ParseBool reads it."""
    return text in {"1", "t", "T", "true", "TRUE", "True"}


_NETWORKS = re.compile(r"bridge|host|none|default|podman|private|slirp4netns.*|pasta.*|ns:.*|")
"""Networks that exist in every engine, or that the engine makes for the container."""


def named_by(option: str, value: str, place: Place) -> Iterator[tuple[str, Unclear]]:
    """Yield the networks and containers that an option names, each with the unclear need if nothing makes it.

    Args:
        option: in its long form, without dashes.
        value: of it.
        place: the file and the line.
    """
    said = f"--{option} {value}"
    kind, _, name = value.partition(":")
    if option in {"network", "pid", "ipc"} and kind == "container":
        yield name, Unclear(place, said, "another container", _OF_THE_ENGINE)
    elif option in {"link", "volumes-from"}:
        yield kind, Unclear(place, said, "another container", _OF_THE_ENGINE)
    elif option == "network" and not _NETWORKS.fullmatch(value):
        name = kind if not kind.startswith("name=") else kind.partition(",")[0].removeprefix("name=")
        yield name, Unclear(place, said, "a network", _OF_THE_ENGINE)


_OF_THE_ENGINE = "whether it is there is known to the engine alone"


def needs_of_option(name: str, value: str, place: Place, said: str, program: str = "docker") -> Iterator[Need]:
    """Yield the needs of one option.

    Args:
        name: of the option in its long form, without dashes.
        value: as it stands there.
        place: the file and the line.
        said: the option with its value.
        program: "docker", "podman" or "nerdctl".

    Raises:
        ValueError: for what the engine refuses, with the reason.
    """
    value = _with_folders(value) if name in {"volume", "mount"} else value
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
        size = docker_bytes(value)
        if size is None:
            raise ValueError("no size")
        if name == "memory" and 0 < size < LEAST_MEMORY:
            raise ValueError("Docker takes no limit below 6 MiB")
        yield Amount(place, said, "memory", size, reserved=False)
    elif name == "cpus":
        yield Amount(place, said, "cpu", float(value), reserved=False)
    elif name == "cpuset-cpus":
        yield cpus_named(value, place, said)
    elif name in _OF_DEVICES:
        yield device(value, place, said)
    elif name in {"env-file", "label-file"}:
        yield from file_of(value, place, said)
    elif name == "runtime":
        yield from of_runtime(value, place, said)
    elif name == "storage-opt":
        why = "which storage drivers and file systems of the engine take it is not judged"
        yield Unclear(place, said, "an option of the storage", why)
    elif name == "secret":
        yield Unclear(place, said, "a secret", "which secrets there are is known to the engine alone")
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


_WORKING = re.compile(r"(^|source=|src=)(?:\$PWD|\$\{PWD\}|\$\(pwd\)|`pwd`)(?=[/:,]|$)")
"""The folder in which a shell runs the command, before the path of a mount."""
_HOME = re.compile(r"(^|source=|src=)(?:\$HOME|\$\{HOME\})(?=[/:,]|$)")


def _with_folders(value: str) -> str:
    """Return a mount with "." and "~" for the folders that a shell has for certain."""
    return _HOME.sub(r"\1~", _WORKING.sub(r"\1.", value))


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
    """Return the need of the CPUs in a list such as "0-3,5": engines refuse a CPU that the host does not have.

    Raises:
        ValueError: if it is not a list of CPUs (cpuset(7), List format).
    """
    if not re.fullmatch(r"\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?){0,999}", value):
        raise ValueError(f"no list of CPUs: {value}")
    return Amount(place, said, "cpu", 1.0 + max(map(int, re.findall(r"\d+", value))), reserved=False)


def device(value: str, place: Place, said: str) -> Need:
    """Return the need of a device: a path below /dev, or a name of the Container Device Interface.

    https://github.com/cncf-tags/container-device-interface/blob/main/SPEC.md: what a name such as "vendor.com/net=a"
    stands for is in files of the host; the names of graphics processors begin with "nvidia.com/gpu" and "amd.com/gpu".
    """
    path = value.split(":", maxsplit=1)[0]
    if path.startswith("/"):
        return Device(place, said, path)
    vendor, dot, _ = path.partition(".com/gpu")
    if dot and vendor in {"nvidia", "amd"}:
        return Gpu(place, said, vendor)
    return Unclear(place, said, "a device", "files of the host say what this name stands for")


def seccomp_profile(value: str) -> str:
    """Return the path of the profile that a ``--security-opt`` names; "" if it names none."""
    found = re.fullmatch(r"seccomp[=:]([^{].*)", value)
    return found[1] if found is not None and found[1] not in {"unconfined", "builtin"} else ""


def file_of(path: str, place: Place, said: str) -> Iterator[Need]:
    """Yield a file that the engine's client reads.

    A relative path is resolved from the folder of the file that names it.
    """
    if path.startswith("/"):
        yield HostPath(place, said, path, "file")
    elif not (Path(place.file).parent / path).exists():
        yield Unclear(place, said, "a file of the host", "it is not beside this file now")


def of_runtime(name: str, place: Place, said: str) -> Iterator[Need]:
    """Yield the need of a runtime; nothing if every engine has it."""
    if name == "nvidia":
        yield Gpu(place, said, "nvidia")
    elif name not in {"", "runc", "crun", "io.containerd.runc.v2"}:
        yield Unclear(place, said, "a runtime", "which runtimes the engine has is known to it alone")


def volume(value: str, place: Place, said: str, *, created: bool = True) -> Iterator[Need]:
    """Yield the path of the host that ``-v`` mounts; none for a named volume.

    Docker creates a folder if the path does not exist
    (https://docs.docker.com/engine/storage/bind-mounts/#differences-between--v-and---mount-behavior); Podman refuses
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
    fields = dict(part.partition("=")[::2] for part in value.split(","))
    source = fields.get("source") or fields.get("src") or ""
    if fields.get("type") == "bind" and source.startswith("/"):
        yield HostPath(place, said, source.rstrip("/") or "/", created="bind-create-src" in fields)
    elif fields.get("type") == "bind" and source.startswith("."):
        yield from file_of(source, place, said)
    elif fields.get("type") == "bind" and source.startswith("~"):
        yield Unclear(place, said, "a path of the host", _OF_A_HOME)
