"""What a host misses as text, the gravest first, two lines for each. A finding of several profiles is shown once."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from hostcheck.formats.terminal import Style, display_width
from hostcheck.plaintext import plain
from hostcheck.run.model import Severity, Status, Verdict
from hostcheck.spelling import upper_first

_HEADINGS: tuple[tuple[Status, Severity, str], ...] = (
    ("fail", "required", "Required, and missed"),
    ("fail", "recommended", "Recommended and missed; here, this fails the gate"),
    ("unknown", "required", "Required, and unknown"),
    ("warn", "recommended", "Recommended"),
    ("unknown", "recommended", "Recommended, and unknown"),
)
"""The kinds of results that require an action, with their headings, the gravest first."""
_ENDS = (". ", "; ", ", or ")
"""Texts that end a step of a remedy, or its first alternative."""
_OF_V1, _V2 = "cgroup.v1.", "cgroup.mode.v2"
"""Start of the ids of checks that apply only with cgroup v1, and the check that asks for cgroup v2 instead."""
_INDENT = 12
_LINES = 2
"""Maximum number of lines of a command. An option shows the rest."""
_LINES_OF_FIRST = 4
"""Maximum number of lines of the first item's command."""
_LINES_OF_WHY = 2
"""Maximum number of lines of the reason why the first item matters; but at least one sentence."""


class Item(NamedTuple):
    """One result of a check, as it is shown.

    Attributes:
        status: status of the verdict.
        severity: severity of the check.
        check: id of the check.
        title: subject of the check, in a few words.
        sentence: what was found, in words that continue the title.
        found: what was found, in words that are equal in two profiles if the results are.
        whose: names of the profiles.
        fix: what to do, in words.
        command: a shell command that does it; empty if there is none.
        why: why the check matters.
        source: source of the rule.
        note: a further note; empty if there is none.
        alike: whether status and severity are equal in all of these profiles.
        by: the profiles of each severity; empty if the item is of one profile.
        places: the file and the line of each requirement in a workload file or a promise, instead of profiles.
    """

    status: Status
    severity: Severity
    check: str
    title: str
    sentence: str
    found: str
    whose: tuple[str, ...]
    fix: str
    command: str
    why: str
    source: str
    note: str = ""
    alike: bool = True
    by: tuple[tuple[Severity, tuple[str, ...]], ...] = ()
    places: tuple[str, ...] = ()

    @property
    def profiles(self) -> str:
        """The profiles in words; if they differ in severity: "required by kubernetes; recommended by docker".

        Of a requirement in a file, its file and line.
        """
        if self.places:
            return ", ".join(self.places)
        if len(self.by) < 2:
            return ", ".join(self.whose)
        return "; ".join(f"{severity} by {', '.join(names)}" for severity, names in self.by)


def of_verdict(verdict: Verdict) -> Item:
    """Return a verdict as an item. Verdicts in old run files have no title, so the check's id is used instead."""
    return Item(
        status=verdict.status,
        severity=verdict.severity,
        check=verdict.check,
        title=verdict.title or verdict.check,
        sentence=verdict.sentence or verdict.found,
        found=verdict.found,
        whose=(verdict.profile,),
        fix=verdict.fix,
        command=verdict.command,
        why=verdict.why,
        source=verdict.source,
    )


def merged(items: Iterable[Item]) -> list[Item]:
    """Merge equal results of several profiles. The gravest one remains, with the names of all profiles."""
    equal: dict[tuple[str, str, str], list[Item]] = {}
    for item in items:
        equal.setdefault((item.check, item.title, item.found), []).append(item)
    return [_merged(group) if len(group) > 1 else group[0] for group in equal.values()]


def _merged(items: Sequence[Item]) -> Item:
    return min(items, key=_gravity)._replace(
        whose=tuple(dict.fromkeys(name for item in items for name in item.whose)),
        alike=all(item.alike for item in items) and len(set(map(_kind, items))) == 1,
        by=_by(items),
        places=tuple(dict.fromkeys(place for item in items for place in item.places)),
    )


def _by(items: Iterable[Item]) -> tuple[tuple[Severity, tuple[str, ...]], ...]:
    """Return the profiles of some items by severity, those that require it first."""
    pairs = [pair for item in items for pair in item.by or ((item.severity, item.whose),)]
    found: dict[Severity, dict[str, None]] = {}
    for severity, names in sorted(pairs, key=lambda pair: pair[0] != "required"):
        found.setdefault(severity, {}).update(dict.fromkeys(names))
    return tuple((severity, tuple(names)) for severity, names in found.items())


def _moot(item: Item, asking: Sequence[Item]) -> int:
    """Return the number of the item that makes this one superfluous once it is done; 0 if there is none."""
    if not item.check.startswith(_OF_V1):
        return 0
    return next((number for number, other in enumerate(asking, 1) if other.check == _V2), 0)


def brief(items: Sequence[Item], style: Style, *, most: int, lines: int) -> list[str]:
    """Return the items that require an action, under a heading for each kind, and the number of items left out.

    Args:
        items: the merged items.
        style: style of the text.
        most: the maximum number of items.
        lines: the maximum number of lines at 80 columns; a narrower terminal gets more lines.
    """
    asking = ranked(items)
    every = {name for item in items for name in item.whose}
    room = lines * 80 // min(style.width, 80)
    shown, count = _as_many(asking, style, every, most, room)
    why = _why(asking[0], style) if asking else []
    if count < min(most, len(asking)) and len(_as_many(asking[:1], style, every, 1, room)[0]) + len(why) < room:
        # The lines are full anyway: the reason of the first item says more than one item more.
        shown, _ = _as_many(asking, style, every, most, room - len(why))
    if asking and len(shown) + len(why) <= room:
        # The heading and what was found come before it, and the remedy after it.
        place = 1 + len(_title(asking[0], 1, style, every).splitlines())
        shown[place:place] = why
    return shown


def _as_many(
    asking: Sequence[Item], style: Style, every: AbstractSet[str], most: int, room: int
) -> tuple[list[str], int]:
    """Return as many items as fit, at most ``most`` and at least one, as lines; and how many they are."""
    shown: list[str] = []
    heading = ""
    for number, item in enumerate(asking):
        own = _two_lines(item, number + 1, style, every, _moot(item, asking))
        if _HEADINGS[_gravity(item)][2] != heading:
            heading = _HEADINGS[_gravity(item)][2]
            order = ", in this order:" if len(asking) > 1 and not number else ":"
            own = [style.paint(heading + order, "bold"), *own]
        left = len(asking) - number
        if number and (number == most or len(shown) + len(own) + (left > 1) > room):
            return [*shown, f"and {left} more"], number
        shown += own
    return shown, len(asking)


def ranked(items: Iterable[Item]) -> list[Item]:
    """Return the merged items that require an action, in the order in which to act.

    Required items come before recommended ones. Among these, an item that more profiles miss comes first; then the
    order of the profiles decides.
    """
    asking = [item for item in items if _gravity(item) < len(_HEADINGS)]
    return sorted(asking, key=lambda item: (_gravity(item), -len(item.whose)))


def full(item: Item, style: Style) -> list[str]:
    """Return an item with all its details."""
    named = item.profiles if item.places else item.check
    title, body = plain(item.title), style.wrap(f"{item.title} ({named})", 10)[10:]
    body = style.paint(title, "bold") + body[len(title) :] if body.startswith(title) else body
    lines = [f"{style.status(item.status)} {body}"]
    asks = item.status in {"fail", "warn"}
    parts = [
        ("", item.sentence),
        ("all", item.found if asks and ", " in item.found and item.found not in item.sentence else ""),
        ("", item.note),
        ("why", item.why),
        ("fix", item.fix if asks else ""),
    ]
    for label, text in parts:
        if text:
            lines.append(_part(label, text, style))
    if item.command and asks:
        lines += style.wrap_command(item.command, _INDENT)
    return [*lines, *([_part("source", item.source, style)] if item.source else [])]


def row(item: Item, style: Style) -> str:
    """Return the line of an item that requires no action."""
    named = item.profiles if item.places else item.check
    body = style.wrap(f"{item.title}: {item.sentence} ({named})", 10)
    return style.status(item.status) + body[9:]


def commands(items: Sequence[Item]) -> str:
    """Return a script with the commands for all missed items, the gravest first. An item without command is a comment.

    A person must read it, and run the wanted parts.
    """
    asking = ranked(items)
    missed = [item for item in asking if item.status in {"fail", "warn"}]
    if not missed:
        return "# Nothing is missed."
    blocks = ["# Read each line before you run it as root; a line that begins with # does nothing."]
    for item in missed:
        lines = [f"# {plain(f'{item.title}: {item.sentence} ({item.profiles})')}"]
        if moot := _moot(item, asking):
            blocks.append(f"{lines[0]}\n#   Not needed once this is done: {plain(asking[moot - 1].title)}")
            continue
        lines += [plain(item.command)] if item.command else [f"#   {plain(item.fix)}"]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def weight(status: Status, severity: Severity) -> int:
    """Return the index of a result among the kinds that require an action; 0 for the gravest."""
    places = (place for place, heading in enumerate(_HEADINGS) if heading[:2] == (status, severity))
    return next(places, len(_HEADINGS))


def _gravity(item: Item) -> int:
    return weight(item.status, item.severity)


def _kind(item: Item) -> tuple[Status, Severity]:
    return item.status, item.severity


def _title(item: Item, number: int, style: Style, every: AbstractSet[str]) -> str:
    """Return the lines with an item's number, its title and what was found."""
    # What all profiles miss alike needs no names.
    whose = f" ({item.profiles})" if item.places or not item.alike or not every <= {*item.whose} else ""
    note = f"; {item.note}" if item.note else ""
    body = style.wrap(f"{number}. {item.title}: {item.sentence}{whose}{note}", 2)
    name = f"{number}. {plain(item.title)}"
    if body[2:].startswith(name):
        body = f"  {style.paint(name, 'bold')}{body[2 + len(name) :]}"
    return style.sign(item.status) + body[1:]


def _why(item: Item, style: Style) -> list[str]:
    """Return in a few lines why an item matters; empty if it is unknown."""
    why = upper_first(item.why).removesuffix(".")
    ends = [place for place in range(len(why)) if why.startswith(". ", place)]
    texts = [style.wrap(f"{why[:end]}.", 4).splitlines() for end in (*ends, len(why))] if why else [[]]
    return next((lines for lines in reversed(texts) if len(lines) <= _LINES_OF_WHY), texts[0])


def _two_lines(item: Item, number: int, style: Style, every: AbstractSet[str], moot: int) -> list[str]:
    lines = _title(item, number, style, every).splitlines()
    if item.status not in {"fail", "warn"}:
        return lines
    if moot:
        return [*lines, f"    Not needed once {moot} is done."]
    of_the_shell = style.wrap_command(item.command, 4) if item.command else []
    fits = all(display_width(line) <= style.width for line in of_the_shell)
    if fits and 0 < len(of_the_shell) <= (_LINES_OF_FIRST if number == 1 else _LINES):
        return lines + of_the_shell
    elsewhere = " (--fixes has the commands)" if of_the_shell else ""
    return lines + style.wrap(_first_steps(item.fix, style) + elsewhere, 4).splitlines() if item.fix else lines


def _first_steps(fix: str, style: Style) -> str:
    """Return as many whole sentences, clauses or alternatives of a remedy as fit in a line, but at least one."""
    ends = [place for place in range(len(fix)) if fix.startswith(_ENDS, place) and _is_outside(fix[:place])]
    parts = [fix, *(fix[:end] for end in reversed(ends))]
    return next((part for part in parts if len(style.wrap(part, 4).splitlines()) == 1), parts[-1])


def _is_outside(text: str) -> bool:
    """Return whether a text closes all parentheses that it opens."""
    return text.count("(") == text.count(")")


def _part(label: str, text: str, style: Style) -> str:
    body = style.wrap(text, _INDENT)
    return f"    {style.paint(f'{label:<{_INDENT - 4}}', 'dim')}{body[_INDENT:]}"
