"""Outputs as lists of their lines: the figures are those of the output itself."""

import json

import pytest
import yaml

from hostcheck.errors import UsageError
from hostcheck.imports.importing import import_fio
from tests.imports.shapes import OUTPUTS


def cells(lines):
    outputs = [{"name": "stdout", "output_type": "stream", "text": [f"{line}\n" for line in lines]}]
    return {"cells": [{"cell_type": "code", "source": ["!fio x.fio"], "outputs": outputs}], "nbformat": 4}


def of_ansible(lines, **options):
    return "ok: [db1] => " + json.dumps({"changed": True, "rc": 0, "stdout_lines": lines}, **options) + "\n"


def as_yaml(lines, **options):
    shown = yaml.safe_dump({"rc": 0, "stdout_lines": lines}, **options)
    return "ok: [db1] =>\n" + "".join(f"    {line}\n" for line in shown.split("\n"))


LISTS = {
    "of Ansible": of_ansible,
    "of Ansible, indented": lambda lines: of_ansible(lines, indent=4),
    "of Ansible, beside the text": lambda lines: json.dumps({"stdout": "\n".join(lines), "stdout_lines": lines}),
    "of a variable": lambda lines: f'ok: [db1] => {{\n    "fio.stdout_lines": {json.dumps(lines)}\n}}\n',
    "alone": json.dumps,
    "of a notebook": lambda lines: json.dumps(cells(lines), indent=1),
    "of a notebook, on one line": lambda lines: json.dumps(cells(lines)),
    "of Python": repr,
    "of bytes": lambda lines: repr([line.encode() for line in lines]),
    "of YAML": lambda lines: as_yaml(lines, width=10_000),
    "of YAML, wrapped": as_yaml,
}


def figures_of(text, tmp_path):
    file = tmp_path / "x"
    file.write_text(text)
    return [
        (metric.id, metric.value, metric.settings, [sample.valid for sample in metric.samples])
        for metric in import_fio([file], None).metrics
    ]


@pytest.mark.parametrize("name", ["normal.txt", "together.json", "terse5.txt"])
@pytest.mark.parametrize("way", LISTS)
def test_a_list_of_lines_has_the_figures_of_its_lines(name, way, tmp_path):
    text = (OUTPUTS / name).read_text()
    assert figures_of(LISTS[way](text.split("\n")), tmp_path) == figures_of(text, tmp_path)


def test_lists_of_several_hosts_are_all_read(tmp_path):
    first, second = ((OUTPUTS / name).read_text() for name in ("normal.txt", "normal-failed.txt"))
    both = "".join(of_ansible(text.split("\n")) for text in (first, second))
    assert {metric[0] for metric in figures_of(both, tmp_path)} == {
        metric[0] for text in (first, second) for metric in figures_of(text, tmp_path)
    }


def test_a_list_of_other_strings_is_left_as_it_is(tmp_path):
    text = 'command: ["fio", "x.fio"]\n- \'fio\'\n' + (OUTPUTS / "normal.txt").read_text()
    assert figures_of(text, tmp_path) == figures_of((OUTPUTS / "normal.txt").read_text(), tmp_path)


@pytest.mark.parametrize("text", ["{", "x", "[", '"'])
def test_a_file_of_one_character_is_shown_as_it_is(text, tmp_path):
    # UTF-16 has two bytes at least.
    with pytest.raises(UsageError) as caught:
        figures_of(text, tmp_path)
    assert "\ufffd" not in str(caught.value)


LOGGED = {
    "of Loki, latest first": lambda lines: json.dumps(
        {"values": [[str(1_700_000_000_000_000_000 + place), line] for place, line in enumerate(lines)][::-1]}
    ),
    "of Elasticsearch": lambda lines: json.dumps(
        {"hits": [{"_source": {"n": "x", "message": line}} for line in lines]}
    ),
    "of asciinema": lambda lines: (
        '{"version": 2, "width": 80}\n'
        + "".join(json.dumps([place / 10, "o", f"{line}\r\n"]) + "\n" for place, line in enumerate(lines))
    ),
    "of a page": lambda lines: "<html><body><pre>" + "\n".join(lines).replace(">", "&gt;") + "</pre></body></html>",
    "of Jira": lambda lines: "{noformat}" + "\n".join(lines) + "{noformat}",
    "of Jira, with a language": lambda lines: "{code:bash}" + "\n".join(lines) + "{code}",
}


@pytest.mark.parametrize("name", ["normal.txt", "together.json"])
@pytest.mark.parametrize("way", LOGGED)
def test_lines_that_were_logged_or_shown_on_one_line_are_read(name, way, tmp_path):
    text = (OUTPUTS / name).read_text()
    assert figures_of(LOGGED[way](text.split("\n")), tmp_path) == figures_of(text, tmp_path)


def test_yaml_of_the_json_is_named(tmp_path):
    document = yaml.safe_dump(json.loads((OUTPUTS / "together.json").read_text()))
    with pytest.raises(UsageError, match="this is fio's JSON as YAML; import the JSON that fio wrote"):
        figures_of(document, tmp_path)
