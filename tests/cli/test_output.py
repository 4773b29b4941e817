import os
from pathlib import Path

import pytest

from hostcheck.cli.output import Destination, parse_destinations
from hostcheck.errors import UsageError
from hostcheck.formats import Formats
from tests.forked import hostcheck_forked


def formats(*names):
    return Formats("run", dict.fromkeys(names, ""))


RUN = "tests/runs/run-1.json"
FORMATS = formats("text", "json", "html")


def test_without_outputs_the_default_format_goes_to_standard_output():
    assert parse_destinations((), FORMATS) == (Destination("text", "-"),)
    assert parse_destinations((), FORMATS, default="html") == (Destination("html", "-"),)


@pytest.mark.parametrize(
    ("value", "destination"),
    [
        ("run.json", Destination("json", "run.json")),
        ("tests/runs/report.HTML", Destination("html", "tests/runs/report.HTML")),
        ("report.htm", Destination("html", "report.htm")),
        ("notes.txt", Destination("text", "notes.txt")),
        ("json:-", Destination("json", "-")),
        ("json:notes.txt", Destination("json", "notes.txt")),
        ("text:c:d", Destination("text", "c:d")),
        ("-", Destination("text", "-")),
        ("2026-11-23T10:00.json", Destination("json", "2026-11-23T10:00.json")),
    ],
)
def test_a_prefix_or_else_the_suffix_picks_the_format(value, destination):
    assert parse_destinations([value], FORMATS) == (destination,)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["report"], "names no format"),
        (["report.pdf"], "names no format"),
        (["jsn:x"], "did you mean json:x"),
        (["json:"], "has no file name after the colon"),
        (["-", "json:-"], "two outputs go to standard output"),
    ],
)
def test_what_names_no_format_or_place_is_refused(values, message):
    with pytest.raises(UsageError, match=message):
        parse_destinations(values, FORMATS)


def test_a_format_of_another_command_is_refused():
    with pytest.raises(UsageError, match="json, text"):
        parse_destinations(["page.html"], formats("text", "json"))
    # "openmetrics:" is no part of the name of a file of text.
    with pytest.raises(UsageError, match="names no format of this command"):
        parse_destinations(["openmetrics:hosts.txt"], formats("text", "json"))


@pytest.mark.parametrize(
    ("values", "inputs", "said"),
    [
        (["json:run.json"], ["run.json"], "run.json is read by this command"),
        (["json:./run.json"], [Path("run.json")], "run.json is read by this command"),
        (["json:link.json"], ["run.json"], "link.json is read by this command"),
        (["json:new.json", "csv:new.json"], [], "new.json is named for two outputs"),
    ],
)
def test_no_document_takes_the_place_of_an_input_or_of_another_one(tmp_path, monkeypatch, values, inputs, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run.json").write_text("{}")
    (tmp_path / "link.json").symlink_to("run.json")
    with pytest.raises(UsageError, match=f"{said}; give the output another name"):
        parse_destinations(values, formats(*FORMATS, "csv"), inputs=inputs)


def test_names_that_are_no_files_and_devices_are_no_inputs_to_be_lost(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    values = ["json:docker", "csv:/dev/null", "text:/dev/null"]
    inputs = ["docker", None, "reference:sata-vps-2014", "/dev/null"]
    assert len(parse_destinations(values, formats(*FORMATS, "csv"), inputs=inputs)) == 3


def test_a_folder_that_is_not_there_is_refused_before_any_work(tmp_path):
    place = tmp_path / "none" / "run.json"
    with pytest.raises(UsageError, match=f"there is no folder {place.parent}; mkdir -p {place.parent}"):
        parse_destinations([str(place)], FORMATS)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["audit", "bench", "calibrate", "gate", "compare", "report", "history", "import"])
def test_every_command_refuses_a_missing_folder_alike(command, tmp_path):
    given = {
        "gate": ["--run", RUN],
        "compare": [RUN, RUN],
        "report": [RUN],
        "import": ["fio", "tests/fio/outputs/3.33-direct-tmpfs-no-diskutil.json"],
        "audit": ["--no-experiments"],
    }.get(command, [])
    place = tmp_path / "none" / "x.json"
    done = hostcheck_forked(command, *given, "-o", f"json:{place}", env={**os.environ, "HOME": str(tmp_path)})
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert f"{place}: there is no folder {place.parent}; mkdir -p {place.parent}" in done.stderr
    assert not place.parent.exists()
