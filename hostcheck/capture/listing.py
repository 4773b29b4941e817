"""List the content of a capture, for a user who wants to check it before it is written or sent."""

from hostcheck.capture.take import Capture
from hostcheck.counts import number_of
from hostcheck.plaintext import plain


def listing(capture: Capture, width: int) -> str:
    """Return a line for each file: its size in bytes, the treatment of its content, and its path in the archive.

    A path for which there is no room in ``width`` columns stands whole on the next line.
    """
    rows = [(str(len(file.data)), file.treated, plain(file.place)) for file in capture.files]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    room = width - sum(widths) - 4
    lines = []
    for size, treated, place in rows:
        begin = f"{size:>{widths[0]}}  {treated:<{widths[1]}}"
        lines.append(f"{begin}  {place}" if len(place) <= room else f"{begin.rstrip()}\n  {place}")
    return "\n".join(lines)


def summary(capture: Capture, output: str, size: int, of: str) -> str:
    """Return one line: the written file, and whether its replay gives the facts of the audit.

    Args:
        capture: the capture.
        output: the path of the file; "-" for standard output.
        size: the size of the file in bytes.
        of: the name of the captured host.
    """
    amount = f"{number_of(len(capture.kept), 'file')}, {size} bytes"
    where = amount if output == "-" else f"{plain(output)}: {amount}"
    if not capture.renamed and not capture.changed:
        return f"{where}; its replay gives all {len(capture.facts)} facts as on {plain(of)}"
    parts = (
        ("with private names replaced", capture.renamed),
        ("changed, since their evidence was removed", capture.changed),
    )
    differing = "; ".join(f"{how}: {', '.join(facts)}" for how, facts in parts if facts)
    return f"{where}; its replay gives all facts as on {plain(of)}, except {differing}"
