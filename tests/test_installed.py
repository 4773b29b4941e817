"""The command for a missing extra where no real installation of the kind can be made; the others: test_install.py."""

import json
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from hostcheck import installed

PACKAGE = Path(installed.__file__).parent


class Record:
    """What an installer wrote of an installation."""

    requires = (
        "typer>=0.24",
        "pandas>=2.2; extra == 'report'",
        'jinja2>=3.1 ; extra == "report"',
        "x; extra == 'other'",
    )

    def __init__(self, source=None, installer="pip", place=PACKAGE.parent):
        self.texts = {"direct_url.json": source and json.dumps(source), "INSTALLER": installer}
        self.place = place

    def read_text(self, name):
        return self.texts[name]

    def locate_file(self, path):
        return self.place / path


@pytest.fixture
def recorded(monkeypatch):
    def become(record, **changes):
        monkeypatch.setattr(installed, "distribution", lambda _name: record)
        for name, value in changes.items():
            monkeypatch.setattr(sys, name, value)

    return become


def test_in_an_environment_it_is_pip_with_what_the_extra_requires(recorded):
    recorded(Record(), executable="/opt/my venv/bin/python")
    assert installed.command_for("report") == "'/opt/my venv/bin/python' -m pip install 'pandas>=2.2' 'jinja2>=3.1'"


def test_what_uv_installed_has_no_pip(recorded):
    recorded(Record(installer="uv\n"), executable="/opt/v/bin/python")
    assert installed.command_for("report").startswith("uv pip install --python /opt/v/bin/python 'pandas>=2.2'")


def test_in_the_systems_own_python_it_repeats_the_option_that_was_needed(recorded, tmp_path, monkeypatch):
    (tmp_path / "EXTERNALLY-MANAGED").touch()
    monkeypatch.setattr(installed.sysconfig, "get_path", lambda _name: str(tmp_path))
    recorded(Record(), executable="/usr/bin/python3", prefix="/usr", base_prefix="/usr")
    assert installed.command_for("report").startswith("/usr/bin/python3 -m pip install --break-system-packages 'pandas")


def test_a_checkout_that_was_never_installed_gets_an_environment(monkeypatch):
    def none(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(installed, "distribution", none)
    top = PACKAGE.parent
    made = f"{sys.executable} -m venv {top}/.venv && {top}/.venv/bin/pip install -e '{top}[report]'"
    assert installed.command_for("report") == made


@pytest.mark.parametrize("source", [None, {"url": "file:///elsewhere", "dir_info": {"editable": True}}])
def test_the_record_of_another_copy_is_not_taken_for_this_ones(recorded, tmp_path, source):
    recorded(Record(source, place=tmp_path))
    assert f"install -e '{PACKAGE.parent}[report]'" in installed.command_for("report")


@pytest.mark.parametrize(
    ("source", "command"),
    [
        ({"archive_info": {}}, "uv tool install 'hostcheck-audit[report] @ https://example.org/x.whl'"),
        ({"vcs_info": {}}, "uv pip install --python /p 'pandas>=2.2' 'jinja2>=3.1'"),
    ],
)
def test_a_tool_of_uv_from_an_address_is_installed_from_there_again(recorded, tmp_path, monkeypatch, source, command):
    (tmp_path / "uv-receipt.toml").touch()
    monkeypatch.setenv("UV_TOOL_DIR", str(tmp_path.parent))
    record = Record({"url": "https://example.org/x.whl", **source}, installer="uv")
    recorded(record, prefix=str(tmp_path), executable="/p")
    assert installed.command_for("report") == command
