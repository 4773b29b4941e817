import pytest

from hostcheck.probes.kernel.namespaces import NAMESPACES, probe

ALL_MADE = {name: {"ok": True, "error": ""} for name in NAMESPACES}
CONFIG = {
    "/proc/sys/kernel/osrelease": "6.1.0",
    "/proc/config.gz": b"CONFIG_NAMESPACES=y\nCONFIG_PID_NS=y\nCONFIG_IPC_NS=y\nCONFIG_UTS_NS=y\n",
}
LINKS = {f"/proc/self/ns/{name}": f"{name}:[4026531840]" for name in NAMESPACES}


def made(**changes):
    return {"unshare": ALL_MADE | {name: {"ok": False, "error": error} for name, error in changes.items()}}


def test_a_created_namespace_is_a_proof_and_all_evidence_is_shown(fake_host, facts_of):
    fact = facts_of(probe, fake_host(CONFIG, LINKS, experiments=made()))["ns.pid"]
    assert fact.value is True
    assert [piece.source for piece in fact.evidence] == ["unshare pid", "/proc/self/ns/pid", "/proc/config.gz"]


def test_a_proof_outranks_the_configuration_and_the_conflict_is_named(fake_host, facts_of):
    fact = facts_of(probe, fake_host(CONFIG, LINKS, experiments=made()))["ns.net"]
    assert fact.value is True
    assert any("/proc/config.gz says otherwise" in conflict for conflict in fact.conflicts)


@pytest.mark.parametrize("error", ["EINVAL", "ENOSPC"])
def test_a_refusal_by_the_kernel_means_no(fake_host, facts_of, error):
    assert facts_of(probe, fake_host(CONFIG, {}, experiments=made(net=error)))["ns.net"].value is False


def test_lack_of_privilege_is_unknown_with_a_remedy_and_never_no(fake_host, facts_of):
    facts = facts_of(probe, fake_host({}, {}, experiments=made(**dict.fromkeys(NAMESPACES, "EPERM"))))
    for name in NAMESPACES:
        assert not facts[f"ns.{name}"].known
        assert "run as root" in facts[f"ns.{name}"].reason


def test_without_privilege_what_the_kernel_lists_is_enough(fake_host, facts_of):
    host = fake_host({}, LINKS, experiments=made(**dict.fromkeys(NAMESPACES, "EPERM")))
    facts = facts_of(probe, host)
    assert all(facts[f"ns.{name}"].value is True for name in NAMESPACES)


def test_on_a_live_host_a_namespace_that_is_not_listed_is_missing(fake_host, facts_of):
    links = {path: target for path, target in LINKS.items() if not path.endswith("user")}
    assert facts_of(probe, fake_host({}, links))["ns.user"].value is False
    assert not facts_of(probe, fake_host({}, links, live=False))["ns.user"].known


def test_a_captured_host_is_judged_by_its_configuration(fake_host, facts_of):
    facts = facts_of(probe, fake_host(CONFIG, live=False))
    assert facts["ns.pid"].value is True
    assert facts["ns.net"].value is False
    # Built in since 4.6 where there are control groups: an option that is on proves nothing of it.
    assert facts["ns.cgroup"].value is False


def test_namespaces_after_a_killed_experiment_are_unknown(fake_host, facts_of):
    facts = facts_of(probe, fake_host({}, {}, experiments={"unshare": {"mnt": {"ok": True, "error": ""}}}))
    assert facts["ns.mnt"].value is True
    assert not facts["ns.pid"].known


def test_a_limit_of_0_is_reported_by_kind(fake_host, facts_of):
    files = {f"/proc/sys/user/max_{name}_namespaces": "94000\n" for name in NAMESPACES}
    files["/proc/sys/user/max_user_namespaces"] = "0\n"
    files["/proc/sys/user/max_ipc_namespaces"] = "many\n"
    limits = facts_of(probe, fake_host(CONFIG | files))["ns.limits"].value
    assert (limits["user"], limits["pid"], limits["ipc"]) == (False, True, None)


def test_a_kernel_without_such_limits_leaves_them_unknown(fake_host, facts_of):
    assert not facts_of(probe, fake_host(CONFIG))["ns.limits"].known


def test_a_limit_of_zero_forbids_a_namespace_that_the_kernel_has(fake_host, facts_of):
    shown = {f"/proc/self/ns/{name}": f"{name}:[4026531840]" for name in NAMESPACES}
    host = fake_host({"/proc/sys/user/max_net_namespaces": "0\n", "/proc/sys/user/max_pid_namespaces": "1\n"}, shown)
    facts = facts_of(probe, host)
    assert (facts["ns.net"].value, facts["ns.pid"].value, facts["ns.uts"].value) == (False, True, True)
