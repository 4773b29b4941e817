"""What stands in templates of a playbook: known where its own variables force it, and never guessed."""

import pytest

from hostcheck.workloadfiles.ansible_expressions import Omitted, evaluated
from hostcheck.workloadfiles.documents import read_yaml
from hostcheck.workloadfiles.needs import Amount, Capability, HostPort, Unclear
from hostcheck.workloadfiles.place import Place
from hostcheck.workloadfiles.reading import read_files

HERE = Place("play.yaml", 1)
VALUES = {"port": "80", "name": " Web ", "app": "{image: nginx, empty: '', on: 'yes'}", "late": "'{{ other }}'"}


def value(expression):
    values = {name: read_yaml(text, "play.yaml")[0] for name, text in VALUES.items()}
    return evaluated(expression, values, HERE)


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("port", 80),
        (" app.image ", "nginx"),
        ("app['image']", "nginx"),
        ("port | default(90)", 80),
        ("app.port | default(90)", 90),
        ("app.port|d('90')", "90"),
        ("app.empty | default('x', true)", "x"),
        ("app.empty | default('x')", ""),
        ("(app.port | default(90)) | string", "90"),
        ("app.tag | default(app.image)", "nginx"),
        ("name | trim | lower", "web"),
        ("app.on | bool", True),
        ("'8443' | int", 8443),
        ("port | string", "80"),
    ],
)
def test_what_is_forced_is_known(expression, wanted):
    assert value(expression).value == wanted


@pytest.mark.parametrize(
    "expression",
    [
        "elsewhere",
        "elsewhere | default(80)",
        "app.port",
        "port.x | default(1)",
        "late",
        "port + 1",
        "port | random",
        "port | default(",
        "port)",
        "lookup('env', 'PORT')",
        "port if app else 1",
        "",
        "(" * 2_000,
        "'a",
    ],
)
def test_what_is_not_forced_is_not_known(expression):
    assert value(expression) is None


def test_what_is_omitted_is_not_given():
    assert value("app.memory | default(omit)") == Omitted()


def read(tmp_path, text):
    path = tmp_path / "play.yaml"
    path.write_text(text)
    return read_files([str(path)], environment={})[0].workloads


def test_a_loop_whose_items_leave_keys_out(tmp_path):
    found = read(
        tmp_path,
        """
- hosts: all
  vars: {all: [{name: a, port: 8081, memory: 1g, privileged: true}, {name: b}]}
  tasks:
    - docker_container:
        name: "{{ item.name }}"
        image: nginx
        ports: ["{{ item.port | default(9090) }}:80"]
        memory: "{{ item.memory | default(omit) }}"
        privileged: "{{ item.privileged | default(false) | bool }}"
      loop: "{{ all }}"
""",
    )
    assert [[type(need) for need in each.needs] for each in found] == [[HostPort, Amount, Capability], [HostPort]]
    assert [each.needs[0].first for each in found] == [8081, 9090]


@pytest.mark.parametrize(
    "task", ["set_fact: {port: 81}", "ansible.builtin.set_fact: port=81", "shell: x\n      register: port"]
)
def test_a_variable_that_a_task_sets_is_not_known(tmp_path, task):
    found = read(
        tmp_path,
        f"- hosts: all\n  vars: {{port: 80}}\n  tasks:\n    - {task}\n"
        '    - docker_container: {name: a, image: a, ports: ["{{ port }}:80"]}\n',
    )
    assert isinstance(found[-1].needs[0], Unclear)


def test_options_in_one_text(tmp_path):
    (found,) = read(
        tmp_path,
        "- hosts: all\n  tasks:\n    - docker_container: name=a image=a ports=8080:80,8081:81 state=started\n"
        "    - docker_container: name=b state=absent\n",
    )
    assert [need.first for need in found.needs] == [8080, 8081]


def test_tasks_of_a_role_are_known_by_one_of_them(tmp_path):
    found = read(
        tmp_path,
        "- ansible.builtin.apt: {name: docker.io}\n- community.docker.docker_container: {name: a, image: a}\n",
    )
    assert [each.name for each in found] == ["a"]


def test_variables_that_double_with_each_line_are_filled_in_up_to_a_bound(tmp_path):
    doubled = "".join(f'    a{n}: "{{{{ a{n - 1} }}}}{{{{ a{n - 1} }}}}"\n' for n in range(1, 60))
    task = "    - community.docker.docker_container: {name: web, image: nginx, command: '{{ a59 }}'}\n"
    (tmp_path / "play.yaml").write_text(f"- hosts: all\n  vars:\n    a0: xxxxxxxxxx\n{doubled}  tasks:\n{task}")
    (content,) = read_files([str(tmp_path / "play.yaml")], environment={})
    assert len(content.workloads) == 1
