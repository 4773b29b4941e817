"""Whatever it is given, the parser says what is wrong: it never crashes, and never makes up a number."""

import math
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hostcheck.fio.documents import FioParseError
from hostcheck.fio.parser import parse
from hostcheck.fio.problems import problems

OUTPUTS = sorted((Path(__file__).parent / "outputs").glob("3.*"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        ("error: failed to setup shm segment\n", "begins 'error: failed to setup shm segment'"),
        ("fio: engine rbd not loadable\n{", "from line 2 on, breaks off at line 2"),
        ('{"fio version": "fio-3.33", "jobs": [', "breaks off"),
        ('{"fio version": "fio-3', "breaks off"),
        ('{"fio version" "fio-3.33"}', "broken at line 1, column 16"),
        ('{"schema": "other"}', "not of fio"),
        ('{"fio version": "fio-3.33", "jobs": []}', "no jobs"),
        ('{"fio version": "fio-3.33", "jobs": {}}', "jobs is not a list"),
        ('{"fio version": "fio-3.33", "jobs": [7]}', r"jobs\[0\] is not an object; lines may be missing or"),
        ('{"fio version": "fio-3.33", "jobs": [{"jobname": "a"}]}', r"jobs\[0\] has no 'error'"),
        ('{"fio version": "fio-3.33", "jobs": [{"jobname": 1}]}', r"jobs\[0\].jobname is not a string"),
        ('{"fio version":' * 100_000, "from line 1 on, cannot be read: nested too deeply"),
        ('{"jobs": 1' + "0" * 5000 + "}", "from line 1 on, cannot be read: a number in it has too many digits"),
        ("3;fio-3.33;a;0;0;0\n", "--output-format=json"),
        ("a: (groupid=0, jobs=1): err= 0: pid=1: Mon Nov 23\n  read: IOPS=5\n", "--output-format=json"),
        ('{"fio version": "fio-3.33", "jobs": [], "jobs": [7]}', "jobs occurs twice with different values"),
    ],
)
def test_says_what_is_wrong_and_where(text: str, said: str) -> None:
    with pytest.raises(FioParseError, match=said):
        parse(text)


def test_text_with_braces_around_the_document_does_not_matter() -> None:
    text = (Path(__file__).parent / "outputs" / "3.33-group4.json").read_text()
    whole = parse(text)
    noisy = parse('{ what a warning }\n{"level": "info"}\n' + text + '{"level": "info"}\n{ the end }\n')
    assert (noisy.jobs, noisy.documents, noisy.truncated) == (whole.jobs, 1, False)


def check(text: str) -> None:
    """Parse; then either an error is reported, or every figure is a quantity."""
    try:
        result = parse(text)
    except FioParseError as error:
        said = str(error)
    else:
        said = ""
    if said:
        assert "\n" not in said
        return
    assert all(problems(result))
    for job in result.jobs:
        for side in job.sides:
            for value in (side.iops, side.bandwidth, side.io_bytes, side.runtime_ms):
                assert math.isfinite(value)
                assert value >= 0


@given(st.text())
@settings(max_examples=200, deadline=None)
def test_any_text(text: str) -> None:
    check(text)
    check('{"fio version": "fio-3.33", "jobs": [' + text + "]}")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_any_json_in_place_of_any_field(data: st.DataObject) -> None:
    import json

    root = json.loads((Path(__file__).parent / "outputs" / "3.33-wal-fdatasync-sync0.json").read_text())
    at: dict[str, object] = root
    for _ in range(data.draw(st.integers(1, 5))):
        key = data.draw(st.sampled_from(sorted(at)))
        inner = at[key]
        if isinstance(inner, list) and inner and isinstance(inner[0], dict):
            inner = inner[0]
        if not isinstance(inner, dict) or not inner:
            break
        at = inner
    at[data.draw(st.sampled_from(sorted(at)))] = data.draw(json_values)
    check(json.dumps(root))


@pytest.mark.parametrize("path", OUTPUTS, ids=lambda path: path.name)
def test_real_outputs_with_damage(path: Path) -> None:
    text = path.read_text()
    chance = random.Random(path.name)
    for _ in range(60):
        start = chance.randrange(len(text))
        damaged = chance.choice(
            [
                text[:start],
                text[start:],
                text[:start] + text[start + chance.randrange(1, 200) :],
                text[:start] + chance.choice('{}[]",:-9nx\\\0') + text[start + 1 :],
                text[:start] + text[chance.randrange(len(text)) :],
            ]
        )
        check(damaged)
