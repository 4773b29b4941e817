"""Machines behind a TUN device of a network namespace: each answers a SYN after the time that its distance takes.

The kernel answers a SYN to an address of its own at once, so it is this program that is the other machine: it reads IP
packets of the device, and writes the answers. It counts every packet that leaves the namespace by the device.

Run as: python responder.py '{"192.0.2.1": {"ms": 20}, ...}' -- COMMAND...
It prints a line of JSON: the exit code, the output of the command, and the packets by destination.
"""

import ctypes
import fcntl
import heapq
import ipaddress
import json
import os
import random
import select
import struct
import subprocess
import sys
import tempfile
import time

_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
_CLONE_NEWNET = 0x40000000
_SYN, _RST, _ACK = 0x02, 0x04, 0x10
_GOODBYE = 0.2


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def tcp(source, target, ports, numbers, flags):
    """A TCP packet without data, in IP."""
    header = struct.pack("!HHIIBBHHH", *ports, *numbers, 5 << 4, flags, 65535, 0, 0)
    pseudo = source.packed + target.packed
    pseudo += (
        struct.pack("!BBH", 0, 6, len(header))
        if source.version == 4
        else struct.pack("!IBBBB", len(header), 0, 0, 0, 6)
    )
    header = header[:16] + struct.pack("!H", checksum(pseudo + header)) + header[18:]
    if source.version == 6:
        return struct.pack("!IHBB", 6 << 28, len(header), 6, 64) + source.packed + target.packed + header
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(header), 0, 0, 64, 6, 0, source.packed, target.packed)
    return ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:] + header


def parse(packet):
    """Source, target, and the header of TCP; None for another protocol."""
    if packet[0] >> 4 == 4:
        protocol, body = packet[9], packet[(packet[0] & 15) * 4 :]
        source, target = packet[12:16], packet[16:20]
    else:
        protocol, body = packet[6], packet[40:]
        source, target = packet[8:24], packet[24:40]
    ends = ipaddress.ip_address(source), ipaddress.ip_address(target)
    return (*ends, body if protocol == 6 and len(body) >= 20 else None)


def answers(packet, machines, seen, chance):
    """Count a packet, and yield what is answered and after how many seconds."""
    source, target, body = parse(packet)
    if body is None:
        if not (packet[0] >> 4 == 6 and target.is_multicast):
            seen[str(target)] = seen.get(str(target), 0) + 1
        return
    seen[str(target)] = seen.get(str(target), 0) + 1
    ports, number, flags = struct.unpack("!HH", body[:4]), struct.unpack("!I", body[4:8])[0], body[13]
    machine = machines.get(str(target))
    if machine is None or not flags & _SYN:
        return
    machine["syns"] = machine.get("syns", 0) + 1
    if machine["syns"] <= machine.get("drops", 0):
        return
    flags = _RST | _ACK if machine.get("refuses") else _SYN | _ACK
    numbers = (0 if machine.get("refuses") else 1000, number + 1 & 0xFFFFFFFF)
    wait = machine["ms"] / 1e3 + chance.expovariate(1 / 0.001)
    yield wait, tcp(target, source, ports[::-1], numbers, flags)


def device(name):
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    fcntl.ioctl(tun, _TUNSETIFF, struct.pack("16sH22x", name.encode(), _IFF_TUN | _IFF_NO_PI))
    return tun


def own_namespace():
    """Enter a network namespace of its own, where every route is the device."""
    if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "unshare")
    tun = device("far")
    for words in (
        "link set lo up",
        "link set far up",
        "addr add 198.51.100.2/24 dev far",
        "route add default dev far",
        "-6 addr add 2001:db8:f::2/64 dev far nodad",
        "-6 route add default dev far",
    ):
        subprocess.run(["ip", *words.split()], check=True)
    return tun


def main():
    machines = json.loads(sys.argv[1])
    command = sys.argv[sys.argv.index("--") + 1 :]
    tun, seen = own_namespace(), {}
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        done = subprocess.Popen(command, stdout=output, stderr=errors)
        serve(tun, machines, done, seen)
        said = []
        for file in (output, errors):
            file.seek(0)
            said.append(file.read())
    result = {"code": done.wait(), "output": said[0], "errors": said[1], "packets": seen}
    sys.stdout.write(f"{json.dumps(result)}\n")


def serve(tun, machines, done, seen):
    """Answer for the machines until the command has ended, and a moment more."""
    waiting, chance = [], random.Random(1)
    ended = os.pidfd_open(done.pid)
    poll = select.poll()
    poll.register(tun, select.POLLIN)
    poll.register(ended, select.POLLIN)
    until = None
    while until is None or time.monotonic() < until:
        soon = waiting[0][0] - time.monotonic() if waiting else _GOODBYE
        if ended in dict(poll.poll(max(0.0, soon) * 1000)):
            until = time.monotonic() + _GOODBYE
            poll.unregister(ended)
        while True:
            try:
                packet = os.read(tun, 65536)
            except BlockingIOError:
                break
            for wait, answer in answers(packet, machines, seen, chance):
                heapq.heappush(waiting, (time.monotonic() + wait, answer))
        while waiting and waiting[0][0] <= time.monotonic():
            os.write(tun, heapq.heappop(waiting)[1])


if __name__ == "__main__":
    main()
