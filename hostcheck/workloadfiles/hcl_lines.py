"""Check the newlines that HCL requires within a block, because the parser does not require them.

https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#bodies: a newline ends each argument and each block, and
follows the brace that begins a block. A block on one line has one argument at most, and no block.
"""

from collections import deque
from collections.abc import Iterator
from typing import Any

_PARTS = frozenset({"attribute", "block"})
_BREAKS = "new_line_or_comment"


def crowded(body: Any, *, is_file: bool = True) -> Iterator[int]:
    """Yield the line of each argument or block that stands on a line with another one, or with a brace.

    Args:
        body: the body of a file or of a block.
        is_file: whether it is that of a file, which has no braces.
    """
    parts = [child for child in body.children if hasattr(child, "data")]
    own = [str(each.data) for each in parts]
    if not is_file and own == ["attribute"]:
        return
    breaks = is_file
    for part, kind in zip(parts, own, strict=True):
        if kind == _BREAKS:
            breaks = breaks or any("\n" in str(token) for token in part.scan_values(lambda _token: True))
        elif kind in _PARTS:
            if not breaks:
                yield part.meta.line
            # A here-document has the newline after it, and so has the last operand of an operator.
            last = deque(part.scan_values(lambda _token: True), maxlen=1)
            breaks = "\n" in "".join(map(str, last))
    if not is_file and not breaks and any(kind in _PARTS for kind in own):
        yield body.meta.end_line
    for part, kind in zip(parts, own, strict=True):
        for inner in part.children if kind == "block" else ():
            if getattr(inner, "data", None) == "body":
                yield from crowded(inner, is_file=False)
