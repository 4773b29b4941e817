"""Units of systemd and of fleet: what the containers that they start need of a host.

Sources: systemd.syntax(7), systemd.service(5); fleet's Documentation/unit-files-and-scheduling.md, agent/state.go and
job/job.go.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from hostcheck.workloadfiles.command_line import PROGRAMS, ContainerRun, container_run, made_by, split, starts_others
from hostcheck.workloadfiles.model import Apart, Beside, Content, Rule, Where, Workload
from hostcheck.workloadfiles.needs import HostPath, KernelFact, Unclear
from hostcheck.workloadfiles.place import Place
from hostcheck.workloadfiles.ports_twice import judge_ports
from hostcheck.workloadfiles.rules import Mistakes
from hostcheck.workloadfiles.run_options import is_known
from hostcheck.workloadfiles.shell import run_by
from hostcheck.workloadfiles.unit_files import Setting, effective, read_unit, with_variables
from hostcheck.workloadfiles.unit_services import judge_service
from hostcheck.workloadfiles.unit_words import commands_of
from hostcheck.workloadfiles.words import Word, moved, place_of

_KEYS = frozenset({"MachineID", "MachineOf", "MachineMetadata", "Conflicts", "Global", "Replaces"})
_OLD_KEYS: Mapping[str, str] = {
    "X-ConditionMachineID": "MachineID",
    "X-ConditionMachineBootID": "MachineID",
    "X-ConditionMachineOf": "MachineOf",
    "X-ConditionMachineMetadata": "MachineMetadata",
    "X-Conflicts": "Conflicts",
}
"""The names of these keys in fleet up to 0.8."""
_PLAIN_PATH = re.compile(r"/[^%*?\[]*")
"""A path without specifiers and wildcards. An optional path does not match: it has a minus sign before it."""
_COMPARED = re.compile(r"([^<>=!]+)(<=|>=|!=|<|>)(.+)")
_OPERATORS = {"!=": "not in"}
"""Operators of fleet's later versions (machine/machine.go, HasMetadata) whose name in a rule differs."""
_PREFIXES = "-@:+!|"
"""Characters that may precede a program in ExecStart= (systemd.service(5))."""


def read(file: str, text: str) -> Content:
    """Return the needs of a unit.

    Raises:
        UsageError: if a line is not a setting.
    """
    settings = read_unit(text, file)
    name = file.rpartition("/")[2]
    fleet = [each for each in settings if each.section == "X-Fleet"]
    mistakes = Mistakes()
    started = [
        (place_of(words[0], place), words) for place, line in _commands(settings) for words in _run_by(line, place)
    ]
    found = [(place, container_run(words, place)) for place, words in started]
    runs = [(place, run) for place, run in found if run is not None]
    made = {name for (_, words), (_, run) in zip(started, found, strict=True) for name in made_by(words, run)}
    others = tuple(_unread(started, made))
    needs = (
        KernelFact(Place(file, 1), name, "os.init", ("systemd",), "systemd"),
        *_environment_files(settings),
        *(need for _, run in runs for need in run.needs_beside(made)),
        *others,
    )
    for _, run in runs:
        judge_run(run, name, mistakes)
    judge_service(file, settings, name, mistakes)
    rules, each_host = _fleet_rules(fleet, name, mistakes)
    named = next((run.name for _, run in runs if run.name), "")
    alone = f"both containers are named {named}" if named and is_known(named) else ""
    idle = not runs and not others
    programs = tuple(_programs(settings)) if idle else ()
    workload = Workload(name, Place(file, 1), 1, each_host, (*needs, *programs), tuple(rules), alone)
    format_ = "fleet" if fleet else "systemd"
    if idle:
        note = f"{name} starts no container: systemd, its programs and where it may run are judged, no engine"
        return Content(file, format_, "", (workload,), tuple(mistakes), (note,))
    engine = next((run.program for _, run in runs), others[0].said.partition(" ")[0] if others else "")
    profile = "fleet" if fleet else engine if engine in PROGRAMS else "docker"
    return Content(file, format_, profile, (workload,), tuple(mistakes))


def _environment_files(settings: Sequence[Setting]) -> Iterator[HostPath]:
    """Yield the files that must exist for systemd to start the unit (systemd.exec(5), EnvironmentFile)."""
    for each in settings:
        if each.section == "Service" and each.key == "EnvironmentFile" and _PLAIN_PATH.fullmatch(each.value):
            yield HostPath(each.place, f"EnvironmentFile={each.value}", each.value, "file")


def _programs(settings: Sequence[Setting]) -> Iterator[HostPath]:
    """Yield the programs that must exist. One with a minus sign may fail, and is left out (systemd.service(5))."""
    for place, line in _commands(settings):
        first = next((words[0] for words in commands_of(line)), "")
        path = first.lstrip(_PREFIXES)
        prefixes = first.removesuffix(path)
        if "-" not in prefixes and "$" not in path and _PLAIN_PATH.fullmatch(path):
            yield HostPath(place, f"the program {path}", path, "file")


def _unread(started: Sequence[tuple[Place, list[str]]], names: Collection[str]) -> Iterator[Unclear]:
    """Yield unclear needs for commands that start containers without describing them."""
    for place, words in started:
        if said := starts_others(words, names):
            yield Unclear(place, said, "its containers", "what it starts is defined elsewhere")


def _commands(settings: Sequence[Setting]) -> Iterator[tuple[Place, str]]:
    """Yield the effective commands."""
    own = [each for each in settings if each.section == "Service"]
    for each in effective(own, {"ExecStart", "ExecStartPre", "ExecStartPost"}):
        yield each.place, with_variables(each.written, own)


def _run_by(line: str, place: Place) -> Iterator[list[str]]:
    """Yield the words of each command in a line: a semicolon as a word separates commands (systemd.service(5)).

    Args:
        line: the value of the setting, with its line breaks.
        place: the file and the line where the setting begins.
    """
    for found in commands_of(line):
        words = [_continued(each, place.line - 1) for each in found]
        words[0] = Word(words[0].lstrip(_PREFIXES), place_of(words[0], place).line)
        yield from (each.words for each in run_by(words, place.line))


def _continued(word: str, lines: int) -> str:
    """Return a word of a text that begins this number of lines below the first line of the file.

    systemd joins the lines of a quoted word by blanks, also those of a script. The backslash makes a shell join them.
    """
    placed = moved(word, lines)
    return Word(word.replace("\n", " \\\n"), placed.line) if isinstance(placed, Word) and "\n" in word else placed


def judge_run(run: ContainerRun, name: str, mistakes: Mistakes) -> None:
    """Add the mistakes of a command line that starts a container."""
    for place, text in run.refused:
        mistakes.add("run/refused", place, f"{run.program} refuses {text}", "Write it as docker-run(1) says.", name)
    judge_ports(run.needs, name, mistakes)
    if run.discarded is not None:
        said = f"ports are published with --network {run.network}: {run.program} discards them"
        mistakes.add("run/ports-discarded", run.discarded, said, f"Leave -p out, or --network {run.network}.", name)


def _fleet_rules(settings: Sequence[Setting], name: str, mistakes: Mistakes) -> tuple[list[Rule], bool]:
    rules: list[Rule] = []
    metadata: dict[str, list[str]] = {}
    first: Setting | None = None
    each_host = False
    for each in settings:
        key = _OLD_KEYS.get(each.key, each.key)
        if key not in _KEYS:
            said = f"fleet refuses the unit for its key {each.key}"
            mistakes.add("fleet/unknown-key", each.place, said, f"Use one of {', '.join(sorted(_KEYS))}.", name)
            continue
        said = f"{each.key}={each.value}"
        if key == "Conflicts":
            rules.append(Apart(each.place, said, each.value))
            _judge_conflicts(each, name, mistakes)
        elif key == "MachineOf":
            rules.append(Beside(each.place, said, each.value))
        elif key == "MachineID":
            rules.append(Where(each.place, said, "machine id", "is", (each.value,)))
        elif key == "MachineMetadata":
            first = first or each
            for pair in split(each.value):
                attribute, equals, value = pair.partition("=")
                if compared := _COMPARED.fullmatch(pair):
                    attribute, operator, value = compared.groups()
                    rules.append(Where(each.place, said, attribute, _OPERATORS.get(operator, operator), (value,)))
                elif equals:
                    metadata.setdefault(attribute, []).append(value)
        elif key == "Global":
            each_host = each.value.lower() == "true"
    if first is not None:
        rules += [
            Where(first.place, f"MachineMetadata {attribute}={' or '.join(values)}", attribute, "in", tuple(values))
            for attribute, values in metadata.items()
        ]
    return rules, each_host


def _judge_conflicts(each: Setting, name: str, mistakes: Mistakes) -> None:
    """Add a mistake for a conflict without effect: a unit without instances names itself."""
    if each.value == name and "@" not in name:
        stem, dot, kind = name.rpartition(".")
        template = f"{stem}@.{kind}" if dot else f"{name}@"
        mistakes.add(
            "fleet/conflicts-with-itself",
            each.place,
            f"{each.key}={each.value} names the unit itself, which runs once: fleet 0.8 and later pass over it, and "
            "earlier ones read no key without X-; so it keeps nothing apart",
            f"Make a template of it ({template}) with Conflicts={stem}@*.{kind}, and start {stem}@1.{kind}, "
            f"{stem}@2.{kind}….",
            name,
        )
