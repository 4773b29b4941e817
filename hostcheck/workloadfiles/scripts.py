"""Lines of ``docker run`` and ``podman run`` in a script of the shell, or alone.

A script is not executed: a line that a condition or a loop runs counts once, and a variable is not known.
"""

import re
from collections.abc import Iterator

from hostcheck.errors import UsageError
from hostcheck.plaintext import plain
from hostcheck.workloadfiles.command_line import PROGRAMS, container_run, split
from hostcheck.workloadfiles.documents import lines_of
from hostcheck.workloadfiles.model import Content, Place, Workload
from hostcheck.workloadfiles.rules import Mistakes
from hostcheck.workloadfiles.units import judge_run

RUN = re.compile(
    rf"(?:^|[\s;&|(])(?:\S{{0,200}}/)?(?:{'|'.join(PROGRAMS)})[ \t]+(?:container[ \t]+)?(?:run|create)\b", re.MULTILINE
)
_SEPARATOR = re.compile(r"&&|\|\||[;|&]")
_WRITTEN = re.compile(r"\s*(?:sudo\s+)?(?:cat|tee)\b[^|&;]*?(?<!<)<<-?\s*[\"']?(\w+)")
"""A here-document that is written to a file, and not run."""
_SET = re.compile(r"\w+=\S*")
_WRAPPERS = frozenset({"env", "timeout", "nice", "ionice", "setsid", "stdbuf", "flock", "systemd-run", "xargs"})
"""Programs that run the one that follows them."""
_BEFORE = frozenset({"sudo", "exec", "time", "nohup", "if", "then", "else", "do", "!", "(", "{"})


def read(file: str, text: str) -> Content:
    """Return what the containers of a script ask for.

    Raises:
        UsageError: when it starts none.
    """
    mistakes = Mistakes()
    workloads: list[Workload] = []
    program = ""
    for place, words in commands(file, text):
        run = container_run(words, place)
        if run is None:
            continue
        name = run.name or run.image or f"line {place.line}"
        program = program or run.program
        judge_run(run, name, place, mistakes)
        alone = f"the container is called {run.name} in both" if run.name and "$" not in run.name else ""
        workloads.append(Workload(name, place, 1, needs=run.needs, alone=alone))
    if not workloads:
        raise UsageError(f"{plain(file)}: no line of it runs a container")
    return Content(file, "script", program, tuple(workloads), tuple(mistakes))


def commands(file: str, text: str) -> Iterator[tuple[Place, list[str]]]:
    """Yield the simple commands of a script with the line where each stands, as words."""
    end = ""
    for number, line in lines_of(text):
        if end or line.lstrip().startswith("#"):
            end = "" if line.strip() == end else end
            continue
        if (written := _WRITTEN.match(line)) is not None:
            end = written[1]
        for command in _SEPARATOR.split(line):
            words = split(command)
            engine = ""
            while words and (words[0] in _BEFORE or _SET.fullmatch(words[0]) or words[0].endswith("()")):
                name, _, value = words.pop(0).partition("=")
                engine = value if name == "DOCKER_HOST" else engine
            if words and words[0] in _WRAPPERS:
                at = next((at for at, word in enumerate(words) if word.rpartition("/")[2] in PROGRAMS), 0)
                words = words[at:]
            if words and engine:
                words[1:1] = ["--host", engine]
            if words:
                yield Place(file, number), words
