"""What profiles ask of an engine's own settings, and of facts that no other test puts to them."""

import pytest

PROGRAMS = {"host.programs": {"dockerd": True}}
LIMITS = dict.fromkeys(("memory", "swap", "cpu_quota", "cpu_shares", "cpuset", "pids"), True)
SETTINGS = {"logs_bounded": True, "no_insecure_registries": True, "live_restore": False}
CRIU = ("checkpoint_restore", "fhandle", "eventfd", "epoll", "unix_diag", "inet_diag", "packet_diag", "netlink_diag")


@pytest.mark.parametrize(
    ("profile", "check", "facts", "status"),
    [
        ("docker", "engine.configuration", {"engine.configuration": "none"}, "pass"),
        ("docker", "engine.configuration", {"engine.configuration": "damaged"}, "warn"),
        ("docker", "engine.settings", PROGRAMS | {"engine.settings": SETTINGS}, "pass"),
        ("docker", "engine.settings", PROGRAMS | {"engine.settings": SETTINGS | {"logs_bounded": False}}, "warn"),
        ("docker", "engine.settings", {"host.programs": {"dockerd": False}}, "skip"),
        ("docker", "engine.limits", {"engine.limits": LIMITS}, "pass"),
        ("docker", "engine.limits", {"engine.limits": LIMITS | {"pids": False}}, "warn"),
        ("docker", "engine.limits", {"engine.limits": LIMITS | {"pids": None}}, "unknown"),
        ("docker", "engine.limits", {"engine.limits": "none"}, "skip"),
        ("docker", "user.docker_group", {"user.docker_group": 0}, "pass"),
        ("docker", "user.docker_group", {"user.docker_group": 2}, "warn"),
        ("docker", "net.mtu.headroom", {"net.mtu.headroom": 0}, "pass"),
        ("docker", "net.mtu.headroom", {"net.mtu.headroom": -42}, "warn"),
        ("docker", "net.tables", {"net.tables": {"filter": True, "raw": True, "mangle": False}}, "pass"),
        ("swarm", "net.tables", {"net.tables": {"filter": True, "raw": True, "mangle": False}}, "warn"),
        ("docker", "security.audit_rules", PROGRAMS | {"security.audit_unwatched": ()}, "pass"),
        ("docker", "security.audit_rules", PROGRAMS | {"security.audit_unwatched": ("/usr/bin/runc",)}, "warn"),
        ("docker", "security.audit_rules", {"host.programs": {"dockerd": False}}, "skip"),
        ("docker-rootless", "security.selinux", {"security.selinux": "enforcing"}, "warn"),
        ("docker-rootless", "security.selinux", {"security.selinux": "disabled"}, "pass"),
        ("docker-rootless", "os.systemd", {"os.init": "systemd", "os.systemd": "243"}, "warn"),
        ("podman-rootless", "os.systemd", {"os.init": "systemd", "os.systemd": "252"}, "pass"),
        ("podman-rootless", "os.systemd", {"os.init": "other"}, "skip"),
        ("kubernetes", "os.systemd", {"os.init": "systemd", "cgroup.mode": "v2", "os.systemd": "237"}, "warn"),
        ("kubernetes", "os.systemd", {"os.init": "systemd", "cgroup.mode": "v1", "os.systemd": "237"}, "skip"),
        ("kubernetes", "net.conntrack.max", {"net.conntrack.max": 65536}, "warn"),
        ("kubernetes", "net.conntrack.max", {"net.conntrack.max": 131072}, "pass"),
        ("kubernetes", "net.conntrack.max", {"net.conntrack.max": 0}, "skip"),
        ("kubernetes", "net.unique_ids", {"net.unique_ids": {"machine_id": False, "product_uuid": None}}, "warn"),
        ("podman", "kernel.criu", {"kernel.criu": dict.fromkeys(CRIU, True)}, "pass"),
        ("podman", "kernel.criu", {"kernel.criu": dict.fromkeys(CRIU, True) | {"fhandle": False}}, "warn"),
        ("docker", "storage.xattrs", {"storage.xattrs": {"trusted": True, "security": True, "acl": True}}, "pass"),
        ("docker", "storage.xattrs", {"storage.xattrs": {"trusted": False, "security": True, "acl": True}}, "warn"),
        (
            "docker-rootless",
            "storage.xattrs",
            {"store.docker_rootless.xattrs": {"trusted": None, "user": True, "security": True}},
            "pass",
        ),
    ],
)
def test_a_row_has_the_status_of_its_fact(judged, profile, check, facts, status):
    assert judged(profile, facts=facts)[1][check].status == status


@pytest.mark.parametrize(
    ("tables", "writes", "status", "severity"),
    [
        ({"raw": True}, True, "pass", "required"),
        ({"raw": False}, True, "fail", "required"),
        ({"raw": False}, None, "unknown", "required"),
        ({"raw": None}, True, "unknown", "recommended"),
        (None, True, "unknown", "recommended"),
        (None, False, "skip", "required"),
    ],
)
def test_an_unknown_table_raw_keeps_no_host_from_being_ready(judged, tables, writes, status, severity):
    found = judged("docker", facts={"net.tables": tables, "engine.raw_rules": writes})[1]["net.raw"]
    assert (found.status, found.severity) == (status, severity)


def test_the_profile_requires_the_audit_rules_that_the_probe_checks():
    from hostcheck.probes.kernel.auditrules import DATA_ROOT, FILES
    from hostcheck.profiles.loader import load

    (row,) = [check for check in load("docker").checks if check.id == "security.audit_rules"]
    assert {*row.test.argument} == {*FILES, DATA_ROOT}


@pytest.mark.parametrize(
    ("overlay", "status"),
    [(b"install overlay /bin/false\n", "warn"), (b"blacklist overlay\n", "unknown"), (b"# nothing\n", "pass")],
)
def test_a_host_hardened_against_overlay_is_not_called_ready_for_it(judged, parts, overlay, status):
    configured = parts.config(without=("OVERLAY_FS",)) + "CONFIG_OVERLAY_FS=m\n"
    files = {parts.place: configured, "/etc/modprobe.d/cis.conf": overlay}
    summary, checks = judged("docker", files)
    assert checks["storage.overlay"].status == status
    assert summary.ready is {"warn": False, "unknown": None, "pass": True}[status]
