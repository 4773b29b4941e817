"""The start-up budget, as the set of modules: exact, where a stopwatch on a busy machine is not."""

import json
import subprocess
import sys

import pytest

from hostcheck.bench.base import USUAL_WORKLOADS
from hostcheck.bench.cpu.options import PRESETS as CPU
from hostcheck.bench.disk.options import PRESETS as DISK
from hostcheck.profiles.loader import names

FORBIDDEN = {
    "pandas",
    "numpy",
    "matplotlib",
    "jinja2",
    "psutil",
    "docker",
    "requests",
    "rich",
    "pydantic",
    "asyncio",
    "importlib.metadata",
}

SCRIPT = """
import json, sys
sys.argv = ["hostcheck", *json.loads(sys.argv[1])]
import hostcheck_audit
try:
    hostcheck_audit.main()
except SystemExit as end:
    code = end.code
import atexit, dataclasses, gc
own = [module for name, module in sys.modules.items() if name.startswith("hostcheck.")]
kept = {value.__module__ for module in own for value in vars(module).values()
        if isinstance(value, type) and dataclasses.is_dataclass(value)}
print("\\n" + json.dumps([code or 0, sorted(sys.modules), sorted(kept)]), flush=True)
atexit._run_exitfuncs()
print(json.dumps(gc.get_freeze_count()))
"""


def loaded_by(arguments):
    done = subprocess.run([sys.executable, "-c", SCRIPT, json.dumps(arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    *_, found, frozen = done.stdout.splitlines()
    code, modules, records = json.loads(found)
    return code, set(modules), set(records), json.loads(frozen)


def modules_of(arguments):
    return loaded_by(arguments)[:2]


@pytest.mark.parametrize(
    "arguments",
    [
        ["audit"],
        ["audit", "--no-experiments", "-o", "json:-"],
        ["gate"],
        ["checks"],
        ["compare", "reference:sata-vps-2014", "reference:nvme-vps-2014"],
        ["--help"],
        ["bench", "--help"],
    ],
    ids=" ".join,
)
def test_the_commands_that_run_on_small_nodes_load_nothing_heavy(arguments):
    code, modules = modules_of(arguments)
    assert code in {0, 1, 3}
    assert modules & FORBIDDEN == set()


@pytest.mark.parametrize("profiles", [("docker",), names()], ids=["one profile", "every profile"])
def test_an_audit_spends_little_on_its_own_start_and_end(profiles):
    """Each dataclass compiles six functions when it is defined; at its end Python searches what is not frozen."""
    named = [argument for profile in profiles for argument in ("-p", profile)]
    _, _, records, frozen = loaded_by(["audit", "--no-experiments", *named])
    of_files = {"hostcheck.run.model", "hostcheck.host.base"}
    compared_in_part = {"hostcheck.host.mounts", "hostcheck.cli.output"}
    assert records <= of_files | compared_in_part
    assert frozen > 10_000


def test_an_audit_reads_no_countries_unless_a_profile_names_one(tmp_path):
    countries = {"hostcheck.profiles.placed", "hostcheck.place.countries"}
    assert modules_of(["audit", "--no-experiments"])[1] & countries == set()
    (tmp_path / "mine.toml").write_text('title = "M"\nsummary = "S."\nextends = "docker"\n[place]\nwithin = ["NO"]\n')
    assert modules_of(["audit", "--no-experiments", "-p", str(tmp_path / "mine.toml")])[1] >= countries


def test_an_audit_reads_no_types_of_facts_unless_a_profile_is_a_users_own(tmp_path):
    types = {"hostcheck.catalogue.loader", "hostcheck.profiles.questions", "hostcheck.units", "decimal"}
    for arguments in (["audit", "--no-experiments"], ["gate"]):
        assert modules_of(arguments)[1] & types == set()
    (tmp_path / "mine.toml").write_text(
        'title = "M"\nsummary = "S."\nextends = "docker"\n[[check]]\nid = "kernel.keys"\n'
    )
    assert modules_of(["audit", "--no-experiments", "-p", str(tmp_path / "mine.toml")])[1] >= types


def test_what_is_measured_and_judged_when_asked_costs_others_nothing():
    _, modules = modules_of(["audit", "--no-experiments"])
    rooms = ("hostcheck.promise", "hostcheck.bench", "hostcheck.place")
    assert [name for name in modules if name.startswith(rooms)] == []


def test_a_benchmark_measures_and_takes_as_much_as_ever():
    assert USUAL_WORKLOADS == ("disk", "build", "storm")
    assert {effort: options.budget_seconds for effort, options in DISK.items()} == {
        "quick": 56,
        "standard": 126,
        "thorough": 900,
    }
    assert [options.sustained for options in (*DISK.values(), *CPU.values())] == [None] * 6


def test_typer_is_held_below_the_version_that_loads_pydantic():
    from pathlib import Path

    import tomli

    project = tomli.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert "typer>=0.24,<0.29" in project["dependencies"]
