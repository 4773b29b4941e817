"""The needs of ``docker run`` and ``podman run`` commands in a unit, a script or a playbook.

docker(1) 27 and podman-run(1) 5 define which options have a value. The first word that is not an option is the image.
"""

import io
import posixpath
import re
import shlex
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NamedTuple

from hostcheck.pflags import read_flags
from hostcheck.workloadfiles.addresses import merged
from hostcheck.workloadfiles.mounts import again, target_of_mount, target_of_volume
from hostcheck.workloadfiles.needs import HostPort, Need, Unclear
from hostcheck.workloadfiles.place import Place
from hostcheck.workloadfiles.run_options import is_known, is_true, named_by, needs_of_option
from hostcheck.workloadfiles.run_types import wrong_value
from hostcheck.workloadfiles.sizes import docker_bytes
from hostcheck.workloadfiles.words import Word, place_of

PROGRAMS = ("docker", "podman", "nerdctl")
_SWITCHES = frozenset(
    {
        *("detach", "disable-content-trust", "env-host", "help", "http-proxy", "init", "interactive", "no-healthcheck"),
        *("no-hostname", "no-hosts", "oom-kill-disable", "passwd", "privileged", "publish-all", "quiet", "read-only"),
        *("read-only-tmpfs", "replace", "rm", "rmi", "rootfs", "sig-proxy", "tls-verify", "tty", "unsetenv-all"),
        "use-api-socket",
    }
)
"""Options without a value."""
_GLOBAL_WITH_VALUE = frozenset(
    {"-H", "--host", "-c", "--context", "--config", "-l", "--log-level", "--root", "--runroot", "--url", "--connection"}
)
_ELSEWHERE = frozenset({"-H", "--host", "-c", "--context", "--url", "--connection", "-r", "--remote"})
"""Options that choose the engine, which may be on another host."""
_SHORT = MappingProxyType(
    {
        "a": "attach",
        "c": "cpu-shares",
        "d": "detach",
        "e": "env",
        "h": "hostname",
        "i": "interactive",
        "l": "label",
        "m": "memory",
        "p": "publish",
        "P": "publish-all",
        "q": "quiet",
        "t": "tty",
        "u": "user",
        "v": "volume",
        "w": "workdir",
    }
)
_EXPANDED = re.compile(r"\$\w+|\$[@*]|\$\{[^{}]*\}|\$\(.*\)|`[^`]*`", re.DOTALL)
"""A word that is a single expansion of the shell, and so may become no word or several."""
_MANY = re.compile(r"[@*]|^\$\(|^`")
_TEMPLATE = re.compile(r"\{\{[^{}\n]{0,200}\}\}")


@dataclass(frozen=True, slots=True)
class ContainerRun:
    """A container that a command line starts.

    Attributes:
        program: "docker", "podman" or "nerdctl".
        name: the name of the container; empty if it has none.
        image: the name of the image; empty if it is missing.
        network: the value of ``--network``; empty if not given.
        needs: the needs of the container on the host.
        others: networks and containers that it names, each with the unclear need if no command of the file makes it.
        refused: the reasons why the engine would refuse the command, in words, each with the line of the option.
        foreground: whether the command ends only with the container.
        pod: the name of the pod that is created with it; empty if there is none.
        creates: whether it is only created, and another command starts it.
        temporary: whether the engine removes it at its end (``--rm``).
        replaces: whether it takes the place of a container of its name (``--replace``).
        discarded: the line of a port that it publishes on a network for which the engine discards it; None if there is
            none.
    """

    program: str
    name: str
    image: str
    network: str
    needs: tuple[Need, ...]
    others: tuple[tuple[str, Unclear], ...] = ()
    refused: tuple[tuple[Place, str], ...] = ()
    discarded: Place | None = None
    foreground: bool = False
    pod: str = ""
    creates: bool = False
    temporary: bool = False
    replaces: bool = False

    def needs_beside(self, made: Collection[str]) -> tuple[Need, ...]:
        """Return the needs of the container, if the networks and containers named ``made`` exist."""
        return (*self.needs, *(need for name, need in self.others if name not in made))


def made_by(words: Sequence[str], run: ContainerRun | None) -> tuple[str, ...]:
    """Return the names of the container, the pod or the network that a command creates.

    Args:
        words: the words of the command.
        run: the container that it starts; None if it starts none.
    """
    if run is not None:
        return tuple(filter(None, (run.name, run.pod)))
    is_engine = bool(words) and words[0].rpartition("/")[2] in PROGRAMS
    if not is_engine or list(words[1:3]) != ["network", "create"]:
        return ()
    given = [word for word in words[3:] if _REDIRECTION.match(word) is None]
    return tuple(read_flags(given, switches=_OF_NETWORKS, short={"d": "driver", "o": "opt"}).arguments[:1])


_REDIRECTION = re.compile(r"(?:\d+|&)?[<>]")
_OF_NETWORKS = frozenset({"attachable", "config-only", "disable-dns", "ignore", "ingress", "internal", "ipv6"})
"""Options of ``network create`` without a value."""


def with_whole_templates(text: str) -> str:
    """Return a text with the blanks in each unrendered ``{{ name }}`` removed, so that it is one word."""
    return _TEMPLATE.sub(lambda found: re.sub(r"[ \t]+", "", found[0]), text) if "{{" in text else text


def split(text: str) -> list[str]:
    """Split a command line into words, as a shell does. If a quote is not closed, split at blanks only.

    Each word has the number of its line, counted from the first line of the text.
    """
    text = with_whole_templates(text)
    try:
        return list(_words(text))
    except ValueError:
        return [Word(word, at) for at, line in enumerate(text.split("\n"), 1) for word in line.split()]


def _words(text: str) -> Iterator[Word]:
    """Yield the words of a text as shlex.split does.

    Raises:
        ValueError: if a quote is not closed.
    """
    stream = io.StringIO(text)
    lexer = shlex.shlex(stream, posix=True, punctuation_chars=False)
    lexer.whitespace_split, lexer.commenters = True, ""
    while (word := lexer.get_token()) is not None:
        # A word ends with the blank that was read after it.
        ended = text[stream.tell() - 1 : stream.tell()] == "\n"
        yield Word(word, lexer.lineno - ended - word.count("\n"))


def container_run(words: Sequence[str], place: Place) -> ContainerRun | None:
    """Return the container that a command line starts or creates; None if there is none.

    Args:
        words: the words of the command: "/usr/bin/docker", "run", "-p", "80:80", "nginx".
        place: the file and the line of the command. A need has the line of its option instead, if its word has one.
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
    if rest[:2] == ["pod", "create"]:
        return _pod(program, rest[2:], place)
    if rest[:1] not in (["run"], ["create"]):
        return None
    line = read_flags(rest[1:], switches=_SWITCHES, short=_SHORT, interspersed=False)
    options = [_Option(flag.name, flag.value, place_of(rest[1:][flag.at], place)) for flag in line.flags]
    image, arguments = (line.arguments or [""])[0], line.arguments[1:]
    waits = rest[0] == "run" and not any(each.name == "detach" and is_true(each.value) for each in options)
    made = replace(_made(program, options, image, place), foreground=waits, creates=rest[0] == "create")
    if _EXPANDED.fullmatch(image) and (arguments or _MANY.search(image)):
        why = "whether it stands for options or for the image is not known"
        made = replace(made, needs=(*made.needs, Unclear(place_of(image, place), image, "options", why)))
    if not elsewhere:
        return made
    where = Unclear(
        place, f"{program} {elsewhere}", "the host", "the engine that this option names may be another host's"
    )
    return replace(made, needs=(where,), others=())


_OF_PODS = frozenset({"help", "infra", "no-hosts", "replace"})
"""Options of ``pod create`` without a value."""


def _pod(program: str, words: Sequence[str], place: Place) -> ContainerRun:
    """Return a pod as a container: it has the ports of its containers (podman-pod-create(1))."""
    given = [word for word in words if _REDIRECTION.match(word) is None]
    line = read_flags(given, switches=_OF_PODS, short={**_SHORT, "n": "name"})
    options = [_Option(flag.name, flag.value, place_of(given[flag.at], place)) for flag in line.flags]
    made = _made(program, options, "pod", place)
    return replace(made, name=made.name or next(iter(line.arguments), ""), image="", creates=True)


_VERBS: Mapping[str, frozenset[str]] = {
    "compose": frozenset({"up", "run", "start", "restart"}),
    "stack": frozenset({"deploy", "up"}),
    "service": frozenset({"create"}),
    "play": frozenset({"kube"}),
    "kube": frozenset({"play"}),
}
"""Commands of an engine that start containers which a file or a swarm describes: the words after each."""


def starts_others(words: Sequence[str], names: Collection[str]) -> str:
    """Return the words of a command that starts containers without describing them; "" for any other command.

    Args:
        words: the words of the command.
        names: the names of the containers that the file describes.
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


_RENAMED = {"net": "network"}


class _Option(NamedTuple):
    """An option of a command line: its long name, its value, and the file and the line of the value."""

    name: str
    value: str
    place: Place


def _made(program: str, options: Sequence[_Option], image: str, place: Place) -> ContainerRun:
    needs: list[Need] = []
    refused: list[tuple[Place, str]] = []
    last: dict[str, _Option] = {}
    for option in options:
        name, value = _RENAMED.get(option.name, option.name), option.value
        last[name] = option
        if program == "docker" and is_known(value) and (wanted := wrong_value(name, value, _SWITCHES)):
            shown = value or "''"
            refused.append((option.place, f"--{name} {shown}: {wanted}"))
            continue
        try:
            needs += needs_of_option(name, value, option.place, f"--{name} {value}", program)
        except ValueError as error:
            refused.append((option.place, f"--{name} {value}: {error}"))
    if program == "podman":
        needs = list(merged(needs))
    network = last["network"].value if "network" in last else ""
    published = next((need.place for need in needs if isinstance(need, HostPort)), None)
    refused += _contradictions(program, last, published)
    refused += _second_networks(program, options)
    refused += ((at, f"a second mount at {path}") for at, path in _mounted_twice(options))
    if not image:
        refused.append((place, "a command line without an image"))
    discarded = published if discards_ports(program, network) else None
    if discarded is not None:
        needs = [need for need in needs if not isinstance(need, HostPort)]
    others = tuple(
        other for each in options for other in named_by(_RENAMED.get(each.name, each.name), each.value, each.place)
    )
    named = last["name"].value if "name" in last else ""
    pod = last["pod"].value if "pod" in last else ""
    pod = pod.removeprefix("new:") if pod.startswith("new:") else ""
    made = ContainerRun(program, named, image, network, tuple(needs), others, tuple(refused), discarded, pod=pod)
    temporary, replaces = (name in last and is_true(last[name].value) for name in ("rm", "replace"))
    return replace(made, temporary=temporary, replaces=replaces)


_TARGETS: Mapping[str, Callable[[str], str]] = {"volume": target_of_volume, "mount": target_of_mount}
"""For each option that mounts something, the function that returns the path in the container."""


def _mounted_twice(options: Sequence[_Option]) -> Iterator[tuple[Place, str]]:
    """Yield the place and the path of each mount that the engine refuses, because another mount has the path.

    For the engine, two equal options are one. Docker refuses ``--tmpfs`` beside ``--volume`` at one path, and accepts
    it beside ``--mount`` (tried with 20.10).
    """
    known = dict.fromkeys(each for each in options if is_known(each.value))
    alike = {(each.name, each.value): each for each in reversed(known) if each.name in _TARGETS}
    mounts = [(each.place, _TARGETS[each.name](each.value)) for each in reversed(alike.values())]
    yield from again(mounts)
    in_memory = [posixpath.normpath(each.value.partition(":")[0]) for each in known if each.name == "tmpfs"]
    for each in alike.values():
        if each.name == "volume" and (path := posixpath.normpath(target_of_volume(each.value))) in in_memory:
            yield each.place, path


def discards_ports(program: str, network: str) -> bool:
    """Return whether a container on this network publishes no ports (docker-run(1), podman-run(1), --publish)."""
    return network in {"host", "none"} or (program == "podman" and network.startswith("container:"))


def _second_networks(program: str, options: Sequence[_Option]) -> Iterator[tuple[Place, str]]:
    """Yield each network that Docker refuses beside one of another kind (docker/cli, container/opts.go).

    It takes several networks if all are the user's.
    """
    networks = [each for each in options if _RENAMED.get(each.name, each.name) == "network" and is_known(each.value)]
    for each in networks[1:] if program == "docker" else ():
        first = networks[0]
        if _is_users(first.value) != _is_users(each.value):
            yield each.place, f"--network {each.value} beside --network {first.value}"


def _is_users(network: str) -> bool:
    """Whether a user made this network; the others are modes (moby, container.NetworkMode.IsUserDefined)."""
    return network not in {"default", "bridge", "host", "none"} and not network.startswith("container:")


def _contradictions(program: str, last: Mapping[str, _Option], published: Place | None) -> Iterator[tuple[Place, str]]:
    """Yield combinations of options that engines refuse (moby's runconfig and daemon/daemon_unix.go).

    Args:
        program: "docker", "podman" or "nerdctl".
        last: the last option of each name.
        published: the file and the line of a port that is published; None if there is none.
    """
    values = {name: option.value for name, option in last.items()}
    network, restart = values.get("network", ""), values.get("restart", "no")
    if program != "podman" and network.startswith("container:") and published is not None:
        yield published, f"--publish beside --network {network}: that container has the ports"
    pod = values.get("pod", "")
    if program == "podman" and published is not None and pod and is_known(pod) and not pod.startswith("new:"):
        yield published, f"--publish beside --pod {pod}: the ports are the pod's, and given when it is created"
    if program == "docker" and is_true(values.get("detach", "false")) and "attach" in last:
        yield last["attach"].place, "--attach beside --detach"
    if program == "docker" and values.get("log-driver") == "none" and "log-opt" in last:
        yield last["log-opt"].place, "--log-opt beside --log-driver none"
    health = next((name for name in last if name.startswith("health-")), "")
    if program == "docker" and is_true(values.get("no-healthcheck", "false")) and health:
        yield last[health].place, f"--{health} beside --no-healthcheck"
    if is_true(values.get("rm", "false")) and restart.partition(":")[0] not in {"", "no"}:
        yield last["restart"].place, f"--rm beside --restart {restart}"
    sizes = {name: docker_bytes(values.get(name, "")) for name in ("memory", "memory-swap", "memory-reservation")}
    memory = sizes["memory"] or 0
    if 0 < (sizes["memory-swap"] or 0) < memory:
        yield last["memory-swap"].place, "--memory-swap: it is memory and swap together, and less than --memory"
    if 0 < memory < (sizes["memory-reservation"] or 0):
        yield last["memory-reservation"].place, "--memory-reservation: it is more than --memory"
