"""Run files of every schema version ever written stay readable: one real run of each is kept for ever."""

import json
from pathlib import Path

import jsonschema
import pytest

from hostcheck.comparison.compare import compare
from hostcheck.report.page import render
from hostcheck.run.codec import to_json
from hostcheck.run.files import dumps, read_run
from hostcheck.run.schema import RUN_SCHEMA
from tests.pages import run_files

FROZEN = sorted((Path(__file__).parents[1] / "runs").glob("run-*.json"))


@pytest.mark.parametrize("path", FROZEN, ids=lambda path: path.stem)
def test_a_frozen_run_is_read_whole(path):
    document = json.loads(path.read_text())
    assert to_json(read_run(str(path))) == document
    jsonschema.Draft202012Validator(json.loads(RUN_SCHEMA.read_text())).validate(document)


@pytest.mark.parametrize("path", FROZEN, ids=lambda path: path.stem)
def test_a_frozen_run_becomes_a_page(path):
    run = read_run(str(path))
    page = render(compare([read_run("reference:sata-vps-2014"), run]))
    assert [*run_files(page).values()][1].decode() == dumps(run)
    # The ratios for a narrow and a wide screen, and three charts that stand in columns.
    assert page.count("<svg") == 5


def test_the_current_schema_has_its_frozen_run():
    assert "run-1" in [path.stem for path in FROZEN]
