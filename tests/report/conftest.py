"""A real browser, and a page with one of everything to look at in it."""

import html
import json
import re
import shutil
import subprocess

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from hostcheck.comparison.compare import compare
from hostcheck.report.page import render
from hostcheck.run.files import read_run
from hostcheck.run.measured import Metric
from hostcheck.run.model import Verdict

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
    "--virtual-time-budget=20000",
]

COMPARED = (
    "reports/sample/sata.json",
    "reports/sample/host.json",
    "reference:nvme-vps-2014",
    "reference:sata-vps-2014",
    *["tests/runs/run-1.json"] * 5,
)
"""Hosts of which one is emulated and two are published; two of them, three, four, or more than a table has room for."""


@pytest.fixture(scope="session")
def compared():
    """Compare the first so many of ``COMPARED``."""
    return lambda count: compare([read_run(name) for name in COMPARED[:count]])


@pytest.fixture
def saved(monkeypatch):
    """Collect the figures that are saved, instead of saving them."""
    figures = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, *_, **__: figures.append(figure))
    return figures


def misplaced(figure):
    """Return the texts of a figure that lie on another one, or out of it."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in figure.texts if text.get_text()]
    on = [(one, other) for at, (one, box) in enumerate(boxes) for other, under in boxes[:at] if box.overlaps(under)]
    return on + [text for text, box in boxes if box.x0 < 0 or box.y0 < 0 or box.x1 > figure.bbox.x1]


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
  const cut = [...d.querySelectorAll(".figures, .folds table")].filter(e =>
    e.scrollWidth > e.closest(".scroll").clientWidth + 1).map(e => e.className);
  const texts = [...d.querySelectorAll("svg text")].filter(e => e.getBoundingClientRect().width);
  const small = texts.filter(e => {{
    const svg = e.closest("svg"), scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    return parseFloat(getComputedStyle(e).fontSize) * scale < 11;
  }}).map(e => e.textContent);
  const cropped = texts.filter(e => {{
    const [box, svg] = [e.getBoundingClientRect(), e.closest("svg").getBoundingClientRect()];
    return box.left < svg.left - 1 || box.right > svg.right + 1;
  }}).map(e => e.textContent);
  const leaves = [...d.querySelectorAll("h1,h2,h3,p,th,td,li,summary,figcaption,svg")].filter(e =>
    e.getClientRects().length);
  const overlap = [];
  for (const parent of new Set(leaves.map(e => e.parentElement))) {{
    const boxes = [...parent.children].filter(e => leaves.includes(e)).map(e => [e, e.getBoundingClientRect()]);
    for (let i = 0; i < boxes.length; i++) for (let k = i + 1; k < boxes.length; k++) {{
      const [a, b] = [boxes[i][1], boxes[k][1]];
      if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1)
        overlap.push(boxes[i][0].textContent.slice(0, 40) + " / " + boxes[k][0].textContent.slice(0, 40));
    }}
  }}
  const page = d.documentElement.scrollWidth;
  document.title = JSON.stringify({{page, wide, unseen, cut, overlap, small, cropped}});
}};
frame.srcdoc = {page};
</script>"""

SKIPPED = Verdict("docker", "security.apparmor", "skip", "recommended", "yes", "AppArmor is off", "why", "", "docs")


@pytest.fixture
def chromium(tmp_path):
    """Open a file in a headless Chromium, with more flags."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    assert program, "bin/test installs chromium"

    def run(path, *flags):
        argv = [program, *FLAGS, f"--user-data-dir={tmp_path}/profile", *flags, path.as_uri()]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done

    return run


@pytest.fixture
def clean():
    """What ``layout`` finds of a page that can be read."""
    return {"wide": [], "unseen": [], "cut": [], "overlap": [], "small": [], "cropped": []}


@pytest.fixture
def layout(chromium, tmp_path):
    """Lay a page out in a window of some width: what is too wide, out of sight, cut off, or on something else.

    Of charts: labels of less than 11 pixels, and labels that leave their chart.
    """

    def run(path, width):
        wrapper = tmp_path / "measure.html"
        quoted = json.dumps(path.read_text()).replace("<", "\\u003c")
        wrapper.write_text(MEASURE.format(width=width, page=quoted))
        dom = chromium(wrapper, "--dump-dom", f"--window-size={width + 100},1000").stdout
        return json.loads(html.unescape(re.findall(r"<title>(.*?)</title>", dom)[0]))

    return run


@pytest.fixture
def page(tmp_path, run_of, metric, storm, audited):
    """A page of two hosts with one of everything."""
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
