"""userns-remap needs user namespaces, and only where it is set."""

import pytest

from hostcheck.probes.engine.remap import probe

SET, LIMIT = {"/etc/docker/daemon.json": '{"userns-remap": "default"}'}, "/proc/sys/user/max_user_namespaces"

CLONE = "/proc/sys/kernel/unprivileged_userns_clone"


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    monkeypatch.delenv("DOCKER_HOST", raising=False)


@pytest.mark.parametrize(
    ("files", "value"),
    [
        ({LIMIT: "0\n"}, True),
        ({**SET, LIMIT: "0\n"}, False),
        ({**SET, LIMIT: "15000\n", "/proc/self/ns/user": "user:[4026531837]"}, True),
        ({**SET, LIMIT: "15000\n", "/proc/self/ns/user": "user:[4026531837]", CLONE: "0\n"}, True),
        (SET, None),
        ({"/etc/docker/daemon.json": PermissionError(), LIMIT: "0\n"}, None),
    ],
    ids=["not set", "no namespaces", "namespaces", "only root", "not shown", "closed"],
)
def test_no_user_namespaces_stop_docker_where_it_is_set_to_remap(fake_host, facts_of, files, value):
    links = {path: text for path, text in files.items() if path.startswith("/proc/self/ns")}
    host = fake_host(
        {"/usr/bin/dockerd": "", **{path: files[path] for path in files if path not in links}}, links=links
    )
    fact = facts_of(probe, host)["engine.remaps_users"]
    assert (fact.value, fact.known) == (value, value is not None)
