"""Read and check fields of a JSON object; errors name the place in the document."""

from collections.abc import Collection, Iterator
from typing import Any

from hostcheck.fio.documents import Contradiction, FioParseError

MOST = 1 << 64
"""Largest accepted number. fio's counters have 64 bits, and its rates and times are computed from them."""


def _fault(what: str) -> FioParseError:
    remedy = "lines may be missing or changed: use all of the output, as fio wrote it"
    return FioParseError(f"fio's JSON: {what}", remedy=remedy)


class Fields:
    """A JSON object and its place in the document, such as "jobs[0].read".

    A method that reads a field raises FioParseError if the field has another type, or is missing and not optional.
    """

    def __init__(self, values: Any, where: str) -> None:
        if not isinstance(values, dict):
            how = "occurs twice with different values" if isinstance(values, Contradiction) else "is not an object"
            raise _fault(f"{where} {how}")
        self._values = values
        self._where = where

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def number(self, key: str) -> float:
        """Return a number.

        Raises:
            FioParseError: if the field is no number, or the number is negative or above MOST.
        """
        value = self._value(key)
        # JSON's true is Python's 1.
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise _fault(f"{self._at(key)} is not a number")
        if not 0 <= value <= MOST:
            raise _fault(f"{self._at(key)} is not a quantity: {str(value)[:40]}")
        return value

    def whole(self, key: str) -> int:
        """Return a whole number between 0 and MOST."""
        value = self.number(key)
        if value != int(value):
            raise _fault(f"{self._at(key)} is not a whole number: {value}")
        return int(value)

    def errno(self, key: str) -> int:
        """Return an errno as a positive number; some I/O engines report negative ones."""
        value = self._value(key)
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 1 << 31:
            raise _fault(f"{self._at(key)} is not an error number")
        return abs(value)

    def optional_number(self, key: str) -> float | None:
        """Return a number, or None if the field is missing or null."""
        return self.number(key) if self._values.get(key) is not None else None

    def optional_whole(self, key: str) -> int | None:
        """Return a whole number, or None if the field is missing or null."""
        return self.whole(key) if self._values.get(key) is not None else None

    def text(self, key: str) -> str:
        """Return a string."""
        value = self._value(key)
        if not isinstance(value, str):
            raise _fault(f"{self._at(key)} is not a string")
        return value

    def optional_text(self, key: str) -> str | None:
        """Return a string, or None if the field is missing."""
        return self.text(key) if key in self._values else None

    def within(self, key: str) -> "Fields | None":
        """Return the object in a field, or None if the field is missing."""
        return Fields(self._values[key], self._at(key)) if key in self._values else None

    def is_list(self, key: str) -> bool:
        """Return whether a field exists and is a list."""
        return isinstance(self._values.get(key), list)

    def list_of(self, key: str) -> "list[Fields]":
        """Return the objects of a field that is a list; an empty list if the field is missing."""
        values = self._value(key) if key in self._values else []
        if not isinstance(values, list):
            raise _fault(f"{self._at(key)} is not a list")
        return [Fields(value, f"{self._at(key)}[{index}]") for index, value in enumerate(values)]

    def options(self, beside: Collection[str] = ()) -> dict[str, str]:
        """Return the object's fields, which must be strings, except those named in ``beside``.

        If a field occurs several times, the last value is used, as in fio. Only the files of ``filename`` are added.
        """
        given = {}
        for key, value in self._values.items():
            if key in beside:
                continue
            all_values = value.values if isinstance(value, Contradiction) else [value]
            if not all(isinstance(each, str) for each in all_values):
                raise _fault(f"{self._at(key)} is not a string")
            given[key] = ":".join(all_values) if key == "filename" else all_values[-1]
        return given

    def numbers(self) -> dict[str, float]:
        """Return the object's fields, all of which must be numbers. Fields that are null are left out."""
        return {key: self.number(key) for key, value in self._values.items() if value is not None}

    def _value(self, key: str) -> Any:
        if key not in self._values:
            raise _fault(f"{self._where or 'the document'} has no {key!r}")
        if isinstance(self._values[key], Contradiction):
            raise _fault(f"{self._at(key)} occurs twice with different values")
        return self._values[key]

    def _at(self, key: str) -> str:
        return f"{self._where}.{key}" if self._where else key
