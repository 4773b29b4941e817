"""Open the host to audit: this machine, a captured host, or one that is reached through a shell."""

from pathlib import Path

from hostcheck.host.base import Host
from hostcheck.host.opening import open_host
from hostcheck.remote.address import SCHEME, shell_command, ssh_command
from hostcheck.remote.answers import Known
from hostcheck.remote.connection import Connection
from hostcheck.remote.host import RemoteHost
from hostcheck.remote.text import open_text


def open_named(name: Path | str, *, experiments: bool) -> Host:
    """Return the host for a name: an address, the folder of a captured root, or the file of a capture.

    Raises:
        UsageError: if the name is none of these.
    """
    if isinstance(name, str) and name.startswith(SCHEME):
        return open_remote(name, None, experiments=experiments)
    path = Path(name)
    return open_host(path, None, experiments=experiments) if path.is_dir() else open_capture(path)


def open_remote(address: str | None, shell: str | None, *, experiments: bool) -> RemoteHost:
    """Return a host that is contacted when an audit begins. Exactly one of address and shell is given.

    Args:
        address: ssh://[user@]host[:port].
        shell: a command that runs a shell, such as "podman exec -i NAME sh".
        experiments: whether experiments may be made on the host.

    Raises:
        UsageError: if the address or the command is invalid.
    """
    if address is not None:
        return RemoteHost(Known(), Connection(ssh_command(address), address), experiments=experiments)
    assert shell is not None
    return RemoteHost(Known(), Connection(shell_command(shell), f"the shell of {shell!r}"), experiments=experiments)


def open_capture(path: Path) -> Host:
    """Return the host in a file of ``hostcheck capture``, or of the program of ``hostcheck capture --script``.

    Raises:
        UsageError: if the file is neither of them, or is damaged.
    """
    return open_text(path) or open_host(None, path, experiments=False)
