"""Where a host can be, as text for people: the answer, the landmarks, and the claims."""

from collections.abc import Iterator

from hostcheck.formats.terminal import Style, columns, cut
from hostcheck.place.bounds import reach_km
from hostcheck.place.countries import names
from hostcheck.place.judging import Answer, Outcome
from hostcheck.place.locating import Located
from hostcheck.place.wording import answer, claimed, headline
from hostcheck.plaintext import plain
from hostcheck.run.model import Status

_OF_OUTCOME: dict[Outcome, Status] = {"holds": "pass", "does not hold": "fail", "cannot tell": "unknown"}
_OF_ANSWER: dict[Answer, Status] = {"excluded": "fail", "compatible": "pass", "unknown": "unknown"}
_NAME_WIDTH = 20


def render(located: Located, style: Style) -> str:
    """Return the text."""
    lines = [style.paint(style.wrap(headline(located), 0), "bold")]
    blocks = (_answers(located, style), _doubts(located, style), _landmarks(located, style), _claims(located, style))
    for block in (*blocks, _left(located, style)):
        found = list(block)
        if found:
            lines += ["", *found]
    return "\n".join(lines)


def _answers(located: Located, style: Style) -> Iterator[str]:
    for finding in located.findings:
        yield _item(style, _OF_OUTCOME[finding.outcome], answer(finding))
        if finding.more:
            yield style.wrap(finding.more, 2)


def _doubts(located: Located, style: Style) -> Iterator[str]:
    for doubt in located.doubts:
        yield _item(style, "unknown", f"{doubt.said}; {doubt.remedy}")


def _landmarks(located: Located, style: Style) -> Iterator[str]:
    rows = [["landmark", "least", "within", "in fibre"]]
    for each in located.measured:
        name = cut(plain(each.landmark.name), _NAME_WIDTH)
        if each.rtt_ms is None:
            rows.append([name, "unknown", "", ""])
        else:
            km = (reach_km(each.rtt_ms, "c"), reach_km(each.rtt_ms, "2/3 c"))
            rows.append([name, f"{each.rtt_ms:.2f} ms", *(f"{value:,.0f} km" for value in km)])
    heading, *lines = columns(rows, right=(1, 2, 3))
    yield style.paint(heading, "dim")
    for each, line in zip(located.measured, lines, strict=True):
        yield line
        said = ([each.problem] if each.problem else []) + list(each.notes)
        if style.detail == "full":
            proved = ", its key was proved" if each.landmark.pin and each.rtt_ms is not None else ""
            said.append(f"{each.landmark.endpoint}, {each.counted} of {each.tried} handshakes used{proved}")
            said.append(
                f"at {each.landmark.latitude:g}, {each.landmark.longitude:g} ± {each.landmark.accuracy_km:g} km: "
                f"{each.landmark.known}"
            )
        yield from (style.wrap(text, 2) for text in said)
    if any(each.rtt_ms is not None for each in located.measured):
        text = "within: by the speed of light, which every answer uses; in fibre: by 2/3 of it, which radio can exceed"
        yield style.wrap(text, 0)


def _claims(located: Located, style: Style) -> Iterator[str]:
    if located.claims:
        yield style.paint("Claimed:", "bold")
    for claim in located.claims:
        yield _item(style, _OF_ANSWER[claim.answer], claimed(claim))


def _left(located: Located, style: Style) -> Iterator[str]:
    if located.left is None or located.left_in_fibre is None or style.detail != "full":
        return
    called = names()
    yield style.wrap(f"not excluded: {', '.join(called[code] for code in sorted(located.left)) or 'nothing'}", 0)
    yield style.wrap(
        f"not excluded in fibre: {', '.join(called[code] for code in sorted(located.left_in_fibre)) or 'nothing'}",
        0,
    )


def _item(style: Style, status: Status, text: str) -> str:
    return style.sign(status) + style.wrap(text, 2)[1:]
