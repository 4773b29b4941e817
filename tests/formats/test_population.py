"""A fleet as rows for data frames, and as series for Prometheus."""

import csv
import io
import random
import shutil
import subprocess
import sys
import types

import pytest

from hostcheck.errors import CannotMeasureError
from hostcheck.formats import POPULATION
from hostcheck.formats.population_csv import COLUMNS
from hostcheck.formats.population_csv import render as rows_of
from hostcheck.formats.population_openmetrics import render as series_of
from hostcheck.population.columns import Placed, Population
from hostcheck.run.model import Fact, Verdict

IOPS = "disk.randwrite.iops"


@pytest.fixture(scope="module")
def population(run_of, metric):
    made, chance = Population("web"), random.Random(1)
    for number in range(30):
        value = 1000 * chance.lognormvariate(0, 0.05) / (5 if number == 4 else 1)
        status = "fail" if number == 2 else "pass"
        verdict = Verdict("docker", "kernel.version", status, "required", "", "3.2", "", "", "")
        facts = {"cgroup.mode": Fact("cgroup.mode", "=v2")}
        run = run_of(f"n{number}", metric(IOPS, value * 0.99, value, value * 1.01), facts=facts, verdicts=(verdict,))
        made.add(Placed(f"n{number}", ("web", "eu"), "rack-1", "acme"), run)
    made.add(Placed('g"one\\', state="unreachable", reason="no route"), None)
    return made


def test_each_figure_fact_and_check_of_a_host_is_a_row(population):
    rows = list(csv.DictReader(io.StringIO(rows_of(population))))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 30 * 3 + 1
    own = [row for row in rows if row["host"] == "n2"]
    assert [(row["what"], row["id"], row["profile"]) for row in own] == [
        ("figure", IOPS, ""),
        ("fact", "cgroup.mode", ""),
        ("check", "kernel.version", "docker"),
    ]
    assert (own[2]["value"], own[0]["unit"], own[0]["groups"]) == ("fail", "IOPS", "web eu")
    assert float(own[0]["low"]) < float(own[0]["value"]) < float(own[0]["high"])


def test_a_host_without_a_result_is_a_row_and_a_formula_is_a_text(population):
    rows = list(csv.DictReader(io.StringIO(rows_of(population))))
    assert (rows[-1]["host"], rows[-1]["state"], rows[-1]["what"]) == ('g"one\\', "unreachable", "")
    assert {row["value"] for row in rows if row["what"] == "fact"} == {"'=v2"}


class Arrow(types.ModuleType):
    """pyarrow, as far as a file of one table goes; what was written is the table."""

    string, float64, array = (lambda self: str), (lambda self: float), (lambda self, values, kind: (kind, values))

    def __init__(self):
        super().__init__("pyarrow")
        self.table, self.parquet = dict, self

    def write_table(self, table, stream):
        self.written = table
        stream.write(b"PAR1")


def test_parquet_has_the_rows_with_types_and_without_formulas_made_harmless(population, monkeypatch):
    arrow = Arrow()
    monkeypatch.setitem(sys.modules, "pyarrow", arrow)
    assert POPULATION.load("parquet")(population) == b"PAR1"
    assert tuple(arrow.written) == (*COLUMNS, "number")
    for kind, values in arrow.written.values():
        assert len(values) == 30 * 3 + 1
        assert {type(value) for value in values} <= {kind, type(None)}
    number, value = arrow.written["number"][1], arrow.written["value"][1]
    assert sum(each is not None for each in number) == 30
    assert {each for each in value if each is not None} == {"=v2", "pass", "fail"}


def test_without_pyarrow_it_says_how_to_install_it(population, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(CannotMeasureError, match="Parquet needs pyarrow") as refused:
        POPULATION.load("parquet")(population)
    assert "[parquet]" in refused.value.remedy


def test_the_series_say_who_is_ready_and_who_is_unlike_the_rest(population):
    lines = series_of(population).splitlines()
    assert {
        'hostcheck_fleet_hosts{fleet="web",state="done"} 30',
        'hostcheck_fleet_hosts{fleet="web",state="unreachable"} 1',
        'hostcheck_fleet_ready_hosts{fleet="web",profile="docker",ready="ready"} 29',
        'hostcheck_fleet_ready_hosts{fleet="web",profile="docker",ready="not_ready"} 1',
        f'hostcheck_fleet_unlike_hosts{{metric="{IOPS}"}} 1',
        'hostcheck_host_ready{host="n2",profile="docker",ready="not_ready"} 1',
        'hostcheck_host_unlike_metrics{host="n4"} 1',
        'hostcheck_host_unlike_metrics{host="g\\"one\\\\"} 0',
    } <= set(lines)
    assert lines[-1] == "# EOF"
    assert sum(line.startswith("hostcheck_fleet_metric_operations_per_second{") for line in lines) == 3


@pytest.mark.real
def test_promtool_finds_nothing_wrong(population):
    assert shutil.which("promtool"), "bin/test installs prometheus"
    done = subprocess.run(
        ["promtool", "check", "metrics"], input=series_of(population), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
