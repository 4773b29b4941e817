"""Programs are run by an absolute path, by root only where they are root's, and with few variables."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hostcheck.errors import CannotMeasureError
from hostcheck.host import lookup
from hostcheck.host.experiments.nat import try_nat
from hostcheck.host.lookup import environment, find_program, own_folders, programs
from hostcheck.host.programs import run_program
from hostcheck.remote.connection import Connection
from tests.environments import TOP

NOBODY = 65534
HOSTILE = {
    **dict.fromkeys(("PYTHONPATH", "PYTHONSTARTUP", "PYTHONHOME", "LD_LIBRARY_PATH", "BASH_ENV", "ENV"), "/x"),
    **dict.fromkeys(("TMPDIR", "MPLCONFIGDIR", "DOCKER_CONFIG", "IFS", "HOME"), "/x"),
    "LD_PRELOAD": "",
    "DOCKER_HOST": "unix:///x",
    "GLIBC_TUNABLES": "glibc.malloc.check=1",
    "LANG": "de_DE",
}

root = pytest.mark.skipif(os.geteuid() != 0, reason="files of others can only be made by root")


def program(folder: Path, name: str = "fio", text: str = "exit 0") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def found(*folders: object) -> tuple[list[Path], list[str]]:
    passed_over: list[str] = []
    return list(programs("fio", map(str, folders), passed_over)), passed_over


def test_the_first_folder_counts_and_each_only_once(tmp_path):
    first, second = program(tmp_path / "first"), program(tmp_path / "second")
    assert found(first.parent, second.parent, first.parent) == ([first, second], [])


@pytest.mark.parametrize("entry", ["", ".", "here", "./here", "../up/here"])
def test_a_folder_that_is_not_absolute_has_no_programs(tmp_path, monkeypatch, entry):
    (tmp_path / "up").mkdir()
    for folder in (tmp_path / "up", tmp_path / "up/here"):
        program(folder)
    monkeypatch.chdir(tmp_path / "up")
    assert found(entry) == ([], [])


def test_what_is_missing_or_no_program_is_passed_over_in_silence(tmp_path):
    (tmp_path / "folder" / "fio").mkdir(parents=True)
    (tmp_path / "file").touch()
    program(tmp_path / "plain").chmod(0o644)
    right = program(tmp_path / "right")
    entries = ("none", "file", "folder", "plain", "\0", "x" * 5000, "right")
    assert found(*(f"{tmp_path}/{entry}" for entry in entries)) == ([right], [])


def as_nobody(act: str, *words: object) -> str:
    """Run Python code as an ordinary user; what it imports is loaded before."""
    imports = "import os, sys\nfrom hostcheck.host import lookup\nfrom hostcheck.host.experiments import child"
    script = f"{imports}\nif os.geteuid() == 0:\n    {BECOME}\n{act}"
    done = subprocess.run([sys.executable, "-c", script, *map(str, words)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


BECOME = f"os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})"


def test_a_folder_that_cannot_be_read_is_passed_over(tmp_path):
    program(tmp_path / "closed", "sh").parent.chmod(0)
    act = "print(*lookup.programs('sh', [sys.argv[1], '/root', '/bin'], []))"
    assert as_nobody(act, tmp_path / "closed") == "/bin/sh\n"


@root
@pytest.mark.parametrize(
    "others", ["the file", "the folder", "the link", "the group", "all users", "all users' folder", "led to"]
)
def test_root_passes_over_a_program_that_others_can_exchange_and_says_so(tmp_path, others):
    path = program(tmp_path / "bin")
    if others == "the file":
        os.chown(path, NOBODY, 0)
    elif others == "the folder":
        os.chown(path.parent, NOBODY, 0)
    elif others == "the group":
        path.chmod(0o775)
    elif others == "all users":
        path.chmod(0o757)
    elif others == "all users' folder":
        path.parent.chmod(0o777)
    else:
        target = path.rename(tmp_path / "target")
        path.symlink_to(target)
        os.chown(path if others == "the link" else target, NOBODY, 0, follow_symlinks=False)
    right = program(tmp_path / "right")
    paths, (why,) = found(path.parent, right.parent)
    assert paths == [right]
    assert why.startswith(f"{path} is not run as root: {tmp_path}/")
    with pytest.raises(PermissionError) as error:
        find_program(str(path))
    assert error.value.strerror == why


@root
def test_an_ordinary_user_runs_what_the_path_has(tmp_path, monkeypatch):
    path = program(tmp_path / "bin")
    os.chown(path, NOBODY, 0)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert found(path.parent) == ([path], [])


def test_the_root_of_a_user_namespace_alone_finds_the_programs_of_the_host():
    act = (
        # Its own files in /proc are root's until it is dumpable again (proc(5)).
        "user = os.getuid(); child.call('prctl', 4, 1); child.call('unshare', 0x10000000)\n"
        "open('/proc/self/uid_map', 'w').write(f'0 {user} 1')\n"
        "print(os.geteuid(), lookup.find_program('sh'))"
    )
    assert as_nobody(act).startswith("0 /")


def test_a_missing_program_and_a_file_that_is_none_are_distinguished(tmp_path, monkeypatch):
    monkeypatch.setattr(lookup, "FOLDERS", (str(tmp_path),))
    assert run_program(["absent"], 5).failure == "absent"
    assert run_program([f"{tmp_path}/absent"], 5).failure == "absent"
    program(tmp_path, "plain").chmod(0o644)
    assert run_program(["plain"], 5).failure == "denied"


def test_what_is_started_gets_a_path_and_a_language_and_nothing_else(monkeypatch, tmp_path):
    for name, value in HOSTILE.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HTTPS_PROXY", "p:1")
    assert set(environment()) == {"PATH", "LC_ALL"}
    assert environment(lookup.PROXIES)["HTTPS_PROXY"] == "p:1"
    shown = run_program(["env"], 5)
    assert {line.partition("=")[0] for line in shown.text.splitlines()} == {"PATH", "LC_ALL"}
    assert run_program(["pwd"], 5).text == "/\n"


@root
def test_roots_programs_look_for_others_in_folders_of_root_alone(tmp_path, monkeypatch):
    (tmp_path / "theirs").mkdir()
    os.chown(tmp_path / "theirs", NOBODY, 0)
    monkeypatch.setattr(lookup, "FOLDERS", (f"{tmp_path}/theirs", "/usr/bin"))
    assert environment()["PATH"] == "/usr/bin"


@root
def test_an_audit_runs_no_program_of_others(tmp_path, monkeypatch):
    path = program(tmp_path / "bin", "git", f"touch {tmp_path}/mark")
    os.chown(path, NOBODY, 0)
    monkeypatch.setattr(lookup, "FOLDERS", (str(path.parent),))
    for name in ("git", str(path)):
        reading = run_program([name, "--version"], 5)
        assert reading.failure == "denied"
        assert "is not run as root" in reading.error
    assert try_nat(str(path), 5) == {"ok": False, "error": "EACCES", "stage": "program"}
    assert not (tmp_path / "mark").exists()


def test_without_a_path_the_usual_folders_are_searched(monkeypatch):
    monkeypatch.delenv("PATH")
    assert own_folders() == list(lookup.FOLDERS)


@root
def test_roots_own_command_is_no_program_that_others_can_exchange(tmp_path, monkeypatch):
    path = program(tmp_path / "bin", "ssh", f"touch {tmp_path}/mark")
    os.chown(path, NOBODY, 0)
    monkeypatch.setenv("PATH", str(path.parent))
    for name in ("ssh", str(path)):
        with pytest.raises(CannotMeasureError, match=r"ssh is not run as root: "), Connection([name], "it"):
            pass
    assert not (tmp_path / "mark").exists()


STARTS = {"subprocess.run", "subprocess.Popen", "subprocess.check_output", "subprocess.check_call", "subprocess.call"}
OTHERS = ("os.system", "os.popen", "os.spawn", "os.posix_spawn", "os.exec", "pty.", "find_library", "shutil.which")
ANY = re.compile(r"\b(?:subprocess|pty|tempfile|find_library)\b|\.(?:which|system|popen|posix_spawn|spawn|exec)\w*\(")
"""A word of each of these calls: a file without any of them has none of them."""


def test_all_that_starts_a_program_gives_it_this_environment_and_no_shell():
    starts = 0
    for path in (TOP / "hostcheck").rglob("*.py"):
        text = path.read_text()
        if not ANY.search(text):
            continue
        for call in (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)):
            name, place = ast.unparse(call.func), f"{path}:{call.lineno}"
            given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
            if name in STARTS:
                starts += 1
                assert "environment(" in given.get("env", ""), place
                assert "shell" not in given, place
            elif name == "os.execve":
                starts += 1
                assert ast.unparse(call.args[2]) == "environment()", place
            else:
                assert not name.startswith(OTHERS), place
            # Where TMPDIR leads, or in the end the current folder, nothing is written.
            if name.startswith("tempfile."):
                assert "dir" in given, place
    assert starts >= 7
