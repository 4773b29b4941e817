"""The other project called hostcheck in the same environment: a stand-in with its name, package and version.

Each environment is a real one, filled by pip; what hostcheck-audit depends on comes from the environment of the tests.
"""

import re
import subprocess
import zipfile

import pytest

from tests.environments import LIBRARY, TOP, new_environment, pip

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def theirs(tmp_path_factory):
    """A wheel called hostcheck, with a package of that name that shows when it is run."""
    wheel = tmp_path_factory.mktemp("theirs") / "hostcheck-0.0.4-py3-none-any.whl"
    record = "hostcheck-0.0.4.dist-info"
    files = {
        "hostcheck/__init__.py": "print('code of the other project')\n",
        "hostcheck/ping.py": "",
        f"{record}/METADATA": "Metadata-Version: 2.1\nName: hostcheck\nVersion: 0.0.4\n",
        f"{record}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{record}/RECORD"] = "".join(f"{name},,\n" for name in [*files, f"{record}/RECORD"])
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return wheel


@pytest.fixture
def environment(tmp_path):
    return new_environment(tmp_path / "venv")


def add(environment, *words):
    pip(environment, "install", "--no-deps", "--no-index", "--no-build-isolation", *words)


def run(environment):
    return subprocess.run(
        [environment / "bin" / "hostcheck", "checks"], capture_output=True, text=True, cwd=environment
    )


def refused(done):
    """The one line of a command that did not start, and that ran nothing of the other project."""
    assert (done.returncode, done.stdout) == (4, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("hostcheck: cannot start hostcheck-audit: ")
    assert line.endswith("; install hostcheck-audit into an environment of its own")
    return line


def test_alone_it_says_nothing_of_another(environment, wheel):
    add(environment, wheel)
    done = run(environment)
    assert (done.returncode, done.stderr) == (0, "")


def test_installed_after_the_other_it_works_and_warns(environment, wheel, theirs):
    add(environment, theirs)
    add(environment, wheel)
    done = run(environment)
    assert done.returncode == 0
    assert "kernel.version" in done.stdout
    (line,) = done.stderr.splitlines()
    assert line.startswith(
        "hostcheck: warning: hostcheck 0.0.4, another project with a package of the same name, is in "
    )


def test_under_the_other_it_does_not_start_and_names_it(environment, wheel, theirs):
    add(environment, wheel)
    add(environment, theirs)
    line = refused(run(environment))
    assert "1 of its files" in line
    assert "such as hostcheck/__init__.py: hostcheck 0.0.4, another project" in line


def test_after_the_removal_of_the_other_it_says_that_files_are_missing(environment, wheel, theirs):
    add(environment, theirs)
    add(environment, wheel)
    pip(environment, "uninstall", "--yes", "hostcheck")
    assert "1 of its files" in refused(run(environment))


def test_a_checkout_behind_the_other_on_the_path_does_not_start(environment, theirs):
    add(environment, "--editable", TOP)
    add(environment, theirs)
    line = refused(run(environment))
    assert f"{environment / LIBRARY}/hostcheck is not its own but of hostcheck 0.0.4, another project" in line


def test_another_file_that_was_replaced_is_named_where_it_breaks_the_start(environment, wheel):
    add(environment, wheel)
    (environment / LIBRARY / "hostcheck" / "errors.py").write_text("")
    assert "such as hostcheck/errors.py" in refused(run(environment))


def test_a_missing_dependency_is_named(environment, wheel):
    add(environment, wheel)
    (environment / LIBRARY / "dependencies.pth").unlink()
    assert "No module named 'typer'" in refused(run(environment))


def test_files_that_are_as_installed_are_not_read_unless_something_is_wrong(environment, wheel):
    add(environment, wheel)
    script = (
        "import sys\n"
        "opened = []\n"
        "read = ('open', 'os.listdir')\n"
        "sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event in read else None)\n"
        "sys.argv = ['hostcheck', 'checks']\n"
        "import atexit, hostcheck_audit\n"
        "atexit.register(lambda: print(*opened, sep='\\n', file=sys.stderr))\n"
        "hostcheck_audit.main()"
    )
    argv = [environment / "bin" / "python", "-c", script]
    opened = subprocess.run(argv, capture_output=True, text=True, check=True, cwd=environment).stderr.splitlines()
    assert not [name for name in opened if re.search(r"/RECORD$|/METADATA$", name)]
    assert len([name for name in opened if name == str(environment / LIBRARY)]) <= 2
