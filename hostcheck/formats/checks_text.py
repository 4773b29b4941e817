"""What the checks mean, as text for people: all of them in a list, or one in full."""

from collections.abc import Iterator
from difflib import get_close_matches

from hostcheck.errors import UsageError
from hostcheck.formats.terminal import Style, columns
from hostcheck.profiles.loader import Check, Profile, load, names
from hostcheck.profiles.predicates import PREDICATES

_LABEL = 12


def list_all(style: Style) -> str:
    """Return every profile's checks, a line each."""
    blocks = []
    for profile in map(load, names()):
        rows = columns([(check.id, check.severity, check.title) for check in profile.checks])
        head = f"{style.paint(profile.name, 'bold')}\n{style.wrap(profile.summary, 0)}"
        blocks.append("\n".join((head, *(f"  {row}" for row in rows))))
    return "\n\n".join(blocks)


def explain(check_id: str, style: Style) -> str:
    """Return what a check means in each profile that has it.

    Raises:
        UsageError: when no profile has it; the remedy has the nearest id.
    """
    every = tuple(_every())
    found = [(profile, check) for profile, check in every if check.id == check_id]
    if not found:
        ids = sorted({check.id for _, check in every})
        near = get_close_matches(check_id, ids, 1)
        hint = f"did you mean {near[0]}?" if near else "hostcheck checks lists them"
        raise UsageError(f"there is no check {check_id!r}", remedy=hint)
    return "\n\n".join(_explain(profile, check, style) for profile, check in found)


def _every() -> Iterator[tuple[Profile, Check]]:
    for profile in map(load, names()):
        for check in profile.checks:
            yield profile, check


def _explain(profile: Profile, check: Check, style: Style) -> str:
    parts = [
        ("profile", f"{profile.name} ({profile.summary})"),
        ("severity", check.severity),
        ("fact", check.test.fact),
        ("expected", PREDICATES[check.test.predicate].expects(check.test.argument)),
        ("why", check.why),
        ("fix", check.fix),
        ("source", check.source),
    ]
    if check.when is not None:
        test = check.when.test
        wanted = PREDICATES[test.predicate].expects(test.argument)
        parts.insert(4, ("applies", f"where {test.fact} is {wanted}; elsewhere {check.when.otherwise}"))
    lines = [style.paint(f"{check.id}: {check.title}", "bold")]
    for label, text in parts:
        body = style.wrap(text, _LABEL)
        lines.append(style.paint(f"{label:<{_LABEL}}", "dim") + body[_LABEL:])
    return "\n".join(lines)
