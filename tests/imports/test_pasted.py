"""Outputs as the lines of a log, in HTML, in colour: the figures are those of the output itself."""

import html
import json
import quopri
import re
from pathlib import Path

import pytest

from hostcheck.errors import UsageError
from hostcheck.imports.importing import import_fio, import_yabs
from hostcheck.imports.pasted import unpasted

HERE = Path(__file__).parent
NORMAL, JSON, TERSE, YABS = "outputs/normal.txt", "outputs/together.json", "outputs/terse5.txt", "yabs.txt"
LOGS = {
    "of a runner": lambda number: f"2026-11-29T10:{number // 60:02}:{number % 60:02}.1234567Z ",
    "of compose": lambda _: "bench-1  | ",
    "of syslog": lambda number: f"Nov 29 10:{number // 60:02}:{number % 60:02} db1 fio[71]: ",
    "of a test": lambda _: "10:15:43 DEBUG| [stdout] ",
    "of a pod": lambda _: "[pod/bench-x7f/bench] ",
    "with a tabulator": lambda number: f" 07:13:{number % 60:02}\t",
    "of cat": lambda number: f"{number:6}\t",
    "a comment": lambda _: "# ",
    "a list": lambda _: "* ",
    "a table": lambda _: "| ",
    "a diff": lambda _: "+",
    "in colour": lambda number: f"\x1b[0;32m2026/11/29 10:00:{number % 60:02}\x1b[0m INFO ",
}


def figures_of(name, change, tmp_path):
    file = tmp_path / Path(name).name
    file.write_text(change((HERE / name).read_text()))
    read = import_yabs if name == YABS else import_fio
    return {
        (metric.id, metric.value, tuple(metric.settings.items()), tuple(sample.valid for sample in metric.samples))
        for metric in read([file], None).metrics
    }


WRITTEN = {
    "by Docker": lambda text: "".join(json.dumps({"log": f"{line}\n"}) + "\n" for line in text.split("\n")),
    "by a logger": lambda text: "".join(f"time=10:00 level=info msg={json.dumps(line)}\n" for line in text.split("\n")),
    "as a list": lambda text: json.dumps({"changed": True, "stdout_lines": text.split("\n")}, indent=4),
    "as one string": lambda text: json.dumps({"changed": True, "cmd": "fio x.fio", "stdout": text}, indent=4),
    "in strings in one another": lambda text: json.dumps({"rows": [json.dumps({"log": json.dumps({"msg": text})})]}),
    "as a string of a string": lambda text: json.dumps(json.dumps(text)),
    "as CSV": lambda text: 'host,output\nn1,"' + text.replace('"', '""') + '"\n',
    "by Python": lambda text: f"fio said: {text.encode()!r}",
    "with its ends of lines escaped": lambda text: text.replace("\n", "\\n"),
    "in BBCode": lambda text: f"Here it is: [CODE]{text}[/CODE]",
    "in a box": lambda text: "".join(f"│ {line.ljust(400)} │\n" for line in text.split("\n")),
    "with ends of lines of old": lambda text: text.replace("\n", "\r"),
    "with wide blanks": lambda text: text.replace("  ", "\u2003 "),
    "with blanks without a width": lambda text: text.replace(": ", ":\u200b "),
}


def in_cells(text):
    lines = text.rstrip("\n").replace("|", "&#124;").split("\n")
    return f"| host | out |\n|---|---|\n| a | {'<br>'.join(lines)} |\n"


@pytest.mark.parametrize("name", ["outputs/fsync-normal.txt", "outputs/odd-name.txt", "outputs/fdatasync-8.txt"])
@pytest.mark.parametrize(
    "change",
    [
        in_cells,
        lambda text: text.replace("\n", "\n\n"),
        lambda text: f"Here:\n```{text}```\n",
        lambda text: f"~~~{text}~~~\n",
    ],
    ids=["in a cell of Markdown", "with empty lines between", "in a fence", "in a fence of tildes"],
)
def test_normal_output_is_read_however_its_lines_were_kept(name, change, tmp_path):
    assert figures_of(name, change, tmp_path) == figures_of(name, str, tmp_path)


def with_commas(text):
    return re.sub(r"(\d)\.(\d)", r"\1,\2", text)


@pytest.mark.parametrize("name", [NORMAL, YABS, "outputs/fsync-normal.txt", "outputs/fdatasync-8.txt"])
def test_decimal_commas_are_points(name, tmp_path):
    assert figures_of(name, with_commas, tmp_path) == figures_of(name, str, tmp_path)


@pytest.mark.parametrize("name", [NORMAL, JSON, TERSE, YABS])
@pytest.mark.parametrize("how", WRITTEN)
def test_what_an_output_was_written_into_is_no_part_of_it(how, name, tmp_path):
    assert figures_of(name, WRITTEN[how], tmp_path) == figures_of(name, str, tmp_path)


TERSE_WRITTEN = {
    "wrapped at 80 columns": lambda line: "\n".join(line[at : at + 80] for at in range(0, len(line), 80)),
    "wrapped, quoted in a mail": lambda line: "\n".join(f"> {line[at : at + 76]}" for at in range(0, len(line), 76)),
    "parted by commas": lambda line: line.replace(";", ","),
    "in a cell of a table": lambda line: f"host,date,line\nn1,2024-01-01,{line}",
    "as a text in a program": lambda line: 'REPORT = "' + '" \\\n         "'.join((line[:100], line[100:])) + '"',
    "by a fio without its own name": lambda line: line.replace(";fio-", ";"),
}


@pytest.mark.parametrize("how", TERSE_WRITTEN)
@pytest.mark.parametrize("name", ["outputs/terse3.txt", "outputs/terse4.txt", "outputs/terse5.txt"])
def test_a_terse_line_is_read_however_it_was_kept(how, name, tmp_path):
    def each(text):
        return "\n".join(TERSE_WRITTEN[how](line) for line in text.splitlines() if ";fio-" in line) + "\n"

    assert figures_of(name, each, tmp_path) == figures_of(name, str, tmp_path)


def test_what_follows_a_terse_line_that_breaks_off_is_no_part_of_it(tmp_path):
    line = (HERE / "outputs/terse3.txt").read_text().splitlines()[-1]
    with pytest.raises(UsageError, match="x"):
        figures_of("outputs/terse3.txt", lambda _: f"{line[:300]}\n{line[:300]}\ndone\n", tmp_path)
    found = figures_of("outputs/terse3.txt", lambda _: f"{line[:300]}\n{line}\n", tmp_path)
    assert found == figures_of("outputs/terse3.txt", str, tmp_path)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_an_encoding_is_known_without_its_mark(encoding, tmp_path):
    (tmp_path / "x").write_bytes((HERE / NORMAL).read_text().encode(encoding))
    assert len(import_fio([tmp_path / "x"], None).metrics) == len(import_fio([HERE / NORMAL], None).metrics)


@pytest.mark.parametrize("name", [NORMAL, JSON, TERSE, YABS, "outputs/client2-normal.txt", "outputs/normal-status.txt"])
def test_an_output_that_is_there_twice_is_one_sample(name, tmp_path):
    text = (HERE / name).read_text()
    for each in ("a", "b"):
        (tmp_path / each).write_text(f"{text}\n{text}")
    run = (import_yabs if name == YABS else import_fio)([tmp_path / "a", tmp_path / "b"], None)
    assert {len(metric.samples) for metric in run.metrics} == {1}
    assert any("repeats another file" in note for note in run.notes)


@pytest.mark.parametrize("name", [NORMAL, JSON, TERSE, YABS])
@pytest.mark.parametrize("log", LOGS)
def test_what_a_log_puts_before_each_line_is_no_part_of_it(log, name, tmp_path):
    def logged(text):
        return "\n".join(LOGS[log](number) + line for number, line in enumerate(text.splitlines()))

    assert figures_of(name, logged, tmp_path) == figures_of(name, str, tmp_path)


@pytest.mark.parametrize("name", [NORMAL, JSON, YABS])
def test_html_around_an_output_is_no_part_of_it(name, tmp_path):
    def page(text):
        return f'<div class="post"><pre><code>{html.escape(text)}</code></pre></div>'

    def broken(text):
        return "<p>" + "<br />\n".join(html.escape(line) for line in text.splitlines())

    assert figures_of(name, page, tmp_path) == figures_of(name, broken, tmp_path) == figures_of(name, str, tmp_path)


def test_a_mail_in_quoted_printable_is_decoded(tmp_path):
    def mailed(text):
        return quopri.encodestring(text.replace("  ", "\xa0 ").encode()).decode()

    assert "err=3D 0" in mailed((HERE / NORMAL).read_text())
    assert figures_of(NORMAL, mailed, tmp_path) == figures_of(NORMAL, str, tmp_path)


DEEP = {"jobname": "a", "groupid": 0, "error": 0, "job options": {"rw": "read", "iodepth": "64"}}
DEEP["job options"] |= {"bs": "4k", "direct": "1", "ioengine": "libaio"}
DEEP |= {"iodepth_level": {"1": 0.1, "32": 0.1, ">=64": 99.8}}
DEEP |= {"read": {"io_bytes": 4096000, "bw": 4000, "iops": 1000.0, "runtime": 1000, "total_ios": 1000}}


@pytest.mark.parametrize("indent", [None, 2])
def test_json_of_deep_queues_in_a_mail_keeps_their_depth(indent, tmp_path):
    text = json.dumps({"fio version": "fio-3.33", "timestamp": 1700000000, "jobs": [DEEP]}, indent=indent)
    mailed = quopri.encodestring(text.encode()).decode()
    assert '>=3D64"' in mailed
    (tmp_path / "x").write_text(mailed)
    (metric,) = import_fio([tmp_path / "x"], None).metrics
    assert (metric.state, metric.value) == ("ok", 1000)


YABS_JSON = json.loads((HERE / "yabs.json").read_text())


@pytest.mark.parametrize("log", LOGS)
@pytest.mark.parametrize("indent", ["\t", 2])
def test_json_of_yabs_in_lines_is_read_without_what_is_before_them(indent, log, tmp_path):
    lines = json.dumps(YABS_JSON, indent=indent).split("\n")
    (tmp_path / "x").write_text("\n".join(LOGS[log](number) + line for number, line in enumerate(lines)))
    assert import_yabs([tmp_path / "x"], "x").metrics == import_yabs([HERE / "yabs.json"], "x").metrics


@pytest.mark.parametrize("indent", [None, "\t", 2])
def test_json_of_yabs_in_strings_or_a_mail_is_read(indent, tmp_path):
    text = json.dumps(YABS_JSON, indent=indent)
    alike = import_yabs([HERE / "yabs.json"], "x").metrics
    for written in (repr(text), quopri.encodestring(text.encode()).decode(), json.dumps({"stdout": text})):
        (tmp_path / "x").write_text(written)
        assert import_yabs([tmp_path / "x"], "x").metrics == alike


@pytest.mark.parametrize("status", ["1 (f=1): [R(1)][100.0%][r=1388MiB/s][r=355k IOPS][eta 00m:00s]", "2 (f=2)"])
def test_a_status_line_that_json_overwrote_on_a_terminal_is_no_part_of_it(status, tmp_path):
    def overwritten(text):
        return f"job: (g=0): rw=read, bs=4K\nStarting 1 process\n{{obs: {status}{text[text.index('{') + 1 :]}"

    assert figures_of(JSON, overwritten, tmp_path) == figures_of(JSON, str, tmp_path)


def test_a_table_of_yabs_whose_ends_of_lines_a_page_lost_is_read(tmp_path):
    def joined(text):
        above, title, table = text.rpartition("fio Disk Speed Tests")
        return above + (title + table).replace("\n", "")

    assert figures_of(YABS, joined, tmp_path) == figures_of(YABS, str, tmp_path)


@pytest.mark.parametrize("name", [NORMAL, JSON, YABS, TERSE, "outputs/client2-normal.txt", "outputs/normal-status.txt"])
def test_an_output_alone_stays_as_it_is(name):
    text = (HERE / name).read_bytes().decode()
    found = unpasted(text)
    assert found == text


@pytest.mark.parametrize("mark", ["> ", "> > ", "| ", "# "])
def test_json_that_was_quoted_is_read(mark, tmp_path):
    lines = (HERE / "outputs" / "loops.json").read_text().split("\n")
    (tmp_path / "x").write_text("".join(f"{mark}{line}\n" for line in lines))
    (metric,) = import_fio([tmp_path / "x"], None).metrics
    assert metric.value == pytest.approx(719.02, rel=1e-3)


def test_a_job_with_a_line_that_was_wrapped_is_none_that_did_nothing(tmp_path):
    text = (HERE / "outputs" / "odd-name.txt").read_text()
    (tmp_path / "x").write_text(text.replace("BW=500MiB/s", "BW=500Mi\nB/s"))
    with pytest.raises(UsageError, match="line 5 of 'na me: .*' has lines that are cut or wrapped"):
        import_fio([tmp_path / "x"], None)
