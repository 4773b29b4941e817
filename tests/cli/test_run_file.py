"""A disk that fills up while a run is measured loses nothing of it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hostcheck.api import write_run
from hostcheck.cli import run_file
from hostcheck.cli.bench_documents import write_documents
from hostcheck.cli.output import parse_destinations
from hostcheck.cli.run_file import RunFile
from hostcheck.comparison.compare import compare
from hostcheck.errors import CannotMeasureError, UnwrittenError
from hostcheck.formats import BENCH
from hostcheck.formats.terminal import Style
from hostcheck.run.files import read_run


@pytest.fixture
def full(tmp_path, monkeypatch):
    """Folders that have no space left."""
    folders: set[Path] = set()

    def written(run, place):
        if place.parent in folders:
            raise UnwrittenError(f"writing {place}: No space left on device", remedy="name a file that can be written")
        write_run(run, place)

    monkeypatch.setattr(run_file, "write_run", written)
    monkeypatch.setattr(run_file, "run_folder", lambda: tmp_path / "memory")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    return folders


def test_the_run_goes_elsewhere_while_its_disk_is_full_and_back_again(tmp_path, full, run_of, metric):
    notes = []
    file = RunFile(tmp_path / "out" / "run.json", notes.append)
    file.begin(run_of("a"))
    measured = run_of("a", metric("disk.randwrite.iops", 100, 101, 102))
    full.add(tmp_path / "out")
    file.save(measured)
    file.save(measured)
    assert read_run(file.place) == measured
    assert file.place.parent == tmp_path / "home" / "hostcheck" / "runs"
    assert read_run(tmp_path / "out" / "run.json") == run_of("a")
    # Said once, with the place.
    assert len(notes) == 1
    assert "No space left on device; the run is in" in notes[0]
    assert str(file.place) in notes[0]
    assert file.failure.exit_code == 4
    elsewhere = file.place
    full.clear()
    file.save(measured)
    assert read_run(tmp_path / "out" / "run.json") == measured
    assert file.failure is None
    assert not elsewhere.exists()


def test_the_places_are_tried_in_turn(tmp_path, full, run_of):
    path = tmp_path / "out" / "run.json"
    (tmp_path / "memory").mkdir()
    file = RunFile(path, lambda text: None)
    file.begin(run_of("a"))
    full |= {path.parent, tmp_path / "home" / "hostcheck" / "runs"}
    file.save(run_of("b"))
    assert file.place.parent == tmp_path / "memory"
    full.add(tmp_path / "memory")
    file.save(run_of("c"))
    # Nothing can be written: the last run that could be is named, and stays.
    assert read_run(file.place) == run_of("b")
    assert f"what was measured before is in {file.place}" in str(file.failure)


def test_a_file_that_cannot_be_written_at_the_start_ends_the_command(tmp_path, full, run_of):
    full.add(tmp_path / "out")
    with pytest.raises(UnwrittenError, match="No space left"):
        RunFile(tmp_path / "out" / "run.json", lambda text: None).begin(run_of("a"))


def test_the_last_line_says_where_the_figures_are_if_the_documents_cannot_be_written_either(run_of, metric):
    run = run_of("a", metric("disk.randwrite.iops", 100, 101, 102))
    elsewhere = CannotMeasureError("writing run.json: No space left on device", remedy="the run is in /run/a.json")
    destinations = parse_destinations(["json:/dev/full"], BENCH, inputs=())
    with pytest.raises(CannotMeasureError, match=r"the run is in /run/a\.json"):
        write_documents(destinations, run, compare([run]), Style(), elsewhere)
    with pytest.raises(UnwrittenError, match="writing /dev/full: No space left on device"):
        write_documents(destinations, run, compare([run]), Style())


SCRIPT = """
import json, os, sys
from dataclasses import replace
from pathlib import Path
from hostcheck.cli.run_file import RunFile
from hostcheck.run.files import read_run
run = read_run("reference:nvme-vps-2014")
notes = []
file = RunFile(Path("/mnt/run.json"), notes.append)
file.begin(replace(run, metrics=()))
Path("/mnt/filler").write_bytes(b"x" * (os.statvfs("/mnt").f_bavail * os.statvfs("/mnt").f_frsize))
file.save(run)
kept = [read_run(file.place) == run, read_run("/mnt/run.json").metrics == (), sorted(os.listdir("/mnt"))]
os.unlink("/mnt/filler")
file.save(run)
print(json.dumps([*kept, read_run("/mnt/run.json") == run, str(file.failure), notes]))
"""


@pytest.mark.real
def test_a_real_file_system_that_is_full(tmp_path):
    mount = f"mount -t tmpfs -o size=64k none /mnt && exec {sys.executable} -c '{SCRIPT}'"
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", mount],
        env={**os.environ, "XDG_DATA_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    elsewhere, old, names, back, failure, notes = json.loads(done.stdout)
    assert (elsewhere, old, names, back, failure) == (True, True, ["filler", "run.json"], True, "None")
    assert "No space left on device; the run is in" in notes[0]
    assert list(tmp_path.rglob("*.json")) == []
