"""``docker run`` and ``podman run`` commands in a shell script.

A script is not executed. A command in a condition or a loop is taken as run once. The value of a variable is known only
if the script sets it once, to a literal.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace

from hostcheck.errors import UsageError
from hostcheck.plaintext import plain
from hostcheck.workloadfiles.command_line import ContainerRun, container_run, made_by, starts_others
from hostcheck.workloadfiles.model import Content, Workload
from hostcheck.workloadfiles.needs import HostPort, Unclear
from hostcheck.workloadfiles.place import Place
from hostcheck.workloadfiles.removals import Removal, removal_by, started_by
from hostcheck.workloadfiles.rules import Mistakes
from hostcheck.workloadfiles.run_options import is_known
from hostcheck.workloadfiles.script_names import Names
from hostcheck.workloadfiles.shell import Command, commands
from hostcheck.workloadfiles.shell_variables import filled, literals
from hostcheck.workloadfiles.units import judge_run


def read(file: str, text: str) -> Content:
    """Return the needs of the containers that a script starts.

    Raises:
        UsageError: if it starts none.
    """
    mistakes = Mistakes()
    workloads: list[Workload] = []
    made: set[str] = set()
    program, last_waits = "", False
    values = literals(text)
    found = [replace(each, words=filled(each.words, values)) for each in commands(text)]
    removals = [(each, removal) for each in found if (removal := removal_by(each.words)) is not None]
    later = [(each, removal) for each, removal in removals if each.in_function]
    removal_of = {id(each): removal for each, removal in removals}
    runs = [container_run(each.words, Place(file, each.line)) for each in found]
    started = frozenset().union(*(started_by(each.words) for each in found), *map(_pods_of, runs))
    names = Names([removal for _, removal in later])
    waiting: set[Place] = set()
    for command, run in zip(found, runs, strict=True):
        if removal := removal_of.get(id(command)):
            names.remove(removal)
            workloads = [_removed(each, removal, command, waiting) for each in workloads]
        place = Place(file, command.line)
        words = command.words
        made.update(made_by(words, run))
        if run is None:
            if said := starts_others(words, made):
                why = "what it starts is defined elsewhere"
                workloads.append(Workload(said, place, None, needs=(Unclear(place, said, "its containers", why),)))
            continue
        name = run.name or run.image or f"line {place.line}"
        program = program or run.program
        judge_run(run, name, mistakes)
        alone = f"both containers are named {run.name}" if run.name and is_known(run.name) else ""
        perhaps, last_waits = "", False
        if command.in_branch:
            perhaps = f"line {command.line} may not run, or another branch may"
        elif run.foreground and not command.in_background:
            last_waits = True
            perhaps = f"line {command.line} waits for the end of the container, unlike docker run -d"
        if run.foreground:
            waiting.add(place)
        needs = (*run.needs_beside(made), *(_of_loop(run, place) if command.in_loop else ()))
        needs = (*needs, *names.take(run, command, place, mistakes))
        if run.creates and not started & {"*", run.name}:
            needs = (Unclear(place, f"{run.program} create", "whether it runs", "no line of the script starts it"),)
        workloads.append(Workload(name, place, 1, needs=needs, alone=alone, perhaps=perhaps))
    for command, removal in later:
        workloads = [_removed(each, removal, command, waiting) for each in workloads]
    if workloads and last_waits:
        # Nothing that the script starts comes after the last one.
        workloads[-1] = replace(workloads[-1], perhaps="")
    if not workloads:
        raise UsageError(
            f"{plain(file)}: no line of it runs a container", remedy="name a script with docker run or podman run"
        )
    together = "one host runs all of a script"
    return Content(file, "script", program or "docker", tuple(workloads), tuple(mistakes), together=together)


_LOOP = "one container, or several"


def _of_loop(run: ContainerRun, place: Place) -> Iterator[Unclear]:
    """Yield an unclear need for a container in a loop, if a second one would want the same port or the same name."""
    port = next((need for need in run.needs if isinstance(need, HostPort) and need.first == need.last), None)
    if not run.foreground and (port is not None or (run.name and is_known(run.name))):
        said = port.label if port is not None else run.name
        yield Unclear(place, said, _LOOP, "the loop may start a second one, which wants the same")


def _pods_of(run: ContainerRun | None) -> frozenset[str]:
    """Return the name of the pod that a container starts: those of its pod start with it (podman-run(1), --pod)."""
    if run is None or run.creates:
        return frozenset()
    return frozenset(name for name, need in run.others if need.what == "a pod")


def _removed(workload: Workload, removal: Removal, command: Command, waiting: Collection[Place]) -> Workload:
    """Return a workload, with the reason why it may be gone if a command removes or stops it.

    Args:
        workload: the workload.
        removal: the effect of the command.
        command: the command.
        waiting: the places of the containers that the script waits for, at once or later.
    """
    is_other = removal.waited and workload.place not in waiting
    if is_other or not removal.stops or not removal.concerns(workload.name):
        return workload
    needs = tuple(need for need in workload.needs if not (isinstance(need, Unclear) and need.what == _LOOP))
    does = "removes or stops" if removal.names else "may remove or stop"
    return replace(workload, needs=needs, perhaps=workload.perhaps or f"line {command.line} {does} it")
