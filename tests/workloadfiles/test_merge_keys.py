"""Two merge keys in one mapping: Compose's parser refuses the second, those of kubectl and of Ansible do not."""

import pytest

from hostcheck.errors import UsageError
from hostcheck.workloadfiles.reading import read_files

BOTH = "{image: x, <<: *a, <<: *b}"


def test_compose_refuses_a_second_merge_key(tmp_path):
    path = tmp_path / "compose.yaml"
    path.write_text(f"x-a: &a {{init: true}}\nx-b: &b {{restart: always}}\nservices:\n  web: {BOTH}\n")
    with pytest.raises(UsageError, match=r"compose\.yaml:4: the key << appears twice"):
        read_files([str(path)], environment={}, lint=True)
    path.write_text(path.read_text().replace("<<: *a, <<: *b", "<<: [*a, *b]"))
    assert not read_files([str(path)], environment={})[0].mistakes


def test_a_playbook_may_have_two(tmp_path):
    path = tmp_path / "play.yaml"
    path.write_text(
        f"- hosts: all\n  vars: {{a: &a {{memory: 1g}}, b: &b {{cpus: 2}}}}\n  tasks: [docker_container: {BOTH}]\n"
    )
    (workload,) = read_files([str(path)], environment={})[0].workloads
    assert len(workload.needs) == 2
