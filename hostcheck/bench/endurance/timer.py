"""A systemd timer that continues an endurance run after a kill or a reboot. It is removed when the run ends."""

import os
import re
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from hostcheck.errors import CannotMeasureError
from hostcheck.host.lookup import environment, find_program
from hostcheck.outfile import write_text
from hostcheck.plaintext import plain

NAME = "hostcheck-endurance"
UNITS = Path("/etc/systemd/system")
BOOTED = Path("/run/systemd/system")
"""This folder exists if systemd is the first process (sd_booted(3))."""

_SERVICE = """\
# Written by hostcheck bench --endurance --timer. hostcheck bench --stop removes it, and so does the end of the run.
[Unit]
Description=Measurements of hostcheck bench --endurance

[Service]
Environment={environment}
WorkingDirectory={folder}
ExecStart={command}
"""
_TIMER = """\
# Written by hostcheck bench --endurance --timer. hostcheck bench --stop removes it, and so does the end of the run.
[Unit]
Description=Continue hostcheck bench --endurance after a kill and after a reboot

[Timer]
OnActiveSec=1s
OnBootSec=30s
OnUnitInactiveSec=1min
AccuracySec=1s

[Install]
WantedBy=timers.target
"""
"""The timer starts the service again whenever it has ended (systemd.timer(5)).

Between visits, the service itself waits.
"""

_NOT_HELD = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
"""Characters that no unit can hold.

A line end would begin another setting. systemd ignores an environment that has control characters or is not UTF-8.
"""
_OF_A_LINE = ("\\", " ")
"""Characters that a folder in a unit cannot end with, because it has no quotes.

A backslash at its end would continue the line, and systemd drops a space there (systemd.syntax(7)).
"""

Run = Callable[[Sequence[str]], None]


def systemctl(words: Sequence[str]) -> None:
    """Run systemctl.

    Raises:
        CannotMeasureError: if systemctl is missing or fails. The message contains its error output.
    """
    try:
        argv = [str(find_program("systemctl")), *words]
        subprocess.run(argv, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL, env=environment())
    except OSError as error:
        raise CannotMeasureError(f"systemctl cannot be run: {error.strerror}") from error
    except subprocess.CalledProcessError as error:
        said = " ".join(error.stderr.split()) or f"exit code {error.returncode}"
        raise CannotMeasureError(f"systemctl {' '.join(words)}: {said}") from error


@dataclass(frozen=True, slots=True)
class Timer:
    """The systemd timer of one endurance run, and its service.

    Attributes:
        data: the user's data folder (XDG_DATA_HOME), which contains the endurance run.
        units: the folder of the units.
        run: a function that runs systemctl with these arguments.
    """

    data: Path
    units: Path = UNITS
    run: Run = systemctl

    @property
    def is_there(self) -> bool:
        """Whether there is a timer of this endurance run."""
        try:
            return _quoted(f"XDG_DATA_HOME={self.data}") in self._service.read_text(encoding="utf-8")
        except OSError:
            return False

    def require_possible(self) -> None:
        """Check that a timer can be started.

        Raises:
            CannotMeasureError: if the user is not root, or systemd is not the first process.
        """
        if os.geteuid() != 0:
            raise CannotMeasureError(
                "--timer writes units of systemd, which needs root", remedy="run as root, or leave --timer out"
            )
        if not BOOTED.is_dir():
            raise CannotMeasureError("--timer needs systemd, which does not run this host", remedy="leave --timer out")

    def begin(self, command: Sequence[str], folder: Path) -> None:
        """Write both units, and start the timer. Units of an earlier endurance run are replaced.

        Args:
            command: the command line that continues the endurance run.
            folder: the working directory of the command.

        Raises:
            CannotMeasureError: if a unit cannot hold the command or a folder, or systemd refuses the units.
            UnwrittenError: if the units cannot be written.
        """
        self._require_held(command, folder)
        service = _SERVICE.format(
            environment=_quoted(f"XDG_DATA_HOME={self.data}"),
            folder=str(folder).replace("%", "%%"),
            command=" ".join(map(_quoted_word, command)),
        )
        try:
            write_text(self._service, service, mode=0o644)
            write_text(self._timer, _TIMER, mode=0o644)
            self.run(["daemon-reload"])
            self.run(["enable", "--now", self._timer.name])
        except CannotMeasureError:
            self.remove()
            raise

    def _require_held(self, command: Sequence[str], folder: Path) -> None:
        # Of the program, systemd replaces no variable, so its $ cannot be written twice.
        refused = [text for text in (str(self.data), str(folder), *command) if _NOT_HELD.search(text)]
        refused += [str(folder)] if str(folder).endswith(_OF_A_LINE) else []
        refused += [command[0]] if "$" in command[0] else []
        if refused:
            raise CannotMeasureError(
                f"--timer: no unit of systemd can hold {plain(refused[0])}", remedy="use another folder"
            )

    @property
    def paths(self) -> tuple[Path, ...]:
        """The unit files of the timer of this endurance run; empty if there is no such timer."""
        return (self._service, self._timer) if self.is_there else ()

    def remove(self) -> None:
        """Stop the timer, and remove both units. Does nothing if this endurance run has no timer.

        Raises:
            CannotMeasureError: if the units are still there.
        """
        if not self.is_there:
            return
        with suppress(CannotMeasureError):
            self.run(["disable", "--now", self._timer.name])
        self._unlink()
        if self.is_there:
            raise CannotMeasureError(f"{self._service} cannot be removed", remedy="repeat it as root")
        with suppress(CannotMeasureError):
            self.run(["daemon-reload"])

    @property
    def _service(self) -> Path:
        return self.units / f"{NAME}.service"

    @property
    def _timer(self) -> Path:
        return self.units / f"{NAME}.timer"

    def _unlink(self) -> None:
        for path in (self._timer, self._service):
            with suppress(OSError):
                path.unlink()


def _quoted(text: str) -> str:
    """Quote a word for a unit file (systemd.syntax(7)). ``%`` is doubled, because it begins a specifier."""
    escaped = re.sub(r'[\\"]', r"\\\g<0>", text).replace("%", "%%")
    return f'"{escaped}"'


def _quoted_word(text: str) -> str:
    """Quote a word of a unit's command (systemd.service(5)). ``$`` is doubled, because it begins a variable."""
    return _quoted(text.replace("$", "$$"))
