import os
import struct

import pytest

from hostcheck.bench.storm.output import LONGEST_MESSAGE, Output

OUT, ERR = 1, 2


def frame(kind, text):
    return struct.pack(">BxxxI", kind, len(text)) + text


@pytest.fixture
def stream():
    """The output of a container, and the end to write to."""
    reading, writing = os.pipe()
    yield Output(reading), writing
    os.close(reading)


def taken(output, writing, *parts):
    """Write part by part, each read before the next is there; then the end."""
    for part in parts:
        os.write(writing, part)
        assert output.wait(1)
    os.close(writing)
    assert output.ends_within(1)
    return output


def test_the_agreed_word_makes_ready(stream):
    assert taken(*stream, frame(OUT, b"ready\n")).ready


@pytest.mark.parametrize("at", range(1, 14))
def test_the_word_may_come_in_two_reads_wherever_they_part(stream, at):
    whole = frame(OUT, b"ready\n")
    output = taken(*stream, whole[:at], whole[at:])
    assert (output.ready, output.refuted, output.word) == (True, False, "ready")


def test_the_word_may_come_in_two_frames_with_another_between(stream):
    output, writing = stream
    os.write(writing, frame(OUT, b"rea") + frame(ERR, b"a warning\n") + frame(OUT, b""))
    assert output.wait(1)
    assert (output.ready, output.refuted) == (False, False)
    assert taken(output, writing, frame(OUT, b"dy\n")).ready


@pytest.mark.parametrize("text", [b"ready", b"", b"readyy\n", b" ready\n", b"\nready\n", b"exec format error\n"])
def test_other_words_do_not(stream, text):
    assert not taken(*stream, frame(OUT, text)).ready


def test_a_word_that_cannot_become_the_agreed_one_is_refuted_before_its_line_ends(stream):
    output = taken(*stream, frame(OUT, b"reach"))
    assert (output.refuted, output.word) == (True, "reach")


def test_the_word_on_stderr_is_a_complaint(stream):
    output = taken(*stream, frame(ERR, b"ready\n"))
    assert (output.ready, output.refuted, output.complaint) == (False, False, "ready")


def test_the_complaint_is_one_short_line_of_stderr(stream):
    output = taken(*stream, frame(OUT, b"out\n"), frame(ERR, b"\n  exec\t/bin/sh: \xff" + b"x" * 200 + b"\nmore\n"))
    assert output.complaint.startswith("exec /bin/sh: \ufffdxxx")
    assert len(output.complaint) == LONGEST_MESSAGE


def test_a_flood_is_read_and_not_kept(stream):
    output, writing = stream
    flood = frame(ERR, b"x" * 10**6)
    for first in range(0, len(flood), 4096):
        os.write(writing, flood[first : first + 4096])
        assert output.wait(1)
    assert len(output._stderr) < 10**4
    assert taken(output, writing, frame(OUT, b"ready\n")).ready


def test_what_is_not_in_frames_is_an_error(stream):
    output, writing = stream
    os.write(writing, b"ready\nready\n")
    with pytest.raises(OSError, match="does not have the documented frame format"):
        output.wait(1)
    os.close(writing)


def test_a_stream_that_goes_on_has_not_ended(stream):
    output, writing = stream
    os.write(writing, frame(ERR, b"a warning\n"))
    assert not output.ends_within(0)
    assert output.complaint == "a warning"
    os.close(writing)
    assert output.ends_within(0)
