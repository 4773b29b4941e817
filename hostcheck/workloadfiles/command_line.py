"""``docker run`` and ``podman run``, as they stand in a unit, a script or a playbook: what they ask of the host.

Which options take a value is from docker(1) 27 and podman-run(1) 5; the first word that is no option is the image.
"""

import re
import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

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
    ]
)
"""Options without a value."""
_GLOBAL_WITH_VALUE = frozenset(
    {"-H", "--host", "-c", "--context", "--config", "-l", "--log-level", "--root", "--runroot", "--url", "--connection"}
)
_ELSEWHERE = frozenset({"-H", "--host", "-c", "--context", "--url", "--connection", "-r", "--remote"})
"""Options that choose the engine."""
_SHORT_WITH_VALUE = "aceghlmpuvw"
_VARIABLE = re.compile(r"\$|%[a-zA-Z]|\{\{")


@dataclass(frozen=True, slots=True)
class ContainerRun:
    """One container that a command line starts.

    Attributes:
        program: "docker", "podman" or "nerdctl".
        name: of the container; empty where it has none.
        image: its image.
        network: as ``--network`` says; empty where it does not.
        needs: of the host.
        refused: what the engine would refuse, in words.
        ports_discarded: whether ports are published beside the host's network, which discards them.
    """

    program: str
    name: str
    image: str
    network: str
    needs: tuple[Need, ...]
    refused: tuple[str, ...] = ()
    ports_discarded: bool = False


def split(text: str) -> list[str]:
    """Split a command line into words, as a shell does; by blanks where a quote does not end."""
    try:
        return shlex.split(text, comments=False)
    except ValueError:
        return text.split()


def container_run(words: Sequence[str], place: Place) -> ContainerRun | None:
    """Return the container that a command line starts; None where it starts none.

    Args:
        words: of the command: "/usr/bin/docker", "run", "-p", "80:80", "nginx".
        place: where it stands.
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
    options, image = _options(rest[1:])
    made = _made(program, options, image, place)
    if not elsewhere:
        return made
    where = Unclear(
        place, f"{program} {elsewhere}", "the host", "the engine that this option names may be another host's"
    )
    return replace(made, needs=(where,))


_VERBS: Mapping[str, frozenset[str]] = {
    "compose": frozenset({"up", "run", "start", "restart"}),
    "stack": frozenset({"deploy", "up"}),
    "service": frozenset({"create"}),
    "play": frozenset({"kube"}),
    "kube": frozenset({"play"}),
}
"""Commands of an engine that start what a file, or a swarm, says."""


def starts_others(words: Sequence[str], names: Collection[str]) -> str:
    """Return the words of a command that starts containers which it does not describe; "" for any other.

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


def _options(words: Sequence[str]) -> tuple[list[tuple[str, str]], str]:
    """Return the options with their values, and the image."""
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if word == "--":
            break
        if not word.startswith("-") or word == "-":
            return found, word
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
    return found, words[at] if at < len(words) else ""


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
    discarded = network == "host" and any(isinstance(need, HostPort) for need in needs)
    if network == "host":
        needs = [need for need in needs if not isinstance(need, HostPort)]
    return ContainerRun(
        program, last.get("name", ""), image, network, tuple(needs), tuple(refused), ports_discarded=discarded
    )


def needs_of_option(name: str, value: str, place: Place, said: str, program: str = "docker") -> Iterator[Need]:
    """Yield what one option asks for.

    Args:
        name: of the option in its long form, without dashes.
        value: as it stands there.
        place: where it stands.
        said: the option with its value.
        program: "docker", "podman" or "nerdctl".

    Raises:
        ValueError: for what the engine refuses, with the reason.
    """
    if name == "privileged" and value != "false":
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
    elif name == "device":
        yield device(value, place, said)
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


_ASKING = {
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
    """Return the CPUs that a list such as "0-3,5" asks for: engines refuse one that the host has not.

    Raises:
        ValueError: for what is no list of CPUs (cpuset(7), List format).
    """
    if not re.fullmatch(r"\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?){0,999}", value):
        raise ValueError(f"no list of CPUs: {value}")
    return Amount(place, said, "cpu", 1.0 + max(map(int, re.findall(r"\d+", value))), reserved=False)


def device(value: str, place: Place, said: str) -> Need:
    """Return the need of a device: below /dev, or by the name that the Container Device Interface has for it.

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


def volume(value: str, place: Place, said: str, *, created: bool = True) -> Iterator[Need]:
    """Yield the path of the host that ``-v`` mounts; none for a named volume.

    Docker makes a folder where nothing is
    (https://docs.docker.com/engine/storage/bind-mounts/#differences-between--v-and---mount-behavior); Podman refuses
    (podman-run(1): "If the source does not exist, Podman returns an error").
    """
    source, colon, _ = value.partition(":")
    if colon and source.startswith("/"):
        yield HostPath(place, said, source.rstrip("/") or "/", created=created)


def _mount(value: str, place: Place, said: str) -> Iterator[Need]:
    fields = dict(part.partition("=")[::2] for part in value.split(","))
    source = fields.get("source") or fields.get("src") or ""
    if fields.get("type") == "bind" and source.startswith("/"):
        yield HostPath(place, said, source.rstrip("/") or "/", created="bind-create-src" in fields)
