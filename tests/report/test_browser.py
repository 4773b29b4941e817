"""The page in a real browser."""

import html
import json
import re
import shutil
import subprocess

import pytest

from hostcheck.compare.compare import compare
from hostcheck.report.page import render
from hostcheck.run.files import read_run
from hostcheck.run.model import Metric, Verdict

pytestmark = pytest.mark.real

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--enable-logging=stderr",
    "--log-level=0",
    "--virtual-time-budget=3000",
]

SKIPPED = Verdict("docker", "security.apparmor", "skip", "recommended", "yes", "AppArmor is off", "why", "", "docs")

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


@pytest.fixture
def chromium(tmp_path):
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    assert program, "bin/test installs chromium"

    def run(path, *flags):
        argv = [program, *FLAGS, f"--user-data-dir={tmp_path}/profile", *flags, path.as_uri()]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done

    return run


@pytest.fixture
def page(tmp_path, run_of, metric, storm, audited):
    fast = run_of(
        "a-host-with-a-rather-long-name.example.internal",
        metric("disk.seqread.bandwidth", 1200, 1210, 1190),
        metric("disk.randwrite.iops", 25_000, 25_100, 24_900),
        metric("build.cold.seconds", 45, 45.2, 44.8),
        Metric("storm.makespan.seconds", "s", "lower", "ok", "", 0.5, None, (storm,)),
        facts=audited["facts"],
        verdicts=(*audited["verdicts"], SKIPPED),
    )
    path = tmp_path / "page.html"
    path.write_text(render(compare([read_run("reference:sata-vps-2014"), fast])))
    return path


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
