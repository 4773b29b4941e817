"""Texts in HCL: the escapes in quoted templates, and the lines of heredocs.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md (Template Literals, Heredoc Templates).
"""

import re
import sys
from collections.abc import Sequence

_TEMPLATE = re.compile(r"(?<![$%])[$%]\{|[$%]{2}\{")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))|([$%])\4\{")
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}


def unescaped(text: str) -> str:
    """Return the text of a quoted template with its escapes replaced."""
    return _ESCAPE.sub(_letter, text)


def _letter(found: re.Match[str]) -> str:
    code = int(found[1] or found[2] or "0", 16)
    if found[4]:
        return f"{found[4]}{{"
    return _CONTROLS.get(found[3], found[3]) if found[3] else chr(code) if code <= sys.maxunicode else "\ufffd"


def is_template(line: str) -> bool:
    """Return whether a line contains an expression (``${``, ``%{``), or the escape of one."""
    return _TEMPLATE.search(line) is not None


def lines_of(heredoc: str, *, trimmed: bool) -> Sequence[str]:
    """Return the lines of a heredoc without its first and last line; if ``trimmed``, without their common indent."""
    lines = heredoc.splitlines(keepends=True)[1:-1]
    if not trimmed:
        return lines
    indent = min((len(line) - len(line.lstrip(" \t")) for line in lines if line.strip()), default=0)
    return [line[indent:] if line.strip() else line for line in lines]
