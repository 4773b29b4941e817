"""Which files of an engine are watched: by the rules in force, else by those that are loaded at boot."""

import pytest

from hostcheck.host.base import Reading
from hostcheck.host.captured import CapturedHost
from hostcheck.probes.kernel.auditrules import is_watched, parse_watched, probe

RULES = """\
## made by augenrules
-D
-b 8192
-w /usr/bin/dockerd -k docker
-w /etc/docker/ -p rwxa -k docker
-a always,exit -F path=/usr/bin/runc -F perm=x -k docker
-a always,exit -F dir=/var/lib/docker -F perm=wa
-a always,exit -F arch=b64 -S execve
"""
ENGINE = {"/usr/bin/dockerd": "", "/usr/bin/runc": "", "/etc/docker/daemon.json": "{}", "/usr/bin/containerd": ""}


def test_rules_in_both_notations_are_read():
    assert parse_watched(RULES) == {"/usr/bin/dockerd", "/etc/docker", "/usr/bin/runc", "/var/lib/docker"}


def test_rules_before_all_were_deleted_do_not_count():
    assert parse_watched("-w /etc/passwd\n-D\n-w /etc/group\n") == {"/etc/group"}


def test_the_output_of_auditctl_without_rules_watches_nothing():
    assert parse_watched("No rules\n") == frozenset()


@pytest.mark.parametrize(
    ("path", "there"), [("/etc/docker", True), ("/etc/docker/daemon.json", True), ("/etc/dockerd", False)]
)
def test_a_watched_folder_is_watched_with_all_below_it(path, there):
    assert is_watched(path, frozenset({"/etc/docker"})) is there


def test_existing_files_without_a_rule_are_named(fake_host, facts_of):
    files = ENGINE | {"/usr/sbin/auditctl": "", "/etc/audit/audit.rules": RULES}
    assert facts_of(probe, fake_host(files))["security.audit_unwatched"].value == ("/usr/bin/containerd",)


def test_rules_in_force_outrank_those_of_the_start(fake_host, facts_of, monkeypatch):
    host = fake_host(ENGINE | {"/usr/sbin/auditctl": "", "/etc/audit/audit.rules": RULES})
    asked = []

    def run(argv, timeout):
        asked.append(argv)
        return Reading("auditctl -l", b"-w /usr/bin -p x\n")

    monkeypatch.setattr(host, "run", run)
    assert facts_of(probe, host)["security.audit_unwatched"].value == ("/etc/docker",)
    assert asked == [("/usr/sbin/auditctl", "-l")]


def test_rules_that_may_not_be_read_are_unknown_and_ask_for_root(fake_host, facts_of):
    host = fake_host(ENGINE | {"/usr/sbin/auditctl": "", "/etc/audit/audit.rules": PermissionError()})
    fact = facts_of(probe, host)["security.audit_unwatched"]
    assert not fact.known
    assert "run as root" in fact.reason


def test_without_auditd_nothing_is_watched(fake_host, facts_of):
    fact = facts_of(probe, fake_host(ENGINE))["security.audit_unwatched"]
    assert set(fact.value) == {"/usr/bin/dockerd", "/usr/bin/runc", "/etc/docker", "/usr/bin/containerd"}


def test_a_captured_root_is_judged_by_its_file_and_unknown_without(tmp_path, facts_of):
    host = CapturedHost(tmp_path)
    assert not facts_of(probe, host)["security.audit_unwatched"].known
    for path, text in {**ENGINE, "/etc/audit/audit.rules": RULES}.items():
        (tmp_path / path.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path.lstrip("/")).write_text(text)
    assert facts_of(probe, host)["security.audit_unwatched"].value == ("/usr/bin/containerd",)


@pytest.mark.parametrize("program", ["/usr/bin/dockerd", "/usr/sbin/dockerd", "/usr/local/bin/dockerd"])
def test_the_program_is_watched_where_the_distribution_has_it(fake_host, facts_of, program):
    for rule, unwatched in ((program, ()), ("/usr/bin/other", (program,))):
        files = {program: "", "/etc/audit/audit.rules": f"-w {rule} -k docker\n"}
        assert facts_of(probe, fake_host(files))["security.audit_unwatched"].value == unwatched


@pytest.mark.parametrize("rule", ["/usr/bin/dockerd", "/usr/sbin/dockerd", "/usr/sbin"])
def test_one_file_under_two_names_needs_one_rule(fake_host, facts_of, rule):
    files = {"/usr/bin/dockerd": "", "/usr/sbin/dockerd": "", "/etc/audit/audit.rules": f"-w {rule} -k docker\n"}
    host = fake_host(files, {"/usr/sbin": "bin"})
    assert facts_of(probe, host)["security.audit_unwatched"].value == ()
    host = fake_host(files | {"/etc/audit/audit.rules": ""}, {"/usr/sbin": "bin"})
    assert facts_of(probe, host)["security.audit_unwatched"].value == ("/usr/bin/dockerd",)


@pytest.mark.parametrize(
    ("rule", "unwatched"),
    [("/srv/docker", ()), ("/srv", ()), ("/var/lib/docker", ("data-root",)), ("/x", ("data-root",))],
)
def test_the_data_root_is_watched_where_it_is(fake_host, facts_of, rule, unwatched):
    files = {
        "/etc/docker/daemon.json": '{"data-root": "/srv/docker"}',
        "/srv/docker/engine-id": "",
        "/var/lib/docker/old": "",
        "/etc/audit/audit.rules": f"-w /etc/docker\n-w {rule}\n",
    }
    fact = facts_of(probe, fake_host(files))["security.audit_unwatched"]
    assert fact.value == unwatched
    assert not unwatched or "/srv/docker" in {shown.value for shown in fact.evidence}
