"""A value of a file with its line, and methods to read it."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hostcheck.errors import UsageError
from hostcheck.plaintext import plain
from hostcheck.workloadfiles.place import Place

ANY = "*"
"""The path of a refused value if it is not known which one of its line it is."""
NOT_RENDERED = "render a template first, as helm template does"
Plain = str | int | float | bool | None

UNCLEAR = "!unclear"
"""The tag of a value whose expression cannot be evaluated. Its ``value`` is the reason."""


class RefusedError(UsageError):
    """A value that is refused, while the rest of its file can be read.

    Attributes:
        place: the file and the line of the value.
        path: the keys to the value; ``ANY`` for all scalars of the line, empty for the whole file.
        said: the reason, with the path.
    """

    def __init__(self, place: Place, path: str, said: str, remedy: str = "") -> None:
        """Take the place and the path of the value, the reason, and what the user can do."""
        super().__init__(f"{plain(str(place))}: {said}", remedy=remedy)
        self.place, self.path, self.said = place, path, said


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A value in YAML, JSON or HCL.

    Attributes:
        value: a scalar, the nodes of a list, or the nodes of a mapping by key.
        place: the file and the line where it begins.
        path: the keys from the root, for messages: "services.web.ports".
        tag: an explicit tag, such as "!vault"; otherwise empty.
        written: the scalar as it is written in the file, without quotes.
        quoted: whether the scalar is in quotes.
        source: for a scalar of YAML over several lines, the text of these lines without the indicator of its style;
            otherwise empty.
        folded: whether YAML joins the lines of ``source`` by blanks.
    """

    value: "Plain | Sequence[Node] | Mapping[str, Node]"
    place: Place
    path: str = ""
    tag: str = ""
    written: str = ""
    quoted: bool = False
    source: str = ""
    folded: bool = False

    def refusal(self, problem: str, remedy: str = "") -> "RefusedError":
        """Return the error for a value that is refused, with its line and path."""
        where = f"{plain(self.path)}: " if self.path else ""
        remedy = remedy or (NOT_RENDERED if "{{" in problem else "")
        return RefusedError(self.place, self.path, f"{where}{problem}", remedy)

    @property
    def is_null(self) -> bool:
        """Whether the value is null or empty."""
        return self.value is None

    @property
    def is_mapping(self) -> bool:
        """Whether the value is a mapping."""
        return isinstance(self.value, Mapping)

    @property
    def is_list(self) -> bool:
        """Whether the value is a list."""
        return isinstance(self.value, Sequence) and not isinstance(self.value, str)

    @property
    def is_scalar(self) -> bool:
        """Whether the value is text, a number, a truth value or null."""
        return not self.is_mapping and not self.is_list

    def get(self, key: str) -> "Node | None":
        """Return the value of a key; None if it is absent or null.

        Raises:
            UsageError: if this is not a mapping.
        """
        found = self.mapping().get(key)
        return None if found is None or found.is_null else found

    def at(self, *keys: str) -> "Node | None":
        """Return the value at a path of keys; None if a key of it is absent, or a value is null.

        Raises:
            UsageError: if a value before the last is not a mapping.
        """
        node: Node | None = self
        for key in keys:
            node = node.get(key) if node else None
        return node

    def mapping(self) -> "Mapping[str, Node]":
        """Return the values by key.

        Raises:
            UsageError: if this is not a mapping.
        """
        if isinstance(self.value, Mapping):
            return self.value
        raise self.refusal(f"expected keys with values, found {self.kind}")

    def items(self) -> "Iterator[tuple[str, Node]]":
        """Yield the keys and the values. Null values are left out.

        Raises:
            UsageError: if this is not a mapping.
        """
        yield from ((key, node) for key, node in self.mapping().items() if not node.is_null)

    def elements(self) -> "Sequence[Node]":
        """Return the elements of a list.

        Raises:
            UsageError: if this is not a list.
        """
        if isinstance(self.value, Sequence) and not isinstance(self.value, str):
            return self.value
        raise self.refusal(f"expected a list, found {self.kind}")

    def all_of(self, key: str) -> "Sequence[Node]":
        """Return the elements of the list at a key; an empty sequence if the key is absent or its value is null.

        Raises:
            UsageError: if this is not a mapping, or the value is not a list.
        """
        found = self.get(key)
        return found.elements() if found else ()

    def text(self) -> str:
        """Return a scalar as text. A number or a truth value is returned as it is written in the file.

        Raises:
            UsageError: if this is not a scalar, or null.
        """
        if isinstance(self.value, str):
            return self.value
        if self.is_scalar and self.value is not None:
            return self.written
        raise self.refusal(f"expected text, found {self.kind}")

    def number(self) -> float:
        """Return a finite number. It may be written as text.

        Raises:
            UsageError: if this is not a number.
        """
        value = self.value
        if isinstance(value, str):
            try:
                value = float(value) if value.isascii() else math.nan
            except ValueError:
                value = math.nan
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise self.refusal(f"expected a number, found {self.kind}")
        return float(value)

    def whole(self, least: int = 0, most: int = 1_000_000) -> int:
        """Return a whole number.

        Raises:
            UsageError: if this is not a whole number from ``least`` to ``most``.
        """
        number = self.number()
        if not number.is_integer() or not least <= number <= most:
            raise self.refusal(f"expected a whole number from {least} to {most:,}, found {self.kind}")
        return int(number)

    def truth(self) -> bool:
        """Return a truth value. It may be written as text that Go's strconv.ParseBool accepts.

        Raises:
            UsageError: if this is not a truth value.
        """
        if isinstance(self.value, bool):
            return self.value
        if isinstance(self.value, str) and self.value in _TRUTH:
            return _TRUTH[self.value]
        raise self.refusal(f"expected true or false, found {self.kind}")

    def is_true(self, key: str) -> bool:
        """Return whether the value of a key is true; False if it is absent.

        Raises:
            UsageError: if this is not a mapping, or the value is neither true nor false.
        """
        found = self.get(key)
        return found is not None and found.truth()

    @property
    def kind(self) -> str:
        """What this is, in words for a message: "a list", "nothing", or the scalar itself."""
        if self.is_mapping:
            return "keys with values"
        if self.is_list:
            return "a list"
        if self.value is None:
            return "nothing"
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        shown = plain(self.written or str(self.value))
        return f"{shown[:40]}…" if len(shown) > 40 else shown


_TRUTH = {
    **dict.fromkeys(("1", "t", "T", "true", "True", "TRUE"), True),
    **dict.fromkeys(("0", "f", "F", "false", "False", "FALSE"), False),
}
