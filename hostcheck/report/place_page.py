"""The HTML page on where a host can be: the answer, a map with discs and claims, and tables with the data."""

from collections.abc import Iterator

from hostcheck import __version__
from hostcheck.formats.terminal import Style
from hostcheck.place.bounds import reach_km
from hostcheck.place.countries import names
from hostcheck.place.locating import Located
from hostcheck.place.shapes import error_km, source
from hostcheck.place.wording import answer, claimed, headline
from hostcheck.report.figures.place_map import is_drawn, make
from hostcheck.report.svg import WIDE, draw
from hostcheck.report.templating import environment_of_pages, style_of_pages

_SIGNS = {"holds": "✓", "does not hold": "✗", "cannot tell": "?"}


def render(located: Located, _style: Style | None = None) -> str:
    """Return the page. Equal documents give equal bytes."""
    said = headline(located)
    title = f"Where {located.host} can be"
    drawings = None
    if is_drawn(located):
        drawings = draw(lambda canvas: make(located, canvas), "place", title, said, WIDE)
    left = None if located.left is None else [names()[code] for code in sorted(located.left)]
    in_fibre = None if located.left_in_fibre is None else [names()[code] for code in sorted(located.left_in_fibre)]
    return (
        environment_of_pages()
        .get_template("place.html.j2")
        .render(
            title=title,
            said=said,
            answers=[(_SIGNS[finding.outcome], answer(finding), finding.more) for finding in located.findings],
            doubts=[f"{doubt.said}; {doubt.remedy}" for doubt in located.doubts],
            drawings=drawings,
            landmarks=list(_landmarks(located)),
            claims=[(claim.answer, claimed(claim)) for claim in located.claims],
            left=left,
            in_fibre=in_fibre,
            source=source(),
            error_km=f"{error_km():.1f}",
            started=located.started,
            version=__version__,
            style=style_of_pages(),
        )
    )


def _landmarks(located: Located) -> Iterator[tuple[str, ...]]:
    for each in located.measured:
        landmark = each.landmark
        where = f"{landmark.latitude:g}, {landmark.longitude:g} ± {landmark.accuracy_km:g} km"
        figures: tuple[str, ...]
        if each.rtt_ms is None:
            figures = ("unknown", "", "")
        else:
            reach = (reach_km(each.rtt_ms, "c"), reach_km(each.rtt_ms, "2/3 c"))
            figures = (f"{each.rtt_ms:.2f} ms", *(f"{km:,.0f} km" for km in reach))
        notes = "; ".join(filter(None, (each.problem, *each.notes)))
        yield (landmark.name, *figures, where, landmark.known, notes)
