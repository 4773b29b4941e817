"""Bug reports about other checkers, each on a host like the reporter's: hostcheck must be right on all of them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from hostcheck.audit import collect
from hostcheck.host.captured import CapturedHost
from hostcheck.profiles.loader import load
from hostcheck.verdicts import judge, readiness

HOSTS = Path(__file__).parents[1] / "hosts"
IPVS = ("IP_VS", "IP_VS_NFCT", "IP_VS_RR", "IP_VS_PROTO_TCP", "IP_VS_PROTO_UDP", "NETFILTER_XT_MATCH_IPVS")
NFT = ("NF_TABLES", "NF_TABLES_IPV4", "NFT_COMPAT", "NFT_NAT", "NETFILTER_XT_TARGET_MASQUERADE")
LEGACY = ("IP_NF_NAT", "IP_NF_FILTER", "IP_NF_TARGET_MASQUERADE", "IP_NF_RAW", "IP_NF_MANGLE")
V1_ONLY = ("CGROUP_CPUACCT", "CGROUP_DEVICE", "CGROUP_FREEZER", "NET_CLS_CGROUP")


def hostcheck(*arguments):
    argv = [sys.executable, "-m", "hostcheck", *map(str, arguments)]
    return subprocess.run(argv, capture_output=True, text=True, timeout=60)


def statuses(checks, *ids):
    return {check_id: checks[check_id].status for check_id in ids}


def test_01_an_optional_check_never_makes_a_host_unfit(judged):
    """moby#49972, moby#52784."""
    summary, checks = judged("docker", {"/proc/sys/net/ipv4/ip_forward": "0\n"})
    assert summary.ready is True
    assert checks["net.ip_forward"].status == "warn"
    assert {each.severity for each in checks.values() if each.status == "warn"} == {"recommended"}


def test_02_only_swarm_requires_ipvs(judged, parts):
    """moby#43221, moby#24873."""
    assert not any(option in parts.config() for option in IPVS)
    assert judged("docker")[0].ready is True
    assert not any("ipvs" in check.id for check in load("docker").checks)
    summary, checks = judged("swarm")
    assert (summary.ready, checks["net.ipvs"].status) == (False, "fail")
    whole = {parts.place: parts.config(extra=(*IPVS, "VXLAN", "BRIDGE_VLAN_FILTERING"))}
    assert judged("swarm", whole)[1]["net.ipvs"].status == "pass"


def test_03_swap_accounting_is_read_from_its_file_and_not_from_a_removed_option(judged, parts):
    """moby#49231: MEMCG_SWAP is gone since 6.1."""
    assert "MEMCG_SWAP" not in parts.config()
    assert judged("docker")[1]["cgroup.swap_limit"].status == "pass"


def test_04_a_kernel_with_only_nf_tables_does_not_need_the_legacy_tables(judged, parts):
    """k3s#14074, apple/containerization#913, SkiffOS#341."""
    summary, checks = judged("docker", {parts.place: parts.config(without=LEGACY, extra=NFT)})
    assert summary.ready is True
    assert checks["net.nat"].status == "pass"


def test_05_missing_tables_of_ipv6_and_raw_are_reported_before_a_network_fails(judged):
    """moby#49615, moby#49557."""
    tables = {"filter": True, "nat": True, "masquerade": True, "raw": False}
    summary, checks = judged("docker", facts={"net.ipv6": True, "net.ipv6_tables": tables})
    assert (checks["net.ipv6_tables"].status, checks["net.ipv6_tables"].found) == ("warn", "missing: raw")
    assert summary.ready is True
    assert judged("docker", facts={"net.ipv6": False, "net.ipv6_tables": tables})[1]["net.ipv6_tables"].status == "skip"


@pytest.mark.parametrize("data", [None, b"", b"#\n", b"\x1f\x8b\x08damaged"])
def test_06_and_13_an_unreadable_configuration_is_unknown_and_never_a_failure(judged, parts, data):
    """kubeadm#1351, k3s#6278, openwrt/packages#25714."""
    summary, checks = judged("docker", {parts.place: data})
    assert summary.ready is None
    assert "fail" not in {each.status for each in checks.values()}


def test_07_options_of_cgroup_v1_are_not_required_on_v2(judged, parts):
    """kubernetes/system-validators#51, kubernetes/kubernetes#134089."""
    files = {
        "/proc/self/mountinfo": parts.v2,
        "/sys/fs/cgroup/cgroup.controllers": "cpu cpuset io memory pids",
        parts.place: parts.config(without=V1_ONLY),
    }
    summary, checks = judged("docker", files)
    assert summary.ready is True
    assert checks["cgroup.v1.controllers"].status == "skip"


def test_08_a_controller_is_required_by_its_name_in_the_version_in_use(judged, parts):
    """kubernetes/system-validators#31, kubeadm#2571: blkio is io in version 2."""
    files = {"/proc/self/mountinfo": parts.v2, "/sys/fs/cgroup/cgroup.controllers": "cpu cpuset io memory pids"}
    checks = judged("docker", files)[1]
    assert statuses(checks, "cgroup.v2.controllers", "cgroup.v2.controllers.recommended") == {
        "cgroup.v2.controllers": "pass",
        "cgroup.v2.controllers.recommended": "pass",
    }
    assert not any("blkio" in each.found for each in checks.values())


def test_09_the_parameter_that_disables_a_controller_is_named(judged, parts):
    """k3s#9524, k3s#10755, raspberrypi/linux#5933: the configuration says yes."""
    files = {"/proc/cgroups": "memory 0 1 0\n", "/proc/cmdline": "cgroup_disable=memory quiet"}
    summary, checks = judged("docker", files)
    assert summary.ready is False
    assert checks["cgroup.memory"].found == "cgroup_disable=memory"


@pytest.mark.parametrize("mode", ["v1", "hybrid", "v2"])
def test_10_every_mode_of_control_groups_is_fit(judged, parts, mode):
    """k3s#4013, moby#41798, lxc#3208, lxc#4070."""
    unified = "50 27 0:50 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
    mounts = {"v1": parts.v1, "hybrid": parts.v1 + unified, "v2": parts.v2}[mode]
    files = {"/proc/self/mountinfo": mounts, "/sys/fs/cgroup/cgroup.controllers": "cpu cpuset io memory pids"}
    summary, checks = judged("docker", files)
    assert (summary.ready, checks["cgroup.mode"].found) == (True, mode)


def test_11_a_built_in_feature_needs_no_module(judged):
    """nomad#10902, nomad#17305, nomad#9299: Firecracker, WSL 2, Termina; /sys/module does not have it."""
    checks = judged("docker", {"/sys/module/nothing": ""})[1]
    assert set(statuses(checks, "net.bridge", "net.veth", "storage.overlay").values()) == {"pass"}


def test_12_a_rootless_engine_with_nf_tables_does_not_need_ip_tables(judged, parts):
    """moby#49020, moby PR#49727."""
    checks = judged("docker-rootless", {parts.place: parts.config(without=LEGACY, extra=NFT)})[1]
    assert statuses(checks, "net.nat", "net.bridge") == {"net.nat": "pass", "net.bridge": "pass"}


@pytest.mark.parametrize(
    ("version", "status"), [("1.8.2", "warn"), ("1.8.3", "warn"), ("1.8.4", "pass"), ("1.8.9", "pass")]
)
def test_14_only_the_versions_of_iptables_that_fail_are_refused(judged, version, status):
    """k3s#2946: every iptables of nf_tables was."""
    checks = judged("docker", facts={"net.iptables": "nft", "net.iptables_version": version})[1]
    assert checks["net.iptables.version"].status == status
    old = judged("docker", facts={"net.iptables": "legacy", "net.iptables_version": version})[1]
    assert old["net.iptables.version"].status == "skip"


def test_15_a_stale_marker_does_not_make_a_virtual_machine_a_container():
    """systemd#15393, systemd#8844, systemd#22511: a /.dockerenv left in the image of a virtual machine."""
    facts = collect(CapturedHost(HOSTS / "stale-dockerenv-on-kvm" / "root"), strict=True)
    assert (facts["virt.vm"].value, facts["virt.container"].value) == ("kvm", "none")
    (verdict,) = [each for each in judge(load("docker"), facts) if each.check == "virt.container"]
    assert verdict.status == "pass"


@pytest.mark.parametrize("profile", ["docker", "docker-2014"])
def test_16_openvz_is_reported_first_with_a_remedy(profile):
    """moby#32334, moby#28850, moby#20376, moby#10826, docker/for-linux#597."""
    facts = collect(CapturedHost(HOSTS / "openvz-guest-in-xen-free-host" / "root"), strict=True)
    verdicts = judge(load(profile), facts)
    assert readiness(profile, verdicts).ready is False
    first = next(each for each in verdicts if each.status == "fail")
    assert first.check.startswith("virt.")
    assert "openvz" in first.found
    assert "KVM" in first.fix


def test_17_xfs_without_entry_types_is_refused_before_anything_is_installed(judged):
    """moby#10294, moby#22937, moby#29873, docker/for-linux#196."""
    summary, checks = judged("docker", facts={"storage.d_type": False})
    assert summary.ready is False
    assert "ftype=1" in checks["storage.d_type"].fix


@pytest.mark.parametrize(
    ("kilobytes", "status"), [(7998468, "pass"), (1024, "fail"), (1740800, "pass"), (1740799, "fail")]
)
def test_18_memory_is_reported_in_its_unit(judged, kilobytes, status):
    """kubernetes/kubernetes#93275: 8 GB were reported as 1 MB."""
    files = {"/proc/meminfo": f"MemTotal: {kilobytes} kB\n"}
    checks = judged("kubernetes", files, roles=("control-plane",))[1]
    assert checks["hw.memory"].status == status


def test_19_and_20_an_unfit_host_and_a_usage_error_have_different_exit_codes(tmp_path):
    """docker-bench-security#482, kube-bench#509, goss#317."""
    guest = HOSTS / "openvz-guest-in-xen-free-host" / "root"
    assert hostcheck("gate", "--root", guest).returncode == 1
    (tmp_path / "mine.toml").write_text("title = \n")
    assert hostcheck("audit", "--root", guest, "-p", tmp_path / "mine.toml").returncode == 2
    assert hostcheck("audit", "--root", guest, "-p", "dockr").returncode == 2


def test_21_a_host_without_an_engine_is_judged_and_the_answer_is_for_machines(judged, tmp_path):
    """docker/for-linux#611, Azure/iotedge#4000."""
    summary, checks = judged("docker", facts={"engine.driver": "none"})
    assert summary.ready is True
    assert checks["engine.driver"].status == "skip"
    done = hostcheck("audit", "--root", HOSTS / "stale-dockerenv-on-kvm" / "root", "-o", "json:-")
    assert {"facts", "verdicts"} <= set(json.loads(done.stdout))


def test_22_a_module_that_is_no_longer_installed_is_reported(judged, parts):
    """moby#13241: "enabled" although the module cannot be loaded."""
    config = parts.config(extra=("MODULES",)).replace("OVERLAY_FS=y", "OVERLAY_FS=m")
    other = {"/lib/modules/6.1.0-14-amd64/modules.dep": ""}
    checks = judged("docker", {parts.place: config} | other)[1]
    outcome = checks["kernel.modules_match"]
    assert (outcome.status, outcome.fix) == ("warn", "Reboot into the kernel that is installed.")
    mine = {"/lib/modules/6.1.0-13-amd64/modules.dep": ""}
    assert judged("docker", {parts.place: config} | mine)[1]["kernel.modules_match"].status == "pass"
