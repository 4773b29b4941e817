"""Open the host that a command names with ssh://HOST, --shell, --root or --capture."""

from pathlib import Path

from hostcheck.errors import UsageError
from hostcheck.host.base import Host, lost_of


def open_asked(
    address: str | None, shell: str | None, root: Path | None, capture: Path | None, *, experiments: bool
) -> Host:
    """Open the named host, or this machine if none is named.

    Raises:
        UsageError: if two hosts are named, or the options cannot be combined.
    """
    named = {address or "": address, "--shell": shell, "--root": root, "--capture": capture}
    given = [name for name, value in named.items() if value is not None]
    if len(given) > 1:
        raise UsageError(f"{given[0]} and {given[1]} both name a host", remedy="give one of them")
    if address is not None or shell is not None:
        from hostcheck.remote.opening import open_remote

        return open_remote(address, shell, experiments=experiments)
    if capture is not None:
        from hostcheck.remote.opening import open_capture

        return open_capture(capture)
    from hostcheck.host.opening import open_host

    return open_host(root, experiments=experiments)


def say_what_is_missing(host: Host) -> None:
    """Write a message if a host behind a shell did not answer all questions, or a capture does not have the answers."""
    problem = lost_of(host)
    if problem:
        from hostcheck.cli.messages import write_message

        write_message(
            f"{problem}: facts that depend on the missing answers are unknown, and other conclusions may be wrong"
        )
