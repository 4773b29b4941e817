"""The questions of docs/questions.md: what is quoted there stands in the page of the sample."""

import re
from html import unescape
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
ROWS = [
    [cell.strip() for cell in line.strip("|\n").split("|")]
    for line in (TOP / "docs" / "questions.md").read_text().splitlines()
    if re.match(r"\| .*\| (yes|no|a step away) \|$", line)
]


def test_there_are_thirty_questions_each_asked_once():
    assert len({row[0] for row in ROWS}) == len(ROWS) == 30


@pytest.mark.parametrize("row", [row for row in ROWS if row[1] in {"page", "paper, page"}], ids=lambda row: row[0])
def test_what_answers_a_question_on_the_page_is_there(row):
    text = unescape(re.sub(r"<[^>]+>", " ", (TOP / "reports" / "sample" / "page.html").read_text()))
    quoted = [quote for quote in re.findall("“([^”]+)”", row[2]) if quote != "cannot be distinguished"]
    assert all(quote in " ".join(text.split()) for quote in quoted), quoted
