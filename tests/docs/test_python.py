"""The Python of docs/python.md runs as it stands there, and its types are right."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import hostcheck
from hostcheck.audit import audit_host
from hostcheck.run.files import read_run
from tests.short import short_script

TOP = Path(__file__).parents[2]
PYTHON = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
*CELLS, PYTEST, SCRIPT = PYTHON.findall((TOP / "docs" / "python.md").read_text())
MEASURED = TOP / "tests" / "runs" / "run-1.json"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """The folder of the notebook and of the script, with the files that they name."""
    (tmp_path / "run.json").write_bytes(MEASURED.read_bytes())
    (tmp_path / "policy.toml").write_text(
        '[gate]\nprofiles = ["docker"]\nthresholds = ["disk.randwrite.iops >= 1M IOPS"]\n'
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_cells_of_the_notebook(folder, capsys):
    cells = {}
    for cell in CELLS:
        exec(cell, cells)
    printed = capsys.readouterr().out
    assert re.search(r"^Random write: \d+\.\d \(.*\) better$", printed, re.MULTILINE)
    assert (folder / "report.html").read_text().startswith("<!DOCTYPE html>")
    assert "Scrubbed: names of hosts" in (folder / "for-the-seller.html").read_text()
    assert re.search(r"^disk\.randwrite\.iops +IOPS +\d", printed, re.MULTILINE)


def test_the_tests_of_a_node(monkeypatch):
    asked = []
    captured = TOP / "tests" / "hosts" / "docker-cgroup2-in-kvm" / "root"

    def audited(host=None, *, profiles, roles):
        asked.append((host, profiles, roles))
        return audit_host(captured, profiles=profiles, roles=roles)

    monkeypatch.setattr("hostcheck.audit.audit_host", audited)
    cells = {}
    exec(PYTEST, cells)
    tests = [found for name, found in cells.items() if name.startswith("test_")]
    for test in tests:
        with pytest.raises(AssertionError, match=r"^gate (?:failed|inconclusive): captured for"):
            test()
    assert asked == [(None, ("docker",), ()), ("ssh://root@node-1", ("kubernetes",), ["worker"])]


def test_the_script_where_a_recorded_run_stands_in_for_the_measuring(monkeypatch, capsys, folder):
    asked = []

    def measured(request, *, save, stop):
        asked.append((request.workloads, request.options.effort, stop.is_set()))
        save(read_run(str(MEASURED)))
        return read_run(str(MEASURED))

    monkeypatch.setattr(hostcheck, "measure", measured)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    (folder / "run.json").unlink()
    with pytest.raises(SystemExit) as end:
        exec(SCRIPT, {})
    assert end.value.code == 1
    assert asked == [(["disk"], "quick", False)]
    assert "disk.randwrite.iops: expected" in capsys.readouterr().out
    assert read_run(folder / "run.json") == read_run(MEASURED)


@pytest.mark.real
def test_the_script_measures(folder):
    (folder / "run.json").unlink()
    argv = short_script(SCRIPT.replace("/var/lib", str(folder)))
    done = subprocess.run(argv, capture_output=True, text=True, timeout=300)
    assert done.returncode == 1, done.stderr
    assert "disk.randwrite.iops: expected" in done.stdout
    assert read_run(folder / "run.json").metric("disk.randwrite.iops").value > 0


def test_the_types_of_both_are_right_and_a_wrong_name_is_found(folder):
    (folder / "cells.py").write_text('# mypy: disable-error-code="import-untyped"\n' + "\n".join(CELLS))
    (folder / "script.py").write_text(SCRIPT)
    (folder / "wrong.py").write_text("from hostcheck import audit_hots, measure\n\nmeasure(stop=1)\n")
    files = (folder / name for name in ("cells.py", "script.py", "wrong.py"))
    # With the settings of the whole, what a check of the whole has kept of hostcheck serves here.
    done = subprocess.run([sys.executable, "-m", "mypy", *files], cwd=TOP, capture_output=True, text=True)
    wrong = [line for line in done.stdout.splitlines() if ": error: " in line]
    assert len(wrong) == 2, done.stdout + done.stderr
    assert 'no attribute "audit_hots"' in wrong[0]
    assert 'Argument "stop" to "measure"' in wrong[1]
