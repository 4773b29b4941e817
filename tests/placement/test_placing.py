"""Workload files against hosts: fits, does not, or unknown, each with what shows it."""

import dataclasses
import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from hostcheck.placement import solver
from hostcheck.placement.placing import fit, profiles_of
from hostcheck.placement.problem import Demand, Problem, Room
from hostcheck.placement.search import Outcome as Placement
from hostcheck.placement.search import search
from hostcheck.placement.views import view_of
from hostcheck.run.model import Fact, HostIdentity, Run
from hostcheck.workloadfiles.needs import HostPort
from hostcheck.workloadfiles.place import Place
from hostcheck.workloadfiles.reading import read_files
from tests.workloadfiles.test_reading import ARTICLES_APP, ARTICLES_UNIT

GOOD = {
    "hw.cpus": 4,
    "hw.cpu_mhz": 9600,
    "hw.memory_bytes": 8 << 30,
    "os.arch": "x86_64",
    "os.init": "systemd",
    "net.ports.busy": ("tcp/22",),
    "net.ports.holders": ("tcp/22 socket",),
    "virt.capabilities_dropped": (),
    "storage.free_bytes": 50 << 30,
}


@pytest.fixture
def ready(monkeypatch):
    """Every engine is ready where no fact says otherwise: what an audit judges is tested elsewhere."""
    monkeypatch.setattr("hostcheck.placement.placing.judge", lambda _profile, _facts: [])


def host(name, **facts):
    known = {each.replace("__", "."): value for each, value in facts.items()}
    values = {**GOOD, **known}
    made = {
        fact_id: Fact.unknown(fact_id, "not read") if value is None else Fact(fact_id, value)
        for fact_id, value in values.items()
    }
    identity = HostIdentity(name, "6.1", "x86_64", 4, 8 << 30, "Debian")
    return view_of(
        Run(id=name, hostcheck="0", started="", ended="", host=identity, facts=made, verdicts=(), profiles=())
    )


def files(tmp_path, **texts):
    names = []
    for name, text in texts.items():
        path = tmp_path / name.replace("_", ".")
        path.write_text(text)
        names.append(str(path))
    return read_files(names, environment={})


COMPOSE = """
services:
  web: {image: nginx, ports: [{target: 80, published: 80, mode: host}], deploy: {mode: replicated, replicas: 2}}
  db: {image: postgres, volumes: ['/data:/data']}
"""
DAEMON = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  template:
    spec:
      containers: [{image: a, ports: [{containerPort: 1, hostPort: 9100}]}]
"""


@pytest.mark.parametrize(
    ("hosts", "outcome", "web"),
    [
        ([{}, {}], "fits", ("a", "b")),
        ([{}], "does not fit", None),
        ([{}, {"net__ports__busy": ("tcp/80",), "net__ports__holders": ("tcp/80 container",)}], "does not fit", None),
        ([{}, {"net__ports__busy": None}], "cannot tell", ("a", "b")),
    ],
)
def test_instances_that_publish_one_port_need_a_host_each(ready, tmp_path, hosts, outcome, web):
    found = fit(
        files(tmp_path, compose_yaml=COMPOSE), [host(name, **facts) for name, facts in zip("ab", hosts, strict=False)]
    )
    assert found.outcome == outcome
    assert found.placed[0].hosts == web


@pytest.mark.parametrize(
    ("command", "profiles"),
    [("/usr/sbin/nginx", ()), ("/usr/bin/podman run a", ("podman",)), ("/usr/bin/podman start a", ("podman",))],
)
def test_a_unit_is_judged_by_the_engine_that_it_starts_containers_with(tmp_path, command, profiles):
    contents = files(tmp_path, web_service=f"[Service]\nExecStart={command}\n")
    assert profiles_of(contents) == profiles
    (candidate,) = fit(contents, [host("a")]).placed[0].candidates
    assert tuple(engine.profile for engine in candidate.engines) == profiles


@pytest.mark.parametrize(
    ("address", "outcome"),
    [("127.0.0.1", "fits"), ("0.0.0.0", "fits"), ("[::1]", "fits"), ("192.0.2.1", "cannot tell")],
)
def test_a_port_of_an_address_needs_that_address(ready, tmp_path, address, outcome):
    text = f"services: {{web: {{image: nginx, ports: ['{address}:80:80']}}}}"
    assert fit(files(tmp_path, compose_yaml=text), [host("a")]).outcome == outcome


APART = {
    "compose.yaml": "services: {web: {image: a, ports: ['80:80']}, api: {image: b, ports: ['80:8080']}}",
    "namespace.yaml": "services: {web: {image: a, network_mode: 'service:api'}, api: {image: b, ports: ['81:1']}}",
    "instances.yaml": "services: {web: {image: a, ports: ['80:80'], deploy: {replicas: 2}}}",
    "run.sh": "docker run -d -p 80:80 a\ndocker run -d -p 80:8080 b\n",
}


@pytest.mark.parametrize("name", APART)
def test_a_project_and_a_script_run_on_one_host(ready, tmp_path, name):
    (tmp_path / name).write_text(APART[name])
    contents = read_files([str(tmp_path / name)], environment={})
    found = fit(contents, [host("a"), host("b"), host("c")])
    if name == "namespace.yaml":
        assert (found.outcome, len({each.hosts for each in found.placed})) == ("fits", 1)
    else:
        assert found.outcome == "does not fit"
        assert "one more host like the largest" not in found.helps


def test_a_project_goes_where_all_of_it_can_run(ready, tmp_path):
    hosts = [host("a", net__ports__busy=("tcp/80",)), host("b", net__ports__busy=("tcp/81",)), host("c")]
    text = "services: {web: {image: a, ports: ['80:80']}, api: {image: b, ports: ['81:80']}}"
    found = fit(files(tmp_path, compose_yaml=text), hosts)
    assert (found.outcome, [each.hosts for each in found.placed]) == ("fits", [("c",), ("c",)])


def test_the_search_and_the_solver_keep_on_one_host_what_belongs_together():
    def one(name, number, may):
        return Demand(
            name, 1, may=may, ports=(HostPort(Place("f", 1), "", "tcp", number, number),), together="one engine"
        )

    demands = (one("web", 80, ("fail", "pass", "pass")), one("api", 81, ("pass", "fail", "pass")))
    for count, assignment in ((3, ((2,), (2,))), (2, None)):
        rooms = tuple(Room(name, {}) for name in "abc"[:count])
        problem = Problem(tuple(replace(each, may=each.may[:count]) for each in demands), rooms)
        for decide in (search, solver.solve):
            found = decide(problem)
            assert (found.assignment, found.proved) == (assignment, assignment is None)


IN_TURN = {
    "branches": "if [ $1 ]; then\n docker run -d -p 80:80 dev\nelse\n docker run -d -p 80:80 prod\nfi\n",
    "cases": "case $1 in\n a) docker run -d -p 80:80 dev ;;\n *) docker run -d -p 80:80 prod ;;\nesac\n",
    "foreground": "docker run --rm -p 80:80 a 1\ndocker run --rm -p 80:80 a 2\n",
    "removed": "docker run -d --name web -p 80:80 a\ndocker rm -f web\ndocker run -d --name web -p 80:80 a:2\n",
    "fails": "docker run -d -p 80:80 a || docker run -d -p 80:80 b\n",
    "absent": "- hosts: all\n  tasks:\n"
    "    - docker_container: {name: x, image: a, ports: ['80:80']}\n"
    "    - docker_container: {name: x, state: absent}\n"
    "    - docker_container: {name: y, image: a, ports: ['80:80']}\n",
    "when": "- hosts: all\n  tasks:\n"
    "    - {docker_container: {name: x, image: a, ports: ['80:80']}, when: old}\n"
    "    - {docker_container: {name: y, image: a, ports: ['80:80']}, when: not old}\n",
    "groups": "- hosts: web\n  tasks: [docker_container: {name: x, image: a, ports: ['80:80']}]\n"
    "- hosts: db\n  tasks: [docker_container: {name: y, image: a, ports: ['80:80']}]\n",
}


@pytest.mark.parametrize("name", IN_TURN)
def test_what_may_not_run_at_the_same_time_is_not_a_conflict(ready, tmp_path, name):
    file = tmp_path / ("a.yml" if IN_TURN[name].startswith("- ") else "a.sh")
    file.write_text(IN_TURN[name])
    found = fit(read_files([str(file)], environment={}), [host("a")])
    assert found.outcome == "cannot tell"
    assert any(str(file) in note for note in found.notes)
    # What has no place even alone does not fit.
    held = host("a", net__ports__busy=("tcp/80",), net__ports__holders=("tcp/80 container",))
    assert fit(read_files([str(file)], environment={}), [held]).outcome == "does not fit"


@pytest.mark.parametrize(
    "text", ["docker run -p 80:80 a &\n docker run -d -p 80:80 b", "docker run -d -p 80:80 a; docker run -p 80:80 b"]
)
def test_what_runs_at_the_same_time_is_a_conflict(ready, tmp_path, text):
    (tmp_path / "a.sh").write_text(text)
    assert fit(read_files([str(tmp_path / "a.sh")], environment={}), [host("a")]).outcome == "does not fit"


def test_a_play_runs_on_each_host(ready, tmp_path):
    text = "- hosts: all\n  tasks: [docker_container: {name: x, image: a, ports: ['80:80']}]\n"
    found = fit(files(tmp_path, play_yml=text), [host("a"), host("b")])
    assert (found.outcome, found.placed[0].hosts) == ("fits", ("a", "b"))
    held = host("b", net__ports__busy=("tcp/80",), net__ports__holders=("tcp/80 container",))
    assert fit(files(tmp_path, play_yml=text), [host("a"), held]).outcome == "does not fit"
    once = text.replace("[docker", "[{run_once: true, docker").replace("}]", "}}]")
    assert fit(files(tmp_path, play_yml=once), [host("a"), held]).outcome == "fits"
    group = text.replace("all", "web")
    assert fit(files(tmp_path, play_yml=group), [host("a"), held]).outcome == "cannot tell"
    assert fit(files(tmp_path, play_yml=group), [held]).outcome == "does not fit"


def test_a_port_that_is_held_says_by_whom_and_that_freeing_it_helps(ready, tmp_path):
    held = {"net__ports__busy": ("tcp/80",), "net__ports__holders": ("tcp/80 container",)}
    found = fit(files(tmp_path, compose_yaml=COMPOSE), [host("a"), host("b", **held)])
    (judged,) = [each for each in found.placed[0].candidates[1].judged if each.answer == "fail"]
    assert judged.found == "held by a container of the engine"
    assert "free port 80/tcp on b" in found.helps
    assert "web: port 80/tcp" in found.together


def test_more_memory_than_there_is_names_what_cannot_go_together(ready, tmp_path):
    app = {"id": "/big", "instances": 3, "mem": 4096, "cpus": 0.1, "cmd": "x"}
    found = fit(files(tmp_path, app_json=json.dumps(app)), [host("a")])
    assert found.outcome == "does not fit"
    assert found.together == ("/big: 3 instances", "/big: memory")
    assert fit(files(tmp_path, app_json=json.dumps(app)), [host("a"), host("b"), host("c")]).outcome == "fits"


def test_the_articles_app_and_unit_on_three_web_nodes_of_which_one_has_port_80_taken(ready, tmp_path):
    nodes = [host("web-1"), host("web-2", net__ports__busy=("tcp/80",)), host("web-3")]
    app = fit(files(tmp_path, frontend_json=ARTICLES_APP), nodes)
    assert app.outcome == "fits"
    assert app.mistakes
    unit = fit(files(tmp_path, myapp_service=ARTICLES_UNIT), nodes)
    assert (unit.outcome, unit.placed[0].hosts) == ("fits", ("web-1",))
    assert [candidate.answer for candidate in unit.placed[0].candidates] == ["pass", "fail", "pass"]


def test_a_host_whose_engine_is_not_ready_takes_nothing(tmp_path):
    release = "2.6.32-042stab145.3"
    old = host("old", kernel__version="2.6.32", kernel__release=release, virt__kernel_flavour="openvz")
    for found in (
        fit(files(tmp_path, myapp_service=ARTICLES_UNIT), [old]),
        fit(files(tmp_path, frontend_json=ARTICLES_APP), [old]),
    ):
        assert found.outcome == "does not fit"
        assert "kernel" in found.placed[0].candidates[0].engine.found.lower()


@pytest.mark.parametrize("kind", ["needs", "paths"])
def test_what_a_run_does_not_hold_is_unknown_and_never_a_pass(ready, tmp_path, kind):
    body = (
        "devices: ['/dev/kvm']"
        if kind == "needs"
        else "volumes: [{type: bind, source: /srv, target: /srv, bind: {create_host_path: false}}]"
    )
    found = fit(files(tmp_path, compose_yaml=f"services: {{web: {{image: a, {body}}}}}"), [host("a")])
    assert found.outcome == "cannot tell"


def test_a_command_that_mends_is_one_word_for_each_path_whatever_is_in_it(ready, tmp_path):
    bind = "{type: bind, source: '/a b; reboot', target: /a, bind: {create_host_path: false}}"
    view = host("a")
    nothing = SimpleNamespace(exists=lambda _path: False)
    found = fit(
        files(tmp_path, compose_yaml=f"services: {{web: {{image: a, volumes: [{bind}]}}}}"),
        [dataclasses.replace(view, host=nothing)],
    )
    assert [each.fix for each in found.placed[0].candidates[0].judged] == ["mkdir -p '/a b; reboot'"]


def test_a_workload_of_every_host_has_to_run_on_each(ready, tmp_path):
    free, taken = host("a"), host("b", net__ports__busy=("tcp/9100",))
    assert fit(files(tmp_path, agent_yaml=DAEMON), [free, host("b")]).placed[0].hosts == ("a", "b")
    assert fit(files(tmp_path, agent_yaml=DAEMON), [free, taken]).outcome == "does not fit"
    selected = DAEMON.replace("      containers:", "      nodeSelector: {kubernetes.io/hostname: a}\n      containers:")
    assert fit(files(tmp_path, agent_yaml=selected), [free, taken]).placed[0].hosts == ("a",)


@pytest.mark.parametrize("installed", [True, False])
def test_what_the_search_leaves_open_the_solver_decides(ready, tmp_path, monkeypatch, installed):
    monkeypatch.setattr("hostcheck.placement.placing.search", lambda _problem: Placement(None))
    monkeypatch.setattr("hostcheck.placement.solver.is_installed", lambda: installed)
    found = fit(files(tmp_path, compose_yaml=COMPOSE), [host("a"), host("b")])
    assert found.outcome == ("fits" if installed else "cannot tell")
    assert any("[placement]" in note for note in found.notes) != installed


PROJECT = """
name: shop
services:
  web: {image: nginx, ports: [{target: 80, published: 80, mode: host}], deploy: {mode: replicated, replicas: 2}}
  api: {image: app, ports: ['8080:80']}
"""


def runs(*containers, **owners):
    """Facts of a host on which labelled containers run, and hold ports: ``tcp_80="container shop-web-1 shop/web"``."""
    held = [f"{port.replace('_', '/')} {owner}" for port, owner in owners.items()]
    ports = tuple(sorted({"tcp/22", *(each.split()[0] for each in held)}))
    return {
        "engine__running": tuple(f"{each.replace('/', '-')}-1 {each}" for each in containers),
        "net__port_owners": tuple(held),
        "net__ports__busy": ports,
        "net__ports__holders": tuple(f"{port} container" for port in ports),
    }


@pytest.mark.parametrize(
    ("owners", "outcome", "said"),
    [
        (["container shop-web-1 shop/web"], "fits", "runs this workload already"),
        (["container shop-web-1 shop/web", "program docker-proxy 90"], "fits", "runs this workload already"),
        (["container other-web-1 other/web"], "does not fit", "held by the container other-web-1"),
        (["container shop-api-1 shop/api"], "does not fit", "held by the container shop-api-1"),
        (["program nginx 812"], "does not fit", "held by nginx (PID 812)"),
        (["container shop-web-1 shop/web", "program nginx 812"], "does not fit", "nginx (PID 812)"),
        (["container shop-web-1 shop/web", "program not shown"], "cannot tell", "by a program that is not shown"),
        (["container other-web-1 other/web", "program not shown"], "does not fit", "by the container other-web-1"),
        ([], "does not fit", "held by a container of the engine"),
    ],
)
def test_a_port_is_held_by_somebody_with_a_name_and_a_workload_is_not_in_its_own_way(
    ready, tmp_path, owners, outcome, said
):
    facts = runs("shop/web") | {
        "net__port_owners": tuple(f"tcp/80 {owner}" for owner in owners),
        "net__ports__busy": ("tcp/80",),
        "net__ports__holders": ("tcp/80 container",),
    }
    text = "name: shop\nservices:\n  web: {image: nginx, ports: ['80:80']}\n"
    found = fit(files(tmp_path, compose_yaml=text), [host("a", **facts)])
    (judged,) = found.placed[0].candidates[0].judged
    assert found.outcome == outcome
    assert said in judged.found


@pytest.mark.parametrize(
    ("owners", "outcome"),
    [
        (["container shop-web-1 shop/web"], "cannot tell"),
        (["container shop-web-1 shop/web", "program conmon 9"], "fits"),
    ],
)
def test_a_socket_without_a_program_beside_ones_own_container_is_unknown(ready, tmp_path, owners, outcome):
    facts = runs("shop/web") | {
        "net__port_owners": tuple(f"tcp/80 {owner}" for owner in owners),
        "net__ports__busy": ("tcp/80",),
        "net__ports__holders": ("tcp/80 container", "tcp/80 socket"),
    }
    for published, replicas in (("80:80", 1), ("80-81:80", 2)):
        text = f"name: shop\nservices:\n  web: {{image: nginx, ports: ['{published}'], scale: {replicas}}}\n"
        assert fit(files(tmp_path, compose_yaml=text), [host("a", **facts)]).outcome == outcome


def test_what_runs_stays_where_it_is(ready, tmp_path):
    contents = files(tmp_path, compose_yaml=PROJECT)
    there = runs(
        "shop/web", "shop/api", tcp_80="container shop-web-1 shop/web", tcp_8080="container shop-api-1 shop/api"
    )
    found = fit(contents, [host("a"), host("b"), host("c", **there)])
    assert [placed.hosts for placed in found.placed] == [("c", "a"), ("c",)]
    assert not any("would move" in note for note in found.notes)
    # Where nothing runs, each goes to the host with the fewest.
    empty = fit(contents, [host("a"), host("b"), host("c")])
    assert [placed.hosts for placed in empty.placed] == [("a", "b"), ("c",)]


def test_what_has_to_move_is_said(ready, tmp_path):
    there = runs(
        "shop/web", "shop/api", tcp_80="container shop-web-1 shop/web", tcp_8080="container shop-api-1 shop/api"
    )
    text = PROJECT.replace("image: app,", "image: app, platform: linux/arm64,")
    for free, said in ((runs(), ["api runs on b now, and would move to a"]), ({}, [])):
        hosts = [host("a", os__arch="aarch64", **free), host("b", **there), host("c")]
        found = fit(files(tmp_path, compose_yaml=text), hosts)
        assert found.placed[1].hosts == ("a",)
        assert "b" in found.placed[0].hosts
        assert list(found.notes) == said


def test_a_host_of_which_too_little_is_known_is_no_reason_to_move(ready, tmp_path):
    there = runs("shop/web", tcp_80="container shop-web-1 shop/web") | {"os__arch": None}
    text = "name: shop\nservices:\n  web: {image: nginx, ports: ['80:80'], platform: linux/amd64}\n"
    found = fit(files(tmp_path, compose_yaml=text), [host("a", **runs()), host("b", **there)])
    assert (found.outcome, found.placed[0].hosts) == ("fits", ("a",))
    assert found.notes == ("whether web can stay on b is unknown; it can run on a",)


@pytest.mark.parametrize(("deploy", "severity"), [("", "recommended"), ("mode: replicated, ", "required")])
def test_only_swarm_sets_a_reservation_aside(ready, tmp_path, deploy, severity):
    text = (
        f"services: {{a: {{image: a, deploy: {{{deploy}resources: {{reservations: {{memory: 100g, cpus: '9'}}}}}}}}}}"
    )
    found = fit(files(tmp_path, compose_yaml=text), [host("a")])
    judged = found.placed[0].candidates[0].judged
    assert {(each.answer, each.severity) for each in judged} == {("fail", severity)}
    assert found.outcome == ("fits" if severity == "recommended" else "does not fit")


def test_a_reservation_above_its_limit_is_refused(ready, tmp_path):
    text = "services: {a: {image: a, deploy: {resources: {limits: {memory: 1g}, reservations: {memory: 2g}}}}}"
    found = fit(files(tmp_path, compose_yaml=text), [])
    assert [(each.rule, each.severity) for each in found.mistakes] == [("compose/refused", "required")]
