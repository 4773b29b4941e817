"""Containers of playbooks: one for each name, and only those of tasks that run."""

import pytest

from hostcheck.workloadfiles.needs import HostPort, Unclear
from hostcheck.workloadfiles.reading import read_files


def read(tmp_path, tasks, *, after=""):
    path = tmp_path / "play.yaml"
    lines = "".join(f"    - {task}\n" for task in tasks)
    path.write_text(f"- hosts: all\n  tasks:\n{lines}{after}")
    return read_files([str(path)], environment={})[0]


def summary(content):
    return [
        (each.name, *(need.first for need in each.needs if isinstance(need, HostPort)), each.perhaps)
        for each in content.workloads
    ]


WEB = "docker_container: {name: web, image: a, ports: ['80:80']}"
ANEW = "line 4 makes the container anew"


@pytest.mark.parametrize(
    ("tasks", "wanted"),
    [
        ((WEB, WEB.replace("image: a", "image: a, recreate: true")), [("web", 80, "")]),
        ((WEB, "docker_container: {name: web, restart: true}"), [("web", 80, "")]),
        ((WEB, f"community.docker.{WEB}"), [("web", 80, "")]),
        ((WEB, WEB.replace("80:80", "81:80")), [("web", 80, ANEW), ("web", 81, "")]),
        ((WEB, WEB.replace("web", "api")), [("web", 80, ""), ("api", 80, "")]),
        ((WEB, WEB.replace("docker", "podman")), [("web", 80, ""), ("web", 80, "")]),
        ((WEB, "command: docker run -d --name web -p 80:80 a"), [("web", 80, ""), ("web", 80, "")]),
        ((f"{{{WEB}, when: new}}", WEB), [("web", 80, "")]),
        (("docker_container: {name: web, state: absent}", WEB, WEB), [("web", 80, "")]),
        (
            (WEB.replace("web", "'{{ a }}'"), WEB.replace("web", "'{{ b }}'")),
            [("{{ a }}", 80, ""), ("{{ b }}", 80, "")],
        ),
        ((f"{{{WEB}, loop: [1, 2]}}",), [("web", 80, "")]),
    ],
)
def test_a_module_finds_a_container_by_its_name(tmp_path, tasks, wanted):
    assert summary(read(tmp_path, tasks)) == wanted


def test_a_handler_of_the_same_container_is_no_second_one(tmp_path):
    handlers = f"  handlers:\n    - {{{WEB}}}\n    - {{{WEB.replace('web', 'db')}}}\n"
    found = summary(read(tmp_path, [WEB], after=handlers))
    assert found == [("web", 80, ""), ("db", 80, "line 6 is of a handler: it runs only after a change")]


def test_a_rescue_runs_only_where_its_block_fails(tmp_path):
    rescue = f"block: [{{{WEB}}}]\n      rescue: [{{{WEB.replace('web', 'db')}}}]"
    found = summary(read(tmp_path, [rescue]))
    assert found == [("web", 80, ""), ("db", 80, "line 4 is of a rescue: it runs only where its block fails")]


@pytest.mark.parametrize(
    ("tags", "runs"),
    [("[never]", False), ("never", False), ("'x, never'", False), ("[never, always]", True), ("[x]", True)],
)
@pytest.mark.parametrize("form", ["{{{0}, tags: {1}}}", "{{block: [{{{0}}}], tags: {1}}}"])
def test_a_task_of_the_tag_never_does_not_run(tmp_path, tags, runs, form):
    found = summary(read(tmp_path, [form.format(WEB.replace("web", "db"), tags), WEB]))
    assert found == [("db", 80, "")] * runs + [("web", 80, "")]


def test_a_container_of_a_pod_has_no_ports(tmp_path):
    pod = "podman_pod: {name: p, publish: ['80:80']}"
    found = read(tmp_path, [pod, "podman_container: {name: a, image: a, pod: p, ports: ['81:81']}"])
    assert [(each.rule, each.place.line) for each in found.mistakes] == [("run/refused", 4)]
    assert "belong to the pod" in found.mistakes[0].said
    assert summary(found) == [("p", 80, ""), ("a", "")]


POD = "podman_container: {name: web, image: a, pod: p}"
NET = "docker_container: {name: web, image: a, networks: [{name: n}]}"


@pytest.mark.parametrize(
    ("tasks", "wanted"),
    [
        ((POD,), ["--pod p"]),
        ((POD, "podman_pod: {name: p}"), []),
        ((POD, "command: podman pod create --name p"), []),
        ((POD, "podman_pod: {name: q}"), ["--pod p"]),
        ((NET,), ["--network n"]),
        ((NET, "community.docker.docker_network: {name: n}"), []),
        ((NET, "command: docker network create n"), []),
        ((NET.replace("networks: [{name: n}]", "network_mode: host"),), []),
        ((NET.replace("networks: [{name: n}]", "network_mode: 'container:db'"),), ["--network container:db"]),
        ((NET.replace("networks: [{name: n}]", "links: ['db:d']"),), ["--link db:d"]),
        ((NET.replace("networks: [{name: n}]", "links: ['db:d']"), WEB.replace("web", "db")), []),
        (("command: docker run -d --network n a",), ["--network n"]),
        (("command: docker run -d --network n a", "docker_network: {name: n}"), []),
    ],
)
def test_what_a_container_names_has_to_be_made_by_a_task(tmp_path, tasks, wanted):
    content = read(tmp_path, tasks)
    found = [need.said for each in content.workloads for need in each.needs if isinstance(need, Unclear)]
    assert found == wanted
