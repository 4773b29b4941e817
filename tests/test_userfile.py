"""Files that a user names, which may be anything that has a name."""

import os
import re
import socket
import threading
from pathlib import Path

import pytest

import hostcheck
from hostcheck import userfile
from hostcheck.errors import UsageError
from hostcheck.userfile import read_bytes
from tests.fuzz.cases import require_good, run


def test_a_device_without_end_is_read_no_further_than_its_limit():
    with pytest.raises(UsageError, match=r"reading the run /dev/zero: it is larger than 1 MiB"):
        read_bytes("run", userfile.Path("/dev/zero"), 1 << 20)


def test_a_socket_and_a_folder_are_refused(tmp_path):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        for name in ("socket", "."):
            with pytest.raises(UsageError, match="reading the run .*; name the file of the run"):
                read_bytes("run", tmp_path / name, 100)


@pytest.mark.parametrize(
    "command",
    ["compare {}", "import fio {}", "gate --run {}", "gate --policy {}", "bench --job {}", "fleet audit -i {}"],
)
def test_a_named_pipe_is_refused_at_once(tmp_path, monkeypatch, command):
    monkeypatch.setattr(userfile, "_has_come", None)
    os.mkfifo(tmp_path / "pipe")
    code, said = run(*command.format(tmp_path / "pipe").split())
    assert (code, said.count("\n")) == (2, 1)
    assert "pipe: it is a named pipe; name the " in said


def of_descriptor(descriptor):
    return userfile.Path(f"/proc/self/fd/{descriptor}")


def test_a_pipe_whose_program_is_silent_is_given_up(monkeypatch):
    monkeypatch.setattr(userfile, "_SILENT_SECONDS", 0.1)
    ours, theirs = os.pipe()
    try:
        with pytest.raises(UsageError, match="nothing was written to it for"):
            read_bytes("run", of_descriptor(ours), 100)
    finally:
        os.close(ours)
        os.close(theirs)


@pytest.mark.parametrize("data", [b"", b"x", b"y" * 300_000])
def test_a_pipe_that_a_shell_made_is_read_whole(data):
    ours, theirs = os.pipe()

    def write():
        with os.fdopen(theirs, "wb") as file:
            file.write(data)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert read_bytes("run", of_descriptor(ours), 1 << 20) == data
    finally:
        os.close(ours)
    writer.join()


def test_what_is_empty_ends_at_once(tmp_path):
    assert read_bytes("run", userfile.Path("/dev/null"), 100) == b""
    (tmp_path / "empty").write_bytes(b"")
    assert read_bytes("run", tmp_path / "empty", 100) == b""


@pytest.mark.parametrize(
    "command", ["compare {} reference:nvme-vps-2014", "import fio {}", "gate --run {}", "audit --root {}"]
)
@pytest.mark.parametrize("name", ["a" * 300, "a/" * 3000, "/proc/self/mem"])
def test_a_name_that_no_file_can_have_is_one_line(command, name):
    code, said = run(*command.format(name).split())
    require_good(("gate",), code, said)
    assert (code, said.count("\n")) == (2, 1)


@pytest.mark.parametrize(
    "command",
    ["compare loop", "gate --policy loop --run loop", "audit --role ./loop", "audit -p ./loop", "bench --job job.fio"],
)
def test_links_in_a_circle_are_one_line(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "job.fio").write_text("[a]\nrw=read\ninclude loop\n")
    code, said = run(*command.split())
    require_good(("gate",), code, said)
    assert (code, said.count("\n")) == (2, 1)


NAMED = (
    *("cli", "workloadfiles", "gate", "promise", "place", "placement", "imports", "formats", "profiles"),
    "bench/build",
)
OURS = {"hostcheck/bench/build/made.py", "hostcheck/formats/decision_github.py"}
"""Files that ask for names of ours, or say what is wrong with the name."""


def test_names_that_others_choose_are_looked_up_by_functions_that_take_any_name():
    """Path's own raise where a name is too long, or a folder cannot be searched: a mistake of hostcheck's then."""
    package = Path(hostcheck.__file__).parent
    files = [file for room in NAMED for file in (package / room).rglob("*.py")]
    files += [package / "fleet" / "collecting.py", package / "fio" / "jobtext.py", package / "fio" / "jobfile.py"]
    found = {
        f"{file.relative_to(package.parent)}: {text}"
        for file in files
        for text in re.findall(r"[\w)]\.(?:exists|is_file|is_dir|resolve)\(\)", file.read_text("utf-8"))
        if str(file.relative_to(package.parent)) not in OURS
    }
    assert len(files) > 150
    assert found == set()


@pytest.mark.parametrize("name", ["x" * 300, "x/" * 3000, "x\0y", "loop", "."])
def test_any_name_can_be_looked_up(tmp_path, name):
    (tmp_path / "loop").symlink_to("loop")
    assert not userfile.is_file(tmp_path / name)
    assert userfile.is_there(tmp_path / name) == userfile.is_folder(tmp_path / name) == (name == ".")


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("web.container", "[Container]\nImage=x\nVolume=./{0}:/data\nEnvironmentFile={0}\n"),
        ("compose.yaml", "services:\n  a:\n    image: x\n    env_file: {0}\n    volumes: ['./{0}:/data']\n"),
    ],
)
def test_a_workload_file_that_names_what_no_file_can_be_called_is_judged(tmp_path, file, text):
    (tmp_path / file).write_text(text.format("x" * 5000))
    argv = ("fits", tmp_path / file, "--lint")
    require_good(argv, *run(*argv))
