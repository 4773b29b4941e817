"""Podman, over the socket that speaks Docker's API: the same build and the same storm."""

import threading
from pathlib import Path

import pytest

from hostcheck.bench.base import Interrupted
from hostcheck.bench.build.workload import BuildWorkload
from hostcheck.bench.engine.connection import find_engine
from hostcheck.bench.storm.workload import StormWorkload
from tests.bench.engine.podman_service import served

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def podman(tmp_path_factory):
    """A Podman service of the tests' own, with its own data."""
    with served(tmp_path_factory.mktemp("podman")) as url:
        yield find_engine(url)


@pytest.fixture
def holdings_of_podman(podman):
    def listed():
        with podman.connect() as client:
            return client.containers(all=True), client.images(all=True), client.volumes()["Volumes"]

    return listed


def test_it_is_found_and_distinguished_from_docker(podman):
    assert (podman.name, podman.builder, podman.keeps_cache) == ("podman", "buildah", False)
    assert podman.data_root.is_dir()


def test_a_storm_of_20_is_timed_container_by_container_and_leaves_nothing(podman, make_context, holdings_of_podman):
    before = holdings_of_podman(), sorted(Path("/var/tmp").glob("api_load*"))
    metrics = {metric.id: metric for metric in StormWorkload().measure(make_context(docker_host=podman.url))}
    makespan = metrics["storm.makespan.seconds"]
    assert makespan.state == "ok", makespan.reason
    assert makespan.settings["engine"] == "podman"
    lives = makespan.samples[0].detail["containers"]
    assert len(lives) == 20
    assert all(life["create"][1] <= life["start"][0] < life["ready"] < life["removed"] for life in lives)
    assert (holdings_of_podman(), sorted(Path("/var/tmp").glob("api_load*"))) == before


def test_the_shipped_build_is_timed_step_by_step_and_leaves_nothing(podman, make_context, holdings_of_podman):
    before = holdings_of_podman()
    (metric,) = BuildWorkload().measure(make_context(docker_host=podman.url))
    assert metric.state == "ok", metric.reason
    assert metric.settings["builder"] == "buildah"
    assert any(step["step"].startswith("RUN chown -R") for step in metric.samples[0].detail["steps"])
    assert holdings_of_podman() == before


@pytest.mark.parametrize("workload", [BuildWorkload(), StormWorkload()])
def test_interrupted_in_the_middle_it_leaves_nothing(podman, make_context, holdings_of_podman, workload):
    before = holdings_of_podman()

    def stop_soon(what, stop):
        threading.Timer(0.1 if "storm" in what else 2.0, stop.set).start()

    with pytest.raises(Interrupted):
        list(workload.measure(make_context(at=stop_soon, docker_host=podman.url)))
    assert holdings_of_podman() == before
