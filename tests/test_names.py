"""No text of the repository and no message of the program names a package of another project."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.names import foreign, foreign_in_python, foreign_in_yaml

TOP = Path(__file__).parents[1]


def tracked():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=TOP, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        data = (TOP / name).read_bytes()
        if b"\0" not in data:
            yield name, data.decode("utf-8", "replace")


def test_no_file_of_the_repository_names_a_package_of_another_project():
    found = {name: names for name, text in tracked() if not name.endswith(".py") and (names := list(foreign(text)))}
    assert found == {}


def test_no_program_and_no_message_names_a_package_of_another_project():
    files = [(name, text) for name, text in tracked() if name.endswith(".py")]
    assert len(files) > 300
    assert {name: names for name, text in files if (names := list(foreign_in_python(text)))} == {}


def test_no_yaml_file_installs_a_package_of_another_project():
    files = [(name, text) for name, text in tracked() if name.endswith((".yml", ".yaml"))]
    assert {"action.yml", "examples/cloud-init.yaml"} <= {name for name, _ in files}
    assert {name: names for name, text in files if (names := list(foreign_in_yaml(text)))} == {}


def whole(text):
    """The text without the signs that keep this file from naming what it must not name."""
    return text.replace("^", "")


@pytest.mark.parametrize(
    "text",
    [
        "pi^p install hostcheck",
        "pi^p install 'hostcheck^[report]'",
        "sudo /opt/x/bin/pi^p install --quiet hostcheck",
        "run `python3 -m pi^p install -U hostcheck`",
        "pi^p install 'hostcheck-audit[report]' hostcheck",
        "pi^p install hostcheck^==0.0.4 && x",
        "pi^p install \\\n    hostcheck",
        "pi^p install something-else",
        "pi^p install $PACKAGE",
        "pi^px install hostcheck",
        "pi^px run hostcheck audit",
        "pi^px inject hostcheck-audit numpi",
        "u^v tool install hostcheck",
        "uv pi^p install --python x hostcheck",
        "u^vx hostcheck audit",
        "apt-ge^t install -y hostcheck",
        "pack^age: hostcheck",
        "install it: hostcheck^[report]",
        "hostcheck^>=0.1",
        "hostcheck^ @ https://example.org/x.whl",
    ],
)
def test_a_package_of_another_project_is_found(text):
    assert list(foreign(whole(text)))


@pytest.mark.parametrize(
    "text",
    [
        'run([python, "-m", "pi^p", "install", "--quiet", "hostcheck"])',
        'run(python, "-m", "pi^p", "install", "hostcheck")',
        'f"to do: pi^p" f" install hostcheck^[{extra}]"',
        "# pi^p install hostcheck",
    ],
)
def test_a_package_of_another_project_is_found_in_a_program(text):
    assert list(foreign_in_python(whole(text)))


@pytest.mark.parametrize(
    "text",
    [
        "pip install './hostcheck[report]'",
        "pip install ./hostcheck",
        "pip install -e '.[report]'",
        "pip install 'hostcheck-audit[report] @ file:///x.whl'",
        "pip install './hostcheck_audit-0.1.0-py3-none-any.whl[report]'",
        "pip install --require-hashes -r requirements-dev.lock",
        "run hostcheck audit",
        "packages:\n  - curl",
    ],
)
def test_what_is_ours_is_not(text):
    assert list(foreign(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "- ansible.builtin.pip:\n    name: hostcheck",
        "- pip: {name: [hostcheck-audit, other]}",
        "packages:\n  - hostcheck",
        "package: {name: hostcheck}",
    ],
)
def test_a_package_of_another_project_is_found_in_yaml(text):
    assert list(foreign_in_yaml(text))


def test_the_wheel_in_the_documents_is_the_one_that_this_version_builds():
    from hostcheck import __version__

    named = {match for _, text in tracked() for match in re.findall(r"hostcheck_audit-(\d[\w.]*)-py3", text)}
    assert named == {__version__}
