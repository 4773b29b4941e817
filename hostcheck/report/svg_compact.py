"""An SVG of matplotlib's without what no picture needs: about a third of its bytes, and nothing that can be seen."""

import re

_PIECE = re.compile(r"<[^>]*>|[^<]+")
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_NO_TURN = re.compile(r' transform="rotate\(-?0 [^)]*\)"')
_FONT_FAMILY = re.compile(r" font-family: [^;\"]*;")
_PATH = re.compile(r' d="[^"]*"')
_AROUND_LETTER = re.compile(r"(?<=[\w\s\"])\s*([MLHVCSQTAZz])\s*")


def compact(text: str) -> str:
    """Round coordinates to a hundredth of a point, and drop fonts, turns by nothing, empty and bare groups.

    Only tags change: what stands between them is text from hosts.
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
    return "".join(kept)


def _tag(tag: str) -> str:
    tag = _FONT_FAMILY.sub("", _NO_TURN.sub("", tag)).replace("; ", ";").replace(": ", ":")
    tag = _LONG_NUMBER.sub(lambda match: f"{float(match[0]):.2f}".rstrip("0").rstrip("."), tag)
    return _PATH.sub(lambda match: _AROUND_LETTER.sub(r"\1", match[0]), tag)
