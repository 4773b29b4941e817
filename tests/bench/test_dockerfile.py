import pytest

from hostcheck.bench.dockerfile import base_images, labelled


def test_every_stage_is_labelled_and_nothing_else_changes():
    text = "# FROM nowhere\nFROM scratch AS one\nRUN echo FROM here\n  from one\nCOPY --from=one / /\n"
    assert labelled(text, {"a": "1", "b": "2"}) == (
        "# FROM nowhere\nFROM scratch AS one\nLABEL a=1 b=2\nRUN echo FROM here\n"
        "  from one\nLABEL a=1 b=2\nCOPY --from=one / /\n"
    )


def test_a_last_line_without_an_end_is_labelled_too():
    assert labelled("FROM scratch", {"a": "1"}) == "FROM scratch\nLABEL a=1\n"


@pytest.mark.parametrize(
    "text",
    [
        "RUN <<EOF\nFROM users\nEOF\n",
        "RUN cat <<-'A' <<B\nFROM one\nA\nFROM two\nB\n",
        "RUN psql -c 'SELECT 1 \\\n\n# a comment\nFROM users'\n",
    ],
)
def test_what_only_looks_like_a_stage_is_none(text):
    assert labelled(text, {"a": "1"}) == text
    assert base_images(text) == ()


def test_after_a_here_document_stages_go_on():
    assert base_images("FROM one\nRUN <<EOF\nFROM users\nEOF\nFROM two\n") == ("one", "two")


def test_base_images_are_those_that_are_no_stages():
    text = (
        "ARG X=1\nFROM --platform=linux/amd64 alpine:3 AS Build\nFROM build\nFROM scratch AS last\nCOPY --from=0 /x /\n"
        "COPY --from=busybox:1 /x /\nRUN --mount=type=bind,from=tools,target=/t true\n"
        "# COPY --from=comment / /\nFROM alpine:3\n"
    )
    assert base_images(text) == ("alpine:3", "busybox:1", "tools")


@pytest.mark.parametrize("line", ["FROM alpine \\\n  AS x\n", "FROM\n", "FROM a b c d\n"])
def test_a_stage_that_could_not_be_labelled_is_refused(line):
    with pytest.raises(ValueError, match="is not a FROM on one line"):
        base_images(line)
