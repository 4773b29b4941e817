#!/usr/bin/env python3
"""hostcheck's storm against a bare HTTP client's: what the SDK and the looks at the machine add to the makespan. Root.

    .venv/bin/python benchmarks/own/storm.py [ROUNDS]

In a private engine, in turns and the other way round every second time: the storm as ``hostcheck bench`` launches it,
and the same containers launched by http.client over the engine's socket, one connected socket a thread, released
together, with nothing watching the machine. Ready is the first byte of output at both. The file system is synced
before each; the first of each is not counted. Prints the makespans, and hostcheck's as a multiple of the bare client's
with the 95 % interval of the rounds' ratios, against the bar of 1.05, as Markdown. Run it where nothing else runs.
"""

import http.client
import json
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from hostcheck.bench.bottleneck import watched
from hostcheck.bench.busybox import find_busybox
from hostcheck.bench.conditions import Recorder
from hostcheck.bench.engine.connection import Engine, find_engine
from hostcheck.bench.engine.private import PrivateEngine
from hostcheck.bench.page_cache import sync_file_system
from hostcheck.bench.storm.definition import read_definition
from hostcheck.bench.storm.image import load_image
from hostcheck.bench.storm.launch import launch
from hostcheck.labels import labels
from hostcheck.stats.estimate import Estimate, estimate

TOP = Path(__file__).resolve().parents[2]
CONTAINERS = 20
BAR = 1.05


class Bare(http.client.HTTPConnection):
    """HTTP over the engine's socket."""

    def __init__(self, path: str) -> None:
        """Connect: nobody's clock has started yet."""
        super().__init__("localhost")
        self.path = path
        self.connect()

    def connect(self) -> None:
        """Connect to the socket."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)

    def ask(self, method: str, url: str, body: Any = None) -> Any:
        """Ask, and return what the engine says.

        Raises:
            RuntimeError: when it refuses.
        """
        text = None if body is None else json.dumps(body)
        self.request(method, url, text, {"Content-Type": "application/json"})
        answer = self.getresponse()
        said = answer.read()
        if answer.status >= http.client.BAD_REQUEST:
            raise RuntimeError(f"{method} {url}: {answer.status} {said.decode(errors='replace').strip()}")
        return json.loads(said) if said else None


def first_output(path: str, api: str, name: str) -> Callable[[], None]:
    """Attach to a container that is not started yet; return what waits for its first byte.

    Raises:
        RuntimeError: when the engine refuses.
    """
    stream = socket.socket(socket.AF_UNIX)
    stream.connect(path)
    url = f"{api}/containers/{name}/attach?stdout=1&stderr=1&stream=1"
    stream.sendall(f"POST {url} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n".encode())
    head = b""
    while b"\r\n\r\n" not in head:
        byte = stream.recv(1)
        if not byte:
            raise RuntimeError(f"attaching to {name}: the engine hung up after {head[:80]!r}")
        head += byte
    if head.split()[1] not in {b"101", b"200"}:
        raise RuntimeError(f"attaching to {name}: {head[:80]!r}")

    def wait() -> None:
        with stream:
            if not stream.recv(1):
                raise RuntimeError(f"{name} ended without any output")

    return wait


def by_bare_client(engine: Engine, request: dict[str, Any]) -> float:
    """Launch the storm with http.client, remove it, and return its makespan in seconds."""
    path, api, batch = engine.url.removeprefix("unix://"), f"/v{engine.api_version}", uuid4().hex[:8]
    clients = [Bare(path) for _ in range(CONTAINERS)]
    gate, ready = threading.Barrier(CONTAINERS + 1), [0.0] * CONTAINERS
    errors: list[BaseException] = []

    def live(index: int) -> None:
        gate.wait()
        try:
            name = clients[index].ask("POST", f"{api}/containers/create?name=bare-{batch}-{index}", request)["Id"]
            wait = first_output(path, api, name)
            clients[index].ask("POST", f"{api}/containers/{name}/start")
            wait()
            ready[index] = time.monotonic()
        except (OSError, RuntimeError, http.client.HTTPException) as error:
            errors.append(error)

    threads = [threading.Thread(target=live, args=(index,)) for index in range(CONTAINERS)]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.monotonic()
    for thread in threads:
        thread.join()
    remove(engine)
    for client in clients:
        client.close()
    if errors:
        raise errors[0]
    return max(ready) - began


def remove(engine: Engine) -> None:
    """Remove all containers: the engine is this program's own."""
    with engine.connect() as client:
        for one in client.containers(all=True):
            client.remove_container(one["Id"], v=True, force=True)


def by_hostcheck(engine: Engine, request: dict[str, Any]) -> float:
    """Launch the storm as hostcheck does, with its looks at the machine, and return its makespan in seconds."""
    clients = [engine.connect() for _ in range(CONTAINERS)]
    with Recorder(watched(engine).gauges):
        launched = launch(clients, request, f"own-{uuid4().hex[:8]}", threading.Event())
    for client in clients:
        client.close()
    if launched.failed:
        raise RuntimeError(launched.errors[0])
    return launched.makespan


def measure(engine: Engine, rounds: int) -> tuple[Sequence[float], Sequence[float]]:
    """Return the makespans of both, hostcheck's first."""
    with engine.connect() as client:
        image = load_image(client, find_busybox(), uuid4().hex)
    definition = read_definition(TOP / "benchmarks" / "storm" / "storm.toml")
    request = definition.request(image, labels(uuid4().hex))
    makespans: dict[Callable[..., float], list[float]] = {by_hostcheck: [], by_bare_client: []}
    for turn in range(rounds + 1):
        for who in (by_hostcheck, by_bare_client) if turn % 2 else (by_bare_client, by_hostcheck):
            sync_file_system(engine.data_root)
            makespans[who].append(who(engine, request))
    ours, bare = makespans.values()
    return ours[1:], bare[1:]


def judge(found: Estimate) -> str:
    """Say whether the bar is met: by the whole interval, or not known."""
    assert found.interval is not None
    low, high = found.interval
    said = "met" if high <= BAR else "missed" if low > BAR else "not decided: run more rounds, or on a quieter host"
    return f"{found.value:.3f} ({low:.3f} - {high:.3f}) times the bare client's; the bar of {BAR} is {said}"


def main() -> None:
    """Measure both in turns, and compare."""
    rounds = max(2, int(sys.argv[1])) if len(sys.argv) > 1 else 10
    with tempfile.TemporaryDirectory() as folder, PrivateEngine(Path(folder)) as private:
        ours, bare = measure(find_engine(private.url), rounds)
    sys.stdout.write(f"| launched by | makespan of {CONTAINERS}, s, in {rounds} rounds |\n|---|---|\n")
    for who, makespans in (("hostcheck", ours), ("a bare client", bare)):
        sys.stdout.write(f"| {who} | {', '.join(f'{seconds:.2f}' for seconds in makespans)} |\n")
    ratios = [one / other for one, other in zip(ours, bare, strict=True)]
    sys.stdout.write(f"\nhostcheck's makespan is {judge(estimate(ratios))}.\n")


if __name__ == "__main__":
    main()
