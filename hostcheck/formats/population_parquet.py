"""A fleet as Parquet: the rows of its CSV with types, for notebooks and databases."""

import io

from hostcheck.errors import CannotMeasureError
from hostcheck.formats.population_csv import COLUMNS, rows
from hostcheck.formats.terminal import Style
from hostcheck.population.columns import Population

_NUMBERS = ("low", "high")
_NUMBER = "number"
"""The column for values of figures, because a column contains either numbers or texts."""


def render(population: Population, _style: Style | None = None) -> bytes:
    """Return the rows of ``population_csv``. The value of a figure is in the column "number", any other in "value".

    Raises:
        CannotMeasureError: if pyarrow is not installed.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415  an extra
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError as error:
        from hostcheck.installed import lacking  # noqa: PLC0415  loads importlib.metadata

        raise lacking(CannotMeasureError, "writing Parquet", "pyarrow", "parquet") from error
    columns: dict[str, list[str | float | None]] = {name: [] for name in (*COLUMNS, _NUMBER)}
    for row in rows(population):
        found = dict(zip(COLUMNS, row, strict=True))
        value = found["value"]
        found[_NUMBER] = value if isinstance(value, float) else ""
        found["value"] = value if isinstance(value, str) else ""
        for name, each in found.items():
            columns[name].append(None if each == "" else each)
    types = {name: pa.float64() if name in {*_NUMBERS, _NUMBER} else pa.string() for name in columns}
    table = pa.table({name: pa.array(values, types[name]) for name, values in columns.items()})
    stream = io.BytesIO()
    parquet.write_table(table, stream)
    return stream.getvalue()
