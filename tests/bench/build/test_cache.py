import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from hostcheck.bench.build.cache import (
    Cached,
    Record,
    leaves_first,
    list_records,
    made_since,
    parse_records,
    remove_made_since,
)

CONTEXT = Record("context", (), 100.0, 103.0, source=True, uploaded=True)
ROOT = Record("root", (), 101.0, 103.0)
STEP = Record("step", ("root",), 102.0, 103.0)
OLD = Record("old", (), 50.0, 60.0)


def entry(name, description, created="2026-11-23T19:16:08.234267691Z", **more):
    return {"ID": name, "Type": "regular", "Description": description, "CreatedAt": created, **more}


def test_records_are_read_in_the_form_of_docker_20_10():
    listed = {
        "BuildCache": [
            entry("x736", "http url http://build-context-qec5", LastUsedAt="2026-11-23T19:16:11.5Z", Parent=""),
            entry("nsaq", "mount / from exec /bin/sh -c true", Parent="ejjf", LastUsedAt=None),
            entry("l0ca", "local source for context", Type="source.local"),
        ]
    }
    context, step, local = parse_records(json.dumps(listed).encode())
    assert (context.source, context.uploaded, context.parents) == (True, True, ())
    assert context.used - context.created == pytest.approx(3.265732309, abs=1e-5)
    assert (step.source, step.parents, step.used) == (False, ("ejjf",), step.created)
    assert (local.source, local.uploaded) == (True, False)


def test_records_are_read_in_the_form_of_newer_engines():
    (record,) = parse_records(json.dumps({"BuildCache": [entry("a", "x", Parents=["b", "c"])]}).encode())
    assert record.parents == ("b", "c")
    assert parse_records(b'{"BuildCache": null}') == ()


def test_what_is_new_is_ours_when_ours_is_the_only_source():
    assert made_since([OLD, CONTEXT, ROOT, STEP], 99.0) == (CONTEXT, ROOT, STEP)
    assert made_since([OLD], 99.0) == ()


@pytest.mark.parametrize(
    "other",
    [
        Record("theirs", (), 100.5, 100.5, source=True),
        Record("theirs, made before and used again", (), 10.0, 100.5, source=True),
        replace(CONTEXT, id="of another client of the API"),
    ],
)
def test_what_is_new_is_placeholder_when_another_build_was_under_way(other):
    assert made_since([CONTEXT, ROOT, STEP, other], 99.0) is None


def test_what_is_new_without_our_source_is_not_ours():
    assert made_since([ROOT, STEP], 99.0) is None
    assert made_since([replace(CONTEXT, uploaded=False), STEP], 99.0) is None


def test_a_source_of_another_build_that_was_over_by_then_says_nothing():
    before = Record("theirs", (), 10.0, 20.0, source=True)
    assert made_since([before, CONTEXT], 99.0) == (CONTEXT,)


def test_leaves_go_first():
    order = leaves_first({"root": (), "leaf": ("step", "not listed"), "step": ("root",)})
    assert order == ["leaf", "step", "root"]


class Client:
    base_url = "http+docker://localhost"

    def __init__(self, version, *cache, in_use=()):
        self.api_version = version
        self.cache = list(cache)
        self.in_use = in_use
        self.asked = []
        self.pruned = []

    def get(self, url, params):
        self.asked.append((url, params))
        return SimpleNamespace(raise_for_status=lambda: None, content=json.dumps({"BuildCache": self.cache}).encode())

    def prune_builds(self, *, filters, all):  # noqa: A002 - the SDK's name
        assert all
        if filters["id"] not in self.in_use:
            self.pruned.append(filters["id"])
            self.cache = [record for record in self.cache if record["ID"] != filters["id"]]


def test_the_source_is_removed_last_since_it_identifies_the_others():
    source, step = entry("source", "http url http://build-context-a"), entry("step", "fileop target")
    free, held = Client("1.41", source, step), Client("1.41", source, step, in_use={"step"})
    assert remove_made_since(free, 0.0) == Cached(ours=2)
    assert free.pruned == ["step", "source"]
    assert remove_made_since(held, 0.0) == Cached(ours=2)
    assert held.pruned == []


def test_nothing_is_removed_that_may_be_anothers():
    client = Client("1.41", entry("source", "local source for context", Type="source.local"), entry("step", "x"))
    assert remove_made_since(client, 0.0) == Cached(unclear=2)
    assert client.pruned == []


@pytest.mark.parametrize(("version", "asked"), [("1.41", {}), ("1.44", {"type": "build-cache"})])
def test_newer_engines_are_asked_for_the_cache_alone_and_not_to_measure_every_volume(version, asked):
    client = Client(version)
    assert list_records(client) == ()
    assert client.asked == [(f"http+docker://localhost/v{version}/system/df", asked)]
