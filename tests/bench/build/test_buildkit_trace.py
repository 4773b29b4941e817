import base64

import pytest

from hostcheck.bench.build.buildkit_trace import Trace


def number(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def block(field, data):
    return number(field << 3 | 2) + number(len(data)) + data


def moment(seconds):
    whole = int(seconds)
    return number(1 << 3) + number(whole) + number(2 << 3) + number(round((seconds - whole) * 1e9))


def vertex(digest, name, began=None, ended=None):
    data = block(1, digest.encode()) + block(2, b"sha256:input") + block(3, name.encode())
    data += block(5, moment(began)) if began is not None else b""
    data += block(6, moment(ended)) if ended is not None else b""
    return block(1, data)


def message(*parts):
    return base64.b64encode(b"".join(parts)).decode()


def test_steps_are_what_ended_in_the_order_in_which_they_ended():
    trace = Trace()
    trace.add(message(vertex("a", "[one 1/2] RUN a"), vertex("b", "[stage-1 2/2] RUN b")))
    trace.add(message(vertex("a", "[one 1/2] RUN a", 100.0), vertex("b", "[stage-1 2/2] RUN b")))
    trace.add(message(vertex("b", "[stage-1 2/2] RUN b", 103.0, 104.5), vertex("a", "[one 1/2] RUN a", 100.0, 102.25)))
    assert trace.steps("nonce") == [("RUN a", 2.25), ("RUN b", 1.5)]


def test_what_overlaps_is_counted_once():
    trace = Trace()
    trace.add(message(vertex("a", "RUN a", 100.0, 104.0), vertex("b", "RUN b", 101.0, 105.0)))
    trace.add(message(vertex("c", "RUN c", 102.0, 103.0)))
    steps = trace.steps("nonce")
    assert steps == [("RUN c", 1.0), ("RUN a", 1.0), ("RUN b", 1.0)]


def test_a_vertex_that_is_asked_twice_counts_where_it_worked():
    trace = Trace()
    trace.add(message(vertex("a", "load", 100.0, 101.0)))
    trace.add(message(vertex("a", "load", 105.0, 105.001)))
    assert trace.steps("nonce") == [("load", 1.0)]


def test_the_nonce_is_not_part_of_a_steps_name_since_hosts_are_compared_by_it():
    trace = Trace()
    trace.add(message(vertex("a", '[deps 3/7] RUN echo "4f2a" && true', 1.0, 2.0)))
    assert trace.steps("4f2a") == [('RUN echo "$NONCE" && true', 1.0)]


def test_other_fields_and_messages_are_passed_over():
    trace = Trace()
    status = block(2, block(1, b"exporting layers"))
    fixed = number(9 << 3 | 1) + bytes(8) + number(10 << 3 | 5) + bytes(4)
    trace.add(message(status, fixed, vertex("a", "RUN a", 1.0, 2.0)))
    assert trace.steps("nonce") == [("RUN a", 1.0)]


@pytest.mark.parametrize(
    "text",
    [
        "no base64!",
        base64.b64encode(block(1, b"long enough")[:-3]).decode(),
        base64.b64encode(bytes([0x80] * 12)).decode(),
        base64.b64encode(number(1 << 3 | 3)).decode(),
    ],
)
def test_what_is_no_message_is_refused(text):
    with pytest.raises(ValueError):
        Trace().add(text)


def test_the_vertex_that_failed_has_its_name_and_the_end_of_its_output():
    def log(digest, text):
        return block(3, block(1, digest.encode()) + block(2, moment(1.0)) + number(3 << 3) + number(1) + block(4, text))

    failed = block(1, block(1, b"b") + block(3, b"[stage-1 2/2] RUN make") + block(7, b"exit code: 2"))
    trace = Trace()
    assert trace.failed is None
    trace.add(
        message(vertex("a", "[one 1/2] RUN a"), log("a", b"fine\n"), log("b", b"x" * 9000), log("b", b"\nlast\n"))
    )
    trace.add(message(failed))
    name, output = trace.failed
    assert name == "RUN make"
    assert (len(output), output[-6:]) == (4096, "\nlast\n")
