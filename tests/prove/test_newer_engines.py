"""Docker of later releases of Debian is proved like the one that is installed here."""

import os

import pytest

from tests.packages import unpacked
from tests.prove import inside
from tests.prove.test_docker import missed

pytestmark = pytest.mark.real


@pytest.fixture(params=["trixie", "sid"], autouse=True)
def release(request, monkeypatch):
    files = unpacked(request.param, "docker.io", "containerd")
    monkeypatch.setenv("PATH", f"{files}/usr/sbin:{files}/usr/bin:{os.environ['PATH']}")


def test_it_is_proved_and_what_is_taken_away_is_missed():
    seen = inside.run("takes_away")
    assert (missed(seen["whole"]), seen["whole"]["missed"], seen["whole"]["notes"]) == (set(), [], [])
    assert missed(seen["without port"]) == {"port"}
    assert "address already in use" in seen["without port"]["steps"]["port"][1]
    assert "no space left on device" in seen["without room"]["steps"]["layer"][1]
    assert seen["left"] == [True, True]


def test_it_is_proved_where_containerd_keeps_its_images(tmp_path):
    seen = inside.run("with_images_in_containerd", str(tmp_path))
    assert (missed(seen), seen["notes"], seen["left"]) == (set(), [], True)
    assert "overlayfs in /" in seen["steps"]["layer"][1]
