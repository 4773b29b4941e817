"""The command that runs a shell on a host: OpenSSH's client for ssh://, or a command of the user.

OpenSSH finds the keys, asks for passwords, checks the host's key and reads the user's configuration, with agents, jump
hosts and shared connections. No key and no password passes through hostcheck.
"""

import ipaddress
import re
import shlex
from pathlib import Path

from hostcheck.errors import UsageError

SCHEME = "ssh://"

_OPTIONS = (
    "-T",  # no terminal: it would change what is sent and received
    *("-o", "ClearAllForwardings=yes"),
    *("-o", "ForwardAgent=no"),
    *("-o", "ForwardX11=no"),
    *("-o", "RemoteCommand=none"),
    *("-o", "PermitLocalCommand=no"),
    *("-o", "ConnectTimeout=20"),
)
"""Options of ssh_config(5): an audit uses only a command's input and output; nothing else is forwarded to the host."""

_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+@\\-]{0,127}")
_HOST = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}")
_PORT = re.compile(r"[1-9][0-9]{0,4}")
_REMEDY = "write it as ssh://user@host:port"


def ssh_command(address: str) -> list[str]:
    """Return the command that runs a shell at an address, ``ssh://[user@]host[:port]``.

    Raises:
        UsageError: if the text is not such an address, or a part of it looks like an option of ssh.
    """
    if not address.startswith(SCHEME):
        raise UsageError(f"{address} is not the address of a host", remedy=_instead(address))
    user, at, place = address.removeprefix(SCHEME).removesuffix("/").rpartition("@")
    host, port = _split(place)
    if ":" in user:
        raise UsageError("an address holds no password: ssh asks for it itself", remedy=_REMEDY)
    if (at and not _USER.fullmatch(user)) or not host:
        raise UsageError(f"{address} is not the address of a host", remedy=_REMEDY)
    if port is not None and not (_PORT.fullmatch(port) and int(port) < 1 << 16):
        raise UsageError(f"{address} has no port of 1 to 65535", remedy=_REMEDY)
    return [
        "ssh",
        *_OPTIONS,
        *(("-l", user) if at else ()),
        *(("-p", port) if port else ()),
        "--",
        host,
        "sh",
    ]


def _instead(word: str) -> str:
    """Return the remedy for a word that is not an address, such as a run file or the name of a profile."""
    if Path(word).is_file():
        return f"a run is judged by hostcheck gate --run {word}, a capture by --capture {word}"
    return f"{_REMEDY}, an engine with -p, or what bench measures with --only"


def shell_command(text: str) -> list[str]:
    """Split the command that runs a shell into words, as a shell does; nothing is expanded.

    Raises:
        UsageError: if a quote is not closed, or the command is empty.
    """
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise UsageError(f"--shell {text!r}: {error}", remedy="write it as 'podman exec -i NAME sh'") from error
    if not words:
        raise UsageError("--shell is empty", remedy="write it as 'podman exec -i NAME sh'")
    return words


def _split(place: str) -> tuple[str, str | None]:
    """Return host and port; the host is empty if an IPv6 address is not in brackets."""
    if place.startswith("["):
        host, closed, rest = place[1:].partition("]")
        fits = closed and (not rest or rest.startswith(":")) and _is_ipv6(host)
        return host if fits else "", rest[1:] if rest else None
    host, colon, port = place.partition(":")
    return host if _HOST.fullmatch(host) else "", port if colon else None


def _is_ipv6(host: str) -> bool:
    address, percent, zone = host.partition("%")
    try:
        ipaddress.IPv6Address(address)
    except ValueError:
        return False
    return not percent or _HOST.fullmatch(zone) is not None
