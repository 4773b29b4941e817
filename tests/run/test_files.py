import gc
import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from hostcheck.errors import UsageError
from hostcheck.outfile import write_text
from hostcheck.run.files import dumps, read_run, reference_names
from hostcheck.run.measured import Metric
from hostcheck.run.model import HostIdentity, Run
from hostcheck.run.schema import RUN_SCHEMA


def test_a_written_run_is_read_back(full_run, tmp_path):
    write_text(tmp_path / "new" / "run.json", dumps(full_run))
    assert read_run(str(tmp_path / "new" / "run.json")) == full_run


FULL = (Path(__file__).parents[1] / "runs/run-1.json").read_text()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "run.json: it is empty; use the file that hostcheck wrote"),
        (b" \n", "run.json: it is empty; use the file that hostcheck wrote"),
        (b"{", "not JSON: .*; use the file that hostcheck wrote"),
        (b'{"a": 1, "a": 2}', "has the name 'a' twice; use the file that hostcheck wrote"),
        (b'{"schema": 1' + b"0" * 5000 + b"}", "run.json: a number in it has too many digits; use the file"),
        *(
            (json.dumps({**json.loads(FULL), part: wrong}).encode(), f"{part} is not an? (object|list); use the file")
            for part in ("host", "facts", "verdicts", "metrics")
            for wrong in (None, 3, "x")
        ),
        (
            json.dumps({**json.loads(FULL), "metrics": [None]}).encode(),
            "an item is neither an object nor a list; use the file",
        ),
        (b"\xff\xfe", "not UTF-8"),
        (b"[" * 100_000, "run.json: not JSON: nested too deeply; use the file that hostcheck wrote"),
        (b'{"schema": "hostcheck.run/9"}', "this version of hostcheck reads only"),
    ],
)
def test_a_damaged_run_file_is_reported_in_one_line(tmp_path, content, message):
    path = tmp_path / "run.json"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=message):
        read_run(str(path))


def test_a_run_file_is_read_no_further_than_the_limit(tmp_path, monkeypatch):
    path = tmp_path / "run.json"
    monkeypatch.setattr("hostcheck.run.files.LARGEST_BYTES", 1 << 20)
    path.write_bytes(b" " * ((1 << 20) + 1))
    with pytest.raises(UsageError, match=r"run.json: it is larger than 1 MiB"):
        read_run(str(path))
    # It never ends.
    with pytest.raises(UsageError, match=r"/dev/zero: it is larger than 1 MiB"):
        read_run("/dev/zero")


def test_reading_leaves_the_garbage_collection_as_it_was(tmp_path):
    (tmp_path / "run.json").write_text("{")
    for switch in (gc.disable, gc.enable):
        switch()
        before = gc.isenabled()
        read_run("reference:sata-vps-2014")
        with pytest.raises(UsageError):
            read_run(tmp_path / "run.json")
        assert gc.isenabled() == before


def test_a_missing_run_file_is_reported_in_one_line(tmp_path):
    with pytest.raises(UsageError, match="No such file or directory; name the file of the run"):
        read_run(str(tmp_path / "none.json"))


def test_an_unknown_reference_names_those_there_are():
    with pytest.raises(UsageError, match="sata-vps-2014"):
        read_run("reference:sata")


@pytest.mark.parametrize("name", ["sata-vps-2014", "nvme-vps-2014"])
def test_reference_runs_are_published_figures_of_the_schema(name):
    assert name in reference_names()
    run = read_run(f"reference:{name}")
    jsonschema.Draft202012Validator(json.loads(RUN_SCHEMA.read_text())).validate(json.loads(dumps(run)))
    assert {metric.state for metric in run.metrics} == {"published"}
    assert all(metric.source and not metric.samples and metric.interval is None for metric in run.metrics)


def test_the_published_figures_are_those_of_the_article():
    sata, nvme = read_run("reference:sata-vps-2014"), read_run("reference:nvme-vps-2014")
    for metric_id, slow, fast in [
        ("disk.seqread.bandwidth", 120, 1200),
        ("disk.randwrite.iops", 350, 25_000),
        ("build.cold.seconds", 4 * 60 + 12, 45),
    ]:
        assert sata.metric(metric_id).value == slow
        assert nvme.metric(metric_id).value == fast


def test_a_metric_that_is_measured_anew_keeps_its_place():
    first, second = (Metric(f"disk.{name}", "IOPS", "higher", "ok", value=1.0) for name in "ab")
    run = Run("1", "0", "2026-01-01T00:00:00Z", HostIdentity("h")).with_metrics((first, second))
    again = replace(first, value=2.0)
    assert run.with_metrics((again,)).metrics == (again, second)


def test_half_a_character_is_refused_and_a_whole_one_is_read(full_run, tmp_path):
    path = tmp_path / "run.json"
    document = json.loads(dumps(full_run))
    document["host"]["name"] = "half \ud83d"
    path.write_text(json.dumps(document))
    with pytest.raises(UsageError, match="surrogates not allowed"):
        read_run(str(path))
    document["host"]["name"] = "whole \U0001f600"
    path.write_text(json.dumps(document))
    assert read_run(str(path)).host.name == "whole \U0001f600"


def test_a_byte_order_mark_is_no_part_of_a_run(tmp_path):
    path = tmp_path / "run.json"
    path.write_bytes(b"\xef\xbb\xbf" + FULL.encode())
    assert read_run(str(path)).facts
