"""``docker run`` and ``podman run`` commands in a shell script.

A script is not executed. A command in a condition or a loop is taken as run once. The value of a variable is known only
if the script sets it once, to a literal.
"""

from collections.abc import Sequence
from dataclasses import replace

from hostcheck.errors import UsageError
from hostcheck.plaintext import plain
from hostcheck.workloadfiles.command_line import container_run, made_by, removed_by, starts_others
from hostcheck.workloadfiles.model import Content, Workload
from hostcheck.workloadfiles.needs import Unclear
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
        made.add(made_by(words, run))
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
        workloads.append(Workload(name, place, 1, needs=run.needs_beside(made), alone=alone, perhaps=perhaps))
    if workloads and last_waits:
        # Nothing that the script starts comes after the last one.
        workloads[-1] = replace(workloads[-1], perhaps="")
    if not workloads:
        raise UsageError(f"{plain(file)}: no line of it runs a container")
    together = "one host runs all of a script"
    return Content(file, "script", program or "docker", tuple(workloads), tuple(mistakes), together=together)


def _removed(workload: Workload, names: Sequence[str], line: int) -> Workload:
    """Return a workload, with the reason why it is gone if a command removes or stops it by one of these names."""
    if workload.perhaps or not (workload.name in names or any("$" in name or "`" in name for name in names)):
        return workload
    return replace(workload, perhaps=f"line {line} removes or stops it")
