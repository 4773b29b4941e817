"""The suite runs every test file that there is, and the time that a test takes decides none."""

from fnmatch import fnmatch
from pathlib import Path

from hypothesis import HealthCheck, settings

TESTS = Path(__file__).parent


def test_pytest_passes_over_no_folder_that_holds_tests(pytestconfig):
    files = (path.relative_to(TESTS) for path in TESTS.rglob("test_*.py"))
    folders = {part for file in files if "node_modules" not in file.parts for part in file.parent.parts}
    assert "build" in folders
    patterns = pytestconfig.getini("norecursedirs")
    assert {name for name in folders if any(fnmatch(name, pattern) for pattern in patterns)} == set()


def test_no_property_fails_because_the_machine_is_busy():
    assert settings().deadline is None
    assert HealthCheck.too_slow in settings().suppress_health_check
