"""Outputs that the installed fio writes: its own names of the options that decide, and which of them it leaves out."""

import json
import re
import subprocess

import pytest

from hostcheck.comparison.compare import compare
from hostcheck.fio.deciding import deciding
from hostcheck.fio.program import find_fio
from hostcheck.imports.importing import import_fio
from hostcheck.run.fio_options import OPTIONS

JOB = ("--name=job", "--filename=file", "--rw=randread", "--bs=4k", "--size=1m", "--ioengine=psync")


def imported(folder, name, *options):
    """Run fio with a job and further options, in JSON, and import what it wrote."""
    output = folder / f"{name}.json"
    command = [find_fio().path, *JOB, *options, "--output-format=json", f"--output={output}"]
    subprocess.run(command, cwd=folder, check=True, timeout=120, capture_output=True)
    return import_fio([output], name)


@pytest.mark.real
@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("invalidate=0", "invalidate: 0 against fio's default"),
        ("iodepth_batch_submit=4", "iodepth_batch: 4 against fio's default"),
        ("iodepth_batch_complete=2", "iodepth_batch_complete_min: 2 against fio's default"),
        ("io_submit_mode=offload", "io_submit_mode: offload against fio's default"),
        ("io_size=512k", "io_size: 512k against fio's default"),
        ("number_ios=100", "number_ios: 100 against fio's default"),
        ("nr_files=2", "nrfiles: 2 against fio's default"),
        ("loops=2", "loops: 2 against fio's default"),
        ("norandommap=1", "norandommap: 1 against fio's default"),
        ("randrepeat=0", "randrepeat: 0 against fio's default"),
        ("thread=1", "thread: 1 against fio's default"),
        ("gtod_reduce=1", "gtod_reduce: 1 against fio's default"),
        ("fallocate=none", "fallocate: none against fio's default"),
        ("cpus_allowed=0", "cpus_allowed: 0 against fio's default"),
        ("random_generator=lfsr", "random_generator: lfsr against fio's default"),
    ],
)
def test_an_option_that_fio_was_given_is_named_in_the_comparison(tmp_path, option, said):
    runs = imported(tmp_path, "plain"), imported(tmp_path, "other", f"--{option}")
    (ratio,) = (row.cells[1].ratio for row in compare(runs).rows)
    assert (ratio.judgement, ratio.reason) == ("not comparable", said)


@pytest.mark.real
@pytest.mark.parametrize(
    "option",
    [
        "invalidate=1",
        "iodepth_batch=1",
        "iodepth_low=1",
        "io_size=1024k",
        "loops=1",
        "lat_percentiles=1",
        "fallocate=native",
        "filesize=1m",
        "offset=0%",
        "iodepth=0x1",
        "numjobs=0x1",
    ],
)
def test_a_default_that_fio_was_given_differs_in_nothing(tmp_path, option):
    runs = imported(tmp_path, "plain"), imported(tmp_path, "other", f"--{option}")
    (ratio,) = (row.cells[1].ratio for row in compare(runs).rows)
    assert ratio.judgement != "not comparable"


@pytest.mark.real
def test_the_size_of_one_file_is_how_much_fio_reads_of_it(tmp_path):
    command = [find_fio().path, *(word for word in JOB if not word.startswith("--size")), "--output-format=json"]
    runs = []
    for name, option in (("size", "--size=1m"), ("filesize", "--filesize=1m")):
        output = tmp_path / f"{name}.json"
        subprocess.run([*command, option, f"--output={output}"], cwd=tmp_path, check=True, timeout=60)
        runs.append(import_fio([output], name))
    assert [run.metrics[0].settings for run in runs] == [runs[0].metrics[0].settings] * 2


@pytest.mark.real
@pytest.mark.parametrize(
    ("given", "block"),
    [
        (("--name=j", "--bs=4k", "--size=1m", "--kb_base=1000"), 4096),
        (("--name=j", "--kb_base=1000", "--bs=4k", "--size=1m"), 4000),
        (("--kb_base=1000", "--name=j", "--bs=4k", "--size=1m"), 4000),
        (("--bs=4k", "--size=1m", "--kb_base=1000", "--name=j"), 4096),
        (("--name=j", "--bs=8k", "--kb_base=1000", "--bs=4k", "--size=1m"), 4000),
        ("[j]\nbs=4k\nsize=1m\nkb_base=1000\n", 4000),
        ("[global]\nbs=4k\nsize=1m\n[j]\nkb_base=1000\n", 4096),
    ],
)
def test_a_base_counts_for_the_sizes_that_fio_read_after_it(tmp_path, given, block):
    if isinstance(given, str):
        (tmp_path / "job.fio").write_text(given)
        given = ("job.fio",)
    output = tmp_path / "output.json"
    command = [find_fio().path, *given, "--output-format=json", f"--output={output}"]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=60)
    (metric,) = import_fio([output], "host").metrics
    (read,) = (job["read"] for job in json.loads(output.read_text())["jobs"])
    assert read["io_bytes"] // read["total_ios"] == block
    assert metric.settings["block_bytes"] == block
    assert metric.value


@pytest.mark.real
def test_a_default_of_the_installed_fio_is_that_of_the_table():
    other = {"hugepage-size": "of the host", "steadystate": "of what is off"}
    wrong = []
    for name, option in OPTIONS.items():
        said = subprocess.run([find_fio().path, f"--cmdhelp={name}"], capture_output=True, text=True, timeout=60)
        default = re.search(r"^\s*default: (.*)$", said.stdout, re.MULTILINE)
        if not said.stdout.lstrip().startswith(f"{name}:"):
            # fio has no such option, and names one that is like it.
            continue
        if option.role == "compared" and name not in other and default and default[1] != "no default":
            wrong += [name] if deciding({name: default[1]}) else []
    assert wrong == []


@pytest.mark.real
def test_each_option_of_the_installed_fio_is_in_the_table():
    said = subprocess.run([find_fio().path, "--cmdhelp=all"], check=True, capture_output=True, text=True, timeout=60)
    names = [line.split(":")[0].strip() for line in said.stdout.splitlines() if ":" in line]
    assert len(names) > 150
    assert [name for name in names if name not in OPTIONS] == []
