"""TAP as Perl's own reader sees it."""

import subprocess

import pytest

from hostcheck.formats.decision_tap import render

READER = """
use strict; use TAP::Parser;
my $parser = TAP::Parser->new({tap => do { local $/; binmode STDIN, ':utf8'; <STDIN> }, version => 13});
binmode STDOUT, ':utf8';
while (my $line = $parser->next) {
    next unless $line->is_test;
    print join("\\t", $line->is_actual_ok ? "ok" : "not ok", $line->is_ok ? "good" : "bad", $line->directive), "\\n";
}
print join(
    "\\t", "end", scalar($parser->parse_errors), $parser->tests_planned, scalar($parser->failed), $parser->version
), "\\n";
"""


def read(decision):
    done = subprocess.run(["perl", "-e", READER], input=render(decision), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [line.split("\t") for line in done.stdout.splitlines()]


def test_a_real_reader_sees_each_finding_as_what_it_means(decisions):
    *tests, end = read(decisions.mixed)
    assert tests == [
        ["ok", "good", ""],
        ["ok", "good", "SKIP"],
        ["not ok", "bad", ""],
        ["not ok", "bad", ""],
        ["ok", "good", ""],
        ["ok", "good", ""],
        ["not ok", "good", "TODO"],
        ["not ok", "bad", ""],
        ["not ok", "bad", ""],
        ["ok", "good", ""],
        ["not ok", "bad", ""],
    ]
    assert end == ["end", "0", "11", "5", "13"]


def test_hostile_text_is_no_test_no_directive_and_no_end(decisions):
    assert read(decisions.hostile) == read(decisions.mixed)


def test_prove_fails_where_the_gate_does(decisions, tmp_path):
    for name, code in (("mixed", 1), ("undecided", 1), ("hostile", 1), ("passing", 0), ("warned", 0)):
        (tmp_path / "gate.tap").write_text(render(getattr(decisions, name)))
        done = subprocess.run(["prove", "--exec", "cat", "gate.tap"], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == code, (name, done.stdout)


@pytest.mark.parametrize(
    "text", ["waived: known text, until 2027-01-31", 'note: "its waiver expired on 2026-01-01: text"']
)
def test_a_waiver_and_its_end_are_reported(decisions, text):
    assert text in render(decisions.mixed)
