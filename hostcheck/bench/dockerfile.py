"""A Dockerfile read as far as labels and base images need it: its stages, and the images that it begins with."""

import re
from collections.abc import Iterator, Mapping

_FROM = re.compile(
    r"^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*(?P<image>\S+)(?:[ \t]+AS[ \t]+(?P<stage>\S+))?[ \t]*$", re.IGNORECASE
)
_OTHER_IMAGE = re.compile(r"(?:--from=|--mount=\S*?\bfrom=)(?P<image>[^\s,]+)")
_HEREDOC = re.compile(r"<<-?[\"']?(?P<end>\w+)[\"']?")
_TAKES_HEREDOC = re.compile(r"^[ \t]*(?:RUN|COPY|ADD)[ \t]", re.IGNORECASE)


def labelled(dockerfile: str, labels: Mapping[str, str]) -> str:
    """Put labels after each FROM.

    The API's own ``labels`` mark the last stage alone, and the others would stay in the engine unmarked.
    """
    words = " ".join(f"{name}={value}" for name, value in labels.items())
    return "".join(
        f"{line.rstrip()}\nLABEL {words}\n" if begins and _FROM.match(line.rstrip()) else line
        for line, begins in _lines(dockerfile)
    )


def base_images(dockerfile: str) -> tuple[str, ...]:
    """Return the images that the stages begin with or copy from, as written, without "scratch" and the stages.

    Raises:
        ValueError: for a FROM that is not on one line: it would go unlabelled.
    """
    stages: set[str] = {"scratch"}
    images: list[str] = []
    count = 0
    for line, begins in _lines(dockerfile):
        if begins and (found := _FROM.match(line.rstrip())):
            images += [found["image"]] if found["image"].lower() not in stages else []
            stages |= {(found["stage"] or "").lower(), str(count)}
            count += 1
        elif begins and line.split()[:1] and line.split()[0].upper() == "FROM":
            raise ValueError(f"{line.strip()!r} is not a FROM on one line of its own")
        elif not line.lstrip().startswith("#"):
            images += [one["image"] for one in _OTHER_IMAGE.finditer(line) if one["image"].lower() not in stages]
    return tuple(dict.fromkeys(images))


def _lines(dockerfile: str) -> Iterator[tuple[str, bool]]:
    """Give each line, and whether an instruction may begin there: not in what goes on, and not in a here-document."""
    goes_on = False
    ends: list[str] = []
    for line in dockerfile.splitlines(keepends=True):
        text = line.strip()
        if ends:
            yield line, False
            if text == ends[0]:
                ends.pop(0)
            continue
        begins = not goes_on
        yield line, begins
        comment = text.startswith("#")
        if begins and not comment and _TAKES_HEREDOC.match(line):
            ends = [found["end"] for found in _HEREDOC.finditer(line)]
        # A comment, or an empty line, within what goes on does not end it.
        goes_on = text.endswith("\\") if not comment and text else goes_on
