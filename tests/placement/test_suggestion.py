"""Another port instead of one that is held, and the change as a patch that applies."""

import subprocess

import pytest

from hostcheck.placement.placing import fit
from hostcheck.placement.suggestion import Suggestion, left_out, patch, replaced, suggestions
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
        ("  - 80:80/tcp  # not 80:80\n", "  - 8080:80/tcp  # not 80:80\n"),
        ("- {target: 80, published: 80}\n", "- {target: 80, published: 8080}\n"),
        ('{"containerPort": 80, "hostPort": 80}\n', '{"containerPort": 80, "hostPort": 8080}\n'),
        ('port "http" { static = 80 } // 80\n', 'port "http" { static = 8080 } // 80\n'),
        ('docker run -e "a #80:80" -p 80:80 a\n', 'docker run -e "a #80:80" -p 80:80 a\n'),
        ("  -p 80:80/tcp \\\n", "  -p 8080:80/tcp \\\n"),
    ],
)
def test_a_line_is_changed_only_where_the_port_stands_once(line, wanted):
    need = HostPort(Place("f", 1), "", "tcp", 80, 80)
    assert replaced(line, Suggestion("web", need, 8080)) == wanted


BUSY = {"net__ports__busy": ("tcp/2024",)}


def test_a_file_with_a_blank_in_its_name_is_patched(ready, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a b.yaml").write_text('services: {a: {image: a, ports: ["2024:80"]}}\n')
    found = suggestions(fit(read_files(["a b.yaml"], environment={}), [host("a", **BUSY)]))
    subprocess.run(["patch", "-p0", "-s"], input=patch(found), text=True, check=True)
    assert '"2025:80"' in (tmp_path / "a b.yaml").read_text()


def test_a_long_port_is_patched_on_its_own_line(ready, tmp_path):
    text = "services:\n  a:\n    image: a\n    ports:\n      - target: 80\n        published: 2024\n"
    found = suggestions(fit(files(tmp_path, compose_yaml=text), [host("a", **BUSY)]))
    assert [each.need.place.line for each in found] == [6]
    assert "+        published: 2025" in patch(found).splitlines()


def test_each_port_of_a_command_over_several_lines_is_patched(ready, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = "docker run -d \\\n  -p 2024:80/tcp \\\n  -p 2025:81 \\\n  nginx  # as 2024:80\n"
    (tmp_path / "a.sh").write_text(text)
    found = suggestions(fit(read_files(["a.sh"], environment={}), [host("a", **BUSY)]))
    assert list(left_out(found)) == []
    subprocess.run(["patch", "-p0", "-s"], input=patch(found), text=True, check=True)
    assert (tmp_path / "a.sh").read_text() == text.replace("-p 2024:", "-p 2026:")


def test_a_port_whose_line_is_not_certain_is_named(ready, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.sh").write_text("PORT=2024\ndocker run -d -p $PORT:80 nginx\n")
    found = suggestions(fit(read_files(["a.sh"], environment={}), [host("a", **BUSY)]))
    assert (patch(found), [each.need.place.line for each in left_out(found)]) == ("", [2])


def test_what_listens_on_the_network_of_the_host_is_not_patched(ready, tmp_path):
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  hostNetwork: true\n  containers:\n"
    text += "    - {name: a, image: a, ports: [{containerPort: 2024}]}\n"
    found = suggestions(fit(files(tmp_path, pod_yaml=text), [host("a", **BUSY)]))
    assert (len(found), patch(found)) == (1, "")


def test_the_next_port_of_marathon_is_one_that_agents_offer(ready, tmp_path):
    app = '{"id": "/a", "container": {"type": "DOCKER", "docker": {"image": "a", "network": "BRIDGE", "portMappings": '
    for wanted, port in ((2024, 31000), (31005, 31006), (32000, 31000)):
        text = app + f'[{{"containerPort": 80, "hostPort": {wanted}}}]}}}}}}'
        found = suggestions(fit(files(tmp_path, a_json=text), [host("a", net__ports__busy=(f"tcp/{wanted}",))]))
        assert [each.port for each in found] == [port]


def test_a_port_that_one_line_sets_for_two_is_left_out(ready, tmp_path):
    text = 'x-p: &p ["2024:80"]\nservices:\n  a: {image: x, ports: *p}\n  b: {image: x, ports: *p}\n'
    found = suggestions(fit(files(tmp_path, compose_yaml=text), [host("a")]))
    assert [(each.workload, each.shared) for each in found] == [("b", True)]
    assert (patch(found), list(left_out(found))) == ("", list(found))


def test_an_anchor_of_one_service_is_changed(ready, tmp_path):
    text = 'x-p: &p ["2024:80"]\nservices:\n  a: {image: x, ports: *p}\n  b: {image: x}\n'
    found = suggestions(fit(files(tmp_path, compose_yaml=text), [host("a", net__ports__busy=("tcp/2024",))]))
    assert '+x-p: &p ["2025:80"]' in patch(found)
