"""Real servers of TLS in one network namespace, hostcheck in another, and each packet held back on its way.

Two TUN devices and this program are the way between the namespaces. The kernels on both sides make the connections.

Run as: python far_server.py FOLDER '{"192.0.2.1": {"ms": 20, "server": "tls"}, ...}' -- COMMAND...
FOLDER has key.pem and certificate.pem. It prints a line of JSON: the exit code, the output of the command, its errors.
"""

import ctypes
import heapq
import json
import os
import select
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from responder import device

_CLONE_NEWNET = 0x40000000
_PORT = 443
_ACTUAL_PORT = 8443
_SECONDS_TO_BOX = 0.02


def namespace(name, *addresses):
    """Enter a new network namespace, where every route is a TUN device; return the device."""
    if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "unshare")
    tun = device(name)
    for words in (
        "link set lo up",
        f"link set {name} up",
        *(f"addr add {address}/32 dev {name}" for address in addresses),
        f"route add default dev {name}",
    ):
        subprocess.run(["ip", *words.split()], check=True)
    return tun


def listening(address, port):
    own = socket.create_server((address, port))
    own.settimeout(240)
    return own


def of_tls(own, folder, newest):
    """Answer as a server of TLS whose newest version this is; each connection ends when the client ends it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = newest
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    while True:
        connection, _ = own.accept()
        try:
            with connection, context.wrap_socket(connection, server_side=True) as secured:
                secured.recv(1)
        except OSError:
            continue


def silent(own):
    """Take connections, and say nothing."""
    taken = []
    while True:
        taken.append(own.accept()[0])


def box(own, address):
    """Take connections nearby, and pass on what they say to a server that is further away."""
    while True:
        near, _ = own.accept()
        far = socket.create_connection((address, _ACTUAL_PORT))
        for source, target in ((near, far), (far, near)):
            threading.Thread(target=passed_on, args=(source, target), daemon=True).start()


def passed_on(source, target):
    try:
        while data := source.recv(65536):
            time.sleep(_SECONDS_TO_BOX)
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        source.close()
        target.close()


def start(address, kind, folder):
    """Start the server of an address: a thread stays in the network namespace in which it was started."""
    own = listening(address, _PORT)
    acts = {
        "tls": lambda: of_tls(own, folder, ssl.TLSVersion.TLSv1_3),
        "tls 1.2": lambda: of_tls(own, folder, ssl.TLSVersion.TLSv1_2),
        "silent": lambda: silent(own),
        "box": lambda: box(own, address),
    }
    if kind == "box":
        actual = listening(address, _ACTUAL_PORT)
        threading.Thread(target=of_tls, args=(actual, folder, ssl.TLSVersion.TLSv1_3), daemon=True).start()
    threading.Thread(target=acts[kind], daemon=True).start()


def carry(near, far, ways, done):
    """Carry packets between the devices until the command has ended; each waits as long as half a round trip."""
    waiting, number = [], 0
    ended = os.pidfd_open(done.pid)
    poll = select.poll()
    for file in (near, far, ended):
        poll.register(file, select.POLLIN)
    while True:
        soon = waiting[0][0] - time.monotonic() if waiting else 1
        if ended in dict(poll.poll(max(0.0, soon) * 1000)):
            return
        for source, target, address in ((near, far, slice(16, 20)), (far, near, slice(12, 16))):
            while (packet := received(source)) is not None:
                way = ways.get(socket.inet_ntoa(packet[address])) if packet[0] >> 4 == 4 else None
                if way is not None:
                    number += 1
                    heapq.heappush(waiting, (time.monotonic() + way, number, target, packet))
        while waiting and waiting[0][0] <= time.monotonic():
            _, _, target, packet = heapq.heappop(waiting)
            os.write(target, packet)


def received(tun):
    try:
        return os.read(tun, 65536)
    except BlockingIOError:
        return None


def main():
    folder, machines = Path(sys.argv[1]), json.loads(sys.argv[2])
    command = sys.argv[sys.argv.index("--") + 1 :]
    far = namespace("far", *machines)
    for address, machine in machines.items():
        start(address, machine["server"], folder)
    near = namespace("near", "198.51.100.2")
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        done = subprocess.Popen(command, stdout=output, stderr=errors)
        carry(near, far, {address: machine["ms"] / 2e3 for address, machine in machines.items()}, done)
        said = []
        for file in (output, errors):
            file.seek(0)
            said.append(file.read())
    sys.stdout.write(f"{json.dumps({'code': done.wait(), 'output': said[0], 'errors': said[1]})}\n")


if __name__ == "__main__":
    main()
