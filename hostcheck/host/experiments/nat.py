"""Add a masquerading rule with the installed iptables, in a new network namespace.

The child also has a new mount namespace, because iptables would leave a lock file in /run.
Source: iptables(8), iptables-extensions(8), network_namespaces(7).
"""

import os
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from hostcheck.host.experiments.child import call, die_with_parent, error_name, in_child
from hostcheck.host.lookup import environment, find_program

_CLONE_NEWNS, _CLONE_NEWNET = 0x00020000, 0x40000000  # linux/sched.h
_MS_REC_PRIVATE = 0x4000 | (1 << 18)  # linux/mount.h
_NOT_STARTED = 127  # as of sh(1); iptables has no such exit code


def try_nat(program: str, seconds: float) -> dict[str, Any]:
    """Try the rule; see ``hostcheck.host.experiments.perform`` for the result.

    Args:
        program: the iptables to run: its name or its absolute path.
        seconds: the time limit.
    """
    try:
        program = str(find_program(program))
    except OSError as error:
        return {"ok": False, "error": error_name(error.errno or 0), "stage": "program"}
    return in_child(lambda: _act(program), seconds) or {"ok": False, "error": "ETIMEDOUT", "stage": "time"}


def _act(program: str) -> Iterator[Mapping[str, Any]]:
    try:
        call("unshare", _CLONE_NEWNS | _CLONE_NEWNET)
        call("mount", b"none", b"/", None, _MS_REC_PRIVATE, None)
        call("mount", b"hostcheck", b"/run", b"tmpfs", 0, None)
    except OSError as error:
        yield {"ok": False, "error": error_name(error.errno or 0), "stage": "namespace"}
        return
    # A network for documentation (RFC 5737), which no host uses.
    rule = ["-t", "nat", "-A", "POSTROUTING", "-s", "192.0.2.0/24", "-j", "MASQUERADE"]
    parent = os.getpid()
    program_child = os.fork()
    if program_child == 0:
        _become([program, *rule], parent)
    code = os.waitstatus_to_exitcode(os.waitpid(program_child, 0)[1])
    if code == _NOT_STARTED:
        yield {"ok": False, "error": "ENOENT", "stage": "program"}
    else:
        yield {"ok": code == 0, "error": f"exit code {code}" if code else "", "stage": "rule" if code else ""}


def _become(argv: list[str], parent: int) -> NoReturn:
    """Replace this process by the program, without output. It is killed when the process that started it ends."""
    try:
        die_with_parent()
        null = os.open("/dev/null", os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(null, descriptor)
        if os.getppid() == parent:
            os.execve(argv[0], argv, environment())  # noqa: S606 - no shell is the point
    finally:
        os._exit(_NOT_STARTED)
