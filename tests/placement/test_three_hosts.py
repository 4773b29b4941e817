"""Each need of each format on three hosts: where it fits, where it does not, and where that is unknown."""

import pytest

from hostcheck.formats import fit_json
from hostcheck.placement.placing import fit
from hostcheck.workloadfiles.reading import read_files
from tests.placement.cases import CASES, FITS, NOT, OPEN
from tests.placement.test_cases import view
from tests.placement.test_placing import ready
from tests.placement.three_hosts import FILES, HOSTS, SOURCES

__all__ = ["ready"]

ALL = [(name, kind) for name, files in FILES.items() for kind in files]


@pytest.mark.parametrize(("name", "kind"), ALL)
def test_a_need_fits_does_not_and_is_unknown(ready, tmp_path, name, kind):
    ((file, text),) = FILES[name][kind].items()
    (tmp_path / file).write_text(text)
    contents = read_files([str(tmp_path / file)], environment={})
    answers = [fit(contents, [view("a", facts)]) for facts in HOSTS[kind]]
    assert [each.outcome for each in answers] == [FITS, NOT, OPEN], fit_json.render(answers[0])
    missed = [each for each in answers[1].placed[0].candidates[0].judged if each.answer == "fail"]
    lines = text.splitlines()
    assert missed
    assert all(1 <= each.need.place.line <= len(lines) for each in missed)


def test_there_are_at_least_sixty_of_them_in_nine_formats():
    assert (len(ALL) >= 60, set(FILES), set(FILES) - set(SOURCES)) == (True, set(SOURCES), set())


def test_there_are_many_cases_of_the_specifications_and_each_names_its_source():
    outcomes = [case.outcome for case in CASES]
    assert all(outcomes.count(outcome) >= 40 for outcome in (FITS, NOT, OPEN))
    assert all(case.source for case in CASES)
