import pytest

from hostcheck.catalogue.loader import entries
from hostcheck.errors import UsageError
from hostcheck.formats.facts_list import list_facts
from hostcheck.formats.terminal import Style
from hostcheck.run.metrics import METRICS


def test_every_fact_and_metric_is_a_line_with_type_unit_and_example():
    lines = list_facts(Style(width=200)).splitlines()
    rows = {line.split()[0]: line for line in lines[1:] if line.startswith("  ")}
    assert {*rows} == {*entries(), *METRICS, "storm.curve.N.seconds"}
    assert rows["hw.memory_bytes"].split() == ["hw.memory_bytes", "whole", "number", "bytes", "16777216000"]
    assert rows["net.ports.busy"].split(maxsplit=4) == [
        "net.ports.busy",
        "set",
        "of",
        "ports",
        '["tcp/22", "udp/4789"]',
    ]
    assert rows["disk.wal.p99.seconds"].split() == ["disk.wal.p99.seconds", "number", "s", "0.005"]
    assert rows["engine.version"].split() == ["engine.version", "version,", "or", "none", '"29.1.2"']
    assert lines[0].split() == ["id", "type", "unit", "example"]
    assert lines.index("Facts") < lines.index("Metrics")


def test_an_area_is_listed_alone():
    assert "hw.cpus" in list_facts(Style(), area="hw")
    assert "Metrics" not in list_facts(Style(), area="hw")
    assert list_facts(Style(), area="storm").count(".seconds") == 8
    with pytest.raises(UsageError, match="no fact or metric about nothing"):
        list_facts(Style(), area="nothing")
