"""A plot of the page with its finding in words, and its data as a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from hostcheck.report.svg import Drawings


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot on the page.

    Attributes:
        name: the plot's id on the page.
        title: the title.
        finding: what the plot shows, in words.
        drawings: the drawings, wide and narrow.
        header: the header of the data table.
        rows: the rows of the data table. The first cell names the row.
        unit: the unit of the table's numbers; empty if there is no common unit.
        names: number of columns, from the left, that hold names instead of numbers.
    """

    name: str
    title: str
    finding: str
    drawings: Drawings
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    unit: str = ""
    names: int = 1
