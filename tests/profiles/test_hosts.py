"""The profiles put to whole hosts, captured in small trees: where other checkers pass or fail by mistake."""

import pytest

from hostcheck.audit import collect, judge, readiness
from hostcheck.host.captured import CapturedHost
from hostcheck.probes import PROBES
from hostcheck.profiles.loader import load
from hostcheck.run.model import Fact

NAMESPACES = ("mnt", "pid", "net", "ipc", "uts", "user", "cgroup")
OPTIONS = (
    *("NAMESPACES", "PID_NS", "NET_NS", "IPC_NS", "UTS_NS", "USER_NS", "CGROUPS", "CGROUP_BPF", "KEYS"),
    *("POSIX_MQUEUE", "SECCOMP", "SECCOMP_FILTER", "OVERLAY_FS", "BRIDGE", "VETH", "BRIDGE_NETFILTER"),
    *("NF_NAT", "IP_NF_NAT", "IP_NF_FILTER", "IP_NF_TARGET_MASQUERADE", "DEVPTS_MULTIPLE_INSTANCES"),
    *("NETFILTER_XT_MATCH_ADDRTYPE", "NETFILTER_XT_MATCH_CONNTRACK"),
)
V1_CONTROLLERS = ("cpu", "cpuacct", "cpuset", "devices", "freezer", "memory", "blkio", "pids")
ROOT = "27 1 254:0 / / rw - ext4 /dev/vda rw\n"
V1 = ROOT + "".join(f"3{i} 31 0:3{i} / /cg/{c} rw - cgroup cgroup rw,{c}\n" for i, c in enumerate(V1_CONTROLLERS))
V2 = ROOT + "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"
VIRT = {"virt.vm": "kvm", "virt.container": "none", "virt.kernel_flavour": "linux"}


def config(without=(), extra=()):
    return "".join(f"CONFIG_{option}=y\n" for option in (*OPTIONS, *extra) if option not in without)


@pytest.fixture
def judged(tmp_path):
    """Make a healthy captured host with some files changed (None: left out), and judge it for a profile."""

    def make(profile, files=None, virt=None):
        tree = {
            "/proc/sys/kernel/osrelease": "6.1.0-13-amd64\n",
            "/proc/sys/kernel/arch": "x86_64\n",
            "/proc/sys/kernel/keys/root_maxkeys": "1000000\n",
            "/proc/sys/net/ipv4/ip_forward": "1\n",
            "/proc/cmdline": "quiet\n",
            "/proc/self/mountinfo": V1,
            "/proc/cgroups": "".join(f"{name} 1 1 1\n" for name in V1_CONTROLLERS),
            "/sys/module/ext4/initstate": "live\n",
            "/boot/config-6.1.0-13-amd64": config(),
            "/cg/memory/memory.memsw.limit_in_bytes": "1\n",
        } | (files or {})
        for path, text in tree.items():
            if text is not None:
                place = tmp_path / path.lstrip("/")
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(text if isinstance(text, bytes) else text.encode())
        probes = {name: where for name, where in PROBES.items() if name != "virt"}
        facts = collect(CapturedHost(tmp_path), probes, strict=True)
        facts |= {key: Fact(key, value) for key, value in (VIRT | (virt or {})).items()}
        verdicts = judge(load(profile), facts)
        return readiness(profile, verdicts), {verdict.check: verdict for verdict in verdicts}

    return make


def failed(checks):
    return {name for name, verdict in checks.items() if verdict.status == "fail"}


@pytest.mark.parametrize("profile", ["docker", "docker-2014"])
def test_a_healthy_host_is_ready(judged, profile):
    summary, checks = judged(profile)
    assert summary.ready is True, [verdict for verdict in checks.values() if verdict.status in {"fail", "unknown"}]


@pytest.mark.parametrize("release", ["3.13.0-042stab104.1", "3.10.0-1160.21.1.vz7.174.13", "2.6.32-042stab145.3"])
@pytest.mark.parametrize("profile", ["docker", "docker-2014"])
def test_an_openvz_kernel_never_passes_by_its_number(judged, profile, release):
    files = {"/proc/sys/kernel/osrelease": release, f"/boot/config-{release}": config()}
    summary, checks = judged(profile, files, {"virt.container": "openvz", "virt.kernel_flavour": "openvz"})
    assert summary.ready is False
    assert {"virt.container", "virt.kernel_flavour"} <= failed(checks)
    assert checks["kernel.version"].status == "unknown"
    assert "OpenVZ" in checks["kernel.version"].found


def test_an_openvz_guest_with_a_faked_release_is_found_by_every_probe_together(tmp_path):
    for path, text in {
        "proc/sys/kernel/osrelease": "3.13.0-042stab104.1\n",
        "proc/self/status": "Name:\tbash\nenvID:\t101\n",
        "proc/vz/veinfo": "101 0 1\n",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    facts = collect(CapturedHost(tmp_path), strict=True)
    for profile in ("docker", "docker-2014"):
        verdicts = judge(load(profile), facts)
        assert readiness(profile, verdicts).ready is False
        assert failed({verdict.check: verdict for verdict in verdicts}) == {"virt.container", "virt.kernel_flavour"}


def test_docker_of_2014_fails_on_cgroup_v2_alone_and_says_why(judged):
    files = {"/proc/self/mountinfo": V2, "/sys/fs/cgroup/cgroup.controllers": "cpu cpuset io memory pids"}
    summary, checks = judged("docker-2014", files)
    assert summary.sentence.startswith("docker-2014: not ready, 1 requirement missed")
    assert checks["cgroup.mode"].found == "v2"
    assert "cgroup v1 only" in checks["cgroup.mode"].why
    assert checks["cgroup.controllers"].status == "skip"
    assert judged("docker", files)[0].ready is True


def test_docker_of_today_warns_of_cgroup_v1(judged):
    checks = judged("docker")[1]
    assert checks["cgroup.mode.v2"].status == "warn"
    assert "deprecated" in checks["cgroup.mode.v2"].why
    assert checks["cgroup.v2.controllers"].status == "skip"


def test_cgroup_v2_without_its_controllers_fails(judged):
    files = {"/proc/self/mountinfo": V2, "/sys/fs/cgroup/cgroup.controllers": "hugetlb"}
    summary, checks = judged("docker", files)
    assert summary.ready is False
    assert checks["cgroup.v2.controllers"].found == "hugetlb; missing: cpu, cpuset, memory, pids"


def test_v1_controllers_that_are_enabled_but_not_mounted_fail(judged):
    mounted = "".join(
        line for line in V1.splitlines(keepends=True) if not any(f"/cg/{name} " in line for name in ("memory", "cpu"))
    )
    summary, checks = judged("docker", {"/proc/self/mountinfo": mounted})
    assert summary.ready is False
    assert "missing: cpu, memory" in checks["cgroup.v1.controllers"].found


def test_a_memory_controller_turned_off_names_the_parameter(judged):
    files = {"/proc/cgroups": "memory 0 1 0\n", "/proc/cmdline": "cgroup_disable=memory quiet"}
    checks = judged("docker", files)[1]
    assert checks["cgroup.memory"].status == "fail"
    assert checks["cgroup.memory"].found == "cgroup_disable=memory"


def test_no_storage_driver_fails_today_and_is_a_warning_of_vfs_in_2014(judged):
    files = {"/boot/config-6.1.0-13-amd64": config(without=["OVERLAY_FS"])}
    summary, checks = judged("docker", files)
    assert summary.ready is False
    assert "storage.driver" in failed(checks)
    assert checks["storage.driver"].found == "only vfs"
    summary, checks = judged("docker-2014", files)
    assert summary.ready is True
    assert checks["storage.driver"].status == "warn"


@pytest.mark.parametrize("data", [None, b"", b"\x1f\x8b\x08damaged"])
def test_a_missing_empty_or_damaged_configuration_is_unknown_and_not_a_hundred_failures(judged, data):
    summary, checks = judged("docker", {"/boot/config-6.1.0-13-amd64": data})
    assert summary.ready is None
    assert failed(checks) == set()
    assert "config" in checks["net.bridge"].found
    assert summary.sentence.startswith("docker: not known, ")


def test_a_kernel_with_nf_tables_only_is_ready(judged):
    nft = ("NF_TABLES", "NFT_COMPAT", "NFT_NAT", "NFT_MASQ", "NFT_CT")
    files = {"/boot/config-6.1.0-13-amd64": config(("IP_NF_NAT", "IP_NF_FILTER", "IP_NF_TARGET_MASQUERADE"), nft)}
    assert judged("docker", files)[0].ready is True


def test_ipvs_is_not_asked_for(judged):
    assert "IP_VS" not in config()
    assert judged("docker")[0].ready is True


def test_apparmor_is_asked_for_its_parser_only_where_it_is_enabled(judged):
    assert judged("docker")[1]["security.apparmor"].status == "skip"
    enabled = {"/sys/module/apparmor/parameters/enabled": "Y", "/usr/sbin/cron": "", "/sbin/init": ""}
    assert judged("docker", enabled)[1]["security.apparmor"].status == "fail"


def test_xfs_that_does_not_tell_its_ftype_is_not_known(judged):
    summary, checks = judged("docker", {"/proc/self/mountinfo": V1.replace("ext4", "xfs")})
    assert summary.ready is None
    assert "ftype=1" in checks["storage.d_type"].found


def test_a_bare_tree_makes_nothing_fail_and_nothing_pass_by_accident(tmp_path):
    (tmp_path / "proc").mkdir()
    probes = {name: where for name, where in PROBES.items() if name != "virt"}
    facts = collect(CapturedHost(tmp_path), probes, strict=True)
    for profile in ("docker", "docker-2014"):
        statuses = {verdict.status for verdict in judge(load(profile), facts)}
        assert statuses == {"unknown"}


def test_every_fact_a_profile_asks_for_is_one_a_probe_gives(judged, tmp_path):
    judged("docker")
    probes = {name: where for name, where in PROBES.items() if name != "virt"}
    given = set(collect(CapturedHost(tmp_path), probes, strict=True)) | set(VIRT)
    for profile in ("docker", "docker-2014"):
        for check in load(profile).checks:
            assert check.test.fact in given, check.id
            assert check.when is None or check.when.test.fact in given, check.id
