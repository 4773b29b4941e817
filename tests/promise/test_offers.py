"""Offers in their sellers' words, judged on pretended hosts: what is right for each line was written down before."""

import json

import pytest

from hostcheck.errors import UnfitError
from hostcheck.promise.keys import requirement_of
from tests.promise.hosts import answer, facts_of, run_of
from tests.promise.offers import OFFERS, OPENVZ

LINES = [(name, key) for name, (*_, lines) in OFFERS.items() for key in lines]


def refusal(key, words):
    """Return what the refusal of a value says to write; empty if it is read."""
    try:
        requirement_of(key, words)
    except UnfitError as error:
        return error.remedy
    return ""


def test_there_are_enough_offers_and_each_answer_is_among_them():
    answers = [right for *_, lines in OFFERS.values() for _, _, right in lines.values()]
    assert len(OFFERS) >= 50
    assert {right: answers.count(right) >= 15 for right in ("kept", "broken", "cannot tell")} == {
        "kept": True,
        "broken": True,
        "cannot tell": True,
    }


@pytest.mark.parametrize(("name", "key"), LINES)
def test_a_line_of_an_offer_is_read_and_judged_as_is_right(tmp_path, name, key):
    root, files, figures, lines = OFFERS[name]
    words, instead, right = lines[key]
    said = refusal(key, words)
    if key == "cpus" and isinstance(instead, str) and instead:
        instead = (f"'{instead}'", instead)
    named, written = instead if isinstance(instead, tuple) else (instead, instead or words)
    if instead == "":
        assert said == "", f"{words!r} is refused"
    else:
        assert said, f"{words!r} is read"
        assert (named or "") in said, said
    if instead is None:
        return
    if key == "cpus" and isinstance(written, str) and written.isdecimal():
        written = int(written)
    row = f"{key} = {json.dumps(written)}"
    sold_as = "openvz" if root == OPENVZ and key != "virtualization" else ""
    found = answer(tmp_path, row, run_of(facts_of(tmp_path, root, files), figures), sold_as)
    assert found.judged.answer == right, found.judged.found
