"""The mistakes of a newcomer: each gives one line that names the way on, measures nothing and writes nothing."""

import gzip
import os
from pathlib import Path

import pytest

from tests.forked import hostcheck_forked

TESTS = Path(__file__).parents[1]
RUN = (TESTS / "runs" / "run-1.json").read_bytes()
FILES = {
    "fio.json": b'{"fio version": "fio-3.33", "jobs": []}',
    "yabs.txt": b"Yet-Another-Bench-Script\nfio Disk Speed Tests (Mixed R/W 50/50):\n",
    "words.txt": b"words\n",
    "empty.json": b"",
    "cut.json": RUN[:3000],
    "run.json": RUN,
    "run.json.gz": gzip.compress(RUN),
    "page.html": b"<!DOCTYPE html>",
    "policy.toml": b'[gate]\nprofiles = ["docker"]\nfail = 1\n',
    "profile.toml": b'title = "T"\n[[check]]\nid = "a"\n',
    "job.fio": b"[read]\nrw=read\n",
}

MISTAKES = [
    # Wrong word.
    ("audti", 2, "did you mean audit?"),
    ("--verison", 2, "did you mean --version?"),
    ("audit docker", 2, "an engine with -p"),
    ("bench disk", 2, "what bench measures with --only"),
    ("audit -p docker,k3s", 2, "give -p once for each: -p docker -p k3s"),
    ("audit --json", 2, "write -o json:-, or -o json:FILE"),
    ("gate --junit", 2, "write -o junit:-"),
    ("help", 2, "hostcheck --help shows it"),
    ("version", 2, "hostcheck --version shows it"),
    ("audit -p Docker", 2, "did you mean docker?"),
    ("audit --since lastweek", 2, "write last, 2026-11-22, or 7d"),
    ("bench --runs 0", 2, "not in the range 1<=x<=100"),
    ("import run.json", 2, "'fio', 'yabs', 'sysbench', 'pg_test_fsync'"),
    ("locate", 2, "--landmarks is missing"),
    ("promise words.txt", 2, "at line 1"),
    ("audit -p dokcer", 2, "did you mean docker?"),
    ("audit -p k8s", 2, "did you mean kubernetes?"),
    ("audit -p none", 2, "there are: compose, crio, docker"),
    ("audit -p docker --role worker", 2, "leave --role out"),
    ("audit --colour never", 2, "did you mean --color?"),
    ("audit --explain storge.driver", 2, "did you mean 'storage.driver'?"),
    ("checks kernel.verson", 2, "did you mean kernel.version?"),
    ("gate --ignore net.brdige", 2, "did you mean net.bridge?"),
    ("bench --only dsik", 2, "did you mean disk?"),
    ("bench --tier fast", 2, "give sata or nvme"),
    ("bench --compare reference:sata", 2, "there are: nvme-vps-2014, sata-vps-2014"),
    ("import nench words.txt", 2, "'fio', 'yabs', 'sysbench', 'pg_test_fsync'"),
    # Wrong option.
    ("audit --profile", 2, "see hostcheck audit --help"),
    ("audit --verbose --fixes", 2, "give one of them"),
    ("audit --prove --no-experiments", 2, "leave one of them out"),
    ("audit -o page.html", 2, "with one of json, text"),
    ("audit -o report.pdf", 2, "with one of json, text"),
    ("gate --fail-on warn", 2, "'required', 'recommended'"),
    ("gate --max-age 7d", 2, "leave it out"),
    ("gate --max-age 7 --run run.json", 2, "write it like 30min, 12h, 7d or 2w"),
    ("gate --ignore net.bridge@tomorrow", 2, "write the last day as @YYYY-MM-DD"),
    ("bench --quick --thorough", 2, "give one of them"),
    ("bench --only disk --storm 5", 2, "add --only storm"),
    ("bench --storm many", 2, "such as 5,10,20,40"),
    ("bench -o results", 2, "write FORMAT:FILE"),
    ("compare", 2, "RUN is missing"),
    ("compare run.json run.json -n a", 2, "give --name once for each run"),
    ("compare run.json --baseline b", 2, "name one of them: vm"),
    ("report run.json", 2, "--output is missing"),
    ("capture", 2, "name a file with -o"),
    ("capture host.tar.gz", 2, "to write to this file: -o host.tar.gz"),
    # Wrong file.
    ("compare words.txt", 2, "use the file that hostcheck wrote"),
    ("compare empty.json", 2, "use the file that hostcheck wrote"),
    ("compare cut.json", 2, "use the file that hostcheck wrote"),
    ("compare run.json.gz", 2, "gunzip run.json.gz"),
    ("compare page.html", 2, "this is an HTML page; name the run file"),
    ("compare yabs.txt", 2, "hostcheck import yabs yabs.txt"),
    ("gate --run fio.json", 2, "hostcheck import fio fio.json"),
    ("gate run.json", 2, "hostcheck gate --run run.json"),
    ("audit run.json", 2, "a capture by --capture run.json"),
    ("fits words.txt --on run.json", 2, "say which with --as"),
    ("fits run.json", 2, "this is a run file; name it with --on, after a workload file"),
    ("fits page.html", 2, "this is an HTML page; name one with workloads"),
    ("fits empty.json", 2, "it is empty; name one with workloads"),
    ("fits fio.json", 2, "this is fio's output; name one with workloads"),
    ("gate --workload run.json", 2, "this is a run file"),
    ("checks docker", 2, "docker is a profile; hostcheck checks -p docker"),
    ("promise run.json", 2, "hostcheck promise PLAN.toml run.json"),
    ("fleet audit", 2, "give -i INVENTORY"),
    ("locate --landmarks run.json", 2, "this is a run file"),
    ("compare history:last run.json", 2, "hostcheck history lists the runs"),
    ("bench --size 10 --only disk", 2, "write it like 400 GB"),
    ("version", 2, "hostcheck --version shows it"),
    ("clean --histroy", 2, "did you mean --history?"),
    ("report fleet:none -o p.html", 2, "hostcheck fleet audit -i INVENTORY --name NAME makes one"),
    ("gate --run none.json", 2, "name the file of the run"),
    ("gate --policy policy.toml", 2, "did you mean fail_on?"),
    ("gate --policy profile.toml", 2, "this is a profile; hostcheck audit -p profile.toml"),
    ("audit --capture run.json", 2, "this is a run file; hostcheck compare run.json"),
    ("audit --capture none.tar.gz", 2, "name the file of the capture"),
    ("audit --root none", 2, "name the folder that holds proc and sys"),
    ("import fio words.txt", 2, "--output-format=json"),
    ("bench --job words.txt", 2, "begin with [global] or a job"),
    ("capture -o host.zip", 2, "call it host.tar.gz"),
    # Wrong place, wrong rights, no tool, no room.
    ("capture -o none/host.tar.gz", 2, "mkdir -p none"),
    ("bench --dir none", 4, "name a directory that exists"),
    ("bench --dir words.txt", 4, "name a directory with --dir"),
    ("bench --dir /dev/shm", 4, "name a directory on a local disk"),
    (
        "bench --dir /proc",
        4,
        "/proc is on a file system of the kernel (proc), not on a disk; name a directory on a local disk",
    ),
    ("bench --context none --only build", 4, "name a folder that contains a Dockerfile"),
    ("bench --context . --only build --build-arg =x", 2, "write it as NAME=VALUE"),
    ("bench --engine unix:///none.sock --only storm", 4, "start docker"),
    ("bench --engine tcp://192.0.2.1:2375 --only storm", 4, "name the engine's socket"),
    ("history --since yesterday", 2, "hostcheck history lists the runs"),
]


def test_there_are_at_least_45_of_them():
    assert len({words for words, _, _ in MISTAKES}) >= 45


@pytest.mark.parametrize(("words", "exit_code", "way_on"), MISTAKES, ids=[words for words, _, _ in MISTAKES])
def test_a_mistake_gives_one_line_that_names_the_way_on(tmp_path, words, exit_code, way_on):
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path / "data"), "HOME": str(tmp_path)}
    done = hostcheck_forked(*words.split(), cwd=tmp_path, env=environment)
    assert done.returncode == exit_code, done.stderr
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("hostcheck: ")
    assert way_on in line
    assert not {path.name for path in tmp_path.iterdir()} - FILES.keys() - {"data"}
    assert not [path for path in (tmp_path / "data").rglob("*") if path.suffix == ".json"]
