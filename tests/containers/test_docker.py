"""Docker, by a private engine: what tests/probes/virt does not start, which sees and captures itself."""

import io
import tarfile

import pytest

from hostcheck.bench.engine.connection import find_engine
from hostcheck.bench.engine.private import PrivateEngine

from .place import LOOK, Place

pytestmark = pytest.mark.real

SETTINGS = {
    "plain": {},
    # Not "privileged": this machine's root may itself have lost what that would give.
    "given more": {"cap_add": ["SYS_ADMIN"], "security_opt": ["seccomp=unconfined"]},
    "in the host's pid namespace": {"pid_mode": "host"},
    "in the host's namespaces": {"pid_mode": "host", "ipc_mode": "host", "uts_mode": "host"},
    "read only": {"read_only": True, "tmpfs": {"/tmp": ""}},
}


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """Start a container of each kind in one engine, and give what each saw."""
    folder = tmp_path_factory.mktemp("docker")
    facts = {}
    with PrivateEngine(folder) as private, find_engine(private.url).connect() as client:
        client.import_image_from_data(image(Place(folder / "image").root), repository="look", tag="1")
        for number, (name, settings) in enumerate(SETTINGS.items()):
            place = Place(folder / str(number))
            binds = [f"{place.seen}:/seen", *(f"{path}:{path}:ro" for path in place.bound)]
            host_config = client.create_host_config(network_mode="none", binds=binds, **settings)
            container = client.create_container("look:1", ["/bin/sh", "-c", LOOK], host_config=host_config)
            client.start(container)
            code = client.wait(container)["StatusCode"]
            assert code == 0, (name, client.logs(container).decode())
            facts[name] = place.facts()
    return facts


def image(root):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.add(root, ".")
    return buffer.getvalue()


@pytest.mark.parametrize("name", SETTINGS)
def test_it_is_named_with_what_is_below(seen, below, name):
    assert seen[name]["virt.container"] == "docker"
    assert seen[name]["virt.layers"] == ["docker", *below]


def test_what_it_removes_is_listed(seen):
    assert seen["plain"]["virt.seccomp_filter"] == "filter"
    assert "sys_admin" in seen["plain"]["virt.capabilities_dropped"]
    assert "sys_admin" not in seen["given more"]["virt.capabilities_dropped"]
    assert seen["given more"]["virt.seccomp_filter"] == "disabled"
