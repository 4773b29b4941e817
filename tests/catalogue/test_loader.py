from pathlib import Path

import pytest

from hostcheck.catalogue.loader import entries, parse
from hostcheck.errors import UsageError

FACT = '[[fact]]\nid = "a.b"\ntitle = "A"\nvalues = ["v1", "v2"]\ndecided = "By looking."\nsources = ["a(7)"]\n'


def test_an_entry_is_read_and_one_text_may_stand_for_a_list():
    (entry,) = parse(FACT, Path("c.toml"))
    assert (entry.id, entry.title, entry.values) == ("a.b", "A", ("v1", "v2"))
    assert (entry.decided, entry.sources) == (("By looking.",), ("a(7)",))


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('sources = ["a(7)"]\n', "", r"c\.toml:1: fact a\.b has no sources"),
        ("title", "titel", r"c\.toml:3: unknown key 'titel'; did you mean title\?"),
        ('["v1", "v2"]', "[]", r"c\.toml:4: values is \[\]"),
        ('"By looking."', '""', r"c\.toml:5: decided is ''"),
        ("[[fact]]", "[[facts]]", r"c\.toml:1: unknown key 'facts'"),
    ],
)
def test_a_wrong_entry_is_refused_with_file_and_line(before, after, message):
    with pytest.raises(UsageError, match=message):
        parse(FACT.replace(before, after), Path("c.toml"))


def test_the_catalogue_that_ships_is_whole():
    for fact_id, entry in entries().items():
        assert entry.id == fact_id
        assert not entry.title.endswith("."), fact_id
        assert all(sentence.endswith(".") for sentence in entry.decided), fact_id
        assert all(entry.sources), fact_id
