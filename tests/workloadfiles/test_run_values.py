"""Values of options of command lines that an engine refuses, or takes."""

import pytest

from hostcheck.workloadfiles.needs import Unclear
from hostcheck.workloadfiles.reading import read_files


def read(tmp_path, text):
    path = tmp_path / "start.sh"
    path.write_text(text)
    (content,) = read_files([str(path)], environment={})
    return content


@pytest.mark.parametrize(
    "line",
    [
        "docker run -d -v /a:rel nginx",
        "docker run -d -v rel nginx",
        "docker run -d -v rel/path:/x nginx",
        "podman run -d -v rel/path:/x nginx",
        "docker run -d --mount type=volume,source=ab,target=rel nginx",
        "docker run -d --tmpfs rel nginx",
        "docker run -d -w rel nginx",
        "docker run -d --ulimit nofile=10:5 nginx",
        "podman run -d --ulimit nofile=10:5 nginx",
        "docker run -d --restart=unless-stopped:3 nginx",
        "podman run -d --restart=never nginx",
        "docker run -d --cpus=0.001 nginx",
        "docker run -d --name a:b nginx",
        "docker run -d --name a nginx",
        "docker run -d -m 4m nginx",
        "podman pod create --name p -p 8443:443\npodman run -d --pod p -p 8080:80 nginx",
    ],
)
def test_a_value_that_the_engine_refuses_is_a_mistake(tmp_path, line):
    assert [each.rule for each in read(tmp_path, f"{line}\n").mistakes] == ["run/refused"]


@pytest.mark.parametrize(
    "line",
    [
        "docker run -d -v /a:/rel:ro -v ab:/x -v ./c:/y -v /z nginx",
        "docker run -d -v C:\\\\a:/x nginx",
        "podman run -d -v ab:/x --name a -w rel nginx",
        "docker run -d --mount type=tmpfs,target=/x --tmpfs /t:size=1m -w /w nginx",
        "docker run -d --ulimit nofile=5:10 --ulimit nproc=5 --ulimit core=5:-1 nginx",
        "docker run -d --restart=on-failure:3 --cpus=0.01 --name web_1.x-y nginx",
        "docker run -d --restart=$POLICY --name $NAME -v $A:$B nginx",
        "docker run -d --name '' --restart '' --cpus 0 nginx",
        "podman run -d --pod new:p -p 8080:80 nginx",
        "podman run -d --pod $POD -p 8080:80 nginx",
    ],
)
def test_a_value_that_the_engine_takes_is_none(tmp_path, line):
    assert not read(tmp_path, f"{line}\n").mistakes


def test_podman_has_no_least_memory_and_what_starts_in_little_is_unknown(tmp_path):
    content = read(tmp_path, "podman run -d -m 4m nginx\n")
    assert not content.mistakes
    assert [need.said for need in content.workloads[0].needs if isinstance(need, Unclear)] == ["--memory 4m"]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("Image=a\nPod=p.pod\nPublishPort=80:80\n", ["run/refused"]),
        ("Image=a\nPublishPort=80:80\n", []),
        ("Image=a\nPod=p.pod\n", []),
        ("Image=a\nContainerName=a:b\nTmpfs=rel\nUlimit=nofile=10:5\n", ["run/refused"] * 3),
        ("Image=a\nContainerName=%p-x\nTmpfs=/t\nUlimit=nofile=5:10\n", []),
    ],
)
def test_a_quadlet_file_has_values_that_podman_takes(tmp_path, lines, found):
    (tmp_path / "p.pod").write_text("[Pod]\n")
    path = tmp_path / "a.container"
    path.write_text(f"[Container]\n{lines}")
    (content,) = read_files([str(path)], environment={})
    assert [each.rule for each in content.mistakes] == found
