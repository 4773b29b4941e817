"""Find the images that a build of a Dockerfile would request from a registry.

The result only serves to refuse such a build: the builder parses the Dockerfile itself.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from hostcheck.bench.build.dockerfile_words import Values, evaluated, words_of

_BOM = b"\xef\xbb\xbf"

_DIRECTIVE = r"{}\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*"
"""Source: moby/buildkit, frontend/dockerfile/parser/directives.go."""

_INCOMPLETE = re.compile(r"^[:/@]|[:/@]$|::|//")
"""In a name, where a part lacks that an empty variable stands for."""
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


@dataclass(slots=True)
class _Stage:
    """One stage: its name in small letters, and the images or stages that it is based on or copies from."""

    name: str
    uses: list[str]


def base_images(
    dockerfile: bytes,
    *,
    heredocs: bool,
    given: Mapping[str, str] = MappingProxyType({}),
    target: str = "",
    only_needed: bool = False,
) -> tuple[str, ...]:
    """Return the images that the stages are based on or copy from. "scratch" and stages are left out.

    Variables are replaced by their values, or by their defaults in the file; without either they are empty. A name that
    would be empty, or whose value depends on the builder, stays as it is written.

    Args:
        dockerfile: the content of the Dockerfile.
        heredocs: whether the builder supports here-documents; the classic builder does not.
        given: value of each build argument, by name. Only those that an ARG before the first FROM declares are used.
        target: the name or number of the stage to build; empty for the last one.
        only_needed: whether the builder leaves out stages that the target does not use, as BuildKit does.

    Raises:
        ValueError: if the Dockerfile has no stage ``target``.
    """
    stages: list[_Stage] = []
    arguments: dict[str, str | None] = {}
    text = _text(dockerfile)
    escape = _escape(text)
    for line in _instructions(text, heredocs=heredocs):
        keyword, _, rest = line.partition(" ")
        if keyword.upper() == "ARG" and not stages:
            arguments = _declared(rest, arguments, given, escape)
        elif keyword.upper() == "FROM":
            words = [word for word in rest.split() if not word.startswith("--")]
            named = len(words) > 2 and words[1].upper() == "AS"
            bases = [_base(word, arguments, escape) for word in words[:1]]
            stages.append(_Stage(words[2].lower() if named else "", bases))
        elif stages:
            stages[-1].uses += copied_from(line)
    last = _place_of(target, stages) if target else len(stages) - 1
    built = _needed(stages, last) if only_needed else range(last + 1)
    return tuple(dict.fromkeys(one for place in built for one in stages[place].uses if _is_image(one, stages, place)))


def _base(word: str, arguments: Values, escape: str) -> str:
    """Return the name that a FROM gives; as it is written if that is not certain, or a part of the name lacks."""
    name = evaluated(word, arguments, escape) or word
    return word if _INCOMPLETE.search(name) else name


def _place_of(target: str, stages: Sequence[_Stage]) -> int:
    places = [place for place, stage in enumerate(stages) if stage.name == target.lower()]
    if not places and target.isdecimal() and int(target) < len(stages):
        return int(target)
    if not places:
        raise ValueError(f"the Dockerfile has no stage {target}")
    return places[0]


def _needed(stages: Sequence[_Stage], last: int) -> Sequence[int]:
    """Return the indexes of stage ``last`` and of all stages that it uses, directly or indirectly."""
    found = {last} if stages else set()
    waiting = list(found)
    while waiting:
        place = waiting.pop()
        for one in stages[place].uses:
            other = _stage_of(one, stages, place)
            if other is not None and other not in found:
                found.add(other)
                waiting.append(other)
    return sorted(found)


def _stage_of(name: str, stages: Sequence[_Stage], before: int) -> int | None:
    """Return the index of the stage with this name or number that precedes stage ``before``; None for an image."""
    if name.isdecimal() and int(name) < before:
        return int(name)
    return next((place for place in reversed(range(before)) if stages[place].name == name.lower()), None)


def _is_image(name: str, stages: Sequence[_Stage], place: int) -> bool:
    return name.lower() != "scratch" and _stage_of(name, stages, place) is None


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


def _escape(text: str) -> str:
    """Return the character that escapes others and that continues a line at its end."""
    return _directives(text, "#").get("escape", "\\")


def _directives(text: str, comment: str) -> Mapping[str, str]:
    """Return the parser directives at the start of the text, up to the first other line."""
    found: dict[str, str] = {}
    for line in text.split("\n"):
        directive = re.fullmatch(_DIRECTIVE.format(re.escape(comment)), line.strip())
        if directive is None:
            break
        found.setdefault(directive[1].lower(), directive[2])
    return found


def _instructions(text: str, *, heredocs: bool) -> Iterator[str]:
    """Yield each instruction as one line with a space after its keyword, without comments and here-documents.

    A continued line goes on with the first character of the next one, without a space between them.
    """
    goes_on = re.compile(rf"{re.escape(_escape(text))}[ \t]*$")
    whole = ""
    lines = (line.removesuffix("\r") for line in text.split("\n"))
    for line in lines:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        whole += goes_on.sub("", line)
        if goes_on.search(line) or not whole.strip():
            continue
        instruction = " ".join(whole.strip().split(maxsplit=1))
        whole = ""
        yield instruction
        if heredocs and instruction.split()[0].upper() in _TAKES_FROM:
            _skip(lines, [found for word in instruction.split() if (found := _HEREDOC.fullmatch(word))])
    if whole.strip():
        yield " ".join(whole.strip().split(maxsplit=1))


def _skip(lines: Iterator[str], documents: Iterable[re.Match[str]]) -> None:
    for document in documents:
        for line in lines:
            if (line.lstrip("\t") if document["dash"] else line).rstrip("\r") == document["end"]:
                break


def _declared(words: str, known: Values, given: Mapping[str, str], escape: str) -> dict[str, str | None]:
    """Return the values of all variables after an ARG: ``known``, changed by what it declares.

    A declared variable has the given value, else its default. Without either it has none, also if it had one before.
    """
    found = dict(known)
    for word in words_of(words, escape):
        name, sign, default = word.partition("=")
        if name in given:
            found[name] = given[name]
        elif sign:
            found[name] = evaluated(default, found, escape)
        else:
            found.pop(name, None)
    return found
