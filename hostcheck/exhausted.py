"""Find the remedy for an error that was caused by a limit of the kernel, and not by a file or a program."""

import errno
import os
import signal

_OF_ERROR = {
    errno.EMFILE: "raise the limit of open files (ulimit -n)",
    errno.ENFILE: "raise the host's limit of open files (sysctl fs.file-max)",
    errno.EAGAIN: "raise the limit of processes (ulimit -u, or pids.max of the control group)",
    errno.ENOMEM: "free memory, or raise its limit (ulimit -v, or memory.max of the control group)",
    errno.EFBIG: "the limit of file sizes (ulimit -f) is too small: raise it",
}
"""Remedies for errors of fork(2), open(2), mmap(2) and write(2). EAGAIN is a limit if a process could not be
started."""

_OF_SIGNAL = {
    int(signal.SIGXFSZ): _OF_ERROR[errno.EFBIG],
    int(signal.SIGXCPU): "the limit of CPU time (ulimit -t) is too small: raise it",
}
"""Remedies for signals that end a program at a limit (setrlimit(2))."""

_LOADER = "failed to map segment from shared object"
"""The message of ld.so if there is no memory for a library (elf/dl-load.c in glibc)."""


def limit_remedy(*, error: int | None = None, ended_by: int = 0, said: str = "") -> str:
    """Return the remedy for a limit that was reached; empty if no limit was reached.

    Args:
        error: an errno.
        ended_by: the number of the signal that ended a program; 0 for none.
        said: a program's message, which may contain the text of such an errno (strerror(3)).
    """
    if _LOADER in said:
        return _OF_ERROR[errno.ENOMEM]
    # The longest text first: that of ENFILE begins with that of EMFILE.
    numbers = sorted(_OF_ERROR, key=lambda number: -len(os.strerror(number)))
    by_words = next((number for number in numbers if os.strerror(number) in said), None)
    return _OF_ERROR.get(error or by_words or 0, "") or _OF_SIGNAL.get(ended_by, "")
