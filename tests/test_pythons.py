"""The wheel under each Python that it is for: it audits, gates and measures there, without the extra for reports."""

import json
import re
import subprocess
from pathlib import Path

import jsonschema
import pytest
import tomli

from hostcheck.run.schema import RUN_SCHEMA
from tests.short import short_hostcheck

TOP = Path(__file__).parents[1]
PROJECT = tomli.loads((TOP / "pyproject.toml").read_text())
FLOOR = (3, 10)
PYTHONS = [(3, minor) for minor in range(FLOOR[1], 14)]

_EVERY_MODULE = """
import hostcheck.errors, importlib, pathlib
top = pathlib.Path(hostcheck.__file__).parent
for path in sorted(top.rglob("*.py")):
    name = ".".join(path.relative_to(top.parent).with_suffix("").parts).removesuffix(".__init__")
    if name.startswith("hostcheck.fleet.collections."):
        continue  # Ansible alone loads it
    try:
        importlib.import_module(name)
    except hostcheck.errors.CannotMeasureError as error:
        if "install hostcheck's extra" not in str(error):
            raise
"""


def interpreter(version: tuple[int, int]) -> str:
    """Find a Python of a version: in the PATH, or of pyenv."""
    name = ".".join(map(str, version))
    places = [Path("/usr/bin") / f"python{name}", Path("/usr/local/bin") / f"python{name}"]
    places += sorted(Path.home().glob(f".pyenv/versions/{name}.*/bin/python"))
    return next((str(place) for place in places if place.exists()), "")


def test_the_floor_is_the_same_wherever_it_stands():
    plain = ".".join(map(str, FLOOR))
    assert PROJECT["project"]["requires-python"] == f">={plain}"
    assert PROJECT["tool"]["ruff"]["target-version"] == f"py{plain.replace('.', '')}"
    assert PROJECT["tool"]["mypy"]["python_version"] == plain
    assert f"--python-version {plain} " in (TOP / "CONTRIBUTING.md").read_text()
    assert f"Linux and Python {plain} or newer" in (TOP / "README.md").read_text()
    setup = (TOP / "bin" / "setup.sh").read_text()
    assert f"sys.version_info < {FLOOR}" in setup
    assert f"Python {plain} or newer with venv is needed" in setup


def test_the_lock_file_is_of_the_floor():
    named = re.findall(r"python_full_version < '3\.(\d+)'", (TOP / "requirements-dev.lock").read_text())
    assert str(FLOOR[1] + 1) in named


@pytest.mark.real
@pytest.mark.timeout(900)
@pytest.mark.parametrize("version", PYTHONS, ids=lambda version: ".".join(map(str, version)))
def test_the_wheel_audits_gates_and_measures_under(version, wheel, tmp_path):
    python = interpreter(version)
    if not python:
        pytest.skip("there is no Python of this version here; pyenv makes it")
    environment = tmp_path / "environment"

    def run(*argv: str | Path, codes: tuple[int, ...] = (0,)) -> None:
        settings = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HOME": str(tmp_path)}
        done = subprocess.run(argv, cwd=tmp_path, env=settings, capture_output=True, text=True)
        assert done.returncode in codes, done.stdout + done.stderr

    subprocess.run([python, "-m", "venv", environment], check=True)
    subprocess.run([environment / "bin/pip", "install", "--quiet", wheel], check=True)
    hostcheck = environment / "bin/hostcheck"
    run(environment / "bin/python", "-W", "error::SyntaxWarning", "-c", _EVERY_MODULE)
    audited, measured = tmp_path / "audited.json", tmp_path / "measured.json"
    run(hostcheck, "audit", "-o", audited)
    assert {"kernel.version", "cgroup.mode"} <= json.loads(audited.read_text())["facts"].keys()
    arguments = ("bench", "--quick", "--allow-busy", "--private-engine", "-o", measured)
    run(*short_hostcheck(*arguments, python=environment / "bin/python"))
    document = json.loads(measured.read_text())
    jsonschema.Draft202012Validator(json.loads(RUN_SCHEMA.read_text())).validate(document)
    assert {metric["id"].partition(".")[0] for metric in document["metrics"]} == {"disk", "build", "storm"}
    assert all(metric["value"] is not None for metric in document["metrics"])
    policy = tmp_path / "hostcheck.toml"
    policy.write_text('[gate]\nmax_age = "1d"\nthresholds = ["disk.randwrite.iops >= 1"]\n')
    # Each of these is a decision.
    run(
        hostcheck,
        "gate",
        "--policy",
        policy,
        "--run",
        measured,
        "-o",
        "junit:-",
        "-o",
        "openmetrics:o.prom",
        codes=(0, 1, 3),
    )
    run(hostcheck, "compare", measured, audited)
