"""Characters that cannot be seen, or that look like a space, are named."""

import pytest

from hostcheck.characters import line_and_column, named, unusual_space


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\u00a0", "a no-break space (U+00A0)"),
        ("\u2003", "an em space (U+2003)"),
        ("\t", "a tab (U+0009)"),
        ("\x07", "the control character (U+0007)"),
    ],
)
def test_a_character_is_named_with_its_code_point(character, name):
    assert named(character) == name


def test_the_place_of_a_character_is_its_line_and_column():
    assert [line_and_column("ab\ncd", place) for place in (0, 3, 4)] == [(1, 1), (2, 1), (2, 2)]


def test_a_space_that_no_parser_reads_as_one_is_found_and_plain_ones_are_not():
    assert unusual_space("a:\u00a0b") == "column 3 is a no-break space (U+00A0)"
    assert not unusual_space("a: b\t# é\n")
