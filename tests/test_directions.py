"""Data goes one way (docs/architecture.md): what a part of hostcheck may import is as fixed as what it may do."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "hostcheck"

MACHINE = ("host", "remote", "probes", "bench", "prove", "capture", "audit")
"""What reads or loads the machine."""
JUDGES = ("comparison", "report", "formats", "gate", "promise", "store")
"""What only reads run files, or what was made of them."""

LONGEST = 400
"""Lines of a file: what is longer holds more than one idea."""

FORBIDDEN = {
    "stats": (*MACHINE, *JUDGES, "run", "profiles", "cli", "imports", "fio"),
    "run": (*MACHINE, *JUDGES, "profiles", "cli", "imports", "fio"),
    "plugins": (*MACHINE, *JUDGES, "run", "profiles", "catalogue", "cli", "imports", "fio"),
    "profiles": (*MACHINE, *JUDGES, "cli", "imports", "fio"),
    "verdicts": (*MACHINE, *JUDGES, "cli", "imports", "fio"),
    "catalogue": (*MACHINE, *JUDGES, "cli"),
    "proofs": (*MACHINE, *JUDGES, "cli", "imports", "fio"),
    "host": ("remote", "probes", "bench", "prove", "capture", "audit", *JUDGES, "profiles", "cli", "imports", "fio"),
    "remote": ("probes", "bench", "prove", "capture", "audit", *JUDGES, "profiles", "cli", "imports", "fio"),
    "probes": ("remote", "bench", "prove", "capture", "audit", *JUDGES, "profiles", "cli", "imports", "fio"),
    "prove": ("bench", "capture", "audit", *JUDGES, "profiles", "cli", "imports", "fio"),
    "capture": ("bench", *JUDGES, "cli", "imports", "fio"),
    "audit": ("bench", "capture", *JUDGES, "cli", "imports", "fio"),
    "fio": ("probes", "bench", "capture", "audit", *JUDGES, "profiles", "cli", "imports"),
    "bench": (*JUDGES, "cli", "imports"),
    "store": (*MACHINE, "report", "formats", "gate", "cli", "imports", "fio"),
    "comparison": (*MACHINE, "report", "formats", "gate", "cli", "imports", "fio"),
    "population": (*MACHINE, "report", "formats", "gate", "cli", "imports", "fio"),
    "workloadfiles": (*MACHINE, *JUDGES, "profiles", "cli", "imports", "fio", "placement"),
    "placement": ("remote", "probes", "bench", "prove", "capture", "audit", *JUDGES, "cli", "imports", "fio"),
    "fleet": ("probes", "bench", "prove", "capture", "cli", "imports", "fio"),
    "peers": (*MACHINE, *JUDGES, "run", "profiles", "cli", "imports", "fio"),
    "fate": (*MACHINE, *JUDGES, "run", "profiles", "cli", "imports", "fio"),
    "promise": (*MACHINE, "report", "formats", "gate", "store", "cli", "imports", "fio"),
    "place": ("remote", "probes", "bench", "prove", "capture", "audit", *JUDGES, "profiles", "cli", "imports", "fio"),
    "gate": (*MACHINE, "report", "formats", "cli", "imports", "fio"),
    "formats": (*MACHINE, "cli", "imports", "fio"),
    "report": (*MACHINE, "gate", "cli", "imports", "fio"),
}
"""Part of the package, and the parts that it does not import."""


def imported(source: str) -> Iterator[str]:
    """Give the modules that a source imports, late imports and references ("module:name") included."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("hostcheck."):
            yield node.value.partition(":")[0]


def wrong(part: str, source: str) -> set[str]:
    """Return what a source of this part imports and should not."""
    names = {name.split(".")[1] for name in imported(source) if name.startswith("hostcheck.")}
    return names & set(FORBIDDEN[part])


def test_the_table_names_parts_that_there_are():
    parts = {path.stem for path in PACKAGE.iterdir()}
    assert {*FORBIDDEN, *(part for forbidden in FORBIDDEN.values() for part in forbidden)} <= parts


@pytest.mark.parametrize("part", FORBIDDEN)
def test_data_goes_one_way(part):
    files = [PACKAGE / f"{part}.py"] if (PACKAGE / f"{part}.py").exists() else sorted((PACKAGE / part).rglob("*.py"))
    assert files
    found = {str(file.relative_to(PACKAGE)): wrong(part, file.read_text()) for file in files}
    assert {file: names for file, names in found.items() if names} == {}


@pytest.mark.parametrize(
    "source",
    [
        "import hostcheck.host.live",
        "from hostcheck.host.base import Host",
        "from hostcheck import host",
        "def late():\n    from hostcheck.host import live",
        'TABLE = {"live": "hostcheck.host.live:Live"}',
    ],
)
def test_a_wrong_import_is_found(source):
    assert wrong("comparison", source) == {"host"}


def test_no_file_is_longer_than_the_house_allows():
    lengths = {str(file.relative_to(PACKAGE)): len(file.read_text().splitlines()) for file in PACKAGE.rglob("*.py")}
    assert {file: length for file, length in lengths.items() if length > LONGEST} == {}
