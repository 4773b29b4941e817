"""A container can mount proc where a whole one is mounted, root is that of the first user namespace, or a trial did."""

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
def test_a_container_in_a_new_user_namespace_needs_a_whole_proc(fake_host, facts_of, table, users):
    facts = facts_of(probe, fake_host({"/proc/self/mountinfo": table, "/proc/self/uid_map": MAPPED}))
    assert (facts["ns.user_proc_mount"].value, facts["ns.user_proc_mount"].known) == (users, users is not None)
    # What is covered may have been covered in this user namespace.
    assert facts["ns.proc_mount"].value is (users or None)


def on(table, uid_map):
    return {"/proc/self/mountinfo": table, "/proc/self/uid_map": uid_map}


def outcome(error="", stage="mount"):
    return {"ok": not error, "error": error, "stage": stage if error else ""}


@pytest.mark.parametrize(
    ("files", "tried", "answers"),
    [
        (on(LXCFS, MAPPED), {"own": outcome(), "user": outcome("EPERM")}, (True, False)),
        (on(LXCFS, MAPPED), {"own": outcome("EPERM"), "user": outcome("EPERM")}, (False, False)),
        (on(LXCFS, MAPPED), {"own": outcome("EPERM", "namespace"), "user": outcome("EPERM")}, (None, False)),
        (on(LXCFS, MAPPED), {"user": outcome("EPERM", "namespace")}, (None, False)),
        (on(MASKED, FIRST), {"own": outcome(), "user": outcome()}, (True, True)),
        (on(MASKED, FIRST), {"own": outcome(), "user": outcome("EPERM", "namespace")}, (True, False)),
        (on(WHOLE, MAPPED), {"own": outcome("EPERM"), "user": outcome("EPERM")}, (True, True)),
    ],
    ids=["LXC", "AppArmor", "a user in LXC", "too slow", "nspawn", "a switch", "not asked"],
)
def test_what_was_tried_outranks_the_table(fake_host, facts_of, files, tried, answers):
    facts = facts_of(probe, fake_host(files, experiments={"proc": tried}))
    assert (facts["ns.proc_mount"].value, facts["ns.user_proc_mount"].value) == answers


SYSBOX = WHOLE + "40 26 0:61 /proc/sys /proc/sys rw,nosuid - fuse sysboxfs rw\n"


@pytest.mark.parametrize(
    ("files", "word"),
    [
        ({"/proc/self/mountinfo": SYSBOX}, "Sysbox"),
        ({"/proc/self/mountinfo": MASKED, "/run/systemd/container": "systemd-nspawn\n"}, "systemd-nspawn"),
    ],
)
def test_without_a_trial_a_table_that_does_not_show_all_is_no_no(fake_host, facts_of, files, word):
    facts = facts_of(probe, fake_host({"/proc/self/uid_map": MAPPED, **files}))
    assert (facts["ns.proc_mount"].known, facts["ns.user_proc_mount"].known) == (False, False)
    assert word in facts["ns.user_proc_mount"].reason


@pytest.mark.parametrize(
    ("files", "value"),
    [({"/proc/self/uid_map": FIRST}, True), ({}, None), ({"/proc/self/uid_map": PermissionError()}, None)],
)
def test_root_of_the_first_user_namespace_needs_none(fake_host, facts_of, files, value):
    facts = facts_of(probe, fake_host({"/proc/self/mountinfo": MASKED, **files}))
    assert facts["ns.proc_mount"].value is value
    assert facts["ns.user_proc_mount"].value is False


BINDS, SHARES = ("[containers]\n" + line for line in ('volumes = ["/proc:/proc"]\n', 'pidns = "host"\n'))
OWN = "[containers]\nvolumes = []\n"


@pytest.mark.parametrize(
    ("files", "own"),
    [
        ({"/etc/containers/containers.conf": BINDS}, False),
        ({"/etc/containers/containers.conf.d/nested.conf": SHARES}, False),
        ({"/etc/containers/containers.conf": OWN}, True),
        ({}, True),
        ({"/etc/containers/containers.conf": PermissionError()}, None),
    ],
)
def test_podman_may_give_containers_the_proc_that_is_here(fake_host, facts_of, files, own):
    fact = facts_of(probe, fake_host({**on(MASKED, FIRST), **files}))["engine.podman_own_proc"]
    assert (fact.value, fact.known) == (own, own is not None)
    assert facts_of(probe, fake_host({**on(WHOLE, FIRST), **files}))["engine.podman_own_proc"].value is True


@pytest.mark.parametrize(("bounding", "own"), [("00000000a80425fb", False), ("000001ffffffffff", True), (None, True)])
def test_root_that_may_not_mount_outside_of_a_new_user_namespace_needs_a_whole_proc(fake_host, facts_of, bounding, own):
    status = f"Uid:\t0\t0\t0\t0\nCapBnd:\t{bounding}\n" if bounding else ""
    files = {"/proc/self/mountinfo": MASKED, "/proc/self/uid_map": FIRST, "/proc/self/status": status}
    assert facts_of(probe, fake_host(files))["ns.proc_mount"].value is own
