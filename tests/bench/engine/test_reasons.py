"""What an engine or a runtime reports, as a user reads it: short, without ids, each reason once."""

import pytest

from hostcheck.bench.engine.reasons import LONGEST, once, reason_of

NO_SHELL = (
    "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: "
    'exec: "sh": executable file not found in $PATH: unknown'
)
FAILED_HOOK = (
    "OCI runtime create failed: container_linux.go:380: starting container process caused: process_linux.go:545: "
    "container init caused: Running hook #0: exit status 1: unknown"
)
ID = "4f0c3b0e2f5d" * 5 + "abcd"

NO_RUNTIME = (
    f"failed to create shim: OCI runtime create failed: unable to retrieve OCI runtime error (open /run/{ID}/log.json: "
    "no such file or directory): fork/exec /usr/local/bin/gone: no such file or directory: unknown"
)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (NO_SHELL, 'exec: "sh": executable file not found in $PATH'),
        (FAILED_HOOK, "container init caused: Running hook #0: exit status 1"),
        (
            f"error creating overlay mount to /var/lib/docker/overlay2/{ID}-init/merged: no space left on device",
            "error creating overlay mount to /var/lib/docker/overlay2/…-init/merged: no space left on device",
        ),
        (
            "driver failed programming external connectivity on endpoint hostcheck-0a1b2c3d-storm-17 (4f0c3b0e2f5d)",
            "driver failed programming external connectivity on endpoint the container (…)",
        ),
        (NO_RUNTIME, "fork/exec /usr/local/bin/gone: no such file or directory"),
        ("a\n  line", "a line"),
        ("no such image: deadbeef", "no such image: deadbeef"),
    ],
)
def test_a_reason_is_without_ids_and_without_the_chain_of_callers(text, reason):
    assert reason_of(text) == reason


def test_a_long_reason_is_cut_and_equal_ones_are_said_once():
    assert len(reason_of("x y " * 200)) == LONGEST
    same = [reason_of(f"cannot start {ID[place:]}") for place in range(20)]
    assert once([*same, "", "another"]) == "cannot start …; another"


def test_the_same_reason_with_other_interfaces_and_processes_is_one_line():
    text = (
        "failed to add the host ({}) <=> sandbox (veth7e3a9c1) pair interfaces: open /proc/{}/ns/net: no such process"
    )
    same = [reason_of(text.format(interface, pid)) for interface, pid in (("veth0a1b2c3", 4711), ("vethd4e5f60", 9))]
    assert once(same) == (
        "failed to add the host (veth…) <=> sandbox (veth…) pair interfaces: open /proc/…/ns/net: no such process"
    )
    for kept in (
        "no such device veth0",
        "open /proc/sys/net/ipv4/ip_forward: read-only file system",
        "exit status 128",
    ):
        assert reason_of(kept) == kept
