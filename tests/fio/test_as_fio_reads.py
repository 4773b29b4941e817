"""Job files in every form that fio reads: what becomes of their options."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from hostcheck.errors import UsageError
from hostcheck.fio.definition import Definition
from hostcheck.fio.jobfile import JobFile, read_jobfile
from hostcheck.fio.program import find_fio
from hostcheck.fio.rendered import render


def read(folder: Path, text: str, **environment: str) -> JobFile:
    path = folder / "own.fio"
    path.write_text(text)
    return read_jobfile(path, environment)


def does(folder: Path, text: str, **environment: str) -> Definition:
    return read(folder, text, **environment).does


@pytest.mark.parametrize(
    ("line", "option"),
    [
        ("readwrite=randwrite", ("rw", "randwrite")),
        ("blocksize=8k", ("bs", "8k")),
        ("timeout=10", ("runtime", "10")),
        ("io_limit=1g", ("io_size", "1g")),
        ("nr_files=4", ("nrfiles", "4")),
        ("iodepth_batch_submit=8", ("iodepth_batch", "8")),
        ("iodepth_batch_complete=8", ("iodepth_batch_complete_min", "8")),
        ("wait_for_previous", ("stonewall", "")),
        ("fileoffset=1m", ("offset", "1m")),
        ("iomem=mmap", ("mem", "mmap")),
        ("buffered=0", ("direct", "1")),
        ("buffered=1", ("direct", "0")),
        ("rwmixwrite=30", ("rwmixread", "70")),
    ],
)
def test_an_option_has_more_than_one_name(tmp_path: Path, line: str, option: tuple[str, str]) -> None:
    assert option in read(tmp_path, f"[a]\n{line}\n").options.items()


def test_an_alias_counts_where_the_other_name_stands_before_it(tmp_path: Path) -> None:
    assert does(tmp_path, "[a]\nrw=read\nreadwrite=randrw\nrwmixwrite=20\nrwmixread=60\n").settings == {
        "pattern": "randrw",
        "block_bytes": 4096,
        "queue_depth": 1,
        "direct": False,
        "io_engine": "psync",
        "read_percent": 60,
    }
    assert does(tmp_path, "[a]\ndirect=1\nbuffered=1\n").direct is False
    assert does(tmp_path, "[a]\nbuffered=1\ndirect=1\n").direct is True


@pytest.mark.parametrize(
    "line",
    [
        "direct=1\t# past the page cache",
        "direct=1;x",
        "direct=1#x",
        "  direct=1   ",
        "\tdirect=1\t",
        "direct=1\r",
        "direct = 1",
        "direct=1 ; one # two",
    ],
)
def test_comments_and_blanks_around_an_option_do_not_count(tmp_path: Path, line: str) -> None:
    assert does(tmp_path, f"; of mine\r\n\t# and more\n[a]\t; the job\n{line}\n   \n").direct is True


@pytest.mark.parametrize("line", ["bs = 8k", "ioengine = libaio", "rw = randread", "filename = x"])
def test_a_blank_that_fio_takes_for_a_part_of_the_value_is_reported(tmp_path: Path, line: str) -> None:
    with pytest.raises(UsageError, match="line 2: '.*': fio takes the space after '=' as a part of the value"):
        read(tmp_path, f"[a]\n{line}\n")


def test_global_sections_count_for_the_jobs_behind_them(tmp_path: Path) -> None:
    text = "[global]\nbs=8k\niodepth=4\n[global]\niodepth=8\n[a]\nrw=randread\n[global]\nbs=64k\nexitall\n"
    found = does(tmp_path, text)
    assert (found.block_bytes, found.queue_depth) == (8192, 8)


def test_a_job_without_lines_has_the_global_ones(tmp_path: Path) -> None:
    assert does(tmp_path, "[global]\nrw=randwrite\nbs=8k\n[a]\n").pattern == "randwrite"


def test_a_section_that_begins_with_global_is_one(tmp_path: Path) -> None:
    assert does(tmp_path, "[global-defaults]\nbs=8k\n[a]\n").block_bytes == 8192


def test_a_file_that_is_included_stands_where_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts/common.inc").write_text("# for all\ndirect=1\ninclude depth.inc\nbs=16k\n")
    (tmp_path / "parts/depth.inc").write_text("iodepth=64\nioengine=libaio\n")
    found = does(tmp_path, "[a]\nbs=8k\nrw=randread\ninclude parts/common.inc\niodepth=32\n")
    assert (found.block_bytes, found.direct, found.queue_depth, found.io_engine) == (16384, True, 32, "libaio")


def test_an_error_in_an_included_file_names_it_and_its_line(tmp_path: Path) -> None:
    (tmp_path / "common.inc").write_text("direct=1\n\nexec_prerun=id\n")
    with pytest.raises(UsageError, match=r"common\.inc, line 3: exec_prerun=id runs a program"):
        read(tmp_path, "[a]\ninclude common.inc\n")
    (tmp_path / "common.inc").write_text("[b]\n")
    with pytest.raises(UsageError, match=r"common\.inc, line 1: '\[b\]' begins a section, which an included file"):
        read(tmp_path, "[a]\ninclude common.inc\n")


def test_variables_are_those_of_the_environment(tmp_path: Path) -> None:
    found = does(tmp_path, "[a]\nbs=${BLOCK}k\n${WHAT}=4\n", BLOCK="16", WHAT="iodepth")
    assert (found.block_bytes, found.queue_depth) == (16384, 4)


def test_a_variable_that_is_not_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="line 2: the variable BLOCK is not set"):
        read(tmp_path, "[a]\nbs=${BLOCK}\n")


def test_numbers_of_the_host_are_filled_in_and_added_up(tmp_path: Path) -> None:
    page, cpus = os.sysconf("SC_PAGE_SIZE"), os.sysconf("SC_NPROCESSORS_ONLN")
    memory = page * os.sysconf("SC_PHYS_PAGES") >> 20
    found = read(tmp_path, "[a]\nbs=$pagesize\nnumjobs=2*$ncpus\nsize=(8+8)*$mb_memory/3-1\n")
    assert (found.does.block_bytes, found.does.processes) == (page, 2 * cpus)
    assert found.options["size"] == str(16 * memory // 3 - 1)


@pytest.mark.parametrize("value", ["$ncpus/0", "(2*$ncpus", "$ncpus-", "$ncpus*a", "0-$ncpus", "$ncpus+$(id)"])
def test_what_is_no_sum_is_refused(tmp_path: Path, value: str) -> None:
    with pytest.raises(UsageError, match="line 2: .* is not a sum of whole numbers"):
        read(tmp_path, f"[a]\nnumjobs={value}\n")


def test_files_that_are_named_twice_are_both_used(tmp_path: Path) -> None:
    text = "[global]\nfilename=one\n[a]\nfilename=two:three\nsize=64k\n"
    assert read(tmp_path, text).options["filename"] == "one:two:three"


def test_a_keyword_in_a_name_of_a_file_is_a_part_of_the_name(tmp_path: Path) -> None:
    # fio makes one file of this name for all processes.
    job = read(tmp_path, "[a]\nfilename=$jobname.$jobnum:b\nsize=64k\n")
    assert "filename=data.$jobname.$jobnum:data.b\n" in render(job)


@pytest.mark.parametrize(
    ("earlier", "sizes", "both"),
    [
        ("128k", "4k,", "4k,128k,128k"),
        ("128k", ",8k", "128k,8k,8k"),
        ("128k", ",8k,", "128k,8k,128k"),
        ("128k", "4k,8k", "4k,8k"),
    ],
)
def test_a_size_that_is_left_out_is_the_earlier_one(tmp_path: Path, earlier: str, sizes: str, both: str) -> None:
    with pytest.raises(UsageError, match=f"line [0-9]+: the job does not have one block size: bs={both}; give"):
        read(tmp_path, f"[global]\nbs={earlier}\n[a]\nrw=randrw\nblocksize={sizes}\n")


def test_a_size_for_all_replaces_earlier_ones(tmp_path: Path) -> None:
    assert does(tmp_path, "[a]\nrw=randrw\nbs=4k,8k,16k\nbs=1m\n").block_bytes == 1 << 20


@pytest.mark.parametrize("size", ["10%", "100%", "${HC_SIZE}", "1g", "1GiB", "0x100000", "1048576b"])
def test_a_size_is_a_number_or_a_share(tmp_path: Path, size: str) -> None:
    assert read(tmp_path, f"[a]\nsize={size}\n").options["size"] == size


@pytest.mark.parametrize(
    ("line", "key", "value"),
    [
        ("rw=randread:8", "rw_argument", "8"),
        ("random_distribution=zipf:1.2", "random_distribution", "zipf:1.2"),
        ("nrfiles=16", "nrfiles", "16"),
    ],
)
def test_where_the_ios_go_is_a_setting(tmp_path: Path, line: str, key: str, value: str) -> None:
    assert does(tmp_path, f"[a]\n{line}\n").settings[key] == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("bs=4k\n[a]\n", "line 1: 'bs=4k' is in no section"),
        ("[a\nbs=4k\n", r"line 1: '\[a' is not a section's heading"),
        ("[]\n", "line 1: .* is not a section's heading"),
        ("[a]b]\n", "line 1: .* is not a section's heading"),
        ("[a]\nbs=4k\rrw=write\n", r"line 2, column 6 is a carriage return \(U\+000D\), which fio does not read"),
        ("[a]\n  bs=4k\0\n", r"line 2, column 8 is a NUL byte \(U\+0000\)"),
        ("[a]\nbs=4k\u00a0x\n", r"line 2, column 6 is a no-break space \(U\+00A0\)"),
        ("[a]\nbs=4k\x07x\n", r"line 2, column 6 is the control character \(U\+0007\)"),
        (f"[a]\ndescription={'x' * 5000}\n", "line 2 has more than 4095 characters"),
        (f"[{'a' * 101}]\n", "line 1: the job's name has more than 100"),
        ("[a]\nbs\n", "line 2: bs is not a value"),
        ("[a]\ndirect=\n", "line 2: direct= is not a value"),
        ("[a]\nBS=4k\n", "line 2: the option 'BS' is not accepted"),
        ("[a]\nbs=4.5k\n", "line 2: bs=4.5k is not a value"),
        ("[a]\nrw=RandRead\n", "line 2: rw=RandRead is not a value"),
        ("[a]\nbs=0\n", "line 2: bs=0 is not a value"),
        ("[a]\nrw=randrw\nbs=4k,0k\n", "line 3: bs=4k,0k is not a value"),
        ("[a]\niodepth=0\n", "line 2: iodepth=0 is not a value"),
        ("[a]\nrw=randrw\nrwmixread=101\n", "line 3: rwmixread=101 is not a value"),
        ("[a]\nrw=randread\npercentage_random=50,101\n", "line 3: percentage_random=50,101 is not a value"),
        ("[a]\nnumjobs=0\n", "numjobs=0"),
        ("[a]\nnumjobs=257\n", "numjobs=257"),
        ("[a]\nnrfiles=2000\n", "2000 files"),
        ("[a]\nbs=64m\niodepth=64\n", "need 4,295 MB of memory"),
        ("[a]\nrw=read\nbs=4k,1g\niodepth=8\n", "MB of memory"),
        ("[a]\nbs=1\niodepth=999999\nnumjobs=2\n", "MB of memory"),
        ("[a]\nrw=randread\nbs=1\nsize=1t\n", "MB of memory"),
        ("[a]\nfilename=${HC_FILE}\nunlink=1\n", "unlink removes"),
    ],
)
def test_what_fio_would_misread_or_a_host_cannot_bear_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read(tmp_path, text)


HEADER = re.compile(r"\(g=0\): (rw=\w+, bs=.*, ioengine=\w+, iodepth=\d+)")
SAME = {
    "aliases": "[j]\nrw=write\nreadwrite=randrw\nblocksize=8k\niodepth=2\nsize=64k\n",
    "globals": "[global]\nbs=8k\n[global]\nsize=64k\nrw=write\n[globals]\niodepth=3\n[j]\n[global]\nbs=16k\n",
    "comments": "; x\n[j] ; y\nbs=8k;x\nrw=write#x\n\tsize=64k\t# x\n iodepth=2 ; # x\n",
    "bases": "[j]\nbs=4KiB\nkb_base=1000\nsize=64KiB\nrw=write\n",
    "blanks": "[j]\r\nbs =8k\r\niodepth = 4\r\nsize=64k   \r\nrw=write\r\n",
    "include": "[j]\nbs=4k\ninclude part.inc\nrw=randwrite\nsize=64k\n",
    "sizes": "[j]\nbs=0x2000\nsize=65536b\nrw=write:8k\n",
    "later": "[j]\nbs=4k\nbs=4k,\nrw=read\nsize=64k\nbuffered=0\nbuffered=1\n",
    "host": "[j]\nbs=$pagesize\nsize=16*$pagesize\nrw=write\n",
}


@pytest.mark.real
@pytest.mark.parametrize("what", SAME)
def test_fio_does_the_same_with_what_is_written_anew(tmp_path: Path, what: str) -> None:
    (tmp_path / "part.inc").write_text("# of all\nbs=32k\niodepth=5\n")
    given, anew = tmp_path / "given.fio", tmp_path / "anew.fio"
    given.write_text(SAME[what], newline="")
    anew.write_text(render(read_jobfile(given, {})))
    said = []
    for path in (given, anew):
        done = subprocess.run(
            [find_fio().path, "--output-format=normal", "--number_ios=1", path],
            env={"HC_RUNTIME": "1", "HC_RAMP": "0", "PATH": os.environ["PATH"]},
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        said.append(HEADER.findall(done.stdout))
    assert said[0]
    assert said[0] == said[1]
