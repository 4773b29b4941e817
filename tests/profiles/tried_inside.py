"""What ``test_tried`` runs in namespaces of its own: a setting, a check, its command, and what shows the fault."""

import ctypes
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

from hostcheck.audit import audit
from hostcheck.host.live import LiveHost

CLONE_NEWNET = 0x40000000
SEND = """
import socket, sys
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
with socket.socket(family, socket.SOCK_DGRAM) as own:
    if sys.argv[2]:
        own.bind((sys.argv[2], 0))
    for _ in range(2):
        own.sendto(b"x", (sys.argv[1], 9))
"""


def sh(*argv):
    return subprocess.run(argv, check=True, capture_output=True, text=True)


def status(profile, check):
    _, verdicts = audit(LiveHost(), [profile], strict=True)
    return next((each.status, each.command) for each in verdicts if each.check == check)


def as_nobody(act):
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        try:
            act()
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def neighbours(beside):
    """Make two network namespaces beside this one, which routes between them; add a process in each.

    No address waits for duplicate address detection: a router whose link-local address is tentative solicits nobody.
    """
    undetected = "net.ipv6.conf.default.accept_dad=0"
    sh("sysctl", "-w", undetected)
    for number in (1, 2):
        process = subprocess.Popen(
            ["unshare", "--net", "sh", "-c", f"sysctl -w {undetected} && exec sleep 60"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        process.stdout.readline()
        beside.append(process)
        sh("ip", "link", "add", f"to{number}", "type", "veth", "peer", "name", "uplink", "netns", str(process.pid))
        sh("ip", "address", "add", f"10.9.{number}.1/24", "dev", f"to{number}")
        sh("ip", "-6", "address", "add", f"fd09:{number}::1/64", "dev", f"to{number}", "nodad")
        sh("ip", "link", "set", f"to{number}", "up")
        within = ("nsenter", "--net", "--target", str(process.pid), "ip")
        sh(*within, "link", "set", "lo", "up")
        sh(*within, "address", "add", f"10.9.{number}.2/24", "dev", "uplink")
        sh(*within, "-6", "address", "add", f"fd09:{number}::2/64", "dev", "uplink", "nodad")
        sh(*within, "link", "set", "uplink", "up")
        sh(*within, "route", "add", "default", "via", f"10.9.{number}.1")
        sh(*within, "-6", "route", "add", "default", "via", f"fd09:{number}::1")
        if number == 1:
            # Its second address is of the other side: what comes from there would be answered by another way.
            sh(*within, "address", "add", "10.9.2.9/32", "dev", "uplink")


def send(process, address, source):
    sh("nsenter", "--net", "--target", str(process.pid), sys.executable, "-c", SEND, address, source)


def arrives(process, address, sender, source=""):
    """Whether a datagram of a neighbour arrives at another, or here where that is None."""
    place = Path(f"/proc/{process.pid if process else 'self'}/ns/net")
    with Path("/proc/self/ns/net").open() as own, place.open() as there:
        enter(there)
        listening = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
        enter(own)
    with listening:
        listening.bind((address, 9))
        listening.settimeout(1)
        send(sender, address, source)
        try:
            return bool(listening.recv(1))
        except TimeoutError:
            return False


def enter(namespace):
    assert ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), CLONE_NEWNET) == 0


def outside_node_ports():
    sockets = [socket.socket() for _ in range(300)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return not any(30000 <= port <= 32767 for port in ports)


def low():
    with socket.socket() as each:
        each.bind(("127.0.0.1", 80))


def ping():
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP).close()


def main(profile, check, setting, fault):
    sh("ip", "link", "set", "lo", "up")
    beside = []
    works = {
        "forward": lambda: arrives(beside[1], "10.9.2.2", beside[0]),
        "forward6": lambda: arrives(beside[1], "fd09:2::2", beside[0]),
        "detour": lambda: arrives(None, "10.9.1.1", beside[0], "10.9.2.9"),
        "port": outside_node_ports,
        "low": lambda: as_nobody(low),
        "ping": lambda: as_nobody(ping),
    }[fault]
    try:
        if fault in {"forward", "forward6", "detour"}:
            neighbours(beside)
        sh("sysctl", "-w", setting)
        before, command = status(profile, check)
        worked = works()
        sh("mount", "-t", "tmpfs", "tmpfs", "/etc/sysctl.d")
        sh("sh", "-c", command)
        after, _ = status(profile, check)
        kept = "".join(path.read_text() for path in Path("/etc/sysctl.d").iterdir())
        json.dump([before, worked, after, works(), kept], sys.stdout)
    finally:
        for process in beside:
            process.kill()
            process.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
