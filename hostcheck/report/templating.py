"""Load the templates of pages, which escape all texts, and the style sheet that all pages share."""

import re
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from hostcheck.plaintext import plain, unbroken

_TEMPLATES = Path(__file__).with_name("templates")

_RANGE = re.compile(r"(?<![\d.,])[\d.,]+\u00a0?–\u00a0?[\d.,]+×?(?:\u00a0[\w/%]+)?")
"""A pattern for a range with its unit. A browser could break a line after the dash."""

NARROW, MEDIUM = 44, 64
"""Widths of windows in rem below which a table shows hosts below each other: for up to four hosts, and for more."""


def environment_of_pages() -> Environment:
    """Return the environment of the templates, which escape every text and refuse undefined names."""
    environment = Environment(
        loader=PackageLoader("hostcheck.report"),
        autoescape=True,
        finalize=_harmless,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"unbroken": _unbroken}
    return environment


def style_of_pages(stacked_below: int = NARROW, own: str = "") -> Markup:
    """Return the style sheet.

    Args:
        stacked_below: width of the window in rem below which a table shows hosts below each other.
        own: name of a style sheet that only this page needs. The shared rules, also those for paper, come after it.
    """
    before, style, stacked = (
        (_TEMPLATES / f"{name}.css").read_text(encoding="utf-8") if name else "" for name in (own, "style", "stacked")
    )
    rules = f"{before}{style}@media screen and (max-width: {stacked_below}rem) {{\n{stacked}}}\n"
    return Markup(rules)  # noqa: S704 - our own files


def _harmless(value: object) -> object:
    """Remove control characters and direction marks from a text, because autoescape does not."""
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _unbroken(text: str) -> Markup:
    """Keep quantities on one line: "6.49 s", "120 MB/s", "17–18×"."""
    joined = unbroken(str(escape(_harmless(text))))
    return Markup(_RANGE.sub(r'<span class="nb">\g<0></span>', joined))  # noqa: S704 - it is escaped
