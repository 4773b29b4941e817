"""Read the state of the kernel's clock by adjtimex(2), which changes nothing."""

import ctypes

_LIBC = ctypes.CDLL(None, use_errno=True)
_SPARE_BYTES = 256  # the kernel writes more than the fields below: linux/timex.h, struct timex


class _Timex(ctypes.Structure):
    """The first fields of struct timex, and room for the others."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("spare", ctypes.c_char * _SPARE_BYTES),
    )


def read_clock() -> dict[str, int]:
    """Read the state of the clock; see ``Host.clock`` for the result."""
    # modes 0 only reads, and needs no privilege.
    timex = _Timex()
    state = _LIBC.adjtimex(ctypes.byref(timex))
    if state < 0:
        return {}
    return {"state": state, "status": timex.status, "maxerror_us": timex.maxerror, "esterror_us": timex.esterror}
