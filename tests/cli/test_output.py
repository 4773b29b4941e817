from pathlib import Path

import pytest

from hostcheck.cli.output import Target, parse_targets
from hostcheck.errors import UsageError
from hostcheck.formats import Formats


def formats(*names):
    return Formats("run", dict.fromkeys(names, ""))


FORMATS = formats("text", "json", "html")


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
        parse_targets(["page.html"], formats("text", "json"))


@pytest.mark.parametrize(
    ("values", "inputs"),
    [
        (["json:run.json"], ["run.json"]),
        (["json:./run.json"], [Path("run.json")]),
        (["json:link.json"], ["run.json"]),
        (["json:new.json", "csv:new.json"], []),
    ],
)
def test_no_document_takes_the_place_of_an_input_or_of_another_one(tmp_path, monkeypatch, values, inputs):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run.json").write_text("{}")
    (tmp_path / "link.json").symlink_to("run.json")
    with pytest.raises(UsageError, match="is an input, or another output, too; give the output another name"):
        parse_targets(values, formats(*FORMATS, "csv"), inputs=inputs)


def test_names_that_are_no_files_and_devices_are_no_inputs_to_be_lost(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    values = ["json:docker", "csv:/dev/null", "text:/dev/null"]
    inputs = ["docker", None, "reference:sata-vps-2014", "/dev/null"]
    assert len(parse_targets(values, formats(*FORMATS, "csv"), inputs=inputs)) == 3
