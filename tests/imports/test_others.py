"""Outputs of other scripts and tools: one line says what each is, and what to bring."""

import json

import pytest

from hostcheck.errors import UsageError
from hostcheck.imports.importing import import_fio, import_yabs
from hostcheck.imports.others import OTHERS

TEXTS = {
    "kbench": """TEST_FILE: /mnt/t
Benchmarking iops.fio into dev-iops.json
=====================
FIO Benchmark Summary
For: dev
=====================
IOPS (Read/Write)
        Random:       9,001 / 4,002
""",
    "dbench": """  Testing Read IOPS...
  read_iops: (groupid=0, jobs=1): err= 0: pid=9: Mon Feb 17 11:18:21 2020
    read: IOPS=9001, BW=35.2MiB/s (36.9MB/s)(528MiB/15003msec)
  ==================
  = Dbench Summary =
  ==================
  Random Read/Write IOPS: 9001/4002. BW: 152MiB/s / 126MiB/s
""",
    "kubestr": """FIO version - fio-3.36
JobName: read_iops
  blocksize=4K filesize=2G iodepth=64 rw=randread
read:
  IOPS=9001.122070 BW(KiB/s)=36004
""",
    "the end of fio's output": """Run status group 0 (all jobs):
   READ: bw=35.2MiB/s (36.9MB/s), 35.2MiB/s-35.2MiB/s (36.9MB/s-36.9MB/s), io=528MiB (554MB), run=15003-15003msec
""",
    "Python's text of fio's JSON": "2024-01-01 INFO result: {'fio version': 'fio-3.33', 'jobs': [{'jobname': 'a'}]}",
    "YAML of fio's JSON": "disk_util: []\nfio version: fio-3.33\njobs:\n- error: 0\n  jobname: a\n",
    "Fiona": "Usage: fio [OPTIONS] COMMAND [ARGS]...\n\n  Fiona command line interface.\n",
    "a fio that did not run": "fio: engine libaio not loadable\nfio: failed to load engine\n",
    "nench": """ nench.sh v2019.07.20 -- https://git.io/nench.sh
ioping: seek rate
    min/avg/max/mdev = 61.1 us / 99.3 us / 2.1 ms / 30.2 us
dd: sequential write speed
    1st run:    801.09 MiB/s
    average:    811.26 MiB/s
""",
    "bench.sh": """ OS                 : Debian GNU/Linux 12
----------------------------------------------------------------------
 I/O Speed(1st run) : 412 MB/s
 I/O Speed(2nd run) : 407 MB/s
 I/O Speed(average) : 409.5 MB/s
""",
    "sysbench": """sysbench 1.0.20 (using system LuaJIT 2.1.0-beta3)

Extra file open flags: (none)
128 files, 16MiB each
Block size 16KiB
Doing random r/w test

File operations:
    reads/s:                      2123.54
    writes/s:                     1415.69
    fsyncs/s:                     4536.80
""",
    "pg_test_fsync": """5 seconds per test
O_DIRECT supported on this platform for open_datasync and open_sync.

Compare file sync methods using one 8kB write:
        open_datasync                      1241.310 ops/sec     806 usecs/op
        fdatasync                          1201.200 ops/sec     832 usecs/op
""",
    "CrystalDiskMark": """------------------------------------------------------------------------------
CrystalDiskMark 8.0.4 x64 (C) 2007-2021 hiyohiyo
* MB/s = 1,000,000 bytes/s [SATA/600 = 600,000,000 bytes/s]
[Read]
  SEQ    1MiB (Q=  8, T= 1):  3507.153 MB/s [   3344.7 IOPS] <  2388.20 us>
""",
    "KDiskMark": """                        KDiskMark (3.1.4): https://github.com/JonMagon/KDiskMark
                Flexible I/O Tester (fio-3.33): https://github.com/axboe/fio
[Read]
Sequential   1 MiB (Q=  8, T= 1):  3344.742 MB/s [   3266.4 IOPS] <  2444.05 us>
""",
    "DiskSpd": """Command Line: C:\\diskspd.exe -b4K -d30 -o32 -t1 -r -Sh -w0 x.dat

Results for timespan 1:
""",
    "ioping": """4 KiB <<< . (ext4 /dev/vda1 39.2 GiB): request=1 time=221.5 us (warmup)

--- . (ext4 /dev/vda1 39.2 GiB) ioping statistics ---
9 requests completed in 2.09 ms, 36 KiB read, 4.31 k iops, 16.8 MiB/s
min/avg/max/mdev = 201.2 us / 232.1 us / 281.9 us / 22.5 us
""",
    "pveperf": """CPU BOGOMIPS:      38401.28
REGEX/SECOND:      1471225
HD SIZE:           58.93 GB (/dev/mapper/pve-root)
BUFFERED READS:    412.10 MB/sec
AVERAGE SEEK TIME: 0.14 ms
FSYNCS/SECOND:     987.41
DNS EXT:           32.32 ms
""",
    "hdparm": """/dev/sda:
 Timing cached reads:   18224 MB in  1.99 seconds = 9144.71 MB/sec
 Timing buffered disk reads: 1312 MB in  3.00 seconds = 437.05 MB/sec
""",
    "bonnie++": """Version  1.98       ------Sequential Output------ --Sequential Input- --Random-
Concurrency   1     -Per Chr- --Block-- -Rewrite- -Per Chr- --Block-- --Seeks--
""",
    "IOzone": "\tIozone: Performance Test of File I/O\n\t        Version $Revision: 3.489 $\n",
    "elbencho": "OPERATION   RESULT TYPE         FIRST DONE   LAST DONE\n",
    "vdbench": "Copyright (c) 2000, 2018, Oracle.\nVdbench distribution: vdbench50407 Tue June 05  9:49:29 MDT 2018\n",
    "pgbench": "transaction type: <builtin: TPC-B (sort of)>\ntps = 1201.22 (without initial connection time)\n",
    "UnixBench": "File Copy 1024 bufsize 2000 maxblocks       3960.0     912345.0   2303.9\n",
    "Geekbench": "Geekbench 6 Benchmark Test:\n---\nSingle Core     | 1565\n",
    "rados bench": "Total time run:         10.2\nTotal writes made:      2042\nWrite size:             4194304\n",
    "Phoronix Test Suite": "Phoronix Test Suite v10.8.4\n\n    pts/fio-1.15.0 [Random Read]\n",
    "dd": "16384+0 records in\n16384+0 records out\n1073741824 bytes (1.1 GB, 1.0 GiB) copied, 2.30 s, 466 MB/s\n",
}  # fmt: skip


@pytest.mark.parametrize("reader", [import_fio, import_yabs])
@pytest.mark.parametrize("name", OTHERS)
def test_one_line_says_what_it_is_and_what_to_bring(tmp_path, name, reader):
    path = tmp_path / "output.txt"
    path.write_text("".join(f"    {line}\n" for line in TEXTS[name].splitlines()))
    with pytest.raises(UsageError) as error:
        reader([path], None)
    other = OTHERS[name]
    assert str(error.value) == f"importing {path}: this is {other.what}; {other.instead}"


def test_each_kind_has_an_example():
    assert TEXTS.keys() == OTHERS.keys()


def test_the_other_kind_of_import_is_named(tmp_path):
    path = tmp_path / "output.txt"
    path.write_text("fio Disk Speed Tests (Mixed R/W 50/50):\nBlock Size | 4k (IOPS)\nRead | 245.56 MB/s (61.3k)\n")
    with pytest.raises(UsageError, match="yabs.sh wrote it; run hostcheck import yabs"):
        import_fio([path], None)
    path.write_text(json.dumps({"fio version": "fio-3.33", "jobs": []}))
    with pytest.raises(UsageError, match="fio wrote it; run hostcheck import fio"):
        import_yabs([path], None)


def test_json_of_fio_in_a_log_of_another_is_read(tmp_path):
    path = tmp_path / "output.txt"
    job = {
        "jobname": "a",
        "error": 0,
        "read": {"io_bytes": 40960, "bw": 40, "iops": 10.0, "runtime": 1000, "total_ios": 10},
    }
    document = json.dumps({"fio version": "fio-3.33", "jobs": [job]}, indent=1)
    path.write_text(f"{TEXTS['dd']}{TEXTS['kbench']}\n{document}\n")
    assert [metric.value for metric in import_fio([path], None).metrics] == [pytest.approx(10)]


def test_yabs_is_read_where_dd_stands_beside_it(tmp_path):
    path = tmp_path / "output.txt"
    path.write_text(f"{TEXTS['dd']}{TEXTS['ioping']}Block Size | 4k (IOPS)\nRead | 245.56 MB/s (61.3k)\n")
    assert len(import_yabs([path], None).metrics) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1073741824 octets (1,1 GB, 1,0 GiB) copiés, 2,13 s, 504 MB/s\n", "the line of dd"),
        ("1073741824 Bytes (1,1 GB, 1,0 GiB) kopiert, 2,13 s, 504 MB/s\n", "the line of dd"),
        ("16384+0 records out\n1073741824 bytes (1.0GB) copied, 3.1 seconds, 330.3MB/s\n", "the line of dd"),
        ("1073741824 bytes transferred in 0.733 secs (1464859922 bytes/sec)\n", "the line of dd"),
        (
            '{"results": {"f0": {"identifier": "pts\\/fio-1.15.0", "scale": "MB"}}}',
            "a result of the Phoronix Test Suite",
        ),
        (
            '<?xml version="1.0"?>\n<PhoronixTestSuite></PhoronixTestSuite>',
            "a result of the Phoronix Test Suite",
        ),
    ],
)
def test_the_same_tool_in_another_language_or_form(tmp_path, text, said):
    file = tmp_path / "x"
    file.write_text(text)
    with pytest.raises(UsageError, match=f"this is {said}"):
        import_fio([file], None)
