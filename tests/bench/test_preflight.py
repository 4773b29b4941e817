from types import SimpleNamespace

import pytest

from hostcheck.bench.base import CannotRun
from hostcheck.bench.preflight import preflight


def objects():
    raise CannotRun("the disk is full", "free some space")


def test_without_objections_it_goes_on():
    assert preflight(SimpleNamespace(force=False), lambda: None) == ()


def test_the_first_objection_ends_it_and_names_the_remedy():
    with pytest.raises(CannotRun) as caught:
        preflight(SimpleNamespace(force=False), lambda: None, objects)
    assert str(caught.value) == "the disk is full; free some space, or go on with --force"


def test_what_was_forced_is_kept():
    assert preflight(SimpleNamespace(force=True), objects, lambda: None, objects) == ("the disk is full",) * 2
