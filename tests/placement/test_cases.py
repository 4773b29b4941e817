"""Files as people bring them: each on hosts where it fits, does not, or cannot be judged."""

import dataclasses
from types import SimpleNamespace

import pytest

from hostcheck.formats import fit_json
from hostcheck.placement.placing import fit
from hostcheck.workloadfiles.reading import read_files
from tests.placement.cases import CASES
from tests.placement.test_placing import host, ready

__all__ = ["ready"]


def view(name, facts):
    """Give a host: with paths it is one that still answers."""
    asked = dict(facts)
    paths, attributes = asked.pop("paths", None), asked.pop("attributes", {})
    made = dataclasses.replace(host(name, **asked), attributes=attributes)
    if paths is None:
        return made
    return dataclasses.replace(
        made,
        host=SimpleNamespace(exists=lambda path: path in paths, listdir=lambda path: () if path in paths else None),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_outcome_is_what_the_source_says(ready, tmp_path, case):
    for name, text in case.files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    asked = case.asked or (next(iter(case.files)),)
    found = fit(
        read_files([str(tmp_path / name) for name in asked], environment={}),
        [view(name, facts) for name, facts in zip("abc", case.hosts, strict=False)],
    )
    assert found.outcome == case.outcome, fit_json.render(found)
    assert case.where is None or found.placed[-1].hosts == case.where
    assert case.says in fit_json.render(found)
