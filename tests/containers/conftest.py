"""Containers of real engines, each of which audits and captures itself."""

import tempfile
from pathlib import Path

import pytest

from hostcheck.host.live import LiveHost
from hostcheck.probes.virt import probe

from .place import Place


@pytest.fixture
def place():
    """A root for one container. Its engine must have let go of everything when the test ends."""
    # Podman takes no long path.
    with tempfile.TemporaryDirectory(prefix="hostcheck-") as folder:
        yield Place(Path(folder))
        assert folder not in Path("/proc/self/mountinfo").read_text()


@pytest.fixture(scope="session")
def below():
    """The layers below a container that is started here: this machine's own."""
    facts = {fact.id: fact.value for fact in probe(LiveHost())}
    return facts["virt.layers"]
