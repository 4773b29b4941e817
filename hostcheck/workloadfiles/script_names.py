"""Names of the containers of a script: an engine refuses a name that another container has, even if it has ended."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hostcheck.workloadfiles.command_line import ContainerRun
from hostcheck.workloadfiles.needs import Unclear
from hostcheck.workloadfiles.place import Place
from hostcheck.workloadfiles.removals import Removal
from hostcheck.workloadfiles.rules import Mistakes
from hostcheck.workloadfiles.run_options import is_known
from hostcheck.workloadfiles.shell import Command


@dataclass(frozen=True, slots=True)
class _Holder:
    """A container with a name.

    Attributes:
        line: the line that starts it.
        temporary: whether the engine removes it at its end.
        is_certain: whether it has the name for certain.
    """

    line: int
    temporary: bool
    is_certain: bool


class Names:
    """The names that containers have after the commands so far."""

    def __init__(self, later: Sequence[Removal]) -> None:
        """Take the removals in functions, because it is unknown when a function is called."""
        self._later = later
        self._holders: dict[tuple[str, str], _Holder] = {}

    def remove(self, removal: Removal) -> None:
        """Record that a command removes, renames or stops containers."""
        self._holders = {
            (program, name): holder
            for (program, name), holder in self._holders.items()
            if not (removal.concerns(name) and (removal.frees or holder.temporary))
        }

    def take(self, run: ContainerRun, command: Command, place: Place, mistakes: Mistakes) -> Iterator[Unclear]:
        """Record a container's name. Add a mistake if another one has it; yield an unclear need if that is unsure."""
        name = run.name.removeprefix("/")
        is_elsewhere = any(isinstance(need, Unclear) and need.what == "the host" for need in run.needs)
        if not name or not is_known(name) or is_elsewhere or any(each.concerns(name) for each in self._later):
            return
        holder = self._holders.get((run.program, name))
        if holder is not None and not run.replaces:
            said = f"--name {name}"
            if holder.is_certain and not command.in_branch:
                why = f"{run.program} refuses {said}: the container of line {holder.line} has that name"
                fix = f"Choose another name, or remove the container before: {run.program} rm -f {name}"
                mistakes.add("run/name-twice", place, why, fix, name)
            else:
                yield Unclear(place, said, "its name", f"line {holder.line} may have given it to another container")
        if not (run.temporary and run.foreground and not command.in_background):
            is_certain = not command.in_branch and not run.temporary
            self._holders[run.program, name] = _Holder(place.line, run.temporary, is_certain)
