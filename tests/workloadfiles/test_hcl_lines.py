"""The newlines that HCL wants (hclsyntax/spec.md, Bodies; hashicorp/hcl, hclsyntax/parser.go)."""

import pytest

from hostcheck.errors import UsageError
from hostcheck.workloadfiles.hcl import read_hcl
from hostcheck.workloadfiles.reading import read_files

REFUSED = [
    ('task "t" { driver = "docker" config { image = "x" } }\n', 1),
    ("network {\n  port { static = 80 } }\n", 2),
    ("connect { sidecar_service {} }\n", 1),
    ("resources { cpu = 1 memory = 2 }\n", 1),
    ("resources {\n  cpu = 1 memory = 2\n}\n", 2),
    ("a = 1\nb { c = 1 }\nd {\n e = 1 }\n", 4),
    ("b { c = 1\n}\n", 1),
    ("template { data = <<EOF\nx\nEOF\n destination = 1\n}\n", 1),
]
TAKEN = [
    'task "t" {\n  config { image = "x" }\n  resources {}\n}\n',
    "a = 1 + 2\nb = true ? 1 : 2\nc = [\n 1,\n]\nd { e = [\n 1\n] }\n",
    "a = <<EOF\nx\nEOF\nb = 1 # c\nd = 2 // e\n/* f */\ng = 3",
]


@pytest.mark.parametrize(("text", "line"), REFUSED)
def test_two_parts_on_one_line_are_no_hcl(text, line):
    with pytest.raises(UsageError, match=rf"^job\.nomad:{line}: not HCL: a block on one line has one argument"):
        read_hcl(text, "job.nomad")


@pytest.mark.parametrize("text", TAKEN)
def test_a_part_on_each_line_is_hcl(text):
    assert read_hcl(text, "job.nomad").mapping()


def test_two_parts_on_one_line_are_a_mistake_beside_the_others(tmp_path):
    text = (
        'job "a" {\n group "g" {\n  task "t" { driver = "docker"\n   config { image = "x" force_pull = true }\n'
        "   resurces {}\n  }\n }\n}\n"
    )
    (tmp_path / "a.nomad").write_text(text)
    (content,) = read_files([str(tmp_path / "a.nomad")], lint=True)
    assert [(each.rule, each.place.line) for each in content.mistakes] == [
        ("nomad/unknown-key", 5),
        ("nomad/refused", 3),
    ]
    assert "also on line 4" in content.mistakes[1].said
    with pytest.raises(UsageError, match="not HCL"):
        read_files([str(tmp_path / "a.nomad")])


def test_of_many_crowded_lines_a_few_are_named():
    with pytest.raises(UsageError, match=r"\(also on line 2, 3, 4, 5, 3 more\)"):
        read_hcl("b { c = 1 d = 2 }\n" * 8, "job.nomad")
