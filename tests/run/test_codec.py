import json
import re
from dataclasses import is_dataclass
from pathlib import Path
from typing import Literal, get_args, get_origin

import jsonschema
import pytest

from hostcheck.run import measured, model
from hostcheck.run.codec import from_json, to_json
from hostcheck.run.schema import RUN_SCHEMA
from tests.fuzz.growth import spent


@pytest.fixture
def validator():
    schema = json.loads(RUN_SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_a_run_survives_the_way_to_json_and_back(full_run):
    assert from_json(json.loads(json.dumps(to_json(full_run)))) == full_run


def test_what_is_written_is_of_the_schema(full_run, validator):
    validator.validate(to_json(full_run))


def test_the_names_other_programs_rely_on_are_there(full_run):
    document = to_json(full_run)
    assert list(document)[:8] == ["schema", "hostcheck", "id", "started", "ended", "host", "profiles", "roles"]
    assert document["schema"] == "hostcheck.run/1"
    assert document["facts"]["virt.vm"] == {
        "value": "kvm",
        "known": True,
        "reason": "",
        "evidence": [{"source": "cpuid", "value": "KVMKVMKVM", "says": "for kvm"}],
        "conflicts": ["a"],
    }
    sample = document["metrics"][0]["samples"][0]
    assert (sample["value"], sample["valid"], sample["steal_percent"], sample["seconds"]) == (350.5, True, 3, 2.0)
    assert document["metrics"][0]["interval"] == list(full_run.metrics[0].interval)
    assert document["metrics"][0]["estimator"] == "geometric-mean-t/1"


def test_unknown_fields_of_a_later_writer_are_ignored(full_run):
    document = json.loads(json.dumps(to_json(full_run)))
    document["new"] = document["host"]["new"] = document["metrics"][0]["new"] = 1
    document["metrics"][0]["samples"][0]["new"] = document["facts"]["virt.vm"]["new"] = 1
    assert from_json(document) == full_run


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], 'no "schema"'),
        ({}, 'no "schema"'),
        ({"schema": "hostcheck.run/2"}, "this version of hostcheck reads only"),
        ({"schema": "hostcheck.run/1"}, "lacks 'id'"),
        (
            {"schema": "hostcheck.run/1", "id": "a", "hostcheck": "0", "started": "", "host": {}, "facts": {}},
            "does not follow the schema",
        ),
        (
            {
                "schema": "hostcheck.run/1",
                "id": "a",
                "hostcheck": "0",
                "started": "",
                "host": {"name": "a"},
                "facts": [],
                "verdicts": [],
                "metrics": [],
            },
            "does not follow the schema",
        ),
    ],
)
def test_what_is_no_run_is_refused_with_the_reason(document, message):
    with pytest.raises(ValueError, match=message):
        from_json(document)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("metrics", 0, "state"), "fine"),
        (("metrics", 0, "value"), None),
        (("metrics", 0, "reason"), ""),
        (("metrics", 0, "samples", 1, "reason"), ""),
        (("verdicts", 0, "status"), "ok"),
        (("facts", "storage.overlay", "reason"), ""),
        (("facts", "storage.overlay", "value"), "no"),
        (("started",), "yesterday"),
    ],
)
def test_the_schema_refuses_what_would_mislead_a_reader(full_run, validator, path, value):
    document = to_json(full_run)
    *way, last = path
    place = document
    for step in way:
        place = place[step]
    place[last] = value
    with pytest.raises(jsonschema.ValidationError):
        validator.validate(document)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("host", "name"), None, "run.host.name is None, not str"),
        (("host", "cpus"), "4", "run.host.cpus is '4'"),
        (("host", "cpus"), True, "run.host.cpus is True"),
        (("metrics", 0, "value"), "350", "run.metrics[0].value is '350'"),
        (("metrics", 0, "value"), float("nan"), "run.metrics[0].value is nan"),
        (("metrics", 0, "value"), 10**400, "run.metrics[0].value is 1000"),
        (("facts", "virt.vm", "value"), 10**400, "run.facts.virt.vm.value is 1000"),
        (("metrics", 0, "value"), -1, "disk.randwrite.iops is -1"),
        (("metrics", 0, "value"), 0, "disk.randwrite.iops is 0"),
        (("metrics", 0, "value"), 1e308, "disk.randwrite.iops is 1e+308, an implausible value"),
        (("metrics", 0, "value"), 5e-324, "disk.randwrite.iops is 5e-324, an implausible value"),
        (("metrics", 0, "samples", 0, "value"), 1e200, "disk.randwrite.iops is 1e+200"),
        (("metrics", 0, "interval"), [3, 2], "the interval [3, 2]"),
        (("metrics", 0, "interval"), [1], "does not follow the schema"),
        (("metrics", 0, "interval"), ["a", "b"], "run.metrics[0].interval"),
        (("metrics", 0, "state"), "fine", "run.metrics[0].state is 'fine', not one of ok, unstable"),
        (("metrics", 0, "settings"), [], "run.metrics[0].settings is []"),
        (("metrics", 0, "settings"), {"a": {}}, "run.metrics[0].settings.a is {}"),
        (("metrics", 0, "samples", 0, "value"), "1", "run.metrics[0].samples[0].value"),
        (("metrics", 0, "samples", 0, "steal_percent"), "1", "run.metrics[0].samples[0].conditions.steal_percent"),
        (("verdicts", 0, "status"), "ok", "run.verdicts[0].status is 'ok'"),
        (("facts", "virt.vm", "evidence", 0, "says"), 1, "run.facts.virt.vm.evidence[0].says is 1"),
        (("notes",), [1], "run.notes[0] is 1"),
        (("metrics",), {"a": 1}, "does not follow the schema"),
        (("metrics",), 7, "does not follow the schema"),
        (("profiles",), "docker", "run.profiles is 'docker'"),
        (("roles",), [1], "run.roles[0] is 1"),
        (("metrics", 0, "estimator"), 1, "run.metrics[0].estimator is 1"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_with_its_place(full_run, path, value, message):
    document = json.loads(json.dumps(to_json(full_run)))
    *way, last = path
    place = document
    for step in way:
        place = place[step]
    place[last] = value
    with pytest.raises(ValueError, match=re.escape(message)):
        from_json(document)


@pytest.mark.parametrize("key", ["metrics", "verdicts"])
def test_what_is_there_twice_is_refused(full_run, key):
    document = json.loads(json.dumps(to_json(full_run)))
    document[key].append(document[key][0])
    with pytest.raises(ValueError, match=f"there are two {key} d"):
        from_json(document)


def test_what_an_older_file_does_not_have_is_not_written_into_it(full_run):
    document = json.loads(json.dumps(to_json(full_run)))
    del document["profiles"], document["roles"], document["metrics"][0]["estimator"]
    assert to_json(from_json(document)) == document


def test_reading_takes_few_lines_of_python_for_each_value():
    document = json.loads((Path(__file__).parents[2] / "reports/sample/host.json").read_text())
    from_json(document)
    values = sum(map(_leaves, document["facts"].values())) + sum(map(_leaves, document["verdicts"]))
    document["metrics"] = []
    lines, _ = spent(from_json, document)
    # Before types were looked up, each value took fourteen.
    assert lines < 11 * values


def _texts_within(annotation: object) -> list[str]:
    if get_origin(annotation) is Literal:
        return []
    return [
        found for each in get_args(annotation) for found in ([each] if isinstance(each, str) else _texts_within(each))
    ]


def test_no_annotation_of_a_run_file_has_a_name_as_text_within_it():
    kinds = [kind for module in (model, measured) for kind in vars(module).values() if is_dataclass(kind)]
    assert model.Run in kinds
    # typing.get_type_hints of Python 3.10 evaluates "tuple[A, ...]", and leaves tuple["A", ...] as it is.
    assert [found for kind in kinds for each in kind.__annotations__.values() for found in _texts_within(each)] == []


def _leaves(value: object) -> int:
    if not isinstance(value, (dict, list)):
        return 1
    return sum(map(_leaves, value.values() if isinstance(value, dict) else value))
