"""The page in a real browser."""

import html
import json
import re

import pytest

from hostcheck.comparison.compare import compare
from hostcheck.report import fit_page
from hostcheck.report.page import render
from hostcheck.run.files import read_run
from tests.report.fits import made

THREE = ("reports/sample/sata.json", "reports/sample/host.json", "tests/runs/run-1.json")
VISIT = """<!DOCTYPE html><title>visiting</title><body>
<iframe id="f" style="width:900px;height:900px;border:0"></iframe>
<script>
const frame = document.getElementById("f");
frame.onload = () => {{
  const w = frame.contentWindow, seen = {{}};
  for (const link of w.document.querySelectorAll("a[href^='#samples-'], a[href^='#check-']")) {{
    const target = w.document.querySelector(link.hash), before = target.checkVisibility();
    w.location.hash = link.hash;
    seen[link.hash] = [before, target.checkVisibility()];
  }}
  document.title = JSON.stringify(seen);
}};
frame.srcdoc = {page};
</script>"""

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


@pytest.fixture
def page_of(tmp_path, run_of, metric):
    """Make the page of so many hosts with whole names."""

    def make(hosts):
        figures = (
            metric("disk.randwrite.iops", 66_000, 34_100, 129_300),
            metric("storm.makespan.seconds", 2.04, 1.95, 2.13),
        )
        path = tmp_path / "page.html"
        runs = [run_of(f"node-{number:02}.production.example.org", *figures) for number in range(hosts)]
        path.write_text(render(compare(runs)))
        return path

    return make


@pytest.mark.parametrize(("hosts", "width"), [(3, 1200), (8, 360), (8, 1200)])
def test_no_column_of_many_hosts_with_whole_names_is_cut(layout, page_of, hosts, width, clean):
    assert layout(page_of(hosts), width) == {"page": width} | clean


@pytest.mark.parametrize("width", [360, 1200])
def test_the_page_of_many_hosts_is_no_wider_than_the_window(layout, page_of, width, clean):
    path = page_of(12)
    assert "How far the hosts are apart" in path.read_text()
    assert layout(path, width) == {"page": width} | clean


@pytest.mark.parametrize("width", [360, 768, 1200])
def test_the_page_of_a_fit_is_no_wider_than_the_window(layout, tmp_path, monkeypatch, width, clean):
    monkeypatch.setattr("hostcheck.placement.placing.judge", lambda _profile, _facts: [])
    path = tmp_path / "fit.html"
    path.write_text(fit_page.render(made(tmp_path)))
    assert layout(path, width) == {"page": width} | clean


@pytest.mark.parametrize("scheme", [0, 1], ids=["dark", "light"])
def test_both_schemes_are_painted_in_their_own_ground(chromium, page, tmp_path, scheme):
    from matplotlib.image import imread

    shot = tmp_path / "shot.png"
    chromium(page, f"--screenshot={shot}", "--window-size=1200,800", f"--blink-settings=preferredColorScheme={scheme}")
    corner = imread(shot)[5, 5, :3]
    assert (corner.max() < 0.2) if scheme == 0 else (corner.min() > 0.9)


def test_a_link_opens_the_fold_that_its_target_is_in_without_a_script_of_the_page(chromium, page, tmp_path):
    wrapper = tmp_path / "visit.html"
    wrapper.write_text(VISIT.format(page=json.dumps(page.read_text()).replace("<", "\\u003c")))
    dom = chromium(wrapper, "--dump-dom").stdout
    seen = json.loads(html.unescape(re.findall(r"<title>(.*?)</title>", dom)[0]))
    assert {key.partition("-")[0] for key in seen} == {"#samples", "#check"}
    assert all(shown for _, shown in seen.values())
    assert not any(before for before, _ in [*seen.values()][:1])


@pytest.mark.parametrize("size", ["A4", "letter"])
def test_three_hosts_are_three_pages_of_paper(chromium, tmp_path, size):
    path, paper = tmp_path / "three.html", tmp_path / "three.pdf"
    text = render(compare([read_run(name) for name in THREE]))
    path.write_text(text.replace("@page { margin", f"@page {{ size: {size}; margin"))
    assert path.read_text() != text
    chromium(path, f"--print-to-pdf={paper}", "--no-pdf-header-footer")
    assert 1 < len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes())) <= 3
