"""Read the definition of a storm container (benchmarks/storm/storm.toml), and turn it into a request to the engine."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import tomli


@dataclass(frozen=True, slots=True)
class StormDefinition:
    """The definition of one container of a launch storm.

    Attributes:
        command: the command. It prints the line "ready" on stdout when it is ready, and must then keep running.
        network: the engine's network mode.
        memory_bytes: the memory limit in bytes.
        pids: maximum number of processes.
    """

    command: tuple[str, ...]
    network: str
    memory_bytes: int
    pids: int

    @property
    def sha256(self) -> str:
        """SHA-256 of the whole definition, in hexadecimal."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    def request(self, image: str, labels: Mapping[str, str]) -> dict[str, Any]:
        """Return the body of POST /containers/create."""
        return {
            "Image": image,
            "Cmd": list(self.command),
            "Labels": dict(labels),
            # Podman 5 stops a container that is removed by force, and waits ten seconds for one that ignores SIGTERM.
            "StopSignal": "SIGKILL",
            "HostConfig": {
                # If hostcheck is killed, the engine removes the container when its command ends.
                "AutoRemove": True,
                "NetworkMode": self.network,
                "Memory": self.memory_bytes,
                "PidsLimit": self.pids,
                "LogConfig": {"Type": "json-file", "Config": {"max-size": "64k"}},
            },
        }


def read_definition(path: Path) -> StormDefinition:
    """Read storm.toml.

    Raises:
        ValueError: if a key is missing, unknown or of the wrong type.
    """
    with path.open("rb") as file:
        table = tomli.load(file)
    try:
        definition = StormDefinition(**table | {"command": tuple(table["command"])})
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path}: {type(error).__name__}: {error}") from error
    return definition
