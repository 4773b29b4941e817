"""That runs with one engine see each other, by the folder of its data or by the labels of what they have in it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from hostcheck.bench.base import CannotRun
from hostcheck.bench.busybox import find_busybox
from hostcheck.bench.engine import lock as subject
from hostcheck.bench.engine.lock import clear_locks, locked, require_unshared
from hostcheck.labels import labels
from hostcheck.process import own_process


@pytest.fixture
def folders(tmp_path, monkeypatch):
    monkeypatch.setattr(subject, "ROOT_FOLDER", tmp_path / "locks")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "data").mkdir()
    return SimpleNamespace(data_root=tmp_path / "data")


def folder():
    return subject._folder()


HOLDER = """
import sys
from pathlib import Path
from types import SimpleNamespace
from hostcheck.bench.engine import lock as engine_lock
engine_lock.ROOT_FOLDER = Path(sys.argv[1])
with engine_lock.locked(SimpleNamespace(data_root=Path(sys.argv[2]))):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(folders, tmp_path):
    """Another process that holds the lock."""
    argv = [sys.executable, "-c", HOLDER, str(folder()), str(folders.data_root)]
    # Its folder is that of whoever it is: $XDG_RUNTIME_DIR of the fixture, or the one given.
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_run_names_the_run_that_measures(folders, holder):
    with pytest.raises(CannotRun) as caught, locked(folders):
        pass
    said = rf"another hostcheck run \(process {holder.pid}, since 20..-..-.. ..:.. UTC\) measures with this engine"
    assert caught.match(said)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_the_lock_of_a_run_that_was_killed_is_free(folders, holder, number):
    holder.send_signal(number)
    holder.wait()
    with locked(folders):
        pass


def test_the_file_of_a_run_that_was_killed_is_cleared_and_that_of_one_that_lives_stays(folders, holder):
    (lock,) = folder().iterdir()
    clear_locks()
    assert lock.exists()
    holder.kill()
    holder.wait()
    assert lock.exists()
    clear_locks()
    assert not lock.parent.exists()


def test_after_its_end_nothing_is_left_of_a_lock(folders):
    with locked(folders):
        (lock,) = folder().iterdir()
        assert lock.read_text().startswith(f"{os.getpid()} ")
    assert not lock.exists()
    assert not lock.parent.exists()


def test_engines_with_other_data_do_not_share_a_lock(folders, holder, tmp_path):
    (tmp_path / "other").mkdir()
    with locked(SimpleNamespace(data_root=tmp_path / "other")):
        pass


def test_another_way_to_the_same_data_is_the_same_engine(folders, holder, tmp_path):
    (tmp_path / "link").symlink_to(folders.data_root)
    with pytest.raises(CannotRun), locked(SimpleNamespace(data_root=tmp_path / "link")):
        pass


def test_a_link_in_the_place_of_the_lock_is_not_followed(folders, tmp_path):
    with locked(folders):
        (lock,) = folder().iterdir()
    precious = tmp_path / "precious"
    precious.write_text("precious")
    (folder() / lock.name).symlink_to(precious)
    with pytest.raises(OSError), locked(folders):
        pass
    assert precious.read_text() == "precious"


@pytest.mark.parametrize("spoil", ["writable", "link"])
def test_a_folder_that_others_can_write_to_holds_no_lock(folders, tmp_path, spoil):
    place = folder()
    if spoil == "writable":
        place.chmod(0o777)
    else:
        place.rmdir()
        place.symlink_to(tmp_path)
    with (
        pytest.raises(PermissionError, match="must be a folder of this user that no other user can write to"),
        locked(folders),
    ):
        pass
    assert not list(Path(tmp_path).glob("*.lock"))


def engine_with(containers=(), images=()):
    def listed(marks):
        return [{"Id": "1", "Labels": one} for one in marks]

    return SimpleNamespace(
        containers=lambda all, filters: listed(containers),  # noqa: A006 - the SDK's name
        images=lambda filters: listed(images),
    )


def marked(run_id, process):
    return {**labels(run_id), "io.hostcheck.process": process}


@pytest.mark.parametrize("kind", ["containers", "images"])
def test_what_another_run_that_lives_has_in_the_engine_is_seen(kind, monkeypatch):
    theirs = own_process()
    monkeypatch.setattr(subject, "own_process", lambda: "1-1-1")
    with pytest.raises(CannotRun, match=rf"another hostcheck run \(process {os.getpid()}, since 20.* UTC\) measures"):
        require_unshared(engine_with(**{kind: [marked("theirs", theirs)]}), "ours")
    require_unshared(engine_with(**{kind: [marked("ours", theirs)]}), "ours")


def test_what_a_run_that_is_gone_or_cannot_be_seen_has_there_is_no_company():
    dead = f"999999999-1-{own_process().rpartition('-')[2]}"
    require_unshared(engine_with([marked("theirs", dead)], [marked("theirs", f"{dead}0"), None]), "ours")


@pytest.fixture
def bench(tmp_path, engine):
    """Measure a storm in the tests' engine, as a process; unless it is forced."""

    def run(*options):
        argv = [sys.executable, "-m", "hostcheck", "bench", "--quick", "--no-store", "--only", "storm", "--storm", "2"]
        argv += ["--engine", engine.url, "-o", str(tmp_path / "run.json"), *options]
        environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
        return subprocess.run(argv, env=environment, capture_output=True, text=True)

    return run


@pytest.mark.real
def test_two_runs_with_one_engine_see_each_other(bench, engine, holdings, tmp_path):
    before = holdings()
    with locked(engine):
        done = bench()
        assert done.returncode == 4
        said = f"another hostcheck run (process {os.getpid()}, since "
        assert said in done.stderr.splitlines()[-1]
        assert done.stderr.endswith(
            "measures with this engine; wait until that run has ended, or measure anyway with --allow-running\n"
        )
        assert holdings() == before
        forced = bench("--allow-running", "--allow-busy")
    assert forced.returncode == 0, forced.stderr
    document = json.loads((tmp_path / "run.json").read_text())
    assert any(note.startswith(f"Allowed: {said}") for note in document["notes"])
    assert holdings() == before


@pytest.mark.real
def test_the_run_of_another_user_is_seen_by_what_it_has_in_the_engine(bench, client, holdings):
    changes = [f"LABEL {name}={value}" for name, value in labels("theirs").items()]
    client.import_image_from_data(find_busybox().rootfs(), repository="theirs", tag="1", changes=changes)
    before = holdings()
    try:
        done = bench()
        assert done.returncode == 4
        assert f"another hostcheck run (process {os.getpid()}, since " in done.stderr.splitlines()[-1]
        assert holdings() == before
    finally:
        client.remove_image("theirs:1")
