"""Markdown, CSV and JSON of a comparison: what they hold, and that hostile text does nothing in them."""

import csv
import json

import jsonschema
import pytest
from markdown_it import MarkdownIt

from hostcheck.comparison.compare import compare
from hostcheck.comparison.schema import COMPARISON_SCHEMA
from hostcheck.formats import COMPARISON, comparison_csv, comparison_json, comparison_markdown, comparison_text
from hostcheck.formats.terminal import Style
from hostcheck.run.files import read_run
from hostcheck.run.measured import Metric

IOPS = "disk.randwrite.iops"
BUILD = "build.cold.seconds"
HOSTILE = [
    "<script>alert(1)</script>",
    "<!-- -->",
    "</details>",
    "&lt;b&gt;",
    "![x](https://example.org/x.png) [x](javascript:alert(1))",
    "a | b \\| c \\",
    "`code` **bold** _em_ ~~gone~~ $x_1$",
    "# heading",
    "1. list",
    "- list",
    "[x]: https://example.org",
    "\x1b[2J\nnew line\r\x9b",
    "=cmd|'/c calc'!A0",
    "+1",
    "-1",
    "@SUM(1)",
    "＝1",  # noqa: RUF001 - a spreadsheet takes it for the sign
    " \t=1",
    ";=1",
    "'=1",
    '"=1',
]


@pytest.fixture
def validator():
    schema = json.loads(COMPARISON_SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.fixture
def comparison(run_of, metric):
    skipped = Metric("storm.makespan.seconds", "s", "lower", "skipped", "no engine answers; start docker")
    classic = metric(BUILD, 45, 45.2, 44.8, settings={"builder": "classic"})
    return compare(
        [
            run_of("slow", metric(IOPS, 350, 351, 349), metric(BUILD, 250, 252, settings={"builder": "buildkit"})),
            run_of("fast", metric(IOPS, 3500, 3510, 3490), classic, skipped, notes=("interrupted",)),
        ]
    )


def test_a_name_that_has_no_room_beside_its_figures_stands_above_them_whole(run_of, metric):
    long = "a-host.with-a-name.of-more-letters.than-a-line-has.example.org"
    runs = [run_of(name, metric(IOPS, 350, 351, 349), notes=("Emulated: x",)) for name in (long, "b", "c")]
    text = comparison_text.render(compare(runs), Style(width=80))
    table = text.partition("Random write, IOPS\n")[2].splitlines()
    assert table[0] == f"  {long} (emulated)"
    assert table[2].startswith("  b (emulated)  ")
    assert table[1].index("350") == table[2].index("350")
    assert "…" not in text


def everywhere(run_of, metric, text):
    """A comparison that has a text everywhere a run file may."""
    noisy = metric(IOPS, 2, 2.01, state="unstable", reason=text, source=text, settings={text: text})
    runs = [run_of(text, metric(IOPS, 1, 1.01), metric(text + ".seconds", 1, 2)), run_of(text + "2", noisy)]
    return compare([*runs, run_of("c", noisy, notes=(text,))])


def rendered(text):
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text)


def cells(text):
    """The table of a markdown text as a reader sees it: rows of cells."""
    rows = []
    for token in rendered(text):
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows:
            rows[-1].append("".join(child.content for child in token.children if child.type == "text"))
        elif token.type == "table_close":
            return rows
    return rows


def test_markdown_has_the_findings_first_and_the_table(comparison):
    text = comparison_markdown.render(comparison)
    assert text.startswith("### hostcheck: compared with slow\n\n- fast is faster than slow: ")
    assert "9.9–10× at random writes" in text
    assert cells(text) == [
        ["", "slow", "fast", "Difference"],
        ["Random write, IOPS", "350 (348 – 352)", "3,500 (3,475 – 3,525)", "10× faster"],
        ["Docker build, cold, s", "251 (239 – 264)", "45.0 (44.5 – 45.5)", "not comparable"],
        ["Storm: all ready, s", "not in the run", "skipped", ""],
    ]
    assert "- fast, docker build (cold): not comparable, builder: classic against buildkit\n" in text
    assert "- fast, storm (all ready): skipped, no engine answers; start docker\n" in text
    assert "- fast: interrupted\n" in text


def test_markdown_of_more_hosts_has_a_line_for_each(comparison):
    text = comparison_markdown.render(compare([*comparison.runs, read_run("reference:nvme-vps-2014")]))
    assert cells(text)[4:7] == [
        ["Random write, IOPS", "slow", "350 (348 – 352)", ""],
        ["", "fast", "3,500 (3,475 – 3,525)", "10× faster"],
        ["", "NVMe VPS 2014 (published)", "25,000+ †", "at least 71× faster"],
    ]


def test_markdown_of_a_run_without_figures_has_no_table(run_of):
    assert comparison_markdown.render(compare([run_of("empty")])) == (
        "### hostcheck: empty\n\n- Nothing was measured on empty.\n"
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_by_markdown_as_it_stands(run_of, metric, text):
    tokens = rendered(comparison_markdown.render(everywhere(run_of, metric, text)))
    inline = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inline} <= {"text", "html_inline", "strong_open", "strong_close"}
    assert {child.content for child in inline if child.type == "html_inline"} <= {"<!-- -->"}
    blocks = [token.content.strip() for token in tokens if token.type == "html_block"]
    assert blocks == ["<details>\n<summary>What to keep in mind</summary>", "</details>"]
    assert {token.type.removesuffix("_open") for token in tokens if token.nesting == 1} == {
        *("heading", "bullet_list", "list_item", "paragraph", "table", "thead", "tbody", "tr", "th", "td")
    }
    assert [token.level for token in tokens if token.type == "bullet_list_open"] == [0, 0]
    assert {len(row) for row in cells(comparison_markdown.render(everywhere(run_of, metric, text)))} == {4}


@pytest.mark.parametrize("text", ["@octocat", "#1", "https://example.org", "www.example.org", "me@example.org", "GH-1"])
def test_markdown_mentions_no_user_and_links_nowhere(text):
    # What GitHub makes links of: the first three characters of a scheme's "://", and names in what was rendered.
    escaped = comparison_markdown.escape(text)
    assert text not in escaped
    tokens = MarkdownIt("commonmark", {"html": True}).parseInline(escaped)[0].children
    assert "".join(token.content for token in tokens if token.type == "text") == text


def test_csv_is_read_back_as_the_figures(comparison):
    rows = list(csv.DictReader(comparison_csv.render(comparison).splitlines(), quoting=csv.QUOTE_NONNUMERIC))
    assert [(row["metric"], row["host"]) for row in rows[:3]] == [(IOPS, "slow"), (IOPS, "fast"), (BUILD, "slow")]
    fast = comparison.rows[0].cells[1]
    assert (rows[1]["value"], rows[1]["low"], rows[1]["high"]) == (fast.metric.value, *fast.metric.interval)
    assert (rows[1]["ratio"], rows[1]["ratio_low"], rows[1]["ratio_high"]) == (fast.ratio.value, *fast.ratio.interval)
    assert (rows[1]["baseline"], rows[1]["judgement"], rows[1]["samples"]) == ("slow", "better", 3)
    assert (rows[3]["ratio"], rows[3]["judgement"]) == ("", "not comparable")
    assert rows[3]["reason"] == "builder: classic against buildkit"
    assert [row["state"] for row in rows[4:]] == ["not in the run", "skipped"]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("separator", [",", ";"])
def test_no_cell_of_a_csv_begins_a_formula(run_of, metric, text, separator):
    written = comparison_csv.render(everywhere(run_of, metric, text))
    for row in csv.reader(written.splitlines(), delimiter=separator):
        for cell in row:
            assert not cell.strip(" \"'").startswith(tuple("=+-@＝＋－＠")) or cell.strip(' "').startswith("'")  # noqa: RUF001
    assert "\x1b" not in written
    assert len({len(row) for row in csv.reader(written.splitlines())}) == 1


def test_json_is_of_the_schema_and_holds_the_figures(comparison, validator):
    document = json.loads(comparison_json.render(comparison))
    validator.validate(document)
    assert (document["schema"], document["baseline"]) == ("hostcheck.comparison/1", "slow")
    assert [host["runs"][0]["id"] for host in document["hosts"]] == ["id-slow", "id-fast"]
    cell = document["metrics"][0]["cells"][1]
    assert (cell["host"], cell["metric"]["samples"], cell["ratio"]["judgement"]) == ("fast", 3, "better")
    assert document["metrics"][0]["cells"][0]["ratio"] is None
    assert document["metrics"][1]["cells"][1]["ratio"]["value"] is None
    assert document["metrics"][2]["cells"][0]["metric"] is None


@pytest.mark.parametrize("text", HOSTILE)
def test_json_keeps_hostile_text_as_data(run_of, metric, validator, text):
    document = json.loads(comparison_json.render(everywhere(run_of, metric, text)))
    validator.validate(document)
    assert document["hosts"][0]["name"] == text


def test_the_real_run_and_the_published_ones_are_of_the_schema(validator):
    names = ["reference:sata-vps-2014", "reference:nvme-vps-2014", "tests/runs/run-1.json"]
    validator.validate(comparison_json.to_json(compare([read_run(name) for name in names])))


def test_the_schema_refuses_what_is_not_a_comparison(comparison, validator):
    document = comparison_json.to_json(comparison)
    for path, wrong in (
        (("schema",), "hostcheck.run/1"),
        (("metrics", 0, "better"), "bigger"),
        (("metrics", 0, "cells", 1, "ratio", "judgement"), "faster"),
        (("metrics", 1, "cells", 1, "ratio", "value"), 5.5),
        (("metrics", 0, "cells", 0, "metric", "interval"), [1]),
    ):
        broken = json.loads(json.dumps(document))
        place = broken
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = wrong
        assert not validator.is_valid(broken), path


@pytest.mark.parametrize("name", ["markdown", "csv", "json"])
def test_equal_comparisons_give_equal_bytes(comparison, name):
    from hostcheck.cli.output import load

    render = load(COMPARISON[name])
    assert render(comparison) == render(compare(comparison.runs))
