r"""Find an output that another program wrote as a list of its lines: Ansible's ``stdout_lines``, a cell of a notebook.

The list may be of JSON, on one line or on many, of Python, or of YAML.
"""

import json
import re
from collections.abc import Iterable, Iterator

_BEGINS = re.compile(r"\[\s*(?=b?['\"])")
_ELEMENT = re.compile(r"""b?("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')\s*([,\]])\s*""")
_ITEM = re.compile(r"(?P<indent>[ \t]{0,80})- (?P<said>.*)")
_TIME = re.compile(r"[0-9]{16,20}")
"""In nanoseconds."""
_QUOTED = re.compile(r"^[ \t]{0,80}- ['\"]", re.MULTILINE)
_ESCAPE = re.compile(r"\\(?:r\\n|[xu](?P<code>(?<=x)[0-9a-f]{2}|(?<=u)[0-9a-f]{4})|.)")
_MEANS = {r"\n": "\n", r"\r\n": "\n", r"\r": "\n", r"\t": "\t"}


def of_lists(text: str, sign: re.Pattern[str]) -> str:
    """Return the lines in the lists of a text that have the sign of an output; the text itself if none has it."""
    found = [lines for lines in _of_times(_lists(text)) if any(sign.search(line) for line in lines)]
    if found:
        return "\n".join(line.rstrip("\r\n") for lines in found for line in lines)
    if _QUOTED.search(text) and any(sign.search(match[2]) for match in _ITEM.finditer(text)):
        return "\n".join(_items(text))
    return text


def _of_times(lists: Iterable[list[str]]) -> Iterator[list[str]]:
    """Yield the lists, and as one list the lines that stand each beside its time, as Loki gives them, latest first."""
    timed = []
    for lines in lists:
        if len(lines) == 2 and _TIME.fullmatch(lines[0]):
            timed.append((int(lines[0]), lines[1]))
        else:
            yield lines
    yield [line for _, line in sorted(timed, key=lambda pair: pair[0])]


def unescaped(text: str) -> str:
    """Return a string of Python, or of a shell, without its escapes."""
    return _ESCAPE.sub(_meaning, text)


def _meaning(match: re.Match[str]) -> str:
    said = match[0]
    if said in _MEANS:
        return _MEANS[said]
    return chr(int(match["code"], 16)) if match["code"] else said[1:]


def _lists(text: str) -> Iterator[list[str]]:
    """Yield the lists of JSON or Python that have two strings or more, and nothing else."""
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
    """Yield the lines of a text with the items of its lists of YAML in place of what is written.

    An item goes on in the lines after it that are indented deeper than its dash.
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
