"""Which program is fio."""

from pathlib import Path

import pytest

from hostcheck.errors import CannotMeasureError
from hostcheck.fio.program import find_fio


def program(folder: Path, says: str) -> Path:
    folder.mkdir()
    path = folder / "fio"
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


def test_passes_over_a_program_that_only_has_its_name(tmp_path: Path) -> None:
    program(tmp_path / "venv", "fio, version 1.9.1")
    real = program(tmp_path / "bin", "fio-3.39")
    found = find_fio(f"{tmp_path}/none:{tmp_path}/venv:{tmp_path}/bin")
    assert (found.path, found.version) == (real, "fio-3.39")


def test_says_what_to_install_where_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(CannotMeasureError, match="fio is not installed; install it: apt-get install fio"):
        find_fio(str(tmp_path))


def test_says_which_other_program_it_found(tmp_path: Path) -> None:
    path = program(tmp_path / "venv", "fio, version 1.9.1")
    with pytest.raises(CannotMeasureError, match=f"{path} is another program"):
        find_fio(str(tmp_path / "venv"))


def test_a_program_that_cannot_be_run_is_not_fio(tmp_path: Path) -> None:
    (tmp_path / "fio").write_bytes(b"\x7fELF garbage")
    (tmp_path / "fio").chmod(0o755)
    with pytest.raises(CannotMeasureError):
        find_fio(str(tmp_path))
