"""Restrictions that an engine would inherit. Sources: user_namespaces(7), proc_pid_status(5), capabilities(7)."""

import pytest

from hostcheck.probes.virt.limits import parse_dropped, parse_uid_map

# Docker's default set: moby/oci/caps/defaults.go.
DOCKER = "00000000a80425fb"


@pytest.mark.parametrize(
    ("text", "mapped"),
    [
        ("         0          0 4294967295\n", False),
        ("         0     100000      65536\n", True),
        ("         0       1000          1\n         1     100000      65536\n", True),
    ],
)
def test_an_identity_mapping_of_all_ids_is_no_user_namespace(tree, text, mapped):
    fact = tree.write("/proc/self/uid_map", text).facts()["virt.user_namespace"]
    assert fact.value is mapped
    assert fact.evidence


@pytest.mark.parametrize("text", ["", "junk\n", "0 0\n", "0 0 " + "9" * 5000])
def test_a_mapping_that_cannot_be_read_is_unknown(tree, text):
    fact = tree.write("/proc/self/uid_map", text).facts()["virt.user_namespace"]
    assert not fact.known
    assert fact.reason


def test_rows_of_a_mapping_are_inside_outside_and_length():
    assert parse_uid_map("0 1000 1\nx\n 1 100000 65536\n") == ((0, 1000, 1), (1, 100000, 65536))


@pytest.mark.parametrize(("mode", "name"), [("0", "disabled"), ("1", "strict"), ("2", "filter")])
def test_the_mode_of_seccomp_is_named(tree, mode, name):
    fact = tree.write("/proc/self/status", f"Name:\tcat\nSeccomp:\t{mode}\n").facts()["virt.seccomp_filter"]
    assert fact.value == name


def test_without_the_lines_of_the_kernel_seccomp_and_capabilities_are_unknown(tree):
    facts = tree.write("/proc/self/status", "Name:\tcat\nCapBnd:\tnot hexadecimal\n").facts()
    assert not facts["virt.seccomp_filter"].known
    assert not facts["virt.capabilities_dropped"].known


def test_missing_capabilities_of_a_container_are_named(tree):
    tree.write("/proc/self/status", f"CapBnd:\t{DOCKER}\n").write("/proc/sys/kernel/cap_last_cap", "40\n")
    dropped = tree.facts()["virt.capabilities_dropped"].value
    assert {"sys_admin", "net_admin", "sys_ptrace", "bpf"} <= set(dropped)
    assert not {"chown", "net_raw", "mknod", "setfcap"} & set(dropped)


@pytest.mark.parametrize(
    ("bounding", "last", "dropped"),
    [
        ("0000003fffffffff", 37, ()),
        ("0000003fffffffff", 40, ("perfmon", "bpf", "checkpoint_restore")),
        ("000001fffeffffff", 40, ("sys_resource",)),
        ("", 40, None),
        ("-1", 40, None),
    ],
)
def test_only_capabilities_that_the_kernel_has_can_be_missing(bounding, last, dropped):
    assert parse_dropped(bounding, last) == dropped
