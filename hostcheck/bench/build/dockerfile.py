"""Find the images that a build of a Dockerfile would request from a registry.

The result only serves to refuse such a build: the builder parses the Dockerfile itself.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping

_BOM = b"\xef\xbb\xbf"

_DIRECTIVE = r"{}\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*"
"""Source: moby/buildkit, frontend/dockerfile/parser/directives.go."""

_VARIABLE = re.compile(r"\$(?:(?P<bare>\w+)|\{(?P<name>\w+)(?::?(?P<sign>[-+])(?P<word>[^{}]*))?\})")
_HEREDOC = re.compile(r"\d*<<(?P<dash>-?)[\"']?(?P<end>[^<\s\"']+)[\"']?")
_FLAG_FROM = re.compile(r"--from=(?P<image>\S+)|--mount=(?:\S*,)?from=(?P<mounted>[^\s,]+)")
_TAKES_FROM = frozenset({"RUN", "COPY", "ADD"})


def frontend(dockerfile: bytes) -> str:
    """Return the image in the Dockerfile's ``syntax`` directive; empty if it has none.

    BuildKit contacts the image's registry in each build. The classic builder and Podman treat the line as a comment.
    The directive may begin with "#" or "//", or may be JSON, and may follow a byte order mark or a "#!" line.

    Source: moby/buildkit, frontend/dockerfile/parser/directives.go (DetectSyntax).
    """
    text = _text(dockerfile)
    if text.startswith("#!"):
        text = text.partition("\n")[2]
    for comment in ("#", "//"):
        if syntax := _directives(text, comment).get("syntax"):
            return syntax.split()[0]
    try:
        document, _ = json.JSONDecoder().raw_decode(text.lstrip())
    except ValueError:
        return ""
    found = document.get("syntax") if isinstance(document, Mapping) else None
    return found if isinstance(found, str) else ""


def base_images(dockerfile: bytes, *, heredocs: bool) -> tuple[str, ...]:
    """Return the images that the stages are based on or copy from. "scratch" and stages are left out.

    Variables are replaced by their defaults in the file. A variable without a default stays as it is written.

    Args:
        dockerfile: the content of the Dockerfile.
        heredocs: whether the builder supports here-documents; the classic builder does not.
    """
    stages: set[str] = {"scratch"}
    images: list[str] = []
    arguments: dict[str, str] = {}
    count = 0
    for line in _instructions(_text(dockerfile), heredocs=heredocs):
        keyword, _, rest = line.partition(" ")
        if keyword.upper() == "ARG" and not count:
            arguments |= _defaults(rest, arguments)
        elif keyword.upper() == "FROM":
            words = [word for word in rest.split() if not word.startswith("--")]
            if words and (image := _expanded(words[0], arguments)).lower() not in stages:
                images.append(image)
            stages |= {str(count), *(word.lower() for word in words[2:3] if words[1].upper() == "AS")}
            count += 1
        else:
            images += [image for image in copied_from(line) if image.lower() not in stages]
    return tuple(dict.fromkeys(images))


def copied_from(instruction: str) -> tuple[str, ...]:
    """Return the images or stages that the flags of an instruction name (``--from``, ``--mount``)."""
    keyword, *words = instruction.split()
    images = []
    if keyword.upper() in _TAKES_FROM:
        for word in words:
            if not word.startswith("--"):
                break
            if found := _FLAG_FROM.match(word):
                images.append(found["image"] or found["mounted"])
    return tuple(images)


def _text(dockerfile: bytes) -> str:
    return dockerfile.removeprefix(_BOM).decode(errors="surrogateescape")


def _directives(text: str, comment: str) -> Mapping[str, str]:
    """Return the parser directives at the start of the text, up to the first other line."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        directive = re.fullmatch(_DIRECTIVE.format(re.escape(comment)), line.strip())
        if directive is None:
            break
        found.setdefault(directive[1].lower(), directive[2])
    return found


def _instructions(text: str, *, heredocs: bool) -> Iterator[str]:
    """Yield each instruction as one line with single spaces, without comments and here-documents."""
    escape = re.escape(_directives(text, "#").get("escape", "\\"))
    goes_on = re.compile(rf"{escape}[ \t]*$")
    whole: list[str] = []
    lines = iter(text.splitlines())
    for line in lines:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        whole.append(goes_on.sub("", line).strip())
        if goes_on.search(line):
            continue
        instruction = " ".join(whole).replace("\t", " ")
        whole = []
        yield instruction
        if heredocs and instruction.split()[0].upper() in _TAKES_FROM:
            _skip(lines, [found for word in instruction.split() if (found := _HEREDOC.fullmatch(word))])
    if whole:
        yield " ".join(whole).replace("\t", " ")


def _skip(lines: Iterator[str], documents: Iterable[re.Match[str]]) -> None:
    for document in documents:
        for line in lines:
            if (line.lstrip("\t") if document["dash"] else line).rstrip("\r") == document["end"]:
                break


def _defaults(words: str, known: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in words.split():
        name, sign, value = word.partition("=")
        if sign:
            found[name] = _expanded(value.strip("\"'"), {**known, **found})
    return found


def _expanded(word: str, arguments: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        given = arguments.get(found["bare"] or found["name"], "")
        if found["sign"] == "-":
            return given or found["word"]
        if found["sign"] == "+":
            return found["word"] if given else ""
        return given or found[0]

    return _VARIABLE.sub(value, word)
