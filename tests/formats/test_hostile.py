"""One table of what a host may say, and every format: none of it steers what shows the document.

What a format makes of markup of its own is in that format's test; here is what is the same for all.
"""

import json
import re
from dataclasses import replace
from datetime import date

import pytest

from hostcheck.comparison.compare import compare
from hostcheck.formats import AUDIT, CALIBRATION, COMPARISON, GATE, HISTORY, POPULATION, Formats
from hostcheck.formats.explain_text import explain
from hostcheck.formats.terminal import Style
from hostcheck.gate.decision import weigh
from hostcheck.gate.policy import Policy
from hostcheck.gate.waivers import Waiver
from hostcheck.plaintext import without_commands
from hostcheck.population.columns import population_of_runs
from hostcheck.run.calibration import Calibration
from hostcheck.run.measured import Metric
from hostcheck.run.model import Evidence, Fact, HostIdentity, Verdict
from hostcheck.store.history import history
from hostcheck.thresholds import Threshold
from tests.effort import share

HOSTILE = {
    "a colour": "\x1b[31mred",
    "C1": "\x9b31m\x85next\x90dcs\x9c",
    "NUL and DEL": "a\x00b\x7fc",
    "ends of line": "a\r\nb\vc\fd",
    "U+2028": "a\u2028b\u2029c",
    "bidi": "\u202egnp.exe\u2066x\u2069\u200f",
    "tags": "a\U000e0041b\ufeff\u200b",
    "half a character": "a\ud800b",
    "no character": "a\ufffeb\uffff",
    "a command": "::add-mask::x",
    "a command behind blanks": " \t\u00a0\u3000::error title=x::y",
    "a command behind what collates as nothing": "\u034f\ufe0f::error::y",
    "a command on a line of its own": "x\n::stop-commands::y",
    "an old command": "##[add-path]x",
    "an old command inside": "a ##[error]b ###[warning]c",
    "a command in JSON": '"::error::x',
    "markup": "<script>alert(1)</script>&amp;]]><!--",
}
"""Texts by what they are."""

HIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)
"""What no document has as it is: controls but the end of a line, and what has no width or turns the direction."""


def runner_command(line):
    """Whether GitHub's runner takes a line for a command (actions/runner, src/Runner.Common/ActionCommand.cs)."""
    # Culture-sensitive comparison leaves out what has no weight of its own.
    stripped = re.sub(r"^[^\w!-/;-~:]+", "", line)
    return (stripped.startswith("::") and "::" in stripped[2:]) or re.search(r"##\[[^\]]*\]", line) is not None


ON_PAGES = ("x", *share([*HOSTILE.values()], 4))
"""Those that pages are made of too, which takes a second each."""

BINARY = {"png", "pdf", "parquet"}
"""Formats that are no text: a test of each looks at what it shows."""

DOCUMENTS: dict[str, list[tuple[str, str]]] = {}
"""What was made of each text: several tests look at it."""


def documents(text, run_of):
    """Every document that has the text everywhere it may be, by format."""
    if text not in DOCUMENTS:
        DOCUMENTS[text] = list(_documents(text, run_of))
    return DOCUMENTS[text]


def _documents(text, run_of):
    figures = [
        Metric("disk.randwrite.iops", "IOPS", "higher", "unstable", text, 10.0, (9.0, 11.0), source=text),
        Metric(f"my.{text}", text, "higher", "ok", "", 1.0, None, settings={text: text}),
        Metric("build.cold.seconds", "s", "lower", "skipped", text),
    ]
    verdicts = [
        Verdict(text, f"{status}.{text}", status, "required", text, text, text, text, text)
        for status in ("pass", "fail", "unknown", "skip")
    ]
    fact = Fact("virt.vm", text, evidence=(Evidence(text, text, text),), conflicts=(text,))
    unknown = Fact.unknown("virt.container", text)
    run = run_of(text, *figures, verdicts=tuple(verdicts), facts={each.id: each for each in (fact, unknown)})
    run = replace(run, id=text, started=text, notes=(text,), host=HostIdentity(text, os=text, kernel=text, arch=text))
    other = replace(run, id="b", host=HostIdentity(f"{text}2"))
    policy = Policy(
        (text,),
        thresholds=(Threshold("disk.randwrite.iops", ">=", 20.0),),
        waivers=(Waiver("fail.*", text, date(2099, 1, 1)),),
        source="",
    )
    decision = weigh(run, policy, today=date(2026, 11, 23))
    decision = replace(decision, notes=(text,))
    yield from made(AUDIT, text, run)
    yield "explanation", without_commands(explain(run, "virt", Style()))
    yield from made(COMPARISON, text, compare([run]))
    yield from made(COMPARISON, text, compare([run, other, replace(other, id="c", host=HostIdentity("c"))]))
    yield from made(POPULATION, text, population_of_runs([run, other]))
    yield from made(GATE, text, decision)
    yield from made(HISTORY, text, history((run, other), "", compared=False, asked=text))
    yield from made(HISTORY, text, history((run, other), "disk.randwrite.iops", compared=False, asked=text))
    yield from made(CALIBRATION, text, Calibration(()))


def made(formats: Formats, text, document):
    """Give the documents of a table of formats, as they are written."""
    for name in formats:
        if name not in BINARY and (name != "html" or text in ON_PAGES):
            rendered = formats.load(name)(document, Style())
            yield f"{formats.document} {name}", without_commands(rendered) if name == "text" else rendered


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_document_steers_a_terminal_or_a_ci_runner(text, run_of):
    for name, document in documents(text, run_of):
        document.encode("utf-8")
        assert HIDDEN.search(document) is None, name
        commands = [line for line in document.splitlines() if runner_command(line)]
        if name == "decision github":
            # Its own commands, one for each finding that counts; what the host says begins none.
            assert all(re.match(r"::(error|warning|notice) title=hostcheck%3A ", line) for line in commands)
            assert not any("##[" in line for line in commands)
            commands = []
        assert commands == [], name


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_json_gives_the_text_back(text, run_of):
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    for name, document in documents(text, run_of):
        if name in {"run json", "history json", "comparison json"}:
            assert json.dumps(whole)[1:-1] in json.dumps(json.loads(document)), name


def test_every_format_is_in_the_table(run_of):
    names = {name for name, _ in documents("x", run_of)}
    tables = (AUDIT, COMPARISON, POPULATION, GATE, HISTORY, CALIBRATION)
    assert {f"{table.document} {name}" for table in tables for name in table if name not in BINARY} <= names
