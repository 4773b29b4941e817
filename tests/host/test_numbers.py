import pytest

from hostcheck.host.numbers import is_whole, whole


@pytest.mark.parametrize(("text", "number"), [("0", 0), (" 12\n", 12), ("-1", -1), (str(2**64 - 1), 2**64 - 1)])
def test_numbers_of_the_kernel(text, number):
    assert whole(text) == number
    assert is_whole(text) == (number >= 0)


@pytest.mark.parametrize("text", ["", "-", "1.5", "0x10", "1_000", "٣", "9" * 21, "9" * 5000, "--1", "max"])
def test_anything_else_is_none(text):
    assert not is_whole(text)
    with pytest.raises(ValueError, match="not a number"):
        whole(text)
