"""What to do about a limit of the kernel's that was reached: its errors and signals are not the file's or program's."""

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
"""As fork(2), open(2), mmap(2) and write(2) give them. EAGAIN is a limit's where a process was to be started."""

_OF_SIGNAL = {
    int(signal.SIGXFSZ): _OF_ERROR[errno.EFBIG],
    int(signal.SIGXCPU): "the limit of CPU time (ulimit -t) is too small: raise it",
}
"""setrlimit(2)."""

_LOADER = "failed to map segment from shared object"
"""What ld.so says where it has no memory for a library (elf/dl-load.c of glibc)."""


def limit_remedy(*, error: int | None = None, ended_by: int = 0, said: str = "") -> str:
    """Return what to do about a limit that was reached; empty where it was none.

    Args:
        error: an errno.
        ended_by: the number of the signal that ended a program; 0 for none.
        said: a program's message, which may have the words of such an errno.
    """
    if _LOADER in said:
        return _OF_ERROR[errno.ENOMEM]
    # The longest first: ENFILE's words begin with EMFILE's.
    numbers = sorted(_OF_ERROR, key=lambda number: -len(os.strerror(number)))
    by_words = next((number for number in numbers if os.strerror(number) in said), None)
    return _OF_ERROR.get(error or by_words or 0, "") or _OF_SIGNAL.get(ended_by, "")
