"""Normal output of several processes that is cut: its figures are those of no whole job, and say how many there are."""

import subprocess

import pytest

from hostcheck.fio.program import find_fio
from tests.imports.shapes import metrics_of

START = """\
nj: (g=0): rw=randread, bs=(R) 4096B-4096B, (W) 4096B-4096B, (T) 4096B-4096B, ioengine=psync, iodepth=1
...
fio-3.33
Starting 4 processes

"""
BLOCK = """\
nj: (groupid=0, jobs=1): err= 0: pid=2462{}: Mon Nov 30 21:27:00 2026
  read: IOPS=7448, BW=29.1MiB/s (30.5MB/s)(29.1MiB/1001msec)
    clat (usec): min=31, max=6756, avg=133.35, stdev=221.46
     lat (usec): min=31, max=6756, avg=133.44, stdev=221.51
  cpu          : usr=1.10%, sys=11.70%, ctx=7480, majf=0, minf=11
  IO depths    : 1=100.0%, 2=0.0%, 4=0.0%, 8=0.0%, 16=0.0%, 32=0.0%, >=64=0.0%
     issued rwts: total=7456,0,0,0 short=0,0,0,0 dropped=0,0,0,0
"""


def blocks(*numbers):
    return "".join(map(BLOCK.format, numbers))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (START + blocks(1, 2), "2 of 4 processes are in the output"),
        (START + blocks(1), "1 of 4 processes are in the output"),
        (START + blocks(1, 2) + "nj: (groupid=0, jobs=1): err=", "2 of 4 processes are in the output"),
        (START.replace("...\n", "") + blocks(1, 2), "2 of 4 processes are in the output"),
        (START.replace("Starting 4 processes\n", "") + blocks(1), "1 process is in the output, of a job that has"),
        (START.replace("4 processes", "3 threads and 1 process") + blocks(1), "1 of 4 processes are in the output"),
        (
            START.replace("fio-3.33", START.split("\n", maxsplit=1)[0].replace("nj:", "b:") + "\n...\nfio-3.33")
            + blocks(1, 2),
            "2 of the 4 processes of all jobs are in the output",
        ),
    ],
)
def test_a_part_of_the_processes_has_no_valid_figure(text, said):
    found = metrics_of(text)
    assert not any(metric.value for metric in found.values())
    assert any(said in metric.samples[0].reason for metric in found.values())
    assert "disk.randread.qd1.iops" not in found


@pytest.mark.parametrize(
    "text",
    [
        START + blocks(1, 2, 3, 4),
        START + BLOCK.format(1).replace("jobs=1", "jobs=4"),
        START + blocks(1, 2, 3, 4) + "\nRun status group 0 (all jobs):\n" + START + blocks(5, 6, 7, 8),
    ],
)
def test_all_processes_have_a_figure(text):
    assert all(metric.value and metric.state != "invalid" for metric in metrics_of(text).values())


@pytest.mark.real
def test_what_fio_writes_of_several_processes_is_invalid_wherever_it_is_cut(tmp_path):
    job = ("--name=nj", "--filename=file", "--rw=randread", "--bs=4k", "--size=1m", "--ioengine=psync", "--numjobs=4")
    done = subprocess.run([find_fio().path, *job], cwd=tmp_path, check=True, timeout=60, capture_output=True, text=True)
    text = done.stdout
    heads = [place for place in range(len(text)) if text.startswith("nj: (groupid", place)]
    assert len(heads) == 4
    assert all(metric.value for metric in metrics_of(text).values())
    for end in (*heads[1:], heads[2] + 30):
        assert not any(metric.value for metric in metrics_of(text[:end]).values())
