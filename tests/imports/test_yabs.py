"""What yabs.sh writes: its JSON, and its text."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostcheck.errors import UsageError
from hostcheck.imports.figure import to_metrics
from hostcheck.imports.yabs import parse

HERE = Path(__file__).parent
JSON = json.loads((HERE / "yabs.json").read_text())
TEXT = (HERE / "yabs.txt").read_text()


def values(text):
    return {metric.id: metric.value for metric in to_metrics(parse(text).figures)}


def test_json_gives_ios_and_bandwidths_made_of_them():
    assert values(json.dumps(JSON)) == {
        "fio.randrw-50.4k.q64.j2.read.iops": pytest.approx(51328),
        "fio.randrw-50.4k.q64.j2.write.iops": pytest.approx(51463),
        "fio.randrw-50.1m.q64.j2.read.bandwidth": pytest.approx(1026 * (1 << 20) / 1e6),
        "fio.randrw-50.1m.q64.j2.write.bandwidth": pytest.approx(1094 * (1 << 20) / 1e6),
    }


def test_text_gives_what_it_shows_rounded():
    found = values(TEXT)
    assert len(found) == 8
    assert found["fio.randrw-50.4k.q64.j2.read.iops"] == pytest.approx(51300)
    assert found["fio.randrw-50.1m.q64.j2.write.bandwidth"] == pytest.approx(998 * (1 << 20) / 1e6)
    assert parse(TEXT).figures[0].sample.detail == {"yabs": "rounded: 51.3k IOPS"}


def test_colours_around_the_text_do_not_matter():
    assert values(TEXT.replace("Read ", "\x1b[1;32mRead\x1b[0m ")) == values(TEXT)


def test_the_host_is_described_as_far_as_by_yabs():
    host = parse(json.dumps(JSON)).host
    assert (host.kernel, host.arch, host.cpus) == ("6.1.0-37-amd64", "x86_64", 2)
    assert host.memory_bytes == 4015232 * 1024
    host = parse(TEXT).host
    assert (host.kernel, host.arch, host.cpus, host.os) == ("6.1.0-37-amd64", None, 2, "Debian GNU/Linux 12 (bookworm)")
    assert host.memory_bytes == round(3.8 * (1 << 30))


def test_json_behind_other_output_is_found():
    assert values(f"{TEXT}\nYABS completed in 8 min 1 sec\n{json.dumps(JSON, separators=(',', ':'))}\n") == values(
        json.dumps(JSON)
    )


def test_a_figure_of_zero_is_none():
    document = {**JSON, "fio": [{"bs": "4k", "iops_r": 0, "iops_w": 5}]}
    first, second = to_metrics(parse(json.dumps(document)).figures)
    assert (first.state, first.value, second.state) == ("invalid", None, "ok")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no results of fio in it"),
        ("hello", "no results of fio in it"),
        ('{"version": ', "cannot be read"),
        (json.dumps({"version": "v", "fio": 5}), "fio is not a list"),
        (json.dumps({"version": "v", "fio": [5]}), r"fio\[0\] is not an object"),
        (json.dumps({"version": "v", "fio": [{"bs": "x"}]}), r"fio\[0\].bs is not a size"),
        (json.dumps({"version": "v", "fio": [{"bs": "4k", "iops_r": "1"}]}), r"fio\[0\].iops_r is not a number"),
        (json.dumps({"version": "v", "fio": [{"bs": "4k", "iops_r": True}]}), r"fio\[0\].iops_r is not a number"),
        (json.dumps({"version": "v"}), "no results of fio in it"),
        ("Block Size | 4k (IOPS) | 64k (IOPS)\nRead | 1 MB/s (3k)", "line 2: 1 rates for 2 block sizes"),
        ("Block Size | four (IOPS)", "line 1: yabs' block sizes cannot be read"),
    ],
)
def test_an_error_is_reported_with_its_place(text, message):
    with pytest.raises(UsageError, match=message):
        parse(text)


@given(st.data())
def test_damaged_text_gives_an_error_or_numbers_that_stand_in_it(data):
    text = list(data.draw(st.sampled_from([TEXT, json.dumps(JSON)])))
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(text) - 1))
        text[place] = data.draw(st.sampled_from([*'0129.|(){}[]",:k \n', ""]))
    try:
        found = parse("".join(text))
    except UsageError:
        return
    for figure in found.figures:
        assert figure.sample.value is None or figure.sample.value > 0


def test_millions_of_ios_are_read():
    found = values(TEXT.replace("(51.3k)", "(1.2m)"))
    assert found["fio.randrw-50.4k.q64.j2.read.iops"] == pytest.approx(1_200_000)
