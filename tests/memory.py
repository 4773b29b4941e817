"""The memory that a call allocates."""

import tracemalloc

_ROUNDS = 3


def most_allocated(call):
    """Return the most bytes that a call has allocated at once, as the least of three calls.

    The interpreter's table of interned strings counts for the call in which it grows, by megabytes after many tests.
    It does not grow three times in a row. What a first call keeps is not counted either.
    """
    return min(_allocated(call) for _ in range(_ROUNDS))


def _allocated(call):
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
