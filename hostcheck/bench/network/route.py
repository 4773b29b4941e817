"""The interface through which a peer is reached, and its queueing disciplines, as the kernel lists them.

Reading them needs no privilege. Sources: rtnetlink(7), linux/rtnetlink.h, linux/pkt_sched.h.
"""

import os
import socket
import struct
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

from hostcheck.run.fields import RouteFields

_SECONDS = 2.0
_MOST = 256
"""Maximum number of answers, each of up to 64 KiB, and of queueing disciplines: an interface has one for each queue."""
_RTM_GETROUTE, _RTM_NEWQDISC, _RTM_GETQDISC = 26, 36, 38
_NLMSG_ERROR, _NLMSG_DONE = 2, 3
_REQUEST, _DUMP = 0x1, 0x300
_RTA_DST, _RTA_OIF = 1, 4
_TCA_KIND, _TCA_OPTIONS, _TCA_FQ_FLOW_MAX_RATE = 1, 2, 7
_UNLIMITED = 0xFFFFFFFF


def route_to(address: str) -> RouteFields:
    """Return the interface of the route to an address, the bus of the interface, and its queueing disciplines.

    A field is left out if it is unknown.
    """
    try:
        index = _interface(address)
        name = socket.if_indextoname(index)
        found: RouteFields = {"interface": name}
        if words := sorted(dict.fromkeys(_qdiscs(index))):
            found["qdiscs"] = words
    except (OSError, ValueError, struct.error):
        return {}
    try:
        found["interface_bus"] = (Path("/sys/class/net") / name / "device/subsystem").resolve(strict=True).name
    except OSError:
        # An interface without a device is one of the kernel's own: a bridge, a tunnel, a pair of veth.
        return found
    return found


def _interface(address: str) -> int:
    """Return the number of the interface through which an address is reached.

    Raises:
        OSError: if there is no route, or the kernel does not answer.
        ValueError: if the text is no address, or the answer has no interface.
    """
    target = ip_address(address)
    family = socket.AF_INET if target.version == 4 else socket.AF_INET6
    body = struct.pack("=BBBBBBBBI", family, len(target.packed) * 8, 0, 0, 0, 0, 0, 0, 0)
    body += struct.pack("=HH", 4 + len(target.packed), _RTA_DST) + target.packed
    for _, data in _ask(_RTM_GETROUTE, 0, body):
        for kind, value in _attributes(data[12:]):
            if kind == _RTA_OIF:
                return int(struct.unpack("=I", value)[0])
    raise ValueError("the route has no interface")


def _qdiscs(index: int) -> Iterator[str]:
    """Yield the names of an interface's queueing disciplines: "fq_codel", "tbf"; "fq maxrate" if it has a limit."""
    for kind, data in _ask(_RTM_GETQDISC, _DUMP, struct.pack("=BxxxiIII", 0, index, 0, 0, 0)):
        if kind != _RTM_NEWQDISC or struct.unpack_from("=i", data, 4)[0] != index:
            continue
        attributes = dict(_attributes(data[20:]))
        name = attributes.get(_TCA_KIND, b"").rstrip(b"\0").decode(errors="replace")
        rate = dict(_attributes(attributes.get(_TCA_OPTIONS, b""))).get(_TCA_FQ_FLOW_MAX_RATE) if name == "fq" else None
        yield f"{name} maxrate" if rate is not None and struct.unpack("=I", rate)[0] != _UNLIMITED else name


def _ask(kind: int, flags: int, body: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the kind and the data of each message in the kernel's answer.

    Raises:
        OSError: if the kernel refuses, or does not answer in time.
        ValueError: if the answer is longer than can be.
    """
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as kernel:
        kernel.settimeout(_SECONDS)
        kernel.send(struct.pack("=IHHII", 16 + len(body), kind, _REQUEST | flags, 1, 0) + body)
        for _ in range(_MOST):
            answer = kernel.recv(1 << 16)
            while len(answer) >= 16:
                length, said, _, _, _ = struct.unpack_from("=IHHII", answer)
                if said == _NLMSG_DONE or length < 16:
                    return
                if said == _NLMSG_ERROR:
                    number = -struct.unpack_from("=i", answer, 16)[0]
                    raise OSError(number, os.strerror(number))
                yield said, answer[16:length]
                answer = answer[(length + 3) & ~3 :]
            if not flags & _DUMP:
                return
    raise ValueError("the kernel's answer has no end")


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    while len(data) >= 4:
        length, kind = struct.unpack_from("=HH", data)
        if length < 4:
            return
        yield kind & 0x3FFF, data[4:length]
        data = data[(length + 3) & ~3 :]
