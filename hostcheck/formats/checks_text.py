"""The meaning of a check or a fact, as text: what is required and why, how it is decided, and the sources."""

from collections.abc import Iterable, Sequence

from hostcheck.catalogue.loader import FactDescription as Fact
from hostcheck.catalogue.loader import entries as catalogue
from hostcheck.catalogue.loader import entry_of
from hostcheck.errors import UsageError
from hostcheck.formats.terminal import Style
from hostcheck.profiles.loader import load, names
from hostcheck.profiles.merged_checks import MergedCheck, merge_checks
from hostcheck.profiles.predicates import in_words
from hostcheck.profiles.remedies import remedy
from hostcheck.profiles.wording import expected
from hostcheck.tomltext import nearest

_LABEL = 12


def explain(wanted: str, style: Style, references: Sequence[str] = ()) -> str:
    """Return the meaning of a check in each profile that has it, and how its facts are decided.

    Args:
        wanted: the id of a check or of a fact.
        style: style of the text.
        references: profiles to search, by name or file; all built-in ones by default.

    Raises:
        UsageError: if there is no such check or fact. The remedy names the most similar id.
    """
    every = merge_checks(map(load, dict.fromkeys(references or names())))
    checks = [entry for entry in every if entry.check.id == wanted]
    facts = [wanted] if entry_of(wanted) else []
    if not checks and not facts:
        if wanted in names():
            raise UsageError(f"{wanted} is a profile", remedy=f"hostcheck checks -p {wanted}")
        known = {*catalogue(), *(entry.check.id for entry in every)}
        raise UsageError(
            f"there is no check or fact {wanted!r}", remedy=nearest(wanted, known, "hostcheck checks lists them")
        )
    facts += [entry.check.test.subject for entry in checks]
    blocks = [_check(entry, style) for entry in checks]
    blocks += [_fact(fact, every, style) for fact_id in dict.fromkeys(facts) if (fact := entry_of(fact_id))]
    return "\n\n".join(blocks)


def _check(entry: MergedCheck, style: Style) -> str:
    check = entry.check
    parts = [("required", ", ".join(entry.required)), ("recommended", ", ".join(entry.recommended))]
    if check.roles:
        parts.append(("roles", ", ".join(check.roles)))
    parts += [(check.test.of, check.test.subject), ("expected", expected(check.test))]
    for condition in check.when:
        where = f"if {condition.test.subject} is {expected(condition.test)}; otherwise {condition.otherwise}"
        parts.append(("applies", where))
    parts += [("why", check.why), ("fix", remedy(check.fix)), ("source", check.source)]
    return _block(f"{check.id}: {check.title}", parts, style)


def _fact(fact: Fact, every: Iterable[MergedCheck], style: Style) -> str:
    asking = dict.fromkeys(entry.check.id for entry in every if _asks(entry, fact.id))
    parts = [("values", fact.kind.in_words), ("example", in_words(fact.example))]
    if len(fact.decided) == 1:
        parts.append(("decided", fact.decided[0]))
    else:
        parts += [("" if number > 1 else "decided", f"{number}. {each}") for number, each in enumerate(fact.decided, 1)]
    parts += [("sources", "; ".join(fact.sources)), ("checks", ", ".join(asking))]
    return _block(f"The fact {fact.id}: {fact.title}", parts, style)


def _asks(entry: MergedCheck, fact_id: str) -> bool:
    questions = (entry.check.test, *(condition.test for condition in entry.check.when))
    return any(question.subject == fact_id for question in questions)


def _block(title: str, parts: Iterable[tuple[str, str]], style: Style) -> str:
    lines = [style.paint(style.wrap(title, 0), "bold")]
    for label, text in parts:
        if text:
            body = style.wrap(text, _LABEL)
            lines.append(style.paint(f"{label:<{_LABEL}}", "dim") + body[_LABEL:])
    return "\n".join(lines)
