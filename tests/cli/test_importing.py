"""``hostcheck import``: files of others beside hostcheck's own figures."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from hostcheck.run.files import read_run
from tests.forked import hostcheck_forked

TOP = Path(__file__).parents[2]
OUTPUT = TOP / "tests/fio/outputs/3.33-direct-tmpfs-no-diskutil.json"


def hostcheck(*arguments):
    return hostcheck_forked(*arguments, cwd=TOP)


def test_an_imported_run_compares_with_a_measured_one(tmp_path):
    run = tmp_path / "old.json"
    assert hostcheck("import", "fio", OUTPUT, "--name", "old-vps", "-o", run).returncode == 0
    done = hostcheck("compare", "tests/runs/run-1.json", run)
    assert done.returncode == 0, done.stderr
    assert "old-vps" in done.stdout
    assert "Imported from fio-3.33: 3.33-direct-tmpfs-no-diskutil.json." in done.stdout


def test_other_settings_are_not_compared(tmp_path):
    document = json.loads(OUTPUT.read_text())
    document["jobs"][0]["job options"] |= {"iodepth": "16", "filename": "/srv/file"}
    document["jobs"][0]["iodepth_level"] = {"16": 100.0}
    (tmp_path / "deep.json").write_text(json.dumps(document))
    run = tmp_path / "run.json"
    assert hostcheck("import", "fio", tmp_path / "deep.json", "-o", run).returncode == 0
    assert "queue depth: 16 against 32" in hostcheck("compare", "tests/runs/run-1.json", run).stdout


def test_the_same_files_make_the_same_run(tmp_path):
    texts = []
    for name in ("a.json", "b.json"):
        assert hostcheck("import", "fio", OUTPUT, "-o", tmp_path / name).returncode == 0
        texts.append((tmp_path / name).read_text())
    assert texts[0] == texts[1]
    assert read_run(str(tmp_path / "a.json")).started.startswith("2026-")


@pytest.mark.parametrize("timestamp", [None, 0, 1 << 60])
def test_where_the_time_is_unknown_the_files_is_given_and_marked(tmp_path, timestamp):
    document = json.loads(OUTPUT.read_text())
    document["timestamp"] = timestamp
    (tmp_path / "old.json").write_text(json.dumps(document))
    os.utime(tmp_path / "old.json", (0, 1_400_000_000))
    assert hostcheck("import", "fio", tmp_path / "old.json", "-o", tmp_path / "run.json").returncode == 0
    run = read_run(str(tmp_path / "run.json"))
    assert run.started == "2014-05-13T16:53:20Z"
    assert any("modification time" in note for note in run.notes)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "No such file or directory"),
        ("", "fio's output is empty"),
        ("nonsense", "no JSON in fio's output, which begins 'nonsense'"),
        ('{"fio version": "fio-3.33", "jobs": [', "breaks off at line 1"),
    ],
)
def test_a_broken_file_gives_one_line_with_its_name_and_exit_code_2(tmp_path, text, message):
    file = tmp_path / "broken.json"
    if text is not None:
        file.write_text(text)
    done = hostcheck("import", "fio", file)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert str(file) in done.stderr
    assert message in done.stderr


def test_a_kind_that_is_none_is_refused():
    assert hostcheck("import", "dd", OUTPUT).returncode == 2


@pytest.mark.real
def test_what_fio_writes_here_is_imported(tmp_path):
    job = ["--name=x", "--rw=randwrite", "--bs=4k", "--size=8m", "--iodepth=32", "--ioengine=libaio", "--direct=1"]
    files = []
    for number in range(3):
        files.append(tmp_path / f"{number}.json")
        subprocess.run(
            ["fio", *job, "--runtime=1", "--time_based", "--output-format=json", f"--output={files[-1]}"],
            cwd=tmp_path,
            check=True,
        )
    run = tmp_path / "run.json"
    assert hostcheck("import", "fio", *files, "-o", run).returncode == 0
    metric = read_run(str(run)).metric("disk.randwrite.iops")
    rates = [json.loads(file.read_text())["jobs"][0]["write"]["iops"] for file in files]
    assert [sample.detail["fio_iops"] for sample in metric.samples] == rates
    assert metric.interval is not None


def test_each_value_is_explained_by_what_it_was_read_from(tmp_path):
    yabs = TOP / "tests/imports/yabs.json"
    done = hostcheck("import", "yabs", yabs, "--explain")
    lines = done.stdout.splitlines()
    assert (done.returncode, len(lines)) == (0, 4)
    assert lines[0] == (
        "fio.randrw-50.4k.q64.j2.read.iops: 51,328 IOPS, read from fio[0], 4k: speed_r=205312, iops_r=51328, "
        "with 1024 bytes a KB, as pattern randrw, block bytes 4096, queue depth 64, direct yes, io engine libaio, "
        "processes 2, read percent 50"
    )
    (tmp_path / "empty.txt").write_text("Block Size | 4k (IOPS)\nRead | ()\n")
    done = hostcheck("import", "yabs", tmp_path / "empty.txt", "--explain")
    assert "no value, read from line 2, read of 4096 bytes: (), as pattern randrw" in done.stdout
    assert "; not used: fio gave yabs nothing" in done.stdout
    assert "3.33-direct-tmpfs-no-diskutil.json" in hostcheck("import", "fio", OUTPUT, "--explain").stdout
    run = tmp_path / "run.json"
    done = hostcheck("import", "yabs", yabs, "--explain", "-o", run)
    assert (done.stdout.splitlines(), read_run(run).metrics[0].unit) == (lines, "IOPS")
    assert hostcheck("import", "yabs", yabs, "--explain", "-o", "-").returncode == 2


def test_texts_of_other_tools_are_imported(tmp_path):
    text = "Compare file sync methods using one 8kB write:\n        fdatasync     1201.200 ops/sec     832 usecs/op\n"
    (tmp_path / "pg.txt").write_text(text)
    done = hostcheck("import", "pg_test_fsync", tmp_path / "pg.txt", "--explain")
    assert done.stdout == (
        "pg_test_fsync.8k.x1.fdatasync.iops: 1,201.2 IOPS, read from line 2, one 8kB: "
        "fdatasync 1201.200 ops/sec 832 usecs/op, as method fdatasync, writes 1, block bytes 8192\n"
    )
    done = hostcheck("import", "sysbench", tmp_path / "pg.txt")
    assert (done.returncode, done.stdout) == (2, "")
    assert "this is the text of pg_test_fsync; run hostcheck import pg_test_fsync" in done.stderr


def test_verbose_shows_every_note(tmp_path):
    document = json.loads(OUTPUT.read_text())
    (job,) = document["jobs"]
    job["job options"] = {"rw": "read", "bs": "4k", "size": "1g"}
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text(json.dumps(document))
    brief, full = (
        hostcheck("import", "fio", tmp_path / "a.json", tmp_path / "b.json", *more) for more in ((), ("--verbose",))
    )
    assert (brief.returncode, full.returncode) == (0, 0)
    assert "--verbose shows all" in brief.stdout
    assert "--verbose shows all" not in full.stdout
    assert "b.json repeats another file, and is ignored." in full.stdout
    assert hostcheck("import", "fio", tmp_path / "a.json", "-v").stdout.count("\n") >= brief.stdout.count("\n") - 1
