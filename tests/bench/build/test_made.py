import json
import threading
import time
from uuid import uuid4

import pytest

from hostcheck.bench.base import CannotRun
from hostcheck.bench.build import made as subject
from hostcheck.bench.build.made import ENDED, forget, forget_gone, killed_builds, made, noted
from hostcheck.bench.build.options import BuildOptions
from hostcheck.bench.build.request import build
from hostcheck.bench.build.user_context import fitted, read_context
from hostcheck.bench.busybox import find_busybox
from hostcheck.bench.cleanup.engine_objects import remove_once
from hostcheck.bench.cleanup.engine_sweeper import sweep_after
from hostcheck.labels import labels
from hostcheck.process import own_process
from tests.bench.conftest import ONCE

RUN_ID = uuid4().hex
URL = "unix:///tests.sock"


def image(name, parent="", *tags, created=100):
    return {
        "Id": f"sha256:{name * 16}",
        "ParentId": parent and f"sha256:{parent * 16}",
        "RepoTags": list(tags) or ["<none>:<none>"],
        "RepoDigests": ["<none>@<none>"],
        "Created": created,
    }


class FakeClient:
    def __init__(self, *images, **inspected):
        self.listed = list(images)
        self.inspected = inspected

    def images(self, *, all):  # noqa: A002 - the SDK's name
        assert all
        return self.listed

    def containers(self, *, all):  # noqa: A002 - the SDK's name
        assert all
        return [{"Id": "c0ffee" * 8}, {"Id": "decaf0" * 8}]

    def inspect_image(self, name):
        return {"Id": name, **self.inspected.get(name.removeprefix("sha256:")[:4], {})}


@pytest.fixture
def folder(monkeypatch, tmp_path):
    monkeypatch.setattr(subject, "run_folder", lambda: tmp_path)
    return tmp_path


@pytest.fixture
def says(folder):
    """Let a builder say these texts, while the engine holds so many images, and return what was made."""

    def do(*texts, before=(), after=(), **inspected):
        with noted(FakeClient(*before), URL, RUN_ID) as note:
            for text in texts:
                note(text)
        found = made(FakeClient(*before, *after, **inspected), RUN_ID)
        return [name.removeprefix("sha256:")[:4] for name in found.images], list(found.containers)

    return do


BASE, ONE, TWO, OTHER = image("ba5e"), image("1111", "ba5e"), image("2222", "1111"), image("dddd")
FROM = ("Step 1/3 : FROM base", "\n", " ---> ba5eba5eba5e\n")
FIRST = ("Step 2/3 : COPY x /", " ---> 111111111111\n")
SECOND = (
    "Step 3/3 : RUN true",
    " ---> Running in c0ffeec0ffee\n",
    "Removing intermediate container c0ffeec0ffee\n",
    " ---> 222222222222\n",
)


def test_what_the_builder_says_is_ours_the_last_one_first_and_not_what_it_began_with(says):
    said = says(*FROM, *FIRST, *SECOND, ENDED, before=[BASE], after=[ONE, TWO, OTHER])
    assert said == (["2222", "1111"], ["c0ffee" * 8])


def test_what_another_has_given_a_name_or_built_upon_is_left(says):
    named = image("2222", "1111", "theirs:1")
    assert says(*FROM, *FIRST, *SECOND, ENDED, before=[BASE], after=[ONE, named])[0] == []
    on_ours = image("cccc", "1111")
    assert says(*FROM, *FIRST, *SECOND, ENDED, before=[BASE], after=[ONE, TWO, on_ours])[0] == ["2222"]


def test_podmans_words_are_read(says):
    texts = ("[1/2] STEP 1/2: FROM base", "[1/2] STEP 2/2: COPY x /", "--> 11111111111\n")
    assert says(*texts, ENDED, before=[BASE], after=[ONE])[0] == ["1111"]


def test_what_a_step_prints_is_no_image(says):
    texts = (*FROM, "Step 2/2 : RUN cat", "dddddddddddd\n", "sha256:dddddddddddd\n", " ---> dddddddddddd and so on\n")
    assert says(*texts, ENDED, before=[BASE], after=[OTHER])[0] == []


COMMITTED_COPY = {"ContainerConfig": {"Cmd": ["/bin/sh", "-c", "#(nop) COPY file:5 in / "]}}


def test_the_image_of_a_copy_that_was_cut_is_found_by_its_parent_and_its_kind(says):
    now = int(time.time())
    late, others = image("1111", "ba5e", created=now), image("dddd", created=now)
    cut = (*FROM, "Step 2/3 : COPY x /")
    assert says(*cut, before=[BASE], after=[late, others], **{"1111": COMMITTED_COPY, "dddd": COMMITTED_COPY})[0] == [
        "1111"
    ]
    assert says(*cut, before=[BASE], after=[late], **{"1111": {}})[0] == []
    # The builder has ended by itself: nothing was under way.
    assert says(*cut, ENDED, before=[BASE], after=[late], **{"1111": COMMITTED_COPY})[0] == []
    old = image("1111", "ba5e", created=now - 100)
    assert says(*cut, before=[BASE], after=[old], **{"1111": COMMITTED_COPY})[0] == []


def test_of_two_that_may_be_the_one_that_was_cut_none_is_taken(says):
    now = int(time.time())
    two = [image("1111", "ba5e", created=now), image("2222", "ba5e", created=now)]
    inspected = {"1111": COMMITTED_COPY, "2222": COMMITTED_COPY}
    assert says(*FROM, "Step 2/3 : COPY x /", before=[BASE], after=two, **inspected)[0] == []


def test_the_image_of_a_run_that_was_cut_is_found_by_its_container(says):
    now = int(time.time())
    late, others = image("1111", "ba5e", created=now), image("2222", "ba5e", created=now)
    inspected = {"1111": {"Container": "c0ffee" * 8}, "2222": {"Container": "decaf0" * 8}}
    cut = (*FROM, "Step 2/3 : RUN true", " ---> Running in c0ffeec0ffee\n")
    assert says(*cut, before=[BASE], after=[late, others], **inspected) == (["1111"], ["c0ffee" * 8])


def test_what_a_killed_run_did_not_come_to_read_is_found_above_what_it_read(says):
    assert says(*FROM, *FIRST, before=[BASE], after=[ONE, TWO])[0] == ["2222", "1111"]


def test_the_images_of_triggers_are_found_below_the_last_one_which_alone_is_said(says):
    texts = ("Step 1/1 : FROM base", "\n", "# Executing 2 build triggers\n", " ---> 222222222222\n")
    assert says(*texts, ENDED, before=[BASE], after=[ONE, TWO])[0] == ["2222", "1111"]


def test_the_images_of_triggers_before_one_that_failed_are_found_above_what_has_triggers(says):
    now = int(time.time())
    late = [image("1111", "ba5e", created=now), image("2222", "1111", created=now)]
    texts = ("Step 1/1 : FROM base", "\n", "# Executing 3 build triggers\n", " ---> Running in c0ffeec0ffee\n")
    triggers = {"Config": {"OnBuild": ["COPY x /"]}}
    assert says(*texts, ENDED, before=[BASE], after=late, ba5e=triggers)[0] == ["2222", "1111"]
    assert says(*texts, ENDED, before=[BASE], after=late)[0] == []


def test_triggers_of_an_earlier_stage_of_the_same_second_are_not_taken_for_those_that_failed(says):
    now = int(time.time())
    stage = [image("1111", "ba5e", created=now), image("2222", "1111", created=now)]
    late = image("3333", "0ba5", created=now)
    texts = ("Step 1/2 : FROM base", "\n", "# Executing 2 build triggers\n", " ---> 222222222222\n")
    failed = ("Step 2/2 : FROM other", "\n", "# Executing 2 build triggers\n", " ---> Running in c0ffeec0ffee\n")
    triggers = {"Config": {"OnBuild": ["COPY x /"]}}
    bases = {"ba5e": triggers, "0ba5": triggers}
    found = says(*texts, *failed, ENDED, before=[BASE, image("0ba5")], after=[*stage, late], **bases)[0]
    assert sorted(found) == ["1111", "2222", "3333"]


def test_a_list_that_was_being_written_is_read_as_far_as_it_goes(folder, says):
    says(*FROM, *FIRST, *SECOND, before=[BASE], after=[])
    (path,) = folder.iterdir()
    whole = path.read_bytes()
    for end in range(0, len(whole), 7):
        path.write_bytes(whole[:end])
        assert {*made(FakeClient(BASE, ONE, TWO), RUN_ID).images} <= {ONE["Id"], TWO["Id"]}


def test_a_list_is_its_users_alone_and_goes_when_it_is_let_go(folder, says):
    says(*FROM, before=[BASE])
    (path,) = folder.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    forget(RUN_ID)
    assert list(folder.iterdir()) == []
    assert made(FakeClient(BASE), RUN_ID).images == ()


def test_a_link_is_neither_written_nor_read(folder):
    (folder / "there").write_text(json.dumps({"before": []}) + '\n[1.0, " ---> ba5eba5eba5e\\n"]\n')
    (folder / f"hostcheck-build-{RUN_ID}").symlink_to(folder / "there")
    with (
        pytest.raises(CannotRun, match="cannot write the list of the build.s images"),
        noted(FakeClient(), URL, RUN_ID),
    ):
        pass
    assert made(FakeClient(BASE), RUN_ID).images == ()


def test_the_next_start_knows_the_builds_of_runs_that_are_gone_in_this_engine(folder):
    dead = "999999999-1-" + own_process().rpartition("-")[2]
    for name, url, process in (("a", URL, dead), ("b", URL, own_process()), ("c", "unix:///other", dead)):
        document = {"engine": url, "process": process, "before": []}
        (folder / f"hostcheck-build-{name}").write_text(json.dumps(document) + "\n")
    assert killed_builds(URL) == ("a",)


def test_what_another_run_says_is_its_own_is_not_taken_for_the_step_that_was_cut(folder, says):
    late = [image("1111", "ba5e", created=int(time.time())), image("2222", "ba5e", created=int(time.time()))]
    cut = (*FROM, "Step 2/2 : COPY x /", "\n")
    does = {one: {"ContainerConfig": {"Cmd": ["/bin/sh", "-c", "#(nop) COPY file:0 in /"]}} for one in ("1111", "2222")}
    assert says(*cut, before=[BASE], after=late, **does)[0] == []
    document = {"engine": URL, "process": own_process(), "before": []}
    lines = [json.dumps(document), json.dumps([1.0, " ---> " + "1" * 12 + "\n"]), ""]
    (folder / "hostcheck-build-other").write_text("\n".join(lines))
    assert says(*cut, before=[BASE], after=late, **does)[0] == ["2222"]


def test_lists_of_killed_runs_go_with_their_engine(folder, tmp_path):
    dead = "999999999-1-" + own_process().rpartition("-")[2]
    (tmp_path / "engine").mkdir()
    there, gone = f"unix://{tmp_path}/engine/socket", f"unix://{tmp_path}/none/socket"
    for name, url, process in (("a", there, dead), ("b", gone, own_process()), ("c", gone, dead)):
        document = {"engine": url, "process": process, "before": []}
        (folder / f"hostcheck-build-{name}").write_text(json.dumps(document) + "\n")
    forget_gone()
    assert sorted(path.name[-1] for path in folder.glob("hostcheck-build-*")) == ["a", "b"]


def test_who_sweeps_for_an_engine_that_is_gone_lets_go_of_the_list(folder, says, tmp_path):
    says(*FROM, before=[BASE])
    sweep_after(f"unix://{tmp_path}/none/socket", RUN_ID, None)
    assert list(folder.iterdir()) == []


BY_ID = "a base without a name"
KINDS = {
    "a byte order mark": b"\xef\xbb\xbfFROM scratch\nADD rootfs.tar /\nRUN true\n",
    "a shift in a RUN": b"FROM scratch\nADD rootfs.tar /\nRUN echo $((1<<20))\nFROM scratch\nADD rootfs.tar /\n",
    "a here-string in a RUN": b"FROM scratch AS a\nADD rootfs.tar /\nRUN echo '<<< x'\nFROM a\nRUN true\n",
    "another escape": b"# escape=`\nFROM scratch `\n AS a\nADD `\n rootfs.tar /\nRUN true\nFROM a\nRUN echo \\\n",
    "lower case": b"from scratch as a\nadd rootfs.tar /\nrun true\nfrom a\nrun true\n",
    "lines that go on": b"FROM \\\n scratch \\\n AS a\nADD rootfs.tar /\nRUN true \\\n# FROM x\n && true\nFROM a\n",
    "a variable": b"ARG V=bystander\nFROM ${V}:1\nRUN true\nFROM ${V}:1 AS two\nRUN true\n",
    "stages without a name": b"FROM scratch\nADD rootfs.tar /\nFROM scratch\nCOPY --from=0 / /\n",
    "a stage that is not used": b"FROM bystander:1 AS a\nRUN true\nFROM bystander:1\nRUN true && true\n",
    "line ends of Windows": b"FROM scratch AS a\r\nADD rootfs.tar /\r\nRUN true\r\nFROM a\r\nRUN true\r\n",
    "Latin-1": b"# caf\xe9\nFROM scratch AS a\nADD rootfs.tar /\nENV A=caf\xe9\nFROM a\nRUN true\n",
    "triggers": b"FROM triggers\nRUN true\nFROM triggers\n",
    "a trigger that fails": b"FROM triggers\nRUN true\nFROM failing\nRUN true\n",
    BY_ID: b"FROM @dangling\nRUN true\nFROM @dangling\nCOPY rootfs.tar /y/\n",
    "names that are long": b"FROM bystander:1\nCOPY . /all\n",
    "a step that fails": b"FROM scratch AS a\nADD rootfs.tar /\nFROM a\nRUN true && true\nRUN false\nRUN true\n",
}


@pytest.fixture
def bases(client, bystander):
    """An image with triggers, and one without a name, of another user."""
    client.commit(bystander, "triggers", changes=["ONBUILD COPY Dockerfile /z/", "ONBUILD RUN true"])
    client.commit(
        bystander, "failing", changes=["ONBUILD COPY Dockerfile /z/", "ONBUILD RUN true", "ONBUILD RUN false"]
    )
    dangling = client.commit(bystander)["Id"]
    yield dangling
    client.remove_image("triggers")
    client.remove_image("failing")
    client.remove_image(dangling)


@pytest.fixture
def build_here(engine, client, bases, tmp_path):
    """Build a folder with these bytes for its Dockerfile, busybox, and a long name; give the builder's error."""
    (tmp_path / "rootfs.tar").write_bytes(find_busybox().rootfs())
    long = tmp_path / "a long name".ljust(101, "x") / "and another".ljust(200, "y")
    long.parent.mkdir()
    long.touch()

    def do(dockerfile, builder):
        (tmp_path / "Dockerfile").write_bytes(dockerfile.replace(b"@dangling", bases.encode()))
        context = fitted(read_context(BuildOptions(ONCE, tmp_path), builder=builder), client, builder)
        with noted(client, engine.url, RUN_ID) as note:
            answer = build(
                client,
                context.archive(),
                "1",
                builder=builder,
                network="none",
                seconds=60,
                stop=threading.Event(),
                labels=labels(RUN_ID),
                note=note,
            )
        return answer.output.error

    yield do
    forget(RUN_ID)


FAILING = ("a step that fails", "a trigger that fails")


@pytest.mark.real
@pytest.mark.parametrize(
    ("kind", "builder"),
    [
        (kind, builder)
        for kind in KINDS
        for builder in ("classic", "buildkit")
        if (kind, builder) != (BY_ID, "buildkit")
    ],
)
def test_whatever_the_dockerfile_is_nothing_is_left(build_here, client, holdings, kind, builder):
    before, asked = holdings(), time.time()
    error = build_here(KINDS[kind], builder)
    assert bool(error) == (kind in FAILING), error
    assert remove_once(client, RUN_ID, cache_since=asked) > 0
    assert holdings() == before
