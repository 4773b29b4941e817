"""An experiment outranks files; one that was not permitted proves nothing."""

import pytest

from hostcheck.probes.kernel.cgroups import probe as cgroups
from hostcheck.probes.network.network import NFT
from hostcheck.probes.network.network import probe as network
from hostcheck.probes.trials import judge_trial

OK = {"ok": True, "error": "", "stage": ""}
REFUSED = {"ok": False, "error": "EOPNOTSUPP", "stage": "device"}
V1 = """\
1 0 0:1 / / rw - ext4 /dev/vda rw
2 1 0:5 / /proc rw - proc proc rw
3 1 0:6 / /sys/fs/cgroup rw - tmpfs tmpfs rw
4 3 0:7 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
5 3 0:8 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids
"""
V2 = """\
1 0 0:1 / / rw - ext4 /dev/vda rw
2 1 0:5 / /proc rw - proc proc rw
3 1 0:6 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw
"""
ENABLED = "#subsys_name\thierarchy\tnum_cgroups\tenabled\nmemory\t1\t1\t1\npids\t2\t1\t1\n"


@pytest.mark.parametrize(
    ("result", "answer"),
    [
        (None, None),
        ({}, None),
        (OK, True),
        (REFUSED, False),
        ({"ok": False, "error": "EPERM", "stage": "device"}, None),
        ({"ok": False, "error": "ENOSPC", "stage": "namespace"}, None),
        # cgroup v2 where the controller is not enabled for groups below the root yet.
        ({"ok": False, "error": "ENOENT", "stage": "limit"}, None),
        ({"ok": False, "error": "ETIMEDOUT", "stage": "time"}, None),
        ({"ok": False, "error": "exit code 2", "stage": "rule"}, False),
    ],
)
def test_only_a_failure_of_the_operation_itself_is_evidence_against_it(result, answer):
    assert judge_trial("trying", result, "it works").answer is answer


def test_a_trial_that_was_not_permitted_has_a_remedy():
    outcome = judge_trial("trying", {"ok": False, "error": "EPERM", "stage": "device"}, "it works")
    assert outcome.reason == "trying was not permitted: run as root"


def configured(*options, state="y"):
    text = "".join(f"CONFIG_{option}={state}\n" for option in ("NET", *options))
    return {
        "/proc/sys/kernel/osrelease": "6.1.0",
        "/proc/config.gz": text.encode(),
        "/lib/modules/6.1.0/modules.builtin": "",
    }


def test_a_device_that_the_kernel_refuses_is_missing_although_configured(fake_host, facts_of):
    host = fake_host(configured("BRIDGE", "VETH"), experiments={"links": {"bridge": OK, "veth": REFUSED}})
    facts = facts_of(network, host)
    assert (facts["net.bridge"].value, facts["net.veth"].value) == (True, False)
    assert facts["net.veth"].conflicts == (
        "/proc/config.gz says otherwise, but creating a veth device is stronger evidence",
    )
    assert [item.source for item in facts["net.bridge"].evidence][:1] == ["creating a bridge device"]


def test_devices_of_modules_that_are_not_loaded_are_not_tried(fake_host, facts_of):
    host = fake_host(configured("BRIDGE", "VETH", state="m"), experiments={"links": {"bridge": OK, "veth": OK}})
    assert facts_of(network, host)["net.bridge"].value is True
    assert "experiment links" not in host.asked


@pytest.mark.parametrize(
    ("result", "value"), [(OK, True), ({"ok": False, "error": "exit code 3", "stage": "rule"}, False)]
)
def test_a_nat_rule_that_was_tried_outranks_the_configuration(fake_host, facts_of, result, value):
    links = {"/usr/sbin/iptables": "/usr/sbin/xtables-nft-multi"}
    host = fake_host(configured(*NFT), links=links, experiments={"nat": result})
    fact = facts_of(network, host)["net.nat"]
    assert fact.value is value
    assert bool(fact.conflicts) is not value
    assert fact.evidence[0].source == "adding a NAT rule"


def test_no_rule_is_tried_where_it_would_load_a_module(fake_host, facts_of):
    links = {"/usr/sbin/iptables": "/usr/sbin/xtables-nft-multi"}
    host = fake_host(configured(*NFT, state="m"), links=links, experiments={"nat": OK})
    assert facts_of(network, host)["net.nat"].value is True
    assert "experiment nat" not in host.asked


def limits(facts_of, fake_host, mountinfo, results):
    files = {"/proc/self/mountinfo": mountinfo, "/proc/cgroups": ENABLED}
    return facts_of(cgroups, fake_host(files, experiments={"limits": results}))["cgroup.limits"]


def test_limits_are_reported_by_controller_and_are_false_for_one_that_is_not_mounted(fake_host, facts_of):
    refused = {"ok": False, "error": "read back as max", "stage": "limit"}
    fact = limits(facts_of, fake_host, V1, {"v1 memory": OK, "v1 pids": refused})
    assert fact.value == {"memory": True, "pids": False, "cpu": False}
    assert [item.value for item in fact.evidence] == ["ok", "limit: read back as max"]


def test_limits_that_may_not_be_tried_are_unknown_with_the_remedy(fake_host, facts_of):
    denied = {"ok": False, "error": "EACCES", "stage": "group"}
    fact = limits(facts_of, fake_host, V2, {f"v2 {name}": denied for name in ("memory", "pids", "cpu")})
    assert not fact.known
    assert "run as root" in fact.reason


def test_without_experiments_limits_are_unknown_and_say_so(fake_host, facts_of):
    fact = limits(facts_of, fake_host, V2, None)
    assert not fact.known
    assert "--no-experiments" in fact.reason


def test_controllers_covered_by_a_later_mount_are_not_there(fake_host, facts_of):
    covered = V1 + "9 3 0:9 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"
    files = {
        "/proc/self/mountinfo": covered,
        "/proc/cgroups": ENABLED,
        "/sys/fs/cgroup/cgroup.controllers": "hugetlb\n",
    }
    facts = facts_of(cgroups, fake_host(files))
    assert facts["cgroup.mode"].value == "v2"
    assert facts["cgroup.controllers"].value == ("hugetlb",)
