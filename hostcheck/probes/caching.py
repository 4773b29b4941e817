"""Cache conclusions that several probes need, so that an audit draws each conclusion only once."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from hostcheck.host.base import Host
from hostcheck.host.recording import RecordingHost

T = TypeVar("T")


def cached_per_audit(conclude: Callable[[Host], T]) -> Callable[[Host], T]:
    """Cache the result of a function whose argument is the host, for the rest of the audit."""

    @wraps(conclude)
    def concluded(host: Host) -> T:
        return host.concluded(conclude) if isinstance(host, RecordingHost) else conclude(host)

    return concluded
