"""Choose the files of a build context as docker does: by the patterns of .dockerignore.

Sources: github.com/moby/patternmatcher (ignorefile/ignorefile.go, patternmatcher.go); moby, pkg/archive
(TarWithOptions); docker/cli, command/image/build (TrimBuildFilesFromExcludes); Go's path/filepath (Clean, Match).
"""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from posixpath import normpath

_BOM = b"\xef\xbb\xbf"
_SPACE = " \t\n\v\f\r\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
"""The characters that Go trims (unicode.IsSpace). Python's ``strip`` trims more."""
_NO_UTF8 = "[\udc80-\udcff\ufffd]"
"""A byte of a name that is not UTF-8: Go matches it as U+FFFD, Python represents it as a surrogate (PEP 383)."""
_LONGEST_LINE = 64 << 10
"""Length in bytes from which docker refuses a line (bufio.MaxScanTokenSize)."""
_ESCAPED = frozenset(".+()|{}$")
_SPECIAL = frozenset("*?[]\\")


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern.

    Attributes:
        text: the cleaned pattern, without "!".
        includes: whether the pattern begins with "!". The paths that it matches are sent even if an earlier pattern
            excludes them.
        regex: regular expression of the paths that the pattern matches; None for a pattern without special characters,
            which matches only the path ``text``.
    """

    text: str
    includes: bool
    regex: re.Pattern[str] | None

    def matches(self, path: str) -> bool:
        """Return whether the pattern matches the path itself. The folders above the path are not tried."""
        return path == self.text if self.regex is None else self.regex.fullmatch(path) is not None


def read_patterns(content: bytes) -> tuple[Pattern, ...]:
    """Read the content of .dockerignore.

    Raises:
        ValueError: if docker refuses the content because of an invalid pattern or a line that is too long.
    """
    patterns = []
    for number, raw in enumerate(content.split(b"\n")):
        line = os.fsdecode((raw.removeprefix(_BOM) if number == 0 else raw).removesuffix(b"\r"))
        if len(raw) >= _LONGEST_LINE:
            raise ValueError(f"line {number + 1} of .dockerignore is too long")
        text = line.strip(_SPACE)
        if line.startswith("#") or not text:
            continue
        includes = text.startswith("!")
        text = text.removeprefix("!").strip(_SPACE) if includes else text
        if not text:
            raise ValueError(f'line {number + 1} of .dockerignore is "!" without a pattern')
        cleaned = _cleaned(text)
        cleaned = cleaned[1:] if len(cleaned) > 1 and cleaned.startswith("/") else cleaned
        patterns.append(_pattern(cleaned, includes=includes))
    return tuple(patterns)


def with_exceptions(patterns: Sequence[Pattern], names: Sequence[str]) -> tuple[Pattern, ...]:
    """Return the patterns and, after them, an exception for each of ``names`` that they exclude.

    The builder needs the files with these names.
    """
    found = list(patterns)
    found += [_pattern(name, includes=True, literal=True) for name in names if _is_excluded(patterns, name)]
    return tuple(found)


def chosen(folder: Path, patterns: Sequence[Pattern]) -> Iterator[str]:
    """Yield the files, links and folders that docker sends of ``folder``: paths relative to it, sorted by name.

    Links are not followed. A folder that cannot be read is left out, as docker does.
    """
    yield from _walk(str(folder), "", patterns, ())


def _walk(top: str, above: str, patterns: Sequence[Pattern], parent: Sequence[bool]) -> Iterator[str]:
    try:
        entries = sorted(os.scandir(f"{top}/{above}"), key=lambda entry: os.fsencode(entry.name))
    except OSError:
        return
    for entry in entries:
        path = f"{above}/{entry.name}" if above else entry.name
        is_skipped, matched = _matched(patterns, path, parent)
        is_folder = entry.is_dir(follow_symlinks=False)
        if not is_skipped:
            yield path
        if is_folder and (not is_skipped or _may_include(patterns, path)):
            yield from _walk(top, path, patterns, matched)


def _matched(patterns: Sequence[Pattern], path: str, parent: Sequence[bool]) -> tuple[bool, Sequence[bool]]:
    """Return whether a path is excluded, and for each pattern whether it matched.

    ``parent`` is the second item of the result for the path's folder; empty at the top. A pattern that matched the
    folder matches the path too.
    """
    excluded = False
    matched = []
    for place, pattern in enumerate(patterns):
        match = bool(parent) and parent[place]
        if not match and pattern.includes == excluded:
            match = pattern.matches(path) or (not parent and _matches_above(pattern, path))
        matched.append(match)
        if match:
            excluded = not pattern.includes
    return excluded, matched


def _matches_above(pattern: Pattern, path: str) -> bool:
    parts = path.split("/")[:-1]
    return any(pattern.matches("/".join(parts[: end + 1])) for end in range(len(parts)))


def _is_excluded(patterns: Sequence[Pattern], name: str) -> bool:
    return _matched(patterns, name, ())[0]


def _may_include(patterns: Sequence[Pattern], folder: str) -> bool:
    """Return whether a pattern with "!" names something in an excluded folder. Docker then reads the folder."""
    return any(pattern.includes and f"{pattern.text}/".startswith(f"{folder}/") for pattern in patterns)


def _cleaned(path: str) -> str:
    """Clean a path as Go's filepath.Clean does. Python's ``normpath`` would keep two slashes at the start."""
    return normpath(re.sub(r"^/+", "/", path))


def _pattern(text: str, *, includes: bool, literal: bool = False) -> Pattern:
    """Compile a pattern.

    Raises:
        ValueError: if Go's filepath.Match refuses it.
    """
    if literal:
        return Pattern(text, includes, None)
    if not _is_valid(text):
        raise ValueError(f"the pattern {text} in .dockerignore has a syntax error")
    source, is_plain = _regex_of(text)
    try:
        return Pattern(text, includes, None if is_plain else re.compile(source, re.DOTALL | re.ASCII))
    except re.error as error:
        raise ValueError(f"the pattern {text} in .dockerignore has a syntax error") from error


def _regex_of(text: str) -> tuple[str, bool]:
    """Return the regular expression of a pattern, and whether it has no special characters."""
    rest = text.removeprefix("**")
    if rest != text and not _SPECIAL & set(rest):
        # docker compares the end alone: "**foo" matches "afoo" too.
        lead, rest = ("(?:.*/)?", rest[1:]) if rest.startswith("/") else (".*", rest)
        return lead + "".join(map(_plain, rest)), False
    parts: list[str] = []
    is_plain = True
    place = 0
    while place < len(text):
        character = text[place]
        place += 1
        special = True
        if character == "*" and text[place : place + 1] == "*":
            place += 1
            # "**/" is "**".
            place += text[place : place + 1] == "/"
            parts.append(".*" if place == len(text) else "(?:.*/)?")
        elif character == "*":
            parts.append("[^/]*")
        elif character == "?":
            parts.append("[^/]")
        elif character == "\\" and place < len(text):
            # docker hands it to its regular expression as it is: "\\d" is a digit.
            parts.append(f"\\{text[place]}")
            place += 1
        elif character in "[]":
            parts.append(character)
        else:
            special = False
            parts.append(_plain(character))
        is_plain = is_plain and not special
    return "".join(parts), is_plain


def _plain(character: str) -> str:
    """Return the regular expression of a character that is not special. As in docker, "^" and "-" are not escaped."""
    if "\udc80" <= character <= "\udcff":
        return _NO_UTF8
    return f"\\{character}" if character in _ESCAPED else character


def _is_valid(text: str) -> bool:
    """Return whether Go's filepath.Match accepts a pattern: all classes are closed, and no backslash is last."""
    place = 0
    while place < len(text):
        character = text[place]
        place += 1
        if character == "\\":
            if place == len(text):
                return False
            place += 1
        elif character == "[":
            end = _end_of_class(text, place)
            if end is None:
                return False
            place = end
    return True


def _end_of_class(text: str, place: int) -> int | None:
    """Return the index after a class of characters; None if the class has a syntax error.

    ``place`` is the index after the "[" that begins the class.
    """
    place += text[place : place + 1] == "^"
    ranges = 0
    while not (ranges and text[place : place + 1] == "]"):
        end = _end_of_character(text, place)
        if end is not None and text[end] == "-":
            end = _end_of_character(text, end + 1)
        if end is None:
            return None
        place, ranges = end, ranges + 1
    return place + 1


def _end_of_character(text: str, place: int) -> int | None:
    """Return the index after the character at ``place`` in a class; None for a syntax error, or if nothing follows."""
    if text[place : place + 1] in {"", "-", "]"}:
        return None
    place += text[place] == "\\"
    if not text[place : place + 1] or "\udc80" <= text[place] <= "\udcff":
        return None
    return place + 1 if place + 1 < len(text) else None
