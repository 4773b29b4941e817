import pytest

from hostcheck.bench.build.dockerfile import base_images, copied_from, frontend

BOM = b"\xef\xbb\xbf"


def images(text, *, heredocs=True):
    return base_images(text.encode() if isinstance(text, str) else text, heredocs=heredocs)


def test_base_images_are_those_that_are_no_stages():
    text = (
        "FROM --platform=linux/amd64 alpine:3 AS Build\nFROM build\nFROM scratch AS last\nCOPY --from=0 /x /\n"
        "COPY --from=busybox:1 /x /\nRUN --mount=type=bind,from=tools,target=/t true\n"
        "# COPY --from=comment / /\nFROM alpine:3\nRUN echo --from=nowhere\nONBUILD COPY --from=later / /\n"
    )
    assert images(text) == ("alpine:3", "busybox:1", "tools")


@pytest.mark.parametrize(
    "text",
    [
        BOM + b"FROM one\n",
        b"FROM \\\n  one \\\n  AS x\n",
        b"from\tone as x\r\nFROM x\r\n",
        b"# escape=`\r\nFROM `\r\n one\r\nRUN dir c:\\\r\n",
        b"FROM one\nRUN true \\\n# FROM two\n\n && false\n",
        b"# caf\xe9\nFROM one\n",
        b"ARG V=one\nFROM ${V}\n",
        b"ARG V='on' W=${V}e\nFROM $W\n",
        b"FROM ${V:-one}\n",
        b"ARG V=x\nFROM ${V:+one}\n",
        b"ARG X=\nFROM ${X}one\n",
        b"ARG A=one\nFROM ${A:-$UNSET}\n",
        b"ARG C=ne\nFROM ${A:-o${C}}\n",
        b"ARG C=ne\nFROM ${A:-${B:-o$C}}\n",
        b'FROM "one"\n',
        b"ARG V='n'\nFROM o\"${V}\"e\n",
        b"FROM o\\\nne\n",
        b"FROM \\\n# a comment\n o\\\nne\n",
        b"RUN a\x0bFROM two\nFROM one\n",
        b"FROM one\nARG V=two\nRUN echo $V\n",
        b"FROM one\nRUN echo $((1<<20))\nFROM one\n",
        b"FROM one\nRUN cat <<< word\nFROM one\n",
        b"FROM one\nRUN <<EOF\nFROM two\nEOF\n",
        b"FROM one\nRUN cat <<-'A' 3<<B\nFROM two\n\tA\nFROM two\nB\nFROM one\n",
        b"FROM one\nRUN psql -c 'SELECT 1 \\\n\n# a comment\nFROM two'\n",
    ],
    ids=lambda text: text.decode(errors="replace").replace("\n", "|"),
)
def test_what_a_build_begins_with_is_found_however_it_is_written(text):
    assert images(text) == ("one",)


def test_the_classic_builder_knows_no_here_documents():
    assert images("FROM one\nRUN <<EOF\nFROM two\nEOF\n", heredocs=False) == ("one", "two")


def test_a_variable_without_a_default_is_left_as_written():
    assert images("ARG V\nFROM ${V}:1\n") == ("${V}:1",)
    assert images("FROM one\nARG V=1\nFROM $V\n") == ("one", "$V")
    assert images("FROM alpine:${TARGETARCH:-amd64}\n") == ("alpine:${TARGETARCH:-amd64}",)


def test_a_variable_without_a_value_is_empty_in_a_name_that_is_one_without_it():
    assert images("ARG V\nFROM alpine${V}\nFROM a$OTHER$V-x\n") == ("alpine", "a-x")


def test_names_that_double_with_each_argument_stay_as_they_are_written():
    doubled = "ARG A=ab\n" + "ARG A=$A$A\n" * 40
    assert images(f"{doubled}FROM $A\n") == ("$A",)
    assert images(f"{doubled}FROM alpine${{A}}\n") == ("alpine${A}",)


@pytest.mark.parametrize("base", ["${A:-$B}", "${V#x}", "$V$", '"one', "${V", "${V:?}", "${A:-" * 5000])
def test_what_cannot_be_evaluated_with_certainty_stays_as_written(base):
    assert images(f"ARG V=\nFROM {base}\n") == (base,)


def test_an_argument_that_is_declared_again_without_a_value_has_none():
    assert images("ARG V=1\nARG V\nFROM a:$V\n") == ("a:$V",)


def test_what_is_no_dockerfile_begins_with_nothing():
    assert images(b"") == images(b"FROM\n") == images(b"\xff\xfe\\\n") == ()


@pytest.mark.parametrize(
    ("instruction", "named"),
    [
        ("COPY --chown=1 --from=a / /", ("a",)),
        ("RUN --mount=from=a --mount=type=bind,source=/x,from=b true", ("a", "b")),
        ("copy --from=a --from=b", ("a", "b")),
        ("RUN x --from=a", ()),
        ("LABEL --from=a", ()),
    ],
)
def test_an_instruction_names_images_in_its_flags(instruction, named):
    assert copied_from(instruction) == named


@pytest.mark.parametrize(
    "text",
    [
        b"# syntax=docker/dockerfile:1\nFROM scratch\n",
        BOM + b"#syntax = docker/dockerfile:1\r\nFROM scratch\r\n",
        b"#   SYNTAX=docker/dockerfile:1 --flag\n",
        b"# escape=`\n# Syntax=docker/dockerfile:1\n",
        b"#!/usr/bin/env docker-build\n# syntax=docker/dockerfile:1\n",
        b"// syntax=docker/dockerfile:1\n",
        b"//check=skip=all\n//syntax=docker/dockerfile:1\n",
        BOM + b'\n{"name": 1, "syntax": "docker/dockerfile:1"}\n',
    ],
)
def test_the_syntax_is_found_wherever_buildkit_looks_for_it(text):
    assert frontend(text) == "docker/dockerfile:1"


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"FROM scratch\n# syntax=docker/dockerfile:1\n",
        b"# a comment\n# syntax=docker/dockerfile:1\n",
        b"\n# syntax=docker/dockerfile:1\n",
        b"# syntax=\n",
        b'{"syntax": 1}',
        b"[1]",
    ],
)
def test_what_buildkit_takes_for_a_comment_is_no_syntax(text):
    assert frontend(text) == ""


STAGES = b"""ARG V=1
FROM a:$V AS one
FROM \\
  b:1 AS Two
COPY --from=one / /
FROM c:1 AS three
FROM two
COPY --from=x:1 / /
"""


@pytest.mark.parametrize(
    ("options", "images"),
    [
        ({}, ("a:1", "b:1", "c:1", "x:1")),
        ({"given": {"V": "2", "OTHER": "3"}}, ("a:2", "b:1", "c:1", "x:1")),
        ({"only_needed": True}, ("a:1", "b:1", "x:1")),
        ({"target": "TWO"}, ("a:1", "b:1")),
        ({"target": "1", "only_needed": True}, ("a:1", "b:1")),
        ({"target": "three", "only_needed": True}, ("c:1",)),
    ],
)
def test_images_are_those_of_the_stages_that_are_built(options, images):
    assert base_images(STAGES, heredocs=True, **options) == images


def test_a_stage_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="the Dockerfile has no stage four"):
        base_images(STAGES, heredocs=True, target="four")
