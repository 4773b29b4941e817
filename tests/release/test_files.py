"""The one file for a host with Python, and the one for a host without, where they are for."""

import hashlib
import json
import os
import resource
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import jsonschema
import pytest

from hostcheck import __version__
from hostcheck.run.schema import RUN_SCHEMA
from release import zipapp
from tests.chroots import busybox_alone, debian, run_in
from tests.test_pythons import PYTHONS, interpreter

SAMPLE = Path(__file__).parents[2] / "reports" / "sample" / "host.json"

pytestmark = [pytest.mark.real, pytest.mark.timeout(1800)]


def folders(place: Path) -> list[Path]:
    """Return the folders of executables that run, or have not been removed."""
    return list(place.glob("hostcheck.??????"))


def gone(place: Path, seconds: float = 60) -> bool:
    """Wait until no folder of an executable is left."""
    end = time.monotonic() + seconds
    while folders(place) and time.monotonic() < end:
        time.sleep(0.2)
    return not folders(place)


def test_the_checksums_and_the_bill_of_materials_are_those_of_the_files(release):
    sums = dict(reversed(line.split("  ")) for line in (release.folder / "SHA256SUMS").read_text().splitlines())
    assert {path.name for path in release.folder.iterdir()} == {*sums, "SHA256SUMS"}
    for name, digest in sums.items():
        assert hashlib.sha256((release.folder / name).read_bytes()).hexdigest() == digest
    bill = json.loads((release.folder / "hostcheck.cdx.json").read_text())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    components = {each["name"]: each for each in bill["components"]}
    assert {"typer", "psutil", "cpython", "glibc", "libc.so.6", "hostcheck.pyz"} <= components.keys()
    assert components["hostcheck.pyz"]["hashes"][0]["content"] == sums["hostcheck.pyz"]


def test_the_archive_has_the_same_bytes_each_time_and_no_compiled_module(release, wheel, tmp_path):
    again = tmp_path / "again.pyz"
    zipapp.make(wheel, again)
    assert again.read_bytes() == release.archive.read_bytes()
    names = zipfile.ZipFile(again).namelist()
    assert not [name for name in names if name.endswith((".so", ".pyc"))]
    assert {"hostcheck/profiles/docker.toml", "hostcheck/remote/program.sh", "tomli/__init__.py"} <= set(names)


COMMANDS = (
    "promise promise.toml -o page.html",
    f"capture --scrub {SAMPLE} -o clean.json",
    f"compare {SAMPLE} {SAMPLE}",
    "compare reference:sata-vps-2014",
    "gate --run reference:sata-vps-2014 --baseline reference:nvme-vps-2014",
    "fits compose.yaml",
    "import yabs promise.toml",
    "fleet audit -i localhost, --no-experiments",
    "checks net.raw",
    "history",
    "clean",
)


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words.split()[:2]))
def test_what_a_command_reads_of_the_package_is_in_the_one_file(words, release, tmp_path):
    (tmp_path / "promise.toml").write_text('[promise]\nmemory = "1 GB"\n')
    (tmp_path / "compose.yaml").write_text("services:\n  a: {image: nginx}\n")
    environment = {**os.environ, "HOME": str(tmp_path)}
    for program in ([release.program], [sys.executable, release.archive]):
        argv = [*program, *words.split()]
        done = subprocess.run(argv, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert "a mistake in hostcheck itself" not in done.stderr, done.stderr
        assert "was made without" not in done.stderr, done.stderr
        if words.startswith(("promise", "capture", "compare reference", "gate")):
            assert done.returncode in {0, 1, 3}, done.stderr


@pytest.mark.parametrize("version", PYTHONS, ids=lambda version: ".".join(map(str, version)))
def test_the_archive_audits_gates_and_captures_under(version, release, tmp_path):
    python = interpreter(version)
    if not python:
        pytest.skip("there is no Python of this version here; pyenv makes it")
    home = tmp_path / "home"
    home.mkdir()
    # By a relative path: what it needs is found in any current folder.
    archive = os.path.relpath(release.archive, tmp_path)
    for words in (
        "audit -o a.json",
        "gate --run a.json",
        "capture -o c.tar.gz",
        "audit --capture c.tar.gz",
        "audit --prove",
    ):
        argv = [python, archive, *words.split()]
        done = subprocess.run(argv, cwd=tmp_path, env={"PATH": "/usr/bin:/bin", "HOME": str(home)}, capture_output=True)
        assert done.returncode in {0, 1, 3}, (words, done.stderr.decode())
        assert b"Traceback" not in done.stderr
    assert json.loads((tmp_path / "a.json").read_text())["hostcheck"] == __version__
    # The audits are kept, as those of any installation; nothing is unpacked there.
    assert {path.suffix for path in home.rglob("*") if path.is_file()} <= {".json"}


def test_a_python_that_is_too_old_is_named_in_one_line(release):
    python = interpreter((3, 9))
    if not python:
        pytest.skip("there is no Python 3.9 here; pyenv makes it")
    done = subprocess.run([python, release.archive, "audit"], capture_output=True, text=True)
    assert done.returncode == 4
    assert done.stderr.startswith("hostcheck: Python 3.10 or newer is needed, here is 3.9;")


def roots(kind: str, folder: Path) -> Path:
    """Make a root file system of a kind."""
    return busybox_alone(folder) if kind == "busybox" else debian("bullseye", folder)


@pytest.mark.parametrize("kind", ["busybox", "Debian 11"])
def test_the_executable_does_all_where_there_is_no_python(kind, release, tmp_path):
    root = roots(kind, tmp_path)
    (root / "hostcheck").write_bytes(release.program.read_bytes())
    (root / "hostcheck").chmod(0o755)

    def run(*words, codes=(0,)):
        done = run_in(root, "/hostcheck", *words)
        assert done.returncode in codes, (words, done.stdout, done.stderr)
        return done

    assert run("--version").stdout == f"hostcheck {__version__}\n"
    run("audit", "-o", "/a.json")
    run("gate", "-o", "json:/g.json", codes=(0, 1, 3))
    run("capture", "-o", "/c.tar.gz")
    # Neither fio nor an engine: both are left out, with what to do.
    done = run(
        "bench",
        "--quick",
        "--allow-busy",
        "--allow-running",
        "--allow-low-space",
        "--no-store",
        "-o",
        "/b.json",
        codes=(0, 4),
    )
    assert "fio" in done.stdout + done.stderr
    validator = jsonschema.Draft202012Validator(json.loads(RUN_SCHEMA.read_text()))
    for name in ("a.json", "b.json"):
        validator.validate(json.loads((root / name).read_text()))
    assert gone(root / "tmp")


def test_where_tmp_forbids_programs_another_folder_is_taken(release, tmp_path):
    root = busybox_alone(tmp_path)
    (root / "var/tmp").mkdir(parents=True)
    (root / "hostcheck").write_bytes(release.program.read_bytes())
    (root / "hostcheck").chmod(0o755)
    (root / "bin/mount").symlink_to("busybox")
    done = run_in(root, "sh", "-c", "mount -t tmpfs -o noexec none /tmp && /hostcheck --version && ls /tmp")
    assert (done.returncode, done.stdout) == (0, f"hostcheck {__version__}\n"), done.stderr


def test_the_folder_is_private_and_ends_with_the_program_after_sigkill_too(release, tmp_path):
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    argv = [release.program, "audit", "--shell", "sleep 600"]
    running = subprocess.Popen(argv, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while not list(tmp_path.glob("hostcheck.*/alive")) and time.monotonic() < end:
        time.sleep(0.1)
    (folder,) = folders(tmp_path)
    assert folder.stat().st_mode & 0o777 == 0o700
    running.kill()
    running.wait()
    assert gone(tmp_path)


def test_helper_processes_of_the_executable_clean_up_after_it(release, tmp_path):
    place, measured = tmp_path / "place", tmp_path / "measured"
    place.mkdir()
    measured.mkdir()
    environment = {**os.environ, "TMPDIR": str(place)}
    argv = [
        release.program,
        "bench",
        "--only",
        "disk",
        "--quick",
        "--allow-busy",
        "--allow-running",
        "--allow-low-space",
        "--no-store",
        "--dir",
        measured,
    ]
    running = subprocess.Popen(argv, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 120
    while not list(measured.rglob("*")) and time.monotonic() < end:
        time.sleep(0.1)
    assert list(measured.rglob("*"))
    running.kill()
    running.wait()
    assert gone(place)
    assert not list(measured.rglob("*"))


def test_the_executable_measures_a_disk_with_the_jobs_that_it_brings(release, tmp_path):
    argv = [release.program, "bench", "--quick", "--only", "disk", "--size", "64MiB", "--dir", tmp_path, "--no-store"]
    allowed = ["--allow-busy", "--allow-running", "--allow-low-space", "-o", tmp_path / "run.json"]
    done = subprocess.run([*argv, *allowed], capture_output=True, text=True)
    assert "was made without" not in done.stderr, done.stderr
    metrics = json.loads((tmp_path / "run.json").read_text())["metrics"]
    # What others do on the machine can make a sample invalid.
    assert [each for each in metrics if each["id"].startswith("disk.") and each["samples"]], done.stderr


def test_a_start_takes_half_a_second(release, record_property):
    """Five seconds of CPU are the limit of the test; what was measured is recorded."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for _ in range(5):
        subprocess.run([release.program, "--version"], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / 5
    record_property("cpu_seconds", seconds)
    print(f"a start: {seconds:.2f} s of CPU")  # noqa: T201
    assert seconds < 5
