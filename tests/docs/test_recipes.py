"""The recipes of CONTRIBUTING.md hold: a script does each word for word, and its tests pass."""

import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "bin" / "recipe"


def module():
    loader = SourceFileLoader("recipe", str(SCRIPT))
    spec = spec_from_loader("recipe", loader)
    made = module_from_spec(spec)
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
    try:
        loader.exec_module(made)
    finally:
        sys.dont_write_bytecode = before
    return made


RECIPE = module()
RECIPES = RECIPE.recipes()


def test_there_are_recipes_for_what_people_add():
    assert {*RECIPES} == {"check", "fio job", "format", "profile"}


@pytest.mark.parametrize("name", RECIPES)
def test_each_block_finds_the_file_and_the_line_that_it_is_for(name):
    for block in RECIPE.BLOCK.finditer(RECIPES[name]):
        if block["file"] is not None:
            path = RECIPE.TOP / block["file"]
            assert path.exists() != (block["how"] == "new"), block["file"]
            if block["line"]:
                assert path.read_text().count(f"{block['line']}\n") == 1, block["line"]


def test_each_recipe_ends_with_its_tests():
    for name, text in RECIPES.items():
        *_, last = RECIPE.BLOCK.finditer(text)
        assert last["text"].count('.venv/bin/pytest -q -m "not real" ') >= 1, name


def test_a_block_that_does_not_fit_is_said(tmp_path):
    (tmp_path / "a").write_text("x\nx\n")
    for how, line, problem in (("new", "", "a is there already"), ("after", "x", "has the line 'x' 2 times")):
        with pytest.raises(RECIPE.WrongRecipeError, match=problem):
            RECIPE.write(tmp_path / "a", how, line, "y\n")
    RECIPE.write(tmp_path / "a", "append", "", "y\n")
    RECIPE.write(tmp_path / "a", "after", "y", "z\n")
    RECIPE.write(tmp_path / "a", "instead-of", "y", "Y\n")
    assert (tmp_path / "a").read_text() == "x\nx\nY\nz\n"


@pytest.mark.real
@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_leads_to_what_its_tests_ask_for(name):
    done = subprocess.run([sys.executable, SCRIPT, name], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr
    unknown = subprocess.run([sys.executable, SCRIPT, f"{name}s"], capture_output=True, text=True)
    assert unknown.returncode == 2
