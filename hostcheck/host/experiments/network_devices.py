"""Create a bridge and a veth pair in a new network namespace.

The kernel removes them with the namespace, and the namespace with the child that created it. Sources: rtnetlink(7),
network_namespaces(7).
"""

import os
import socket
import struct
from collections.abc import Iterator, Mapping
from typing import Any

from hostcheck.host.experiments.child import call, error_name, in_child

KINDS = ("bridge", "veth")

_CLONE_NEWUSER = 0x10000000  # linux/sched.h
_CLONE_NEWNET = 0x40000000
_RTM_NEWLINK = 16  # linux/rtnetlink.h
_NLMSG_ERROR = 2  # linux/netlink.h
_NLM_F_REQUEST, _NLM_F_ACK, _NLM_F_EXCL, _NLM_F_CREATE = 0x1, 0x4, 0x200, 0x400
_IFLA_IFNAME, _IFLA_LINKINFO, _IFLA_INFO_KIND = 3, 18, 1  # linux/if_link.h


def try_links(seconds: float) -> dict[str, Any]:
    """Try each kind of device; see ``hostcheck.host.experiments.perform`` for the result.

    Args:
        seconds: the time limit.
    """
    return in_child(_make, seconds)


def new_link(kind: str, name: str) -> bytes:
    """Return the request that creates a device of this kind and name: an RTM_NEWLINK message."""
    info = _attribute(_IFLA_LINKINFO, _attribute(_IFLA_INFO_KIND, kind.encode()))
    body = struct.pack("=BxHiII", socket.AF_UNSPEC, 0, 0, 0, 0) + _attribute(_IFLA_IFNAME, name.encode() + b"\0") + info
    flags = _NLM_F_REQUEST | _NLM_F_ACK | _NLM_F_CREATE | _NLM_F_EXCL
    return struct.pack("=IHHII", 16 + len(body), _RTM_NEWLINK, flags, 1, 0) + body


def error_of(answer: bytes) -> str:
    """Parse the kernel's answer; return the name of the error ("EPERM"), or an empty text on success."""
    if len(answer) < 20:
        return "EBADMSG"
    _, kind, _, _, _, number = struct.unpack_from("=IHHIIi", answer)
    if kind != _NLMSG_ERROR:
        return "EBADMSG"
    return error_name(-number) if number else ""


def _make() -> Iterator[Mapping[str, Any]]:
    try:
        # An ordinary user may create a network namespace only together with a user namespace.
        call("unshare", _CLONE_NEWNET if os.geteuid() == 0 else _CLONE_NEWUSER | _CLONE_NEWNET)
    except OSError as error:
        yield {kind: {"ok": False, "error": error_name(error.errno or 0), "stage": "namespace"} for kind in KINDS}
        return
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as route:
        for number, kind in enumerate(KINDS):
            route.send(new_link(kind, f"hostcheck{number}"))
            refused = error_of(route.recv(4096))
            yield {kind: {"ok": not refused, "error": refused, "stage": "device" if refused else ""}}


def _attribute(kind: int, data: bytes) -> bytes:
    length = 4 + len(data)
    return struct.pack("=HH", length, kind) + data + b"\0" * (-length % 4)
