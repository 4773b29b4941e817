from pathlib import Path

import pytest

from hostcheck.catalogue.kinds import Kind
from hostcheck.catalogue.loader import entries, parse
from hostcheck.errors import UsageError

FACT = """\
[[fact]]
id = "a.b"
title = "A"
type = "choice"
values = ["v1", "v2"]
example = "v1"
decided = "By looking."
sources = ["a(7)"]
"""


def test_an_entry_is_read_and_one_text_may_stand_for_a_list():
    (entry,) = parse(FACT, Path("c.toml"))
    assert (entry.id, entry.title, entry.example) == ("a.b", "A", "v1")
    assert entry.kind == Kind("choice", values=("v1", "v2"))
    assert (entry.decided, entry.sources) == (("By looking.",), ("a(7)",))


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('sources = ["a(7)"]\n', "", r"c\.toml:1: fact a\.b has no sources"),
        ("title", "titel", r"c\.toml:3: unknown key 'titel'; did you mean title\?"),
        ('["v1", "v2"]', "[]", r"c\.toml:5: values is \[\]"),
        ('values = ["v1", "v2"]\n', "", r"c\.toml:1: fact a\.b has no values; a choice lists them"),
        ('"choice"', '"chois"', r"c\.toml:4: type is 'chois'; use one of boolean, count"),
        ('example = "v1"', 'example = "v3"', r"c\.toml:6: 'v3' does not fit the type: choice: v1, v2"),
        ('"By looking."', '""', r"c\.toml:7: decided is ''"),
        ("[[fact]]", "[[facts]]", r"c\.toml:1: unknown key 'facts'"),
    ],
)
def test_a_wrong_entry_is_refused_with_file_and_line(before, after, message):
    with pytest.raises(UsageError, match=message):
        parse(FACT.replace(before, after), Path("c.toml"))


def test_the_shipped_catalogue_is_complete():
    for fact_id, entry in entries().items():
        assert entry.id == fact_id
        assert not entry.title.endswith("."), fact_id
        assert all(sentence.endswith(".") for sentence in entry.decided), fact_id
        assert all(entry.sources), fact_id
