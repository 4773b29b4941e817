"""What each format asks of a host, with the line where it stands: by the specification of the format."""

from pathlib import Path

import pytest

from hostcheck.errors import UsageError
from hostcheck.workloadfiles.compose.dotenv import parse_env
from hostcheck.workloadfiles.kubernetes import storage
from hostcheck.workloadfiles.model import Apart, AtMost, Content, Tolerates, Where
from hostcheck.workloadfiles.needs import Amount, HostPath, HostPort, Unclear
from hostcheck.workloadfiles.reading import read_files

ARTICLE = Path(__file__).with_name("article")
ARTICLES_APP = (ARTICLE / "frontend.json").read_text()
ARTICLES_UNIT = (ARTICLE / "myapp.service").read_text()


def read(tmp_path, text, name="compose.yaml", **asked) -> Content:
    (tmp_path / name).write_text(text)
    (found,) = read_files([str(tmp_path / name)], environment={}, **asked)
    return found


def service(tmp_path, body, **asked):
    """Return the service that these lines of a Compose file make, and its file."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    content = read(tmp_path, f"services:\n  web:\n    image: nginx\n{lines}", **asked)
    return content.workloads[0], content


def needs(workload, kind):
    return [need for need in workload.needs if isinstance(need, kind)]


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ('["80:80"]', ["80/tcp"]),
        ('["8080:80/udp"]', ["8080/udp"]),
        ('["127.0.0.1:8001:80"]', ["127.0.0.1:8001/tcp"]),
        ('["[::1]:8001:80"]', ["[::1]:8001/tcp"]),
        ('["80"]', []),
        ('["3000-3002"]', []),
        ('["9090-9091:8080-8081"]', ["9090/tcp", "9091/tcp"]),
        ('["8000-8010:80"]', ["8000-8010/tcp"]),
        ("[22:22]", ["22/tcp"]),
        ("[{target: 80, published: 8080, protocol: udp}]", ["8080/udp"]),
        ('[{target: 80, published: "8000-8002", host_ip: 127.0.0.1}]', ["127.0.0.1:8000-8002/tcp"]),
        ("[{target: 80}]", []),
    ],
)
def test_ports_of_compose(tmp_path, written, wanted):
    found, content = service(tmp_path, f"ports: {written}")
    assert [need.label for need in needs(found, HostPort)] == wanted
    assert all(need.place.line == 4 for need in needs(found, HostPort))
    assert ["compose/sexagesimal-port" in {each.rule for each in content.mistakes}] == [written == "[22:22]"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('ports: ["80:80:80:80"]', "not an address"),
        ('ports: ["70000:80"]', "not a port: 70000"),
        ('ports: ["80:80/xyz"]', "no protocol"),
        ('ports: ["80-82:90-91"]', "differ in length"),
        ("ports: 80", "expected a list, found 80"),
        ("mem_limit: lots", "not a size"),
        ("platform: windows/amd64", "is not Linux"),
        ("network_mode: host\nnetworks: [a]", "contradict"),
        ("ports: [&a [*a]]", "the alias *a is inside the value of its anchor &a; write the value"),
        ("ports: [*b]", "the alias *b has no anchor &b before it"),
        (
            'ports: ["80:8\x070"]',
            ":4: not YAML: column 18 is the control character (U+0007), which YAML does not permit",
        ),
        ("a: @x", ":4: not YAML: column 8 is a commercial at (U+0040), which cannot begin a value"),
        ("a: {b: c: d}\u00a0", "; column 17 is a no-break space (U+00A0)"),
        ("labels: {a: 1, a: 2}", "appears twice"),
        ("ports: [", "not YAML"),
        ("mem_limit: {{ .Values.memory }}", "render a template first"),
    ],
)
def test_what_compose_refuses_is_one_line_with_its_place(tmp_path, body, said):
    with pytest.raises(UsageError) as error:
        service(tmp_path, body)
    assert said in str(error.value)
    assert f"{tmp_path}/compose.yaml:" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("value", "variables", "label"),
    [
        ("${PORT}:80", "PORT=8080", "8080/tcp"),
        ("${PORT:-81}:80", "", "81/tcp"),
        ("${PORT:-${OTHER:-82}}:80", "", "82/tcp"),
        ("${PORT:+83}:80", "PORT=1", "83/tcp"),
        ("$PORT:80", 'PORT="84" # a comment', "84/tcp"),
    ],
)
def test_variables_of_compose(tmp_path, value, variables, label):
    (tmp_path / ".env").write_text(variables)
    found, _ = service(tmp_path, f'ports: ["{value}"]')
    assert [need.label for need in needs(found, HostPort)] == [label]


def test_a_variable_that_is_not_set_is_no_guess(tmp_path):
    found, _ = service(tmp_path, 'ports: ["${PORT}:80"]\nmem_limit: ${MEM:?how much}')
    assert [(each.what, each.reason) for each in needs(found, Unclear)] == [
        ("a port of the host", "the variable PORT is not set"),
        ("memory", "the variable MEM has to be set: how much"),
    ]


def test_a_variable_that_has_to_be_set_counts_wherever_it_stands(tmp_path):
    found, _ = service(tmp_path, "labels: {a: '${NAME:?which}', b: '${OTHER}'}\nmem_limit: ${MEM:?how much}")
    assert [(each.what, each.place.line) for each in needs(found, Unclear)] == [("memory", 5), ("a variable", 4)]
    found, _ = service(tmp_path, "environment: ['URL=http://me:hunter2@${HOST:?where}']")
    assert [(each.what, each.reason) for each in found.needs] == [
        ("a variable", "the variable HOST has to be set: where")
    ]
    assert "hunter2" not in str(found)


@pytest.mark.parametrize(
    ("body", "of_the_file", "rules", "what"),
    [
        ("volumes: ['data:/d']", "volumes: {data: {}}", [], []),
        ("volumes: ['data:/d']", "volumes: {data: }", [], []),
        ("volumes: ['data:/d', './a:/a', '/b:/b', '~/c:/c', '/d', 'C:\\a:/e']", "volumes: {data: }", [], []),
        ("volumes: ['data:/d']", "volumes: {other: }", ["compose/undefined-resource"], []),
        ("volumes: [{type: volume, source: data, target: /d}]", "", ["compose/undefined-resource"], []),
        ("volumes: ['data:/d']", "volumes: {data: {external: true}}", [], ["external volumes"]),
        ("networks: [default]", "", [], []),
        ("networks: {front: {aliases: [a]}}", "networks: {front: {external: {name: a}}}", [], ["external networks"]),
        ("networks: [front]", "", ["compose/undefined-resource"], []),
        ("secrets: [key]", "secrets: {key: {environment: KEY}}", [], []),
        ("secrets: [{source: key}]", "", ["compose/undefined-resource"], []),
        ("secrets: [key]", "secrets: {key: {file: ./absent}}", [], ["a file that Compose reads"]),
        ("secrets: [key]", "secrets: {key: {file: ./compose.yaml}}", [], []),
        ("configs: [a]", "configs: {a: {content: b}}", [], []),
        ("env_file: absent.env", "", [], ["a file that Compose reads"]),
        (
            "volumes: [{type: bind, source: ./absent, target: /a, bind: {create_host_path: false}}]",
            "",
            [],
            ["a path of the host"],
        ),
        ("volumes: [{type: bind, source: ., target: /a, bind: {create_host_path: false}}]", "", [], []),
        ("env_file: [{path: absent.env, required: false}]", "", [], []),
        ("deploy: {resources: {reservations: {generic_resources: [{}]}}}", "", [], ["a resource"]),
        ("devices: ['vendor.com/a=b']", "", [], ["a device"]),
    ],
)
def test_what_a_service_names_has_to_be_there(tmp_path, body, of_the_file, rules, what):
    content = read(tmp_path, f"services:\n  web:\n    image: nginx\n    {body}\n{of_the_file}\n")
    assert [each.rule for each in content.mistakes] == rules
    assert [each.what for each in needs(content.workloads[0], Unclear)] == what


@pytest.mark.parametrize(
    ("services", "rules"),
    [
        ("a: {image: a, depends_on: [b]}, b: {image: b}", []),
        ("a: {image: a, depends_on: [b]}, b: {image: b, depends_on: [c]}, c: {image: c}, d: {image: d}", []),
        ("a: {image: a, depends_on: [a]}", ["compose/dependency-cycle"]),
        ("a: {image: a, depends_on: [b]}, b: {image: b, depends_on: {a: {}}}", ["compose/dependency-cycle"] * 2),
        ("a: {image: a, network_mode: 'service:b', ports: ['1:1']}, b: {image: b}", ["compose/ports-of-another"]),
        ("a: {image: a, network_mode: 'service:b'}, b: {image: b, ports: ['1:1']}", []),
    ],
)
def test_services_that_need_each_other(tmp_path, services, rules):
    assert [each.rule for each in read(tmp_path, f"services: {{{services}}}\n").mistakes] == rules


@pytest.mark.parametrize(
    ("volume", "kinds"),
    [
        ("{}", []),
        ("{driver: local}", []),
        ("{driver: rexray}", [Unclear]),
        ("{driver_opts: {type: none, o: 'bind,ro', device: /srv/a}}", [HostPath]),
        ("{driver_opts: {type: nfs, o: addr=192.0.2.1, device: ':/a'}}", []),
    ],
)
def test_a_volume_that_the_engine_makes_needs_its_folder_and_its_driver(tmp_path, volume, kinds):
    text = f"services: {{a: {{image: a, volumes: ['data:/v']}}}}\nvolumes: {{data: {volume}}}\n"
    (found,) = read(tmp_path, text).workloads
    assert [type(need) for need in found.needs] == kinds
    assert all(not need.created for need in needs(found, HostPath))


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ("cpus: .5\ndeploy: {resources: {limits: {cpus: '0.50'}}}", False),
        ("cpus: 2\ndeploy: {resources: {limits: {cpus: '1'}}}", True),
        ("mem_limit: 1g\ndeploy: {resources: {limits: {memory: 1024m}}}", False),
        ("mem_limit: 1g\ndeploy: {resources: {limits: {memory: 2g}}}", True),
        ("scale: 2\ndeploy: {replicas: 3}", True),
        ("cpus: $A\ndeploy: {resources: {limits: {cpus: '1'}}}", False),
    ],
)
def test_two_values_for_one_thing_are_refused(tmp_path, body, refused):
    if refused:
        with pytest.raises(UsageError, match="has another value"):
            service(tmp_path, body)
    else:
        service(tmp_path, body)


@pytest.mark.parametrize(("cpuset", "cpus"), [("0-7", 8), ("0,2", 3), ("5", 6)])
def test_cpus_that_are_named_have_to_be_there(tmp_path, cpuset, cpus):
    found, _ = service(tmp_path, f"cpuset: '{cpuset}'")
    assert [(need.value, need.reserved) for need in needs(found, Amount)] == [(cpus, False)]
    (found,) = read(tmp_path, f"docker run --cpuset-cpus={cpuset} a\n", "a.sh").workloads
    assert [need.value for need in needs(found, Amount)] == [cpus]


def test_files_of_compose_merge_extend_and_include(tmp_path):
    (tmp_path / "base.yaml").write_text(
        "services:\n  base:\n    image: nginx\n    ports: ['80:80']\n    cap_add: [NET_RAW]\n"
    )
    (tmp_path / "other.yaml").write_text("services:\n  db:\n    image: postgres\n    ports: ['5432:5432']\n")
    (tmp_path / "one.yaml").write_text(
        "include: [other.yaml]\nservices:\n  web:\n    extends: {file: base.yaml, service: base}\n    mem_limit: 1g\n"
    )
    (tmp_path / "two.yaml").write_text("services:\n  web:\n    ports: ['443:443']\n    mem_limit: 2g\n")
    (found,) = read_files([str(tmp_path / name) for name in ("one.yaml", "two.yaml")], environment={})
    web, db = sorted(found.workloads, key=lambda each: each.name, reverse=True)
    assert [need.label for need in needs(web, HostPort)] == ["80/tcp", "443/tcp"]
    assert [need.value for need in needs(web, Amount)] == [2 << 30]
    assert [(str(need.place).rpartition("/")[2], need.label) for need in needs(db, HostPort)] == [
        ("other.yaml:4", "5432/tcp")
    ]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"one.yaml": "include: [one.yaml]\n"}, "leads back to itself"),
        ({"one.yaml": "include: [two.yaml]\n", "two.yaml": "include: [one.yaml]\n"}, "leads back to itself"),
        ({"one.yaml": "include: [../../etc/passwd]\n"}, "outside of the project's folder"),
        ({"one.yaml": "include: ['https://example.org/a.yaml']\n"}, "nothing is fetched"),
        ({"one.yaml": "services: {a: {extends: b, image: x}, b: {extends: a}}\n"}, "extends itself"),
        ({"one.yaml": "services: {a: {extends: c}}\n"}, "no service c to extend"),
    ],
)
def test_files_that_lead_elsewhere_or_back_are_refused(tmp_path, files, said):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(UsageError, match=said):
        read_files([str(tmp_path / "one.yaml")], environment={})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("app.json", '{"id": "/a", "cmd": "x", "cpus": 1, "mem": 1, "instances": NUMBER}'),
        ("compose.yaml", "services: {a: {image: x, deploy: {replicas: NUMBER}}}"),
        ("job.nomad", 'job "x" {\n group "g" {\n count = NUMBER\n task "t" {\n driver = "docker"\n }\n }\n}\n'),
    ],
)
def test_a_number_of_thousands_of_digits_is_refused_with_its_place(tmp_path, name, text):
    # Python makes no integer of over 4300 digits.
    with pytest.raises(UsageError, match=rf"{name}:\d: .*: expected a number, found 9999"):
        read(tmp_path, text.replace("NUMBER", "9" * 5000), name)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("app.json", '{"id": "/a", "cmd": "x", "cpus": -5}'),
        ("app.json", '{"id": "/a", "cmd": "x", "mem": 1e308}'),
        ("app.json", '{"id": "/a", "cmd": "x", "disk": -5}'),
        ("run.sh", "docker run --cpus=-1 a"),
        ("web.container", "[Container]\nImage=a\nPodmanArgs=--cpus=infinity\n"),
    ],
)
def test_an_amount_that_no_host_can_have_is_refused_with_its_place(tmp_path, name, text):
    with pytest.raises(UsageError, match=rf"{name}:\d: .*expected an amount from 0 to"):
        read(tmp_path, text, name)


@pytest.mark.parametrize("name", ["app.json", "compose.yaml", "job.nomad", "web.service", "run.sh"])
def test_a_file_that_is_larger_than_such_files_are_is_refused_before_it_is_parsed(tmp_path, name):
    with pytest.raises(UsageError, match=f"reading the workload file .*{name}: it is larger than 2 MiB"):
        read(tmp_path, " " * ((2 << 20) + 1), name)


def test_hcl_that_its_parser_takes_seconds_for_is_refused_before(tmp_path):
    with pytest.raises(UsageError, match="HCL of more than 64 KiB; give the job as JSON"):
        read(tmp_path, f'job "x" {{ a = [{"1," * 40_000}] }}', "job.nomad")


def test_the_articles_app_is_named_for_what_keeps_nothing_apart(tmp_path):
    found = read(tmp_path, ARTICLES_APP, "frontend.json")
    (workload,) = found.workloads
    assert (found.format, workload.instances) == ("marathon", 3)
    assert [(need.said, need.place.line) for need in workload.needs] == [("cpus: 0.5", 4), ("mem: 64.0", 5)]
    assert [(each.rule, each.place.line) for each in found.mistakes] == [("marathon/host-network-instances", 9)]


@pytest.mark.parametrize(
    "changed",
    [
        '"constraints": [["hostname", "UNIQUE"]], "id"',
        '"container": {"docker": {"network": "BRIDGE"}}, "ignored"',
        '"cmd": "serve $PORT0", "id2"',
    ],
)
def test_an_app_that_keeps_its_instances_apart_is_not(tmp_path, changed):
    text = ARTICLES_APP.replace('"cmd": "nginx -g \\"daemon off;\\"",', "") if '"cmd"' in changed else ARTICLES_APP
    if "ignored" in changed:
        text = text.partition('"container"')[0].rstrip().rstrip(",") + "}"
        text = text.replace("{", '{"container": {"docker": {"network": "BRIDGE"}},', 1)
    else:
        text = text.replace("{", "{" + changed.replace('"id"', "").rstrip(", ").replace(', "id2"', "") + ",", 1)
    assert not read(tmp_path, text, "app.json").mistakes


def test_constraints_of_marathon(tmp_path):
    rules = '[["@hostname", "MAX_PER", "2"], ["rack", "LIKE", "r[12]"], ["zone", "UNLIKE", "z"]]'
    (workload,) = read(tmp_path, f'{{"id": "/a", "constraints": {rules}}}', "app.json").workloads
    assert [type(rule) for rule in workload.rules] == [AtMost, Where, Where]
    assert [rule.absent for rule in workload.rules[1:]] == [False, True]
    with pytest.raises(UsageError, match="UNIQUE takes no value"):
        read(tmp_path, '{"id": "/a", "constraints": [["hostname", "UNIQUE", "x"]]}', "app.json")


def test_a_persistent_volume_of_marathon_is_disk(tmp_path):
    volumes = '[{"containerPath": "d", "persistent": {"size": 512}}]'
    (workload,) = read(tmp_path, f'{{"id": "/a", "container": {{"volumes": {volumes}}}}}', "app.json").workloads
    assert [need.value for need in needs(workload, Amount) if need.resource == "disk"] == [512 << 20]


def test_the_articles_unit_is_named_for_a_line_that_does_nothing(tmp_path):
    found = read(tmp_path, ARTICLES_UNIT, "myapp.service")
    (workload,) = found.workloads
    assert (found.format, found.profile, workload.name) == ("fleet", "fleet", "myapp.service")
    assert [(need.label, need.place.line) for need in needs(workload, HostPort)] == [("80/tcp", 11)]
    assert [(each.rule, each.place.line) for each in found.mistakes] == [("fleet/conflicts-with-itself", 15)]
    template = read(tmp_path, ARTICLES_UNIT.replace("=myapp.service", "=myapp@*.service"), "myapp@.service")
    assert not template.mistakes
    assert [rule.pattern for rule in template.workloads[0].rules if isinstance(rule, Apart)] == ["myapp@*.service"]


def test_a_command_in_a_unit_is_read_as_systemd_does(tmp_path):
    unit = (
        "[Service]\nExecStart=/usr/bin/docker run -p 1:1 old\nExecStart=\n"
        "ExecStart=-/bin/sh -c 'exec docker run \\\n  # a comment\n  -p 2:2 --memory=64m -v /srv:/srv new'\n"
    )
    (workload,) = read(tmp_path, unit, "web.service").workloads
    assert [need.label for need in needs(workload, HostPort)] == ["2/tcp"]
    assert [need.path for need in needs(workload, HostPath)] == ["/srv"]
    (mistake,) = read(tmp_path, f"{unit}[X-Fleet]\nColour=red\n", "web.service").mistakes
    assert (mistake.rule, mistake.place.line) == ("fleet/unknown-key", 8)


MANIFEST = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      nodeSelector: {disk: fast}
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
          - topologyKey: kubernetes.io/hostname
            labelSelector: {matchLabels: {app: web}}
      securityContext:
        sysctls: [{name: net.core.somaxconn, value: "1024"}, {name: vm.max_map_count, value: "1"}]
      initContainers:
      - {name: first, image: a, resources: {requests: {cpu: "2"}}}
      containers:
      - name: a
        image: a
        ports: [{containerPort: 80, hostPort: 8080}]
        resources: {requests: {cpu: 500m, memory: 1Gi}, limits: {cpu: "4"}}
      - {name: b, image: b, resources: {limits: {cpu: 250m}}}
      volumes:
      - {name: v, hostPath: {path: /data, type: Directory}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, ports: [{port: 80, nodePort: 30080}]}
"""


def test_a_manifest(tmp_path):
    found = read(tmp_path, MANIFEST, "web.yaml")
    web, entry = found.workloads
    assert (web.name, web.instances) == ("Deployment/web", 2)
    # The pod before them wants more than the two together.
    assert [(need.resource, need.value) for need in needs(web, Amount)] == [
        ("cpu", 2.0),
        ("memory", 1 << 30),
        ("pods", 1.0),
    ]
    assert [need.label for need in needs(web, HostPort)] == ["8080/tcp"]
    assert [(need.kind, need.created) for need in needs(web, HostPath)] == [("directory", False)]
    assert [type(rule) for rule in web.rules] == [Where, Tolerates, AtMost]
    assert [each.rule for each in found.mistakes] == ["kubernetes/unsafe-sysctl", "kubernetes/host-sysctl"]
    assert (entry.each_host, [need.label for need in needs(entry, HostPort)]) == (True, ["30080/tcp"])


def pod(body, kind="Pod"):
    inner = f"spec: {{{body}}}"
    wrapped = inner if kind == "Pod" else f"spec: {{replicas: 2, template: {{{inner}}}}}"
    return f"apiVersion: v1\nkind: {kind}\nmetadata: {{name: a}}\n{wrapped}\n"


def container(cpu, more=""):
    return f"{{name: a, image: a, resources: {{requests: {{cpu: {cpu}}}}}{more}}}"


ALWAYS = ", restartPolicy: Always"


@pytest.mark.parametrize(
    ("body", "cpus"),
    [
        (f"initContainers: [{container(1, ALWAYS)}], containers: [{container(2)}]", 3),
        (f"initContainers: [{container(1, ALWAYS)}, {container(4)}], containers: [{container(2)}]", 5),
        (f"initContainers: [{container(4)}, {container(1, ALWAYS)}], containers: [{container(2)}]", 4),
        (f"resources: {{requests: {{cpu: 3}}}}, containers: [{container(1)}]", 3),
        (f"resources: {{limits: {{cpu: 3}}}}, containers: [{container(1)}]", 1),
        ("resources: {limits: {cpu: 3}}, containers: [{name: a, image: a}]", 3),
        (f"overhead: {{cpu: 500m}}, containers: [{container(1)}]", 1.5),
    ],
)
def test_a_pod_counts_its_sidecars_itself_and_the_overhead_of_its_runtime(tmp_path, body, cpus):
    (found,) = read(tmp_path, pod(body), "a.yaml").workloads
    assert [need.value for need in needs(found, Amount) if need.resource == "cpu"] == [cpus]


REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("containers: [{name: a, image: x, resources: {limits: {hugepages-2Mi: 1Gi}}}]", "hugepages-2Mi: 1Gi"),
        (
            "containers: [{name: a, image: x, resources: {limits: {example.com/a: 1}, requests: {example.com/a: 1}}}]",
            "e",
        ),
        ("resourceClaims: [{name: a}], containers: [{name: a, image: x}]", "resourceClaims"),
        ("runtimeClassName: kata, containers: [{name: a, image: x}]", "runtimeClassName: kata"),
        (
            f"affinity: {{podAffinity: {{{REQUIRED}: [{{topologyKey: a}}]}}}}, containers: [{{name: a, image: x}}]",
            "podAff",
        ),
    ],
)
def test_what_only_the_scheduler_knows_of_a_pod_is_unclear(tmp_path, body, said):
    (found,) = read(tmp_path, pod(body), "a.yaml").workloads
    (unclear,) = needs(found, Unclear)
    assert unclear.said.startswith(said)


@pytest.mark.parametrize(
    ("kind", "of_the_pod", "of_the_kind", "rules"),
    [
        ("Deployment", "containers: [{name: a, image: x}]", "selector: {matchLabels: {app: a}}", []),
        (
            "Deployment",
            "containers: [{name: a, image: x}]",
            "selector: {matchLabels: {app: b}}",
            ["kubernetes/selector"],
        ),
        ("StatefulSet", "containers: [{name: a, image: x}]", "selector: null, serviceName: a", ["kubernetes/selector"]),
        ("Job", "containers: [{name: a, image: x}]", "", ["kubernetes/restart-policy"]),
        ("Job", "restartPolicy: Never, containers: [{name: a, image: x}]", "", []),
        ("DaemonSet", "restartPolicy: Never, containers: [{name: a, image: x}]", "", ["kubernetes/restart-policy"]),
        ("Rollout", "restartPolicy: Never, containers: [{name: a, image: x}]", "", []),
        (
            "Deployment",
            "containers: [{name: a, image: x, resources: {requests: {cpu: 1, memory: 1}, limits: {cpu: 1m}}}]",
            "",
            ["kubernetes/request-over-limit"],
        ),
        (
            "Deployment",
            "containers: [{name: a, image: x, volumeMounts: [{name: v}]}]",
            "",
            ["kubernetes/undefined-volume"],
        ),
        ("Deployment", "containers: [{name: a, image: x, volumeMounts: [{name: v}]}], volumes: [{name: v}]", "", []),
        (
            "StatefulSet",
            "containers: [{name: a, image: x, volumeMounts: [{name: v}]}]",
            "volumeClaimTemplates: [{metadata: {name: v}}]",
            [],
        ),
    ],
)
def test_what_the_api_refuses_of_a_controller(tmp_path, kind, of_the_pod, of_the_kind, rules):
    template = f"template: {{metadata: {{labels: {{app: a}}}}, spec: {{{of_the_pod}}}}}"
    selector = "" if "selector" in of_the_kind or kind == "Job" else "selector: {matchLabels: {app: a}}"
    below = ", ".join(filter(None, (template, of_the_kind, selector)))
    version = "batch/v1" if kind == "Job" else "apps/v1"
    text = f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: a}}\nspec: {{{below}}}\n"
    found = read(tmp_path, text, "a.yaml")
    assert [each.rule for each in found.mistakes] == rules


@pytest.mark.parametrize(("labels", "rules"), [("{app: a}", []), ("{}", ["kubernetes/selector"])])
def test_a_replication_controller_has_the_selector_of_its_template(tmp_path, labels, rules):
    template = f"template: {{metadata: {{labels: {labels}}}, spec: {{containers: [{{name: a, image: a}}]}}}}"
    text = f"apiVersion: v1\nkind: ReplicationController\nmetadata: {{name: a}}\nspec: {{{template}}}\n"
    assert [each.rule for each in read(tmp_path, text, "a.yaml").mistakes] == rules


def test_volumes_are_compared_with_a_bounded_number_of_claims(tmp_path, monkeypatch):
    compared = []
    monkeypatch.setattr(storage, "_meets", lambda *of: compared.append(of))
    monkeypatch.setattr(storage, "_MOST_COMPARED", 500)
    spec = "accessModes: [ReadWriteOnce]"
    template = f"volumeClaimTemplates: [{{metadata: {{name: v}}, spec: {{{spec}}}}}]"
    labels = "selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}"
    pods = f"{labels}, spec: {{containers: [{{name: c, image: x}}]}}}}"
    text = "".join(
        f"---\napiVersion: v1\nkind: PersistentVolume\nmetadata: {{name: v{at}}}\nspec: {{hostPath: {{path: /x}}}}\n"
        f"---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: c{at}}}\nspec: {{{spec}}}\n"
        f"---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: s{at}}}\nspec: {{{pods}, {template}}}\n"
        for at in range(30)
    )
    found = read(tmp_path, text, "a.yaml")
    assert 0 < len(compared) <= 500
    (last,) = needs(found.workloads[-1], Unclear)
    assert last.reason == "the file has too many claims and volumes to compare them here"


@pytest.mark.parametrize("kind", ["Rollout", "Service"])
def test_pods_of_a_controller_that_is_not_kubernetes_own_are_of_unknown_number(tmp_path, kind):
    (found,) = read(tmp_path, pod(f"containers: [{container(2)}]", kind), "a.yaml").workloads
    assert (found.name, found.instances, needs(found, Amount)[0].value) == (f"{kind}/a", None, 2)
    assert [need.said for need in needs(found, Unclear)] == [f"kind: {kind}"]


def test_a_file_of_no_known_kind_says_so(tmp_path):
    for text in ("hello: world\n", "{}", "just text\n"):
        with pytest.raises(UsageError, match="not a kind of workload file that hostcheck knows"):
            read(tmp_path, text, "file.yaml")
    for text, what in ((" \n", "it is empty"), ("<!DOCTYPE html>", "this is an HTML page")):
        with pytest.raises(UsageError, match=f"reading the workload file .*file.yaml: {what}; name one with workloads"):
            read(tmp_path, text, "file.yaml")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n", ""),
        ("services: {a: {image: a, profiles: [debug]}}\n", "a is in the profile debug"),
        ("- hosts: all\n  tasks: []\n", ""),
    ],
)
def test_files_without_a_workload_are_no_workload_files(tmp_path, text, why):
    with pytest.raises(UsageError, match=f"nothing in it starts a container.*{why}"):
        read(tmp_path, text)
    (tmp_path / "b.yaml").write_text(MANIFEST)
    if "apiVersion" in text:
        assert len(read_files([str(tmp_path / "compose.yaml"), str(tmp_path / "b.yaml")])[1].workloads) == 2


def test_scale_names_a_workload(tmp_path):
    assert service(tmp_path, "", scale={"web": 4})[0].instances == 4
    with pytest.raises(UsageError, match="did you mean web"):
        service(tmp_path, "", scale={"wbe": 4})


WRITTEN = """A=1
B=${A}2
C="q ${A} # no" # c
D='${A}'
export E=5#6
F=7 #8
G=
H: yaml
I="a\\nb"
J = spaced\x20
K="two
lines"
L=$A-${NO:-dflt}
M
N=$NOWHERE
# O=1
"""


def test_a_file_of_variables_is_read_as_compose_does():
    """As Docker Compose 2.26 printed them; N is nothing there, with a warning."""
    assert parse_env(WRITTEN, {"M": "given"}) == {
        "A": "1",
        "B": "12",
        "C": "q 1 # no",
        "D": "${A}",
        "E": "5#6",
        "F": "7",
        "G": "",
        "H": "yaml",
        "I": "a\nb",
        "J": "spaced",
        "K": "two\nlines",
        "L": "1-dflt",
        "M": "given",
    }


def test_variables_that_double_with_each_line_are_given_out_up_to_a_bound(tmp_path):
    doubled = "A0=xxxxxxxxxx\n" + "".join(f"A{n}=${{A{n - 1}}}${{A{n - 1}}}\n" for n in range(1, 60))
    found = parse_env(doubled, {})
    assert found["A3"] == "x" * 80
    assert "A30" not in found
    assert sum(map(len, found.values())) < 64 << 20
    (tmp_path / ".env").write_text(f"LONG={'x' * (1 << 20)}\n")
    (tmp_path / "compose.yaml").write_text(
        "services: {a: {image: nginx, labels: [" + ", ".join(f"'a{n}=$LONG'" for n in range(1000)) + "]}}\n"
    )
    (content,) = read_files([str(tmp_path / "compose.yaml")], environment={})
    assert len(content.workloads) == 1


def test_a_file_of_many_variables_takes_one_look_at_each():
    looks = 0

    class Counted(dict):
        def keys(self):
            nonlocal looks
            looks += 1
            return super().keys()

    assert parse_env("".join(f"A{n}=$B\n" for n in range(1000)), Counted(B="1"))["A999"] == "1"
    assert looks <= 1
