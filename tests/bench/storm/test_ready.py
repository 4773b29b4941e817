"""What makes a container of the storm ready, and what makes the storm a failure."""

import threading
import time

import docker
import pytest

from hostcheck.bench.base import CannotRun
from hostcheck.bench.busybox import find_busybox
from hostcheck.bench.stopping import Repeats
from hostcheck.bench.storm import launch as subject
from hostcheck.bench.storm import workload as storm
from hostcheck.bench.storm.launch import launch
from hostcheck.bench.storm.options import StormOptions
from hostcheck.bench.storm.workload import StormWorkload
from hostcheck.busybox import Busybox


def shell(script):
    return {"Cmd": ["/bin/sh", "-c", script]}


@pytest.mark.real
@pytest.mark.parametrize(
    ("script", "error"),
    [
        ("true", "it ended before it was ready"),
        ("echo hello; exec sleep 600", "it printed 'hello' instead of 'ready'"),
        ("echo ready >&2; sleep 0.3", "it ended before it was ready: ready"),
        ("echo out of order >&2; exit 1", "it ended before it was ready: out of order"),
        ("echo ready; exec /absent", "it ended after it was ready: /bin/sh: exec: line 0: /absent: not found"),
    ],
)
def test_only_the_agreed_word_makes_ready_and_only_while_the_container_runs(prepared, script, error):
    clients, request = prepared
    launched = launch(clients[:1], request | shell(script), "word", threading.Event(), linger_seconds=60)
    assert (launched.failed, launched.errors) == (1, (error,))
    assert launched.lives[0].removed is not None


@pytest.mark.real
def test_the_word_may_come_late_in_two_parts_and_with_a_warning(prepared):
    clients, request = prepared
    script = "echo a warning >&2; sleep 0.2; printf rea; sleep 0.2; echo dy; exec sleep 600"
    launched = launch(clients[:1], request | shell(script), "parts", threading.Event())
    assert (launched.failed, launched.errors) == (0, ())
    assert launched.lives[0].ready > launched.lives[0].create[1] + 0.4


@pytest.mark.real
def test_one_that_ends_while_others_are_launched_is_a_failure(prepared):
    clients, request = prepared
    # Containers of one launch have the same command: the first of them leaves a mark in a volume. The others give the
    # engine the time to notice its end.
    script = "mkdir /mark/first 2>/dev/null && { echo ready; exit; }; sleep 5; echo ready; exec sleep 600"
    volume = clients[0].create_volume("mark")["Name"]
    mounted = {"HostConfig": request["HostConfig"] | {"Binds": [f"{volume}:/mark"]}}
    launched = launch(clients, request | mounted | shell(script), "ends", threading.Event())
    clients[0].remove_volume(volume)
    assert (launched.failed, launched.errors) == (1, ("it ended after it was ready",))


@pytest.fixture
def image_for_another_machine(client):
    """An image whose programs are for a machine that does not exist (e_machine of elf(5))."""
    program = bytearray(find_busybox().data)
    program[18:20] = b"\x34\x12"
    client.import_image_from_data(Busybox(find_busybox().path, bytes(program)).rootfs(), repository="foreign", tag="1")
    yield "foreign:1"
    client.remove_image("foreign:1")


@pytest.mark.real
def test_an_image_for_another_machine_gives_no_figure(make_context, holdings, image_for_another_machine, monkeypatch):
    monkeypatch.setattr(storm, "require_idle", lambda _context: None)
    before = holdings()
    with pytest.raises(CannotRun, match=r"launching one container as a test failed: .*exec.* format error") as caught:
        list(StormWorkload().measure(make_context(StormOptions(Repeats(1, 1, 0), image=image_for_another_machine))))
    assert "an image for this machine" in caught.value.remedy
    assert holdings() == before


class Client:
    """A client of an engine in which all goes well, but for what a test changes."""

    base_url, api_version = "http+docker://localhost", "1.41"

    def create_container_from_config(self, _request, name):
        return {"Id": name}

    def start(self, _container):
        pass

    def remove_container(self, _container, **_):
        pass


class Quiet:
    """The output of a container that says nothing and goes on."""

    ready = refuted = ended = False
    matched = False
    complaint = word = ""

    def wait(self, seconds):
        time.sleep(seconds)
        return False


class Ready(Quiet):
    ready = True

    def ends_within(self, _seconds):
        return False


@pytest.fixture
def outputs(monkeypatch):
    """The outputs of containers by name."""
    found = {}

    class Attached:
        def __init__(self, _client, container, _wanted):
            self.output = found.get(container, Ready())

        def __enter__(self):
            return self.output

        def __exit__(self, *_):
            pass

    monkeypatch.setattr(subject, "attached", Attached)
    return found


def launched_with(clients):
    return launch(clients, {}, "some", threading.Event())


def test_where_all_goes_well_none_has_failed(outputs):
    assert launched_with([Client(), Client()]).failed == 0


@pytest.mark.parametrize("step", ["create_container_from_config", "start", "remove_container"])
@pytest.mark.parametrize(
    ("error", "text"),
    [(KeyError("Id"), "KeyError: 'Id'"), (ValueError("filedescriptor out of range"), "ValueError: filedescriptor")],
)
def test_whatever_is_raised_in_a_thread_is_its_containers_failure(outputs, monkeypatch, step, error, text):
    broken = Client()

    def fail(*_, **__):
        raise error

    monkeypatch.setattr(broken, step, fail, raising=True)
    launched = launched_with([Client(), broken, Client()])
    assert [bool(life.error) for life in launched.lives] == [False, True, False]
    assert launched.lives[1].error.startswith(text)


def test_what_is_raised_while_reading_is_a_failure_too(outputs):
    class Broken(Quiet):
        def wait(self, _seconds):
            raise AssertionError

    outputs["some-1"] = Broken()
    launched = launched_with([Client(), Client()])
    assert (launched.failed, launched.errors) == (1, ("AssertionError",))


def test_one_that_goes_on_in_silence_has_failed_in_the_end(outputs, monkeypatch):
    monkeypatch.setattr(subject, "REQUEST_SECONDS", 0.2)
    outputs["some-0"] = Quiet()
    assert launched_with([Client()]).errors == ("it was not ready within 0 s",)


def test_what_is_neither_ready_nor_failed_in_the_end_has_failed(outputs, monkeypatch):
    monkeypatch.setattr(subject._Storm, "_await_ready", lambda *_: None)
    launched = launched_with([Client(), Client()])
    assert (launched.failed, launched.errors) == (2, ("it did not become ready, and reported no error",))


def test_an_engine_that_refuses_to_attach_says_why(client_that_refuses):
    launched = launched_with([client_that_refuses])
    assert launched.errors == ("attach is denied here",)


@pytest.fixture
def client_that_refuses(monkeypatch):
    """A client to which the engine answers 403 when it asks to attach."""
    import requests

    refusing = Client()

    def post(url, **_):
        answer = requests.Response()
        answer.status_code, answer.url, answer._content = 403, url, b'{"message": "attach is denied here"}'
        return answer

    refusing.post = post
    assert issubclass(docker.errors.APIError, requests.RequestException)
    return refusing


def test_a_launch_that_is_halted_removes_what_it_has_made_and_has_failed(outputs, monkeypatch):
    monkeypatch.setattr(subject, "REQUEST_SECONDS", 2.0)
    started, removed, halt = [], [], threading.Event()

    class Slow(Client):
        """One that is still asked for a container when the launch is halted."""

        def create_container_from_config(self, _request, name):
            halt.wait(10)
            return {"Id": name}

    clients = [Client(), Slow()]
    for client in clients:
        client.start = started.append
        client.remove_container = lambda container, **_: removed.append(container)
    outputs.update({"some-0": Quiet(), "some-1": Quiet()})
    threading.Timer(0.2, halt.set).start()
    launched = launch(clients, {}, "some", threading.Event(), halt=halt)
    assert (started, sorted(removed)) == (["some-0"], ["some-0", "some-1"])
    assert launched.errors == ("it did not become ready, and reported no error",)
