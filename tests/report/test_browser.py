"""The page in a real browser."""

import html
import json
import re

import pytest

pytestmark = pytest.mark.real

MEASURE = """<!DOCTYPE html><title>measuring</title><body>
<iframe id="f" style="width:{width}px;height:900px;border:0"></iframe>
<script>
const frame = document.getElementById("f");
frame.onload = () => {{
  const d = frame.contentDocument;
  const wide = [...d.querySelectorAll("body *")].filter(e => !e.closest(".scroll") && !e.classList.contains("skip-link")
    && e.getBoundingClientRect().right > {width} + 1).map(e => e.tagName + "." + e.className);
  d.querySelectorAll("details").forEach(e => e.open = true);
  const unseen = [...d.querySelectorAll(".status, .state, .ratio, .value")].filter(e => {{
    const box = e.getBoundingClientRect();
    return box.left < 0 || box.width < 5 || box.height < 5;
  }}).map(e => e.textContent);
  const cut = [...d.querySelectorAll(".pair, .folds table")].filter(e =>
    e.scrollWidth > e.closest(".scroll").clientWidth + 1).map(e => e.className);
  document.title = JSON.stringify({{page: d.documentElement.scrollWidth, wide: wide, unseen: unseen, cut: cut}});
}};
frame.srcdoc = {page};
</script>"""


def test_it_renders_without_a_message_and_shows_the_figures(chromium, page):
    done = chromium(page, "--dump-dom")
    assert "CONSOLE" not in done.stderr, done.stderr
    seen = re.sub(r"<[^>]+>", " ", re.sub(r"<(script|style).*?</\\1>", "", done.stdout, flags=re.DOTALL))
    seen = " ".join(html.unescape(seen).split())
    assert "Sequential read MB/s 120 † published 1,200 1,175 – 1,225 ▲ 10.0× faster 9.79 – 10.2×" in seen


@pytest.mark.parametrize("width", [360, 768, 1200])
def test_nothing_is_wider_than_the_window_and_no_figure_or_status_is_out_of_it(chromium, page, tmp_path, width):
    wrapper = tmp_path / "measure.html"
    quoted = json.dumps(page.read_text()).replace("<", "\\u003c")
    wrapper.write_text(MEASURE.format(width=width, page=quoted))
    dom = chromium(wrapper, "--dump-dom", f"--window-size={width + 100},1000").stdout
    found = json.loads(html.unescape(re.findall(r"<title>(.*?)</title>", dom)[0]))
    assert found == {"page": width, "wide": [], "unseen": [], "cut": []}


@pytest.mark.parametrize("scheme", [0, 1], ids=["dark", "light"])
def test_both_schemes_are_painted_in_their_own_ground(chromium, page, tmp_path, scheme):
    from matplotlib.image import imread

    shot = tmp_path / "shot.png"
    chromium(page, f"--screenshot={shot}", "--window-size=1200,800", f"--blink-settings=preferredColorScheme={scheme}")
    corner = imread(shot)[5, 5, :3]
    assert (corner.max() < 0.2) if scheme == 0 else (corner.min() > 0.9)
