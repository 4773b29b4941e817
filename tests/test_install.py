"""Each line of the documents that installs hostcheck, run as it stands by a new user of this machine."""

import hashlib
import json
import re
import shutil
import subprocess
import sys

import pytest
import yaml

from hostcheck import __version__
from tests.environments import TOP, clean_environment, installed, new_environment, pip, shell

DOCUMENTS = [TOP / "README.md", TOP / "CONTRIBUTING.md", *sorted((TOP / "docs").glob("*.md"))]
INSTALLER = re.compile(r"\b(pip install|pip wheel|pipx(?= install)|uv tool(?= install))\b")
LINES = [
    line.strip()
    for document in DOCUMENTS
    for line in document.read_text().splitlines()
    if line.startswith("    ") and INSTALLER.search(line) and "HOSTCHECK_WHEEL" not in line
]


@pytest.fixture
def user(tmp_path, wheel):
    """A folder with the clone and the wheel, and the user's settings."""
    (tmp_path / "hostcheck").symlink_to(TOP)
    shutil.copy(wheel, tmp_path)
    return tmp_path, clean_environment(tmp_path / "home")


def test_the_documents_name_each_way_for_the_clone_and_for_the_wheel():
    ways = {(INSTALLER.search(line)[1], ".whl" in line) for line in LINES}
    both = {(way, wheel) for way in ("pipx", "uv tool", "pip install") for wheel in (True, False)}
    assert ways == both | {("pip wheel", False)}


@pytest.mark.real
@pytest.mark.parametrize("line", [line for line in LINES if "pip wheel" not in line])
def test_a_line_that_installs_does_so_and_so_does_the_command_for_a_missing_extra(user, packed, line):
    folder, environment = user
    line = line.replace("/opt/", f"{folder}/opt/")
    # uv is as quick with what a user gets.
    quick = "uv tool" not in line
    settings = environment | (packed if quick else {})
    moved = {"PIPX_HOME": f"{folder}/px"} if ".whl" in line else {}
    shell(line, folder, settings | moved)
    places = [folder / "home/.local/bin/hostcheck", folder / "opt/hostcheck/bin/hostcheck"]
    (program,) = [place for place in places if place.exists()]
    place = program.resolve().parents[1]
    assert shell(f"{program} --version", folder, environment).stdout == f"hostcheck {__version__}\n"
    assert installed(place, "pandas", "matplotlib", "jinja2") == ("[report]" in line)
    if quick:
        if installed(place, "pandas"):
            pip(place, "uninstall", "--yes", "pandas")
        command = remedy(program, folder, environment)
        assert ("PIPX_HOME=" in command) is ("pipx" in line and ".whl" in line)
        shell(command, folder, settings)
        assert installed(place, "pandas")
    else:
        document = json.loads(shell(f"{program} audit --no-experiments -o json:-", folder, environment).stdout)
        assert document["schema"] == "hostcheck.run/1"


@pytest.mark.real
@pytest.mark.parametrize("kept", [True, False], ids=["wheel kept", "wheel removed"])
def test_the_command_for_a_missing_extra_of_a_tool_of_uv_makes_the_report_work(user, wheel, kept):
    folder, environment = user
    program = folder / "home/.local/bin/hostcheck"
    shell(f"uv tool install ./{wheel.name}", folder, environment)
    if not kept:
        (folder / wheel.name).unlink()
    command = remedy(program, folder, environment)
    if kept:
        assert command == f"uv tool install 'hostcheck-audit[report] @ {(folder / wheel.name).as_uri()}'"
    else:
        assert command.startswith("uv pip install --python ")
    shell(command, folder, environment)
    if kept:
        shell(f"{program} report reference:sata-vps-2014 -o page.html", folder, environment)


@pytest.mark.real
def test_the_command_for_a_missing_extra_names_a_place_that_uv_would_not_look_in(user, wheel):
    folder, environment = user
    moved = {"UV_TOOL_DIR": f"{folder}/uv tools", "UV_TOOL_BIN_DIR": f"{folder}/bin"}
    shell(f"uv tool install ./{wheel.name}", folder, environment | moved)
    command = remedy(folder / "bin/hostcheck", folder, environment)
    assert command.startswith(f"UV_TOOL_DIR='{folder}/uv tools' uv tool install ")


@pytest.mark.real
def test_the_command_for_a_missing_extra_of_a_checkout_installs_the_checkout_with_it(user):
    folder, environment = user
    place = new_environment(folder / "venv")
    pip(place, "install", "--no-deps", "--no-index", "--no-build-isolation", "--editable", TOP)
    hide = "import importlib.util as u; find = u.find_spec; u.find_spec = lambda n: None if n == 'pandas' else find(n)"
    script = f"{hide}; import hostcheck_audit, sys; sys.argv = ['hostcheck', *sys.argv[1:]]; hostcheck_audit.main()"
    command = remedy(f'{place}/bin/python -c "{script}"', folder, environment)
    assert command == f"{place}/bin/python -m pip install -e '{TOP}[report]'"
    done = shell(command, folder, environment | {"PIP_NO_BUILD_ISOLATION": "0"})
    assert "Requirement already satisfied: pandas" in done.stdout


def remedy(program, folder, environment):
    """The command that the program shows where what the report needs is missing."""
    line = f"{program} report reference:sata-vps-2014 -o page.html"
    done = subprocess.run(["sh", "-c", line], cwd=folder, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (4, ""), done.stderr
    return done.stderr.partition("; install hostcheck's extra 'report': ")[2].strip()


@pytest.mark.real
@pytest.mark.parametrize("right", [True, False], ids=["right sum", "wrong sum"])
def test_the_step_for_ci_installs_the_wheel_of_the_right_sum_and_judges(user, packed, wheel, right):
    folder, environment = user
    (step,) = yaml.safe_load(re.search(r"```yaml\n(.*?)```", (TOP / "README.md").read_text(), re.DOTALL)[1])
    sudo = folder / "programs" / "sudo"
    sudo.write_text('#!/bin/sh\nexec "$@"\n')
    sudo.chmod(0o755)
    sha256 = hashlib.sha256(wheel.read_bytes()).hexdigest() if right else "0" * 64
    given = {"HOSTCHECK_WHEEL": str(wheel), "HOSTCHECK_SHA256": sha256}
    argv = ["bash", "-e", "-c", step["run"].replace("/opt/", f"{folder}/opt/")]
    done = subprocess.run(argv, cwd=folder, env=environment | packed | given, capture_output=True, text=True)
    assert ("gate " in done.stdout) is right, done.stdout + done.stderr
    assert (folder / "opt").exists() is right


@pytest.mark.real
def test_the_line_that_makes_a_wheel_does_so(user, packed, wheel):
    folder, environment = user
    (line,) = [line for line in LINES if "pip wheel" in line]
    (folder / wheel.name).unlink()
    shell(line.replace("/opt/hostcheck/bin/pip", f"{sys.executable} -m pip"), folder, environment | packed)
    assert (folder / wheel.name).exists()


@pytest.mark.real
@pytest.mark.parametrize("tool", ["pipx", "uv tool"])
def test_the_line_that_uninstalls_leaves_no_program(user, packed, wheel, tool):
    folder, environment = user
    text = (TOP / "docs" / "clean.md").read_text()
    (line,) = re.findall(rf"\b{tool} uninstall [\w-]+", text)
    settings = environment | (packed if tool == "pipx" else {})
    shell(f"{tool} install ./{wheel.name}", folder, settings)
    program = folder / "home/.local/bin/hostcheck"
    assert program.exists()
    shell(line, folder, settings)
    assert not program.is_symlink()
    assert not program.exists()
