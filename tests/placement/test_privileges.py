"""What a privileged container gets on a host that lacks a capability, by its engine."""

import pytest

from hostcheck.placement.placing import fit
from tests.placement.test_placing import files, host, ready

__all__ = ["ready"]


@pytest.mark.parametrize(
    "case",
    [
        ("docker", "20.10.24+dfsg1", ("sys_resource",), "does not fit"),
        ("docker", "23.0.0", ("sys_resource",), "fits"),
        ("docker", "28.2.2", ("sys_resource",), "fits"),
        ("podman", "4.3.1", ("sys_resource",), "cannot tell"),
        ("none", "none", ("sys_resource",), "cannot tell"),
        (None, None, ("sys_resource",), "cannot tell"),
        ("none", "none", (), "fits"),
        ("docker", "28.2.2", None, "cannot tell"),
    ],
)
def test_a_privileged_container_gets_what_the_engine_has(ready, tmp_path, case):
    engine, version, lacks, outcome = case
    one = host("a", virt__capabilities_dropped=lacks, engine__name=engine, engine__version=version)
    contents = files(tmp_path, compose_yaml="services: {a: {image: a, privileged: true}}\n")
    assert fit(contents, [one]).outcome == outcome
