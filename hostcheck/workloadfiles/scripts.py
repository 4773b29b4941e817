"""``docker run`` and ``podman run`` commands in a shell script.

A script is not executed. A command in a condition or a loop is taken as run once. The value of a variable is known only
if the script sets it once, to a literal.
"""

from hostcheck.errors import UsageError
from hostcheck.plaintext import plain
from hostcheck.workloadfiles.command_line import container_run, made_by, starts_others
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
    program = ""
    values = literals(text)
    for command in commands(text):
        place = Place(file, command.line)
        words = filled(command.words, values)
        run = container_run(words, place)
        made.add(made_by(words, run))
        if run is None:
            if said := starts_others(words, made):
                why = "what it starts stands elsewhere"
                workloads.append(Workload(said, place, None, needs=(Unclear(place, said, "its containers", why),)))
            continue
        name = run.name or run.image or f"line {place.line}"
        program = program or run.program
        judge_run(run, name, place, mistakes)
        alone = f"the container is called {run.name} in both" if run.name and is_known(run.name) else ""
        workloads.append(Workload(name, place, 1, needs=run.needs_beside(made), alone=alone))
    if not workloads:
        raise UsageError(f"{plain(file)}: no line of it runs a container")
    return Content(file, "script", program or "docker", tuple(workloads), tuple(mistakes))
