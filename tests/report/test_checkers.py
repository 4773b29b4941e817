"""The page before its judges: axe-core in a real browser, and html-validate. bin/test gets both with npm."""

import html
import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from hostcheck.comparison.compare import compare
from hostcheck.population.columns import Placed, Population
from hostcheck.report import fit_page
from hostcheck.report.page import render, render_fleet
from hostcheck.run.files import read_run
from hostcheck.run.model import Fact
from tests.report.fits import made

pytestmark = pytest.mark.real

MODULES = Path(__file__).with_name("checkers") / "node_modules"
MISSING = "bin/test gets it: npm ci --prefix tests/report/checkers"

# The page forbids scripts, axe's too, so the copy that is judged has no policy. Every fold is open, and a frame gives
# the page a width that no window may have.
JUDGE = """<!DOCTYPE html><html lang="en"><title>judging</title><body>
<iframe id="f" title="page" style="width:{width}px;height:900px;border:0"></iframe>
<script>
const frame = document.getElementById("f");
frame.onload = async () => {{
  const w = frame.contentWindow;
  w.document.querySelectorAll("details").forEach(e => e.open = true);
  w.eval({axe});
  const found = await w.axe.run(w.document);
  document.title = JSON.stringify({{
    width: w.innerWidth,
    dark: w.matchMedia("(prefers-color-scheme: dark)").matches,
    passed: found.passes.length,
    violations: found.violations.map(v => v.id + ": " + v.nodes.map(n => n.html.slice(0, 200)).join(" ")),
  }});
}};
frame.srcdoc = {page};
</script>"""


def quoted(text):
    return json.dumps(text).replace("<", "\\u003c")


@pytest.fixture
def judge(chromium, tmp_path):
    """Run axe-core on the text of a page."""
    axe = MODULES / "axe-core" / "axe.min.js"
    assert axe.exists(), MISSING

    def run(text, width, scheme):
        text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
        wrapper = tmp_path / "judge.html"
        wrapper.write_text(JUDGE.format(width=width, axe=quoted(axe.read_text()), page=quoted(text)))
        size = f"--window-size={width + 100},1000"
        dom = chromium(wrapper, "--dump-dom", size, f"--blink-settings=preferredColorScheme={scheme}").stdout
        return json.loads(html.unescape(re.findall(r"<title>(.*?)</title>", dom, re.DOTALL)[0]))

    return run


@pytest.fixture(params=["a few hosts", "many hosts", "a fit"])
def any_page(request, page, tmp_path, monkeypatch):
    if request.param == "a few hosts":
        return page
    if request.param == "a fit":
        return fit_page_at(tmp_path, monkeypatch)
    real = read_run("tests/runs/run-1.json")
    runs = [replace(real, id=str(number), host=replace(real.host, name=f"node-{number}")) for number in range(12)]
    population = Population("web")
    for number, run in enumerate(runs):
        before = replace(run, started="2026-11-01T00:00:00Z", facts=run.facts | {"virt.vmm": Fact("virt.vmm", "qemu")})
        facts = run.facts | ({"cgroup.mode": Fact("cgroup.mode", "v1")} if not number else {})
        population.add(Placed(run.host.name, ("web",), "rack-1", "acme"), replace(run, facts=facts), before)
    population.add(Placed("gone", state="unreachable", reason="no route"), None)
    path = tmp_path / "many.html"
    path.write_text(render_fleet(population))
    return path


def fit_page_at(folder, monkeypatch):
    """Write the page of a fit that misses much."""
    monkeypatch.setattr("hostcheck.placement.placing.judge", lambda _profile, _facts: [])
    path = folder / "fit.html"
    path.write_text(fit_page.render(made(folder)))
    return path


@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize("scheme", [0, 1], ids=["dark", "light"])
def test_axe_finds_no_violation(judge, any_page, width, scheme):
    found = judge(any_page.read_text(), width, scheme)
    assert (found["violations"], found["width"], found["dark"]) == ([], width, scheme == 0)
    assert found["passed"] > 30


def test_axe_sees_what_is_wrong_with_a_page(judge, page):
    worse = "<style>caption { color: #ccc !important }</style><img src='x.png'></body>"
    found = judge(page.read_text().replace("</body>", worse), 1200, 1)
    assert {violation.partition(":")[0] for violation in found["violations"]} >= {"image-alt", "color-contrast"}


def test_the_pages_are_valid_html(page, tmp_path, monkeypatch):
    program, node = MODULES / ".bin" / "html-validate", shutil.which("node")
    assert node, "bin/test installs node"
    assert program.exists(), MISSING
    names = ["reference:sata-vps-2014", "tests/runs/run-1.json", "reference:nvme-vps-2014"]
    runs = [read_run(name) for name in names]
    files = [page, fit_page_at(tmp_path, monkeypatch)]
    runs += [runs[1]] * 7
    for count in (1, 3, 10):
        files.append(tmp_path / f"{count}.html")
        files[-1].write_text(render(compare(runs[-count:])))
    wrong = tmp_path / "wrong.html"
    wrong.write_text(page.read_text().replace("</main>", "<p id=figures></main>"))
    (tmp_path / ".htmlvalidate.json").write_text('{"root": true, "extends": ["html-validate:recommended"]}')

    def validate(*paths):
        return subprocess.run([node, program, *paths], capture_output=True, text=True, cwd=tmp_path, timeout=120)

    done = validate(*files)
    assert (done.returncode, done.stdout) == (0, "")
    assert "no-dup-id" in validate(wrong).stdout
