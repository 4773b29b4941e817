"""Nomad, Quadlet, Ansible and scripts: what each asks of a host, with the line where it stands."""

import pytest

from hostcheck.errors import UsageError
from hostcheck.workloadfiles.model import AtMost, Where
from hostcheck.workloadfiles.needs import Amount, Capability, Device, Gpu, HostPath, HostPort, Sysctl, Unclear
from hostcheck.workloadfiles.shell import commands
from tests.fuzz.growth import FACTOR, require_proportion
from tests.workloadfiles.test_reading import needs, read

JOB = """variable "port" {
  default = 8080
}

job "web" {
  type = "service"
  constraint {
    attribute = "${attr.kernel.name}"
    value     = "linux"
  }
  group "front" {
    count = 3
    constraint { distinct_hosts = true }
    network {
      port "http" { static = var.port }
      port "other" { static = var.nowhere }
      port "any" {}
    }
    task "nginx" {
      driver = "docker"
      config {
        image      = "nginx:${var.tag}"
        privileged = true
        volumes    = ["/srv:/srv", "local/a:/a"]
      }
      resources {
        cpu    = 500
        memory = 256
      }
    }
  }
}
"""
JOB_JSON = """{"Job": {"ID": "web", "Name": "web", "Type": "system", "TaskGroups": [{"Name": "front", "Count": 1,
  "Networks": [{"ReservedPorts": [{"Label": "http", "Value": 80}], "DynamicPorts": [{"Label": "b", "Value": 0}]}],
  "Constraints": [{"LTarget": "${node.unique.name}", "RTarget": "a.*", "Operand": "regexp"}],
  "Tasks": [{"Name": "t", "Driver": "docker", "Config": {"image": "a"}, "Resources": {"CPU": 100, "MemoryMB": 64}}]}]}}
"""


def test_a_job_in_hcl(tmp_path):
    found = read(tmp_path, JOB, "web.nomad")
    (web,) = found.workloads
    assert (found.format, web.name, web.instances) == ("nomad", "web/front", 3)
    assert [(need.label, need.place.line) for need in needs(web, HostPort)] == [("8080/tcp", 15), ("8080/udp", 15)]
    assert [(need.what, need.place.line) for need in needs(web, Unclear)] == [("a port of the host", 16)]
    assert [(need.resource, need.value, need.place.line) for need in needs(web, Amount)] == [
        ("memory", 256 << 20, 28),
        ("mhz", 500, 27),
    ]
    assert [need.path for need in needs(web, HostPath)] == ["/srv"]
    assert [need.name for need in needs(web, Capability)] == ["all"]
    assert [(type(rule), rule.attribute) for rule in web.rules] == [
        (Where, "attr.kernel.name"),
        (AtMost, "hostname"),
        (Where, "attr.driver.docker.privileged.enabled"),
        (Where, "attr.driver.docker.volumes.enabled"),
    ]
    assert web.rules[0].attribute == "attr.kernel.name"


def test_an_expression_is_named_by_what_it_refers_to(tmp_path):
    job = 'job "a" {\n group "b" {\n task "c" {\n resources { memory = local.size }\n}\n}\n}\n'
    (unclear,) = needs(read(tmp_path, job, "web.nomad").workloads[0], Unclear)
    assert (unclear.said, unclear.reason) == ("local.size", "its value is known when the job is registered")


def test_the_same_job_as_json(tmp_path):
    (web,) = read(tmp_path, JOB_JSON, "web.json").workloads
    assert (web.each_host, [need.label for need in needs(web, HostPort)]) == (True, ["80/tcp", "80/udp"])
    assert [(need.resource, need.value) for need in needs(web, Amount)] == [("memory", 64 << 20), ("mhz", 100)]
    assert [(rule.attribute, rule.operator, rule.values) for rule in web.rules] == [("hostname", "matches", ("a.*",))]


@pytest.mark.parametrize(
    ("of_group", "what"),
    [
        ('volume "data" { type = "host" }', ["a volume"]),
        ('dynamic "task" {\n for_each = var.nowhere\n content {}\n}', ["a block"]),
        ('task "t" {\n resources { memory = 10 }\n dynamic "config" {\n content {}\n }\n}', ["a block"]),
        ('task "t" {\n resources { memory = 10 }\n env {\n for = "a"\n in = "b"\n true = 1\n }\n}', []),
        ('meta { for_each = "a" }', []),
        ("count = var.nowhere", ["the number of instances"]),
        ('task "t" {\n driver = var.d\n resources {\n memory = 10\n cores = var.c\n }\n}', ["a driver", "CPUs"]),
        (
            'task "t" {\n resources { memory = 10 }\n config {\n volumes = concat(var.a, [])\n cap_add = var.b\n}\n}',
            ["capabilities", "paths of the host"],
        ),
    ],
)
def test_what_a_group_asks_for_that_the_file_does_not_say_is_unclear(tmp_path, of_group, what):
    (found,) = read(tmp_path, f'job "web" {{\n group "front" {{\n {of_group}\n}}\n}}\n', "web.nomad").workloads
    assert [need.what for need in needs(found, Unclear)] == what


@pytest.mark.parametrize(
    ("of_task", "expected"),
    [
        ("resources { cpu = -5 }", "from 1 to"),
        ("resources { cpu = 0 }", "from 1 to"),
        ("resources { memory = -100000 }", "from 10 to"),
        ("resources { cores = -1 }", "from 0 to"),
        ("resources { cores = 1.5 }", "from 0 to"),
    ],
)
def test_resources_that_nomad_refuses_give_a_host_no_room(tmp_path, of_task, expected):
    job = f'job "web" {{\n group "front" {{\n task "t" {{\n {of_task}\n}}\n}}\n}}\n'
    with pytest.raises(UsageError, match=f"expected a whole number {expected}"):
        read(tmp_path, job, "web.nomad")


@pytest.mark.parametrize(("value", "most"), [("2", 2), ("\u00b2", 1), ("9" * 5000, 1)])
def test_how_many_of_a_property_are_allowed_is_a_number_or_one(tmp_path, value, most):
    rule = (
        f'constraint {{\n distinct_property = "${{meta.rack}}"\n operator = "distinct_property"\n value = "{value}"\n}}'
    )
    job = f'job "web" {{\n group "front" {{\n {rule}\n task "t" {{ driver = "docker" }}\n}}\n}}\n'
    (found,) = read(tmp_path, job, "web.nomad").workloads
    assert [rule.count for rule in found.rules] == [most]


def test_groups_that_an_expression_makes_are_a_workload_of_unknown_size(tmp_path):
    job = 'job "web" {\n dynamic "group" {\n for_each = var.nowhere\n content {}\n }\n}\n'
    (found,) = read(tmp_path, job, "web.nomad").workloads
    assert (found.instances, [need.place.line for need in needs(found, Unclear)]) == (None, [2])


@pytest.mark.parametrize("text", ['job "a" {', 'job "a" { = }', 'job "a" {\n  count = [\n}\n'])
def test_broken_hcl_is_one_line_with_its_place(tmp_path, text):
    with pytest.raises(UsageError, match=r"web\.nomad:\d+: not HCL"):
        read(tmp_path, text, "web.nomad")


def test_a_space_that_hcl_does_not_read_as_one_is_named(tmp_path):
    with pytest.raises(
        UsageError,
        match=r":2: not HCL: the text from column \d+ on cannot be parsed; column 8 is a no-break space \(U\+00A0\)$",
    ):
        read(tmp_path, 'job "a" {\n  count\u00a0= 1\n}\n', "web.nomad")


def test_nested_hcl_ends_in_one_line(tmp_path):
    with pytest.raises(UsageError, match="nested too deeply"):
        read(tmp_path, f'job "a" {{\n  b = {"[" * 3000}{"]" * 3000}\n}}\n', "web.nomad")


def test_a_container_of_quadlet(tmp_path):
    unit = (
        "[Unit]\nDescription=x\n[Container]\nImage=nginx\nContainerName=web\nPublishPort=8080:80\nPublishPort=80\n"
        "Volume=/srv/www:/www\nVolume=data.volume:/data\nAddDevice=/dev/fuse\n"
        "Sysctl=net.core.somaxconn=1 kernel.pid_max=9\n"
    )
    found = read(tmp_path, unit, "web.container")
    (web,) = found.workloads
    assert (found.format, found.profile, web.name) == ("quadlet", "quadlet", "web.container")
    assert [(need.label, need.place.line) for need in needs(web, HostPort)] == [("8080/tcp", 6)]
    assert [need.path for need in needs(web, HostPath)] == ["/srv/www"]
    assert [need.name for need in needs(web, Sysctl)] == ["net.core.somaxconn"]
    assert [(each.rule, each.place.line) for each in found.mistakes] == [("run/refused", 11)]


SCRIPT = """#!/bin/sh
set -e
# docker run -p 1:1 old
for i in 1 2; do
  docker run -d --name db -p 5432:5432 \\
    -v /data:/data --cap-add=SYS_ADMIN postgres && echo ok
done
sudo podman run -p $PORT:80 --network host nginx
"""


def test_a_script(tmp_path):
    found = read(tmp_path, SCRIPT, "start.sh")
    db, nginx = found.workloads
    assert [(db.name, db.place.line), (nginx.name, nginx.place.line)] == [("db", 5), ("nginx", 8)]
    assert [need.label for need in needs(db, HostPort)] == ["5432/tcp"]
    assert [need.name for need in needs(db, Capability)] == ["sys_admin"]
    assert [need.what for need in needs(nginx, Unclear)] == ["a port of the host"]
    with pytest.raises(UsageError, match="no line of it runs a container"):
        read(tmp_path, "#!/bin/sh\ndocker ps\n", "start.sh")


@pytest.mark.parametrize(
    ("name", "text", "created"),
    [
        ("a.sh", "docker run -v /data:/data a\n", True),
        ("a.sh", "podman run -v /data:/data a\n", False),
        ("a.sh", "podman run --mount type=bind,src=/data,dst=/data a\n", False),
        ("a.service", "[Service]\nExecStart=/usr/bin/podman run -v /data:/data a\n", False),
        ("a.container", "[Container]\nImage=a\nVolume=/data:/data\n", False),
        ("a.yml", "- docker_container: {name: a, volumes: ['/data:/data']}\n", True),
        ("a.yml", "- podman_container: {name: a, volume: ['/data:/data']}\n", False),
    ],
)
def test_podman_makes_no_folder_for_a_volume(tmp_path, name, text, created):
    (found,) = read(tmp_path, text, name).workloads
    assert [need.created for need in needs(found, HostPath)] == [created]


@pytest.mark.parametrize(
    ("device", "kinds"),
    [
        ("/dev/fuse:/dev/fuse", [Device]),
        ("nvidia.com/gpu=all", [Gpu]),
        ("amd.com/gpu=0", [Gpu]),
        ("vendor.com/net=a", [Unclear]),
        ("nvidia.com/nic=a", [Unclear]),
    ],
)
def test_a_device_by_the_name_of_its_vendor_is_no_graphics_processor(tmp_path, device, kinds):
    (found,) = read(tmp_path, f"docker run --device {device} a\n", "a.sh").workloads
    assert [type(need) for need in found.needs] == kinds
    (found,) = read(tmp_path, f"services: {{a: {{image: a, devices: ['{device}']}}}}\n").workloads
    assert [type(need) for need in found.needs] == kinds
    optional = read(tmp_path, f"[Container]\nImage=a\nAddDevice=-{device}\n", "a.container").workloads[0]
    assert not optional.needs


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("docker -H tcp://other:2375 run -p 80:80 a", ["the host"]),
        ("docker --context=other run -p 80:80 a", ["the host"]),
        ("DOCKER_HOST=ssh://other docker run -p 80:80 a", ["the host"]),
        ("DOCKER_HOST=unix:///a docker run -p 80:80 a", []),
        ("podman --connection other run -p 80:80 a", ["the host"]),
        ("docker -H unix:///run/docker.sock run -p 80:80 a", []),
        ("docker --log-level debug run a", []),
        ("podman run --secret key a", ["a secret"]),
    ],
)
def test_what_another_engine_runs_is_not_asked_of_this_host(tmp_path, line, what):
    (found,) = read(tmp_path, f"#!/bin/sh\n{line}\n", "a.sh").workloads
    assert [need.what for need in needs(found, Unclear)] == what
    assert not what or not needs(found, HostPort)


@pytest.mark.parametrize(
    "line",
    [
        "env A=b docker run a",
        "timeout 5 /usr/bin/docker run a",
        "start() { docker run a; }; start",
        "A=b sudo docker run a",
        "sudo -u deploy -E docker run a",
        "$SUDO docker run a",
        "2>/dev/null docker run a >/log 2>&1 &",
        "(docker run a)",
        "ID=$(docker run a)",
        'ID="$(sudo docker run a)"',
        "ID=`docker run a`",
        "while ! docker run a; do sleep 1; done",
        "case $1 in start) docker run a ;; esac",
        "if x; then y; elif docker run a; then z; fi",
        "bash -ec 'docker pull a; exec docker run a'",
        'su - deploy -c "docker run a"',
        "docker run -e 'URL=x?a=1&b=2;c|d' a",
        'docker run --health-cmd "curl -f http://localhost || exit 1" a',
        "docker run -e 'A=1\n#B=2' -e C=d\\&e a # docker run b",
        "echo docker run b; docker run a",
    ],
)
def test_a_command_counts_whatever_runs_it(tmp_path, line):
    assert [each.name for each in read(tmp_path, f"#!/bin/sh\n{line}\n", "a.sh").workloads] == ["a"]


@pytest.mark.parametrize(
    ("options", "asked", "refused"),
    [
        ("$OPTIONS a", ["options"], ""),
        ('"$@"', ["options"], ""),
        ("-p 80:80 $IMAGE", [], ""),
        ("-p 80:80 $REPOSITORY/a:1 --all", [], ""),
        ("--runtime runsc a", ["a runtime"], ""),
        ("--runtime runc a", [], ""),
        ("--storage-opt size=1G a", ["an option of the storage"], ""),
        ("--network absent a", ["a network"], ""),
        ("--network made a", [], ""),
        ("--network container:b -p 80:80 a", ["another container"], "that container has the ports"),
        ("--link b:c --volumes-from d a", ["another container", "another container"], ""),
        ("--env-file absent.env --env-file a.sh a", ["a file of the host"], ""),
        ("--rm --restart always a", [], "--rm beside --restart"),
        ("--rm --restart no a", [], ""),
        ("--log-driver none --log-opt x=y a", [], "--log-opt beside --log-driver none"),
        ("--log-driver local --log-opt max-size=1m a", [], ""),
        ("--network host --network made a", [], "--network made beside --network host"),
        ("--network made --network absent a", ["a network"], ""),
        ("-m 1g --memory-swap 512m a", [], "--memory-swap"),
        ("-m 1g --memory-swap -1 a", [], ""),
        ("-m 512m --memory-reservation 1g a", [], "--memory-reservation"),
        ("-p 80:80", [], "without an image"),
        ("--use-api-socket a", [], ""),
        ("--privileged=0 a", [], ""),
    ],
)
def test_what_options_ask_and_what_engines_refuse_of_them(tmp_path, options, asked, refused):
    found = read(tmp_path, f"#!/bin/sh\ndocker network create -d bridge made\ndocker run {options}\n", "a.sh")
    (workload,) = found.workloads
    assert [need.what for need in needs(workload, Unclear)] == asked
    assert bool(found.mistakes) is bool(refused)
    assert all(refused in each.said for each in found.mistakes)
    assert not needs(workload, Capability)


@pytest.mark.parametrize(
    ("name", "text", "paths"),
    [
        (
            "a.sh",
            "docker run --env-file /a --security-opt seccomp=/b --security-opt seccomp=unconfined c",
            ["/a", "/b"],
        ),
        ("a.service", "[Service]\nEnvironmentFile=/a\nEnvironmentFile=-/b\nExecStart=docker run c", ["/a"]),
        ("a.container", "[Container]\nImage=a\nEnvironmentFile=/a", ["/a"]),
        (
            "a.yml",
            "- docker_container: {name: a, env_file: /a, mounts: [{type: bind, source: /b, target: /c}]}",
            ["/a", "/b"],
        ),
    ],
)
def test_files_that_have_to_be_there(tmp_path, name, text, paths):
    (found,) = read(tmp_path, f"{text}\n", name).workloads
    assert [(need.path, need.created) for need in needs(found, HostPath)] == [(path, False) for path in paths]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.sh", "docker run --network none -p 22:80 a"),
        ("a.sh", "podman run --network container:b -p 22:80 a"),
        ("a.container", "[Container]\nImage=a\nNetwork=none\nPublishPort=22:80"),
        ("a.container", "[Container]\nImage=a\nPublishPort=22:80\nPublishPort="),
        ("a.yml", "- podman_container: {name: a, network: host, ports: ['22:80']}"),
    ],
)
def test_ports_that_are_not_published_are_not_asked_for(tmp_path, name, text):
    (found,) = read(tmp_path, f"{text}\n", name).workloads
    assert not needs(found, HostPort)


@pytest.mark.parametrize(
    ("keys", "kinds"),
    [
        ("privileged: yes", [Capability]),
        ("privileged: no", []),
        ("privileged: '{{ p }}'", [Unclear]),
        ("runtime: nvidia", [Gpu]),
        ("device_requests: [{capabilities: [[gpu]]}]", [Unclear]),
    ],
)
def test_the_other_keys_of_a_container_of_ansible(tmp_path, keys, kinds):
    (found,) = read(tmp_path, f"- docker_container: {{name: a, {keys}}}\n", "a.yml").workloads
    assert [type(need) for need in found.needs] == kinds


@pytest.mark.parametrize(
    "line",
    [
        "bash -lc 'docker run -p 22:80 a'",
        "sh -c 'docker rm -f web; docker run -p 22:80 a'",
        "sudo docker run -p 22:80 a",
        "docker pull a ; /usr/bin/docker run -e B=c;d -p 22:80 a",
    ],
)
def test_a_unit_runs_a_container_by_a_shell_or_after_a_semicolon(tmp_path, line):
    (found,) = read(tmp_path, f"[Service]\nExecStart=/usr/bin/{line}\n", "web.service").workloads
    assert [need.label for need in needs(found, HostPort)] == ["22/tcp"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("docker compose -f a.yml up -d", "docker compose up"),
        ("docker-compose up", "docker-compose up"),
        ("docker stack deploy -c a.yml b", "docker stack deploy"),
        ("podman play kube a.yaml", "podman play kube"),
        ("docker start old", "docker start"),
        ("$ENGINE run b", "$ENGINE run"),
        ("ssh other 'docker run -p 22:22 b'", "docker --host"),
        ("docker start a ; docker compose down ; docker-compose pull ; docker ps", None),
    ],
)
def test_what_starts_containers_and_is_not_read_is_unknown(tmp_path, line, said):
    found = read(tmp_path, f"#!/bin/sh\ndocker run -d --name a b\n{line}\n", "a.sh")
    assert [need.said for each in found.workloads for need in needs(each, Unclear)] == ([said] if said else [])
    unit = read(tmp_path, f"[Service]\nExecStartPre=docker create --name a b\nExecStart={line}\n", "a.service")
    assert [need.said for need in needs(unit.workloads[0], Unclear)] == ([said] if said else [])


@pytest.mark.parametrize(
    ("start", "names"),
    [
        ("cat <<EOF > b.sh", ["c"]),
        ("sudo tee /b.sh <<-'EOF'", ["c"]),
        ("bash <<EOF", ["b", "c"]),
        ("cat <<<EOF", ["b", "c"]),
    ],
)
def test_what_a_script_writes_into_a_file_is_not_run(tmp_path, start, names):
    text = f"#!/bin/sh\n{start}\ndocker run b\nEOF\ndocker run c\n"
    assert [each.name for each in read(tmp_path, text, "a.sh").workloads] == names


@pytest.mark.parametrize(
    "piece",
    [
        "sudo ",
        "a",
        "$(",
        "`",
        "'",
        '"$(',
        "cat <<A\n",
        "sh -c 'a ",
        "f(){ ",
        "cat<<b|",
        "docker run a; ",
        "\\\n",
        "$X docker ",
    ],
)
def test_a_script_is_read_in_a_time_in_proportion_to_its_text(piece):
    small, large = (piece * (100 * factor) for factor in (1, FACTOR))
    require_proportion(lambda text: list(commands(text)), small, large, piece)


def test_the_other_keys_of_quadlet(tmp_path):
    found = read(tmp_path, "[Container]\nPodmanArgs=--cpus=5 -v /a:/a\nSecret=key\n", "a.container")
    assert [(type(need), need.place.line) for need in found.workloads[0].needs] == [
        (Amount, 2),
        (HostPath, 2),
        (Unclear, 3),
    ]
    assert [(each.rule, each.place.line) for each in found.mistakes] == [("quadlet/no-image", 2)]
    found = read(tmp_path, "[Kube]\nYaml=web.yaml\n", "a.kube")
    assert [need.what for need in needs(found.workloads[0], Unclear)] == ["its containers"]
    assert not found.mistakes


PLAYBOOK = """
- hosts: web
  vars: {port: 80}
  tasks:
    - name: frontend
      community.docker.docker_container:
        name: web
        image: nginx
        ports: ["8080:80", "{{ nowhere }}:81"]
        volumes: [/srv:/srv]
        sysctls: {net.core.somaxconn: 1024}
    - name: gone
      docker_container: {name: old, state: absent, ports: ["1:1"]}
    - block:
        - command: docker run -d --name api -p 8081:80 api
        - ansible.builtin.shell: echo hello
"""


def test_a_playbook(tmp_path):
    found = read(tmp_path, PLAYBOOK, "site.yaml")
    web, api = found.workloads
    assert (found.format, found.profile, web.name, api.name) == ("ansible", "docker", "web", "api")
    assert [(need.label, need.place.line) for need in needs(web, HostPort)] == [("8080/tcp", 9)]
    assert [need.reason for need in needs(web, Unclear)] == ["a template gives its value"]
    assert [(need.label, need.place.line) for need in needs(api, HostPort)] == [("8081/tcp", 15)]


@pytest.mark.parametrize(
    "text", ["\0", "a: [" * 500, "[" * 5000, "[" * 500_000, "- " * 3000, "{" * 5000 + '"a"', "&a [" + "*a," * 10]
)
def test_broken_files_end_in_one_line(tmp_path, text):
    with pytest.raises(UsageError) as error:
        read(tmp_path, text, "file.yaml")
    assert "\n" not in str(error.value)


def test_aliases_that_explode_take_no_more_than_their_text(tmp_path):
    levels = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    text = (
        "\n".join(levels) + "\nservices: {web: {image: nginx, ports: ['80:80'], labels: {a: '${A:-b}'}, x-a: *a29}}\n"
    )
    (web,) = read(tmp_path, text).workloads
    assert [need.label for need in needs(web, HostPort)] == ["80/tcp"]


@pytest.mark.parametrize(
    ("task", "name"),
    [
        ("docker_container: env=KEY=hunter2 image", "docker_container"),
        ("community.docker.docker_compose_v2: {project_src: /srv}", "community.docker.docker_compose_v2 /srv"),
        ("community.docker.docker_swarm_service: {name: a, image: a}", "community.docker.docker_swarm_service a"),
        ("include_tasks: other.yml", "include_tasks other.yml"),
        ("ansible.builtin.import_role: {name: db}", "ansible.builtin.import_role db"),
    ],
)
def test_what_a_playbook_starts_by_other_means_is_unknown(tmp_path, task, name):
    text = f"- hosts: all\n  roles: [db, {{role: web}}]\n  tasks:\n    - {task}\n"
    found = read(tmp_path, text, "site.yaml").workloads
    assert [(each.name, each.instances) for each in found] == [("role db", None), ("role web", None), (name, None)]
    assert [need.what for each in found for need in each.needs] == ["its containers"] * 3


def test_every_command_of_a_task_counts_on_whatever_line_it_stands(tmp_path):
    text = (
        "- hosts: all\n  tasks:\n    - shell: |\n        cd /srv\n        docker run -d \\\n          -p 78:78 \\\n"
        "          a\n        podman run b && docker run c\n"
    )
    found = read(tmp_path, text, "site.yaml").workloads
    assert [(each.name, each.place.line) for each in found] == [("a", 3), ("b", 3), ("c", 3)]


def test_a_pod_of_a_playbook_has_its_ports(tmp_path):
    text = (
        "- hosts: all\n  tasks:\n"
        "    - containers.podman.podman_pod: {name: p, publish: ['80:8080', '81:81']}\n"
        "    - containers.podman.podman_container: {name: a, image: a, pod: p}\n"
    )
    found = read(tmp_path, text, "play.yml").workloads
    assert [[need.label for need in each.needs if isinstance(need, HostPort)] for each in found] == [
        ["80/tcp", "81/tcp"],
        [],
    ]
