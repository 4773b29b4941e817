import gzip
import os
from dataclasses import dataclass, field
from typing import Any

import pytest

from hostcheck.catalogue.kinds import fits
from hostcheck.catalogue.loader import entries
from hostcheck.host.base import Reading

MONOLITHIC = """\
CONFIG_NAMESPACES=y
CONFIG_PID_NS=y
CONFIG_NET_NS=y
CONFIG_IPC_NS=y
CONFIG_UTS_NS=y
CONFIG_USER_NS=y
CONFIG_CGROUPS=y
CONFIG_CGROUP_BPF=y
CONFIG_KEYS=y
CONFIG_POSIX_MQUEUE=y
CONFIG_OVERLAY_FS=m
# CONFIG_MODULES is not set
"""


@dataclass
class FakeHost:
    """A host of files and answers given by hand; everything else is absent."""

    files: dict[str, Any] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    live: bool = True
    experiments: dict[str, Any] = field(default_factory=dict)
    api: dict[tuple[str, str], Any] = field(default_factory=dict)
    room: dict[str, int] | None = None
    owners: dict[str, dict[str, int]] = field(default_factory=dict)
    printed: dict[tuple[str, ...], str] = field(default_factory=dict)
    timex: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def running(self):
        return self.live

    def read(self, path):
        self.asked.append(path)
        data = self.files.get(path)
        if isinstance(data, PermissionError):
            return Reading(path, None, "denied", "Permission denied")
        if data is None:
            return Reading(path, None, "absent", "No such file or directory")
        return Reading(path, data if isinstance(data, bytes) else data.encode())

    def readlink(self, path):
        target = self.links.get(path)
        return Reading(path, target.encode()) if target else Reading(path, None, "absent", "Invalid argument")

    def listdir(self, path):
        prefix = path.rstrip("/") + "/"
        names = {p[len(prefix) :].split("/")[0] for p in (*self.files, *self.links) if p.startswith(prefix)}
        return tuple(sorted(names)) or None

    def exists(self, path):
        known = (*self.files, *self.links)
        if any(p == path or p.startswith(path.rstrip("/") + "/") for p in known):
            return True
        return False if self.live else None

    @property
    def proves_absence(self):
        return self.live

    def environ(self, name):
        return os.environ.get(name) if self.live else None

    def cpuid(self):
        return {}

    def clock(self):
        return self.timex

    def statvfs(self, path):
        return self.room

    def stat(self, path):
        return self.owners.get(path)

    def experiment(self, name, /, **arguments):
        self.asked.append(f"experiment {name}")
        return self.experiments.get(name)

    def http_get(self, socket, path, timeout):
        return self.api.get((socket, path))

    def run(self, argv, timeout):
        self.asked.append(" ".join(argv))
        text = self.printed.get(tuple(argv))
        source = " ".join(argv)
        return Reading(source, None, "absent", "not installed") if text is None else Reading(source, text.encode())


@pytest.fixture
def fake_host():
    """Make a host of what is given."""
    return FakeHost


@pytest.fixture
def config_gz():
    """A small kernel configuration, packed as /proc/config.gz is."""
    return gzip.compress(MONOLITHIC.encode())


@pytest.fixture
def facts_of():
    """Run a probe and give its facts by id; each must have an entry in the catalogue, and be of its type."""

    def run(probe, host):
        facts = {fact.id: fact for fact in probe(host)}
        for fact in facts.values():
            kind = entries()[fact.id].kind
            assert not fact.known or fits(kind, fact.value), f"{fact.id} is {fact.value!r}: {kind.in_words}"
        return facts

    return run
