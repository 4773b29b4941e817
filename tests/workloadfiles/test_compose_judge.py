"""Docker Compose itself, of the later release of Debian, is the judge of what the files of a project come to."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from hostcheck.errors import UsageError
from hostcheck.workloadfiles.compose.shapes import SHAPES
from hostcheck.workloadfiles.compose.variables import HAS_TO_BE_SET
from hostcheck.workloadfiles.needs import Amount, Capability, Device, Gpu, HostPath, HostPort, Sysctl, Unclear
from hostcheck.workloadfiles.reading import read_files
from tests.packages import unpacked
from tests.workloadfiles.compose_forms import ACCEPTED, REFUSED, project
from tests.workloadfiles.projects import PROJECTS

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def compose():
    return unpacked("trixie", "docker-compose") / "usr/libexec/docker/cli-plugins/docker-compose"


def written(folder: Path, files: dict) -> list[str]:
    """Write the files of a project; give those that are named on the command line."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return [path for path in files if path in {"compose.yaml", "override.yaml", "third.yaml"}]


def said_by_compose(compose, folder: Path, names: list[str]):
    """Give what Compose makes of each service; None where it refuses the project."""
    files = [word for name in names for word in ("-f", name)]
    argv = [str(compose), *files, "config", "--format", "json"]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder)}
    done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, timeout=60, env=environment)
    if done.returncode != 0:
        return None, done.stderr
    return {name: of_compose(service) for name, service in json.loads(done.stdout)["services"].items()}, done.stderr


def of_compose(service: dict) -> dict:
    deploy = service.get("deploy") or {}
    resources = deploy.get("resources") or {}
    limits, reservations = resources.get("limits") or {}, resources.get("reservations") or {}
    return {
        "instances": service.get("scale", deploy.get("replicas", 1)),
        "ports": sorted(
            (each.get("protocol", "tcp"), str(each["published"]), each.get("host_ip", ""))
            for each in service.get("ports") or ()
            if each.get("published")
        ),
        "binds": sorted(
            each["source"]
            for each in service.get("volumes") or ()
            if each["type"] == "bind" and each["source"].startswith(("/srv", "/a", "/b"))
        ),
        "devices": sorted(
            each["source"] if isinstance(each, dict) else each.split(":")[0] for each in service.get("devices") or ()
        ),
        "capabilities": sorted(each.lower() for each in service.get("cap_add") or ()),
        "privileged": bool(service.get("privileged")),
        "sysctls": sorted(service.get("sysctls") or {}),
        "cpus": max([float(each) for each in (service.get("cpus"), limits.get("cpus")) if each], default=None),
        "memory": max([int(each) for each in (service.get("mem_limit"), limits.get("memory")) if each], default=None),
        "gpus": len(reservations.get("devices") or ()),
    }


def said_by_us(folder: Path, names: list[str]):
    """Give what is read of each service; None where the project is refused, or certainly does not start."""
    try:
        (content,) = read_files([str(folder / name) for name in names], environment={})
    except UsageError as error:
        return ({} if "nothing in it starts a container" in str(error) else None), str(error)
    reasons = [need.reason for each in content.workloads for need in each.needs if isinstance(need, Unclear)]
    if any(HAS_TO_BE_SET in reason for reason in reasons):
        # Compose starts nothing before it is set, which is unknown here.
        return None, "a variable has to be set"
    # What asks for a port twice is refused by the engine, and passed on by Compose.
    required = [each for each in content.mistakes if each.severity == "required"]
    refused = [each for each in required if each.rule != "file/port-twice"]
    if refused:
        return None, str(refused)
    return {workload.name: of_workload(workload) for workload in content.workloads}, ""


def of_workload(workload) -> dict:
    def all_of(kind):
        return [need for need in workload.needs if isinstance(need, kind)]

    names = [need.name for need in all_of(Capability)]
    amounts = {
        kind: max([need.value for need in all_of(Amount) if need.resource == kind and not need.reserved], default=None)
        for kind in ("cpu", "memory")
    }
    return {
        "instances": workload.instances,
        "ports": sorted(
            (need.protocol, f"{need.first}" if need.first == need.last else f"{need.first}-{need.last}", need.address)
            for need in all_of(HostPort)
        ),
        "binds": sorted(need.path for need in all_of(HostPath)),
        "devices": sorted(need.path for need in all_of(Device)),
        "capabilities": sorted(name for name in names if name != "all"),
        "privileged": "all" in names,
        "sysctls": sorted(need.name for need in all_of(Sysctl)),
        "cpus": amounts["cpu"],
        "memory": amounts["memory"],
        "gpus": len(all_of(Gpu)),
    }


@pytest.mark.parametrize("name", PROJECTS)
def test_a_project_is_what_compose_makes_of_it(compose, tmp_path, name):
    asked = written(tmp_path, PROJECTS[name])
    wanted, why = said_by_compose(compose, tmp_path, asked)
    found, reason = said_by_us(tmp_path, asked)
    assert found == wanted, (why, reason)


@pytest.mark.parametrize("suite", ["trixie", "sid"])
def test_every_key_of_composes_own_schema_is_known(suite):
    binary = (unpacked(suite, "docker-compose") / "usr/libexec/docker/cli-plugins/docker-compose").read_bytes()
    end = binary.index(b"compose_spec.json")
    start = binary.rindex(b'{\n  "$schema"', 0, end)
    schema, _ = json.JSONDecoder().raw_decode(binary[start : start + 500_000].decode("utf-8", "replace"))
    of = schema.get("definitions") or schema["$defs"]
    named = {"project": schema, "deploy": of["deployment"], "health": of["healthcheck"]}
    named |= {name: of[name] for name in ("service", "network", "volume", "secret", "config")}
    named |= {"model": of["model"]} if "models" in schema["properties"] else {}
    for name, each in named.items():
        assert each["properties"].keys() <= SHAPES[name].keys(), name


@pytest.mark.parametrize("line", [*ACCEPTED, *REFUSED])
def test_a_form_is_right_where_compose_accepts_it(compose, tmp_path, line):
    (tmp_path / "compose.yaml").write_text(project(line))
    accepted, why = said_by_compose(compose, tmp_path, ["compose.yaml"])
    assert (accepted is not None) == (line in ACCEPTED), why


FOLLOWED = (
    "ports are added",
    "another host port for the same target",
    "a volume of the same target",
    "a scalar replaced",
    "deploy merged",
    "a third file",
    "extends what extends",
    "include",
    "include below the project's own variables",
    "defaults",
    "profiles",
    "x- anchors",
    "the name of the project",
)
"""It keeps the same port twice, knows no !reset, and validates nothing (podman-compose 1.3)."""


@pytest.fixture(scope="module")
def podman_compose():
    return unpacked("trixie", "podman-compose", "python3-dotenv") / "usr/lib/python3/dist-packages"


@pytest.mark.parametrize("name", FOLLOWED)
def test_podman_compose_publishes_the_same_ports_where_it_follows_the_specification(podman_compose, tmp_path, name):
    asked = written(tmp_path, PROJECTS[name])
    files = [word for each in asked for word in ("-f", each)]
    argv = [sys.executable, "-m", "podman_compose", *files, "config"]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PYTHONPATH": str(podman_compose)}
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, timeout=60, env=environment)
    services = yaml.safe_load(done.stdout)["services"]
    published = {name: sorted(each.split(":")[0] for each in of.get("ports") or ()) for name, of in services.items()}
    found, _ = said_by_us(tmp_path, asked)
    assert published == {name: sorted(port for _, port, _ in of["ports"]) for name, of in found.items()}
