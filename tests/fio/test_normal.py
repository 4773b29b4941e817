"""fio's normal output, from version to version."""

import pytest

from hostcheck.fio.definition import define
from hostcheck.fio.normal import find_normal
from hostcheck.fio.quantity import bytes_of, number_of, roundest, span_of
from hostcheck.fio.runs import parse_runs

OF_2_0_6 = """\
file: (g=0): rw=randread, bs=8K-8K/8K-8K, ioengine=sync, iodepth=1
...
fio 2.0.6
Starting 8 processes
Jobs: 1 (f=1): [____r___] [13.2% done] [200K/0K /s] [24 /0  iops] [eta 03m:30s]
file: (groupid=0, jobs=8): err= 0: pid=221
  read : io=4632.0KB, bw=156907 B/s, iops=19 , runt= 30229msec
    clat (usec): min=168 , max=1585.8K, avg=409213.69, stdev=234820.76
     lat (usec): min=169 , max=1585.8K, avg=409214.35, stdev=234820.77
    clat percentiles (msec):
     |  1.00th=[   28],  5.00th=[  110], 99.00th=[ >20],
     | 99.50th=[ 1200]
  cpu          : usr=0.00%, sys=0.01%, ctx=600, majf=0, minf=200
  IO depths    : 1=100.0%, 2=0.0%, 4=0.0%, 8=0.0%, 16=0.0%, 32=0.0%, >=64=0.0%
     issued    : total=r=579/w=0/d=0, short=r=0/w=0/d=0

Run status group 0 (all jobs):
   READ: io=4632KB, aggrb=156KB/s, minb=156KB/s, maxb=156KB/s, mint=30229msec, maxt=30229msec
"""

OF_2_8 = """\
wr: (g=0): rw=write, bs=4K-4K/4K-4K/4K-4K, ioengine=libaio, iodepth=16
fio-2.8-1-g87a0
Starting 1 process

wr: (groupid=0, jobs=1): err= 0: pid=3156: Sat Jun 18 00:38:03 2016
  write: io=1024.0MB, bw=2485.5MB/s, iops=636271, runt=   412msec
    slat (usec): min=1, max=268, avg= 1.79, stdev= 1.01
  cpu          : usr=0.00%, sys=0.30%, ctx=116, majf=0, minf=30
     issued    : total=r=0/w=262144/d=0, short=r=0/w=0/d=0, drop=r=0/w=0/d=0
"""

OF_3_9 = """\
hostname=one, be=0, 64-bit, os=Linux, arch=x86-64, fio=fio-3.9-4-g71cc, flags=1
<one> mix: (g=0): rw=randrw, bs=(R) 4096B-4096B, (W) 16.0KiB-16.0KiB, (T) 16.0KiB-16.0KiB, ioengine=libaio, iodepth=64
<one> Starting 1 process
mix: (groupid=0, jobs=1): err= 0: pid=26991: Fri Sep  7 14:53:45 20180s]
   read: IOPS=81.1k, BW=317MiB/s (332MB/s)(3169MiB/10002msec)
    clat (usec): min=11, max=9703, avg=313.36, stdev=536.38
     lat (usec): min=25, max=97k, avg=313.40, stdev=536.40
   write: IOPS=81.0k, BW=1266MiB/s (1327MB/s)(12.4GiB/10002msec)
  cpu          : usr=9.10%, sys=50.00%, ctx=116, majf=0, minf=30
     issued rwt: total=811264,810100,0, short=0,0,0, dropped=0,0,0
     errors    : total=3, first_error=5/<Input/output error>
"""


def job_of(text):
    (result,) = parse_runs(text)
    (job,) = result.jobs
    return result, job


def test_2_0_says_bytes_of_1024_and_a_date_is_not_needed():
    result, job = job_of(OF_2_0_6)
    assert (result.version, result.form) == ("fio-2.0.6", "normal")
    assert (job.name, job.group, job.members, job.pid, job.place) == ("file", 0, 8, 221, "line 6")
    assert job.read.iops == pytest.approx(579 / 30.229)
    assert (job.read.bandwidth, job.read.io_bytes, job.read.total_ios) == (156907, 4632 * 1024, 579)
    assert job.read.completion.max == pytest.approx(1585.8e6)
    assert job.read.completion.percentiles == {1.0: 28e6, 5.0: 110e6, 99.5: 1200e6}
    assert job.depth_percent["1"] == 100.0
    found = define(job.options)
    assert (found.pattern, found.block_bytes, found.direct, found.io_engine) == ("randread", 8192, None, "sync")


def test_2_8_counts_megabytes_of_1024_kilobytes():
    _, job = job_of(OF_2_8)
    assert job.write.iops == pytest.approx(262144 / 0.412)
    assert job.write.bandwidth == 2485.5 * (1 << 20)
    assert define(job.options).block_bytes == 4096


def test_3_9_of_a_server_has_its_version_a_size_for_each_direction_and_failed_ios():
    result, job = job_of(OF_3_9)
    assert result.version == "fio-3.9-4-g71cc"
    assert job.read.iops == pytest.approx(811264 / 10.002)
    assert job.write.iops == pytest.approx(810100 / 10.002)
    assert job.write.bandwidth == 1266 * (1 << 20)
    assert job.failed_ios == 3
    assert define(job.options).sizes == "4096,16384"


def test_text_that_was_quoted_or_lost_its_indentation_is_read():
    for changed in ("\n".join(f"> {line}" for line in OF_2_8.split("\n")), OF_2_8.replace("\n  ", "\n")):
        _, job = job_of(changed)
        assert job.write.iops == pytest.approx(262144 / 0.412)


def test_what_was_printed_counts_where_the_ios_issued_are_not_of_it():
    _, job = job_of(OF_2_8.replace("w=262144", "w=9"))
    assert (job.write.iops, job.write.total_ios) == (636271, None)


def test_two_reports_are_two_runs_unless_their_processes_are_the_same():
    again = OF_2_8.replace("pid=3156", "pid=3157")
    assert len(parse_runs(OF_2_8 + again)) == 2
    later = (
        OF_2_8.replace("runt=   412msec", "runt=   824msec")
        .replace("1024.0MB", "2048.0MB")
        .replace("=262144", "=524288")
    )
    (one,) = parse_runs(OF_2_8 + later[later.index("wr: (groupid") :])
    assert (one.documents, one.jobs[0].write.total_ios) == (2, 524288)


@pytest.mark.parametrize(
    "text", ["", "wr: (groupid=0", "read : io=1KB, bw=1KB/s, iops=1, runt=1msec", "(groupid=0, jobs=1)"]
)
def test_what_has_no_job_gives_none(text):
    assert list(find_normal(text)) == []


@pytest.mark.parametrize(
    ("text", "old", "expected"),
    [
        ("24.1MiB/s", False, 24.1 * (1 << 20)),
        ("25.3MB/s", False, 25.3e6),
        ("5026kB/s", False, 5026e3),
        ("105Mi", False, 105 * (1 << 20)),
        ("196Mbit/s", False, 196e6 / 8),
        ("42736KB/s", True, 42736 * 1024),
        ("463775B/s", True, 463775),
        ("10.1GiB", False, 10.1 * (1 << 30)),
        ("fast", False, None),
        ("", False, None),
    ],
)
def test_rates_and_sizes_have_their_units(text, old, expected):
    assert bytes_of(text, old=old) == expected


def test_numbers_have_a_factor_and_no_unit():
    assert (number_of("35.6k"), number_of("19"), number_of("1.2M"), number_of("3B")) == (35600, 19, 1_200_000, None)


@pytest.mark.parametrize(
    ("text", "old", "size"),
    [
        ("65.5kB", False, 65536),
        ("64.0kB", False, 64000),
        ("131kB", False, 131072),
        ("1049kB", False, 1 << 20),
        ("62.5KiB", False, 64000),
        ("97.7KiB", False, 100_000),
        ("4096B", False, 4096),
        ("513B", False, None),
        ("12.1KiB", False, 12_400),
        ("64K", True, 65536),
        ("4K", True, 4096),
    ],
)
def test_a_size_of_few_digits_is_the_roundest_that_it_can_be(text, old, size):
    assert roundest(*span_of(text, old=old)) == size


OF_2_2_10 = """\
test: (g=0): rw=randrw, bs=4K-4K/4K-4K/4K-4K, ioengine=libaio, iodepth=64
fio-2.2.10
test: (groupid=0, jobs=1): err= 0: pid=30364: Sat Jul 16 14:24:12 2016
  read : io=3071.7MB, bw=55552KB/s, iops=13887, runt= 56621msec
  write: io=1024.4MB, bw=18525KB/s, iops=4631, runt= 56621msec
  cpu          : usr=16.94%, sys=50.37%, ctx=12706, majf=0, minf=9
     issued    : total=r=786347/w=262229/d=0, short=r=0/w=0/d=0
"""


def test_the_rest_of_a_division_is_no_decimal_fraction():
    # 262,229 I/Os of 4,096 bytes are 1,024.332 MB, and fio 2 printed "1024.4MB": 340 of 1,024, cut to one digit.
    assert define(job_of(OF_2_2_10)[1].options).block_bytes == 4096


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [("1024.4MB", 1024.332, 1024.46), ("1024.2MB", 1024.999, 1024.0), ("9.50KB", 9.05, 9.51), ("12.6KB", 12.5, 12.7)],
)
def test_a_rest_has_every_value_that_fio_prints_so(text, inside, outside):
    unit = bytes_of(f"1{text[-2:]}", old=True)
    low, high = span_of(text, old=True, is_rest=True)
    assert low <= inside * unit <= high
    assert not low <= outside * unit <= high


@pytest.mark.parametrize("issued", [True, False])
@pytest.mark.parametrize(
    ("reads", "writes", "percent"),
    [(786347, 262229, "75"), (7050, 2950, "70"), (902000, 98000, "90"), (920000, 80000, "92"), (999000, 1000, "99")],
)
def test_the_share_of_reads_is_that_of_the_ios(reads, writes, percent, issued):
    text = OF_2_2_10
    for count, rate, now in (("786347", "13887", reads), ("262229", "4631", writes)):
        text = text.replace(count, str(now)).replace(rate, str(now * 1000 // 56621))
    assert job_of(text if issued else text.replace("issued", "cut"))[1].options["rwmixread"] == percent


@pytest.mark.parametrize(
    ("whole", "wrapped"),
    [
        ("bs=(R) 4096B-4096B, (W)", "bs=(R) 4096B-4096B,\n(W)"),
        ("(T) 16.0KiB-16.0KiB, ioengine", "(T)\n> 16.0KiB-16.0KiB,\n> ioengine"),
        ("BW=317MiB/s (332MB/s)", "BW=317MiB/s\n(332MB/s)"),
        ("IOPS=81.1k, BW", "IOPS=81.1k,\n    BW"),
    ],
)
def test_lines_that_a_mail_wrapped_are_read(whole, wrapped):
    assert OF_3_9.count(whole) == 1
    ours, theirs = job_of(OF_3_9.replace(whole, wrapped))[1], job_of(OF_3_9)[1]
    assert (ours.options, ours.read, ours.write) == (theirs.options, theirs.read, theirs.write)


def test_a_line_that_is_cut_takes_no_other_with_it():
    _, job = job_of(OF_2_2_10.replace("bs=4K-4K/4K-4K/4K-4K, ioengine=libaio, iodepth=64", "bs=4K-"))
    assert (job.options, job.read.total_ios) == ({}, 786347)


def test_reports_of_a_client_are_of_one_run_only_where_they_say_so():
    one = """\
All clients: (groupid=0, jobs=3): err= 0: pid=0: Tue Jul 12 18:52:21 2022
  read: IOPS=29.5k, BW=7375Mi (7733M)(432GiB/60001msec)
    clat (usec): min=67, max=8068, avg=394.05, stdev=151.38
"""
    other = one.replace("29.5k", "29.7k").replace("432GiB", "435GiB").replace("8068", "9000")
    assert len(parse_runs(f"{one}*** Fio_Job ***\n{other}")) == 2


def test_a_mix_whose_share_is_not_known_has_no_options():
    writes = OF_2_2_10.index("  write:")
    assert job_of(OF_2_2_10[:writes])[1].options == {}
    unified = OF_2_2_10.replace("  read :", "  mixed:").replace(OF_2_2_10[writes : OF_2_2_10.index("  cpu")], "")
    assert job_of(unified)[1].options == {}


def test_a_mix_that_only_read_is_a_read():
    writes = OF_2_2_10[OF_2_2_10.index("  write:") : OF_2_2_10.index("  cpu")]
    assert define(job_of(OF_2_2_10.replace(writes, "").replace("w=262229", "w=0"))[1].options).pattern == "randread"


@pytest.mark.parametrize(("said", "steady"), [("yes", True), ("no", False)])
def test_whether_a_steady_state_was_reached_is_read(said, steady):
    line = f"  steadystate  : attained={said}, bw=24.3GiB/s (25.5GB/s), iops=398k, iops mean dev=1.215%\n"
    assert job_of(OF_2_2_10 + line)[1].steady is steady
    assert job_of(OF_2_2_10)[1].steady is None


GROUP = """\
a: (g=0): rw=randread, bs=(R) 4096B-4096B, (W) 4096B-4096B, (T) 4096B-4096B, ioengine=libaio, iodepth=4
b: (g=0): rw=randwrite, bs=(R) 4096B-4096B, (W) 4096B-4096B, (T) 4096B-4096B, ioengine=libaio, iodepth=4
fio-3.33
a: (groupid=0, jobs=2): err= 0: pid=7: Wed Jan 1 00:00:00 2026
  read: IOPS=1000, BW=4000KiB/s (4096kB/s)(39.1MiB/10000msec)
  cpu          : usr=9.10%, sys=50.00%, ctx=116, majf=0, minf=30
     issued rwts: total=10000,0,0,0 short=0,0,0,0 dropped=0,0,0,0
"""


def test_a_part_that_is_the_sum_of_different_jobs_has_the_options_of_none():
    _, job = job_of(GROUP)
    assert (job.sum_of, job.options) == (("a", "b"), {})


@pytest.mark.parametrize(
    ("said", "instead"),
    [("rw=randwrite", "rw=randread"), ("b: (g=0)", "b: (g=1)"), ("jobs=2", "jobs=1")],
    ids=["alike", "of another group", "of one process"],
)
def test_a_part_of_one_kind_of_job_has_its_options(said, instead):
    _, job = job_of(GROUP.replace(said, instead))
    assert (job.sum_of, job.options["rw"]) == ((), "randread")


def test_the_jobs_of_another_fio_are_no_part_of_a_sum():
    text = GROUP.replace("jobs=2", "jobs=1").replace("b: (g=0)", "b: (g=1)")
    later = text.replace("a: (g", "c: (g").replace("a: (groupid", "c: (groupid").replace("jobs=1", "jobs=2")
    assert [job.sum_of for run in parse_runs(text + later) for job in run.jobs] == [(), ()]


def test_a_mix_of_which_a_line_was_left_out_is_no_read():
    writes = OF_2_2_10[OF_2_2_10.index("  write:") : OF_2_2_10.index("  cpu")]
    _, job = job_of(OF_2_2_10.replace(writes, ""))
    assert (job.options["rwmixread"], job.write) == ("75", None)
    assert job_of(OF_2_2_10.replace(writes, "").replace("issued", "cut"))[1].options == {}


def test_the_ios_of_versions_before_2_are_read():
    _, job = job_of(OF_2_0_6.replace("issued    : total=r=579/w=0/d=0", "issued r/w/d: total=579/0/0"))
    assert job.read.total_ios == 579
