"""Another port instead of one that is held, and the change as a patch that applies."""

import pytest

from hostcheck.placement.placing import fit
from hostcheck.placement.suggestion import Suggestion, patch, replaced, suggestions
from hostcheck.workloadfiles.needs import HostPort
from hostcheck.workloadfiles.place import Place
from hostcheck.workloadfiles.reading import read_files
from tests.placement.test_placing import files, host, ready

__all__ = ["ready"]

TEXT = """services:
  web:
    image: nginx
    ports:
      - "80:80"
      - 443:443
  api:
    image: api
    ports: [{target: 80, published: 8081}]
  other:
    image: api
    ports: ["8081:81"]
"""


def test_held_ports_and_those_that_two_want_get_the_next_free_one(ready, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "compose.yaml").write_text(TEXT)
    contents = read_files(["compose.yaml"], environment={})
    busy = ("tcp/80", "tcp/8080")
    found = suggestions(fit(contents, [host("a", net__ports__busy=busy)]))
    assert [(each.workload, each.need.first, each.port) for each in found] == [("web", 80, 8082), ("other", 8081, 8083)]
    lines = patch(found).splitlines()
    assert lines[:2] == ["--- compose.yaml", "+++ compose.yaml"]
    assert [line for line in lines[2:] if line[0] in "-+"] == [
        '-      - "80:80"',
        '+      - "8082:80"',
        '-    ports: ["8081:81"]',
        '+    ports: ["8083:81"]',
    ]
    changed = TEXT.replace('"80:80"', '"8082:80"').replace('"8081:81"', '"8083:81"')
    again = fit(files(tmp_path, compose_yaml=changed), [host("a", net__ports__busy=busy)])
    assert (again.outcome, suggestions(again)) == ("fits", ())


def test_a_port_that_another_host_has_free_is_left(ready, tmp_path):
    contents = files(tmp_path, compose_yaml='services: {web: {image: a, ports: ["80:80"]}}\n')
    hosts = [host("a", net__ports__busy=("tcp/80",)), host("b")]
    assert suggestions(fit(contents, hosts)) == ()


def test_a_file_that_would_steer_the_terminal_is_left_out(ready, tmp_path):
    text = TEXT.replace("    ports:\n", "    ports:  # \u202e\n", 1)
    assert patch(suggestions(fit(files(tmp_path, compose_yaml=text), [host("a", net__ports__busy=("tcp/80",))]))) == ""


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ('  - "80:80"\n', '  - "8080:80"\n'),
        ("  - 127.0.0.1:80:80\n", "  - 127.0.0.1:8080:80\n"),
        ("published: 80\n", "published: 8080\n"),
        ('"hostPort": 80,\n', '"hostPort": 8080,\n'),
        ("docker run -p 80:8080 -p 8080:81 a\n", "docker run -p 8080:8080 -p 8080:81 a\n"),
        ("ports: ['80:80', '80:80/udp']\n", "ports: ['80:80', '80:80/udp']\n"),
        ("image: a:1.80\n", "image: a:1.80\n"),
    ],
)
def test_a_line_is_changed_only_where_the_port_stands_once(line, wanted):
    need = HostPort(Place("f", 1), "", "tcp", 80, 80)
    assert replaced(line, Suggestion("web", need, 8080)) == wanted
