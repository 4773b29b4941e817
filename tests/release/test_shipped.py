"""What ships beside the code is found in each form of hostcheck, from a wheel of a few files."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from release import executable

TOP = Path(__file__).parents[2]
MODULES = ("__init__", "counts", "errors", "resources")
NAMES = ("benchmarks/references/old.json", "benchmarks/build/Dockerfile", "fio-jobs/churn.fio")

FIRST = "import sys; sys.path.insert(0, sys.argv[1])\n"
LIST = """\
from hostcheck import resources
for name in ("benchmarks", "fio-jobs"):
    for path, file in resources.data_files(name).items():
        print(f"{name}/{path}", file.read_text(encoding="utf-8"))
try:
    resources.data_files("other")
except resources.CannotMeasureError as error:
    print(error)
"""


@pytest.fixture
def wheel(tmp_path) -> Path:
    path = tmp_path / "hostcheck.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name in MODULES:
            archive.write(TOP / "hostcheck" / f"{name}.py", f"hostcheck/{name}.py")
        for name in NAMES:
            archive.writestr(f"hostcheck/_data/{name}", f"of {name}")
    return path


def listed(place: Path) -> list[str]:
    done = subprocess.run([sys.executable, "-I", "-c", FIRST + LIST, place], capture_output=True, text=True, cwd="/")
    assert done.returncode == 0, done.stderr
    *found, missing = done.stdout.splitlines()
    assert missing.startswith("this copy of hostcheck was made without its other folder")
    return sorted(found)


def as_wheel(wheel: Path, folder: Path) -> Path:
    zipfile.ZipFile(wheel).extractall(folder)
    return folder


def as_executable(wheel: Path, folder: Path) -> Path:
    """Lay the files out as the launcher does."""
    unpacked, imported = executable.of_hostcheck(wheel)
    for name, data in unpacked.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    modules = folder / "lib" / "python{}{}.zip".format(*sys.version_info)
    with zipfile.ZipFile(modules, "w") as archive:
        for name, data in imported.items():
            archive.writestr(name, data)
    return modules


def as_archive(wheel: Path, _: Path) -> Path:
    return wheel


@pytest.mark.parametrize("form", [as_wheel, as_executable, as_archive])
def test_the_files_are_found_in(form, wheel, tmp_path):
    assert listed(form(wheel, tmp_path / "made")) == sorted(f"{name} of {name}" for name in NAMES)


def test_the_executable_has_its_jobs_where_fio_reads_them(wheel, tmp_path):
    ask = "from hostcheck.resources import data_dir; print(data_dir('fio-jobs'))"
    modules = as_executable(wheel, tmp_path)
    done = subprocess.run([sys.executable, "-I", "-c", FIRST + ask, modules], capture_output=True, text=True, cwd="/")
    assert (Path(done.stdout.strip()) / "churn.fio").is_file(), done.stderr
