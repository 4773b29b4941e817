import json

import jsonschema
import pytest

from hostcheck.formats.decision_json import render
from hostcheck.gate.schema import DECISION_SCHEMA


@pytest.fixture
def validator():
    schema = json.loads(DECISION_SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize("name", ["mixed", "hostile", "passing", "undecided", "warned"])
def test_every_decision_is_of_the_schema(validator, decisions, name):
    validator.validate(json.loads(render(getattr(decisions, name))))


def test_the_schema_knows_every_field(validator, decisions):
    def closed(node):
        if isinstance(node, dict):
            extra = {"additionalProperties": False} if "properties" in node and "required" in node else {}
            return {key: closed(value) for key, value in node.items()} | extra
        return [closed(item) for item in node] if isinstance(node, list) else node

    jsonschema.Draft202012Validator(closed(validator.schema)).validate(json.loads(render(decisions.mixed)))


def test_the_document_holds_what_was_asked_and_what_came_of_it(decisions):
    document = json.loads(render(decisions.mixed))
    assert (document["outcome"], document["exit_code"]) == ("failed", 1)
    assert document["policy"]["thresholds"][0] == {"metric": "disk.randwrite.iops", "operator": ">=", "limit": 5000.0}
    by_id = {finding["id"]: finding for finding in document["findings"]}
    assert by_id["b.fail"]["effect"] == "waived"
    assert by_id["b.fail"]["waiver"] == {"id": "b.f*", "reason": "known text", "until": "2027-01-31"}
    assert by_id["b.old"]["expired_waiver"]["until"] == "2026-01-01"
    assert by_id["disk.seqread.bandwidth"]["status"] == "unknown"


def test_texts_come_back_as_they_were_and_the_document_is_ascii(decisions):
    text = render(decisions.hostile)
    assert text.isascii()
    assert json.loads(text)["run"]["host"] == decisions.HOSTILE


def test_equal_decisions_give_equal_bytes(decisions):
    assert render(decisions.mixed) == render(decisions.mixed)
