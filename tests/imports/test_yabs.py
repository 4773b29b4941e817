"""What yabs.sh writes: its JSON, and its text."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostcheck.errors import UsageError
from hostcheck.imports.figure import to_metrics
from hostcheck.imports.yabs import parse

JSON = {
    "version": "v2025-04-20",
    "time": "20260712-101500",
    "os": {"arch": "x86_64", "distro": "Debian GNU/Linux 12 (bookworm)", "kernel": "6.1.0-37-amd64", "vm": "KVM"},
    "cpu": {"model": "AMD EPYC 7543", "cores": 2, "freq": "2794.748 MHz", "aes": True, "virt": False},
    "mem": {"ram": 4015232, "ram_units": "KiB", "swap": 0, "swap_units": "KiB"},
    "fio": [
        {"bs": "4k", "speed_r": 205312, "iops_r": 51328, "speed_w": 205854, "iops_w": 51463, "speed_units": "KBps"},
        {"bs": "1m", "speed_r": 1050624, "iops_r": 1026, "speed_w": 1120256, "iops_w": 1094, "speed_units": "KBps"},
    ],
}

TEXT = """\
# ## ## ## ## ## ## ## ## ## ## ## ## ## ## ## ## ## #
#              Yet-Another-Bench-Script              #
Sun Jul 12 10:15:00 UTC 2026

Basic System Information:
---------------------------------
Uptime     : 3 days, 1 hours, 5 minutes
Processor  : AMD EPYC 7543 32-Core Processor
CPU cores  : 2 @ 2794.748 MHz
RAM        : 3.8 GiB
Distro     : Debian GNU/Linux 12 (bookworm)
Kernel     : 6.1.0-37-amd64

fio Disk Speed Tests (Mixed R/W 50/50) (Partition /dev/vda1):
---------------------------------
Block Size | 4k            (IOPS) | 64k           (IOPS)
  ------   | ---            ----  | ----           ----
Read       | 205.31 MB/s  (51.3k) | 1.05 GB/s    (16.4k)
Write      | 205.85 MB/s  (51.4k) | 1.06 GB/s    (16.5k)
Total      | 411.16 MB/s (102.7k) | 2.11 GB/s    (33.0k)
           |                      |
Block Size | 512k          (IOPS) | 1m            (IOPS)
  ------   | ---            ----  | ----           ----
Read       | 1.10 GB/s     (2.1k) | 1.05 GB/s     (1.0k)
Write      | 1.16 GB/s     (2.2k) | 1.12 GB/s      (998)
Total      | 2.26 GB/s     (4.4k) | 2.17 GB/s     (2.1k)
"""


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


def test_the_host_is_told_as_far_as_yabs_does():
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
def test_what_is_wrong_is_told_with_its_place(text, message):
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
