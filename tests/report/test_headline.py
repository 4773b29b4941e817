"""The headline as a picture."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from matplotlib.image import imread

from hostcheck.comparison.compare import compare
from hostcheck.comparison.notes import legend
from hostcheck.report.headline import render
from hostcheck.report.page import render as page
from hostcheck.run.files import read_run
from tests.report.conftest import misplaced

SATA, NVME, RUN = "reference:sata-vps-2014", "reference:nvme-vps-2014", "tests/runs/run-1.json"


def picture(*runs):
    return imread(io.BytesIO(render(compare(runs))), format="png")


def test_it_is_1200_pixels_wide_and_the_same_for_the_same_runs():
    runs = [read_run(SATA), read_run(RUN)]
    assert picture(*runs).shape[1] == 1200
    assert render(compare(runs)) == render(compare(runs))


def test_a_figure_more_or_another_one_changes_the_picture(run_of, metric):
    runs = [run_of("a", metric("disk.randwrite.iops", value, value)) for value in (100, 200)]
    assert render(compare(runs[:1])) != render(compare(runs[1:]))


def test_what_is_better_is_green_and_what_is_worse_is_red():
    def share(image, red, green, blue):
        wanted = [value / 255 for value in (red, green, blue)]
        return (abs(image[:, :, :3] - wanted) < 0.02).all(axis=2).sum()

    better, worse = picture(read_run(SATA), read_run(NVME)), picture(read_run(NVME), read_run(SATA))
    assert share(better, 0x1A, 0x70, 0x37) > 50 > share(better, 0xB3, 0x26, 0x1E)
    assert share(worse, 0xB3, 0x26, 0x1E) > 50 > share(worse, 0x1A, 0x70, 0x37)


@pytest.mark.parametrize("count", [1, 2, 4, 5, 50])
def test_any_number_of_hosts_is_a_picture(run_of, metric, count):
    runs = [
        run_of(f"a-host-with-a-long-name-{number}" * 3, metric("disk.randwrite.iops", 1, 2)) for number in range(count)
    ]
    assert picture(*runs).shape[1] == 1200


def test_without_figures_and_with_hostile_names_it_is_a_picture(run_of):
    assert picture(run_of("$x^2$ \\frac{1}{0} \x1b[2J \ud800")).shape[1] == 1200


@pytest.mark.parametrize("count", [2, 3, 4, 9])
def test_the_answer_and_the_legend_are_whole_and_no_text_lies_on_another_one(compared, saved, count):
    comparison = compared(count)
    render(comparison)
    assert misplaced(saved[0]) == []
    text = " ".join(text.get_text() for text in saved[0].texts)
    assert comparison.answer[0] in text
    assert all(said in text for said in legend(comparison))


def test_it_is_written_by_its_suffix(tmp_path):
    argv = [sys.executable, "-m", "hostcheck", "compare", SATA, RUN, "-o", str(tmp_path / "chat.png")]
    subprocess.run(argv, check=True, cwd=Path(__file__).parents[2])
    assert (tmp_path / "chat.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.filterwarnings("error")
def test_names_in_any_script_are_drawn_without_a_word_about_fonts(run_of, metric):
    runs = [run_of(name, metric("disk.randwrite.iops", 1, 1.01)) for name in ("東京", "القاهرة")]
    assert render(compare(runs)).startswith(b"\x89PNG")
    assert "東京" in page(compare(runs))


def test_hosts_that_are_left_out_are_said_to_be(run_of, metric, monkeypatch):
    said = []
    monkeypatch.setattr("hostcheck.report.headline._text", lambda *arguments, **_: said.append(arguments[3]))
    for count in (4, 5):
        render(compare([run_of(f"h{number}", metric("disk.randwrite.iops", 1, 1.01)) for number in range(count)]))
    assert [text.split("   ")[0] for text in said if " of 5 hosts" in text] == ["the first and the last of 5 hosts"]
    assert not any("of 4 hosts" in text and "last of" in text for text in said)


def test_a_long_name_keeps_its_end_which_says_where_the_figures_are_from(run_of, metric, monkeypatch):
    said = []
    monkeypatch.setattr("hostcheck.report.headline._text", lambda *arguments, **_: said.append(arguments[3]))
    one = metric("disk.randwrite.iops", 1, 1.01)
    render(compare([run_of("a long name of a host " * 4, one, notes=("Emulated: x",)), run_of("b", one)]))
    assert any(text.endswith("(emulated)") for text in said)
