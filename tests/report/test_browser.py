"""The page in a real browser."""

import html
import re

import pytest

pytestmark = pytest.mark.real


def test_it_renders_without_a_message_and_shows_the_figures(chromium, page):
    done = chromium(page, "--dump-dom")
    assert "CONSOLE" not in done.stderr, done.stderr
    seen = re.sub(r"<[^>]+>", " ", re.sub(r"<(script|style).*?</\\1>", "", done.stdout, flags=re.DOTALL))
    seen = " ".join(html.unescape(seen).split())
    assert "Sequential read MB/s 120 † 1,200 1,175 – 1,225 ▲ 10× faster 9.8–10×" in seen


@pytest.mark.parametrize("width", [360, 768, 1200])
def test_nothing_is_wider_than_the_window_and_no_figure_or_status_is_out_of_it(layout, page, width, clean):
    assert layout(page, width) == {"page": width} | clean


@pytest.mark.parametrize("scheme", [0, 1], ids=["dark", "light"])
def test_both_schemes_are_painted_in_their_own_ground(chromium, page, tmp_path, scheme):
    from matplotlib.image import imread

    shot = tmp_path / "shot.png"
    chromium(page, f"--screenshot={shot}", "--window-size=1200,800", f"--blink-settings=preferredColorScheme={scheme}")
    corner = imread(shot)[5, 5, :3]
    assert (corner.max() < 0.2) if scheme == 0 else (corner.min() > 0.9)
