"""What one container of the storm is: benchmarks/storm/storm.toml, as the engine takes it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import tomli


@dataclass(frozen=True, slots=True)
class StormDefinition:
    """One container of the storm.

    Attributes:
        command: what it runs; it is ready once it prints the line "ready" on stdout, and has to go on running.
        network: the engine's network mode.
        memory_bytes: what it may use.
        pids: how many processes it may have.
    """

    command: tuple[str, ...]
    network: str
    memory_bytes: int
    pids: int

    @property
    def sha256(self) -> str:
        """Digest of all that decides what is launched."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    def request(self, image: str, labels: Mapping[str, str]) -> dict[str, Any]:
        """Return the body of POST /containers/create."""
        return {
            "Image": image,
            "Cmd": list(self.command),
            "Labels": dict(labels),
            "HostConfig": {
                # With the command's own end: should hostcheck be killed, the engine itself removes what was started.
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
        ValueError: when it does not say what it must, or says more.
    """
    with path.open("rb") as file:
        told = tomli.load(file)
    try:
        definition = StormDefinition(**told | {"command": tuple(told["command"])})
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path}: {type(error).__name__}: {error}") from error
    return definition
