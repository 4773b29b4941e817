r"""Find an output that another program wrote as a list of lines: Ansible's ``stdout_lines``, a cell of a notebook.

The list may be in JSON, on one line or on many, in Python, or in YAML.
"""

import json
import re
from collections.abc import Iterable, Iterator

_BEGINS = re.compile(r"\[\s*(?=b?['\"])")
_ELEMENT = re.compile(r"""b?("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')\s*([,\]])\s*""")
_ITEM = re.compile(r"(?P<indent>[ \t]{0,80})- (?P<said>.*)")
_TIME = re.compile(r"[0-9]{16,20}")
"""A time in nanoseconds since 1970, as Loki writes it."""
_QUOTED = re.compile(r"^[ \t]{0,80}- ['\"]", re.MULTILINE)
_ESCAPE = re.compile(r"\\(?:r\\n|[xu](?P<code>(?<=x)[0-9a-f]{2}|(?<=u)[0-9a-f]{4})|.)")
_MEANS = {r"\n": "\n", r"\r\n": "\n", r"\r": "\n", r"\t": "\t"}


def of_lists(text: str, sign: re.Pattern[str]) -> str:
    """Return the lines of all lists in a text that contain ``sign``; the text itself if there are none."""
    found = [lines for lines in _of_times(_lists(text)) if any(sign.search(line) for line in lines)]
    if found:
        return "\n".join(line.rstrip("\r\n") for lines in found for line in lines)
    if _QUOTED.search(text) and any(sign.search(match[2]) for match in _ITEM.finditer(text)):
        return "\n".join(_items(text))
    return text


def _of_times(lists: Iterable[list[str]]) -> Iterator[list[str]]:
    """Yield the lists. Pairs of a time and a line, as Loki writes them, become one list at the end, sorted by time."""
    timed = []
    for lines in lists:
        if len(lines) == 2 and _TIME.fullmatch(lines[0]):
            timed.append((int(lines[0]), lines[1]))
        else:
            yield lines
    yield [line for _, line in sorted(timed, key=lambda pair: pair[0])]


def unescaped(text: str) -> str:
    """Return a Python or shell string with its escapes replaced."""
    return _ESCAPE.sub(_meaning, text)


def _meaning(match: re.Match[str]) -> str:
    said = match[0]
    if said in _MEANS:
        return _MEANS[said]
    return chr(int(match["code"], 16)) if match["code"] else said[1:]


def _lists(text: str) -> Iterator[list[str]]:
    """Yield those lists of JSON or Python that consist of at least two strings."""
    at = 0
    while begins := _BEGINS.search(text, at):
        at, lines = begins.end(), list[str]()
        while element := _ELEMENT.match(text, at):
            at = element.end()
            lines.append(_value(element[1]))
            if element[2] == "]":
                if len(lines) > 1:
                    yield lines
                break


def _value(string: str) -> str:
    if string.startswith('"'):
        try:
            return str(json.loads(string, strict=False))
        except ValueError:
            pass
    return unescaped(string[1:-1])


def _items(text: str) -> Iterator[str]:
    """Yield the lines of a text. YAML list items are replaced by their values.

    An item includes the following lines that are indented deeper than its dash.
    """
    item, indent = list[str](), -1
    for line in text.split("\n"):
        if (match := _ITEM.match(line)) and not 0 <= indent < len(match["indent"]):
            if indent >= 0:
                yield _scalar(" ".join(item))
            item, indent = [match["said"]], len(match["indent"])
        elif indent >= 0 and line[: indent + 1].strip(" ") == "" and line.strip():
            item.append(line.strip())
        else:
            if indent >= 0:
                yield _scalar(" ".join(item))
            indent = -1
            yield line
    if indent >= 0:
        yield _scalar(" ".join(item))


def _scalar(said: str) -> str:
    said = said.strip()
    if len(said) > 1 and said[0] == said[-1] == "'":
        return said[1:-1].replace("''", "'")
    return _value(said) if len(said) > 1 and said[0] == said[-1] == '"' else said
