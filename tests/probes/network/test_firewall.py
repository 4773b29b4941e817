import subprocess

import pytest

from hostcheck.host.base import Reading
from hostcheck.host.live import LiveHost
from hostcheck.probes.network.firewall import parse_version, probe

UFW, DEFAULTS = "/etc/ufw/ufw.conf", "/etc/default/ufw"
IPTABLES = "/usr/sbin/iptables"
LOADED = {IPTABLES: "", "/sys/module/nfnetlink/refcnt": "1"}


@pytest.fixture
def outcome(fake_host, facts_of):
    """Facts of a host of files, on which iptables says something."""

    def run(files, said=None, *, live=True):
        host = fake_host(files, live=live)
        host.ran = []

        def answer(argv, timeout):
            host.ran.append(argv)
            return Reading(argv[0], said, None if said else "unreadable", "" if said else "took too long")

        host.run = answer
        return facts_of(probe, host), host.ran

    return run


def test_firewalld_is_detected_by_its_service_and_ufw_by_its_configuration(outcome):
    for hierarchy in ("", "systemd/", "unified/"):
        facts, _ = outcome({f"/sys/fs/cgroup/{hierarchy}system.slice/firewalld.service/cgroup.procs": "7"})
        assert facts["net.firewall"].value == "firewalld"
        assert facts["net.firewall.forward"].value == "none"
    for text, name in (("# ENABLED=yes\nENABLED=no\n", "none"), ("ENABLED=yes\n", "ufw"), ('ENABLED="YES"\n', "ufw")):
        assert outcome({UFW: text})[0]["net.firewall"].value == name


def test_an_unreadable_file_proves_no_absence(outcome):
    for facts, _ in (outcome({UFW: PermissionError()}), outcome({}, live=False)):
        for fact_id in ("net.firewall", "net.firewall.forward"):
            assert not facts[fact_id].known
            assert facts[fact_id].reason


def test_the_forward_policy_of_ufw_is_read(outcome):
    on = {UFW: "ENABLED=yes\n"}
    facts, _ = outcome({**on, DEFAULTS: '# DEFAULT_FORWARD_POLICY="ACCEPT"\nDEFAULT_FORWARD_POLICY="DROP"\n'})
    assert facts["net.firewall.forward"].value == "drop"
    assert not outcome(on)[0]["net.firewall.forward"].known


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("iptables v1.8.9 (nf_tables)\n", "1.8.9"),
        ("iptables v1.4.21\n", "1.4.21"),
        ("iptables v1.8 (legacy)\n", "1.8"),
        ("usage: busybox 1.36.1\n", None),
        ("", None),
    ],
)
def test_the_version_is_the_programs_own(outcome, text, version):
    assert parse_version(text) == version
    facts, ran = outcome(LOADED, text.encode())
    assert ran == [(IPTABLES, "--version")]
    assert facts["net.iptables_version"].known is (version is not None)
    assert facts["net.iptables_version"].value == version


def test_no_program_is_run_where_that_could_load_a_module(outcome):
    facts, ran = outcome({IPTABLES: ""})
    assert ran == []
    assert "nfnetlink" in facts["net.iptables_version"].reason


def test_without_the_program_there_is_no_version_and_a_captured_host_is_not_asked(outcome):
    facts, ran = outcome({})
    assert facts["net.iptables_version"].value == "none"
    captured, also_ran = outcome({}, live=False)
    assert not captured["net.iptables_version"].known
    assert ran == also_ran == []


def test_a_program_that_takes_too_long_is_unknown(outcome):
    fact = outcome(LOADED)[0]["net.iptables_version"]
    assert not fact.known
    assert "took too long" in fact.reason


@pytest.mark.real
def test_the_installed_iptables_reports_its_version():
    said = subprocess.run(["iptables", "--version"], capture_output=True, text=True, check=True).stdout
    (fact,) = [fact for fact in probe(LiveHost()) if fact.id == "net.iptables_version"]
    assert f"v{fact.value}" in said.split()
