"""Whether workloads fit, as JSON by its schema and as text of at most 80 columns."""

import json

import jsonschema
import pytest

from hostcheck.formats import FIT
from hostcheck.formats.terminal import Style, display_width
from hostcheck.placement.placing import fit
from hostcheck.placement.schema import FIT_SCHEMA
from tests.placement.test_placing import COMPOSE, DAEMON, files, host, ready

__all__ = ["ready"]

HELD = {"net__ports__busy": ("tcp/80", "tcp/9100"), "net__ports__holders": ("tcp/80 container",)}
MISTAKEN = "services: {web: {image: nginx, depends_on: [db], ports: ['${PORT}:80'], devices: [/dev/kvm]}}\n"
FOUND = [
    (text, hosts)
    for text in (COMPOSE, DAEMON, MISTAKEN)
    for hosts in ([], [{}], [HELD], [{}, HELD], [{"hw__memory_bytes": None, "net__ports__busy": None}, {}, HELD])
]


@pytest.fixture(params=FOUND, ids=range(len(FOUND)))
def found(request, ready, tmp_path):
    text, hosts = request.param
    named = [host(f"a-host-with-a-long-name-{number}", **facts) for number, facts in enumerate(hosts)]
    return fit(files(tmp_path, compose_yaml=text), named)


def test_the_document_is_as_its_schema_says(found):
    validator = jsonschema.Draft202012Validator(json.loads(FIT_SCHEMA.read_text()))
    validator.validate(json.loads(FIT.load("json")(found, None)))


def test_the_text_is_no_wider_than_asked(found):
    for width in (60, 80):
        for detail in ("brief", "full"):
            text = FIT.load("text")(found, Style(width=width, detail=detail))
            assert [line for line in text.splitlines() if display_width(line) > width] == []


def test_the_first_line_is_the_answer(found):
    first = FIT.load("text")(found, Style()).splitlines()[0]
    begin = {"fits": "fits", "does not fit": "does not fit", "cannot tell": "cannot tell"}[found.outcome]
    assert first.startswith(begin) or not found.hosts


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "services: {a: {image: a, ports: ['80:80', '80:81']}}\n",
            "each of its needs could be met alone, but not all of them",
        ),
        ("services: {a: {image: a, ports: ['80:80'], scale: 2}}\n", "1 instance of a instead of 2"),
        (COMPOSE, "each need of web could be met alone, but not all of them"),
        (
            "services: {a: {image: a, ports: ['80:80']}, b: {image: b, ports: ['80:80']}}\n",
            "each of the 2 workloads could run",
        ),
    ],
)
def test_one_workload_is_not_called_several(ready, tmp_path, text, said):
    found = fit(files(tmp_path, compose_yaml=text), [host("a")])
    assert said in " ".join(FIT.load("text")(found, Style(width=80, detail="full")).split())


def test_what_many_lack_for_one_reason_is_said_once(ready, tmp_path):
    services = "".join(f"  s{number}: {{image: a, ports: ['{8000 + number}:80']}}\n" for number in range(20))
    unknown = fit(files(tmp_path, compose_yaml=f"services:\n{services}"), [host("a", net__ports__busy=None)])
    text = FIT.load("text")(unknown, Style())
    assert len(text.splitlines()) < 8
    assert "and 17 more: which ports are in use is unknown" in " ".join(text.split())
    assert FIT.load("text")(unknown, Style(detail="full")).count("is unknown") >= 20


def test_a_file_outside_of_the_repository_has_its_own_address(ready, tmp_path, monkeypatch):
    contents = files(tmp_path, compose_yaml=COMPOSE)
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "repository")
    log = json.loads(FIT.load("sarif")(fit(contents, [host("a", **HELD)]), Style()))
    found = {each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in log["runs"][0]["results"]}
    assert found == {(tmp_path / "compose.yaml").resolve().as_uri()}
    assert all("uriBaseId" not in json.dumps(each) for each in log["runs"][0]["results"])
