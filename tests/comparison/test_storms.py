"""After what time all containers are ready, in one sentence."""

from dataclasses import replace

import pytest

from hostcheck.comparison.compare import compare
from hostcheck.comparison.storms import storms

STORM = "storm.makespan.seconds"


@pytest.fixture
def host(run_of, metric):
    def make(name, seconds, **settings):
        return run_of(name, replace(metric(STORM, seconds, seconds), settings=settings))

    return make


def test_the_time_of_all_containers_is_a_sentence(host):
    said = "All 20 containers of the storm are ready after 13.7 s on a and 2.04 s on b."
    assert said in compare([host("a", 13.7, containers=20), host("b", 2.04, containers=20)]).findings


def test_storms_of_different_sizes_share_no_sentence(host):
    assert list(storms([host("a", 13.7, containers=20), host("b", 2.04, containers=5)], "ab")) == [
        "All 20 containers of the storm are ready after 13.7 s on a.",
        "All 5 containers of the storm are ready after 2.04 s on b.",
    ]


def test_a_storm_of_unknown_size_or_of_many_hosts_has_none(host, run_of):
    assert list(storms([host("a", 13.7), run_of("b")], "ab")) == []
    assert list(storms([host(name, 3.0, containers=20) for name in "abcdefg"], "abcdefg")) == []
