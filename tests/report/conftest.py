"""A real browser, and a page with one of everything to look at in it."""

import shutil
import subprocess

import pytest

from hostcheck.compare.compare import compare
from hostcheck.report.page import render
from hostcheck.run.files import read_run
from hostcheck.run.model import Metric, Verdict

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
