"""Whether a job can have a figure is known before it is measured."""

import json
import subprocess
from pathlib import Path

import pytest

from hostcheck.errors import UsageError
from hostcheck.fio.jobfile import read_jobfile, require_metrics

READS, WRITES, MIX = "rw=randread", "rw=write", "rw=randrw"

REFUSED = [
    ("write.iops", READS, "rw=randread has no writes"),
    ("read.bandwidth", WRITES, "rw=write has no reads"),
    ("read.iops", "rw=randrw\nrwmixread=0", "rw=randrw has no reads"),
    ("lat.p99", READS, "lat_percentiles=1 is missing"),
    ("lat.p99", f"{READS}\nlat_percentiles=0", "lat_percentiles=1 is missing"),
    ("lat.p99", f"{MIX}\nlat_percentiles=1", "fio reports no latency percentile for reads and writes together"),
    ("lat.p99", f"{READS}\nlat_percentiles=1\ngtod_reduce=1", "with gtod_reduce=1 fio measures no latency"),
    ("lat.p99", f"{READS}\ndisable_lat=1\nclat_percentiles=0", "with disable_lat=1 and without clat_percentiles"),
    ("lat.p99", f"{READS}\nlat_percentiles=1\npercentile_list=50:90", "percentile_list=50:90 has no 99"),
    ("sync.p99", READS, "rw=randread syncs nothing"),
    ("sync.p99", WRITES, "the job has no fsync or fdatasync"),
    ("sync.p99", f"{WRITES}\nfdatasync=0", "the job has no fsync or fdatasync"),
    ("sync.p99", f"{WRITES}\nend_fsync=1", "the job has no fsync or fdatasync"),
    ("sync.p99", f"{WRITES}\nsync=1", "the job has no fsync or fdatasync"),
    ("sync.p99", f"{WRITES}\nfsync=1\ngtod_reduce=1", "with gtod_reduce=1 fio does not measure"),
    ("sync.p99", f"{WRITES}\nfsync=1\ndisable_clat=1", "with disable_clat=1 fio does not measure"),
    ("sync.p99", f"{WRITES}\nfsync=1\nclat_percentiles=0", "with clat_percentiles=0 fio reports no percentile"),
    ("sync.p99.9", f"{WRITES}\nfsync=1\npercentile_list=99", "percentile_list=99 has no 99.9"),
]
ACCEPTED = [
    ("read.iops", READS),
    ("iops", MIX),
    ("write.bandwidth", MIX),
    ("lat.p99.9", f"{READS}\nlat_percentiles=1"),
    ("lat.p99.9", f"{READS}\nlat_percentiles=1\npercentile_list=50:99.90"),
    ("lat.p50", f"{WRITES}\ndisable_lat=1"),
    ("lat.p50", f"{WRITES}\nlat_percentiles=1\nclat_percentiles=0\ndisable_clat=1"),
    ("sync.p99", f"{WRITES}\nfdatasync=1"),
    ("sync.p99", f"{MIX}\nfsync=4"),
    ("sync.p99", f"{WRITES}\nsync_file_range=write:8"),
    ("sync.p50", f"{WRITES}\nfsync=1\nclat_percentiles=0\nlat_percentiles=1"),
]


def job_of(folder: Path, figure: str, lines: str) -> Path:
    path = folder / "own.fio"
    path.write_text(f"; a job of mine\n; hostcheck: metric=my.a figure={figure}\n[a]\n{lines}\nsize=1m\n")
    return path


@pytest.mark.parametrize(("figure", "lines", "said"), REFUSED)
def test_a_figure_that_the_job_cannot_have_is_refused_with_line_and_remedy(
    tmp_path: Path, figure: str, lines: str, said: str
) -> None:
    with pytest.raises(UsageError, match=f"own.fio, line 2: the job cannot have this figure: {said}") as error:
        require_metrics(read_jobfile(job_of(tmp_path, figure, lines)))
    assert error.value.remedy


@pytest.mark.parametrize(("figure", "lines"), ACCEPTED)
def test_a_figure_that_the_job_can_have_is_accepted(tmp_path: Path, figure: str, lines: str) -> None:
    (found,) = require_metrics(read_jobfile(job_of(tmp_path, figure, lines))).figures
    assert found.metric == "my.a"


@pytest.mark.real
@pytest.mark.parametrize(
    ("figure", "lines", "expected"),
    [(figure, lines, True) for figure, lines in ACCEPTED if "." in figure]
    + [(figure, lines, False) for figure, lines, _ in REFUSED],
)
def test_fio_agrees(tmp_path: Path, figure: str, lines: str, expected: bool) -> None:
    path = job_of(tmp_path, figure, lines)
    asked = ["fio", "--output-format=json", "--output=out.json", str(path)]
    subprocess.run(asked, cwd=tmp_path, check=True, timeout=60, capture_output=True)
    (job,) = json.loads((tmp_path / "out.json").read_text())["jobs"]
    kind, _, rest = figure.partition(".")
    if kind in {"read", "write"}:
        assert (job[kind]["total_ios"] > 0) == expected
        return
    moved = [job[side] for side in ("read", "write") if job[side]["total_ios"]]
    whole = job["sync"].get("lat_ns", {}) if kind == "sync" else moved[0]["lat_ns"]
    if kind == "lat" and not whole.get("mean"):
        whole = moved[0]["clat_ns"]
    percent = f"{float(rest[1:]):f}"
    has_one = kind == "sync" or len(moved) == 1
    assert (has_one and percent in whole.get("percentile", {})) == expected
