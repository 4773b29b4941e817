"""Files that a tool has to render first, or of another format: one line with the file, the line and what to do."""

import pytest

from hostcheck.errors import UsageError
from hostcheck.placement.placing import fit
from hostcheck.workloadfiles.needs import KernelFact, Unclear
from hostcheck.workloadfiles.reading import read_files

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a}]}\n"
WEB = "services:\n  web:\n    image: a\n"


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.yaml", "{{- if .Values.enabled }}\n" + POD + "{{- end }}\n", 1),
        ("a.yaml", POD.replace("a}]", "a,\n  resources:\n    {{- toYaml .Values.resources | nindent 4 }}\n}]"), 6),
        ("a.yaml", "services:\n{% for i in range(3) %}\n  web: {image: a}\n{% endfor %}\n", 2),
        ("a.yaml", "<%- if web %>\n" + WEB, 1),
        ("a.yaml", WEB + "    ports:\n    - {{ port }}:80\n", 5),
        ("a.yaml", WEB + '    ports: ["{{ port }}:80"]\n', 4),
        ("a.yaml", WEB + '    deploy: {replicas: "{{ count }}"}\n', 4),
        ("a.json", '{"id": "/a",\n "cpus": {{ cpus }}}\n', 2),
        ("a.nomad", 'job "a" {\n  datacenters = [[ .datacenters | toJson ]]\n}\n', 2),
    ],
)
def test_a_template_is_refused_by_its_line_with_what_to_do(tmp_path, name, text, line):
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(UsageError) as refused:
        read_files([str(path)], environment={})
    assert str(refused.value).startswith(f"{path}:{line}: ")
    assert refused.value.remedy == "render a template first, as helm template does"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.service", "[Service]\nExecStart=/usr/bin/docker run --name {{ name }} -p {{ port }}:80 {{ image }}\n"),
        ("a.sh", "docker run --name {{ name }} -p {{ port }}:80 {{ image }}\n"),
    ],
)
def test_a_command_with_templates_keeps_its_words(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text)
    ((found,),) = (each.workloads for each in read_files([str(path)], environment={}))
    assert [type(need) for need in found.needs if not isinstance(need, KernelFact)] == [Unclear]
    assert not found.alone


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("web:\n  image: a\n  ports: ['80:80']\n", 'put its services below the key "services"'),
        (WEB + "    profiles: [x]\n", "ask for it with --compose-profile"),
    ],
)
def test_what_compose_does_not_start_says_what_to_do(tmp_path, text, remedy):
    path = tmp_path / "a.yaml"
    path.write_text(text)
    with pytest.raises(UsageError) as refused:
        read_files([str(path)], environment={})
    assert refused.value.remedy == remedy


def test_a_unit_whose_container_needs_nothing_is_not_called_one_without(tmp_path):
    path = tmp_path / "a.service"
    path.write_text("[Service]\nExecStart=/usr/bin/docker run nginx\n")
    assert not fit(read_files([str(path)], environment={}), ()).notes
