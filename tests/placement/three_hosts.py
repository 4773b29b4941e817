"""A need in each format that can say it, and for each three hosts: it fits there, it does not, it is unknown."""

from tests.placement.cases import K8S, NOMAD, SPEC, compose, play, pod

GIB = 1 << 30
OLD = {"engine__name": "docker", "engine__version": "20.10.24"}
"""An engine that asks for all capabilities of the kernel."""
SET_UP = {f"attr.driver.docker.{each}.enabled": "true" for each in ("privileged", "volumes")}
"""What a client of Nomad says whose Docker driver is set up for more than it is by default."""
HOSTS = {
    "port": ({"net__ports__busy": ("tcp/22",)}, {"net__ports__busy": ("tcp/31080",)}, {"net__ports__busy": None}),
    "path": ({"paths": ("/srv/data",), "attributes": SET_UP}, {"paths": ()}, {}),
    "device": ({"paths": ("/dev/fuse",)}, {"paths": ()}, {}),
    "capability": (
        {"virt__capabilities_dropped": ()},
        {"virt__capabilities_dropped": ("net_admin",)},
        {"virt__capabilities_dropped": None},
    ),
    "privileges": (
        {"virt__capabilities_dropped": (), "attributes": SET_UP},
        {"virt__capabilities_dropped": ("sys_module",), **OLD},
        {"virt__capabilities_dropped": None},
    ),
    "memory": ({"hw__memory_bytes": 8 * GIB}, {"hw__memory_bytes": GIB}, {"hw__memory_bytes": None}),
    "cpus": ({"hw__cpus": 4}, {"hw__cpus": 1}, {"hw__cpus": None}),
    "MHz": ({"hw__cpu_mhz": 9600}, {"hw__cpu_mhz": 2400}, {"hw__cpu_mhz": None}),
    "platform": ({"os__arch": "x86_64"}, {"os__arch": "aarch64"}, {"os__arch": None}),
    "gpu": ({"gpu.devices": {"nvidia": True}}, {"gpu.devices": {"nvidia": False}}, {"gpu.devices": None}),
    "apparmor": ({"security__apparmor": True}, {"security__apparmor": False}, {"security__apparmor": None}),
    "label": ({"attributes": {"disk": "ssd"}}, {"attributes": {"disk": "hdd"}}, {}),
    "init": ({"os__init": "systemd"}, {"os__init": "other"}, {"os__init": None}),
}
"""The host where a need is met, the one where it is missed, and the one of which that is unknown."""

OPTIONS = {
    "port": "-p 31080:80",
    "path": "--mount type=bind,source=/srv/data,target=/x",
    "device": "--device /dev/fuse",
    "capability": "--cap-add NET_ADMIN",
    "privileges": "--privileged",
    "cpus": "--cpus 2",
    "platform": "--platform linux/amd64",
    "gpu": "--gpus all",
    "apparmor": "--security-opt apparmor=docker-default",
}
"""docker-run(1)"""


def in_container(text: str) -> dict:
    """Make a manifest of a pod with a container."""
    return {"web.yaml": pod(f"{{containers: [{{name: a, image: a, {text}}}]}}")}


def job(task: str = "", group: str = "", config: str = "") -> dict:
    """Make a job of one task of Docker."""
    body = f'driver = "docker"\nconfig {{\nimage = "a"\n{config}\n}}\n{task}'
    return {"web.nomad": f'job "web" {{\ngroup "g" {{\n{group}\ntask "t" {{\n{body}\n}}\n}}\n}}\n'}


def app(keys: str, docker: str = "") -> dict:
    """Make an app of Docker."""
    container = f'{{"type": "DOCKER", "docker": {{"image": "a", "network": "BRIDGE"{docker}}}}}'
    return {"app.json": f'{{"id": "/a", "container": {container}{keys}}}'}


def unit(text: str) -> dict:
    """Make a unit that runs a container with these options."""
    return {"web.service": f"[Service]\nExecStart=/usr/bin/docker run {text} a\n"}


def of_volume(path: str, kind: str) -> dict:
    """Make a pod that mounts a path of its node."""
    mounted = f"volumes: [{{name: v, hostPath: {{path: {path}, type: {kind}}}}}]"
    return {"web.yaml": pod(f"{{{mounted}, containers: [{{name: a, image: a}}]}}")}


QUADLET = "[Container]\nImage=a\n"
FILES = {
    "Compose": {
        "port": compose("web: {image: a, ports: ['31080:80']}"),
        "path": compose(
            "web: {image: a, volumes: [{type: bind, source: /srv/data, target: /x, bind: {create_host_path: false}}]}"
        ),
        "device": compose("web: {image: a, devices: [/dev/fuse]}"),
        "capability": compose("web: {image: a, cap_add: [NET_ADMIN]}"),
        "privileges": compose("web: {image: a, privileged: true}"),
        "memory": compose("web: {image: a, deploy: {mode: replicated, resources: {reservations: {memory: 4G}}}}"),
        "cpus": compose("web: {image: a, cpus: 2}"),
        "platform": compose("web: {image: a, platform: linux/amd64}"),
        "gpu": compose("web: {image: a, gpus: all}"),
        "apparmor": compose("web: {image: a, security_opt: ['apparmor=docker-default']}"),
    },
    "Kubernetes": {
        "port": in_container("ports: [{containerPort: 80, hostPort: 31080}]"),
        "path": of_volume("/srv/data", "File"),
        "device": of_volume("/dev/fuse", "CharDevice"),
        "capability": in_container("securityContext: {capabilities: {add: [NET_ADMIN]}}"),
        "privileges": in_container("securityContext: {privileged: true}"),
        "memory": in_container("resources: {requests: {memory: 4Gi}}"),
        "cpus": in_container("resources: {requests: {cpu: 2}}"),
        "platform": {"web.yaml": pod("{nodeSelector: {kubernetes.io/arch: amd64}, containers: [{name: a, image: a}]}")},
        "gpu": in_container("resources: {limits: {nvidia.com/gpu: 1}}"),
        "label": {"web.yaml": pod("{nodeSelector: {disk: ssd}, containers: [{name: a, image: a}]}")},
    },
    "Nomad": {
        "port": job(group='network {\nport "http" { static = 31080 }\n}'),
        "path": job(config='mount {\ntype = "bind"\nsource = "/srv/data"\ntarget = "/x"\n}'),
        "device": job(config='devices = [{ host_path = "/dev/fuse" }]'),
        "capability": job(config='cap_add = ["net_admin"]'),
        "privileges": job(config="privileged = true"),
        "memory": job("resources { memory = 4096 }"),
        "cpus": job("resources { cores = 2 }"),
        "MHz": job("resources { cpu = 4000 }"),
        "platform": job(group='constraint {\nattribute = "${attr.cpu.arch}"\nvalue = "amd64"\n}'),
        "gpu": job('resources {\ndevice "nvidia/gpu" {}\n}'),
        "label": job(group='constraint {\nattribute = "${disk}"\nvalue = "ssd"\n}'),
    },
    "Marathon": {
        "port": app("", ', "portMappings": [{"containerPort": 80, "hostPort": 31080}]'),
        "device": app("", ', "parameters": [{"key": "device", "value": "/dev/fuse"}]'),
        "capability": app("", ', "parameters": [{"key": "cap-add", "value": "NET_ADMIN"}]'),
        "privileges": app("", ', "privileged": true'),
        "memory": app(', "mem": 4096'),
        "cpus": app(', "cpus": 2'),
        "gpu": app(', "gpus": 1'),
        "label": app(', "constraints": [["disk", "LIKE", "ssd"]]'),
    },
    "scripts": {kind: {"start.sh": f"#!/bin/sh\ndocker run {options} a\n"} for kind, options in OPTIONS.items()},
    "units": {
        **{kind: unit(options) for kind, options in OPTIONS.items()},
        "path": {"web.service": "[Service]\nEnvironmentFile=/srv/data\nExecStart=/usr/bin/docker run a\n"},
        "init": unit(""),
    },
    "fleet": {
        "port": {"web.service": "[Service]\nExecStart=/usr/bin/docker run -p 31080:80 a\n[X-Fleet]\nGlobal=true\n"},
        "label": {"web.service": "[Service]\nExecStart=/usr/bin/docker run a\n[X-Fleet]\nMachineMetadata=disk=ssd\n"},
    },
    "Quadlet": {
        "port": {"web.container": f"{QUADLET}PublishPort=31080:80\n"},
        "path": {"web.container": f"{QUADLET}Volume=/srv/data:/x\n"},
        "device": {"web.container": f"{QUADLET}AddDevice=/dev/fuse\n"},
        "capability": {"web.container": f"{QUADLET}AddCapability=NET_ADMIN\n"},
    },
    "Ansible": {
        kind: play(f"{{community.docker.docker_container: {{name: a, image: a, {keys}}}}}")
        for kind, keys in {
            "port": 'published_ports: ["31080:80"]',
            "device": "devices: [/dev/fuse:/dev/fuse]",
            "capability": "capabilities: [NET_ADMIN]",
            "privileges": "privileged: true",
            "cpus": "cpus: 2",
            "platform": "platform: linux/amd64",
        }.items()
    },
}
SOURCES = {
    "Compose": f"{SPEC}/05-services.md",
    "Kubernetes": f"{K8S}/reference/kubernetes-api/workload-resources/pod-v1/",
    "Nomad": NOMAD,
    "Marathon": "https://mesosphere.github.io/marathon/api-console/index.html",
    "scripts": "docker-run(1)",
    "units": "systemd.service(5)",
    "fleet": "https://github.com/coreos/fleet/blob/master/Documentation/unit-files-and-scheduling.md",
    "Quadlet": "podman-systemd.unit(5)",
    "Ansible": "https://docs.ansible.com/ansible/latest/collections/community/docker/docker_container_module.html",
}
