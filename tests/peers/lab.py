"""Hosts as network namespaces on one bridge, each with a fault: runs them as peers, and prints their answers.

    unshare --net --pid --fork --mount-proc --kill-child python lab.py NETWORK PORTS COMMANDS...

NETWORK is the beginning of an address: "10.9.0." or "fd09::". A command is a shell's, for the host of that number; the
bridge's end of its cable is called vNUMBER.
"""

import json
import os
import signal
import subprocess
import sys

MEMBER = """
import json, sys
from hostcheck.peers import member
member.PATIENCE_SECONDS = member.LISTENS_SECONDS = 10.0
print(json.dumps(member.measure_peers(sys.argv[1], sys.argv[2])))
"""


def run(*words: str) -> None:
    subprocess.run(words, check=True)


def main() -> None:
    network, ports, *commands = sys.argv[1:]
    holders = [subprocess.Popen(["unshare", "-n", "sh", "-c", "echo && exec sleep 600"], stdout=-1) for _ in commands]
    try:
        run("ip", "link", "add", "br0", "type", "bridge")
        run("ip", "link", "set", "br0", "up")
        for number, holder in enumerate(holders):
            assert holder.stdout is not None
            holder.stdout.readline()
            inside = ("nsenter", "-t", str(holder.pid), "-n")
            cable = f"v{number}"
            run("ip", "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", str(holder.pid))
            run("ip", "link", "set", cable, "master", "br0", "up")
            run(*inside, "ip", "link", "set", "lo", "up")
            run(*inside, "ip", "addr", "add", f"10.9.0.{number + 1}/24", "dev", "eth0")
            run(*inside, "ip", "addr", "add", f"fd09::{number + 1}/64", "dev", "eth0", "nodad")
            run(*inside, "ip", "link", "set", "eth0", "up")
            run("env", f"CABLE={cable}", "sh", "-ec", commands[number].partition("outside:")[2] or ":")
            run(*inside, "sh", "-ec", commands[number].partition("outside:")[0] or ":")
        hosts = {str(n): {"name": f"m{n}", "address": f"{network}{n + 1}"} for n in range(len(commands))}
        question = json.dumps({"key": os.urandom(16).hex(), "ports": ports.split(","), "hosts": hosts})
        members = [
            subprocess.Popen(
                ["nsenter", "-t", str(holder.pid), "-n", sys.executable, "-c", MEMBER, question, str(number)], stdout=-1
            )
            for number, holder in enumerate(holders)
        ]
        answers = [member.communicate(timeout=120)[0] for member in members]
        sys.stdout.write(json.dumps({f"m{number}": json.loads(text) for number, text in enumerate(answers)}))
    finally:
        for holder in holders:
            holder.send_signal(signal.SIGKILL)
            holder.wait()


if __name__ == "__main__":
    main()
