"""Which program is fio."""

import os
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
    with pytest.raises(CannotMeasureError, match=f"{path} is a different program with the same name"):
        find_fio(str(tmp_path / "venv"))


def test_a_program_that_cannot_be_run_is_not_fio(tmp_path: Path) -> None:
    (tmp_path / "fio").write_bytes(b"\x7fELF garbage")
    (tmp_path / "fio").chmod(0o755)
    with pytest.raises(CannotMeasureError):
        find_fio(str(tmp_path))


@pytest.mark.skipif(os.geteuid() != 0, reason="files of others can only be made by root")
def test_root_takes_the_next_fio_and_says_which_it_passed_over(tmp_path: Path) -> None:
    theirs, right = program(tmp_path / "theirs", "fio-3.40"), program(tmp_path / "bin", "fio-3.33")
    os.chown(theirs, 65534, 65534)
    found = find_fio(f"{tmp_path}/theirs:{tmp_path}/bin")
    assert found.path == right
    assert found.passed_over == (f"{theirs} is not run as root: {theirs} belongs to nobody (uid 65534), mode 0755",)
    with pytest.raises(CannotMeasureError, match="fio is not installed; .* is not run as root"):
        find_fio(f"{tmp_path}/theirs")


def test_fio_is_not_looked_for_in_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", "fio-3.33")
    monkeypatch.chdir(tmp_path / "bin")
    with pytest.raises(CannotMeasureError, match="fio is not installed; install"):
        find_fio("::.:../bin")
