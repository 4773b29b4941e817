"""Lines that a diff removes are no results; what it adds or keeps is one output."""

import difflib
import json
import re
import subprocess
from pathlib import Path

import pytest

from hostcheck.errors import UsageError
from hostcheck.imports.importing import import_fio, import_yabs

HERE = Path(__file__).parent
NORMAL, JSON, YABS = "outputs/normal.txt", "outputs/together.json", "yabs.txt"


def values(name, text, folder):
    file = folder / "diff.txt"
    file.write_text(text)
    run = (import_yabs if name == YABS else import_fio)([file], None)
    return {metric.id: ([sample.value for sample in metric.samples], metric.state) for metric in run.metrics}


def old_of(text):
    """Return an output with every number of four digits and more changed, as of an earlier run."""
    return re.sub(r"(?<=[ =])(\d)(\d{3,})(?=[\s,/ ])", r"9\2", text)


def plain_diff(folder, old, new):
    (folder / "old").write_text(old)
    (folder / "new").write_text(new)
    return subprocess.run(["diff", folder / "old", folder / "new"], capture_output=True, text=True).stdout


DIFFS = {
    "unified": lambda old, new: "".join(
        difflib.unified_diff(old.splitlines(True), new.splitlines(True), "a/x.txt", "b/x.txt", n=10_000)
    ),
    "of git": lambda old, new: (
        "diff --git a/x b/x\nindex 1..2 100644\n"
        + "".join(difflib.unified_diff(old.splitlines(True), new.splitlines(True), "a/x", "b/x", n=10_000))
    ),
    "quoted": lambda old, new: "".join(
        f"> {line}" for line in difflib.unified_diff(old.splitlines(True), new.splitlines(True), "a/x", "b/x", n=10_000)
    ),
    "without its head": lambda old, new: "".join(
        list(difflib.unified_diff(old.splitlines(True), new.splitlines(True), n=10_000))[3:]
    ),
    "in colour": lambda old, new: "".join(
        f"\x1b[3{'1' if line[0] == '-' else '2'}m{line.rstrip()}\x1b[m\n"
        for line in difflib.unified_diff(old.splitlines(True), new.splitlines(True), "a/x", "b/x", n=10_000)
    ),
}


@pytest.mark.parametrize("how", DIFFS)
@pytest.mark.parametrize("name", [NORMAL, JSON, YABS])
def test_of_a_diff_the_new_version_is_read(how, name, tmp_path):
    text = (HERE / name).read_text()
    old = old_of(text)
    assert old != text
    assert values(name, DIFFS[how](old, text), tmp_path) == values(name, text, tmp_path)


def test_a_line_that_a_normal_diff_removes_is_no_result(tmp_path):
    text = "\n".join(line for line in (HERE / NORMAL).read_text().splitlines() if "WARN" not in line)
    found = plain_diff(tmp_path, "x\n", f"{text}\n")
    assert found.startswith("1c1")
    assert values(NORMAL, found, tmp_path) == values(NORMAL, text, tmp_path)
    with pytest.raises(UsageError):
        values(NORMAL, plain_diff(tmp_path, f"{text}\n", "x\n"), tmp_path)


@pytest.mark.parametrize("name", [NORMAL, JSON])
def test_what_a_diff_only_removes_gives_no_figure(name, tmp_path):
    text = (HERE / name).read_text()
    removed = "".join(difflib.unified_diff(text.splitlines(True), [], "a/x", "/dev/null"))
    with pytest.raises(UsageError):
        values(name, removed, tmp_path)


@pytest.mark.parametrize("prefix", ["", "> "])
@pytest.mark.parametrize("name", [NORMAL, JSON, YABS])
def test_of_a_merge_the_result_is_read(prefix, name, tmp_path):
    text = (HERE / name).read_text()
    lines = []
    for number, (ours, new) in enumerate(zip(old_of(text).splitlines(), text.splitlines(), strict=True)):
        if ours == new:
            lines.append((f"  {new}", f"+ {new}", f" +{new}")[number % 3])
        else:
            lines += [f"{('--', '- ', ' -')[number % 3]}{ours}", f"++{new}"]
    head = "diff --cc x\nindex 1,2..3\n--- a/x\n+++ b/x\n@@@ -1,90 -1,90 +1,90 @@@\n"
    merged = "".join(f"{prefix}{line}\n" for line in (*head.splitlines(), *lines))
    assert values(name, merged, tmp_path) == values(name, text, tmp_path)


def test_a_list_whose_lines_begin_with_dashes_is_no_diff(tmp_path):
    document = json.loads((HERE / JSON).read_text())
    text = "- a run of mine\n+ and one of yours\n" + json.dumps(document)
    assert values(JSON, text, tmp_path) == values(JSON, json.dumps(document), tmp_path)
