"""The page: a map of discs and claims, and the tables behind it."""

import json
import re

import jsonschema
import pytest

from hostcheck.formats import PLACE
from hostcheck.formats.terminal import Style
from hostcheck.place.claims import of_seller
from hostcheck.place.doubts import Doubt
from hostcheck.place.locating import located
from hostcheck.place.measured import Measured
from hostcheck.place.places import parse_place
from hostcheck.place.schema import PLACE_SCHEMA
from tests.place.worlds import STOCKHOLM, TOKYO, landmark, measured

ASKED = (("within", (parse_place("NO"),)), ("not within", (parse_place("US"),)))
MARKUP = "<script>alert(1)</script>$x_1$\x1b[31m"


def found(*answers, claims=("Oslo", "Tokyo")):
    return located("vm", "2026-11-30T00:00:00Z", answers, ASKED, [(of_seller(text), True) for text in claims])


def page(document):
    return PLACE.load("html")(document, Style())


def test_the_page_has_a_map_and_all_that_the_terminal_has():
    document = found(measured(2.1), measured(9.0, "Stockholm", STOCKHOLM))
    html = page(document)
    assert "<svg" in html
    for said in ("Oslo", "Stockholm", "2.10 ms", "315 km", "9.00 ms", "within NO: cannot tell", "not within US: holds"):
        assert said in html
    assert html == page(document)
    assert not re.search(r"(?:src|href)=\"(?!#|data:)", html)


@pytest.mark.parametrize(
    "answers",
    [
        [Measured(landmark(), None, problem="no answer")],
        [measured(1.0), measured(1.0, "Tokyo", TOKYO)],
        [measured(0.3, "pole", (90.0, 0.0))],
        [measured(3.0, "Fiji", (-17.0, 179.9))],
        [measured(300.0)],
    ],
    ids=["silent", "contradiction", "pole", "date line", "all of the Earth"],
)
def test_every_outcome_has_a_page_and_a_text(answers):
    document = found(*answers)
    assert "Where vm can be" in page(document)
    text = PLACE.load("text")(document, Style())
    assert max(map(len, text.splitlines())) <= 80
    assert " is in " not in text


def test_names_are_harmless_on_the_page_and_in_the_terminal():
    document = found(measured(2.1, MARKUP), claims=[MARKUP])
    html = page(document)
    assert "<script>alert" not in html
    assert "\x1b" not in html + PLACE.load("text")(document, Style())


@pytest.mark.parametrize(
    "answers", [[measured(2.1), Measured(landmark("silent"), None)], [measured(1.0), measured(1.0, "Tokyo", TOKYO)]]
)
def test_json_is_as_its_schema_says(answers):
    document = json.loads(PLACE.load("json")(found(*answers), Style()))
    jsonschema.Draft202012Validator(json.loads(PLACE_SCHEMA.read_text())).validate(document)
    assert set(document["claims"][0]) == {
        "by",
        "said",
        "place",
        "asked",
        "answer",
        "in_fibre",
        "by_landmarks",
        "rests_on",
    }


def test_a_doubt_is_shown():
    (doubt,) = found(measured(1.0), measured(1.0, "Tokyo", TOKYO)).doubts
    assert isinstance(doubt, Doubt)
    assert "near enough to Oslo and Tokyo" in page(found(measured(1.0), measured(1.0, "Tokyo", TOKYO)))
