"""``hostcheck compare`` and ``hostcheck report`` as they are called."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from hostcheck.fleet.host import Placed
from hostcheck.fleet.state import Fleet
from hostcheck.run.codec import from_json
from hostcheck.run.files import dumps, read_run
from tests.forked import hostcheck_forked
from tests.pages import run_files

RUN = "tests/runs/run-1.json"
SATA = "reference:sata-vps-2014"
NVME = "reference:nvme-vps-2014"


def hostcheck(*arguments):
    return hostcheck_forked(*arguments, cwd=Path(__file__).parents[2])


def compared(*arguments):
    done = hostcheck("compare", *arguments, "-o", "json:-")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def files_in(page):
    """The run files inside a page."""
    return [from_json(json.loads(each)) for each in run_files(page.read_text()).values()]


def names(document):
    return [host["name"] for host in document["hosts"]]


@pytest.fixture
def again(tmp_path):
    """A second run of the host of the frozen run."""
    path = tmp_path / "again.json"
    path.write_text(dumps(replace(read_run(RUN), id="again", started="2026-11-24T10:00:00Z")))
    return path


def test_every_format_is_written_by_its_suffix(tmp_path):
    files = [tmp_path / name for name in ("c.md", "c.csv", "c.json", "c.txt")]
    done = hostcheck("compare", SATA, RUN, *(part for file in files for part in ("-o", file)))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    markdown, table, document, text = (file.read_text() for file in files)
    assert markdown.startswith("### hostcheck: compared with SATA VPS 2014 (published)\n")
    assert next(csv.DictReader(table.splitlines()))["host"] == "SATA VPS 2014 (published)"
    assert json.loads(document)["schema"] == "hostcheck.comparison/1"
    assert text.startswith("vm is faster than SATA VPS 2014 (published): ")


def test_hosts_are_called_what_the_user_says_in_the_order_of_the_runs(tmp_path):
    assert names(compared(SATA, RUN, "--name", "old", "--name", "new")) == ["old (published)", "new"]
    page = tmp_path / "page.html"
    assert hostcheck("report", RUN, "-n", "shop", "-o", page).returncode == 0
    assert [run.host.name for run in files_in(page)] == ["shop"]


@pytest.mark.parametrize("baseline", ["vm", RUN, "b"])
def test_the_baseline_is_named_by_its_file_or_its_host_and_stands_first(baseline):
    renamed = ["--name", "a", "--name", "b", "--name", "c"] if baseline == "b" else []
    document = compared(SATA, RUN, NVME, "--baseline", baseline, *renamed)
    assert names(document) == [
        "b" if renamed else "vm",
        *(f"{name} (published)" for name in (("a", "c") if renamed else ("SATA VPS 2014", "NVMe VPS 2014"))),
    ]
    assert document["baseline"] == names(document)[0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--name", "a"], "2 runs and 1 name; give --name once for each run"),
        (["--name", "a", "--name", " "], "--name is empty"),
        (["--baseline", "web"], "the baseline 'web' is none of the runs; name one of them: SATA VPS 2014, vm"),
    ],
)
@pytest.mark.parametrize("command", ["compare", "report"])
def test_what_names_no_run_is_refused(tmp_path, command, options, message):
    done = hostcheck(command, SATA, RUN, "-o", tmp_path / "x.html", *options)
    assert done.returncode == 2
    assert message in done.stderr
    assert not list(tmp_path.iterdir())


def test_several_runs_of_one_host_are_one_beside_another_host(again):
    document = compared(SATA, RUN, again)
    assert names(document) == ["SATA VPS 2014 (published)", "vm"]
    assert [run["started"][:10] for run in document["hosts"][1]["runs"]] == ["2026-11-23", "2026-11-24"]
    assert "pooled from 2 runs" in document["hosts"][1]["notes"][0]
    assert document["metrics"][0]["cells"][1]["metric"]["samples"] == 6


def test_runs_of_one_host_alone_are_set_beside_each_other(again):
    assert names(compared(RUN, again)) == ["vm", "vm (2)"]
    assert names(compared(RUN, again, "--name", "before", "--name", "after")) == ["before", "after"]


def test_the_page_of_a_pool_holds_every_run_file(again, tmp_path):
    page = tmp_path / "page.html"
    assert hostcheck("report", SATA, RUN, again, "-o", page).returncode == 0
    assert files_in(page) == [read_run(SATA), read_run(RUN), read_run(str(again))]
    assert len(page.read_bytes()) < 300 * 1024


def test_many_run_files_are_one_page_of_all_of_them(tmp_path):
    run, page = read_run(RUN), tmp_path / "page.html"
    files = []
    for number in range(9):
        files.append(tmp_path / f"{number}.json")
        files[-1].write_text(dumps(replace(run, id=str(number), host=replace(run.host, name=f"node-{number}"))))
    done = hostcheck("report", *files, "-o", page)
    assert (done.returncode, done.stderr) == (0, "")
    assert "<title>hostcheck: 9 hosts</title>" in page.read_text()
    # Two runs of one host are pooled, and then there are eight.
    files[8].write_text(dumps(replace(run, id="8", host=replace(run.host, name="node-0"))))
    assert hostcheck("report", *files, "-o", page).returncode == 0
    assert page.read_text().count("<title>hostcheck: node-0, node-1") == 1


def test_a_fleet_has_a_page_and_is_compared_with_nothing(tmp_path):
    fleet, page = Fleet(tmp_path / "fleet-web"), tmp_path / "page.html"
    fleet.create()
    fleet.place([Placed("a"), Placed("b")])
    fleet.keep("a", read_run(RUN))
    name = f"fleet:{fleet.folder}"
    done = hostcheck("report", name, "-o", page)
    assert (done.returncode, done.stderr) == (0, "")
    assert "<title>hostcheck: 2 hosts of web</title>" in page.read_text()
    for arguments in ((name, RUN), (name, "--scrub"), (name, "--baseline", "a"), (name, "--name", "x")):
        done = hostcheck("report", *arguments, "-o", page)
        assert (done.returncode, "cannot be combined with other runs" in done.stderr) == (2, True)
    done = hostcheck("report", f"fleet:{tmp_path}/fleet-db", "-o", page)
    assert (done.returncode, "there is no fleet in" in done.stderr) == (2, True)
