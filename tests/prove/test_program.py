"""What a program of an engine says when it fails is shown without what a log adds."""

import pytest

from hostcheck.prove import program
from hostcheck.prove.engine_api import RefusedError

LOGGED = 'time="2026-11-29T15:30:15Z" level=error msg="pivot_root .: invalid \\"argument\\""'


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("echo first >&2; echo 'ctr: namespace not found' >&2; exit 1", "ctr: namespace not found"),
        (f"echo '{LOGGED}' >&2; exit 1", 'pivot_root .: invalid "argument"'),
        ("exit 3", "sh ended with 3"),
    ],
)
def test_the_last_line_names_the_cause(said, shown):
    with pytest.raises(RefusedError) as refused:
        program.run(["sh", "-c", said], 10)
    assert (str(refused.value), refused.value.proves) == (shown, True)


def test_a_program_that_takes_too_long_proves_nothing():
    with pytest.raises(RefusedError, match="sleep was not done after 0 s") as refused:
        program.run(["sleep", "60"], 0.1)
    assert refused.value.step.ok is None
