"""Expand keywords in a line of a job file as fio does: ``${VAR}``, and variables for the host such as ``$ncpus``.

For arithmetic with such variables fio runs ``bc`` in a shell (bc_calc in fio's options.c). This module runs no program.
"""

import os
import re
from collections.abc import Callable, Mapping

OWN = frozenset({"HC_FILE", "HC_SIZE", "HC_STRIPE", "HC_RUNTIME", "HC_RAMP"})
"""Variables that hostcheck sets when it runs fio. They are not expanded here."""

_VARIABLE = re.compile(r"\$\{([^{}]{0,200})\}")
_TOKEN = re.compile(r"\s*(?:(\d{1,15})|([-+*/()]))")


def expand(line: str, environment: Mapping[str, str]) -> str:
    """Return a line of a job file as fio would read it.

    Args:
        line: such as "numjobs=2*$ncpus" or "bs=${BLOCK}".
        environment: values of the variables by name.

    Raises:
        ValueError: if a variable is not set, or an expression cannot be computed; the message names it.
    """

    def value(match: re.Match[str]) -> str:
        if match[1] in OWN:
            return match[0]
        if match[1] not in environment:
            raise ValueError(f"the variable {match[1]} is not set")
        return environment[match[1]]

    expanded = _VARIABLE.sub(value, line)
    filled = expanded
    for word, number in _HOST.items():
        if word in filled:
            filled = filled.replace(word, str(number()))
    name, equals, text = filled.partition("=")
    if filled == expanded or not set(text) & set("+-*/"):
        return filled
    return f"{name}{equals}{_Sum(text).value()}"


_HOST: Mapping[str, Callable[[], int]] = {
    "$pagesize": lambda: os.sysconf("SC_PAGE_SIZE"),
    "$mb_memory": lambda: os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20,
    "$ncpus": lambda: os.sysconf("SC_NPROCESSORS_ONLN"),
}


class _Sum:
    """An arithmetic expression of whole numbers with + - * / and brackets. A division drops the remainder, as in bc."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[str] = []
        place = 0
        while place < len(text.rstrip()):
            match = _TOKEN.match(text, place)
            if match is None:
                raise self._wrong()
            self._tokens.append(match[1] or match[2])
            place = match.end()
        # Each opening bracket is one call deeper.
        if self._tokens.count("(") > 16:
            raise self._wrong()
        self._tokens.reverse()

    def value(self) -> int:
        found = self._terms()
        if self._tokens or not 0 <= found < 1 << 63:
            raise self._wrong()
        return found

    def _terms(self) -> int:
        found = self._factors()
        while self._tokens and self._tokens[-1] in "+-":
            found += self._factors() if self._tokens.pop() == "+" else -self._factors()
        return found

    def _factors(self) -> int:
        found = self._factor()
        while self._tokens and self._tokens[-1] in "*/":
            times, other = self._tokens.pop() == "*", self._factor()
            if not times and other == 0:
                raise self._wrong()
            found = found * other if times else abs(found) // abs(other) * (1 if (found < 0) == (other < 0) else -1)
        return found

    def _factor(self) -> int:
        first = self._tokens.pop() if self._tokens else ""
        if first == "(":
            found = self._terms()
            if not self._tokens or self._tokens.pop() != ")":
                raise self._wrong()
            return found
        if not first.isdecimal():
            raise self._wrong()
        return int(first)

    def _wrong(self) -> ValueError:
        return ValueError(f"{self._text[:60]!r} is not a sum of whole numbers")
