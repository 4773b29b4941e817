"""Job files in the shapes in which people and tools write them, read by hand first.

``posted/`` has texts of our own; the shape is of the source that is named. Those that are read were also parsed by fio
3.33 (``--showcmd``), with the same options.
"""

from pathlib import Path

import pytest

from hostcheck.errors import UsageError
from hostcheck.fio.jobfile import read_jobfile

POSTED = Path(__file__).parent / "posted"
OUT = "leads out of hostcheck's own folder"
READ = {
    # A ConfigMap of Kubernetes, indented; direct is commented out.
    "configmap.fio": ("testjob", "write", 131072, 32, 1, False, "libaio", {}),
    # kastenhq/kubestr: its default job
    "kubestr.fio": ("job1", "randread", 4096, 64, 1, True, "libaio", {}),
    # fio's examples/latency-profile.fio
    "latency-profile.fio": ("device", "randread", 4096, 128, 1, True, "libaio", {"latency_target": "500us"}),
    # GoogleCloudPlatform/PerfKitBenchmarker: an expression over the host's memory
    "pkb-mem.fio": ("x", "randread", 4096, 1, 1, False, "libaio", {}),
    "posix-mac.fio": ("mac", "randread", 4096, 4, 1, True, "posixaio", {}),
    # fio's examples/fixed-rate-submission.fio
    "rate.fio": (
        "limited",
        "randwrite",
        4096,
        1,
        1,
        False,
        "psync",
        {"rate_iops": ",500", "rate_process": "poisson"},
    ),
    # timeout is runtime, rwmixwrite=30 is rwmixread=70.
    "timeout.fio": ("randrw", "randrw", 4096, 1, 1, True, "libaio", {}),
}
REFUSED = {
    "aio-windows.fio": "line 2: ioengine=windowsaio is none of",
    # ceph/cbt, benchmark/librbdfio.py
    "cbt.fio": "line 2: ioengine=rbd is none of",
    "crlf.fio": "line 2: 'ioengine = libaio': fio takes the space after '=' as a part of the value",
    "env.fio": "line 2: the variable SIZE is not set",
    # etcd's advice, as a file
    "etcd.fio": f"line 6: directory=/var/lib/etcd {OUT}",
    # fio's examples/exec.fio
    "exec.fio": "line 5: ioengine=exec is none of",
    "jobname-var.fio": f"line 3: directory=/mnt {OUT}",
    "log.fio": f"line 5: write_bw_log=/tmp/out {OUT}",
    # neutronsharc/tools, fio/README.md: comments as of C
    "neutronsharc.fio": "line 6: size=2g    // => total bytes of this job",
    "pkb.fio": f"line 7: filename=/test/filename {OUT}",
    "quickfio.fio": "line 12: the job does not have one block size: bs=4k, bssplit=4k/60:8k/30:64k/10",
    "simple-iops.fio": f"line 3: filename=/dev/nvme1n1 {OUT}",
    # SNIA's Solid State Storage Performance Test Specification, as people write it for fio
    "snia-iops.fio": "line 15: ss=iops:20% can end the job before the sample's time is over",
    "snia-tp.fio": f"line 3: filename=/dev/nvme0n1 {OUT}",
    # spdk/spdk, examples/bdev/fio_plugin and examples/nvme/fio_plugin
    "spdk.fio": "line 2: ioengine=spdk_bdev is none of",
    "spdk-nvme.fio": "line 2: ioengine=/opt/spdk/build/fio/spdk_nvme is none of",
    "trim.fio": f"line 2: filename=/dev/nvme31n1 {OUT}",
    # fio's examples/uring-cmd-ng.fio
    "uring-cmd.fio": f"line 2: filename=/dev/ng0n1 {OUT}",
    # fio's examples/basic-verify.fio
    "verify.fio": "line 9: verify=crc32c reads back what was written, which is a different workload",
    # axboe/fio#1717
    "zbd.fio": f"line 2: filename=/dev/nullb0 {OUT}",
}


@pytest.mark.parametrize(("name", "expected"), READ.items())
def test_a_posted_job_is_read_as_fio_reads_it(name, expected):
    job = read_jobfile(POSTED / name, {})
    does = job.does
    found = (does.pattern, does.block_bytes, does.queue_depth, does.processes, does.direct, does.io_engine)
    assert (job.name, *found, dict(does.limits)) == expected


@pytest.mark.parametrize(("name", "why"), REFUSED.items())
def test_a_posted_job_is_refused_by_its_line(name, why):
    with pytest.raises(UsageError) as caught:
        read_jobfile(POSTED / name, {})
    assert why in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_posted_job_has_its_reading():
    assert {file.name for file in POSTED.iterdir()} == READ.keys() | REFUSED.keys()
