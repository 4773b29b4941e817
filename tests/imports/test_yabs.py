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
        "fio.randrw-50.4k.q64.j2.write.iops": pytest.approx(51463, rel=1e-4),
        "fio.randrw-50.1m.q64.j2.read.bandwidth": pytest.approx(1026 * (1 << 20) / 1e6),
        "fio.randrw-50.1m.q64.j2.write.bandwidth": pytest.approx(1094 * (1 << 20) / 1e6),
    }


def test_of_what_the_text_cuts_off_the_more_exact_is_taken():
    found = values(TEXT)
    assert len(found) == 8
    # 205.31 of 1,024,000 bytes are 51,327 times 4 KiB, and 51.3k; 1.02 GB is less exact than 998 times 1 MiB.
    assert found["fio.randrw-50.4k.q64.j2.read.iops"] == pytest.approx(205.31 * 1_024_000 / 4096)
    assert found["fio.randrw-50.1m.q64.j2.write.bandwidth"] == pytest.approx(998 * (1 << 20) / 1e6)
    assert parse(TEXT).figures[0].sample.detail == {
        "read_from": "line 18, read of 4096 bytes: 205.31 MB/s  (51.3k), with 1024 bytes a KB"
    }


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


def table(*sizes, read="", write="", head="fio Disk Speed Tests (Mixed R/W 50/50):"):
    """A table of yabs, with the same rates for each size."""
    cells = [f"{size:<14}(IOPS)" for size in sizes]
    rows = [("Block Size", cells), ("  ------  ", ["---            ----"] * len(sizes))]
    rows += [("Read", [read] * len(sizes)), ("Write", [write or read] * len(sizes))]
    return "\n".join([head, "-" * 33, *(f"{name:<10} | {' | '.join(cells)}" for name, cells in rows)]) + "\n"


def banner(version, date=""):
    return f"#              Yet-Another-Bench-Script              #\n#          {version}          #\n\n{date}\n\n"


def test_the_unit_is_what_the_ios_force():
    """110.95 with 27.0k of 4 KiB are thousands of 1000 bytes; 245.56 with 61.3k are of 1024."""
    new, old = table("4k", read="110.95 MB/s  (27.0k)"), table("4k", read="245.56 MB/s  (61.3k)")
    assert values(new)["fio.randrw-50.4k.q64.j2.read.iops"] == pytest.approx(110.95e6 / 4096)
    assert values(old)["fio.randrw-50.4k.q64.j2.read.iops"] == pytest.approx(245.56 * 1_024_000 / 4096)


@pytest.mark.parametrize(("version", "thousand"), [("v2025-04-20", 1024), ("v2026-09-20", 1000)])
def test_where_they_force_none_the_version_says_it(version, thousand):
    found = values(banner(version) + table("1m", read="1.22 GB/s (1.1k)", write="651.74 MB/s (0.6k)"))
    assert found["fio.randrw-50.1m.q64.j2.write.bandwidth"] == pytest.approx(651.74 * thousand / 1000)


def test_without_version_and_without_a_sure_unit_the_ios_count():
    found = values(table("1m", read="651.74 MB/s (0.6k)"))
    assert found["fio.randrw-50.1m.q64.j2.read.bandwidth"] == pytest.approx(600 * (1 << 20) / 1e6)


def test_jsons_speed_is_more_exact_than_its_ios():
    document = {
        "version": "v2022-08-17",
        "fio": [{"bs": "1m", "speed_r": 52223, "iops_r": 50, "speed_w": 1, "iops_w": 0}],
    }
    read, _ = parse(json.dumps(document)).figures
    assert read.sample.value == pytest.approx(52223 * 1024 / 1e6)
    assert read.sample.detail == {"read_from": "fio[0], 1m: speed_r=52223, iops_r=50, with 1024 bytes a KB"}


def test_a_speed_that_contradicts_the_ios_does_not_count():
    figure, _ = parse(table("4k", read="113.01 MB/s  (99.9k)", write="245.56 MB/s (61.3k)")).figures
    assert (figure.sample.value, figure.sample.valid) == (None, False)
    assert figure.sample.reason == "its bytes a second and its I/Os a second contradict each other"


PASTED = {
    "indented": lambda text: "".join(f"    {line}\n" for line in text.splitlines()),
    "tabs": lambda text: "".join(f"\t{line}\n" for line in text.splitlines()),
    "quoted": lambda text: "".join(f"> > {line}\n" for line in text.splitlines()),
    "markdown": lambda text: "".join(f"| {line} |\n" if "|" in line else f"{line}\n" for line in text.splitlines()),
    "escaped": lambda text: text.replace("|", "\\|"),
    "windows": lambda text: text.replace("\n", "\r\n"),
    "hard spaces": lambda text: text.replace(" ", "\xa0"),
    "entities": lambda text: text.replace("  ", "&nbsp;&nbsp;"),
    "html": lambda text: "<pre>" + text.replace("\n", "<br/>\n") + "</pre>",
    "bbcode": lambda text: f"[code]{text}[/code]",
    "coloured": lambda text: text.replace("Read ", "\x1b[0;32mRead\x1b[0m ").replace("fio Disk", "\x1b[1mfio Disk"),
    "colours without escape": lambda text: text.replace("Read ", "[0;32mRead[0m "),
    "progress": lambda text: text.replace("fio Disk", "Running fio test...\r\x1b[0Kfio Disk"),
    "single spaces": lambda text: "\n".join(" ".join(line.split()) for line in text.splitlines()),
    "box": lambda text: text.replace("|", "│"),
    "fenced": lambda text: f"My server:\n```\n{text}\n```\nNice.",
    "bytes ps": lambda text: text.replace("B/s", "Bps"),
}  # fmt: skip


@pytest.mark.parametrize("how", PASTED)
def test_the_text_is_read_wherever_it_was_pasted(how):
    assert values(PASTED[how](TEXT)) == values(TEXT)
    assert parse(PASTED[how](TEXT)).host == parse(TEXT).host


def test_a_table_whose_columns_lost_what_is_between_them_is_read():
    assert values(TEXT.replace("|", " ")) == values(TEXT)
    assert values(TEXT.replace("|", "\t")) == values(TEXT)


def test_a_row_without_columns_that_lacks_a_cell_is_refused():
    text = table("4k", "64k", read="245.56 MB/s (61.3k)").replace("|", " ")
    first, _, rest = text.partition("Read")
    rest = rest.partition("\n")[2]
    with pytest.raises(UsageError, match="line 5: the row has 1 rate, its heading 2 block sizes"):
        parse(f"{first}Read   245.56 MB/s (61.3k)\n{rest}")


def test_a_table_without_a_line_that_can_be_read_is_none_that_was_skipped():
    text = table("4k", read="245.56 MB/s (61.3k)").replace("Read", "Lesen").replace("Write", "Schreiben")
    with pytest.raises(UsageError, match="it has a table of yabs' fio tests, but no line with rates; import the lines"):
        parse(text)


def test_prose_is_no_row():
    prose = "Read the manual (again)\nTotal cost 5 (USD)\nWrite to me (me@example.org) (please)\n"
    assert values(prose + TEXT + prose) == values(TEXT)


WRONG_TOTAL = "the total of its block size is not the sum of its reads and writes"


def total(line, read="245.56 MB/s (61.3k)"):
    return parse(table("4k", "1m", read=read) + f"Total      | {line}\n").figures


@pytest.mark.parametrize(
    ("line", "reasons"),
    [
        ("491.12 MB/s (122.7k) | 491.12 MB/s (0)", ["", ""]),
        ("491.13 MB/s (122.6k) | 491.1 MB/s", ["", ""]),
        ("591.12 MB/s (122.7k) |  ()", [WRONG_TOTAL, ""]),
        ("491.12 MB/s (92.7k) | what?", ["", ""]),
    ],
)
def test_a_total_that_is_not_the_sum_contradicts_its_block_size(line, reasons):
    found = total(line)
    assert [figure.sample.reason for figure in found if "read" in figure.spec.id][:1] == reasons[:1]


def test_a_total_of_json_that_is_not_the_sum_contradicts_its_block_size():
    document = json.loads(json.dumps(JSON))
    for test in document["fio"]:
        test |= {"speed_rw": test["speed_r"] + test["speed_w"], "iops_rw": test["iops_r"] + test["iops_w"]}
    assert values(json.dumps(document)) == values(json.dumps(JSON))
    document["fio"][0]["iops_rw"] += 5000
    reasons = [figure.sample.reason for figure in parse(json.dumps(document)).figures]
    assert reasons == [WRONG_TOTAL] * 2 + [""] * (len(reasons) - 2)


def test_several_runs_of_one_host_are_samples_of_one_metric():
    one = TEXT.replace("51.3k", "51.5k").replace("205.31", "206.11")
    (read, *_) = to_metrics(parse(TEXT + "\n" + one).figures)
    assert [sample.value for sample in read.samples] == [
        pytest.approx(205.31 * 1_024_000 / 4096),
        pytest.approx(206.11 * 1_024_000 / 4096),
    ]
    both = json.dumps(JSON) + "\n" + json.dumps(JSON | {"time": "20260713-101500"})
    assert [len(metric.samples) for metric in to_metrics(parse(both).figures)] == [2, 2, 2, 2]


def test_runs_of_several_hosts_are_refused():
    with pytest.raises(UsageError, match="it has runs of 2 hosts: AMD EPYC 7543 32-Core Processor, 2 CPUs; Intel"):
        parse(TEXT + TEXT.replace("AMD EPYC 7543 32-Core", "Intel"))


@pytest.mark.parametrize("head", ["fio Disk Speed Tests (Mixed R/W 50/50):", ""])
def test_a_table_that_is_there_twice_is_one_sample_and_another_is_a_second(head):
    first, other = (table("4k", "64k", read=f"{speed} MB/s  (61.3k)", head=head) for speed in ("245.56", "245.40"))
    metrics = to_metrics(parse(first + other + first).figures)
    assert {len(metric.samples) for metric in metrics} == {2}


def test_two_partitions_are_not_one_metric():
    text = TEXT + table(
        "4k", read="73.63 MB/s (18.4k)", head="fio Disk Speed Tests (Mixed R/W 50/50) (Partition /dev/b):"
    )
    metrics = {metric.id: metric for metric in to_metrics(parse(text).figures)}
    assert metrics["fio.randrw-50.4k.q64.j2.read.iops"].settings["partition"] == "/dev/vda1"
    assert metrics["fio.randrw-50.4k.q64.j2.read.iops.2"].settings["partition"] == "/dev/b"
    assert "partition" not in to_metrics(parse(TEXT).figures)[0].settings


def test_empty_cells_say_that_fio_gave_nothing():
    text = (
        table("4k", "64k", read="                   ()") + "Total      | 0.00 KB/s        (0) | 0.00 KB/s        (0)\n"
    )
    found = parse(text).figures
    assert [figure.sample.value for figure in found] == [None] * 4
    assert {figure.sample.reason for figure in found} == {
        "fio gave yabs nothing: it is another program, or did not run there (yabs#27, yabs#88)"
    }


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace('"fio"', '"geekbench":],"fio"'),
        lambda text: text[:-1] + ',"geekbench":]}',
        lambda text: text[:-1] + ',"iperf":}',
        lambda text: text[:-1] + ',"iperf":[{"mode":"IPv4","provider":',
        lambda text: text[:-3],
        lambda text: text.replace('"cores": 2', '"cores": '),
        lambda text: text.replace('"aes": true', '"aes": yes'),
        lambda text: text.replace(" ", "\xa0"),
        lambda text: text.replace('"', "“"),
        lambda text: json.dumps(json.loads(text), indent="\t"),
        lambda text: f"```json\n{text}\n```",
    ],
)
def test_broken_json_gives_the_part_of_fio_that_is_whole(damage):
    found = values(damage(json.dumps(JSON)))
    whole = values(json.dumps(JSON))
    assert found
    assert found.items() <= whole.items()
    assert len(found) >= len(whole) - 2


def test_values_that_fio_did_not_give_are_gaps_in_the_json():
    text = '{"version":"v2022-05-06","fio":[{"bs":"4k","speed_r":,"iops_r":,"speed_w":5,"iops_w":1},{"bs":"64k"}]}'
    found = parse(text).figures
    assert [figure.sample.valid for figure in found] == [False, True, False, False]


def test_a_run_that_fell_back_to_dd_has_no_figures():
    rows = ("       | Test 1 | Avg", "Write  | 1.1 GB/s | 1.10 GB/s", "Read   | 2.1 GB/s | 2.10 GB/s")
    text = "\n".join(["dd Sequential Disk Speed Tests:", "---", *rows])
    with pytest.raises(UsageError, match="yabs ran dd instead of fio"):
        parse(text)


@pytest.mark.parametrize(
    ("date", "time", "utc"),
    [
        ("Wed Aug 31 12:14:29 PM UTC 2022", "20220831-121429", True),
        ("Wed 31 Aug 2022 12:59:30 AM UTC", "20220831-005930", True),
        ("Mon May 19 10:03:22 AM CEST 2025", "20250519-100322", False),
        ("Mon Jun  6 1:01:23 UTC 2023", "20230606-010123", True),
    ],
)
def test_the_time_that_was_printed_is_its(date, time, utc):
    found = parse(banner("v2023-04-23", date) + table("4k", read="245.56 MB/s  (61.3k)"))
    assert (found.time, found.utc) == (time, utc)


def test_a_figure_of_zero_is_none():
    document = {**JSON, "fio": [{"bs": "4k", "iops_r": 0, "iops_w": 5}]}
    first, second = to_metrics(parse(json.dumps(document)).figures)
    assert (first.state, first.value, second.state) == ("invalid", None, "ok")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it has no results of fio from yabs"),
        ("hello", "it has no results of fio from yabs"),
        ('{"version": ', "cannot be read"),
        (json.dumps({"version": "v", "fio": 5}), "fio is not a list"),
        (json.dumps({"version": "v", "fio": [5]}), r"fio\[0\] is not an object"),
        (json.dumps({"version": "v", "fio": [{"bs": "x"}]}), r"fio\[0\].bs is not a size"),
        (json.dumps({"version": "v", "fio": [{"bs": "4k", "iops_r": "1"}]}), r"fio\[0\].iops_r is not a number"),
        (json.dumps({"version": "v", "fio": [{"bs": "4k", "iops_r": True}]}), r"fio\[0\].iops_r is not a number"),
        (json.dumps({"version": "v"}), "it has no results of fio from yabs"),
        (
            "Block Size | 4k (IOPS)\nRead | 1 MB/s (3k) | 1 MB/s (3k)",
            "line 2: the row has 2 rates, its heading 1 block size",
        ),
        (
            "Block Size | 4k (IOPS)\nRead | (fast)",
            "line 2: '\\(fast\\)' is neither a speed nor a number of I/Os a second",
        ),
        ('{"version":"v", "fio":[{"bs":"4k"', "cannot be read at line 1, column 34: Expecting"),
        ('so:\n{"version":"v",\n "fio":[{"bs" 5}]}', "cannot be read at line 3, column 15: Expecting ':' delimiter"),
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
    found = values(banner("v2026-09-20") + table("4k", read="5.03 GB/s (1.2m)"))
    assert found["fio.randrw-50.4k.q64.j2.read.iops"] == pytest.approx(5.03e9 / 4096)


@pytest.mark.parametrize("cell", ["205.31 MB/s  (1,234)", "1,234 MB/s    (51.3k)"])
def test_a_comma_that_may_separate_thousands_is_refused(cell):
    with pytest.raises(UsageError, match=r"line 18: the comma of .* may separate thousands or decimals"):
        parse(TEXT.replace("205.31 MB/s  (51.3k)", cell))
    assert values(TEXT.replace("205.31 MB/s  (51.3k)", "205,31 MB/s  (51,3k)")) == values(TEXT)
