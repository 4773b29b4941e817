"""A cache below a guest is named only where what was never read before is slower; and once what a guest cannot see."""

from dataclasses import replace

import pytest

from hostcheck.comparison.compare import compare
from hostcheck.comparison.notes import notes
from hostcheck.run.model import Fact

READ, FRESH = "disk.seqread.bandwidth", "disk.seqread.fresh.bandwidth"
FAST, SLOW = (3400, 3420, 3380, 3410, 3390), (410, 400, 420)


@pytest.fixture
def said(run_of, metric):
    def say(read, fresh):
        figures = [metric(READ, *read), *([metric(FRESH, *fresh)] if fresh else [])]
        return [sentence for sentence in compare([run_of("vm", *figures)]).findings if "cache" in sentence]

    return say


def test_a_file_that_is_read_faster_than_what_was_never_read_is_in_a_cache(said):
    (sentence,) = said(FAST, SLOW)
    assert sentence.startswith("A cache below vm answers its reads: 3,400 MB/s from the test file, and 410 MB/s (")
    assert sentence.endswith(") from files that were never read before.")


@pytest.mark.parametrize(
    ("read", "fresh"),
    [(FAST, FAST[:3]), (SLOW, FAST), (FAST, (3000, 3100, 3050)), (FAST, (400, 3400, 1200)), (FAST, (400,)), (FAST, ())],
    ids=["alike", "slower", "as runs may differ", "uncertain", "one sample", "not measured"],
)
def test_otherwise_no_cache_is_named(said, read, fresh):
    assert said(read, fresh) == []


def guest(value, *, known=True):
    return {"virt.vm": Fact("virt.vm", value, known=known)}


@pytest.mark.parametrize(
    ("facts", "fresh", "expected"),
    [
        (guest("kvm"), (), True),
        (guest("kvm"), FAST[:3], False),
        (guest("none"), (), False),
        (guest(None, known=False), (), False),
        ({}, (), False),
    ],
)
def test_what_a_guest_cannot_see_is_said_once_of_guests(run_of, metric, facts, fresh, expected):
    read = metric(READ, *FAST)
    samples = tuple(replace(one, detail={"file_bytes": 1 << 30}) for one in read.samples)
    figures = [replace(read, samples=samples), *([metric(FRESH, *fresh)] if fresh else [])]
    runs = [run_of(name, *figures, facts=facts) for name in "ab"]
    found = [note for note in notes(compare(runs)) if "cannot see" in note]
    assert len(found) == expected
    assert not found or found[0].startswith("a, b: the machine below a guest may have had the test file of 1.1 GB")
