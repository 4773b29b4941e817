"""Services that systemd does not load (src/core/service.c, service_verify)."""

import pytest

from hostcheck.workloadfiles.needs import HostPort
from hostcheck.workloadfiles.reading import read_files
from hostcheck.workloadfiles.unit_words import commands_of

REFUSED = [
    ("ExecStart=/bin/a\nExecStart=/bin/b\n", 3),
    ("ExecStart=/bin/a ; /bin/b\n", 2),
    ("Type=simple\nExecStart=/bin/a ; \\\n  /bin/b ;\n", 3),
    ("ExecStart=/bin/sh -c 'a \\\n ; b'\n", 2),
    ("Type=forking\nExecStart=/bin/a\nExecStart=/bin/b\n", 4),
    ("Type=oneshot\nExecStart=/bin/a\nRestart=always\n", 4),
    ("Type=oneshot\nExecStart=/bin/a\nRestart=on-success\n", 4),
    ("Type=oneshot\n", 2),
    ("RemainAfterExit=yes\n", 2),
    ("ExecStop=/bin/a\n", 2),
    ("SuccessAction=reboot\n", 2),
    ("Type=simple\nRemainAfterExit=yes\nExecStop=/bin/a\n", 2),
    ("ExecStart=/bin/a\nExecStart=\n", 2),
    ("ExecStart=/bin/sh -c 'a ; \\ \nb=1'\n", 2),
    ("ExecStart=/bin/a\nExecStartPre=/bin/echo it's\n", 3),
]
LOADED = [
    "ExecStart=/bin/a\n",
    "ExecStart=/bin/a\nExecStart=\nExecStart=/bin/b\n",
    "ExecStart=/bin/a\nExecStartPre=/bin/b\nExecStartPre=/bin/c\n",
    "ExecStart=/bin/sh -c 'a ; b'\n",
    "ExecStart=/bin/find / -exec a \\;\n",
    "Type=oneshot\nExecStart=/bin/a\nExecStart=/bin/b\n",
    "Type=oneshot\nExecStart=/bin/a ; /bin/b\nRestart=on-failure\n",
    "ExecStart=/bin/a\nRestart=always\n",
    "RemainAfterExit=yes\nExecStop=/bin/a\n",
    "[Unit]\nSuccessAction=reboot\n",
    "ExecStart=/bin/sh -c 'a \\'b\\' \\\n  c ; d'\n",
    "ExecStart=/bin/sh -c 'echo \"'\n",
]


def refused(tmp_path, text, name="a.service"):
    (tmp_path / name).write_text(text)
    (content,) = read_files([str(tmp_path / name)], format="systemd", lint=True)
    return [each.place.line for each in content.mistakes if each.rule == "systemd/refused"]


@pytest.mark.parametrize(("text", "line"), REFUSED)
def test_a_service_that_systemd_does_not_load_is_a_mistake(tmp_path, text, line):
    assert refused(tmp_path, f"[Service]\n{text}") == [line]


@pytest.mark.parametrize("text", LOADED)
def test_a_service_that_systemd_loads_is_none(tmp_path, text):
    assert refused(tmp_path, f"[Service]\n{text}") == []


def test_a_drop_in_counts(tmp_path):
    (tmp_path / "a.service.d").mkdir()
    (tmp_path / "a.service.d" / "b.conf").write_text("[Service]\nExecStart=/bin/b\n")
    assert refused(tmp_path, "[Service]\nExecStart=/bin/a\n") == [2]


def test_an_empty_file_masks_a_service(tmp_path):
    assert refused(tmp_path, "") == []


def test_another_unit_needs_no_command(tmp_path):
    assert refused(tmp_path, "[Timer]\nOnBootSec=1\n", "a.timer") == []


def test_a_backslash_escapes_within_single_quotes(tmp_path):
    text = (
        "[Service]\nExecStart=/bin/sh -c 'A=$(ip | awk \\'{print $2}\\'); \\\n"
        '  docker run --name "a-$A" -p 80:80 b\'\n'
    )
    (tmp_path / "a.service").write_text(text)
    (content,) = read_files([str(tmp_path / "a.service")])
    ports = [need for need in content.workloads[0].needs if isinstance(need, HostPort)]
    assert [(each.first, each.place.line) for each in ports] == [(80, 3)]


@pytest.mark.parametrize(
    ("line", "commands"),
    [
        ("a b", [["a", "b"]]),
        ("a ; b c ;", [["a"], ["b", "c"]]),
        (r"a \; b", [["a", ";", "b"]]),
        ("a ';' b", [["a", ";", "b"]]),
        (r"a 'b\'c' d", [["a", "b'c", "d"]]),
        (r"a\x20b \101 \s", [["a b", "A", " "]]),
        (r"a \. \d+ \;x", [["a", r"\.", r"\d+", r"\;x"]]),
        ("a 'b", [["a", "'b"]]),
        ("a '' b", [["a", "", "b"]]),
    ],
)
def test_a_line_has_the_words_that_systemd_reads(line, commands):
    assert commands_of(line) == commands
