"""docs/plugins.md shows the entry points of the example package, and every member of Host."""

import re
from pathlib import Path

import tomli

from hostcheck.host.base import Host

TOP = Path(__file__).parents[2]
TEXT = (TOP / "docs" / "plugins.md").read_text()


def test_the_entry_points_are_those_of_the_package_that_is_tested():
    (shown,) = re.findall(r"^```toml\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
    package = tomli.loads((TOP / "tests" / "plugin" / "pyproject.toml").read_text())
    assert tomli.loads(shown)["project"]["entry-points"] == package["project"]["entry-points"]


def test_every_member_of_a_host_is_in_the_table():
    table = TEXT.partition("| member | gives |")[2].partition("\n\n")[0]
    cells = [row.split("|")[1] for row in table.splitlines() if row]
    listed = {name for cell in cells for name in re.findall(r"`(\w+)[`(]", cell)}
    members = {name for name in {*vars(Host), *Host.__annotations__} if not name.startswith("_")}
    assert listed == members
