"""Environments of Python that tests fill as users do, and what they can be filled with quickly."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

TOP = Path(__file__).parents[1]
LIBRARY = f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
SITE = Path(sysconfig.get_path("purelib"))
"""What the tests run with."""


def clean_environment(home: Path) -> dict[str, str]:
    """Give the settings of a new user on this machine: a home without anything, and where packages are found."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_")) or "_proxy" in name}
    home.mkdir(exist_ok=True)
    # Without bytecode an installation takes half the time, and nothing else changes.
    return {**kept, "HOME": str(home), "PIP_NO_COMPILE": "1", "PATH": f"{programs(home.parent)}:/usr/bin:/bin"}


def programs(folder: Path) -> Path:
    """Give a folder with uv, and with the Python that the tests run with as python3."""
    place = folder / "programs"
    if not place.exists():
        place.mkdir()
        (place / "uv").symlink_to(Path(sys.executable).with_name("uv"))
        (place / "python3").symlink_to(os.path.realpath(sys.executable))
    return place


def shell(line: str, cwd: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a line that a user pastes into a shell; it must succeed."""
    done = subprocess.run(["sh", "-c", line], cwd=cwd, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"
    return done


def new_environment(folder: Path, dependencies: Path = SITE) -> Path:
    """Make an environment that finds the packages of a folder, but not what its .pth files lead to."""
    venv.create(folder, symlinks=True)
    lend(folder, dependencies)
    return folder


def lend(environment: Path, dependencies: Path) -> None:
    """Let an environment find the packages of a folder, behind its own."""
    (environment / LIBRARY / "dependencies.pth").write_text(f"{dependencies}\n")


def pip(environment: Path, *words: str | Path) -> None:
    """Run the pip of the tests for an environment."""
    argv = [sys.executable, "-m", "pip", "--python", environment / "bin" / "python", *words]
    done = subprocess.run(argv, capture_output=True, text=True, env={**os.environ, "PIP_NO_COMPILE": "1"})
    assert done.returncode == 0, done.stdout + done.stderr


def installed(environment: Path, *names: str) -> bool:
    """Say whether an environment has these distributions itself."""
    found = {path.name.partition("-")[0].lower() for path in environment.glob("lib/python*/site-packages/*.dist-info")}
    return found.issuperset(names)
