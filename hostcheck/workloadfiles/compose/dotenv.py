"""Parse files of variables as Compose reads ``.env`` (compose-go's package dotenv).

https://github.com/compose-spec/compose-spec/blob/main/05-services.md#env_file-format
"""

import re
from collections import ChainMap
from collections.abc import Mapping

from hostcheck.workloadfiles.compose.variables import BoundedVariables, UnsetError, replaced

_NAME = re.compile(r"[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*([=:]?)[ \t]*")
_COMMENT = re.compile(r"\s#")
_ESCAPE = re.compile(r"\\([nrtabfv\\\"'$])")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


def parse_env(text: str, values: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of a file by name. Variables without a value are left out.

    A value in single quotes is literal. A value in double quotes may contain escapes. In double quotes and without
    quotes, variables are replaced by those in ``values``, or else by earlier ones of the file. A line with only a name
    takes the value from ``values``.

    Args:
        text: the text of the file.
        values: variables that are set already, by name.
    """
    found: dict[str, str] = {}
    known = BoundedVariables(ChainMap(dict(values), found))
    at = 0
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        matched = _NAME.match(text, at, end)
        if matched is None:
            at = end + 1
            continue
        name, assigned, start = matched[1], matched[2], matched.end()
        closing = _closing(text, start) if assigned and text[start : start + 1] in {"'", '"'} else -1
        if closing > 0:
            value: str | None = text[start + 1 : closing]
            if text[start] == '"':
                value = _expanded(_ESCAPE.sub(lambda one: _ESCAPED.get(one[1], one[1]), str(value)), known)
            end = text.find("\n", closing)
            end = len(text) if end < 0 else end
        elif assigned:
            value = _expanded(_COMMENT.split(f" {text[start:end]}", maxsplit=1)[0].strip(), known)
        else:
            value = values.get(name)
        if value is not None:
            found[name] = value
        at = end + 1
    return found


def _closing(text: str, start: int) -> int:
    """Return the index of the closing quote in a text; -1 if there is none. ``start`` is that of the opening quote."""
    at = start + 1
    while (at := text.find(text[start], at)) > 0:
        if text[at - 1] != "\\":
            return at
        at += 1
    return -1


def _expanded(text: str, known: Mapping[str, str]) -> str | None:
    try:
        return replaced(text, known)
    except UnsetError:
        return None
