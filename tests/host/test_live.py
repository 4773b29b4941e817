import contextlib
import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from hostcheck.host.base import READ_LIMIT
from hostcheck.host.live import LiveHost
from tests.leaks import nothing_left_open


@pytest.fixture
def host():
    return LiveHost()


def test_a_file_whose_stated_size_is_zero_is_read_whole(host):
    assert Path("/proc/self/status").stat().st_size == 0
    assert "Name:" in host.read("/proc/self/status").text


def test_an_endless_file_is_read_in_part(host):
    assert host.read("/dev/zero").data == b"\0" * READ_LIMIT


def test_an_unreadable_file_is_reported_as_a_failure(host, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert host.read("/no/such/file").failure == "absent"
    assert host.read("/proc/self").failure == "unreadable"
    assert host.read(str(tmp_path / "pipe")).data == b""
    assert host.read("/etc/passwd/below").failure == "absent"
    assert host.read("/\0").failure == "unreadable"
    assert host.listdir("/etc/passwd") is None


def test_no_descriptor_is_left_open(host):
    with nothing_left_open():
        for path in ("/proc/self/status", "/proc/self", "/no/such/file"):
            host.read(path)
        host.http_get("/no/such/socket", "/", 0.1)
        host.run(["true"], 5)
        host.experiment("unshare")


def test_links_are_read_and_existence_is_of_the_link_itself(host, tmp_path):
    (tmp_path / "link").symlink_to("nowhere")
    assert host.readlink(str(tmp_path / "link")).text == "nowhere"
    assert host.readlink("/etc/passwd").failure == "unreadable"
    assert host.exists(str(tmp_path / "link")) is True
    assert host.exists(str(tmp_path / "none")) is False


def test_the_free_space_of_a_file_system_is_reported(host, tmp_path):
    room = host.statvfs(str(tmp_path))
    assert 0 < room["free_bytes"] <= room["total_bytes"]
    assert set(room) == {
        *("free_bytes", "root_free_bytes", "total_bytes", "block_bytes"),
        *("free_inodes", "total_inodes"),
    }
    assert room["free_bytes"] <= room["root_free_bytes"] <= room["total_bytes"]
    assert room["total_bytes"] % room["block_bytes"] == 0
    assert host.statvfs("/no/such/place") is None


def test_permissions_and_owners_are_the_files_own_and_those_of_what_a_link_leads_to(tmp_path):
    path = tmp_path / "file"
    path.touch()
    path.chmod(0o604)
    (tmp_path / "link").symlink_to(path)
    host = LiveHost()
    assert host.stat(str(tmp_path / "link")) == {"mode": 0o604, "uid": os.getuid(), "gid": os.getgid()}
    assert host.stat("/no/such/place") is None


def test_cpuid_agrees_with_the_kernel(host):
    leaves = host.cpuid()
    cpuinfo = Path("/proc/cpuinfo").read_text()
    if os.uname().machine != "x86_64":
        assert leaves == {}
        return
    assert bool(leaves[1][2] >> 31) == (" hypervisor" in cpuinfo)
    family = ((leaves[1][0] >> 8) & 0xF) + ((leaves[1][0] >> 20) & 0xFF)
    assert f"cpu family\t: {family}\n" in cpuinfo
    if 0x40000000 in leaves:
        assert struct.pack("<III", *leaves[0x40000000][1:]).strip(b"\0")


def test_a_program_is_run_without_a_shell_in_the_c_locale(host):
    assert host.run(["echo", "$HOME", ";", "id"], 5).text == "$HOME ; id\n"
    assert host.run(["sh", "-c", "echo $LC_ALL"], 5).text == "C\n"


@pytest.mark.parametrize(
    ("argv", "timeout", "failure"),
    [
        (["no-such-program"], 1, "absent"),
        (["/etc/passwd"], 1, "denied"),
        (["false"], 5, "unreadable"),
        (["sleep", "30"], 0.1, "unreadable"),
        (["yes"], 5, "unreadable"),
    ],
)
def test_a_program_that_fails_is_a_finding(host, argv, timeout, failure):
    assert host.run(argv, timeout).failure == failure


def test_a_program_is_found_by_its_folder_and_leaves_no_descriptor(host):
    with nothing_left_open():
        assert host.run(["/bin/echo", "a"], 5).text == "a\n"
        assert host.run(["/no/such/program"], 5).failure == "absent"
        assert host.run(["echo", "a\0b"], 5).failure == "unreadable"


def test_a_program_has_no_input_and_a_group_of_its_own(host):
    assert host.run(["cat"], 5).text == ""
    said = host.run(["sh", "-c", "ps -o pgid= -p $$; echo $$"], 5).text.split()
    assert said[0] == said[1]
    assert host.run(["sh", "-c", "kill -PIPE $$; echo alive"], 5).error == "ended with -13"


def test_a_program_that_stays_after_closing_its_output_is_ended(host):
    reading = host.run(["sh", "-c", "echo a; exec >&-; sleep 300"], 5)
    assert reading.error == "ended with -9"


@pytest.mark.parametrize("closed", ["0", "1", "0 1 2"])
def test_the_output_of_a_program_is_read_without_standard_descriptors(closed):
    script = (
        f"import os; [os.close(int(n)) for n in '{closed}'.split()]\n"
        "from hostcheck.host.programs import run_program\n"
        "os._exit(0 if run_program(['echo', 'a'], 5).data == b'a\\n' else 1)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_the_children_of_a_program_that_took_too_long_are_ended_too(host, tmp_path):
    note = tmp_path / "pid"
    host.run(["sh", "-c", f"sleep 300 & echo $! > {note}; wait"], 0.5)
    pid = int(note.read_text())
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and _runs(pid):
        time.sleep(0.01)
    assert not _runs(pid)


def _runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@contextlib.contextmanager
def serving(path, answer, *, hold=False):
    asked = []
    release = threading.Event()

    def serve():
        connection, _ = server.accept()
        with connection:
            asked.append(connection.recv(65536))
            with contextlib.suppress(OSError):
                connection.sendall(answer)
            if hold:
                release.wait(10)

    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield asked
        finally:
            release.set()
            thread.join()


def test_an_engine_is_asked_over_its_socket(host, tmp_path):
    body = json.dumps({"Driver": "overlay2"}).encode()
    with serving(tmp_path / "s", b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n" + body) as asked:
        assert host.http_get(str(tmp_path / "s"), "/info", 5) == (200, {"Driver": "overlay2"})
    assert asked[0].startswith(b"GET /info HTTP/1.0\r\n")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (b"HTTP/1.1 500 Internal Server Error\r\n\r\nnot json", (500, None)),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"[" * 200_000, (200, None)),
        (b"SSH-2.0-OpenSSH_9.2\r\n", None),
        (b"", None),
        (b"\xff\xfe\r\n\r\n", None),
    ],
)
def test_an_unexpected_answer_is_reported(host, tmp_path, answer, outcome):
    with serving(tmp_path / "s", answer):
        assert host.http_get(str(tmp_path / "s"), "/info", 5) == outcome


def test_an_answer_that_never_ends_is_given_up_in_time(host, tmp_path):
    with serving(tmp_path / "s", b"HTTP/1.0 200 OK\r\n\r\n{", hold=True):
        assert host.http_get(str(tmp_path / "s"), "/info", 0.2) is None


def test_a_socket_without_a_listener_is_reported(host, tmp_path):
    assert host.http_get(str(tmp_path / "none"), "/info", 1) is None
    assert host.http_get("/" + "x" * 200, "/info", 1) is None


def test_experiments_can_be_off(tmp_path):
    assert LiveHost(experiments=False).experiment("overlay", directory=str(tmp_path)) is None
    assert os.listdir(tmp_path) == []


def test_the_host_package_imports_nothing_heavy():
    program = (
        "import sys; from hostcheck.host.live import LiveHost; h = LiveHost(); h.cpuid(); h.experiment('unshare');"
        "h.http_get('/none', '/', 1);"
        "print(sorted({'asyncio', 'multiprocessing', 'concurrent.futures', 'http.client', 'shutil', 'subprocess'}"
        " & set(sys.modules)))"
    )
    assert (
        LiveHost()
        .run([sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(Path.cwd())!r}); {program}"], 60)
        .text
        == "[]\n"
    )
