"""The programs that end while a container is launched, as the kernel reports them when they exit (taskstats).

A runtime, a hook or a firewall's program lives for milliseconds: reading /proc ten times a second would miss it.

Source: Documentation/accounting/taskstats.rst, taskstats-struct.rst; include/uapi/linux/taskstats.h.
"""

import errno
import socket
import struct
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

_GENERIC, _CONTROL = 16, 16
_REQUEST, _ACKNOWLEDGE = 1, 4
_GET_FAMILY, _FAMILY_NAME, _FAMILY_ID = 3, 2, 1
_GET_STATS, _REGISTER = 1, 3
_A_TASK, _STATS = 4, 3
_HEADER = struct.Struct("=IHHIIBBH")
_ATTRIBUTE = struct.Struct("=HH")
_RESULT, _RESULT_AT = struct.Struct("=i"), 16
_TYPE_MASK = 0x3FFF
_FORCE_BUFFER = 33
_BUFFER_BYTES = 4 << 20
_READ_BYTES = 1 << 16
_ANSWER_SECONDS = 5.0
_PROOF_SECONDS = 2.0
_CPUS = Path("/sys/devices/system/cpu/possible")

_OLDEST, _MOVED = 12, 15
"""The first version of the structure that has the process id of a thread, and a version with other offsets."""
_COMMAND = slice(80, 112)
_IDS = struct.Struct("=II")
_IDS_AT, _TIMES_AT, _PROCESS_AT = 128, 144, 368
_TIMES = struct.Struct("=QQQ")
_PROCESS = struct.Struct("=I")


@dataclass(frozen=True, slots=True)
class Exit:
    """A process that has ended.

    Attributes:
        name: the name of its program, at most 15 bytes.
        pid: its process id.
        parent: the process id of its parent.
        begin: start of the process, in seconds (time.monotonic).
        end: end of the process, in seconds (time.monotonic).
    """

    name: str
    pid: int
    parent: int
    begin: float
    end: float


class Exits:
    """The processes of this host that end, collected until the context is left.

    Attributes:
        found: the processes that have ended so far.
        unknown: why the processes are unknown or incomplete; empty if all are known.
    """

    def __init__(self) -> None:
        """Create the collector. It starts when the context is entered."""
        self.found: list[Exit] = []
        self.unknown = ""
        self._socket: socket.socket | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._collect, name="exits")

    def __enter__(self) -> "Exits":
        """Subscribe to the kernel's reports, and start to collect. If the kernel refuses, ``unknown`` says why."""
        try:
            self._socket = _registered()
        except PermissionError:
            self.unknown = "only root can see which programs end"
        except TimeoutError:
            self.unknown = "the kernel does not report programs that end in this network namespace, as in a container"
        except (OSError, ValueError, struct.error):
            self.unknown = "this kernel does not report which programs end (CONFIG_TASKSTATS is off)"
        else:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop collecting."""
        if self._socket is not None:
            self._ended.set()
            self._thread.join()
            self._socket.close()

    def _collect(self) -> None:
        assert self._socket is not None
        self._socket.settimeout(0.05)
        while not self._ended.is_set():
            try:
                message = self._socket.recv(_READ_BYTES)
            except TimeoutError:
                continue
            except OSError as error:
                lost = error.errno == errno.ENOBUFS
                self.unknown = (
                    "too many programs ended at the same time" if lost else f"the kernel reported: {error.strerror}"
                )
                return
            try:
                self.found += exits_in(message, time.monotonic())
            except (ValueError, struct.error):
                self.unknown = "this kernel reports programs that end in an unknown format"
                return


def exits_in(message: bytes, now: float) -> Iterator[Exit]:
    """Yield the processes whose end a message of the kernel reports. Other threads than the main thread are left out.

    Args:
        message: the bytes of the message.
        now: time of its receipt, in seconds (time.monotonic).

    Raises:
        ValueError: if the fields of the structure's version are not known.
        struct.error: if the message is truncated.
    """
    for kind, nested in _attributes(message[_HEADER.size :]):
        if kind != _A_TASK:
            continue
        for inner, stats in _attributes(nested):
            if inner != _STATS:
                continue
            version = int.from_bytes(stats[:2], "little")
            if version < _OLDEST or version == _MOVED:
                raise ValueError(version)
            pid, parent = _IDS.unpack_from(stats, _IDS_AT)
            if _PROCESS.unpack_from(stats, _PROCESS_AT)[0] == pid:
                elapsed, _user, _system = _TIMES.unpack_from(stats, _TIMES_AT)
                name = stats[_COMMAND].split(b"\0")[0].decode("utf-8", "replace")
                yield Exit(name, pid, parent, now - elapsed / 1e6, now)


def _registered() -> socket.socket:
    """Return a netlink socket on which the kernel reports each task that ends.

    Raises:
        OSError: if the kernel refuses (EPERM without CAP_NET_ADMIN).
        ValueError: if the kernel has no taskstats.
    """
    link = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _GENERIC)
    try:
        _subscribe(link)
    except BaseException:
        link.close()
        raise
    return link


def _subscribe(link: socket.socket) -> None:
    link.settimeout(_ANSWER_SECONDS)
    link.bind((0, 0))
    link.send(_message(_CONTROL, _GET_FAMILY, _FAMILY_NAME, b"TASKSTATS\0"))
    answer = link.recv(_READ_BYTES)
    family = dict(_attributes(answer[_HEADER.size :])).get(_FAMILY_ID)
    if family is None:
        raise ValueError("no such family")
    link.setsockopt(socket.SOL_SOCKET, _FORCE_BUFFER, _BUFFER_BYTES)
    cpus = _CPUS.read_bytes().strip() + b"\0"
    link.send(_message(int.from_bytes(family[:2], "little"), _GET_STATS, _REGISTER, cpus, _ACKNOWLEDGE))
    (refused,) = _RESULT.unpack_from(link.recv(_READ_BYTES), _RESULT_AT)
    if refused:
        raise OSError(-refused, "refused")
    _prove(link)


def _prove(link: socket.socket) -> None:
    """End a thread, and wait for the message about it: the kernel may accept a registration but send nothing.

    Raises:
        TimeoutError: if no message arrives.
    """
    task = threading.Thread(target=int, name="task that ends")
    task.start()
    task.join()
    link.settimeout(_PROOF_SECONDS)
    link.recv(_READ_BYTES)


def _message(kind: int, command: int, attribute: int, value: bytes, flags: int = 0) -> bytes:
    body = _ATTRIBUTE.pack(_ATTRIBUTE.size + len(value), attribute) + value + bytes(-len(value) % 4)
    return _HEADER.pack(_HEADER.size + len(body), kind, _REQUEST | flags, 1, 0, command, 1, 0) + body


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the type and the value of each attribute (netlink(7))."""
    at = 0
    while at + _ATTRIBUTE.size <= len(data):
        length, kind = _ATTRIBUTE.unpack_from(data, at)
        if length < _ATTRIBUTE.size:
            return
        yield kind & _TYPE_MASK, data[at + _ATTRIBUTE.size : at + length]
        at += length + -length % 4
