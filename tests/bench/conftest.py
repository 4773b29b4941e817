import threading
from operator import itemgetter
from uuid import uuid4

import pytest

from hostcheck.bench import idle
from hostcheck.bench.base import Context, Options
from hostcheck.bench.build.options import BuildOptions
from hostcheck.bench.engine.connection import find_engine
from hostcheck.bench.engine.private import PrivateEngine
from hostcheck.bench.stopping import Repeats
from hostcheck.bench.storm import storms
from hostcheck.bench.storm.options import StormOptions

RUN_ID = uuid4().hex
"""Of this process: its lists and labels differ from those of tests that run at the same time."""
ONCE = Repeats(1, 1, 0)
ONE_EACH = (BuildOptions(ONCE), StormOptions(ONCE))


@pytest.fixture(scope="session")
def engine(tmp_path_factory):
    """A private, real Docker engine for the tests, without containers of others."""
    with PrivateEngine(tmp_path_factory.mktemp("engine")) as private:
        yield find_engine(private.url)


@pytest.fixture
def client(engine):
    with engine.connect() as client:
        yield client


class Watched:
    """A progress that reports nothing, and calls ``at`` with each thing that begins."""

    def __init__(self, at):
        self.at = at

    def start(self, what, seconds):
        self.at(what)

    def done(self, what, result):
        pass

    def note(self, text):
        pass


@pytest.fixture
def unhurried(monkeypatch):
    """Nothing waits until this host is idle: what is tested does not depend on it."""
    for name, value in (("MOST_READINGS", 1), ("READING_SECONDS", 0.2), ("CALM_READINGS", 1)):
        monkeypatch.setattr(idle, name, value)


@pytest.fixture
def brief(monkeypatch):
    """The warm-up's containers need not run for a whole second."""
    monkeypatch.setattr(storms, "LINGER_SECONDS", 0.1)


@pytest.fixture
def make_context(engine, unhurried):
    """Make a context for the tests' engine, with these options; what has none is measured once.

    ``at(what, stop)`` is called with each thing that begins.
    """

    def make(*options, at=lambda _what, _stop: None, docker_host=engine.url, **more):
        stop = threading.Event()
        progress = Watched(lambda what: at(what, stop))
        given = Options(given=(*options, *ONE_EACH))
        return Context(
            RUN_ID,
            given,
            progress,
            docker_host=docker_host,
            stop=stop,
            **{"allowed": frozenset(("busy", "running", "low-space")), **more},
        )

    return make


@pytest.fixture
def holdings(client):
    """A function that lists all objects in the engine, of this run and of others."""

    def listed():
        return {
            "containers": sorted((one["Id"], one["State"]) for one in client.containers(all=True)),
            "images": sorted((one["Id"], sorted(one["RepoTags"] or ())) for one in client.images(all=True)),
            "networks": sorted(one["Id"] for one in client.networks()),
            "volumes": sorted(one["Name"] for one in client.volumes()["Volumes"] or ()),
            "cache": sorted(client.df()["BuildCache"] or (), key=itemgetter("ID")),
        }

    return listed


@pytest.fixture
def bystander(client):
    """Somebody else's image, volume and running container in the same engine."""
    from hostcheck.bench.busybox import find_busybox

    image = client.import_image_from_data(find_busybox().rootfs(), repository="bystander", tag="1")
    volume = client.create_volume("bystander")
    container = client.create_container(
        "bystander:1",
        ["/bin/sleep", "600"],
        name="bystander",
        host_config=client.create_host_config(network_mode="none"),
    )
    client.start(container)
    yield container["Id"]
    client.remove_container(container, force=True)
    client.remove_volume(volume["Name"])
    assert image
    client.remove_image("bystander:1")


@pytest.fixture
def build_theirs(engine, client):
    """Build with BuildKit as another user; the image and the cache stay until the test is over."""
    from hostcheck.bench.build.archive import Archive
    from hostcheck.bench.build.default_context import tar_of
    from hostcheck.bench.build.request import build
    from hostcheck.bench.busybox import find_busybox

    dockerfile = b"FROM scratch\nADD rootfs.tar /\nRUN echo theirs > /theirs\n"
    context = Archive((tar_of((("Dockerfile", dockerfile), ("rootfs.tar", find_busybox().rootfs()))),))

    def theirs():
        with engine.connect() as another:
            answer = build(
                another, context, "0", builder="buildkit", network="none", seconds=60, stop=threading.Event(), labels={}
            )
        assert (answer.output.error, answer.cut) == ("", "")

    yield theirs
    client.prune_images({"dangling": True})
    client.prune_builds(all=True)


@pytest.fixture
def bystanders(client, bystander, build_theirs):
    """Objects of all kinds in the same engine, made by another user."""
    build_theirs()
    stopped = client.create_container("bystander:1", ["/bin/true"], name="stopped")["Id"]
    dangling = client.commit(bystander)["Id"]
    yield bystander
    client.remove_image(dangling)
    client.remove_container(stopped)


@pytest.fixture
def prepared(engine, client):
    """Clients and a request for a launch of four, with what it takes to remove the rest afterwards."""
    from hostcheck.bench.busybox import find_busybox
    from hostcheck.bench.storm.definition import read_definition
    from hostcheck.bench.storm.image import load_image
    from hostcheck.labels import labels
    from hostcheck.resources import data_dir

    image = load_image(client, find_busybox(), "prepared")
    clients = [engine.connect() for _ in range(4)]
    shipped = read_definition(data_dir("benchmarks") / "storm" / "storm.toml")
    yield clients, shipped.request(image, labels("prepared"))
    for one in clients:
        one.close()
    client.remove_image(image, force=True)
