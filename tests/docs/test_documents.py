import re
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
DOCUMENTS = [TOP / "README.md", TOP / "CONTRIBUTING.md", TOP / "CHANGELOG.md", *sorted((TOP / "docs").glob("*.md"))]
COMMANDS = [
    "audit",
    "bench",
    "compare",
    "report",
    "import",
    "calibrate",
    "fits",
    "promise",
    "fleet",
    "gate",
    "capture",
    "history",
    "locate",
    "checks",
    "clean",
]


def test_documents_match_the_programs_help_and_its_checks():
    done = subprocess.run([sys.executable, TOP / "bin" / "docs", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_page_with_its_help(command):
    assert f"<!-- help {command} -->" in (TOP / "docs" / f"{command}.md").read_text()


@pytest.mark.parametrize("command", COMMANDS)
def test_no_option_is_wider_than_a_narrow_terminal(command):
    shown = (TOP / "docs" / f"{command}.md").read_text()
    options = re.findall(r"^  (-.*?)(?=  |$)", shown, re.MULTILINE)
    assert options
    assert [option for option in options if len(option) > 58] == []


def test_every_command_is_among_those_tested_here():
    import hostcheck.cli

    assert sorted(hostcheck.cli.COMMANDS) == sorted(COMMANDS)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_to_files_lead_somewhere(document):
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text()):
        assert (document.parent / target).exists(), target


def test_the_transcript_in_the_readme_is_what_the_program_prints_of_the_sample():
    readme = (TOP / "README.md").read_text()
    command, _, shown = readme.partition("$ hostcheck compare ")[2].partition("```")[0].partition("\n")
    done = subprocess.run(
        [sys.executable, "-m", "hostcheck", "compare", *command.split()],
        cwd=TOP,
        env={"PATH": "/usr/bin:/bin", "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=True,
    )
    places = [done.stdout.find(part) for part in re.split(r"^…\n", shown, flags=re.MULTILINE) if part]
    assert places[0] == 0
    assert places == sorted(places)
    assert -1 not in places


def file_of(name):
    """Return the file or the folder of a name as the architecture writes it; None if there is none."""
    places = (TOP / at for at in (name, f"hostcheck/{name}", f"hostcheck/{name}.py"))
    return next((place for place in places if place.exists()), None)


def test_every_answer_to_where_is_names_what_is_there():
    rows = (TOP / "docs/architecture.md").read_text().partition("## Where is …?")[2].partition("## ")[0]
    answers = [row.rpartition(" | ")[2] for row in rows.splitlines() if row.startswith("| ") and "**" not in row][1:]
    assert len(answers) > 40
    assert [answer for answer in answers if not re.search(r"`[a-z_]+[/.]", answer)] == []
    for word in re.findall(r"`([a-z_]+[/.][A-Za-z_/.]*(?::\w+)?)`", "\n".join(answers)):
        path, _, name = word.partition(":")
        file = file_of(path)
        assert file, word
        if name:
            assert re.search(rf"^(def |class )?{name}\b", file.read_text(), re.MULTILINE), word


def test_every_file_that_the_architecture_names_is_there():
    page = (TOP / "docs/architecture.md").read_text()
    flows = page.partition("## Five flows")[2].partition("## ")[0]
    named = {word for word in re.findall(r"`([a-z0-9_/.-]+)`", flows) if "/" in word and "*" not in word}
    assert len(named) > 10
    assert [name for name in named if not file_of(name)] == []
    top = [path for path in (TOP / "hostcheck").iterdir() if path.name not in {"__pycache__", "_data"}]
    files = re.findall(r"`(?:hostcheck/)?([a-z_]+\.py)`", page)
    without_row = [
        path.name
        for path in top
        if (
            path.name not in files
            if path.suffix == ".py"
            else path.is_dir() and f"`hostcheck/{path.name}/`" not in page
        )
    ]
    assert without_row == []
    rooms = re.findall(r"^\| `(hostcheck/[a-z_/]+/)` \|(.*)\|$", page, re.MULTILINE)
    assert len(rooms) > 15
    for room, text in rooms:
        assert (TOP / room).is_dir(), room
        for name in re.findall(r"`([a-z_]+)`", text):
            assert any((TOP / room / at).exists() for at in (name, f"{name}.py")), f"{room}{name}"
