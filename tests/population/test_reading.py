"""Many run files, read one at a time, and a fleet."""

from dataclasses import replace

import pytest

from hostcheck.fleet import state
from hostcheck.fleet.columns import population_of
from hostcheck.population.reading import population_of_files
from hostcheck.run.files import dumps, read_run
from hostcheck.run.model import HostIdentity


@pytest.fixture(scope="module")
def run():
    return replace(read_run("tests/runs/run-1.json"), host=HostIdentity("a", cpus=2))


@pytest.fixture
def files(tmp_path, run):
    """Write a run file for each of these hosts."""

    def make(*names):
        paths = []
        for place, name in enumerate(names):
            path = tmp_path / f"{place}.json"
            path.write_text(dumps(replace(run, id=str(place), host=HostIdentity(name))))
            paths.append(str(path))
        return paths

    return make


def test_each_file_is_a_host_by_its_own_name_or_the_one_that_was_asked_for(files):
    assert population_of_files(files("a", "b")).names == ["a", "b"]
    assert population_of_files(files("a", "a"), ["x", "y"]).names == ["x", "y"]


def test_several_runs_of_one_host_are_left_to_be_pooled(files):
    assert population_of_files(files("a", "b", "a")) is None


def test_a_run_is_dropped_before_the_next_is_read(files, monkeypatch):
    import weakref

    from hostcheck.population import reading

    class Kept(list):
        pass

    alive = []

    def read(name):
        assert all(each() is None for each in alive[:-1])
        found = read_run(name)
        notes = Kept()
        alive.append(weakref.ref(notes))
        return replace(found, notes=notes)

    monkeypatch.setattr(reading, "read_named", read)
    assert len(population_of_files(files("a", "b", "c", "d")).members) == 4
    assert len(alive) == 4


@pytest.fixture
def fleet(tmp_path, run):
    made = state.Fleet(tmp_path / "fleet-web")
    made.create()
    made.place([state.Placed("a", ("web",), "rack-1", "acme"), state.Placed("b"), state.Placed("c")])
    made.keep("a", replace(run, started="2026-11-01T00:00:00Z", facts={}))
    made.keep("a", run)
    made.keep("b", run)
    made.change(["b"], state.State.UNREACHABLE, "no route")
    return made


def test_a_fleet_has_its_places_and_the_run_before(fleet, run):
    population = population_of(fleet)
    assert population.name == "web"
    first = population.members[0]
    assert (first.kind, first.placed.domain, first.placed.groups) == ("acme, 2 CPUs", "rack-1", ("web",))
    assert first.started == run.started
    assert population.changes == {0: ("2026-11-01T00:00:00Z", ())}


def test_a_host_without_a_result_of_now_counts_for_nothing(fleet):
    population = population_of(fleet)
    assert population.without_result == {"unreachable": [1], "pending": [2]}
    assert [member.started for member in population.members[1:]] == ["", ""]
    assert all(list(hosts) == [0] for states in population.ready.values() for hosts in states.values())
