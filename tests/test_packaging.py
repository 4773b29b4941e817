"""The wheel as a user gets it: installed without the development group, far from the checkout, doing its main job."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import jsonschema
import pytest

from hostcheck import __version__
from hostcheck.bench.base import Options
from hostcheck.bench.disk.jobs import standard_job
from hostcheck.bench.runner import load_workload
from hostcheck.run.schema import RUN_SCHEMA
from tests.pages import run_files
from tests.short import short_hostcheck

TOP = Path(__file__).parents[1]

JOBS = ("seqread", "randwrite")
_FOREIGN = {"PYTHONPATH", "XDG_DATA_HOME", "XDG_CACHE_HOME", "MPLCONFIGDIR"}
"""What would lead the installed program, or its files, elsewhere."""


@pytest.mark.real
def test_the_wheel_carries_all_that_the_checkout_has(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    listed = subprocess.run(
        ["git", "ls-files", "hostcheck", "fio-jobs", "benchmarks", ":!benchmarks/own"],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        assert name in names or f"hostcheck/_data/{name}" in names, name
    assert not any(name.startswith(("tests/", "reports/")) for name in names)


@pytest.mark.real
def test_the_wheel_has_the_name_that_is_ours_and_only_our_modules_and_command(wheel):
    assert wheel.name == f"hostcheck_audit-{__version__}-py3-none-any.whl"
    archive = zipfile.ZipFile(wheel)
    record = f"hostcheck_audit-{__version__}.dist-info"
    lines = archive.read(f"{record}/METADATA").decode().splitlines()
    assert [line for line in lines if line.startswith("Name:")] == ["Name: hostcheck-audit"]
    assert archive.read(f"{record}/entry_points.txt").decode().split() == [
        "[console_scripts]",
        "hostcheck",
        "=",
        "hostcheck_audit:main",
    ]
    assert {name.partition("/")[0] for name in archive.namelist()} == {"hostcheck", "hostcheck_audit.py", record}


@pytest.mark.real
@pytest.mark.timeout(900)
def test_the_wheel_alone_does_the_main_job(wheel, tmp_path):
    work, home = tmp_path / "work", tmp_path / "home"
    work.mkdir()
    home.mkdir()
    environment = {name: value for name, value in os.environ.items() if name not in _FOREIGN}

    def run(*argv, **changes):
        done = subprocess.run(argv, cwd=work, env=environment | changes, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    venv = tmp_path / "venv"
    run(sys.executable, "-m", "venv", venv)
    run(venv / "bin/pip", "install", "--quiet", f"{wheel}[report]")
    assert run(venv / "bin/hostcheck", "--version") == f"hostcheck {__version__}\n"
    outputs = ("--compare", "reference:sata-vps-2014", "-o", "r.html", "-o", "r.json")
    # Forced: the machine of the tests may be at work.
    arguments = ("bench", "--quick", "--allow-busy", "--private-engine", *outputs)
    said = run(*short_hostcheck(*arguments, jobs=JOBS, python=venv / "bin/python"), HOME=str(home))

    document = json.loads((work / "r.json").read_text())
    jsonschema.Draft202012Validator(json.loads(RUN_SCHEMA.read_text())).validate(document)
    disk = [figure.metric for job in JOBS for figure in standard_job(job).figures]
    wanted = [
        *disk,
        *(spec.id for name in ("build", "storm") for spec in load_workload(name).metrics(Options("quick"))),
    ]
    assert sorted(metric["id"] for metric in document["metrics"]) == sorted(wanted)
    for metric in document["metrics"]:
        # Whether this machine's disk and engine hold still is a matter of other tests: here each figure has samples,
        # and says why one does not count.
        assert metric["value"] is not None, (metric["id"], metric["state"], metric["reason"])
        assert len(metric["samples"]) >= 2
        assert all(sample["valid"] or sample["reason"] for sample in metric["samples"])
        assert all(sample["steal_percent"] is not None for sample in metric["samples"])
    assert document["ended"] is not None
    page = (work / "r.html").read_text()
    assert json.loads([*run_files(page).values()][-1])["id"] == document["id"]
    assert "<script src" not in page
    assert "Sequential read" in said
    assert sorted(path.name for path in work.iterdir()) == ["r.html", "r.json"]
    # Nothing else is written for the user than a cache of fonts, the history, and the facts of the audit.
    kept = [path.relative_to(home) for path in home.rglob("*") if path.is_file() and ".cache" not in path.parts]
    folder = Path(".local/share/hostcheck")
    assert sorted({path.parent for path in kept}) == [folder, folder / "audits"]
    assert [path for path in kept if path.parent == folder] == [folder / "history.sqlite3"]
    assert len(kept) == 2
    assert [path.name for path in (home / ".cache").iterdir()] == ["hostcheck"]
