"""Real outputs of fio, each with something that trips readers of it, against what is true of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from hostcheck.fio.parser import parse
from hostcheck.fio.problems import problems
from hostcheck.fio.result import Job
from hostcheck.fio.runs import parse_runs

OUTPUTS = Path(__file__).parent / "outputs"
EXPECTED: dict[str, dict[str, Any]] = json.loads((OUTPUTS / "expected.json").read_text())
SIDES = ("read", "write", "trim", "mixed")


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_reads_a_real_output(name: str) -> None:
    expected = EXPECTED[name]
    result = parse((OUTPUTS / name).read_text())

    assert result.version == expected["version"]
    assert result.documents == expected["docs"]
    assert bool(result.text_before) == expected["pretext"]
    assert [job.name for job in result.jobs] == expected["names"]
    assert [job.error for job in result.jobs] == expected["errors"]
    assert [_figures(job) for job in result.jobs] == [
        {name: _where_measured(side) for name, side in job.items()} for job in expected["jobs"]
    ]


def _figures(job: Job) -> dict[str, dict[str, float | None]]:
    """The figures of expected.json for a job, from the parsed output."""
    found: dict[str, dict[str, float | None]] = {}
    for name in SIDES:
        side = getattr(job, name)
        if side is not None:
            found[name] = {
                "iops": side.iops,
                "bw_Bps": side.bandwidth,
                "io_bytes": side.io_bytes,
                "runtime_ms": side.runtime_ms,
                "clat_mean_ns": side.completion and side.completion.mean,
                "p99_ns": side.completion and side.completion.percentiles.get(99.0),
                "total_ios": side.total_ios,
            }
    if job.sync is not None:
        found["sync"] = {"N": job.sync.count, "p99_ns": job.sync.percentiles[99.0]}
    return found


def _where_measured(side: dict[str, float | None]) -> dict[str, float | None]:
    # fio writes 0 for a latency that it did not take.
    return {key: None if key == "clat_mean_ns" and value == 0 else value for key, value in side.items()}


TROUBLED = {
    "3.33-enospc-err28.json": "No space left on device",
    "3.33-rbd-err0-zeroio.json": "no I/O",
    "3.33-sigint-partial.json": "signal 2",
    # What it says of the signal stands between two of its reports.
    "3.41-interrupted-status-interval.json": "signal 2",
    # Of two processes one was killed, and the other's figures look like those of a whole run.
    "3.39-one-process-killed.json": "signal 9",
}


@pytest.mark.parametrize(("name", "said"), TROUBLED.items())
def test_sees_what_speaks_against_the_figures(name: str, said: str) -> None:
    assert said in " ".join(problems(parse((OUTPUTS / name).read_text())))


def test_sees_nothing_against_clean_runs() -> None:
    for name in EXPECTED.keys() - TROUBLED:
        assert problems(parse((OUTPUTS / name).read_text())) == (), name


def test_a_latency_that_was_not_taken_is_none() -> None:
    side = parse((OUTPUTS / "3.33-gtod-reduce.json").read_text()).jobs[0].read
    assert side is not None
    assert (side.submission, side.completion, side.total) == (None, None, None)


def test_keeps_the_ramp_excess_apart() -> None:
    side = parse((OUTPUTS / "3.33-ramp-bw-iops-mismatch.json").read_text()).jobs[0].read
    assert side is not None
    assert (side.io_bytes // (1 << 20), side.total_ios) == (472, 465)


def test_the_last_of_several_documents_is_the_final_one() -> None:
    text = (OUTPUTS / "3.33-status-interval-concat.json").read_text()
    result = parse(text)
    assert result.jobs[0].read is not None
    assert result.jobs[0].read.runtime_ms == 2001
    # Killed in the middle of writing the last one: the one before it stands, and it is said.
    cut = parse(text[:-2000])
    assert (cut.documents, cut.truncated) == (2, True)
    assert "fio's output breaks off" in problems(cut)


def test_a_client_of_two_servers_has_their_jobs_and_their_sum() -> None:
    result = parse((OUTPUTS / "client-3.33-two-servers.json").read_text())
    assert [job.server for job in result.jobs] == [("/data/s1.sock", 8765), ("/data/s2.sock", 8765)]
    assert result.combined is not None
    assert result.combined.options["bs"] == "4k"
    moved = [side.total_ios for job in result.jobs for side in job.sides]
    assert [side.total_ios for side in result.combined.sides] == [sum(filter(None, moved))]
    assert problems(result) == ()


def test_a_client_of_one_server_has_no_sum() -> None:
    result = parse((OUTPUTS / "client-3.33-one-server.json").read_text())
    assert (result.combined, [job.name for job in result.jobs]) == (None, ["a"])


def test_what_speaks_against_one_of_several_runs_in_a_file_is_not_held_against_the_others() -> None:
    clean = (OUTPUTS / "3.33-group4.json").read_text()
    interrupted = (OUTPUTS / "3.33-sigint-partial.json").read_text()
    for texts in ((clean, interrupted, clean), (interrupted, clean, interrupted)):
        said = [problems(run) for run in parse_runs("".join(texts))]
        assert said == [("fio was ended by signal 2",) if text is interrupted else () for text in texts]


def test_an_error_that_is_repeated_for_people_is_the_run_s_before_it() -> None:
    failed = (OUTPUTS / "3.33-json-normal-mixed.txt").read_text().replace("err= 0", "err=28")
    said = [problems(run) for run in parse_runs(failed + (OUTPUTS / "3.33-group4.json").read_text())]
    # The JSON has the error too, where there is one.
    assert said == [(), ()]


@pytest.mark.parametrize(
    "wrapped",
    [
        "%s%s",
        "[%s, %s]",
        '{"runs": [%s, %s]}',
        "2026-11-23 fio[7]: %s\n2026-11-23 fio[8]: %s",
        '{"a": %s, "b": {"c": %s}}',
    ],
)
def test_documents_are_found_in_what_others_wrote_about_them(wrapped: str) -> None:
    first, second = (json.loads((OUTPUTS / f"3.33-{name}.json").read_text()) for name in ("group4", "mixed"))
    for indent in (None, 2):
        text = wrapped % (json.dumps(first, indent=indent), json.dumps(second, indent=indent))
        both = parse_runs(text)
        assert [run.jobs for run in both] == [
            parse((OUTPUTS / f"3.33-{name}.json").read_text()).jobs for name in ("group4", "mixed")
        ]
        assert not any(run.truncated for run in both)


def test_runs_appended_to_one_file_are_distinguished_from_interim_reports() -> None:
    text = (OUTPUTS / "appended-3.33.txt").read_text()
    both = parse_runs(text)
    assert [run.documents for run in both] == [1, 1]
    assert both[0].jobs != both[1].jobs
    (one,) = parse_runs((OUTPUTS / "3.33-status-interval-concat.json").read_text())
    assert one == parse((OUTPUTS / "3.33-status-interval-concat.json").read_text())
