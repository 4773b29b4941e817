import pytest

from hostcheck.probes.kernel.cgroups import parse_enabled, parse_memory_disabled, probe

V1 = """\
31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,release_agent=/lib/x,name=systemd
"""
HYBRID = V1 + "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n"
V2 = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
PROC = "22 27 0:21 / /proc rw,relatime - proc proc rw\n"
ONLY_NAMED = PROC + "40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,none,name=systemd\n"
CGROUPS = """\
#subsys_name	hierarchy	num_cgroups	enabled
cpu	2	1	1
cpuacct	2	1	1
memory	0	10	0
pids	0	1	1
"""


@pytest.mark.parametrize(
    ("mountinfo", "mode"), [(V1, "v1"), (HYBRID, "hybrid"), (V2, "v2"), (ONLY_NAMED, "none"), (PROC, "none")]
)
def test_the_mode_is_read_from_the_mounts(fake_host, facts_of, mountinfo, mode):
    assert facts_of(probe, fake_host({"/proc/self/mountinfo": mountinfo}))["cgroup.mode"].value == mode


@pytest.mark.parametrize("files", [{}, {"/proc/self/mountinfo": "27 1 254:0 / / rw - ext4 /dev/vda rw\n"}])
def test_without_a_whole_mountinfo_the_mode_is_unknown_and_not_none(fake_host, facts_of, files):
    facts = facts_of(probe, fake_host(files))
    assert not facts["cgroup.mode"].known
    assert not facts["cgroup.controllers"].known


def test_a_v1_controller_must_be_mounted_and_enabled(fake_host, facts_of):
    fact = facts_of(probe, fake_host({"/proc/self/mountinfo": V1, "/proc/cgroups": CGROUPS}))["cgroup.controllers"]
    # memory is mounted but off, pids is enabled but not mounted, systemd is no controller.
    assert fact.value == ("cpu", "cpuacct")
    assert len(fact.evidence) == 2


def test_v2_controllers_are_those_of_its_root(fake_host, facts_of):
    files = {"/proc/self/mountinfo": V2, "/sys/fs/cgroup/cgroup.controllers": "cpuset cpu io memory pids\n"}
    assert facts_of(probe, fake_host(files))["cgroup.controllers"].value == ("cpu", "cpuset", "io", "memory", "pids")


@pytest.mark.parametrize(
    ("kind", "usable"),
    [
        ("domain", ("cpu", "cpuset", "io", "memory", "pids")),
        ("domain threaded", ("cpu", "cpuset", "pids")),
        ("threaded", ("cpu", "cpuset", "pids")),
        ("domain invalid", ("cpu", "cpuset", "pids")),
    ],
)
def test_a_threaded_root_has_no_domain_controllers(fake_host, facts_of, kind, usable):
    files = {
        "/proc/self/mountinfo": V2,
        "/sys/fs/cgroup/cgroup.controllers": "cpuset cpu io memory pids\n",
        "/sys/fs/cgroup/cgroup.type": f"{kind}\n",
    }
    assert facts_of(probe, fake_host(files))["cgroup.controllers"].value == usable


def test_unreadable_v2_controllers_are_unknown(fake_host, facts_of):
    assert not facts_of(probe, fake_host({"/proc/self/mountinfo": V2}))["cgroup.controllers"].known


def test_parses_which_controllers_are_enabled():
    assert parse_enabled(CGROUPS) == {"cpu": True, "cpuacct": True, "memory": False, "pids": True}


@pytest.mark.parametrize(
    ("cmdline", "flag"),
    [
        ("quiet cgroup_disable=memory", "cgroup_disable=memory"),
        ("cgroup_disable=cpu,memory", "cgroup_disable=cpu,memory"),
        ("cgroup_disable=memory swapaccount=1 cgroup_enable=memory", None),
        ("cgroup_enable=memory cgroup_disable=memory", "cgroup_disable=memory"),
        ("cgroup_disable=hugetlb x=memory", None),
    ],
)
def test_the_last_parameter_about_memory_counts(cmdline, flag):
    assert parse_memory_disabled(cmdline) == flag


@pytest.mark.parametrize(
    ("cgroups", "cmdline", "value"),
    [
        (CGROUPS, "cgroup_disable=memory", "cgroup_disable=memory"),
        ("memory 4 1 1\n", "quiet", "none"),
        ("memory 4 1 1\n", "cgroup_disable=memory", "none"),
        (None, "quiet", "none"),
    ],
)
def test_the_parameter_that_disables_memory_is_named(fake_host, facts_of, cgroups, cmdline, value):
    files = {"/proc/cgroups": cgroups, "/proc/cmdline": cmdline}
    fact = facts_of(probe, fake_host({path: text for path, text in files.items() if text}))["cgroup.memory.disabled_by"]
    assert fact.value == value


def test_memory_turned_off_by_default_is_reported_too(fake_host, facts_of):
    files = {"/proc/cgroups": CGROUPS, "/proc/cmdline": "quiet"}
    assert "default" in facts_of(probe, fake_host(files))["cgroup.memory.disabled_by"].value


@pytest.mark.parametrize(
    ("files", "value"),
    [
        ({"/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes": "1"}, True),
        ({"/sys/fs/cgroup/memory/memory.limit_in_bytes": "1"}, False),
    ],
)
def test_the_v1_swap_limit_is_its_file(fake_host, facts_of, files, value):
    facts = facts_of(probe, fake_host({"/proc/self/mountinfo": V1, **files}))
    assert facts["cgroup.swap_limit"].value is value


def test_the_v2_swap_limit_is_looked_for_below_the_root(fake_host, facts_of):
    group = "/sys/fs/cgroup/system.slice"
    base = {"/proc/self/mountinfo": V2, "/proc/self/cgroup": "0::/\n", f"{group}/memory.max": "max"}
    assert facts_of(probe, fake_host(base | {f"{group}/memory.swap.max": "max"}))["cgroup.swap_limit"].value is True
    assert facts_of(probe, fake_host(base))["cgroup.swap_limit"].value is False
    assert not facts_of(probe, fake_host({"/proc/self/mountinfo": V2}))["cgroup.swap_limit"].known


@pytest.mark.parametrize(
    ("cmdline", "swap", "value"),
    [("quiet", "y", True), ("quiet", "n", False), ("swapaccount=0", "n", False), ("swapaccount=0", "y", None)],
)
def test_where_no_group_has_memory_yet_the_configuration_decides_about_swap(fake_host, facts_of, cmdline, swap, value):
    config = "CONFIG_MEMCG=y\n" + ("CONFIG_SWAP=y\n" if swap == "y" else "# CONFIG_SWAP is not set\n")
    files = {
        "/proc/self/mountinfo": V2,
        "/proc/cmdline": cmdline,
        "/proc/sys/kernel/osrelease": "6.1.0-18-cloud-amd64",
        "/boot/config-6.1.0-18-cloud-amd64": config,
    }
    fact = facts_of(probe, fake_host(files))["cgroup.swap_limit"]
    assert (fact.value, fact.known) == (value, value is not None)


def test_a_controller_missing_from_the_hierarchy_cannot_limit_although_built_in(fake_host, facts_of):
    files = {
        "/proc/self/mountinfo": V2,
        "/sys/fs/cgroup/cgroup.controllers": "cpuset cpu io\n",
        "/proc/sys/kernel/osrelease": "7.2.0",
        "/proc/cmdline": "cgroup_disable=memory,pids",
        "/boot/config-7.2.0": "CONFIG_MEMCG=y\nCONFIG_SWAP=y\n",
    }
    facts = facts_of(probe, fake_host(files, experiments={"limits": {"v2 cpu": {"ok": True}}}))
    assert facts["cgroup.swap_limit"].value is False
    assert facts["cgroup.limits"].value == {"memory": False, "pids": False, "cpu": True}


@pytest.mark.parametrize(("mountinfo", "mode"), [(V1, "v1"), (HYBRID, "hybrid")])
def test_without_memory_in_version_1_swap_is_not_limited(fake_host, facts_of, mountinfo, mode):
    lines = [line for line in mountinfo.splitlines(keepends=True) if "memory" not in line]
    facts = facts_of(probe, fake_host({"/proc/self/mountinfo": "".join(lines)}))
    assert (facts["cgroup.mode"].value, facts["cgroup.swap_limit"].value) == (mode, False)


SYSTEMD = "32 31 0:40 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd\n"
MEMORY = "1 0 0:1 / /proc rw - proc proc rw\n31 1 0:41 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"


@pytest.mark.parametrize(
    ("groups", "mounts", "missing"),
    [
        ("2:memory:/\n1:name=systemd:/user.slice\n", MEMORY, ("name=systemd",)),
        ("2:memory:/\n1:name=systemd:/user.slice\n", MEMORY + SYSTEMD, ()),
        ("3:cpu,cpuacct:/\n2:memory:/\n", MEMORY, ("cpu", "cpuacct")),
        ("2:memory:/\n1:name=openrc:/sshd\n", MEMORY, ()),
        ("2:memory:/\n0::/init.scope\n", MEMORY, ()),
        ("0::/init.scope\n", "1 0 0:1 / /proc rw - proc proc rw\n", ()),
    ],
)
def test_hierarchies_that_a_process_is_in_may_not_be_mounted(fake_host, facts_of, groups, mounts, missing):
    host = fake_host({"/proc/self/cgroup": groups, "/proc/self/mountinfo": mounts})
    assert facts_of(probe, host)["cgroup.unmounted"].value == missing


def test_without_its_groups_a_process_shows_no_hierarchy(fake_host, facts_of):
    assert not facts_of(probe, fake_host({"/proc/self/mountinfo": MEMORY}))["cgroup.unmounted"].known


CLOSED = "30 23 0:26 / /sys/fs/cgroup ro,nosuid - cgroup2 cgroup2 rw\n"
OWN = "31 30 0:26 /machine.slice/a/payload /sys/fs/cgroup/machine.slice/a/payload rw,nosuid - cgroup2 cgroup2 rw\n"
HALF = V1 + "90 23 0:90 / /cg/hugetlb ro,relatime - cgroup cgroup rw,hugetlb\n"


@pytest.mark.parametrize(
    ("mountinfo", "usable"),
    [(V2, True), (CLOSED, False), (CLOSED + OWN, False)],
    ids=["v2", "read-only", "nspawn"],
)
def test_no_controller_of_a_hierarchy_that_is_read_only_can_be_used(fake_host, facts_of, mountinfo, usable):
    files = {"/proc/self/mountinfo": mountinfo, "/sys/fs/cgroup/cgroup.controllers": "cpu memory\n"}
    assert facts_of(probe, fake_host(files))["cgroup.controllers"].value == (("cpu", "memory") if usable else ())


def test_one_hierarchy_of_v1_that_is_read_only_leaves_the_others(fake_host, facts_of):
    assert "hugetlb" not in facts_of(probe, fake_host({"/proc/self/mountinfo": HALF}))["cgroup.controllers"].value
    assert "memory" in facts_of(probe, fake_host({"/proc/self/mountinfo": HALF}))["cgroup.controllers"].value
