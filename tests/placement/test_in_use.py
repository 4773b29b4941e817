"""Memory that other programs use makes a placement unknown, and never impossible."""

import json

import pytest

from hostcheck.placement.placing import fit
from tests.placement.test_placing import files, host, ready

__all__ = ["ready"]

GIB = 1 << 30


def app(instances):
    return json.dumps({"id": "/big", "instances": instances, "mem": 2048, "cpus": 0, "cmd": "x"})


@pytest.mark.parametrize(
    ("wanted", "outcome", "note"),
    [
        ((1, 5 * GIB), "fits", ""),
        ((2, 5 * GIB), "fits", ""),
        ((3, 5 * GIB), "cannot tell", "a: 6.0 GiB of memory wanted, 5.0 GiB free: other programs use the rest"),
        ((3, None), "fits", "how much memory is in use on a is not known: all of it counts as free"),
        ((4, 5 * GIB), "does not fit", ""),
    ],
)
def test_memory_in_use_makes_unknown_what_needs_it(ready, tmp_path, wanted, outcome, note):
    instances, free = wanted
    found = fit(files(tmp_path, app_json=app(instances)), [host("a", hw__memory_available_bytes=free)])
    assert (found.outcome, " ".join(found.notes)) == (outcome, note)


def test_what_is_not_known_of_all_hosts_is_said_once(ready, tmp_path):
    app = json.dumps({"id": "/big", "instances": 2, "mem": 64, "cpus": 0.1, "cmd": "x"})
    assert fit(files(tmp_path, app_json=app), [host("a"), host("b")]).notes == (
        "how much memory is in use on a, b is not known: all of it counts as free",
        "running workloads may have reserved CPUs, which only their scheduler knows: all CPUs count as free",
    )


def test_another_host_with_free_memory_is_preferred(ready, tmp_path):
    full, empty = host("a", hw__memory_available_bytes=GIB), host("b", hw__memory_available_bytes=7 * GIB)
    found = fit(files(tmp_path, app_json=app(2)), [full, empty])
    assert (found.outcome, found.placed[0].hosts) == ("fits", ("b", "b"))


def test_containers_that_are_replaced_free_what_they_use(ready, tmp_path):
    text = (
        "name: shop\nservices: {web: {image: a, deploy: {mode: replicated, resources: {reservations: {memory: 5G}}}}}\n"
    )
    for running, outcome in ((("shop-web-1 shop/web",), "fits"), (("other-1 other/web",), "cannot tell")):
        there = host("a", hw__memory_available_bytes=GIB, engine__running=running)
        assert fit(files(tmp_path, compose_yaml=text), [there]).outcome == outcome


JOB = 'job "a" {\n group "g" {\n count = %d\n task "t" {\n driver = "exec"\n resources {\n cpu = 1000\n}\n}\n}\n}\n'
APP = '{"id": "/a", "cmd": "a", "cpus": %d}'


@pytest.mark.parametrize(
    ("text", "aside", "found"),
    [
        (JOB % 9, (), ("fits", "")),
        (JOB % 9, ("nomad 500 web-1",), ("fits", "")),
        (JOB % 9, ("nomad 500 a", "nomad 200 b"), ("cannot tell", "a: 9000 MHz wanted, 8900 free")),
        (JOB % 9, ("mesos 4096 mesos-1",), ("fits", "")),
        (JOB % 10, ("nomad 500 a",), ("does not fit", "")),
        (APP % 3, ("mesos 1024 m",), ("fits", "")),
        (APP % 3, ("mesos 1536 m",), ("cannot tell", "a: 3 CPUs wanted, 2.5 free")),
    ],
)
def test_cpus_that_a_scheduler_set_aside_make_unknown_what_needs_them(ready, tmp_path, text, aside, found):
    asked = files(tmp_path, **{"app_json" if text.startswith("{") else "a_nomad": text})
    outcome, note = found
    answer = fit(asked, [host("a", engine__cpu_set_aside=aside)])
    said = " ".join(answer.notes)
    assert (answer.outcome, note in said) == (outcome, True), said
    assert "are counted only for Docker's containers" in said
