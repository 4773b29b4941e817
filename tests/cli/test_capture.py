"""``hostcheck capture`` and ``hostcheck audit --capture`` as they are called."""

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

from tests.forked import forked, hostcheck_forked

HOSTS = Path(__file__).parents[1] / "hosts"


def hostcheck(*arguments, **changes):
    return forked(*arguments, env={**os.environ, **changes})


def refused(*arguments, **changes):
    done = hostcheck(*arguments, **changes)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.count(b"\n") == 1
    assert b"Traceback" not in done.stderr
    return done.stderr.decode()


@pytest.fixture(scope="module")
def of_this_machine(tmp_path_factory):
    """A capture of this machine, made without experiments; by a process, as a user makes it."""
    path = tmp_path_factory.mktemp("captured") / "host.tar.gz"
    argv = [sys.executable, "-m", "hostcheck", "capture", "--no-experiments", "-o", path]
    subprocess.run(argv, capture_output=True, check=True)
    return path


@pytest.fixture
def captured(of_this_machine, tmp_path):
    """The same capture, to be changed."""
    return Path(shutil.copy(of_this_machine, tmp_path))


def test_a_capture_is_written_for_its_owner_alone_and_nothing_stays_beside_it(of_this_machine):
    assert stat.S_IMODE(of_this_machine.stat().st_mode) == 0o600
    assert [path.name for path in of_this_machine.parent.iterdir()] == ["host.tar.gz"]
    with tarfile.open(of_this_machine) as tar:
        names = tar.getnames()
    assert names == sorted(names)
    assert {".evidence/capture.json", "proc/version", "proc/filesystems"} <= set(names)


def test_a_capture_replaces_an_older_one(captured):
    captured.write_bytes(b"older")
    captured.chmod(0o644)
    assert hostcheck("capture", "--no-experiments", "-o", captured).returncode == 0
    assert stat.S_IMODE(captured.stat().st_mode) == 0o600
    assert tarfile.is_tarfile(captured)


def test_a_capture_is_audited_and_names_no_host(captured):
    done = hostcheck("audit", "--capture", captured, "-o", "json:-")
    assert (done.returncode, done.stderr) == (0, b"")
    document = json.loads(done.stdout)
    assert document["host"]["name"] == "captured"
    assert document["host"]["kernel"] == os.uname().release
    assert document["facts"]["kernel.release"]["value"] == os.uname().release


def test_the_list_has_every_file_of_the_archive_and_writes_nothing(tmp_path):
    done = hostcheck_forked("capture", "--no-experiments", "--list", cwd=tmp_path)
    assert (done.returncode, done.stderr, list(tmp_path.iterdir())) == (0, "", [])
    rows = [line.split(maxsplit=1) for line in done.stdout.splitlines()]
    assert all(size.isdigit() for size, _ in rows)
    listed = {rest.rsplit(maxsplit=1)[-1]: rest.rsplit(maxsplit=1)[0].strip() for _, rest in rows}
    assert listed[".evidence/capture.json"] == "made"
    assert listed["proc/sys/kernel/hostname"] == "scrubbed"
    assert listed["proc/filesystems"] == "as it was"


def test_the_list_comes_before_the_file_and_agrees_with_it(tmp_path):
    path = tmp_path / "host.tar.gz"
    done = hostcheck("capture", "--no-experiments", "--list", "-o", path)
    listed = [line.split()[-1].decode() for line in done.stdout.splitlines() if b"left out" not in line]
    with tarfile.open(path) as tar:
        assert tar.getnames() == listed


def test_a_list_is_shown_although_the_file_cannot_be_written(tmp_path):
    done = hostcheck("capture", "--no-experiments", "--list", "-o", tmp_path)
    assert done.returncode == 4
    assert b".evidence/capture.json" in done.stdout
    assert done.stderr.count(b"\n") == 1


def test_a_capture_goes_to_standard_output_and_nothing_else_does(tmp_path):
    done = hostcheck("capture", "--no-experiments", "-o", "-")
    path = tmp_path / "host.tar.gz"
    path.write_bytes(done.stdout)
    assert tarfile.is_tarfile(path)
    assert done.stderr.startswith(b"hostcheck: ")


def test_the_time_of_a_capture_may_be_set(tmp_path):
    path = tmp_path / "host.tar.gz"
    assert hostcheck("capture", "--no-experiments", "-o", path, SOURCE_DATE_EPOCH="86400").returncode == 0
    with tarfile.open(path) as tar:
        assert {member.mtime for member in tar} == {86400}
        index = json.load(tar.extractfile(".evidence/capture.json"))
    assert index["captured"] == "1970-01-02T00:00:00Z"
    for wrong in ("yesterday", "-1", "99999999999", "٣"):
        assert "SOURCE_DATE_EPOCH" in refused("capture", "-o", path, SOURCE_DATE_EPOCH=wrong)


def test_what_contradicts_itself_is_refused(tmp_path, captured):
    assert "-o" in refused("capture")
    assert "standard output" in refused("capture", "--list", "-o", "-")
    assert "--capture" in refused("audit", "--capture", captured, "--root", tmp_path)


def test_a_capture_that_cannot_be_written_ends_with_4(tmp_path):
    (tmp_path / "file").write_text("")
    for place, why in ((tmp_path, b"directory"), (tmp_path / "file" / "host.tar.gz", b"writing")):
        done = hostcheck("capture", "--no-experiments", "-o", place)
        assert (done.returncode, done.stderr.count(b"\n")) == (4, 1)
        assert why in done.stderr


def test_what_is_no_capture_is_refused_in_one_line(tmp_path, captured):
    path = tmp_path / "broken.tar.gz"
    assert "No such file" in refused("audit", "--capture", path)
    path.touch()
    assert "broken.tar.gz is empty" in refused("audit", "--capture", path)
    for data in (b"text", captured.read_bytes()[:500]):
        path.write_bytes(data)
        assert "reading the capture" in refused("audit", "--capture", path)
    (tmp_path / "root/.evidence").mkdir(parents=True)
    (tmp_path / "root/.evidence/capture.json").write_text("[")
    assert "its index" in refused("audit", "--root", tmp_path / "root")


@pytest.mark.parametrize("name", ["openvz-guest-in-xen-free-host", "stale-dockerenv-on-kvm"])
def test_an_archive_made_by_hand_is_audited_as_its_folder_is(tmp_path, name):
    path = shutil.make_archive(str(tmp_path / "host"), "gztar", HOSTS / name / "root")
    audits = [
        json.loads(hostcheck("audit", *source, "-o", "json:-").stdout)
        for source in (("--capture", path), ("--root", HOSTS / name / "root"))
    ]
    assert audits[0]["facts"] == audits[1]["facts"]
    assert audits[0]["verdicts"] == audits[1]["verdicts"]


def test_reading_a_capture_leaves_nothing_in_the_temporary_folder(tmp_path, captured):
    (tmp_path / "tmp").mkdir()
    assert hostcheck("audit", "--capture", captured, TMPDIR=str(tmp_path / "tmp")).returncode == 0
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_capture_is_explained_as_a_host_is(captured):
    done = hostcheck("audit", "--capture", captured, "--explain", "virt.container")
    assert done.returncode == 0
    assert b"virt.container" in done.stdout


@pytest.mark.real
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_capture_leaves_nothing(tmp_path, number):
    # Its output is a pipe without a reader, so that it is stopped in the middle of writing.
    argv = [sys.executable, "-m", "hostcheck", "capture", "--no-experiments", "--list", "-o", tmp_path / "host.tar.gz"]
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    while True:
        try:
            os.write(writing, b"\0" * 4096)
        except BlockingIOError:
            break
    os.set_blocking(writing, True)
    with subprocess.Popen(argv, stdout=writing, stderr=subprocess.PIPE) as process:
        os.close(writing)
        try:
            deadline = time.monotonic() + 60
            while Path(f"/proc/{process.pid}/wchan").read_text() not in {"pipe_write", "anon_pipe_write"}:
                assert time.monotonic() < deadline
                time.sleep(0.01)
            process.send_signal(number)
            assert process.wait(60) == 130
        finally:
            process.kill()
        said = process.stderr.read()
    os.close(reading)
    assert said == b"hostcheck: interrupted\n"
    assert list(tmp_path.iterdir()) == []
