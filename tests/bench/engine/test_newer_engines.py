"""Docker of later releases of Debian, for real: its daemon and containerd, with this machine's runc.

Theirs need a newer C library than an older release has; the daemons need 2.34 (Debian 12 has 2.36). The engine of the
release that is installed is what all other tests here run.
"""

import os
from operator import itemgetter

import pytest

from hostcheck.bench.build.workload import BuildWorkload
from hostcheck.bench.engine import private as private_engine
from hostcheck.bench.engine.connection import find_engine
from hostcheck.bench.engine.private import PrivateEngine
from hostcheck.bench.storm.workload import StormWorkload
from tests.packages import unpacked

pytestmark = pytest.mark.real

OLDEST = {"trixie": 26, "sid": 28}
"""The major version that each release had when this was written."""


@pytest.fixture(params=OLDEST)
def release(request):
    return request.param


@pytest.fixture
def start(release, tmp_path, monkeypatch):
    """Start the engine of a release with more options for dockerd, and give the context manager."""
    files = unpacked(release, "docker.io", "containerd")
    monkeypatch.setenv("PATH", f"{files}/usr/sbin:{files}/usr/bin:{os.environ['PATH']}")
    monkeypatch.delenv("DOCKER_BUILDKIT", raising=False)
    options = private_engine.dockerd_options

    def make(*more):
        monkeypatch.setattr(private_engine, "dockerd_options", lambda *where: [*options(*where), *more])
        return PrivateEngine(tmp_path)

    return make


def holdings(url):
    with find_engine(url).connect() as client:
        return (
            sorted(one["Id"] for one in client.containers(all=True)),
            sorted(one["Id"] for one in client.images(all=True)),
            sorted(client.df()["BuildCache"] or (), key=itemgetter("ID")),
        )


def measured(workload, make_context, url):
    """Give the metric that heads the workload's; all of them must have come to a figure."""
    metrics = {metric.id: metric for metric in workload.measure(make_context(docker_host=url))}
    assert [metric.reason for metric in metrics.values() if metric.state not in {"ok", "unstable"}] == []
    return metrics.get("storm.makespan.seconds") or metrics["build.cold.seconds"]


def test_the_storm_and_both_builders_run_and_leave_nothing(release, start, make_context, monkeypatch):
    with start() as private:
        storm = measured(StormWorkload(), make_context, private.url)
        assert int(storm.settings["engine_major"]) >= OLDEST[release]
        assert (storm.settings["image_store"], storm.settings["storage_driver"]) == ("engine", "overlay2")
        assert len(storm.samples[0].detail["containers"]) == 20
        # BuildKit is what docker build uses since 23.0.
        build = measured(BuildWorkload(), make_context, private.url)
        assert build.settings["builder"] == "buildkit"
        steps = [step["step"] for step in build.samples[0].detail["steps"]]
        assert [step for step in steps if step.startswith("RUN chown -R")]
        assert steps[-1] == "syncfs"
        monkeypatch.setenv("DOCKER_BUILDKIT", "0")
        assert measured(BuildWorkload(), make_context, private.url).settings["builder"] == "classic"
        assert holdings(private.url) == ([], [], [])


def test_where_containerd_keeps_the_images_figures_are_not_compared_with_others(
    release, start, make_context, tmp_path, monkeypatch
):
    configuration = tmp_path / "daemon.json"
    configuration.write_text('{"features": {"containerd-snapshotter": true}}')
    with start("--config-file", str(configuration)) as private:
        storm = measured(StormWorkload(), make_context, private.url)
        assert (storm.settings["image_store"], storm.settings["storage_driver"]) == ("containerd", "overlayfs")
        builder = "buildkit"
        if release == "trixie":
            (lost,) = BuildWorkload().measure(make_context(docker_host=private.url))
            assert (lost.state, lost.value) == ("invalid", None)
            assert "set DOCKER_BUILDKIT=0" in lost.reason
            monkeypatch.setenv("DOCKER_BUILDKIT", "0")
            builder = "classic"
        build = measured(BuildWorkload(), make_context, private.url)
        assert (build.settings["image_store"], build.settings["builder"]) == ("containerd", builder)
        assert holdings(private.url) == ([], [], [])


def test_an_engine_that_refuses_old_clients_is_spoken_to_in_a_version_that_it_takes(start, monkeypatch):
    # What Docker 29 does by itself; 1.44 is its oldest.
    own = private_engine.environment
    monkeypatch.setattr(private_engine, "environment", lambda kept: {**own(kept), "DOCKER_MIN_API_VERSION": "1.44"})
    with start() as private:
        engine = find_engine(private.url)
        with engine.connect() as client:
            assert client.version()["MinAPIVersion"] == "1.44"
            assert client.containers(all=True) == []
