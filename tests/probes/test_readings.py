"""Files of a host that are damaged: nothing is read of them, and no probe fails."""

import pytest

from hostcheck.host.base import Reading
from hostcheck.host.numbers import whole
from hostcheck.probes.readings import fact_of, toml_of


@pytest.mark.parametrize(
    "text", ["a = ", "a = " + "[" * 1000, "a = " + "9" * 5000, "\x00", "a" * 100_000], ids=range(5)
)
def test_toml_that_cannot_be_read_is_none(text):
    assert toml_of(Reading("/etc/containerd/config.toml", text.encode())) == {}


def test_toml_is_read():
    assert toml_of(Reading("/etc/containerd/config.toml", b"version = 2\n")) == {"version": 2}


@pytest.mark.parametrize(
    ("text", "found"), [("many\n", "'many'"), ("x" * 99, f"'{'x' * 40}'"), ("a\nb\n", "2 other lines"), ("", "nothing")]
)
def test_unexpected_content_is_named_with_what_was_expected_and_where_to_look(fake_host, text, found):
    fact = fact_of(fake_host({"/proc/x": text}), "hw.x", "/proc/x", whole, "a whole number", says="a number")
    assert (fact.known, fact.reason) == (False, f"/proc/x: expected a whole number, found {found}: see cat /proc/x")


def test_a_file_that_cannot_be_read_has_no_unexpected_content(fake_host):
    fact = fact_of(fake_host({}), "hw.x", "/proc/x", whole, "a whole number", says="a number")
    assert "/proc/x could not be read" in fact.reason
