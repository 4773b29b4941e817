"""Details of samples, as typed views: what the frozen files hold is read, and nothing in a file makes a view fail."""

import json
from pathlib import Path

import jsonschema
import pytest

import hostcheck
from hostcheck.comparison.compare import compare
from hostcheck.formats.comparison_text import render
from hostcheck.formats.terminal import Style
from hostcheck.run.codec import from_json, to_json
from hostcheck.run.details import BuildDetail, BuildStep, Container, Device, DiskDetail, Rates, StormDetail, Why
from hostcheck.run.fields import (
    BuildFields,
    CpuFields,
    DiskFields,
    ImportedFields,
    MemoryFields,
    NetworkFields,
    StormFields,
)
from hostcheck.run.files import read_run
from hostcheck.run.metrics import BUILD, MAKESPAN

TOP = Path(__file__).parent.parent.parent
FROZEN = TOP / "tests" / "runs" / "run-1.json"
LATER = TOP / "reports" / "sample" / "host.json"
SCHEMA = json.loads((Path(hostcheck.__file__).parent / "run" / "schema" / "run-1.json").read_text())

WRONG = [None, True, 0, -1, 1e400, 10**400, "", "x", [], [None], ["x"], [[]], [{}], {}, {"p50": "x"}, {"a": {"b": []}},
         {"milliseconds": 0, "iops": [1]}, {"milliseconds": 500, "iops": "x"}, {"milliseconds": 500, "iops": [None]},
         {"verdict": 1, "words": []}]  # fmt: skip


def first(metric_id, file):
    (sample, *_) = [one for one in read_run(str(file)).metric(metric_id).samples if one.valid]
    return sample


def test_a_disk_sample_is_read():
    sample = first("disk.randwrite.iops", LATER)
    detail = DiskDetail(sample.detail)
    assert detail.iops == sample.detail["iops"]
    assert detail.latency_ms[50] == sample.detail["latency_ms"]["p50"]
    assert detail.rates == Rates(tuple(sample.detail["series"]["iops"]), 0.5)
    assert len(detail.devices) == len(sample.detail["device_stack"])
    assert DiskDetail(first("disk.wal.p99.seconds", LATER).detail).sync_latency_ms.keys() >= {50, 99}


def test_a_disk_sample_of_the_first_release_has_latencies_alone():
    sample = first("disk.randwrite.iops", FROZEN)
    detail = DiskDetail(sample.detail)
    assert detail.latency_ms[99] == sample.detail["latency_ms"]["p99"]
    assert (detail.iops, detail.rates, detail.devices, detail.caution) == (None, None, (), "")


@pytest.mark.parametrize("file", [FROZEN, LATER], ids=lambda path: path.name)
def test_a_build_and_a_storm_are_read(file):
    build, storm = first(BUILD, file), first(MAKESPAN, file)
    assert len(BuildDetail(build.detail).steps) == len([step for step in build.detail["steps"] if step["seconds"]])
    containers = StormDetail(storm.detail).containers
    assert len(containers) == len(storm.detail["containers"])
    assert max(one.ready for one in containers) == pytest.approx(storm.value, abs=1e-3)


def test_each_value_has_its_place():
    disk = DiskDetail({"steps": True, "caution": "RAM", "device_stack": [{"model": "WD", "rotational": "1"}, {}]})
    assert (disk.in_steps, disk.flat, disk.caution) == (True, False, "RAM")
    assert disk.devices == (Device("WD", rotational=True), Device("", rotational=False))
    build = BuildDetail({"steps": [{"step": "RUN a", "seconds": 1.5}, {"step": "RUN b", "seconds": 0}]})
    assert build.steps == (BuildStep("RUN a", 1.5),)
    storm = StormDetail(
        {"containers": [{"create": [0.1, 0.2], "start": None, "error": "no"}], "why": {"verdict": "cpu"}}
    )
    assert storm.containers == (Container(0, (0.1, 0.2), None, None, None, "no"),)
    assert storm.why == Why("cpu", "")


def test_the_schema_has_the_fields_that_are_written():
    described = {name: {*SCHEMA["$defs"][name]["properties"]} for name in SCHEMA["$defs"] if name.endswith("_detail")}
    written = {
        # "flat" is of files of the first release.
        "disk_detail": {*DiskFields.__annotations__, *ImportedFields.__annotations__, "flat"},
        "build_detail": {*BuildFields.__annotations__},
        "storm_detail": {*StormFields.__annotations__},
        "cpu_detail": {*CpuFields.__annotations__},
        "memory_detail": {*MemoryFields.__annotations__},
        "network_detail": {*NetworkFields.__annotations__},
    }
    assert described == written


def test_a_series_of_windows_is_read_as_written_and_as_it_was_before():
    rates = Rates((1.0, 2.0), 0.5)
    assert DiskDetail({"series": {"t": [0.5, 1.0], "iops": [1, 2]}}).rates == rates
    assert DiskDetail({"series": {"milliseconds": 500, "iops": [1, 2]}}).rates == rates


def test_both_shapes_of_the_machines_series_are_read():
    points = [{"t": 0.1, "busy_percent": 5}, {"t": 0.2, "busy_percent": None}]
    expected = {"t": (0.1, 0.2), "busy_percent": (5.0, None)}
    assert StormDetail({"series": points}).columns == expected
    assert StormDetail({"series": {"t": [0.1, 0.2], "busy_percent": [5, None]}}).columns == expected


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
@pytest.mark.parametrize("kind", [DiskDetail, BuildDetail, StormDetail])
def test_a_value_of_another_type_reads_as_absent(kind, wrong):
    keys = ("iops", "latency_ms", "sync_latency_ms", "series", "flat", "steps", "caution", "device_stack", "why",
            "containers", "fio_cpu_percent")  # fmt: skip
    detail = kind(dict.fromkeys(keys, wrong))
    for name in dir(kind):
        if isinstance(getattr(kind, name), property):
            getattr(detail, name)


def test_a_bool_is_no_number_and_infinity_none_either():
    assert DiskDetail({"iops": True}).iops is None
    assert DiskDetail({"iops": 1e400}).iops is None
    rates = DiskDetail({"series": {"milliseconds": 500, "iops": [1, True, -1, 1e13, "x", 2]}}).rates
    assert rates == Rates((1.0, 2.0), 0.5)


@pytest.mark.parametrize("wrong", WRONG[3:], ids=repr)
def test_no_text_of_a_comparison_fails_on_a_detail_of_another_type(wrong):
    document = to_json(read_run(str(FROZEN)))
    for metric in document["metrics"]:
        for sample in metric["samples"]:
            sample["detail"] = {
                key: value if key in {"containers", "batches"} else wrong for key, value in sample["detail"].items()
            }
    assert render(compare([from_json(document)]), Style(color=False))


def test_what_is_not_described_is_kept():
    document = to_json(read_run(str(FROZEN)))
    document["metrics"][0]["samples"][0]["detail"]["news"] = {"of": ["a", "later release"]}
    assert to_json(from_json(document)) == document
    jsonschema.Draft202012Validator(SCHEMA).validate(document)


@pytest.mark.parametrize(
    ("metric_id", "key", "wrong"),
    [
        ("disk.randwrite.iops", "series", {"milliseconds": 500}),
        ("disk.randwrite.iops", "series", {"iops": [1, 2]}),
        ("disk.randwrite.iops", "steps", "yes"),
        ("disk.randwrite.iops", "latency_ms", {"p50": "fast"}),
        (BUILD, "steps", True),
        (MAKESPAN, "containers", [{"index": 0}]),
        (MAKESPAN, "series", {"t": "x"}),
    ],
)
def test_the_schema_describes_the_details(metric_id, key, wrong):
    validator = jsonschema.Draft202012Validator(SCHEMA)
    document = to_json(read_run(str(FROZEN)))
    validator.validate(document)
    (metric,) = [one for one in document["metrics"] if one["id"] == metric_id]
    metric["samples"][0]["detail"][key] = wrong
    assert not validator.is_valid(document)
