"""What bin/bench and bin/test would do on systems that are not here: their package managers are stand-ins."""

import shutil
import subprocess
from pathlib import Path

import pytest

SETUP = Path(__file__).parents[2] / "bin" / "setup.sh"
COMMANDS = {
    "apt-get": "apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ",
    "dnf": "dnf install -y --setopt=install_weak_deps=False ",
    "apk": "apk add ",
}
PACKAGES = {
    "apt-get": "fio docker.io chromium",
    "dnf": "fio moby-engine chromium",
    "apk": "fio docker chromium",
}


@pytest.fixture
def system(tmp_path):
    """A PATH that holds a shell's usual tools and what the test adds, and nothing else."""
    for tool in ("sh", "grep", "cat", "touch"):
        (tmp_path / tool).symlink_to(shutil.which(tool))
    log = tmp_path / "log"

    def add(name, script="exit 0"):
        program = tmp_path / name
        program.write_text(f"#!{tmp_path}/sh\necho {name} $* >>{log}\n{script}\n")
        program.chmod(0o755)

    def run(snippet, uid=0):
        add("id", f"echo {uid}")
        done = subprocess.run(
            [tmp_path / "sh", "-euc", f". {SETUP}; {snippet}"],
            env={"PATH": str(tmp_path)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        calls = [line for line in (log.read_text() if log.exists() else "").splitlines() if not line.startswith("id")]
        return done, calls

    return add, run


@pytest.mark.parametrize("manager", COMMANDS)
def test_says_the_exact_command_and_runs_it_as_root(system, manager):
    add, run = system
    add(manager, "touch installed")
    done, calls = run("present() { test -e installed; }; install_missing yes fio engine chromium")
    assert done.returncode == 0, done.stderr
    assert "missing: fio engine chromium" in done.stderr
    assert f"installing: {COMMANDS[manager]}{PACKAGES[manager]}\n" in done.stderr
    assert calls[-1].startswith(manager)
    assert calls[-1].endswith(PACKAGES[manager])


@pytest.mark.parametrize("manager", COMMANDS)
def test_without_root_says_the_exact_command_and_ends(system, manager):
    add, run = system
    add(manager)
    done, calls = run("present() { false; }; install_missing yes fio engine chromium", uid=1000)
    assert done.returncode == 4
    assert f"{COMMANDS[manager]}{PACKAGES[manager]}\n" in done.stderr
    assert calls == []


def test_no_install_says_the_command_and_goes_on_without(system):
    add, run = system
    add("apk")
    done, calls = run("present() { false; }; install_missing no fio; echo went on")
    assert done.stdout == "went on\n"
    assert "The command would be: apk add fio" in done.stderr
    assert calls == []


def test_what_is_there_is_not_installed(system):
    add, run = system
    add("apk")
    add("fio", "echo fio-3.36")
    done, calls = run("install_missing yes fio")
    assert (done.returncode, done.stderr) == (0, "")
    assert calls == ["fio --version"]


def test_another_program_called_fio_is_not_taken_for_it(system):
    add, run = system
    add("fio", "echo 'fio, version 1.10.1'")
    done, _ = run("present fio && echo yes || echo no")
    assert done.stdout == "no\n"


def test_an_installation_that_brings_nothing_is_reported(system):
    add, run = system
    add("dnf")
    done, _ = run("present() { false; }; install_missing yes fio")
    assert done.returncode == 4
    assert "fio is still missing" in done.stderr


def test_without_a_known_package_manager_the_program_to_install_is_named(system):
    _, run = system
    done, _ = run("present() { false; }; install_missing yes fio engine")
    assert done.returncode == 4
    assert "install fio engine yourself" in done.stderr
