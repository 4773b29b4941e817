"""Projects of Compose: each a set of files, of which Docker Compose itself says what they come to."""

BASE = "services: {web: {image: a, ports: ['8080:80'], volumes: ['/srv/a:/a'], environment: {A: '1'}}}\n"


def over(text: str, base: str = BASE) -> dict:
    """Make a project of a file and one that changes it."""
    return {"compose.yaml": base, "override.yaml": text}


def one(services: str, rest: str = "", **files: str) -> dict:
    """Make a project of one file, with others beside it."""
    return {"compose.yaml": f"services: {{{services}}}\n{rest}", **{k.replace("__", "/"): v for k, v in files.items()}}


PROJECTS = {
    # Merging.
    "ports are added": over("services: {web: {ports: ['8081:81']}}"),
    "the same port twice": over("services: {web: {ports: ['8080:80']}}"),
    "the long form of the same port": over("services: {web: {ports: [{target: 80, published: 8080}]}}"),
    "another host port for the same target": over("services: {web: {ports: ['9090:80']}}"),
    "a volume of the same target": over("services: {web: {volumes: ['/srv/b:/a']}}"),
    "a volume of the same target, long": over("services: {web: {volumes: [{type: bind, source: /srv/b, target: /a}]}}"),
    "ports reset": over("services:\n  web:\n    ports: !reset []\n"),
    "ports overridden": over("services:\n  web:\n    ports: !override ['9090:80']\n"),
    "a service reset": over("services:\n  web: !reset null\n  api: {image: b}\n"),
    "a scalar replaced": over("services: {web: {image: b, cpus: 2}}"),
    "null keeps what was there": over("services: {web: {ports: }}"),
    "deploy merged": over(
        "services: {web: {deploy: {resources: {limits: {memory: 1g}}}}}",
        "services: {web: {image: a, deploy: {replicas: 2, resources: {limits: {cpus: '1'}}}}}",
    ),
    "dependencies as a list and a mapping": over(
        "services: {web: {depends_on: {api: {condition: service_healthy}}}, api: {image: b}}",
        "services: {web: {image: a, depends_on: [db]}, db: {image: c}}",
    ),
    "networks as a list and a mapping": over(
        "services: {web: {networks: {back: {aliases: [x]}}}}\nnetworks: {back: {}}",
        "services: {web: {image: a, networks: [front]}}\nnetworks: {front: {}}",
    ),
    "capabilities added": over(
        "services: {web: {cap_add: [NET_ADMIN]}}", "services: {web: {image: a, cap_add: [SYS_TIME]}}"
    ),
    "capabilities twice": over(
        "services: {web: {cap_add: [SYS_TIME]}}", "services: {web: {image: a, cap_add: [SYS_TIME]}}"
    ),
    "devices of the same target": over(
        "services: {web: {devices: ['/dev/null:/dev/x']}}", "services: {web: {image: a, devices: ['/dev/zero:/dev/x']}}"
    ),
    "sysctls as a list and a mapping": over(
        "services: {web: {sysctls: [net.core.somaxconn=9]}}",
        "services: {web: {image: a, sysctls: {net.core.somaxconn: 1, net.ipv4.ip_forward: 1}}}",
    ),
    "tmpfs as text and a list": over("services: {web: {tmpfs: [/b]}}", "services: {web: {image: a, tmpfs: /a}}"),
    "privileged replaced": over(
        "services: {web: {privileged: false}}", "services: {web: {image: a, privileged: true}}"
    ),
    "a third file": {**over("services: {web: {ports: ['1:1']}}"), "third.yaml": "services: {web: {ports: ['2:2']}}"},
    "two documents in one file": {"compose.yaml": f"{BASE}---\nservices: {{web: {{ports: ['9:9']}}}}\n"},
    # extends.
    "extends a service of the file": one("base: {image: a, ports: ['1:1']}, web: {extends: base, ports: ['2:2']}"),
    "extends a service of another file": one(
        "web: {extends: {file: sub/common.yaml, service: base}}",
        sub__common_yaml="",
    ),
    "extends what extends": one(
        "a: {image: a, cap_add: [SYS_TIME]}, b: {extends: a, cap_add: [NET_ADMIN]}, web: {extends: {service: b}}"
    ),
    "extends with dependencies": one("db: {image: c}, a: {image: a, depends_on: [db]}, web: {extends: a}"),
    "extends with a volume of the same target": one(
        "a: {image: a, volumes: ['/srv/a:/a']}, web: {extends: a, volumes: ['/srv/b:/a']}"
    ),
    "extends with privileges and profiles": one("a: {image: a, privileged: true, profiles: [x]}, web: {extends: a}"),
    "extends in a circle": one("a: {image: a, extends: web}, web: {image: a, extends: a}"),
    "extends what is not there": one("web: {image: a, extends: nothing}"),
    # include.
    "include": {
        "compose.yaml": "include: [sub/compose.yaml]\n" + BASE,
        "sub/compose.yaml": "services: {db: {image: c, ports: ['5:5']}}\n",
    },
    "include with variables of its own": {
        "compose.yaml": "include: [{path: sub/compose.yaml, env_file: sub/a.env}]\n" + BASE,
        "sub/compose.yaml": "services: {db: {image: c, ports: ['${PORT}:5']}}\n",
        "sub/a.env": "PORT=55\n",
    },
    "include with .env of its folder": {
        "compose.yaml": "include: [sub/compose.yaml]\n" + BASE,
        "sub/compose.yaml": "services: {db: {image: c, ports: ['${PORT}:5']}}\n",
        "sub/.env": "PORT=66\n",
        ".env": "OTHER=1\n",
    },
    "include below the project's own variables": {
        "compose.yaml": "include: [sub/compose.yaml]\n" + BASE,
        "sub/compose.yaml": "services: {db: {image: c, ports: ['${PORT}:5']}}\n",
        "sub/.env": "PORT=66\n",
        ".env": "PORT=77\n",
    },
    "include of two files that merge": {
        "compose.yaml": "include: [{path: [sub/a.yaml, sub/b.yaml]}]\n" + BASE,
        "sub/a.yaml": "services: {db: {image: c, ports: ['5:5']}}\n",
        "sub/b.yaml": "services: {db: {ports: ['6:6']}}\n",
    },
    "include of a name that is there": {
        "compose.yaml": "include: [sub/a.yaml]\n" + BASE,
        "sub/a.yaml": "services: {web: {image: c}}\n",
    },
    "a list that keeps what both files have": {
        "compose.yaml": "services: {web: {image: a, security_opt: [a=b]}}\n",
        "override.yaml": "services: {web: {security_opt: [a=b]}}\n",
    },
    "a list of names that both files have": {
        "compose.yaml": "services: {web: {image: a, depends_on: [db]}, db: {image: c}}\n",
        "override.yaml": "services: {web: {depends_on: [db]}}\n",
    },
    # Variables.
    "defaults": one("web: {image: a, ports: ['${A:-8080}:80', '${B-81}:81']}", **{".env": "A=\n"}),
    "alternatives": one("web: {image: a, ports: ['${A:+8080}${A:-81}:80']}", **{".env": "A=1\n"}),
    "variables within defaults": one("web: {image: a, ports: ['${B:-${A}0}:80']}", **{".env": "A=1\n"}),
    "a dollar that stays": one("web: {image: a, command: 'echo $$HOME', ports: ['80:80']}"),
    "a variable that has to be set": one("web: {image: a, ports: ['${A:?why}:80']}"),
    "numbers from variables": one(
        "web: {image: a, cpus: '${C}', mem_limit: '${M}', deploy: {replicas: '${N}'}}".replace("'${N}'", "${N}"),
        **{".env": "C=1.5\nM=512m\nN=3\n"},
    ),
    "profiles from .env": one(
        "web: {image: a}, debug: {image: b, profiles: [d], ports: ['1:1']}", **{".env": "COMPOSE_PROFILES=d\n"}
    ),
    "profiles": one("web: {image: a}, debug: {image: b, profiles: [d], ports: ['1:1']}"),
    "a dependency of a profile": one("web: {image: a, depends_on: [db]}, db: {image: b, profiles: [d]}"),
    # Ports and volumes.
    "ranges": one("web: {image: a, ports: ['8000-8002:80', '9000-9001:90-91', '3000-3001']}"),
    "addresses": one("web: {image: a, ports: ['127.0.0.1:1:1', '[::1]:2:2/udp', '0.0.0.0:3:3']}"),
    "a range that does not match": one("web: {image: a, ports: ['1-3:1-2']}"),
    "no port": one("web: {image: a, ports: ['a:80']}"),
    "a port beyond the last": one("web: {image: a, ports: ['70000:80']}"),
    "an unknown protocol": one("web: {image: a, ports: ['80:80/icmp']}"),
    "long ports": one(
        "web: {image: a, ports: [{target: 80, published: '8000-8001', protocol: udp, host_ip: 127.0.0.1}]}"
    ),
    "binds": one(
        "web: {image: a, volumes: ['/a:/a:ro', 'data:/b', './c:/c', {type: tmpfs, target: /t}]}",
        "volumes: {data: {}}\n",
    ),
    "a volume that is not there": one("web: {image: a, volumes: ['data:/b']}"),
    "a network that is not there": one("web: {image: a, networks: [back]}"),
    "a secret that is not there": one("web: {image: a, secrets: [key]}"),
    "a dependency that is not there": one("web: {image: a, depends_on: [db]}"),
    "a circle of dependencies": one("web: {image: a, depends_on: [db]}, db: {image: b, depends_on: [web]}"),
    # Validation.
    "neither an image nor a build": one("web: {ports: ['80:80']}"),
    "network_mode and networks": one("web: {image: a, network_mode: host, networks: [default]}"),
    "two numbers of instances": one("web: {image: a, scale: 2, deploy: {replicas: 3}}"),
    "two limits of memory": one("web: {image: a, mem_limit: 1g, deploy: {resources: {limits: {memory: 2g}}}}"),
    "a name for several": one("web: {image: a, container_name: x, deploy: {replicas: 2}}"),
    "an unknown key": one("web: {image: a, portz: ['80:80']}"),
    "ports that are no list": one("web: {image: a, ports: '80:80'}"),
    "memory that is no size": one("web: {image: a, mem_limit: lots}"),
    "instances that are no number": one("web: {image: a, deploy: {replicas: many}}"),
    "a key that stands twice": {"compose.yaml": "services:\n  web: {image: a}\n  web: {image: b}\n"},
    "services that are a list": {"compose.yaml": "services: [web]\n"},
    "x- anchors": {
        "compose.yaml": "x-a: &a {ports: ['1:1'], cap_add: [SYS_TIME]}\n"
        "services: {web: {<<: *a, image: a}, api: {<<: *a, image: b, ports: ['2:2']}}\n"
    },
    "extensions": {"compose.yaml": "x-a: 1\nservices: {web: {image: a, x-b: {c: d}}}\n"},
    "the name of the project": {"compose.yaml": f"name: shop\n{BASE}"},
    "a version": {"compose.yaml": f"version: '3.8'\n{BASE}"},
    "gpus": one(
        "web: {image: a, deploy: {resources: {reservations: {devices: "
        "[{driver: nvidia, count: 1, capabilities: [gpu]}]}}}}"
    ),
    "env_file as a mapping": one("web: {image: a, env_file: [{path: a.env, required: false}]}"),
    "develop": one("web: {image: a, build: ., develop: {watch: [{path: ., action: rebuild}]}}"),
}
PROJECTS["extends a service of another file"]["sub/common.yaml"] = "services: {base: {image: a, ports: ['1:1']}}\n"
PROJECTS["extends a service of another file"].pop("sub/common_yaml")
