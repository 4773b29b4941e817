"""Files of a host that are damaged: nothing is read of them, and no probe fails."""

import pytest

from hostcheck.host.base import Reading
from hostcheck.probes.readings import toml_of


@pytest.mark.parametrize(
    "text", ["a = ", "a = " + "[" * 1000, "a = " + "9" * 5000, "\x00", "a" * 100_000], ids=range(5)
)
def test_toml_that_cannot_be_read_is_none(text):
    assert toml_of(Reading("/etc/containerd/config.toml", text.encode())) == {}


def test_toml_is_read():
    assert toml_of(Reading("/etc/containerd/config.toml", b"version = 2\n")) == {"version": 2}
