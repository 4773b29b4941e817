"""Whole hosts, each from a complaint about another detector (meta.json says which)."""

import json
from pathlib import Path

import pytest

from hostcheck.host.captured import CapturedHost
from hostcheck.probes.virt import probe

HOSTS = Path(__file__).parents[2] / "hosts"
CASES = sorted(path.parent.name for path in HOSTS.glob("*/expected.json"))


def test_there_are_hosts():
    assert len(CASES) >= 17


@pytest.mark.parametrize("case", CASES)
def test_each_recorded_host_is_detected_correctly(case):
    expected = json.loads((HOSTS / case / "expected.json").read_text())
    facts = {fact.id: fact for fact in probe(CapturedHost(HOSTS / case / "root"))}
    outcome = {axis: facts[f"virt.{axis}"].value for axis in ("vm", "container", "cloud", "role", "vmm")}
    wanted = {axis: expected[axis] or "none" for axis in outcome if axis in expected}
    assert {axis: outcome[axis] for axis in wanted} == wanted
    assert all(facts[f"virt.{axis}"].known for axis in wanted)


@pytest.mark.parametrize("case", CASES)
def test_each_known_answer_shows_its_evidence(case):
    for fact in probe(CapturedHost(HOSTS / case / "root")):
        if fact.known and fact.value is not None:
            assert fact.evidence, fact.id
        if not fact.known:
            assert fact.reason, fact.id
