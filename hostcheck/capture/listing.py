"""What a capture holds, for whoever wants to see it before it is written or sent."""

from hostcheck.capture.take import Capture
from hostcheck.plaintext import plain


def listing(capture: Capture) -> str:
    """List every file: its size in bytes, what was done to it, and its place in the archive."""
    rows = [(str(len(file.data)), file.treated, plain(file.place)) for file in capture.files]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    return "\n".join(f"{size:>{widths[0]}}  {treated:<{widths[1]}}  {place}" for size, treated, place in rows)


def summary(capture: Capture, output: str, size: int) -> str:
    """Say in one line what was written, and whether it replays."""
    said = f"{len(capture.kept)} files, {size} bytes"
    where = said if output == "-" else f"{plain(output)}: {said}"
    if not capture.renamed and not capture.changed:
        return f"{where}; all {len(capture.facts)} facts come out of it as on this host"
    parts = (
        ("with stand-ins for what is private", capture.renamed),
        ("otherwise, since what they rest on was taken out", capture.changed),
    )
    told = "; ".join(f"{how}: {', '.join(facts)}" for how, facts in parts if facts)
    return f"{where}; all but these facts come out of it as on this host: {told}"
