import pytest

from hostcheck.probes.kernel.sysctls import parse_ping, probe

PANIC, OOPS, OVERCOMMIT = (
    f"/proc/sys/{name}" for name in ("kernel/panic", "kernel/panic_on_oops", "vm/overcommit_memory")
)
WANTED = {PANIC: "10\n", OOPS: "1\n", OVERCOMMIT: "1\n"}


@pytest.mark.parametrize(("text", "some"), [("1\t0", False), ("0 2147483647", True), ("1000 1000", True)])
def test_groups_that_may_ping(text, some):
    assert parse_ping(text) is some


def test_the_kubelet_asks_for_all_three(fake_host, facts_of):
    assert facts_of(probe, fake_host(WANTED))["sysctl.kubelet"].value is True
    for path in WANTED:
        assert facts_of(probe, fake_host({**WANTED, path: "0\n"}))["sysctl.kubelet"].value is False


def test_one_wrong_setting_is_enough_and_a_hidden_one_is_unknown(fake_host, facts_of):
    hidden = {**WANTED, PANIC: PermissionError()}
    fact = facts_of(probe, fake_host(hidden))["sysctl.kubelet"]
    assert not fact.known
    assert PANIC in fact.reason
    assert facts_of(probe, fake_host({**hidden, OOPS: "0"}))["sysctl.kubelet"].value is False


@pytest.mark.parametrize("text", ["", "a b", "1"])
def test_settings_that_hold_something_else_are_unknown(fake_host, facts_of, text):
    path = "/proc/sys/net/ipv4/ping_group_range"
    fact = facts_of(probe, fake_host({path: text}))["sysctl.ping_group_range"]
    assert not fact.known
    assert path in fact.reason


def test_the_first_port_of_ordinary_users_is_a_number(fake_host, facts_of):
    host = fake_host({"/proc/sys/net/ipv4/ip_unprivileged_port_start": "1024\n"})
    assert facts_of(probe, host)["sysctl.unprivileged_port_start"].value == 1024


@pytest.mark.parametrize(
    ("fact_id", "path"),
    [
        ("sysctl.inotify_instances", "/proc/sys/fs/inotify/max_user_instances"),
        ("sysctl.inotify_watches", "/proc/sys/fs/inotify/max_user_watches"),
        ("sysctl.max_map_count", "/proc/sys/vm/max_map_count"),
        ("sysctl.pid_max", "/proc/sys/kernel/pid_max"),
    ],
)
def test_limits_that_containers_share_are_numbers(fake_host, facts_of, fact_id, path):
    assert facts_of(probe, fake_host({path: "8192\n"}))[fact_id].value == 8192
    for text in ("-1", "many", ""):
        assert not facts_of(probe, fake_host({path: text}))[fact_id].known
