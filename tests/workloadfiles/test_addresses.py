"""A port that is held on one address, wanted on another: as bind(2) decides, and on a host as the audit knows it."""

import errno
import socket
from dataclasses import replace

import pytest

from hostcheck.placement.placing import fit
from hostcheck.placement.problem import Demand, Problem, Room
from hostcheck.placement.search import search
from hostcheck.placement.solver import solve
from hostcheck.placement.suggestion import suggestions
from hostcheck.placement.views import view_of
from hostcheck.run.origins import SCRUBBED_NOTE
from hostcheck.workloadfiles.addresses import collides
from hostcheck.workloadfiles.place import Place
from hostcheck.workloadfiles.ports import published
from tests.placement.test_placing import files, host, ready

__all__ = ["ready"]

PAIRS = [
    ("127.0.0.1", "127.0.0.2", False),
    ("127.0.0.1", "127.0.0.1", True),
    ("127.0.0.1", "0.0.0.0", True),
    ("0.0.0.0", "127.0.0.1", True),
    ("::1", "127.0.0.1", False),
    ("127.0.0.1", "::1", False),
    ("::1", "0.0.0.0", False),
    ("::1", "::", True),
    ("::", "::1", True),
    ("127.0.0.1", "::", None),
    ("::", "127.0.0.1", None),
    ("::", "0.0.0.0", None),
]


@pytest.mark.parametrize(("wanted", "held", "answer"), PAIRS)
def test_addresses_exclude_each_other_as_the_kernel_says(wanted, held, answer):
    said = {is_refused(wanted, held, only=only) for only in (False, True)}
    assert said == ({True, False} if answer is None else {answer})
    assert collides(wanted, [held]) is answer


def is_refused(wanted, held, *, only):
    """Whether bind(2) refuses an address beside another; ``only``: with IPV6_V6ONLY, of whichever is of IPv6."""
    families = [socket.AF_INET6 if ":" in each else socket.AF_INET for each in (held, wanted)]
    with socket.socket(families[0]) as first, socket.socket(families[1]) as second:
        for each, family in zip((first, second), families, strict=True):
            if family == socket.AF_INET6:
                each.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, only)
        first.bind((held, 0))
        first.listen()
        try:
            second.bind((wanted, first.getsockname()[1]))
        except OSError as error:
            return error.errno == errno.EADDRINUSE
    return False


@pytest.mark.parametrize(
    ("wanted", "held", "answer"),
    [
        ("", ["127.0.0.1"], True),
        ("10.0.0.5", [], None),
        ("10.0.0.5", ["?"], None),
        ("10.0.0.5", ["127.0.0.1", "?"], None),
        ("10.0.0.5", ["?", "0.0.0.0"], True),
        ("localhost", ["10.0.0.1"], None),
    ],
)
def test_an_unknown_address_is_neither_a_conflict_nor_free(wanted, held, answer):
    assert collides(wanted, held) is answer


@pytest.mark.parametrize(
    "case",
    [
        ("127.0.0.1:80:80", ["tcp/80 127.0.0.2"], "fits", "free: held by another program on 127.0.0.2 only"),
        ("127.0.0.1:80:80", ["tcp/80 0.0.0.0"], "does not fit", "held by another program"),
        ("10.0.0.5:80:80", ["tcp/80 127.0.0.1"], "cannot tell", "whether the host has the address 10.0.0.5 is unknown"),
        ("10.0.0.5:80:80", ["tcp/80 0.0.0.0"], "does not fit", "held by another program"),
        ("127.0.0.1:80:80", ["tcp/80 ?"], "cannot tell", "on an address that is not known"),
        ("127.0.0.1:80:80", [], "cannot tell", "on an address that is not known"),
        ("80:80", ["tcp/80 127.0.0.1"], "does not fit", "held by another program"),
        ("80:80", ["tcp/80 ::1"], "does not fit", "held by another program"),
        ("0.0.0.0:80:80", ["tcp/80 ::1"], "fits", "free: held by another program on ::1 only"),
        ("0.0.0.0:80:80", ["tcp/80 ::"], "cannot tell", "on ::, which may be IPv4 too"),
        ("0.0.0.0:80:80", ["tcp/80 127.0.0.1"], "does not fit", "held by another program"),
        ("[::]:80:80", ["tcp/80 0.0.0.0", "tcp/80 127.0.0.1"], "cannot tell", "on an address that is not known"),
        ("127.0.0.1:80-81:80", ["tcp/80 0.0.0.0", "tcp/81 0.0.0.0"], "does not fit", "held by another program"),
        (
            "127.0.0.1:80-81:80",
            ["tcp/80 0.0.0.0", "tcp/81 127.0.0.2"],
            "cannot tell",
            "on an address that is not known",
        ),
    ],
)
def test_a_port_is_judged_by_the_addresses_on_which_it_is_held(ready, tmp_path, case):
    published, held, outcome, said = case
    text = f"services: {{web: {{image: a, ports: ['{published}']}}}}\n"
    one = host("a", net__ports__busy=("tcp/80", "tcp/81"), net__ports__addresses=tuple(held))
    found = fit(files(tmp_path, compose_yaml=text), [one])
    (judged,) = found.placed[0].candidates[0].judged
    assert found.outcome == outcome
    assert said in judged.found
    is_free = judged.answer == "pass" or "whether the host" in said
    assert bool(suggestions(found)) is not (is_free or "-" in published)


def test_a_range_on_one_address_gets_a_port_that_is_held_on_another_at_most_perhaps(ready, tmp_path):
    text = "services: {web: {image: a, scale: 2, ports: ['127.0.0.1:82-83:80']}}\n"
    for held, outcome in (("127.0.0.2", "cannot tell"), ("0.0.0.0", "does not fit")):
        one = host("a", net__ports__busy=("tcp/82",), net__ports__addresses=(f"tcp/82 {held}",))
        assert fit(files(tmp_path, compose_yaml=text), [one]).outcome == outcome


def test_an_address_of_a_scrubbed_run_stands_for_another(ready, tmp_path):
    found = host("a", net__ports__busy=("tcp/80", "tcp/81"), net__ports__addresses=("tcp/80 198.18.0.7", "tcp/81 ::1"))
    scrubbed = view_of(replace(found.run, notes=(SCRUBBED_NOTE,)))
    assert [found.is_held(port, "10.0.0.5") for port in ("tcp/80", "tcp/81", "tcp/82")] == [False, False, False]
    assert [scrubbed.is_held(port, "10.0.0.5") for port in ("tcp/80", "tcp/81", "tcp/82")] == [None, False, False]


TOGETHER = [
    ("0.0.0.0", "[::]", True),
    ("127.0.0.1", "[::]", True),
    ("0.0.0.0", "[::1]", True),
    ("127.0.0.1", "127.0.0.2", True),
    ("", "0.0.0.0", False),
    ("", "[::]", False),
    ("0.0.0.0", "127.0.0.1", False),
    ("[::1]", "[::]", False),
    ("0.0.0.0", "0.0.0.0", False),
]


@pytest.mark.parametrize("case", TOGETHER)
@pytest.mark.parametrize("decide", [search, solve])
def test_two_workloads_share_a_port_on_addresses_of_two_families(case, decide):
    """An engine publishes on 0.0.0.0 and on [::] by one socket each, as it does for a port without an address."""
    *addresses, is_free = case
    pair = (f"{each}:8080:80".lstrip(":") for each in addresses)
    demands = tuple(
        Demand(name, 1, may=("pass",), ports=tuple(published(text, Place("f", 1))))
        for name, text in zip("ab", pair, strict=True)
    )
    assert (decide(Problem(demands, (Room("h", {}),))).assignment is not None) is is_free
