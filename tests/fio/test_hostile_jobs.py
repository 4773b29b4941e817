"""Job files of others: none makes root run, load, connect or write outside the directory that is measured."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostcheck.errors import UsageError
from hostcheck.fio.jobfile import read_jobfile
from hostcheck.fio.permitted import ALIASES, IO_ENGINES, PERMITTED, accept
from hostcheck.fio.program import find_fio
from hostcheck.fio.rendered import render

PROGRAMS = ("exec_prerun=touch /tmp/x", "exec_postrun=/bin/sh", "ioengine=exec", "program=/bin/sh", "arguments=-c id")
LIBRARIES = (
    "ioengine=./x.so",
    "ioengine=/tmp/x.so",
    "ioengine=external:/tmp/x.so",
    "ioengine=external",
    "ioengine=libaio,./x.so",
    "ioengine=x",
)
NETWORKS = tuple(
    f"ioengine={name}"
    for name in ("net", "netsplice", "rbd", "rados", "nbd", "http", "rdma", "gfapi", "libiscsi", "nfs", "xnvme")
)  # fmt: skip
DEVICES = (
    *(
        f"ioengine={name}"
        for name in ("sg", "mtd", "io_uring_cmd", "dev-dax", "libpmem", "pmemblk", "e4defrag", "null")
    ),
    "filename=/dev/sda",
    "filename=x:/dev/sda",
    "filename=../../dev/sda",
    "filename=..",
    "filename=-",
    "filename=a\\:/dev/sda",
    "filename=${HC_FILE}/../x",
    "filename=$(id)",
    "filename=`id`",
    "filename=",
    "filename_format=/etc/$jobname",
    "filename_format=a/$filenum",
    "filename_format=$clientuid",
    "filename_format=..",
)
PATHS = (
    "directory=/etc",
    "directory=.",
    "opendir=/etc",
    "write_bw_log=/etc/x",
    "write_lat_log=../x",
    "write_iops_log=a/b",
    "write_hist_log=/x",
    "write_iolog=x",
    "read_iolog=x",
    "replay_redirect=/dev/sda",
    "merge_blktrace_file=x",
    "aux-path=/etc",
    "mem=mmaphuge:/etc/x",
    "mem=mmapshared:/etc/x",
    "iomem=mmap:/etc/x",
    "mem=shm",
    "buffer_pattern='/etc/shadow'",
    'buffer_pattern="a"',
    "verify_pattern='/etc/shadow'",
    "verify=crc32c",
    "verify_state_save=1",
    "unique_filename=0",
)
HOSTS = (
    "ioscheduler=none",
    "cgroup=x",
    "cgroup_nodelete=1",
    "uid=0",
    "gid=0",
    "nice=-20",
    "prioclass=1",
    "lockmem=100g",
    "fill_device=1",
    "fill_fs=1",
    "file_append=1",
    "allow_mounted_write=1",
    "profile=act",
    "zonemode=zbd",
    "trim_percentage=50",
    "hugepage-size=1g",
    "log_compression=1k",
)
SHELLS = (
    "size=$(id)",
    "bs=`id`",
    "numjobs=$ncpus;id",
    "size=$mb_memory*'$(id)'",
    "runtime=1|id",
    "bs=4k\\nexec_prerun=id",
)
PLAIN = re.compile(
    r"(?:[A-Za-z0-9._:,%-]|/(?=\d)|\$\{HC_(?:FILE|SIZE|STRIPE|RUNTIME|RAMP)\}|\$(?i:jobname|jobnum|filenum))*"
)
HOSTILE = (*PROGRAMS, *LIBRARIES, *NETWORKS, *DEVICES, *PATHS, *HOSTS, *SHELLS)


@pytest.mark.parametrize("section", ["[a]", "[global]"])
@pytest.mark.parametrize("line", [line for line in HOSTILE if ";" not in line])
def test_no_line_that_could_do_more_than_measure_is_accepted(tmp_path: Path, line: str, section: str) -> None:
    path = tmp_path / "own.fio"
    path.write_text(f"{section}\nrw=randread\n{line}\n{'' if section == '[a]' else '[a]'}\n")
    with pytest.raises(UsageError, match=r"own\.fio, line 3: "):
        read_jobfile(path, {})


@pytest.mark.parametrize("line", ["exec_prerun=id", "ioengine=./x.so", "filename=/dev/sda", "directory=/"])
@pytest.mark.parametrize(
    "hidden",
    [
        "${X}",
        "${A}${B}",
        " \t{line}",
        "{line} # harmless",
        "direct=1\ninclude part.inc",
    ],
)
def test_no_other_way_to_write_it_helps(tmp_path: Path, line: str, hidden: str) -> None:
    (tmp_path / "part.inc").write_text(f"{line}\n")
    path = tmp_path / "own.fio"
    path.write_text(f"[a]\n{hidden.replace('{line}', line)}\n")
    with pytest.raises(UsageError, match=r"line [12]: "):
        read_jobfile(path, {"X": line, "A": line[:6], "B": line[6:]})


@pytest.mark.parametrize("name", ["/dev/sda", "../x", "a/b", "x]\nexec_prerun=id\n[y"])
def test_no_name_of_a_job_leads_out(tmp_path: Path, name: str) -> None:
    path = tmp_path / "own.fio"
    path.write_text(f"[{name}]\nsize=1m\n")
    with pytest.raises(UsageError):
        read_jobfile(path, {})


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../outside.inc", "link.inc", "/dev/zero", "pipe", "folder", "missing", "a.fio"]
)
def test_only_files_beside_the_job_file_are_included(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "jobs"
    folder.mkdir()
    (tmp_path / "outside.inc").write_text("bs=8k\n")
    (folder / "link.inc").symlink_to(tmp_path / "outside.inc")
    (folder / "folder").mkdir()
    os.mkfifo(folder / "pipe")
    path = folder / "a.fio"
    path.write_text(f"[a]\ninclude {name}\n")
    with pytest.raises(UsageError, match=r"is not a file in the job file's folder|which an included file cannot have"):
        read_jobfile(path, {})


def test_files_that_include_each_other_come_to_an_end(tmp_path: Path) -> None:
    (tmp_path / "one.inc").write_text("include two.inc\ninclude two.inc\n")
    (tmp_path / "two.inc").write_text("include one.inc\n")
    path = tmp_path / "own.fio"
    path.write_text("[a]\ninclude one.inc\n")
    with pytest.raises(UsageError, match="more than 32 files are included"):
        read_jobfile(path, {})


@pytest.mark.parametrize("name", ["test-file", "fio-output", "own-1.fio", "owner", "trial", "direct"])
def test_a_jobs_files_have_names_of_their_own(tmp_path: Path, name: str) -> None:
    """Otherwise it could write the job file that fio reads next."""
    path = tmp_path / "own.fio"
    path.write_text(f"[{name}]\nfilename={name}:{name}.x\nwrite_bw_log={name}\nwrite_lat_log\nsize=1m\n")
    lines = render(read_jobfile(path, {})).splitlines()
    assert f"filename=data.{name}:data.{name}.x" in lines
    assert {f"write_bw_log=data.{name}", f"write_lat_log=data.{name}"} <= {*lines}
    path.write_text(f"[{name}]\nfilename_format=$jobname\nsize=1m\n")
    assert f"filename_format=data.{name}" in render(read_jobfile(path, {})).splitlines()
    path.write_text(f"[{name}]\nsize=1m\n")
    assert f"filename_format=data.{name}.$jobnum.$filenum" in render(read_jobfile(path, {})).splitlines()


@given(
    st.sampled_from(sorted({*PERMITTED, *ALIASES, "exec_prerun", "directory", "ioscheduler", "include"})),
    st.lists(
        st.sampled_from([*"/.:-$(){}`'\"\\;#|&<>*~ \n\t=[]0aeкé", "${HC_FILE}", "$jobname", "/dev/sda", "4k"]),
        max_size=30,
    ).map("".join),
)
def test_what_is_accepted_has_no_path_and_no_shell(name: str, value: str) -> None:
    try:
        option = accept(f"{name}={value}")
    except ValueError:
        return
    if option is not None:
        assert PLAIN.fullmatch(option[1])


def test_no_option_is_accepted_that_fio_calls_otherwise() -> None:
    """Two names for one thing must not have two rules."""
    assert not {*ALIASES} & {*PERMITTED}
    assert {*ALIASES.values()} <= {*PERMITTED}
    assert "exec" not in IO_ENGINES


def test_fio_gets_nothing_that_stands_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "own.fio"
    path.write_text(
        "; exec_prerun=id\n[a $(id) `id`]\ndescription=$(id)\nname=/dev/sda\nbs=4k ; exec_prerun=id\nsize=1m\n"
    )
    assert render(read_jobfile(path, {})).splitlines() == [
        "[job]",
        "bs=4k",
        "size=1m",
        "time_based",
        "runtime=${HC_RUNTIME}",
        "ramp_time=${HC_RAMP}",
        "group_reporting",
        "filename_format=data.a___id___id_.$jobnum.$filenum",
    ]


VALUES = {
    "filename": "a:b",
    "filename_format": "a.$jobnum.$filenum",
    "rw": "randrw:4k",
    "ioengine": "psync",
    "filesize": "4k-8k",
    "bsrange": "4k-8k",
    "bssplit": "4k/50:8k/50",
    "write_bw_log": "",
    "write_lat_log": "x",
    "write_iops_log": "x",
    "write_hist_log": "x",
    "percentile_list": "50:99.9",
    "random_distribution": "zipf:1.2",
    "file_service_type": "random:4",
    "sync_file_range": "write:8",
    "cpus_allowed": "0-1",
    "kb_base": "1024",
    "log_entries": "2048",
}  # fmt: skip
OF_ENGINES = {
    "hipri": "io_uring", "hipri_percentage": "pvsync2", "fixedbufs": "io_uring", "registerfiles": "io_uring",
    "sqthread_poll": "io_uring", "sqthread_poll_cpu": "io_uring", "nonvectored": "io_uring", "uncached": "io_uring",
    "nowait": "libaio", "force_async": "io_uring", "userspace_reap": "libaio", "thp": "mmap",
}  # fmt: skip


def _accepted(name: str) -> str:
    """Return a line with a value of each option that is accepted."""
    candidates = (VALUES.get(name), "1", "", "4k", "1s", *PERMITTED[name].pattern.split("|"))
    value = next(value for value in candidates if value is not None and PERMITTED[name].fullmatch(value))
    return f"{name}={value}" if value else name


@pytest.mark.real
def test_fio_knows_each_option_that_is_accepted_and_each_alias(tmp_path: Path) -> None:
    text = "[global]\nsize=1m\n"
    for given_name, name in {**{name: name for name in PERMITTED}, **ALIASES}.items():
        engine = f"ioengine={OF_ENGINES[name]}\n" if name in OF_ENGINES else ""
        text += f"[{given_name}]\n{engine}{given_name}{_accepted(name)[len(name) :]}\n"
    path = tmp_path / "all.fio"
    path.write_text(text)
    done = subprocess.run(
        [find_fio().path, "--parse-only", path], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    # fio names the first that it refuses, and reads no further.
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
