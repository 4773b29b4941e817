"""fapolicyd denies what an engine unpacks, unless it is permissive or a rule allows the engine's folders."""

import pytest

from hostcheck.probes.engine.fapolicyd import probe

OTHER = {"/sys/fs/cgroup/system.slice/ssh.service/cgroup.procs": "1\n"}
RUNS = {"/sys/fs/cgroup/system.slice/fapolicyd.service/cgroup.procs": "801\n"}
RULES, CONF = "/etc/fapolicyd/rules.d/80-rke2.rules", "/etc/fapolicyd/fapolicyd.conf"


@pytest.mark.parametrize(
    ("files", "denies"),
    [
        (RUNS, True),
        (OTHER, False),
        ({}, None),
        (RUNS | {CONF: "permissive = 1\n"}, False),
        (RUNS | {CONF: "permissive = 0\n"}, True),
        (RUNS | {RULES: "allow perm=any all : dir=/var/lib/rancher/\n"}, False),
        (RUNS | {RULES: "# allow perm=any all : dir=/var/lib/rancher/\n"}, True),
        (RUNS | {RULES: "allow perm=any all : dir=/opt/x/,/var/lib/rancher/ trust=0\n"}, False),
        (RUNS | {RULES: "allow perm=any all : dir=/opt/x/\n"}, True),
        (RUNS | {CONF: PermissionError()}, None),
        (RUNS | {RULES: PermissionError()}, None),
        (RUNS | {"/etc/fapolicyd/fapolicyd.rules": "allow perm=any all : dir=/var/lib/containerd/\n"}, False),
        (RUNS | {"/etc/fapolicyd/rules.d/90-deny.rules": "deny_audit perm=execute all : all\n"}, True),
    ],
)
def test_fapolicyd_denies_unless_it_is_set_otherwise(fake_host, facts_of, files, denies):
    fact = facts_of(probe, fake_host(files))["host.fapolicyd"]
    assert (fact.value, fact.known) == (denies, denies is not None)
