"""The page of a fit."""

import re

import pytest

from hostcheck.placement.placing import fit
from hostcheck.placement.ports_wanted import ports_wanted
from hostcheck.report.fit_page import render
from hostcheck.workloadfiles.reading import read_files
from tests.placement.test_placing import host, ready
from tests.report.fits import made

__all__ = ["ready"]


def table(page, label):
    """Give the texts of the cells of a table, a row each."""
    section = re.search(rf'aria-label="{label}">(.*?)</table>', page, re.DOTALL)[1]
    rows = re.findall(r"<tr>(.*?)</tr>", section.partition("<tbody>")[2], re.DOTALL)
    cells = [re.findall(r"<t[hd].*?</t[hd]>", row) for row in rows]
    return [[" ".join(re.sub("<[^>]+>", " ", cell).split()) for cell in row] for row in cells]


def test_it_shows_how_many_instances_of_each_workload_a_host_gets(ready, tmp_path):
    fit = made(tmp_path)
    rows = table(render(fit), "Table of instances")
    assert [row[0] for row in rows] == [f"{each.workload.name} {each.workload.place}" for each in fit.placed]
    for row, placed in zip(rows, fit.placed, strict=True):
        counts = [placed.hosts.count(host.name) for host in fit.hosts]
        assert [int(cell) if cell.isdigit() else 0 for cell in row[1:]] == counts


def test_a_bar_is_as_long_as_its_share_of_what_the_host_gives_away(ready, tmp_path):
    page = render(made(tmp_path, replicas=1, hosts=("web-1", "web-2")))
    assert re.findall(r"(?:CPUs|Memory): [^<]*", page) == [
        "CPUs: 1 of 4",
        "Memory: 2.0 GiB of 8.0 GiB",
        "CPUs: 2 of 4",
        "Memory: 3.0 GiB of 8.0 GiB",
    ]
    assert re.findall(r'<rect x="([^"]*)" y="0" width="([^"]*)"', page) == [
        ("0.0", "25.0"),
        ("0.0", "25.0"),
        ("0.0", "50.0"),
        ("0.0", "37.5"),
    ]


def test_who_wants_which_port_and_which_is_free_next(ready, tmp_path):
    fit = made(tmp_path, hosts=("web-1", "web-2"))
    rows = {row.label: row for row in ports_wanted(fit)}
    assert rows["8080/tcp"].held == (("web-2", "a container of the engine"),)
    assert rows["8080/tcp"].next_free == 8081
    assert (rows["8443/tcp"].rivals, rows["127.0.0.1:8443/tcp"].rivals) == (("web",), ("api",))
    assert (rows["9000-9010/tcp"].next_free, rows["9000-9010/tcp"].single) == (None, False)
    shown = table(render(fit), "Table of ports")
    assert [row[0] for row in shown] == list(rows)
    assert "53/udp by another program" in render(fit)


def test_a_port_of_a_host_whose_ports_are_unknown_is_not_called_free(ready, tmp_path):
    rows = {row.label: row for row in ports_wanted(made(tmp_path))}
    assert rows["8443/tcp"].unknown == (made(tmp_path).hosts[2].name,)
    assert rows["8443/tcp"].next_free is None


@pytest.mark.parametrize("hosts", [(), ("web-1",)])
def test_it_says_the_answer_first(ready, tmp_path, hosts):
    page = render(made(tmp_path, replicas=9, hosts=hosts))
    answer = re.search(r'<div class="answer">(.*?)</div>', page, re.DOTALL)[1]
    assert ("does not fit" in answer) == bool(hosts)


def test_text_of_a_file_is_text_on_the_page(ready, tmp_path):
    fit = made(tmp_path, hosts=("<script>alert(1)</script>",))
    assert "<script" not in render(fit)


def test_bars_are_named_where_there_are_some(ready, tmp_path):
    assert "its bars are" in render(made(tmp_path))
    (tmp_path / "bare.yaml").write_text("services: {web: {image: a}}\n")
    bare = fit(read_files([str(tmp_path / "bare.yaml")], environment={}), [host("a")])
    assert "Each box is a host." in render(bare)
