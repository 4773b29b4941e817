from hostcheck.profiles.loader import load, names
from hostcheck.profiles.table import markdown


def test_the_tables_have_every_check_under_every_profile_that_has_it():
    rows = [[cell.strip() for cell in line.split(" | ")] for line in markdown().splitlines() if line.startswith("| `")]
    for name in names():
        assert any(row[0] == f"| `{name}`" for row in rows)
        for check in load(name).checks:
            word = f"**{name}**" if check.severity == "required" else name
            whose = [row[3].partition(" (")[0].split(", ") for row in rows if row[0] == f"| `{check.id}`"]
            assert any(word in names_of for names_of in whose), (name, check.id)


def test_every_row_has_the_columns_of_its_head():
    for block in markdown().split("\n\n"):
        rows = [line for line in block.splitlines() if line.startswith("|")]
        assert len({line.replace("\\|", "").count("|") for line in rows}) <= 1


def test_a_check_has_one_row_for_each_question():
    rows = [
        tuple(line.split(" | ")[i] for i in (0, 2, 3)) for line in markdown().splitlines() if line.startswith("| `")
    ]
    assert len(rows) == len(set(rows))
