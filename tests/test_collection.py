"""The suite runs every test file that there is."""

from fnmatch import fnmatch
from pathlib import Path

TESTS = Path(__file__).parent


def test_pytest_passes_over_no_folder_that_holds_tests(pytestconfig):
    files = (path.relative_to(TESTS) for path in TESTS.rglob("test_*.py"))
    folders = {part for file in files if "node_modules" not in file.parts for part in file.parent.parts}
    assert "build" in folders
    patterns = pytestconfig.getini("norecursedirs")
    assert {name for name in folders if any(fnmatch(name, pattern) for pattern in patterns)} == set()
