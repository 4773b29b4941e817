"""Reduce the size of matplotlib's SVG by about half, without a visible change."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

_PIECE = re.compile(r"<[^<>]*>|[^<]+")
_LONG_NUMBER = re.compile(r"(?<!\d)-?\d+\.\d{3,}")
_FINE_NUMBER = re.compile(r"(?<!\d)-?\d+\.\d{2,}")
_LEADING_ZERO = re.compile(r"\b0\.")
_NO_TURN = re.compile(r' transform="rotate\(-?0 [^)]*\)"')
_FONT_FAMILY = re.compile(r" font-family: [^;\"]*;")
_PATH = re.compile(r' d="[^"]*"')
_PLACE = re.compile(r' (?:x|y|transform)="[^"]*"')
_AROUND_LETTER = re.compile(r"(?<!\s)\s*([MLHVCSQTAZz])\s*")
_STRAIGHT_LINES = re.compile(r"M[-\d.]+ [-\d.]+(?:L[-\d.]+ [-\d.]+)+z?")
_ONE_LOOK = re.compile(r'<path d="[^"]*"([^<>]*)/>(?:<path d="[^"]*"\1/>)+')
"""Consecutive paths whose attributes are equal, except the data."""
_MARKER = re.compile(r'<path id="([^"]*)" d="M([^"A-Za-z]*)([hvl][^"A-Z]*)" style="([^"]*)"/>')
"""A marker of straight lines: its id, where it begins, the distances of its further points, and its style."""
_USE = re.compile(r'<use href="#([^"]*)" x="([-\d.]+)" y="([-\d.]+)"(?: style="([^"]*)")?/>')
_LOOK = re.compile(r'(?: clip-path="(url\([^"]*\))")? style="([^"]*)"')


def compact(text: str) -> str:
    """Round places to 0.1 points and other numbers to 0.01, and remove fonts, rotations by 0 and empty groups.

    Markers of straight lines become paths, and consecutive paths with equal attributes become one. Only tags are
    changed, because the text between them is text from hosts.
    """
    kept: list[str] = []
    groups: list[bool] = []
    for piece in _PIECE.findall(text):
        if not piece.startswith("<"):
            kept += [piece] if piece.strip() else []
        elif piece == "<g/>":
            continue
        elif piece == "</g>":
            kept += [piece] if groups.pop() else []
        else:
            if piece.startswith("<g") and not piece.endswith("/>"):
                groups.append(piece != "<g>")
            kept += [_tag(piece)] if piece != "<g>" else []
    return _ONE_LOOK.sub(_together, "".join(_with_markers(kept)))


def _with_markers(pieces: Sequence[str]) -> list[str]:
    """Replace each use of a marker of straight lines by a path, which can be joined with others."""
    tags = [piece for piece in pieces if piece.startswith("<")]
    markers = {found[1]: found for tag in tags if (found := _MARKER.fullmatch(tag))}
    kept: list[str] = []
    for piece in pieces:
        marker, use = _MARKER.fullmatch(piece), _USE.fullmatch(piece)
        if marker:
            continue
        if piece == "</defs>" and kept[-1] == "<defs>":
            kept.pop()
            continue
        kept.append(_placed(use, markers[use[1]]) if use and use[1] in markers else piece)
    return kept


def _placed(use: re.Match[str], marker: re.Match[str]) -> str:
    """Return the path of a marker at its place. The marker's own style outranks that of its use."""
    # The second number is written without a space before its sign.
    begin = marker[2].replace("-", " -").split()
    x, y = (_rounded(f"{float(use[at]) + float(own)}", 1) for at, own in zip((2, 3), begin, strict=True))
    style = dict(each.split(":", 1) for text in (use[4] or "", marker[4]) for each in text.split(";") if each)
    return f'<path d="M{x} {y}{marker[3]}" style="{";".join(map(":".join, style.items()))}"/>'


def _together(match: re.Match[str]) -> str:
    """Join consecutive paths with equal attributes, such as the bars or the grid of a drawing."""
    paths = re.findall(r' d="([^"]*)"', match[0])
    return f'<path d="{"".join(paths)}"{match[1]}/>'


def _tag(tag: str) -> str:
    tag = _FONT_FAMILY.sub("", _NO_TURN.sub("", tag)).replace("; ", ";").replace(": ", ":")
    tag = _PLACE.sub(lambda match: _FINE_NUMBER.sub(lambda number: _rounded(number[0], 1), match[0]), tag)
    return _LONG_NUMBER.sub(lambda match: _rounded(match[0], 2), _PATH.sub(lambda match: _path(match[0]), tag))


def _path(attribute: str) -> str:
    rounded = _FINE_NUMBER.sub(lambda match: _rounded(match[0], 1), attribute)
    closed = _AROUND_LETTER.sub(r"\1", rounded).removesuffix('"').rstrip() + '"'
    return _STRAIGHT_LINES.sub(lambda match: _shortest(match[0]), closed)


def _shortest(lines: str) -> str:
    """Remove points on straight lines, and write each further point as its distance from the previous one.

    Distances have fewer digits than absolute positions. A horizontal or vertical one is one number (SVG 1.1, 8.3.4).
    """
    end = "z" if lines.endswith("z") else ""
    points = [(_tenths(x), _tenths(y)) for x, y in (p.split() for p in lines[1:].removesuffix("z").split("L"))]
    kept = points[:1]
    for index, point in enumerate(points[1:-1], 1):
        if not _is_on_the_way(kept[-1], point, points[index + 1]):
            kept.append(point)
    kept += points[1:][-1:]
    drawn = [f"M{_numbers(*kept[0])}"]
    for (before_x, before_y), (x, y) in pairwise(kept):
        across, down = x - before_x, y - before_y
        drawn.append(
            f"h{_numbers(across)}" if not down else f"v{_numbers(down)}" if not across else f"l{_numbers(across, down)}"
        )
    return "".join(drawn) + end


def _tenths(number: str) -> int:
    return round(float(number) * 10)


def _numbers(*tenths: int) -> str:
    """Write numbers, given in tenths, as short as SVG's paths permit: ".5", "-3", "12.5-3"."""
    written = [_LEADING_ZERO.sub(".", _rounded(f"{number / 10}", 1)) for number in tenths]
    return "".join(text if not place or text.startswith("-") else f" {text}" for place, text in enumerate(written))


def _is_on_the_way(before: tuple[int, int], point: tuple[int, int], after: tuple[int, int]) -> bool:
    for level, along in ((0, 1), (1, 0)):
        if before[level] == point[level] == after[level]:
            return min(before[along], after[along]) <= point[along] <= max(before[along], after[along])
    return False


def _rounded(number: str, digits: int) -> str:
    return f"{float(number):.{digits}f}".rstrip("0").rstrip(".")


def share_looks(text: str, name: str) -> tuple[str, str]:
    """Replace equal style attributes by classes, because matplotlib repeats the style of every line and letter.

    Args:
        text: the text of an SVG from ``compact``.
        name: a unique name on the page, with which the classes begin.

    Returns:
        The SVG's text, and the CSS rules of its classes.
    """
    pieces = _PIECE.findall(text)
    counts = Counter(match[0] for piece in pieces if piece.startswith("<") for match in _LOOK.finditer(piece))
    classes = {look: f"{name}-{number}" for number, look in enumerate(_repeated(counts), 1)}

    def named(match: re.Match[str]) -> str:
        return f' class="{classes[match[0]]}"' if match[0] in classes else match[0]

    shared = "".join(_LOOK.sub(named, piece) if piece.startswith("<") else piece for piece in pieces)
    return shared, "".join(f".{label}{{{_declared(look)}}}" for look, label in classes.items())


def _repeated(counts: Counter[str]) -> list[str]:
    return [look for look, count in counts.items() if count > 2]


def _declared(look: str) -> str:
    clip, style = _LOOK.findall(look)[0]
    return f"clip-path:{clip};{style}" if clip else style
