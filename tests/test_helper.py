"""Processes of hostcheck itself: started in each way that the program can have been, and in any working folder."""

import os
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import psutil
import pytest

from hostcheck import helper
from hostcheck.bench.cleanup.keeper import kept
from hostcheck.bench.scratch import Scratch
from hostcheck.errors import CannotMeasureError
from hostcheck.helper import HELPERS, command_line, start_helper
from tests.environments import SITE, TOP, new_environment, pip
from tests.hostile import hostile_folder
from tests.leaks import children_with, nothing_left_open

PATIENCE_SECONDS = 120
HIDDEN = [path.name.partition(".")[0] for path in SITE.glob("*__mypyc*.so")]
"""Modules that tomli imports where PyInstaller does not look."""

GUARDED = """
import sys
from pathlib import Path
from hostcheck.bench.scratch import Scratch
with Scratch(Path(sys.argv[1]), "fedcba9876543210", guarded=True) as scratch:
    (scratch.held / "test-file").write_bytes(b"x")
    sys.stdin.read()
"""

UNPACKS_ITSELF = """
import atexit, shutil, sys, tempfile, zipfile
place = tempfile.mkdtemp()
with zipfile.ZipFile(sys.path[0]) as archive:
    archive.extractall(place)
sys.path.insert(1, place + "/packages")
sys.path.insert(2, {dependencies!r})
from hostcheck_audit import main
main()
"""


@pytest.fixture
def hostile(tmp_path) -> Path:
    """A folder with whatever a helper might look for; what is run out of it leaves a mark."""
    return hostile_folder(tmp_path / "hostile", tmp_path / "mark")


def bench(folder):
    return [
        "bench",
        "--quick",
        "--no-store",
        "--allow-low-space",
        "--only",
        "disk",
        "--dir",
        folder,
        "-o",
        "json:run.json",
    ]


@pytest.fixture
def way(request, tmp_path):
    """Give the command line that measures in a folder, and the environment, for each way to start hostcheck."""
    return globals()[f"way_{request.param}"](request, tmp_path)


def way_installed(request, tmp_path):
    place = new_environment(tmp_path / "venv")
    pip(place, "install", "--no-deps", "--no-index", request.getfixturevalue("wheel"))
    return lambda folder: [place / "bin" / "hostcheck", *bench(folder)], {}


def way_checkout(_request, tmp_path):
    python = new_environment(tmp_path / "venv") / "bin" / "python"
    return lambda folder: [python, "-P", "-m", "hostcheck", *bench(folder)], {"PYTHONPATH": str(TOP)}


def way_copied(request, tmp_path):
    """Unpacked into a folder that only PYTHONPATH leads to, as pip does with --target."""
    with zipfile.ZipFile(request.getfixturevalue("wheel")) as archive:
        archive.extractall(tmp_path / "copy")
    python = os.path.realpath(sys.executable)
    changes = {"PYTHONPATH": f"{tmp_path / 'copy'}:{SITE}"}
    return lambda folder: [python, "-P", "-m", "hostcheck", *bench(folder)], changes


def way_zipapp(request, tmp_path):
    """As shiv and pex make them: unpacked where it is started, since data and compiled modules are read as files."""
    folder = tmp_path / "application"
    with zipfile.ZipFile(request.getfixturevalue("wheel")) as archive:
        archive.extractall(folder / "packages")
    (folder / "__main__.py").write_text(UNPACKS_ITSELF.format(dependencies=str(SITE)))
    subprocess.run([sys.executable, "-m", "zipapp", folder, "-o", tmp_path / "hostcheck.pyz"], check=True)
    return lambda folder: [os.path.realpath(sys.executable), tmp_path / "hostcheck.pyz", *bench(folder)], {
        "TMPDIR": str(tmp_path)
    }


def way_archive(request, tmp_path):
    """Imported from an archive that is not unpacked, by a relative path."""
    (tmp_path / "script.py").write_text(GUARDED)
    wheel = os.path.relpath(request.getfixturevalue("wheel"), tmp_path / "hostile")
    return lambda folder: [os.path.realpath(sys.executable), tmp_path / "script.py", folder], {"PYTHONPATH": wheel}


def way_frozen(_request, tmp_path):
    entry = tmp_path / "entry.py"
    entry.write_text("from hostcheck_audit import main\nmain()\n")
    data = [f"--add-data={TOP / name}:hostcheck/_data/{name}" for name in ("fio-jobs", "benchmarks")]
    left_out = [f"--exclude-module={name}" for name in ("matplotlib", "pandas", "numpy", "scipy", "PIL")]
    subprocess.run(
        [
            *(sys.executable, "-m", "PyInstaller", "--log-level=ERROR", "--onedir", "--name=program"),
            *("--collect-submodules=hostcheck", "--collect-data=hostcheck", *data, *left_out),
            *(f"--hidden-import={name}" for name in HIDDEN),
            *(f"--{name}path={tmp_path / name}" for name in ("spec", "work", "dist")),
            entry,
        ],
        check=True,
        env=os.environ | {"PYTHONPATH": str(TOP)},
    )
    return lambda folder: [tmp_path / "dist" / "program" / "program", *bench(folder)], {}


@pytest.mark.real
@pytest.mark.parametrize(
    "way", ["installed", "checkout", "copied", "zipapp", "archive", "frozen"], indirect=True, ids=str
)
def test_killed_its_guard_removes_its_directory_however_it_was_started(way, hostile, tmp_path):
    command, changes = way
    disk = tmp_path / "disk"
    disk.mkdir()
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path / "data"), **changes}
    with (tmp_path / "said").open("w") as said:
        process = psutil.Popen(
            command(disk), cwd=hostile, env=environment, stdin=subprocess.PIPE, stdout=said, stderr=said
        )
    try:
        until(lambda: [path for path in disk.glob("*/test-file") if path.stat().st_size] or process.poll() is not None)
        assert process.poll() is None, (tmp_path / "said").read_text()
        (guard,) = children_with(process, "scratch-guard")
        assert guard.cwd() == "/"
        assert os.getsid(guard.pid) == guard.pid
        assert set(guard.environ()) - {"LC_CTYPE"} <= {"PATH", "LC_ALL"} | set(frozen_variables(guard))
    finally:
        process.kill()
        process.wait()
    until(lambda: not list(disk.iterdir()) and not guard.is_running())
    assert not (tmp_path / "mark").exists()


def frozen_variables(process):
    """What PyInstaller's own start sets for the program in it."""
    return [name for name in process.environ() if name.startswith(("_PYI", "LD_LIBRARY_PATH"))]


def until(condition):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_what_is_handed_on_is_only_what_is_named(monkeypatch, tmp_path):
    lines = {"PYTHONPATH": "/x", "LD_PRELOAD": "", "TMPDIR": "/x", "DOCKER_HOST": "unix:///x", "HTTPS_PROXY": "p:1"}
    for name, value in lines.items():
        monkeypatch.setenv(name, value)
    with Scratch(tmp_path, "0123456789abcdef", guarded=True) as scratch:
        (guard,) = children_with(psutil.Process(), str(scratch.path))
        assert set(guard.environ()) <= {"PATH", "LC_ALL", "LC_CTYPE"}
    ours, theirs = socket.socketpair()
    with ours, theirs:
        process = start_helper("engine-sweeper", "unix:///none", "run", stdin=theirs.fileno(), kept=("HTTPS_PROXY",))
        theirs.close()
        assert psutil.Process(process.pid).environ()["HTTPS_PROXY"] == "p:1"
        ours.send(b"swept")
    process.communicate()
    assert process.returncode == 0


BROKEN = {
    "it crashes": ["-c", "raise SystemExit('libx.so: no such file')"],
    "it prints nothing": ["-c", "pass"],
    "it prints other words": ["-c", "print('ready')"],
    "it is another version": ["-c", "print('scratch-guard of hostcheck 0.0.4 is ready')"],
    "it is killed": ["-c", "import os; os.kill(os.getpid(), 9)"],
    "it hangs": ["-c", "import time; time.sleep(600)"],
    "it prints without end": ["-c", "while True: print('x' * 999)"],
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_helper_that_does_not_start_is_an_error_of_one_line_and_nothing_is_made(tmp_path, monkeypatch, broken):
    monkeypatch.setattr(helper, "command_line", lambda: [sys.executable, *BROKEN[broken]])
    if "hangs" in broken:
        monkeypatch.setattr(helper, "START_SECONDS", 0.5)
    with nothing_left_open():
        for make in (lambda: Scratch(tmp_path, "0123456789abcdef", guarded=True), lambda: kept("engine-keeper")):
            with pytest.raises(CannotMeasureError, match="the process that cleans up after a killed run") as error:
                make().__enter__()
            assert "\n" not in str(error.value)
            assert ("libx.so: no such file" in str(error.value)) is ("crashes" in broken)
            assert list(tmp_path.iterdir()) == []


@pytest.mark.real
def test_a_bench_whose_guard_does_not_start_ends_with_4_and_one_line(tmp_path):
    script = (
        "from hostcheck import helper; helper._ISOLATED = 'import nothing'; import hostcheck.cli; hostcheck.cli.main()"
    )
    folder = tmp_path / "disk"
    folder.mkdir()
    argv = [sys.executable, "-c", script, *bench(folder)]
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
    done = subprocess.run(argv, capture_output=True, text=True, cwd=tmp_path, env=environment)
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("hostcheck: ")]
    assert "starting scratch-guard, " in line
    assert "No module named 'nothing'; so nothing was created" in line
    assert "Traceback" not in done.stderr
    assert (done.returncode, list(folder.iterdir())) == (4, [])


def test_a_program_that_is_not_there_any_more_is_an_error_of_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(CannotMeasureError, match="No such file or directory; so nothing was created"):
        start_helper("engine-sweeper", "unix:///none", "run")


def test_a_frozen_program_is_started_as_it_is(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert command_line() == [sys.executable]


def test_a_user_who_names_the_hidden_command_gets_one_line():
    for words in ([], ["scratch-guard"], ["other", "2"]):
        done = subprocess.run([*command_line(), "_helper", *words], capture_output=True, text=True)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "hostcheck: _helper is an internal command: hostcheck runs it itself\n"


@pytest.mark.parametrize("name", HELPERS)
def test_a_helper_that_waits_has_loaded_nothing_that_is_not_needed_for_waiting(name):
    module = HELPERS[name].partition(":")[0]
    script = f"import sys, {module}, hostcheck.__main__, hostcheck.helper; print(*sys.modules, sep='\\n')"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert "typer" not in loaded
    # Keepers make something before anything is measured; who only waits has loaded no more than it waits with.
    if "keeper" not in name:
        assert not {"docker", "requests", "psutil", "hostcheck.bench.scratch", "asyncio"} & set(loaded)


def test_nothing_else_starts_python():
    for path in (TOP / "hostcheck").rglob("*.py"):
        text = path.read_text()
        assert "multiprocessing" not in text, path
        if path.name not in {"helper.py", "installed.py"}:
            assert "sys.executable" not in text, path
