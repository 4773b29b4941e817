import pytest

from hostcheck.probes.engine.obstacles import probe

RUNS = {"/sys/fs/cgroup/system.slice/firewalld.service/cgroup.procs": "700\n"}
ZONE = '<zone>\n  <interface name="docker0"/>\n</zone>\n'
TRUSTED = "/etc/firewalld/zones/trusted.xml"
GROUP, DAEMON = "/sys/fs/cgroup/docker/cgroup.type", "/etc/docker/daemon.json"
ROOT = "/sys/fs/cgroup/cgroup.type"
CHMOD, CAPABILITIES, LOCK = (
    f"/proc/sys/kernel/grsecurity/{name}" for name in ("chroot_deny_chmod", "chroot_caps", "grsec_lock")
)


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    monkeypatch.delenv("DOCKER_HOST", raising=False)


@pytest.mark.parametrize(
    ("files", "value"),
    [
        ({}, True),
        ({**RUNS, TRUSTED: ZONE}, False),
        ({TRUSTED: ZONE}, True),
        ({**RUNS, TRUSTED: ZONE.replace("docker0", "br0")}, True),
        ({**RUNS, "/etc/firewalld/zones/docker.xml": ZONE}, True),
        ({**RUNS, TRUSTED + ".old": ZONE}, True),
        ({**RUNS, TRUSTED: ZONE, DAEMON: '{"iptables": false}'}, True),
        ({**RUNS, TRUSTED: ZONE, DAEMON: '{"bridge": "none"}'}, True),
        ({**RUNS, TRUSTED: ZONE, DAEMON: '{"bridge": "br0"}'}, True),
        ({**RUNS, TRUSTED: ZONE, DAEMON: '{"bridge": ""}'}, False),
        ({**RUNS, TRUSTED: PermissionError()}, None),
        ({GROUP: "domain threaded\n"}, False),
        ({GROUP: "domain\n"}, True),
        ({GROUP: "domain threaded\n", DAEMON: '{"cgroup-parent": "/containers"}'}, True),
        ({"/sys/fs/cgroup/containers/cgroup.type": "threaded\n", DAEMON: '{"cgroup-parent": "/containers"}'}, False),
        ({GROUP: "domain threaded\n", DAEMON: PermissionError()}, None),
        ({GROUP: "domain invalid\n"}, False),
        ({"/sys/fs/cgroup/a/cgroup.type": "domain threaded\n", DAEMON: '{"cgroup-parent": "/a/b"}'}, False),
        ({ROOT: "domain threaded\n", DAEMON: PermissionError()}, False),
        ({ROOT: "domain\n", GROUP: "domain\n"}, True),
        ({CHMOD: "1\n"}, False),
        ({CHMOD: "0\n", "/proc/sys/kernel/grsecurity/chroot_deny_mknod": "1\n"}, False),
        ({CHMOD: "0\n"}, True),
        ({CAPABILITIES: "1\n", LOCK: "1\n"}, True),
    ],
)
def test_what_others_set_up_is_found_where_it_counts(fake_host, facts_of, files, value):
    fact = facts_of(probe, fake_host({"/usr/bin/dockerd": "", **files}))["engine.unobstructed"]
    assert (fact.value, fact.known) == (value, value is not None)
    assert fact.evidence


RELEASE = "/proc/sys/kernel/osrelease"
BUILT = "CONFIG_GRKERNSEC=y\nCONFIG_GRKERNSEC_CHROOT_CHMOD=y\n"


@pytest.mark.parametrize(
    ("files", "value", "word"),
    [
        ({"/boot/config-4.9.0-grsec": BUILT}, False, "CONFIG_GRKERNSEC_CHROOT_CHMOD"),
        ({"/boot/config-4.9.0-grsec": BUILT + "CONFIG_GRKERNSEC_SYSCTL=y\n"}, None, "not visible"),
        ({"/boot/config-4.9.0-grsec": "CONFIG_GRKERNSEC=y\nCONFIG_GRKERNSEC_CHROOT=y\n"}, True, ""),
        ({"/boot/config-4.9.0-grsec": BUILT.replace("GRKERNSEC=y", "X=y")}, True, ""),
        ({}, None, "kernel of grsecurity"),
        ({RELEASE: "4.9.0\n"}, True, ""),
        ({"/boot/config-4.9.0-grsec": BUILT, CHMOD: "0\n"}, True, ""),
    ],
    ids=["built in", "settable", "without the rules", "not of grsecurity", "no configuration", "another", "a setting"],
)
def test_rules_of_grsecurity_may_have_no_setting(fake_host, facts_of, files, value, word):
    fact = facts_of(probe, fake_host({"/usr/bin/dockerd": "", RELEASE: "4.9.0-grsec\n", **files}))[
        "engine.unobstructed"
    ]
    assert (fact.value, fact.known) == (value, value is not None)
    assert word in f"{fact.reason} {fact.evidence[0].value}"
