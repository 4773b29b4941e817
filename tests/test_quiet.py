"""Nothing of a library reaches the terminal."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
RUN = "tests/runs/run-1.json"


def python(*arguments, **environment):
    argv = [sys.executable, *map(str, arguments)]
    return subprocess.run(argv, cwd=TOP, capture_output=True, text=True, env=os.environ | environment)


@pytest.mark.real
@pytest.mark.parametrize("filters", ["always", "error"])
def test_a_report_is_made_without_a_word_where_no_cache_can_be_written(tmp_path, filters):
    (tmp_path / "file").write_text("")
    environment = {"HOME": str(tmp_path / "file"), "XDG_CACHE_HOME": "", "MPLCONFIGDIR": "", "PYTHONWARNINGS": filters}
    done = python("-m", "hostcheck", "report", RUN, "-o", tmp_path / "page.html", **environment)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("module", "logger"), [("hostcheck.bench.engine.client", "urllib3.connectionpool"), ("hostcheck.report", "PIL.png")]
)
def test_the_log_of_a_library_goes_only_to_who_asked_for_it(module, logger):
    script = f"import logging, {module}; logging.getLogger({logger!r}).warning('full')"
    assert python("-c", script).stderr == ""
    assert "full" in python("-c", script.replace(", hostcheck", "; logging.basicConfig(); import hostcheck")).stderr
