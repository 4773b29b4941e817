import pytest

from hostcheck.probes.engine.unit import probe

V2, V1 = "/sys/fs/cgroup/system.slice", "/sys/fs/cgroup/pids/system.slice"


@pytest.mark.parametrize(
    ("files", "limit"),
    [
        ({f"{V2}/docker.service/pids.max": "4915\n"}, 4915),
        ({f"{V1}/docker.service/pids.max": "4915\n"}, 4915),
        ({f"{V2}/docker.service/pids.max": "max\n", f"{V2}/containerd.service/pids.max": "512\n"}, 512),
        ({f"{V2}/docker.service/pids.max": "9000\n", f"{V2}/crio.service/pids.max": "512\n"}, 512),
        ({f"{V2}/docker.service/pids.max": "max\n"}, "none"),
        ({}, "none"),
    ],
)
def test_the_lowest_limit_of_the_services_that_run_counts(fake_host, facts_of, files, limit):
    assert facts_of(probe, fake_host(files))["engine.tasks_max"].value == limit


def test_a_captured_host_without_the_groups_is_unknown(fake_host, facts_of):
    assert not facts_of(probe, fake_host({}, live=False))["engine.tasks_max"].known
