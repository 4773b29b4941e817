"""What bin/release makes, once for all tests."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]


@dataclass(frozen=True)
class Release:
    """The files of a release."""

    folder: Path

    @property
    def archive(self) -> Path:
        return self.folder / "hostcheck.pyz"

    @property
    def program(self) -> Path:
        return self.folder / f"hostcheck-{os.uname().machine}"


@pytest.fixture(scope="session")
def release(tmp_path_factory) -> Release:
    folder = tmp_path_factory.mktemp("release")
    done = subprocess.run([sys.executable, TOP / "bin" / "release", folder], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return Release(folder)
