import pytest

from hostcheck.probes.engine.engine import find_engine, probe, socket_paths

DOCKER = "/var/run/docker.sock"
DATA = {"/srv/docker/overlay2": ""}
INFO = {"ServerVersion": "29.1.0", "Driver": "overlayfs", "CgroupDriver": "systemd", "DockerRootDir": "/srv/docker"}


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)


def test_a_running_engine_is_asked_over_its_socket(fake_host, facts_of):
    api = {(DOCKER, "/info"): (200, INFO), (DOCKER, "/version"): (200, {"ApiVersion": "1.52"})}
    facts = facts_of(probe, fake_host({DOCKER: "", **DATA}, api=api))
    assert {key: fact.value for key, fact in facts.items()} == {
        "engine.place": "here",
        "engine.socket": DOCKER,
        "engine.name": "docker",
        "engine.version": "29.1.0",
        "engine.api": "1.52",
        "engine.driver": "overlayfs",
        "engine.cgroup_driver": "systemd",
    }


def test_podman_and_docker_are_distinguished_by_components(fake_host, facts_of):
    socket = "/run/podman/podman.sock"
    version = {"ApiVersion": "1.41", "Components": [{"Name": "Podman Engine", "Version": "4.3.1"}]}
    api = {(socket, "/info"): (200, INFO), (socket, "/version"): (200, version)}
    host = fake_host({socket: "", **DATA}, api=api)
    assert facts_of(probe, host)["engine.name"].value == "podman"


def test_without_any_socket_the_engine_is_none(fake_host, facts_of):
    facts = facts_of(probe, fake_host())
    assert all(fact.known and fact.value == "none" for fact in facts.values())


def test_a_socket_that_does_not_answer_leaves_the_engine_unknown(fake_host, facts_of):
    facts = facts_of(probe, fake_host({DOCKER: ""}))
    assert not facts["engine.version"].known
    assert "run as root" in facts["engine.version"].reason


def test_a_captured_host_has_no_engine_to_ask(fake_host, facts_of):
    assert not facts_of(probe, fake_host(live=False))["engine.version"].known


def test_an_engine_that_answers_with_an_error_is_not_believed(fake_host):
    assert find_engine(fake_host({DOCKER: ""}, api={(DOCKER, "/info"): (500, {"message": "no"})})).socket is None
    assert find_engine(fake_host({DOCKER: ""}, api={(DOCKER, "/info"): (200, ["odd"])})).socket is None


def test_docker_host_comes_first_but_never_leaks_into_a_captured_host(fake_host, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "unix:///srv/d.sock")
    assert socket_paths(fake_host())[0] == "/srv/d.sock"
    assert "/srv/d.sock" not in socket_paths(fake_host(live=False))
    monkeypatch.setenv("DOCKER_HOST", "tcp://elsewhere:2375")
    assert socket_paths(fake_host())[0] == DOCKER


@pytest.mark.parametrize("others", [{}, {"/run/podman/podman.sock": ""}])
def test_docker_desktops_engine_is_no_engine_of_this_host(fake_host, facts_of, others):
    """In WSL 2 its socket is in each distribution: its data-root, kernel and limits are those of its own machine."""
    desktop = INFO | {"OperatingSystem": "Docker Desktop", "Name": "docker-desktop"}
    api = {(DOCKER, "/info"): (200, desktop), ("/run/podman/podman.sock", "/info"): (200, INFO)}
    host = fake_host({DOCKER: "", **DATA, **others}, api=api)
    assert find_engine(host).socket == next(iter(others), None)
    if not others:
        facts = facts_of(probe, host)
        assert facts.pop("engine.place").value == "elsewhere"
        assert {fact.value for fact in facts.values()} == {"none"}
        assert facts["engine.driver"].evidence[0].value == "Docker Desktop"


ROOT = "600 500 0:60 / / rw - overlay overlay rw,lowerdir=/a:/b,upperdir=/c,workdir=/d\n"
RUN = "610 600 0:61 {} {} rw - tmpfs tmpfs rw\n"


@pytest.mark.parametrize(
    ("mount", "files", "place"),
    [
        (RUN.format("/docker.sock", "/run/docker.sock"), {}, "elsewhere"),
        (RUN.format("/docker.sock", "/run/docker.sock"), DATA, "elsewhere"),
        (RUN.format("/", "/run"), {}, "elsewhere"),
        (RUN.format("/", "/run"), DATA, "here"),
        ("", DATA, "here"),
    ],
    ids=["the socket", "with its data", "its folder", "a tmpfs at /run", "a container of its own engine"],
)
def test_an_engine_whose_socket_was_mounted_in_is_that_of_the_host_around(fake_host, facts_of, mount, files, place):
    api = {(DOCKER, "/info"): (200, INFO), (DOCKER, "/version"): (200, {"ApiVersion": "1.52"})}
    facts = facts_of(probe, fake_host({DOCKER: "", "/proc/self/mountinfo": ROOT + mount, **files}, api=api))
    assert facts["engine.place"].value == place
    assert facts["engine.driver"].value == ("overlayfs" if place == "here" else "none")
