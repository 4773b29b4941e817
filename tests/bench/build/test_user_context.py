import io
import os
import socket
import tarfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from hostcheck.bench.base import CannotRun
from hostcheck.bench.build import user_context as subject
from hostcheck.bench.build.options import BuildOptions
from hostcheck.bench.build.user_context import fitted, read_context
from hostcheck.bench.build.workload import BuildWorkload
from hostcheck.bench.stopping import Repeats
from hostcheck.errors import CannotMeasureError
from tests.memory import most_allocated


def read(folder, builder="classic", **options):
    return read_context(BuildOptions(Repeats(1, 1, 0), folder, **options), builder=builder)


@pytest.fixture
def folder(tmp_path):
    """A context with a bit of everything."""
    folder = tmp_path / "application"
    (folder / "src").mkdir(parents=True)
    (folder / "Dockerfile").write_text(
        "FROM bystander:1 AS build\nCOPY . /work\nRUN /work/src/run > /result\n"
        "FROM bystander:1\nCOPY --from=build /result /\n"
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
    with tarfile.open(fileobj=io.BytesIO(b"".join(context.archive()))) as archive:
        return {member.name: (member.type, member.mode & 0o777, member.mtime, member.uid) for member in archive}


def test_files_are_sent_whole_without_dates_and_owners_and_without_what_is_ignored(folder):
    found = members(read(folder))
    assert set(found) == {".dockerignore", "src", "src/run", "src/data", "src/same", "src/link", "Dockerfile"}
    assert found["src/run"] == (tarfile.REGTYPE, 0o755, 0, 0)
    assert found["src/same"][0] == tarfile.REGTYPE
    assert found["src/link"][0] == tarfile.SYMTYPE


def test_the_same_files_have_the_same_digest_whenever_they_were_written(folder):
    before = read(folder).settings
    os.utime(folder / "src" / "data", (1, 1))
    assert read(folder).settings == before
    (folder / "src" / "data").write_text("Data")
    assert read(folder).settings["context_sha256"] != before["context_sha256"]


@pytest.mark.parametrize(("drivers", "network"), [(["null", "host", "bridge"], "default"), (["null", "host"], "none")])
def test_without_a_bridge_in_the_engine_it_is_built_without_network(folder, drivers, network):
    client = SimpleNamespace(
        inspect_image=lambda _name: {"Id": "sha256:1", "RepoTags": ["bystander:1"]},
        networks=lambda: [{"Name": driver, "Driver": driver} for driver in drivers],
    )
    settings = fitted(read(folder), client, "classic").settings
    assert (settings["network"], settings["image"]) == (network, "sha256:1")


def test_the_dockerfile_is_sent_as_it_is_and_first(folder):
    data = b"\xef\xbb\xbffrom scratch\r\n# caf\xe9\r\n"
    (folder / "Dockerfile").write_bytes(data)
    (folder / "a").mkdir()
    (folder / "a" / ("x" * 200)).write_text("x")
    (folder / "b").symlink_to("y" * 200)
    sent = b"".join(read(folder).archive())
    # By its first header an engine knows an archive: of PAX it takes it for a Dockerfile.
    assert (sent[:11], sent[257:265]) == (b"Dockerfile\0", b"ustar\x0000")
    with tarfile.open(fileobj=io.BytesIO(sent)) as archive:
        assert archive.extractfile("Dockerfile").read() == data
        assert archive.getmember(f"a/{'x' * 200}").size == 1
        assert archive.getmember("b").linkname == "y" * 200


def test_no_name_is_left_to_the_prefix_alone_which_an_engine_cannot_write_anew(folder):
    (folder / ("d" * 101)).mkdir()
    (folder / ("e" * 60) / ("f" * 60)).mkdir(parents=True)
    tree = read(folder).tree
    headers = [tree[at : at + 512] for at in range(0, len(tree), 512) if tree[at + 257 : at + 262] == b"ustar"]
    assert sum(header.startswith(b"././@PaxHeader") for header in headers) == 1
    assert all(header[0] for header in headers)


def test_the_digest_of_a_context_is_the_one_it_has_always_had(tmp_path):
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY a /\n")
    (tmp_path / "a").write_text("a")
    (tmp_path / "a").chmod(0o644)
    digest = "b1846962da7151ca24ea14e8ccec0b75f7c4d42d5e18cf7a5b331c7d6e4dea95"
    assert read(tmp_path).settings["context_sha256"] == digest


def test_what_is_ignored_may_be_written_with_a_byte_order_mark_or_in_latin_1(folder):
    (folder / ".dockerignore").write_bytes(b"\xef\xbb\xbfsrc\n# caf\xe9\nnode_modules\n*.log\n")
    assert set(members(read(folder))) == {".dockerignore", "Dockerfile"}


def test_the_syntax_of_another_place_is_refused_where_buildkit_would_ask_for_it(folder):
    (folder / "Dockerfile").write_text("# syntax=docker/dockerfile:1\nFROM scratch\n")
    client = SimpleNamespace(networks=list)
    with pytest.raises(CannotRun) as caught:
        fitted(read(folder), client, "buildkit")
    assert caught.value.reason.startswith(
        "the Dockerfile has a syntax line with docker/dockerfile:1, and BuildKit requests"
    )
    assert "remove the syntax line, or set DOCKER_BUILDKIT=0" in caught.value.remedy
    for builder in ("classic", "buildah"):
        assert fitted(read(folder), client, builder).images == ()


def test_a_folder_that_is_no_context_is_reported(tmp_path):
    with pytest.raises(CannotRun, match=r"cannot read the build context: .*/Dockerfile: No such file"):
        read(tmp_path)


@pytest.mark.parametrize("name", ["Dockerfile", ".dockerignore"])
def test_a_link_out_of_the_folder_is_not_followed_and_one_within_it_is(folder, tmp_path, name):
    secret = tmp_path / "secret"
    secret.write_text("FROM secret\n")
    (folder / "src" / "inside").write_text("FROM bystander:1\n")
    (folder / name).unlink()
    (folder / name).symlink_to(secret)
    with pytest.raises(CannotRun, match=rf"{name} is a link that leads out of the folder") as refused:
        read(folder)
    assert "secret" not in str(refused.value)
    (folder / name).unlink()
    (folder / name).symlink_to("src/inside")
    read(folder)


def test_a_file_that_is_exchanged_for_a_link_meanwhile_is_not_followed(folder, tmp_path, monkeypatch):
    (tmp_path / "secret").write_text("secret")

    def looked_at(archive, path, name):
        member = look_at(archive, path, name)
        if name == "src/data":
            path.unlink()
            path.symlink_to(tmp_path / "secret")
        return member

    look_at = tarfile.TarFile.gettarinfo
    monkeypatch.setattr(tarfile.TarFile, "gettarinfo", looked_at)
    with pytest.raises(CannotRun, match="src/data: not a regular file"):
        read(folder)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["a pipe", "a folder"])
def test_a_dockerfile_that_is_no_file_is_refused_without_opening_it(folder, make):
    (folder / "Dockerfile").unlink()
    make(folder / "Dockerfile")
    with pytest.raises(CannotRun, match="Dockerfile: not a regular file"):
        read(folder)


def test_a_too_large_context_is_refused_before_it_fills_the_memory(folder, monkeypatch):
    monkeypatch.setattr(subject, "LARGEST_BYTES", 1000)
    with pytest.raises(CannotRun, match=r"exclude unneeded files in \.dockerignore"):
        read(folder)


def test_the_dockerfile_is_the_one_that_is_named_or_a_containerfile(folder, tmp_path, monkeypatch):
    (folder / "src" / "Dockerfile.small").write_text("FROM small\n")
    (tmp_path / "outside").write_text("FROM outside\n")
    monkeypatch.chdir(tmp_path)
    inside = read(folder, dockerfile=Path("application/src/Dockerfile.small"))
    assert (inside.name, inside.dockerfile) == ("src/Dockerfile.small", b"FROM small\n")
    assert {"Dockerfile", "src/Dockerfile.small"} < set(members(inside))
    outside = read(folder, dockerfile=Path("outside"))
    assert (outside.name, outside.dockerfile) == (".dockerfile.0", b"FROM outside\n")
    with pytest.raises(CannotRun, match="/none: no such file"):
        read(folder, dockerfile=Path("none"))
    with pytest.raises(CannotRun, match="application: not a regular file"):
        read(folder, dockerfile=Path("application"))
    monkeypatch.setattr(subject, "LARGEST_BYTES", 1 << 20)
    (tmp_path / "outside").write_bytes(bytes((1 << 20) + 1))
    with pytest.raises(CannotRun, match="reading the Dockerfile .*/outside: it is larger than 1 MiB"):
        read(folder, dockerfile=Path("outside"))
    (folder / "Dockerfile").rename(folder / "Containerfile")
    assert read(folder).name == "Containerfile"


def test_a_named_dockerfile_is_outside_where_it_is_so_however_it_is_written(folder, tmp_path, monkeypatch):
    (tmp_path / "docker").mkdir()
    (tmp_path / "docker" / "Dockerfile").write_text("FROM outside\n")
    (folder / "link").symlink_to(tmp_path / "docker" / "Dockerfile")
    (tmp_path / "other").symlink_to(folder)
    monkeypatch.chdir(folder)
    for written in ("../docker/Dockerfile", "src/../../docker/Dockerfile", "link", folder / ".." / "docker/Dockerfile"):
        outside = read(folder, dockerfile=Path(written))
        assert (outside.name, outside.dockerfile) == (".dockerfile.0", b"FROM outside\n"), written
    for written in ("src/../Dockerfile", "../application/Dockerfile", "../other/Dockerfile"):
        assert read(folder, dockerfile=Path(written)).name == "Dockerfile", written
        assert read(Path(), dockerfile=Path(written)).name == "Dockerfile", written
        assert read(Path("src/.."), dockerfile=Path(written)).name == "Dockerfile", written


def test_a_dockerfile_in_small_letters_is_found_where_docker_finds_it(folder):
    (folder / "Dockerfile").rename(folder / "dockerfile")
    (folder / "Containerfile").write_text("FROM other\n")
    assert read(folder).name == "dockerfile"
    (folder / "Dockerfile").write_text("FROM first\n")
    assert read(folder).dockerfile == b"FROM first\n"


def test_buildkit_prefers_what_is_ignored_for_its_own_dockerfile(folder):
    (folder / "Dockerfile.dockerignore").write_text("src\n")
    assert "node_modules/x.js" in members(read(folder, "buildkit"))
    assert "src/run" in members(read(folder, "classic"))


def test_buildkit_reads_the_ignore_file_beside_a_dockerfile_outside(folder, tmp_path, monkeypatch):
    (tmp_path / "docker").mkdir()
    (tmp_path / "docker" / "Dockerfile").write_text("FROM outside\n")
    (tmp_path / "docker" / "Dockerfile.dockerignore").write_text("src/run\n")
    monkeypatch.chdir(folder)
    named = Path("../docker/Dockerfile")
    assert "src/run" not in members(read(folder, "buildkit", dockerfile=named))
    assert "src/run" in members(read(folder, "classic", dockerfile=named))


def test_the_stage_and_the_arguments_are_settings_without_the_arguments_values(folder):
    asked = read(folder, target="build", arguments=(("TOKEN", "secret"),)).settings
    assert asked["target"] == "build"
    assert "secret" not in str(asked)
    other = read(folder, target="build", arguments=(("TOKEN", "other"),)).settings
    assert asked["build_args_sha256"] != other["build_args_sha256"]
    assert {"target", "build_args_sha256"}.isdisjoint(read(folder).settings)


def test_what_is_removed_while_the_context_is_read_is_left_out_as_docker_does(folder, monkeypatch):
    def looked_at(archive, path, name):
        if name == "src/data":
            path.unlink()
        return look_at(archive, path, name)

    look_at = tarfile.TarFile.gettarinfo
    monkeypatch.setattr(tarfile.TarFile, "gettarinfo", looked_at)
    found = members(read(folder))
    assert "src/data" not in found
    assert "src/run" in found


def test_many_small_files_take_little_more_memory_than_their_archive(tmp_path):
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    for number in range(3000):
        (tmp_path / f"{number:04}").write_text("x")
    context = read(tmp_path)
    assert context.files == 3000
    # It is 1.1 times; with the headers that tarfile keeps 1.38, and with the inodes too 1.55.
    assert most_allocated(lambda: read(tmp_path)) < 1.2 * len(context.archive())


@pytest.mark.real
@pytest.mark.usefixtures("bystander")
@pytest.mark.parametrize("buildkit", ["0", "1"])
def test_ones_own_build_is_timed_and_leaves_nothing_but_its_base(make_context, folder, holdings, monkeypatch, buildkit):
    monkeypatch.setenv("DOCKER_BUILDKIT", buildkit)
    before = holdings()
    (metric,) = BuildWorkload().measure(make_context(BuildOptions(Repeats(1, 1, 0), context=folder)))
    assert metric.state == "ok", metric.reason
    assert metric.settings["context"] == "own"
    assert any(step["step"].startswith("RUN /work/src/run") for step in metric.samples[0].detail["steps"])
    assert holdings() == before


@pytest.mark.real
@pytest.mark.parametrize(
    ("dockerfile", "message"),
    [
        (
            "FROM absent:1\n",
            "the engine does not have the build's base image absent:1; docker pull absent:1",
        ),
        (
            "ARG BASE\nFROM $BASE\n",
            "variable without a default: $BASE; write the image's name in the Dockerfile, or give its ARG a default",
        ),
    ],
)
def test_a_base_that_is_not_there_is_not_pulled_and_ends_the_command(make_context, folder, dockerfile, message):
    (folder / "Dockerfile").write_text(dockerfile)
    with pytest.raises(CannotMeasureError) as caught:
        list(BuildWorkload().measure(make_context(BuildOptions(Repeats(1, 1, 0), context=folder))))
    assert str(caught.value).startswith("measuring the build: ")
    assert str(caught.value).endswith(message)


def test_a_base_named_by_its_id_is_refused_where_buildkit_would_ask_a_registry_for_it(folder):
    (folder / "Dockerfile").write_text("FROM 0123456789ab\n")
    client = SimpleNamespace(inspect_image=lambda _name: {"Id": f"sha256:{'0123456789ab':0<64}"}, networks=list)
    with pytest.raises(
        CannotRun,
        match="an image by its id .0123456789ab., which BuildKit would look up in a registry; give the image a",
    ):
        fitted(read(folder), client, "buildkit")
    assert fitted(read(folder), client, "classic").images == (f"sha256:{'0123456789ab':0<64}",)
