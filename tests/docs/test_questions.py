"""The questions of docs/questions.md: what is quoted there stands in what the sample's run files give."""

import re
from html import unescape
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from hostcheck.comparison.compare import compare
from hostcheck.formats import comparison_text
from hostcheck.formats.terminal import Style
from hostcheck.report import brief
from hostcheck.run.files import read_run

TOP = Path(__file__).parents[2]
ROWS = [
    [cell.strip() for cell in line.strip("|\n").split("|")]
    for line in (TOP / "docs" / "questions.md").read_text().splitlines()
    if re.match(r"\| .*\| (yes|no|a step away) \|$", line)
]


def test_there_are_thirty_questions_each_asked_once():
    assert len({row[0] for row in ROWS}) == len(ROWS) == 30


@pytest.fixture(scope="module")
def outputs():
    """What a reader has before the eyes: the page, the paper, and ten lines in a terminal of 80 columns."""
    sample = TOP / "reports" / "sample"
    comparison = compare([read_run(sample / name) for name in ("sata.json", "host.json")])
    figures = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Figure, "savefig", lambda figure, *_, **__: figures.append(figure))
        brief.render(comparison)
    lines = comparison_text.render(comparison, Style()).splitlines()[:10]
    texts = {
        "page": unescape(re.sub(r"<[^>]+>", " ", (sample / "page.html").read_text())),
        "paper": " ".join(text.get_text() for text in figures[0].texts),
        "`compare`": " ".join(lines),
    }
    return {name: " ".join(text.split()) for name, text in texts.items()}


@pytest.mark.parametrize("row", [row for row in ROWS if not row[1].startswith("page of")], ids=lambda row: row[0])
def test_what_answers_a_question_is_there(row, outputs):
    quoted = [quote for quote in re.findall("“([^”]+)”", row[2]) if quote != "cannot be distinguished"]
    for place in row[1].split(", "):
        if place in outputs:
            assert [quote for quote in quoted if quote not in outputs[place]] == []


@pytest.mark.parametrize("names", [("sata.json", "host.json"), ("host.json", "sata.json")], ids=lambda names: names[0])
def test_a_limit_is_in_the_first_ten_lines_whichever_host_is_first(names):
    comparison = compare([read_run(TOP / "reports" / "sample" / name) for name in names])
    lines = comparison_text.render(comparison, Style()).splitlines()[:10]
    said = " ".join(lines)
    assert "An I/O limit (set by hostcheck), not the disk, sets the speed of vm (sata, emulated)" in said
