"""The palette, measured: WCAG 2.1 contrast of every colour that text has, on every ground it stands on."""

import re
from pathlib import Path

import pytest

import hostcheck.report

CSS = (Path(hostcheck.report.__file__).parent / "templates" / "style.css").read_text()
LIGHT, DARK = (
    dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
)
TEXT = ["fg", "muted", "accent", "ok", "bad", "warn", *(f"series-{number}" for number in range(1, 7))]


def luminance(color):
    channels = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ground", ["bg", "card"])
@pytest.mark.parametrize("name", TEXT)
@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_on_its_ground(palette, name, ground):
    assert contrast(palette[name], palette[ground]) >= 4.5


def test_both_palettes_name_the_same_colours():
    assert LIGHT.keys() == DARK.keys()


def test_on_paper_folds_stay_folded_and_the_wide_drawing_is_shown():
    (paper,) = re.findall(r"@media print \{(.*)\n\}", CSS, re.DOTALL)
    assert "details-content" not in paper
    assert re.search(r"\.wide \{ display: block; \}\s*\.narrow \{ display: none; \}", paper)


def test_labels_of_the_charts_of_ratios_hide_the_grid_behind_them():
    (rule,) = re.findall(r"\.headline text, \.again text \{ (.*?) \}", CSS)
    assert rule.startswith("paint-order: stroke; stroke: var(--card); stroke-width: ")
