"""Other users' objects in the same engine are unchanged afterwards."""

import pytest

from hostcheck.bench.build.workload import BuildWorkload
from hostcheck.bench.cleanup.earlier_runs import clean_up_killed_runs
from hostcheck.bench.storm.workload import StormWorkload

pytestmark = pytest.mark.real


@pytest.fixture
def unlike_ours(client, bystanders):
    """Things that look like hostcheck's to whoever goes by names, or by a label's name alone."""
    marks = [
        {"io.hostcheck.run": "forged"},
        {"io.hostcheck": "1"},
        {"io.hostcheck": "0", "io.hostcheck.run": "another"},
    ]
    config = client.create_host_config(network_mode="none")
    names = [
        client.create_container("bystander:1", ["/bin/true"], name=f"hostcheck-{n}", labels=mark, host_config=config)[
            "Id"
        ]
        for n, mark in enumerate(marks)
    ]
    client.tag("bystander:1", "hostcheck-busybox", "bystander")
    yield
    client.remove_image("hostcheck-busybox:bystander")
    for name in names:
        client.remove_container(name)


@pytest.mark.usefixtures("unlike_ours")
@pytest.mark.parametrize("buildkit", ["0", "1"])
def test_a_whole_run_touches_no_other_objects(make_context, holdings, engine, monkeypatch, buildkit):
    monkeypatch.setenv("DOCKER_BUILDKIT", buildkit)
    before = holdings()
    assert {state for _, state in before["containers"]} == {"running", "created"}
    assert before["cache"]
    for line in clean_up_killed_runs(None, engine):
        assert "removed" not in line
    for workload in (BuildWorkload(), StormWorkload()):
        for metric in workload.measure(make_context()):
            assert metric.state in {"ok", "partial", "unstable"}
    assert holdings() == before
