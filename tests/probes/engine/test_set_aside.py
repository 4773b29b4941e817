"""CPUs that schedulers set aside for containers."""

import pytest

from hostcheck.probes.engine.set_aside import probe

SOCKET = "/run/docker.sock"


def container(name, **labels):
    return {"Id": name.replace("-", ""), "Names": [f"/{name}"], "Labels": labels}


RUNNING = [
    container("web-1", **{"com.hashicorp.nomad.alloc_id": "a"}),
    container("mesos-1"),
    container("k8s-1", **{"io.kubernetes.pod.uid": "a"}),
    container("k8s-2", **{"io.kubernetes.pod.uid": "b"}),
    container("other"),
]
SHARES = {"web1": 500, "mesos1": 512, "k8s1": 102, "k8s2": 2}


def facts(fake_host, facts_of, shares, containers=RUNNING):
    api = {(SOCKET, "/info"): (200, {}), (SOCKET, "/containers/json"): (200, containers)}
    for name, of in shares.items():
        api[SOCKET, f"/containers/{name}/json"] = (200, {"HostConfig": {"CpuShares": of}})
    return facts_of(probe, fake_host({SOCKET: ""}, api=api))["engine.cpu_set_aside"]


def test_each_scheduler_says_it_by_shares(fake_host, facts_of):
    assert facts(fake_host, facts_of, SHARES).value == ("kubernetes 102 k8s-1", "mesos 512 mesos-1", "nomad 500 web-1")


def test_where_no_scheduler_made_a_container_none_is_set_aside(fake_host, facts_of):
    assert facts(fake_host, facts_of, {}, [container("other")]).value == ()


@pytest.mark.parametrize("shares", [{}, SHARES | {"web1": "500"}, SHARES | {"web1": None}, SHARES | {"web1": -1}])
def test_a_container_that_says_nothing_leaves_it_unknown(fake_host, facts_of, shares):
    assert not facts(fake_host, facts_of, shares).known


def test_without_an_engine_it_is_unknown(fake_host, facts_of):
    assert not facts_of(probe, fake_host({}))["engine.cpu_set_aside"].known
