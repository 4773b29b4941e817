import pytest

from hostcheck.cli.output import Target, parse_targets
from hostcheck.errors import UsageError

FORMATS = ("text", "json", "html")


def test_without_outputs_the_default_format_goes_to_standard_output():
    assert parse_targets((), FORMATS) == (Target("text", "-"),)
    assert parse_targets((), FORMATS, default="html") == (Target("html", "-"),)


@pytest.mark.parametrize(
    ("value", "target"),
    [
        ("run.json", Target("json", "run.json")),
        ("a/b/report.HTML", Target("html", "a/b/report.HTML")),
        ("report.htm", Target("html", "report.htm")),
        ("notes.txt", Target("text", "notes.txt")),
        ("json:-", Target("json", "-")),
        ("json:notes.txt", Target("json", "notes.txt")),
        ("text:c:d", Target("text", "c:d")),
        ("-", Target("text", "-")),
        ("2026-11-23T10:00.json", Target("json", "2026-11-23T10:00.json")),
    ],
)
def test_a_prefix_or_else_the_suffix_picks_the_format(value, target):
    assert parse_targets([value], FORMATS) == (target,)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["report"], "names no format"),
        (["report.pdf"], "names no format"),
        (["jsn:x"], "did you mean json:x"),
        (["json:"], "names no file"),
        (["-", "json:-"], "two outputs go to standard output"),
    ],
)
def test_what_names_no_format_or_place_is_refused(values, message):
    with pytest.raises(UsageError, match=message):
        parse_targets(values, FORMATS)


def test_a_format_of_another_command_is_refused():
    with pytest.raises(UsageError, match="json, text"):
        parse_targets(["page.html"], ("text", "json"))
