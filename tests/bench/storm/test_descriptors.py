import os
import resource

import pytest

from hostcheck.bench.base import CannotRun
from hostcheck.bench.storm import descriptors as subject
from hostcheck.bench.storm.descriptors import OTHERS, allow_descriptors


@pytest.fixture
def limits(monkeypatch):
    """The limits of a process that has ten descriptors open, and what is set of them."""
    asked = []
    monkeypatch.setattr(subject.os, "listdir", lambda _path: list(range(10)))
    monkeypatch.setattr(resource, "setrlimit", lambda _which, both: asked.append(both))

    def limit(soft, hard):
        monkeypatch.setattr(resource, "getrlimit", lambda _which: (soft, hard))
        return asked

    return limit


def test_a_soft_limit_that_is_too_low_is_raised_to_what_is_needed(limits):
    asked = limits(256, 4096)
    allow_descriptors(400, "200 containers")
    assert asked == [(410 + OTHERS, 4096)]


@pytest.mark.parametrize("soft", [474, resource.RLIM_INFINITY])
def test_a_soft_limit_that_will_do_stays(limits, soft):
    asked = limits(soft, resource.RLIM_INFINITY)
    allow_descriptors(400, "200 containers")
    assert asked == []


def test_a_hard_limit_that_is_too_low_ends_it_before_anything_is_launched(limits):
    asked = limits(256, 256)
    with pytest.raises(CannotRun) as caught:
        allow_descriptors(400, "200 containers")
    assert str(caught.value) == (
        "200 containers need 474 open files, and this process may have only 256; "
        "raise the limit (as root: ulimit -n 474)"
    )
    assert asked == []


def test_a_hard_limit_without_end_is_no_obstacle(limits):
    asked = limits(256, resource.RLIM_INFINITY)
    allow_descriptors(400, "200 containers")
    assert asked == [(474, resource.RLIM_INFINITY)]


def test_what_is_open_is_counted():
    assert 3 <= len(os.listdir(subject._OPEN)) < 10_000
