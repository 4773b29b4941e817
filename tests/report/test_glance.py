"""The rows that say at a glance what a host's disk is like."""

from dataclasses import replace

import pytest

from hostcheck.comparison.compare import compare
from hostcheck.report.fitness import fitness
from hostcheck.report.glance import glance
from hostcheck.run.files import read_run
from hostcheck.run.model import Fact

SATA, HOST = "reports/sample/sata.json", "reports/sample/host.json"


@pytest.fixture(scope="module")
def rows():
    """The rows of the sample: an emulated disk and a guest's."""
    comparison = compare([read_run(SATA), read_run(HOST)])
    return {row.title: [f"{cell.words} {cell.more}".strip() for cell in row.cells] for row in glance(comparison)}


def test_it_says_what_was_measured_and_never_that_a_guests_disk_is_more_than_it_sees(rows):
    assert rows["Real disk"] == [
        "no, emulated in memory, slowed by hostcheck",
        "cannot be seen: /dev/vda is a disk of a guest (kvm)",
    ]


def test_it_says_which_limit_holds_the_disk_and_whose_it_is(rows):
    assert rows["I/O limit"] == [
        "120 MB/s and 349 IOPS set by hostcheck",
        "not known: sequential read fell: an allowance or a cache was spent",
    ]


def test_it_says_whether_the_disk_is_steady_enough_for_etcd_and_quick(rows):
    assert rows["Steady"] == ["yes no rate moved by 10 %", "no sequential read 1,184 – 3,391 MB/s and 4 more rates"]
    assert rows["For etcd"] == [
        "too slow 1 commit in 100 takes 99.1 ms (limit 10.0)",
        "fast enough 1 commit in 100 takes 0.151 ms (limit 10.0)",
    ]
    assert rows["One random request"] == ["read 2.86, write 2.86 ms", "read 0.0533, write 0.0594 ms"]


def test_it_says_in_what_the_hosts_differ_and_only_of_hosts_that_are_known():
    runs = [read_run(name) for name in (SATA, HOST, "reference:nvme-vps-2014")]
    *_, row = glance(compare(runs[:2]))
    assert (row.title, row.whose) == ("Set up", "both hosts")
    assert row.cells[0].more == "differ only in the disk, as far as was read"
    *_, row = glance(compare(runs))
    assert [cell.more for cell in row.cells] == [
        *["vm (sata, emulated) and vm (own disk) differ only in the disk, as far as was read"] * 2,
        "not known",
    ]


def test_a_disk_that_is_no_guests_is_not_called_real_either():
    run = read_run(HOST)
    for value, said in (
        (Fact("virt.vm", "none"), " measured on /dev/vda, not in a virtual machine"),
        (Fact.unknown("virt.vm", "no cpuid"), "not known: measured on /dev/vda"),
    ):
        row = next(iter(glance(compare([replace(run, facts={**run.facts, "virt.vm": value})]))))
        assert f"{row.cells[0].words} {row.cells[0].more}" == said


def test_what_others_published_was_not_measured():
    run = read_run("reference:nvme-vps-2014")
    (row,) = glance(compare([run]))
    assert (row.title, row.cells[0].words, row.cells[0].more) == (
        "Real disk",
        "not measured",
        "as published by others",
    )


def test_what_is_the_same_on_all_hosts_says_so_and_no_cell_is_empty():
    comparison = compare([read_run(name) for name in (SATA, HOST)])
    rows = {row.title: row for row in fitness(comparison)}
    assert {row.whose for row in rows.values()} == {"both hosts"}
    three = compare([read_run(name) for name in (SATA, HOST, "reference:nvme-vps-2014")])
    cells = [cell for row in (*fitness(three), *glance(three)) for cell in row.cells]
    assert all(cell.words or cell.more for cell in cells)
    assert [row.cells[2].more for row in fitness(three)] == ["not audited"] * 3


def test_a_host_that_misses_nothing_has_that_in_its_cell(run_of, audited):
    passed = tuple(replace(verdict, status="pass") for verdict in audited["verdicts"])
    found = list(fitness(compare([run_of("a", **audited), run_of("b", verdicts=passed)])))
    assert found[-1].title == "Do first"
    assert found[-1].cells[1].words == "nothing is missed"


def test_what_is_known_of_no_host_has_no_row(run_of):
    assert list(glance(compare([run_of("a")]))) == []


def test_a_host_whose_figures_were_not_sampled_twice_is_not_called_steady():
    run = read_run(HOST)
    once = replace(run, metrics=tuple(replace(metric, samples=metric.samples[:1]) for metric in run.metrics))
    assert {"I/O limit", "Steady"}.isdisjoint(row.title for row in glance(compare([once])))


def test_where_no_rate_fell_no_limit_was_detected():
    run = read_run(HOST)
    kept = replace(run, metrics=tuple(replace(metric, state="ok", reason="") for metric in run.metrics))
    rows = {row.title: row.cells[0] for row in glance(compare([kept]))}
    assert (rows["I/O limit"].words, rows["I/O limit"].more) == ("", "none was detected, of the provider or others")
