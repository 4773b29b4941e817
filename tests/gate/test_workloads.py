"""Workload files in a decision: the gate's outcome is that of fits, and each finding is at its line."""

import json
from dataclasses import replace

import pytest

from hostcheck.formats import FIT
from hostcheck.formats.decision_text import render
from hostcheck.formats.fit_decision import decision_of
from hostcheck.formats.terminal import Style
from hostcheck.gate.decision import weigh
from hostcheck.gate.policy import Policy
from hostcheck.gate.workloads import findings_of
from hostcheck.placement.placing import fit
from hostcheck.workloadfiles.reading import read_files
from tests.placement.test_placing import COMPOSE, files, host, ready

__all__ = ["ready"]

HELD = {"net__ports__busy": ("tcp/80",), "net__ports__holders": ("tcp/80 container",)}
ONE = "services:\n  web:\n    image: nginx\n    ports:\n      - '80:80'\n"


@pytest.mark.parametrize(
    ("text", "hosts", "code"),
    [
        (ONE, [{}], 0),
        (ONE, [HELD], 1),
        (ONE, [{"net__ports__busy": None}], 3),
        (COMPOSE, [{}], 1),
        (COMPOSE, [{}, {}], 0),
        (COMPOSE, [{}, HELD], 1),
        (COMPOSE, [{}, {"net__ports__busy": None}], 3),
        (ONE + "    depends_on: [db]\n", [{}], 1),
        (ONE + "    depends_on: [db]\n", [], 1),
        (ONE, [], 0),
    ],
)
def test_the_decision_is_that_of_fits(ready, tmp_path, text, hosts, code):
    found = fit(
        files(tmp_path, compose_yaml=text), [host(name, **facts) for name, facts in zip("ab", hosts, strict=False)]
    )
    assert (found.exit_code, decision_of(found).exit_code) == (code, code)


def test_each_finding_is_at_its_line(ready, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    found = fit(files(tmp_path, compose_yaml=ONE), [host("a", **HELD)])
    assert "file=compose.yaml,line=5," in FIT.load("github")(found, None)
    log = json.loads(FIT.load("sarif")(found, None))
    (result,) = log["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("compose.yaml", 5)


@pytest.mark.parametrize("detail", ["brief", "full", "commands"])
def test_the_text_has_the_line_of_each_need_and_each_rule(ready, tmp_path, detail):
    path = tmp_path / "compose.yaml"
    found = fit(files(tmp_path, compose_yaml=ONE + "    restart: maybe\n"), [host("a", **HELD)])
    text = " ".join(render(decision_of(found), Style(width=300, detail=detail)).split())
    assert f"({path}:5)" in text
    assert f"({path}:6)" in text


def test_a_gate_joins_them_with_its_own_findings(ready, tmp_path):
    view = host("a", **HELD)
    found = fit(files(tmp_path, compose_yaml=ONE), [view])
    run = replace(view.run, profiles=())
    assert weigh(run, Policy()).outcome == "passed"
    decision = weigh(run, Policy(), after=findings_of(found, Policy()))
    assert decision.outcome == "failed"
    assert [each.id for each in decision.having("fail")] == ["web port 80/tcp"]


def test_a_workload_of_another_file_is_not_blamed(ready, tmp_path):
    contents = files(tmp_path, one_yaml=ONE)
    (tmp_path / "b.sh").write_text("docker run -d --name api -p 81:80 a\n")
    both = (*contents, *read_files([str(tmp_path / "b.sh")]))
    for others, blamed in ((both, ["web"]), (both[1:], [])):
        found = fit(others, [host("a", **HELD)])
        failed = [each.name for each in findings_of(found, Policy()) if each.status == "fail"]
        assert {each.split()[0] for each in failed} == set(blamed)
    (tmp_path / "c.sh").write_text("docker run -d --name web2 -p 80:80 a\n")
    three = (*both, *read_files([str(tmp_path / "c.sh")]))
    found = [each for each in findings_of(fit(three, [host("a")]), Policy()) if each.status == "fail"]
    assert {each.name.split()[0] for each in found} == {"web", "web2"}
