"""Keys of Quadlet: a file with another one makes no service."""

import pytest

from hostcheck.workloadfiles.needs import Unclear
from hostcheck.workloadfiles.reading import read_files


@pytest.mark.parametrize(
    ("name", "text", "fix"),
    [
        ("a.container", "[Container]\nImage=a\nPublishport=22:80\n", "Did you mean PublishPort?"),
        ("a.container", "[Container]\nImage=a\nEnvironments=A=b\n", "Did you mean Environment?"),
        ("a.pod", "[Pod]\nPodname=a\n", "Did you mean PodName?"),
        ("a.kube", "[Kube]\nYaml=a.yaml\nNetworks=a\n", "Did you mean Network?"),
    ],
)
def test_a_key_that_is_misspelt_is_a_mistake(tmp_path, name, text, fix):
    path = tmp_path / name
    path.write_text(text)
    (content,) = read_files([str(path)], environment={})
    (found,) = content.mistakes
    assert (found.rule, found.severity, found.fix) == ("quadlet/unknown-key", "required", fix)
    assert found.place.line == len(text.splitlines())


def test_a_key_that_a_newer_podman_may_have_is_unknown(tmp_path):
    path = tmp_path / "a.container"
    path.write_text("[Container]\nImage=a\nZzzzzz=1\nX-Own=1\n[Service]\nRestart=always\n[X-Other]\nKey=1\n")
    (content,) = read_files([str(path)], environment={})
    assert not content.mistakes
    assert [need.said for need in content.workloads[0].needs if isinstance(need, Unclear)] == ["Zzzzzz"]
