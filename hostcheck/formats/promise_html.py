"""Whether a promise was kept, as one HTML page without private data, which can be sent to the seller's support."""

from collections.abc import Iterator
from pathlib import Path

from hostcheck import __version__
from hostcheck.formats.promise_words import ABOUT, ORDER, TO_MEASURE, host, rows, title
from hostcheck.formats.terminal import Style
from hostcheck.formats.xmltext import escape
from hostcheck.promise.model import Finding, Outcome
from hostcheck.resources import read_shipped

_STYLE = Path(__file__).parents[1] / "report" / "templates" / "style.css"
_CLASSES = {"kept": "ok", "broken": "bad", "cannot tell": "warn"}
_SIGNS = {"kept": "✓", "broken": "✗", "cannot tell": "?"}
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
{style}
table {{ table-layout: fixed; }}
th {{ width: 13rem; }}
code span {{ white-space: nowrap; }}
@media (max-width: 40rem) {{ th {{ width: 34%; }} }}
td {{ overflow-wrap: anywhere; }}
</style>
</head>
<body>
<header>
<p class="brand">hostcheck</p>
<h1>{title}</h1>
<div class="answer">
<p>{host}</p>
</div>
</header>
<main>
{findings}
<section>
<h2>About this page</h2>
{about}
</section>
</main>
<footer><p>Made by hostcheck {version}.</p></footer>
</body>
</html>
"""


def render(outcome: Outcome, _style: Style | None = None) -> str:
    """Return the page. The outcome must not contain private data."""
    found = [finding for answer in ORDER for finding in outcome.having(answer)]
    about = "\n".join(f"<p>{escape(text)}</p>" for text in (ABOUT, *outcome.notes))
    style = read_shipped(_STYLE)
    return _PAGE.format(
        title=escape(title(outcome)),
        style=style,
        host=escape(host(outcome)),
        findings="\n".join(line for finding in found for line in _section(finding)),
        about=about,
        version=escape(__version__),
    )


def _section(finding: Finding) -> Iterator[str]:
    answer = finding.judged.answer
    yield "<section>"
    yield f'<h2>{escape(finding.line.key)} <span class="{_CLASSES[answer]}">{_SIGNS[answer]} {answer}</span></h2>'
    yield '<div class="scroll"><table>'
    for name, texts in rows(finding):
        cells = "".join(f"<div>{_command(text) if name == TO_MEASURE else escape(text)}</div>" for text in texts)
        yield f'<tr><th scope="row">{escape(name)}</th><td>{cells}</td></tr>'
    yield "</table></div>"
    yield "</section>"


def _command(text: str) -> str:
    """Return a command as HTML in which lines are not broken at the hyphens of options."""
    words = (f"<span>{escape(word)}</span>" for word in text.split())
    return f"<code>{' '.join(words)}</code>"
