"""Real outputs, damaged: an error of one line, or figures that stand in what was read.

The oracle knows nothing of the parser: whatever figure comes out must be one of the numbers written in the damaged text
itself, times the factor of a unit (KiB, microseconds). A figure that is not was made up.
"""

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hostcheck.fio.documents import FioParseError
from hostcheck.fio.parser import parse
from hostcheck.fio.problems import problems
from hostcheck.fio.result import FioResult, Latency
from hostcheck.fio.runs import parse_runs
from tests.effort import TIMES, share

OUTPUTS = Path(__file__).parent / "outputs"
WHOLE = {path.name: path.read_text() for path in sorted(OUTPUTS.glob("*3.[0-9]*"))}
NUMBER = re.compile(r"-?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?")
FACTORS = (1, 1000, 1024)
ODD = (
    "-1",
    "1e999",
    "NaN",
    "-nan",
    "Infinity",
    "1" * 400,
    "0.5",
    "18446744073709551615",
    "true",
    "null",
    '"7"',
    "[]",
    "{}",
)


def numbers_of(latency: Latency | None) -> Iterator[float | None]:
    if latency is not None:
        yield from (latency.mean, latency.min, latency.max, latency.stddev, *latency.percentiles.values())
        yield from latency.percentiles
        yield latency.count
        yield from (*(latency.bins or {}), *(latency.bins or {}).values())


def figures(result: FioResult) -> Iterator[float | None]:
    for job in (*result.jobs, *((result.combined,) if result.combined else ())):
        yield from (job.error, job.failed_ios or None, *job.depth_percent.values())
        for side in job.sides:
            yield from (side.iops, side.bandwidth, side.io_bytes, side.runtime_ms, side.total_ios)
            for latency in (side.submission, side.completion, side.total):
                yield from numbers_of(latency)
        yield from numbers_of(job.sync)
    for disk in result.disks:
        yield from (disk.read_ios, disk.write_ios, disk.util_percent)


def check(text: str) -> None:
    """Parse; then either an error is reported in one line, or every figure is in the text."""
    said = ""
    runs: tuple[FioResult, ...] = ()
    try:
        runs = parse_runs(text)
    except FioParseError as error:
        said = str(error)
    assert bool(runs) == (said == "")
    assert "\n" not in said
    assert len(said) < 400
    written = {abs(float(number)) * factor for number in set(NUMBER.findall(text)) for factor in FACTORS}
    for result in runs:
        assert all(problems(result))
        if result.form != "json":
            # What was printed for people is rounded: there the rates are computed of the exact numbers.
            sides = [side for job in result.jobs for side in job.sides]
            assert {side.runtime_ms for side in sides} <= written
            assert {side.total_ios for side in sides if side.total_ios is not None} <= written
            continue
        made_up = [figure for figure in figures(result) if figure is not None and float(figure) not in written]
        assert made_up == []


@pytest.mark.parametrize("name", WHOLE)
def test_the_oracle_agrees_with_whole_outputs(name: str) -> None:
    check(WHOLE[name])
    assert any(figures(parse(WHOLE[name]))) == (name != "3.33-rbd-err0-zeroio.json")


@pytest.mark.parametrize("name", ["3.33-psync-note.json", "3.33-json-normal-mixed.txt", "3.33-sigint-partial.json"])
def test_cut_at_any_byte_it_is_the_whole_output_or_an_error(name: str) -> None:
    text = WHOLE[name]
    jobs, last = parse(text).jobs, text.rindex("}") if name.endswith("json") else text.index("\n}\n") + 1
    ends = (*share(range(last - 60), 5), *range(last - 60, len(text)))
    for end in ends:
        if end <= last:
            with pytest.raises(
                FioParseError, match="empty|no JSON|breaks off|broken at|not of fio|ends before its results"
            ):
                parse(text[:end])
        else:
            assert parse(text[:end]).jobs == jobs


def test_interim_reports_cut_at_any_byte_give_the_last_whole_one() -> None:
    text = WHOLE["3.33-status-interval-concat.json"]
    ends = [match.end() for match in re.finditer(r"^\}", text, re.MULTILINE)]
    each = [parse(text[:end]).jobs for end in ends]
    for end in range(ends[0], len(text), 7):
        found = parse(text[:end])
        assert found.jobs == each[sum(whole <= end for whole in ends) - 1]
        assert found.truncated == (text[max(whole for whole in ends if whole <= end) : end].strip() != "")


@pytest.mark.parametrize("name", WHOLE)
def test_lines_that_are_doubled_swapped_or_given_odd_values(name: str) -> None:
    chance, lines = random.Random(name), WHOLE[name].splitlines()
    for _ in range(25 * TIMES):
        damaged = list(lines)
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        match chance.randrange(5):
            case 0:
                damaged.insert(other, lines[at])
            case 1:
                damaged[at], damaged[other] = lines[other], lines[at]
            case 2:
                del damaged[at : at + chance.randrange(1, 9)]
            case 3:
                key, colon, _ = lines[at].partition(" : ")
                damaged[at] = f"{key}{colon}{chance.choice(ODD)}{',' * lines[at].endswith(',')}"
            case _:
                damaged.insert(at, "[{" * chance.choice((1, 500, 100_000)))
        check("\n".join(damaged))


@given(st.data())
@settings(max_examples=50 * TIMES, deadline=None)
def test_flipped_bits(data: st.DataObject) -> None:
    flipped = bytearray(WHOLE[data.draw(st.sampled_from(sorted(WHOLE)))].encode())
    for _ in range(data.draw(st.integers(1, 4))):
        flipped[data.draw(st.integers(0, len(flipped) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    check(flipped.decode(errors="replace"))


def test_a_figure_that_stands_twice_and_differs_is_placeholder() -> None:
    text = WHOLE["3.33-group4.json"]
    iops = json.loads(text)["jobs"][0]["read"]["iops"]
    line = next(line for line in text.splitlines() if line.strip().startswith('"iops" :'))
    with pytest.raises(FioParseError, match=r"jobs\[0\]\.read\.iops occurs twice with different values"):
        parse(text.replace(line, f'{line}\n"iops" : {iops + 1},', 1))
    assert parse(text.replace(line, f"{line}\n{line}", 1)).jobs == parse(text).jobs
