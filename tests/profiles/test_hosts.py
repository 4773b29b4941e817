"""The profiles put to whole hosts, captured in small trees: where other checkers pass or fail by mistake."""

import pytest

from hostcheck.audit import collect
from hostcheck.host.captured import CapturedHost
from hostcheck.probes import EVERY
from hostcheck.profiles.loader import load, names
from hostcheck.proofs import is_proof
from hostcheck.verdicts import judge, readiness


def failed(checks):
    return {name for name, verdict in checks.items() if verdict.status == "fail"}


@pytest.mark.parametrize("profile", ["docker", "docker-2014", "compose", "podman"])
def test_a_healthy_host_is_ready(judged, profile):
    summary, checks = judged(profile)
    assert summary.ready is True, [verdict for verdict in checks.values() if verdict.status in {"fail", "unknown"}]


@pytest.mark.parametrize("release", ["3.13.0-042stab104.1", "2.6.32-042stab145.3"])
@pytest.mark.parametrize("profile", ["docker", "docker-2014"])
def test_an_openvz_kernel_never_passes_by_its_number(judged, profile, release, parts):
    files = {"/proc/sys/kernel/osrelease": release, f"/boot/config-{release}": parts.config()}
    summary, checks = judged(profile, files, {"virt.container": "openvz", "virt.kernel_flavour": "openvz"})
    assert summary.ready is False
    assert {"virt.container", "virt.kernel_flavour"} <= failed(checks)
    assert checks["kernel.version"].status == "unknown"
    assert "OpenVZ" in checks["kernel.version"].found


@pytest.mark.parametrize("release", ["3.10.0-1160.21.1.vz7.174.13", "4.18.0-305.vz8.1", "4.15.0"])
def test_virtuozzo_7_and_later_are_judged_by_what_they_have(judged, release, parts):
    files = {
        "/proc/sys/kernel/osrelease": release,
        f"/boot/config-{release}": parts.config(),
        "/proc/vz/veinfo": "101 0 1\n",
    }
    summary, checks = judged("docker", files, {"virt.container": "openvz", "virt.kernel_flavour": "virtuozzo"})
    assert summary.ready is True
    assert failed(checks) == set()
    assert checks["virt.container"].status == "skip"
    assert checks["virt.virtuozzo"].status == "warn"
    assert checks["kernel.version"].status == "skip"


def test_virtuozzo_7_that_shows_no_more_than_its_family_is_unknown(judged, parts):
    release = "3.10.0-1160.21.1.vz7.174.13"
    files = {"/proc/sys/kernel/osrelease": release, parts.place: None, "/proc/vz/veinfo": "101 0 1\n"}
    summary, checks = judged("docker", files, {"virt.container": "openvz", "virt.kernel_flavour": "virtuozzo"})
    assert summary.ready is None
    assert failed(checks) == set()
    assert checks["net.veth"].status == "unknown"
    assert "it is the host's, not this container's" in checks["net.veth"].found


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


def test_docker_of_2014_fails_on_cgroup_v2_alone_and_says_why(judged, parts):
    files = {"/proc/self/mountinfo": parts.v2, "/sys/fs/cgroup/cgroup.controllers": "cpu cpuset io memory pids"}
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


def test_cgroup_v2_without_its_controllers_fails(judged, parts):
    files = {"/proc/self/mountinfo": parts.v2, "/sys/fs/cgroup/cgroup.controllers": "hugetlb"}
    summary, checks = judged("docker", files)
    assert summary.ready is False
    assert checks["cgroup.v2.controllers"].found == "hugetlb; missing: cpu, cpuset, memory, pids"


def test_v1_controllers_that_are_enabled_but_not_mounted_fail(judged, parts):
    mounted = "".join(
        line
        for line in parts.v1.splitlines(keepends=True)
        if not any(f"/cg/{name} " in line for name in ("memory", "cpu"))
    )
    summary, checks = judged("docker", {"/proc/self/mountinfo": mounted})
    assert summary.ready is False
    assert "missing: cpu, memory" in checks["cgroup.v1.controllers"].found


def test_a_memory_controller_turned_off_names_the_parameter(judged):
    files = {"/proc/cgroups": "memory 0 1 0\n", "/proc/cmdline": "cgroup_disable=memory quiet"}
    checks = judged("docker", files)[1]
    assert checks["cgroup.memory"].status == "fail"
    assert checks["cgroup.memory"].found == "cgroup_disable=memory"


def test_no_storage_driver_fails_today_and_is_a_warning_of_vfs_in_2014(judged, parts):
    files = {"/boot/config-6.1.0-13-amd64": parts.config(without=["OVERLAY_FS"])}
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
    assert summary.sentence.startswith("docker: unknown, ")


def test_a_kernel_with_nf_tables_only_is_ready(judged, parts):
    nft = ("NF_TABLES", "NF_TABLES_IPV4", "NFT_COMPAT", "NFT_NAT", "NETFILTER_XT_TARGET_MASQUERADE")
    files = {"/boot/config-6.1.0-13-amd64": parts.config(("IP_NF_NAT", "IP_NF_FILTER", "IP_NF_TARGET_MASQUERADE"), nft)}
    assert judged("docker", files)[0].ready is True


def test_ipvs_is_not_asked_for(judged, parts):
    assert "IP_VS" not in parts.config()
    assert judged("docker")[0].ready is True


def test_d_type_is_unknown_on_xfs_with_an_unknown_ftype(judged, parts):
    summary, checks = judged("docker", {"/proc/self/mountinfo": parts.v1.replace("ext4", "xfs")})
    assert summary.ready is None
    assert "ftype=1" in checks["storage.d_type"].found


def test_a_bare_tree_makes_nothing_fail_and_nothing_pass_by_accident(tmp_path):
    (tmp_path / "proc").mkdir()
    probes = {name: where for name, where in EVERY.items() if name != "virt"}
    facts = collect(CapturedHost(tmp_path), probes, strict=True)
    for name in names():
        profile = load(name)
        verdicts = judge(profile, facts, profile.roles)
        decided = {verdict.check for verdict in verdicts if verdict.status != "unknown"}
        # Where nothing shows how Docker is set up, its default is assumed: rules of iptables.
        assumed = {
            check.id for check in profile.checks if any(of.test.subject == "engine.firewall" for of in check.when)
        }
        assert decided <= assumed & {"net.nft_rules"}, name


def test_every_fact_a_profile_asks_for_is_one_a_probe_gives(tmp_path):
    given = set(collect(CapturedHost(tmp_path), strict=True))
    for name in names():
        for check in load(name).checks:
            questions = (check.test, *(condition.test for condition in check.when))
            asked = {each.subject for each in questions if each.of == "fact" and not is_proof(each.subject)}
            assert asked <= given, (name, check.id)


PARSERS = {"/usr/sbin/iptables": "", "/sbin/iptables": ""}
APPARMOR = {"/sys/module/apparmor/parameters/enabled": "Y\n", **PARSERS}


@pytest.mark.parametrize(
    ("files", "docker", "kubernetes"),
    [
        (APPARMOR, "fail", "warn"),
        (APPARMOR | {"/sbin/apparmor_parser": ""}, "pass", "pass"),
        (PARSERS | {"/sys/module/apparmor/parameters/enabled": "N\n"}, "skip", "skip"),
        ({"/sys/module/apparmor/parameters/enabled": "Y\n"}, "unknown", "unknown"),
    ],
)
def test_where_apparmor_is_enabled_its_parser_must_be_there_for_docker(judged, files, docker, kubernetes):
    assert judged("docker", files)[1]["security.apparmor"].status == docker
    assert judged("kubernetes", files)[1]["security.apparmor"].status == kubernetes


@pytest.mark.parametrize("profile", ["docker", "podman", "kubernetes", "nomad"])
@pytest.mark.parametrize(
    ("installed", "other", "status"),
    [("nft", (), "pass"), ("legacy", (), "pass"), ("nft", ("nat",), "warn"), ("legacy", ("filter",), "warn")],
)
def test_two_backends_of_iptables_are_a_warning(judged, profile, installed, other, status):
    checks = judged(profile, facts={"net.iptables": installed, "net.iptables_other": other})[1]
    assert checks["net.iptables.backends"].status == status
