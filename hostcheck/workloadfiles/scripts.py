"""``docker run`` and ``podman run`` commands in a shell script.

A script is not executed. A command in a condition or a loop is taken as run once. The value of a variable is known only
if the script sets it once, to a literal.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from hostcheck.errors import UsageError
from hostcheck.plaintext import plain
from hostcheck.workloadfiles.command_line import ContainerRun, container_run, made_by, removed_by, starts_others
from hostcheck.workloadfiles.model import Content, Workload
from hostcheck.workloadfiles.needs import HostPort, Unclear
from hostcheck.workloadfiles.place import Place
from hostcheck.workloadfiles.rules import Mistakes
from hostcheck.workloadfiles.run_options import is_known
from hostcheck.workloadfiles.shell import commands
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
    for command in commands(text):
        gone = removed_by(command.words)
        workloads = [_removed(each, gone, command.line) if gone else each for each in workloads]
        place = Place(file, command.line)
        words = filled(command.words, values)
        run = container_run(words, place)
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
        needs = (*run.needs_beside(made), *(_of_loop(run, place) if command.in_loop else ()))
        workloads.append(Workload(name, place, 1, needs=needs, alone=alone, perhaps=perhaps))
    if workloads and last_waits:
        # Nothing that the script starts comes after the last one.
        workloads[-1] = replace(workloads[-1], perhaps="")
    if not workloads:
        raise UsageError(f"{plain(file)}: no line of it runs a container")
    together = "one host runs all of a script"
    return Content(file, "script", program or "docker", tuple(workloads), tuple(mistakes), together=together)


_LOOP = "one container, or several"


def _of_loop(run: ContainerRun, place: Place) -> Iterator[Unclear]:
    """Yield an unclear need for a container in a loop, if a second one would want the same port or the same name."""
    port = next((need for need in run.needs if isinstance(need, HostPort) and need.first == need.last), None)
    if not run.foreground and (port is not None or (run.name and is_known(run.name))):
        said = port.label if port is not None else run.name
        yield Unclear(place, said, _LOOP, "the loop may start a second one, which wants the same")


def _removed(workload: Workload, names: Sequence[str], line: int) -> Workload:
    """Return a workload, with the reason why it is gone if a command removes or stops it by one of these names."""
    if not (workload.name in names or any("$" in name or "`" in name for name in names)):
        return workload
    needs = tuple(need for need in workload.needs if not (isinstance(need, Unclear) and need.what == _LOOP))
    return replace(workload, needs=needs, perhaps=workload.perhaps or f"line {line} removes or stops it")
