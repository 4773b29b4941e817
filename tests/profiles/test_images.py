"""A host on which an engine starts, and images of today do not run."""

import pytest

from tests.probes.test_processor import V1, V2, V3, cpuinfo, smaps

ENGINES = ("docker", "podman", "kubernetes")
"""Profiles for which the same is asked."""
ARM = {"/proc/sys/kernel/arch": "aarch64\n"}


@pytest.mark.parametrize("profile", ENGINES)
@pytest.mark.parametrize(
    ("flags", "v2", "v3"), [(V1, "warn", "skip"), (V2, "pass", "warn"), (V3, "pass", "pass")], ids=["v1", "v2", "v3"]
)
def test_a_processor_below_the_level_of_images_is_a_warning_and_no_failure(judged, profile, flags, v2, v3):
    checks = judged(profile, {"/proc/cpuinfo": cpuinfo(flags)})[1]
    assert (checks["hw.x86_64_level"].status, checks["hw.x86_64_level.v3"].status) == (v2, v3)


@pytest.mark.parametrize("profile", ENGINES)
@pytest.mark.parametrize(("kib", "status"), [(4, "pass"), (16, "warn"), (64, "warn")])
def test_large_pages_on_arm64_are_a_warning(judged, profile, kib, status):
    checks = judged(profile, {**ARM, "/proc/self/smaps": smaps(kib)})[1]
    assert checks["hw.page_size"].status == status
    assert checks["hw.x86_64_level"].status == "skip"


def test_images_for_ppc64le_expect_the_pages_that_it_has(judged):
    checks = judged("docker", {"/proc/sys/kernel/arch": "ppc64le\n", "/proc/self/smaps": smaps(64)})[1]
    assert checks["hw.page_size"].status == "skip"


@pytest.mark.parametrize(
    ("limit", "path", "low", "enough"),
    [
        ("sysctl.inotify.instances", "/proc/sys/fs/inotify/max_user_instances", 128, 512),
        ("sysctl.inotify.watches", "/proc/sys/fs/inotify/max_user_watches", 8192, 124512),
        ("sysctl.pid_max", "/proc/sys/kernel/pid_max", 32768, 4194304),
    ],
)
def test_a_node_with_too_low_a_limit_is_warned_of(judged, limit, path, low, enough):
    for value, status in ((low, "warn"), (enough, "pass")):
        assert judged("kubernetes", {path: f"{value}\n"})[1][limit].status == status


@pytest.mark.parametrize("profile", ENGINES)
def test_too_few_mappings_for_a_database_are_a_warning(judged, profile):
    path = "/proc/sys/vm/max_map_count"
    for value, status in ((65530, "warn"), (262144, "pass"), (1048576, "pass")):
        assert judged(profile, {path: f"{value}\n"})[1]["sysctl.max_map_count"].status == status


@pytest.mark.parametrize(
    ("servers", "loopback", "number"),
    [("1 2 3", "pass", "pass"), ("1 2 3 4", "pass", "warn"), ("local 2", "warn", "pass")],
)
def test_name_servers_that_pods_cannot_use_are_warned_of(judged, servers, loopback, number):
    addresses = {"local": "127.0.0.1"}
    text = "".join(f"nameserver {addresses.get(name, f'192.0.2.{name}')}\n" for name in servers.split())
    checks = judged("kubernetes", {"/etc/resolv.conf": text})[1]
    assert (checks["net.resolver.loopback"].status, checks["net.resolver.servers"].status) == (loopback, number)


@pytest.mark.parametrize(("limit", "status"), [("max", "skip"), ("4915", "warn"), ("4194303", "pass")])
def test_a_service_with_few_tasks_is_a_warning(judged, limit, status):
    path = "/sys/fs/cgroup/system.slice/docker.service/pids.max"
    assert judged("docker", {path: f"{limit}\n"})[1]["engine.tasks_max"].status == status


@pytest.mark.parametrize(("version", "status"), [("20.10.5+dfsg1", "warn"), ("20.10.24", "pass"), ("29.1.0", "pass")])
def test_an_engine_that_refuses_clone3_is_a_warning(judged, version, status):
    engine = {"engine.name": "docker", "engine.version": version}
    assert judged("docker", facts=engine)[1]["engine.clone3"].status == status
    assert judged("docker", facts=engine | {"engine.name": "podman"})[1]["engine.clone3"].status == "skip"


@pytest.mark.parametrize(("kernels", "status"), [("1073741816", "warn"), ("1048576", "pass")])
def test_an_infinite_limit_of_open_files_is_a_warning_where_the_kernel_has_none(judged, kernels, status):
    files = {"/usr/lib/systemd/system/docker.service": "LimitNOFILE=infinity\n", "/proc/sys/fs/nr_open": kernels}
    assert judged("docker", files)[1]["engine.open_files"].status == status
