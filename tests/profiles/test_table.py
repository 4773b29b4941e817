from hostcheck.profiles.loader import load, names
from hostcheck.profiles.table import markdown


def test_the_table_has_a_row_for_every_check():
    text = markdown()
    for name in names():
        assert f"## {name}\n" in text
        for check in load(name).checks:
            assert f"| `{check.id}` | {check.title} |" in text


def test_every_row_has_the_columns_of_its_head():
    rows = [line for line in markdown().splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {6}
