"""A container can mount proc where a whole one is mounted, or where root is that of the first user namespace."""

import pytest

from hostcheck.probes.kernel.procmount import probe

WHOLE = "26 27 0:22 / /proc rw,relatime - proc proc rw\n"
MASKED = WHOLE + "30 26 0:30 / /proc/acpi ro,relatime - tmpfs tmpfs ro\n"
READ_ONLY_PARTS = WHOLE + "31 26 0:22 /sys /proc/sys ro,relatime - proc proc rw\n"
BINFMT = WHOLE + "32 26 0:31 / /proc/sys/fs/binfmt_misc rw - autofs systemd-1 rw\n"
LXCFS = WHOLE + "33 26 0:33 /proc/cpuinfo /proc/cpuinfo rw - fuse.lxcfs lxcfs rw\n"
NESTING = LXCFS + "34 27 0:59 / /dev/.lxc/proc rw,relatime - proc proc rw\n"
CLOSED = "26 27 0:22 / /proc ro,relatime - proc proc rw\n"
PART = "26 27 0:22 /sys /proc/sys rw - proc proc rw\n"
FIRST, MAPPED = "         0          0 4294967295\n", "         0     100000      65536\n"


@pytest.mark.parametrize(
    ("table", "users"),
    [
        (WHOLE, True),
        (MASKED, False),
        (READ_ONLY_PARTS, False),
        (BINFMT, True),
        (LXCFS, False),
        (NESTING, True),
        (CLOSED, False),
        (PART, None),
        ("", None),
    ],
    ids=["whole", "masked", "read-only parts", "binfmt_misc", "lxcfs", "nesting", "read-only", "a part", "none"],
)
def test_a_container_of_a_user_needs_a_whole_proc(fake_host, facts_of, table, users):
    facts = facts_of(probe, fake_host({"/proc/self/mountinfo": table, "/proc/self/uid_map": MAPPED}))
    for name in ("ns.user_proc_mount", "ns.proc_mount"):
        assert (facts[name].value, facts[name].known) == (users, users is not None)


@pytest.mark.parametrize(
    ("files", "value"),
    [({"/proc/self/uid_map": FIRST}, True), ({}, None), ({"/proc/self/uid_map": PermissionError()}, None)],
)
def test_root_of_the_first_user_namespace_needs_none(fake_host, facts_of, files, value):
    facts = facts_of(probe, fake_host({"/proc/self/mountinfo": MASKED, **files}))
    assert facts["ns.proc_mount"].value is value
    assert facts["ns.user_proc_mount"].value is False
