"""Markdown and CSV."""

import csv
import io

from markdown_it import MarkdownIt

from hostcheck.formats import decision_csv, decision_markdown


def rows(decision):
    return list(csv.DictReader(io.StringIO(decision_csv.render(decision))))


def test_csv_has_a_row_a_finding(decisions):
    found = rows(decisions.mixed)
    assert tuple(found[0]) == decision_csv.COLUMNS
    assert [row["id"] for row in found][:3] == ["a.pass", "a.skip", "a.fail"]
    assert {row["id"]: row["effect"] for row in found}["b.fail"] == "waived"
    assert {row["id"]: row["waiver"] for row in found}["b.old"] == "its waiver expired on 2026-01-01: text"


def test_no_cell_is_a_formula_to_a_spreadsheet(decisions):
    for decision in (decisions.formula, decisions.hostile):
        for row in rows(decision):
            assert not any(
                cell.lstrip(" \t\"'").startswith(("=", "+", "-", "@")) and cell[0] != "'" for cell in row.values()
            )
    assert rows(decisions.formula)[0]["host"].startswith("'=cmd")


def test_no_cell_has_an_end_of_line_or_a_control_character(decisions):
    text = decision_csv.render(decisions.hostile)
    assert text.count("\n") == 12
    assert not set(text) & set("\x1b\x9b\x00\r")


def rendered(decision):
    return MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(decision_markdown.render(decision))


def test_markdown_has_a_row_for_what_asks_something_and_folds_the_rest(decisions):
    page = rendered(decisions.mixed)
    assert page.count("<tr>") == 1 + 8
    assert "<h3>hostcheck: gate failed: node-1 for docker" in page
    assert page.count("<li>") == 3
    assert "waived: known text, until 2027-01-31" in page
    assert "its waiver expired on 2026-01-01: text" in page


def test_hostile_text_is_no_markup(decisions):
    page, plain = rendered(decisions.hostile), rendered(decisions.mixed)
    for tag in ("<tr>", "<td>", "<li>", "<h3>", "<details>", "</details>", "<a ", "<script", "<code>", "<strong>"):
        assert page.count(tag) == plain.count(tag), tag
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_pass_says_so(decisions):
    assert decision_markdown.render(decisions.passing).startswith(
        "### hostcheck: gate passed: node-1 for docker: nothing is missed\n"
    )
