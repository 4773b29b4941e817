"""Run ansible-playbook: the input is a play, and the result of each host is yielded as it arrives.

The user's ansible.cfg, inventory plugins, vault and connection settings apply, because Ansible itself reads them. Only
the output differs: the callback ``hostcheck_files`` writes the output of each host to a file.
"""

import base64
import contextlib
import json
import os
import re
import secrets
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hostcheck.errors import CannotMeasureError
from hostcheck.host.lookup import find_program, own_environment, own_folders
from hostcheck.plaintext import plain
from hostcheck.resources import read_shipped

OLDEST = (2, 14)
PROGRAM = "ansible-playbook"
CALLBACK = Path(__file__).parent / "collections/hostcheck/results/plugins/callback/hostcheck_files.py"

_REMEDY = "install ansible-core 2.14 or newer: Debian's package ansible-core, or pipx"
_QUIET_SECONDS = 10.0
"""A playbook whose hosts exceed the time limit is ended once no other host has reported for this many seconds."""
_END_SECONDS = 10.0
_LOOK_SECONDS = 0.2
"""Maximum seconds to wait for an event of one playbook before the next playbook is looked at."""
_LOG = "ansible.log"
_MARK = "HOSTCHECK_FLEET_MARK"
_ANSWERS = "HOSTCHECK_FLEET_ANSWERS"
_MOST_LINE = 64 << 20
_EVENTS = {"begins", "hosts", "starts", "ended"}
_ERROR = re.compile(r"^(?:ERROR! |\[ERROR\]: )(.*)", re.MULTILINE)
_NOTHING_WRONG = {0, 2, 4, 6}
"""Exit codes of ansible-playbook that are accepted: done (0), failed hosts (2), unreachable hosts (4), and both (6)."""


_OWN_WAYS: dict[str, Any] = {"strategy": "linear", "debugger": "never", "no_log": False, "tags": ["always"]}
"""Settings of every play that override ansible.cfg and ANSIBLE_*: no other strategy, no interactive debugger,
uncensored results, and no task that a tag skips.
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """The result of a host in a play.

    Attributes:
        host: the host's name in the inventory.
        how: Ansible's result: "ok", "failed", "unreachable" or "skipped"; "stuck" if the host did not end in time.
        said: Ansible's message.
        errors: the end of the host's standard error.
        code: the exit code on the host; None if there is none.
    """

    host: str
    how: str
    said: str = ""
    errors: str = ""
    code: int | None = None


class Ansible:
    """A runner of plays on the hosts of an inventory.

    Attributes:
        version: the version of ansible-core; empty before the first play.
    """

    def __init__(
        self, inventories: Sequence[str], options: Sequence[str], forks: int | None, folder: Path, held: int
    ) -> None:
        """Store the arguments; nothing is run yet.

        Args:
            inventories: the inventories, as ``ansible-playbook -i`` takes them.
            options: further options of the user for ansible-playbook.
            forks: the number of hosts at the same time; None for Ansible's default.
            folder: the folder for the files of plays.
            held: the descriptor of the fleet's lock. A playbook inherits it, so the lock is held until it ends, even if
                this process is killed.
        """
        self._held = held
        self._inventories = inventories
        self._options = options
        self._forks = forks
        self._folder = folder
        self.version = ""

    def hosts(self, play: Mapping[str, Any], limit: str | None) -> list[Any]:
        """Run a play that reports the hosts of the inventory, and return the report.

        Args:
            play: a play that sets ``hostcheck_hosts`` to a list, as JSON in base64, so that Ansible does not evaluate
                it.
            limit: the user's pattern of hosts; None for all hosts.

        Raises:
            CannotMeasureError: if Ansible cannot run the play or resolve a variable of the hosts.
        """
        words = () if limit is None else ("--limit", limit)
        # A host that the user named and the inventory does not have is an error, not left out silently.
        settings = {"ANSIBLE_HOST_PATTERN_MISMATCH": "error", _ANSWERS: str(self._folder.absolute())}
        with self._own_folder() as folder:
            for event in self._events(play, words, folder, 0, settings):
                if event is not None and event.get("event") == "hosts":
                    try:
                        return list(json.loads(base64.b64decode(event["hosts"], validate=True)))
                    except ValueError:
                        raise CannotMeasureError(
                            "Ansible cannot resolve a variable of the inventory's hosts",
                            remedy="see what is undefined in their hostcheck_failure_domain and hostcheck_provider",
                        ) from None
            log = folder / _LOG
            if _ERROR.search(log.read_text("utf-8", "replace")):
                # For example, a vault without its password: the exit code is the same as for failed hosts.
                raise CannotMeasureError(f"ansible-playbook cannot list the hosts: {_last_error(log)}")
        return []

    def run(self, play: Mapping[str, Any], names: Sequence[str], answers: Path, seconds: float) -> Iterator[Ended]:
        """Run a play on hosts, and yield the result of each.

        Args:
            play: a play with one task.
            names: the names of the hosts in the inventory.
            answers: the folder for their outputs. The name of each file is the SHA-256 of the host's name.
            seconds: the time limit for a host. A host that takes longer is "stuck", and does not delay the others.

        Raises:
            CannotMeasureError: if Ansible cannot run the play.
        """
        for ended in self.follow(play, names, answers, seconds):
            if ended is not None:
                yield ended

    def follow(
        self, play: Mapping[str, Any], names: Sequence[str], answers: Path, seconds: float
    ) -> Generator[Ended | None, None, None]:
        """Run a play as ``run`` does, and yield None while no host ends, so that the caller can follow several plays.

        Closing the generator ends the play.
        """
        settings = {"ANSIBLE_HOST_PATTERN_MISMATCH": "warning", _ANSWERS: str(answers.absolute())}
        with self._own_folder() as folder:
            limit = folder / "hosts.txt"
            limit.write_text("".join(f"{name}\n" for name in names), "utf-8", "surrogateescape")
            words = ("--limit", f"@{limit.absolute()}")
            with contextlib.closing(self._events(play, words, folder, seconds, settings)) as events:
                for event in events:
                    if event is None:
                        yield None
                    elif event.get("event") == "ended":
                        how = "stuck" if event.get("late") else str(event["how"])
                        code = event.get("code")
                        yield Ended(str(event["host"]), how, str(event["said"]), str(event["errors"]), code)

    @contextlib.contextmanager
    def _own_folder(self) -> Iterator[Path]:
        """Provide a folder for the files of one play: several may run at the same time. The last log is kept."""
        with tempfile.TemporaryDirectory(prefix="play-", dir=self._folder) as name:
            try:
                yield Path(name)
            finally:
                with contextlib.suppress(FileNotFoundError):
                    Path(name, _LOG).replace(self._folder / _LOG)

    def _events(
        self,
        play: Mapping[str, Any],
        limit: Sequence[str],
        folder: Path,
        seconds: float,
        settings: Mapping[str, str],
    ) -> Generator[dict[str, Any] | None, None, None]:
        path = folder / "play.json"
        path.write_text(json.dumps([{**_OWN_WAYS, **play}], indent=1), "utf-8")
        plugins = folder / "callback"
        plugins.mkdir(exist_ok=True)
        (plugins / CALLBACK.name).write_text(read_shipped(CALLBACK), "utf-8")
        mark = secrets.token_hex(16)
        command = [
            str(_program()),
            *(word for each in self._inventories for word in ("-i", each)),
            *self._options,
            *(() if self._forks is None else ("--forks", str(self._forks))),
            *limit,
            str(path),
        ]
        variables = {
            "ANSIBLE_CALLBACK_PLUGINS": str(plugins.absolute()),
            "ANSIBLE_STDOUT_CALLBACK": CALLBACK.stem,
            "ANSIBLE_CALLBACKS_ENABLED": CALLBACK.stem,
            "ANSIBLE_NOCOLOR": "1",
            # Otherwise the hosts of a source that cannot be read are missing, and a gate may pass without them.
            "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "1",
            **settings,
            _MARK: mark,
        }
        errors = folder / _LOG
        begun = False
        with errors.open("wb") as log:
            try:
                process = subprocess.Popen(
                    command,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    env=own_environment() | variables,
                    pass_fds=[self._held],
                )
            except OSError as error:
                # For example, a script of a virtual environment that was moved: its interpreter is gone.
                raise CannotMeasureError(f"{command[0]} cannot be run: {error.strerror}", remedy=_REMEDY) from error
        try:
            for event in _followed(process, seconds):
                if event is not None and event.get("event") == "begins":
                    begun = True
                    self.version = _supported(str(event["version"]))
                yield event
        finally:
            _end(process, mark)
        if not begun or process.returncode not in _NOTHING_WRONG | {-signal.SIGTERM}:
            raise CannotMeasureError(f"ansible-playbook ended with {process.returncode}: {_last_error(errors)}")


def _program() -> Path:
    """Find ansible-playbook in the user's PATH.

    Raises:
        CannotMeasureError: if the program is not there.
    """
    try:
        return find_program(PROGRAM, own_folders())
    except OSError as error:
        raise CannotMeasureError(f"{PROGRAM}: {error.strerror or error}", remedy=_REMEDY) from error


def _supported(version: str) -> str:
    numbers = tuple(int(number) for number in re.findall(r"\d+", version)[:2])
    if numbers < OLDEST:
        raise CannotMeasureError(f"{PROGRAM} is from ansible-core {version}, which is too old", remedy=_REMEDY)
    return version


def _followed(process: subprocess.Popen[bytes], seconds: float) -> Iterator[dict[str, Any] | None]:
    """Yield the events of the callback, None if there is none yet, and "stuck" for a host beyond its time limit.

    The iterator ends, and terminates the playbook, if only such hosts are left.
    """
    assert process.stdout is not None
    begun: dict[str, float] = {}
    pending = b""
    heard = time.monotonic()
    while True:
        readable, _, _ = select.select([process.stdout], [], [], _LOOK_SECONDS)
        now = time.monotonic()
        if readable:
            part = os.read(process.stdout.fileno(), 1 << 16)
            heard = now
            if not part:
                return
            *whole, pending = (pending + part).split(b"\n")
            for event in filter(None, map(_event, whole)):
                if event.get("event") == "starts":
                    begun[event["host"]] = now
                elif event.get("event") == "ended":
                    begun.pop(event["host"], None)
                yield event
            if len(pending) > _MOST_LINE:
                return
        else:
            yield None
        late = [host for host, since in begun.items() if seconds and now - since > seconds]
        if late and now - heard > _QUIET_SECONDS:
            yield from (_late(host) for host in late)
            process.terminate()
            return


def _late(host: str) -> dict[str, Any]:
    return {"event": "ended", "host": host, "how": "stuck", "said": "it did not answer in time", "errors": ""}


def _event(line: bytes) -> dict[str, Any] | None:
    """Parse a line of the callback; None for a line of Ansible or of another plugin."""
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and event.get("event") in _EVENTS else None


def _end(process: subprocess.Popen[bytes], mark: str) -> None:
    """Wait for a finished playbook or end a running one, then end the connections that it has left."""
    assert process.stdout is not None
    process.stdout.close()
    for stop in (None, signal.SIGTERM, signal.SIGKILL):
        if stop is not None:
            process.send_signal(stop)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_END_SECONDS)
            break
    for number in _left(mark):
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)


def _left(mark: str) -> Iterator[int]:
    """Yield the ids of processes that a playbook has left: workers and connections.

    They are found by a variable in their environment. Shared connections belong to the user and are left alone.
    Processes on a host that is this machine end at their own deadline.
    """
    wanted = f"{_MARK}={mark}".encode()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            with contextlib.suppress(OSError):
                words = (folder / "cmdline").read_bytes().split(b"\0")[:2]
                names = {word.rpartition(b"/")[2] for word in words}
                ours = names & {b"ssh", b"sshpass", PROGRAM.encode()} and b"[mux]" not in words[0]
                if ours and wanted in (folder / "environ").read_bytes():
                    yield int(folder.name)


def _last_error(log: Path) -> str:
    said = log.read_text("utf-8", "replace")
    found = _ERROR.findall(said) or [line for line in said.splitlines() if line.strip()]
    return plain(found[-1][:300]) if found else "it says nothing"
