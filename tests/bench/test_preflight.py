from types import SimpleNamespace

import pytest

from hostcheck.bench.base import CannotRun
from hostcheck.bench.preflight import preflight


def allowing(*names):
    return SimpleNamespace(allowed=frozenset(names))


def agrees():
    pass


def objects():
    raise CannotRun("the disk is full", "free some space")


def test_without_objections_it_goes_on():
    assert preflight(allowing(), ("busy", agrees)) == ()


@pytest.mark.parametrize("allowed", [(), ("busy", "running")])
def test_the_first_objection_to_what_is_not_allowed_ends_it_and_names_the_remedy(allowed):
    with pytest.raises(CannotRun) as caught:
        preflight(allowing(*allowed), ("busy", agrees), ("low-space", objects))
    assert str(caught.value) == "the disk is full; free some space, or measure anyway with --allow-low-space"


def test_objections_to_what_is_allowed_are_kept():
    checks = (("low-space", objects), ("busy", agrees), ("low-space", objects))
    assert preflight(allowing("low-space"), *checks) == ("the disk is full",) * 2
