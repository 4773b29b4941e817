import gzip

import pytest

from hostcheck.probes.kernel.features import probe

RELEASE = "/proc/sys/kernel/osrelease"
V1 = "31 1 0:31 / /cg/cpu rw - cgroup cgroup rw,cpu\n"
V2 = "30 1 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"


def config(*options):
    return gzip.compress("".join(f"CONFIG_{option}=y\n" for option in ("X", *options)).encode())


def facts(host):
    return {fact.id: fact for fact in probe(host)}


@pytest.mark.parametrize(("options", "answer"), [(("RT_GROUP_SCHED",), True), ((), False)])
def test_real_time_groups_are_read_from_the_configuration(fake_host, options, answer):
    assert facts(fake_host({"/proc/config.gz": config(*options)}))["kernel.rt_group_sched"].value is answer


@pytest.mark.parametrize(
    ("release", "options", "cmdline", "value"),
    [
        ("6.16.0", (), "quiet", True),
        ("6.16.0", ("RT_GROUP_SCHED_DEFAULT_DISABLED",), "quiet", False),
        ("6.16.0", ("RT_GROUP_SCHED_DEFAULT_DISABLED",), "rt_group_sched=1", True),
        ("6.16.0", (), "rt_group_sched=1 rt_group_sched=0", False),
        ("6.16.0", (), "rt_group_sched=off", True),
        ("6.12.0", (), "rt_group_sched=0", True),
    ],
)
def test_real_time_groups_that_are_built_in_may_be_off_from_6_16_on(fake_host, release, options, cmdline, value):
    files = {RELEASE: release, "/proc/config.gz": config("RT_GROUP_SCHED", *options), "/proc/cmdline": cmdline}
    assert facts(fake_host(files))["kernel.rt_group_sched"].value is value


def test_pressure_that_is_built_in_but_off_is_off(fake_host):
    files = {"/proc/config.gz": config("PSI")}
    fact = facts(fake_host(files))["kernel.psi"]
    assert fact.value is False
    assert fact.conflicts
    assert facts(fake_host(files | {"/proc/pressure/cpu": "some"}))["kernel.psi"].value is True
    assert facts(fake_host(files, live=False))["kernel.psi"].value is True


@pytest.mark.parametrize(
    ("mounts", "path"),
    [(V1, "/cg/cpu/cpu.cfs_quota_us"), (V2, "/sys/fs/cgroup/system.slice/cpu.max")],
)
def test_a_limit_is_detected_by_the_file_that_sets_it(fake_host, mounts, path):
    files = {"/proc/self/mountinfo": mounts, path: "max"}
    assert facts(fake_host(files))["cgroup.cpu_cfs"].value is True
    assert not facts(fake_host({"/proc/self/mountinfo": mounts}))["cgroup.cpu_cfs"].known


def test_a_controller_missing_from_v2_cannot_limit_although_built_in(fake_host):
    built = {"/proc/config.gz": config("CFS_BANDWIDTH", "FAIR_GROUP_SCHED", "BLK_CGROUP", "BLK_DEV_THROTTLING")}
    found = facts(fake_host(built | {"/proc/self/mountinfo": V2, "/sys/fs/cgroup/cgroup.controllers": "io pids\n"}))
    assert found["cgroup.cpu_cfs"].value is False
    assert found["cgroup.io_throttle"].value is True
    beside = {
        "/proc/self/mountinfo": V1 + V2,
        "/cg/cpu/cpu.cfs_quota_us": "-1",
        "/sys/fs/cgroup/cgroup.controllers": "",
    }
    assert facts(fake_host(built | beside))["cgroup.cpu_cfs"].value is False


def test_without_the_file_the_configuration_decides(fake_host):
    host = fake_host({"/proc/config.gz": config("BLK_CGROUP", "BLK_DEV_THROTTLING")})
    found = facts(host)
    assert found["cgroup.io_throttle"].value is True
    assert found["cgroup.cpu_cfs"].value is False


def test_a_kernel_without_modules_needs_none(fake_host):
    host = fake_host({"/proc/config.gz": config(), RELEASE: "6.1.0-1"})
    assert facts(host)["kernel.modules_match"].value is True


def test_a_kernel_whose_modules_an_update_removed_is_reported(fake_host):
    files = {"/proc/config.gz": config("MODULES"), RELEASE: "6.1.0-1", "/lib/modules/6.1.0-2/modules.dep": ""}
    assert facts(fake_host(files))["kernel.modules_match"].value is False
    assert facts(fake_host(files | {"/lib/modules/6.1.0-1/modules.dep": ""}))["kernel.modules_match"].value is True
    assert not facts(fake_host({RELEASE: "6.1.0-1"}))["kernel.modules_match"].known


@pytest.mark.parametrize(("loaded", "value"), [("overlay 1 0 - Live 0x0\n", False), ("", None)])
def test_an_update_that_removed_the_configuration_is_detected_by_the_loaded_modules(fake_host, loaded, value):
    files = {RELEASE: "7.2.13-1", "/proc/modules": loaded, "/lib/modules/7.2.14-1/modules.dep": ""}
    fact = facts(fake_host(files))["kernel.modules_match"]
    assert (fact.value, fact.known) == (value, value is not None)


def test_rarely_used_options_are_reported_one_by_one(fake_host):
    found = facts(fake_host({"/proc/config.gz": config("CGROUP_PERF", "CHECKPOINT_RESTORE")}))
    assert found["cgroup.options"].value == {"hugetlb": False, "perf": True, "net_cls": False, "net_prio": False}
    assert found["kernel.criu"].value["checkpoint_restore"] is True
    assert found["kernel.criu"].value["fhandle"] is False
    assert not facts(fake_host({}))["cgroup.options"].known


@pytest.mark.parametrize(
    ("cmdline", "options", "value"),
    [
        ("quiet", ("LEGACY_VSYSCALL_XONLY",), "xonly"),
        ("quiet vsyscall=none", ("LEGACY_VSYSCALL_XONLY",), "none"),
        ("vsyscall=none vsyscall=emulate", (), "emulate"),
        ("vsyscall=strange", ("LEGACY_VSYSCALL_NONE",), "none"),
        ("quiet", (), None),
    ],
)
def test_the_parameter_for_old_programs_outranks_what_was_built_in(fake_host, cmdline, options, value):
    fact = facts(fake_host({"/proc/config.gz": config(*options), "/proc/cmdline": cmdline}))["kernel.vsyscall"]
    assert (fact.value, fact.known) == (value, value is not None)
