import io
import os
import socket
import tarfile
from types import SimpleNamespace

import pytest

from hostcheck.bench import own_context as subject
from hostcheck.bench.base import CannotRun
from hostcheck.bench.build import BuildWorkload
from hostcheck.bench.own_context import fitted, read_context


@pytest.fixture
def folder(tmp_path):
    """A context with a bit of everything."""
    folder = tmp_path / "application"
    (folder / "src").mkdir(parents=True)
    (folder / "Dockerfile").write_text(
        "FROM bystander:1 AS build\nCOPY . /work\nRUN /work/src/run > /told\n"
        "FROM bystander:1\nCOPY --from=build /told /\n"
    )
    (folder / ".dockerignore").write_text("# not needed\nnode_modules\n*.log\n")
    (folder / "node_modules").mkdir()
    (folder / "node_modules" / "x.js").write_text("x")
    (folder / "debug.log").write_text("x")
    (folder / "src" / "run").write_text("#!/bin/sh\ncat /work/src/data\n")
    (folder / "src" / "run").chmod(0o755)
    (folder / "src" / "data").write_text("data")
    os.link(folder / "src" / "data", folder / "src" / "same")
    (folder / "src" / "link").symlink_to("data")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(folder / "src" / "socket"))
    return folder


def members(context):
    with tarfile.open(fileobj=io.BytesIO(context.archive({"run": "1"}))) as archive:
        return {member.name: (member.type, member.mode & 0o777, member.mtime, member.uid) for member in archive}


def test_files_are_sent_whole_without_dates_and_owners_and_without_what_is_ignored(folder):
    found = members(read_context(folder))
    assert set(found) == {".dockerignore", "src", "src/run", "src/data", "src/same", "src/link", "Dockerfile"}
    assert found["src/run"] == (tarfile.REGTYPE, 0o755, 0, 0)
    assert found["src/same"][0] == tarfile.REGTYPE
    assert found["src/link"][0] == tarfile.SYMTYPE


def test_the_same_files_have_the_same_digest_whenever_they_were_written(folder):
    before = read_context(folder).settings
    os.utime(folder / "src" / "data", (1, 1))
    assert read_context(folder).settings == before
    (folder / "src" / "data").write_text("Data")
    assert read_context(folder).settings["context_sha256"] != before["context_sha256"]


@pytest.mark.parametrize(("drivers", "network"), [(["null", "host", "bridge"], "default"), (["null", "host"], "none")])
def test_without_a_bridge_in_the_engine_it_is_built_without_network(folder, drivers, network):
    client = SimpleNamespace(
        inspect_image=lambda _name: {"Id": "sha256:1", "RepoTags": ["bystander:1"]},
        networks=lambda: [{"Name": driver, "Driver": driver} for driver in drivers],
    )
    settings = fitted(read_context(folder), client).settings
    assert (settings["network"], settings["image"]) == (network, "sha256:1")


def test_every_stage_is_labelled(folder):
    with tarfile.open(fileobj=io.BytesIO(read_context(folder).archive({"run": "1"}))) as archive:
        text = archive.extractfile("Dockerfile").read().decode()
    assert text.count("\nLABEL run=1\n") == 2


def test_what_is_no_context_is_told(tmp_path):
    with pytest.raises(CannotRun, match=r"reading the build's context: .*/Dockerfile: No such file"):
        read_context(tmp_path)


def test_a_context_that_is_too_large_is_told_before_it_fills_the_memory(folder, monkeypatch):
    monkeypatch.setattr(subject, "LARGEST_BYTES", 1000)
    with pytest.raises(CannotRun, match=r"name what it does not need in \.dockerignore"):
        read_context(folder)


@pytest.mark.real
@pytest.mark.usefixtures("bystander")
@pytest.mark.parametrize("buildkit", ["0", "1"])
def test_ones_own_build_is_timed_and_leaves_nothing_but_its_base(make_context, folder, holdings, monkeypatch, buildkit):
    monkeypatch.setenv("DOCKER_BUILDKIT", buildkit)
    before = holdings()
    (metric,) = BuildWorkload().measure(make_context(build_context=folder))
    assert metric.state == "ok", metric.reason
    assert metric.settings["context"] == "own"
    assert any(step["step"].startswith("RUN /work/src/run") for step in metric.samples[0].detail["steps"])
    assert holdings() == before


@pytest.mark.real
def test_a_base_that_is_not_there_is_not_pulled(make_context, folder, client):
    with pytest.raises(CannotRun) as caught:
        list(BuildWorkload().measure(make_context(build_context=folder)))
    assert caught.value.reason == "the build begins with the image bystander:1, which is not in the engine"
    assert caught.value.remedy == "docker pull bystander:1"


@pytest.mark.real
def test_a_base_without_a_tag_is_refused_since_it_would_go_with_the_build(make_context, folder, client, bystander):
    image = client.commit(bystander)["Id"]
    (folder / "Dockerfile").write_text(f"FROM {image}\nRUN true\n")
    with pytest.raises(CannotRun, match="has no tag"):
        list(BuildWorkload().measure(make_context(build_context=folder)))
    client.remove_image(image)


@pytest.mark.real
def test_a_base_whose_name_is_left_open_is_refused(make_context, folder):
    (folder / "Dockerfile").write_text("ARG BASE=alpine\nFROM $BASE\n")
    with pytest.raises(CannotRun, match=r"leaves the name of an image open: \$BASE"):
        list(BuildWorkload().measure(make_context(build_context=folder)))
