"""A capture gives the facts of its host: captured hosts here, real ones in test_real_hosts."""

from pathlib import Path

import pytest

from hostcheck.audit import collect
from hostcheck.host.captured import CapturedHost

HOSTS = sorted(path.parent for path in (Path(__file__).parents[1] / "hosts").glob("*/root"))


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)
def test_a_capture_of_a_captured_host_gives_the_same_facts(host, replayed, same):
    original = CapturedHost(host / "root")
    taken, again = replayed(original)
    assert taken.changed == ()
    assert again.proves_absence is False
    same(collect(original, strict=True), again)
