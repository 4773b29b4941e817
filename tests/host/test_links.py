"""The limits of links: a few bytes of them name more folders than there is memory for."""

import errno

import pytest

from hostcheck.host.captured import CapturedHost
from hostcheck.host.links import DEEPEST, LONGEST_PATH, MOST_LINKS, follow
from hostcheck.host.tree import Link, MemoryTree
from hostcheck.probes.paths import resolve


def following(links: dict[str, str], path: str) -> tuple[str, int]:
    asked = 0

    def target_of(place, last):
        nonlocal asked
        asked += 1
        return links.get(place)

    return follow(path, target_of), asked


def test_links_are_followed_relative_and_absolute():
    links = {"a": "b/c", "b/c": "/d/./e", "d/e": "../f"}
    assert following(links, "/a/g/../h")[0] == "f/h"
    assert following({}, "/../..")[0] == ""


def test_as_many_links_as_the_kernel_follows():
    chain = {f"l{number}": f"l{number + 1}" for number in range(MOST_LINKS + 1)}
    assert following(chain, "/l1")[0] == f"l{MOST_LINKS + 1}"
    with pytest.raises(OSError, match=r".*") as error:
        following(chain, "/l0")
    assert error.value.errno == errno.ELOOP


@pytest.mark.parametrize("target", ["x/a/" * 60, "a/" * 200, "x/" * 255 + "a", "y" * LONGEST_PATH])
def test_targets_that_grow_end_the_walk(target):
    asked = 0

    def target_of(place, last):
        nonlocal asked
        asked += 1
        return target if place.endswith("a") else None

    with pytest.raises(OSError, match=r".*") as error:
        follow("/a/b", target_of)
    assert error.value.errno in {errno.ENAMETOOLONG, errno.ELOOP}
    assert asked < MOST_LINKS * DEEPEST


def test_a_path_that_the_kernel_takes_is_not_too_long():
    assert following({}, "/" + "x" * (LONGEST_PATH - 1))[0] == "x" * (LONGEST_PATH - 1)
    for path in ("/" + "x" * LONGEST_PATH, "/x" * (DEEPEST + 1)):
        with pytest.raises(OSError, match=r".*"):
            following({}, path)


def test_a_captured_host_of_nested_links_answers():
    entries = {f"proc/l{number}": Link(f"l{number + 1}/" * 100) for number in range(50)}
    host = CapturedHost(MemoryTree({"proc/version": b"Linux version 6.1.0", **entries}))
    assert host.read("/proc/l0").failure == "unreadable"
    assert host.exists("/proc/l0/x") is None
    # What the host could not resolve itself is kept as it is written.
    assert resolve(host, "/proc/l0/x") == "/proc/l0/x"
