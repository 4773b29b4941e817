"""Make text from a host or a file harmless to a terminal and to the log of a CI runner."""

import re
import unicodedata

NO_BREAK = "\u00a0"
_UNITS = "[KMGT]i?B(?:/s)?|bytes|IOPS|CPUs?|%|×|min|h|m|s|ms|µs|ns"
_QUANTITY = re.compile(rf"(?<=\d) (?=(?:{_UNITS})(?!\w))|(?<=\d) (?=– \d)|(?<=\d –) (?=\d)|(?<=\d[hm]) (?=\d+[ms]\b)")
"""A pattern for the spaces within a quantity: between a number and its unit, and around the dash of a range."""

_COMMAND_INSIDE = r"#(?=#\[)"
_COMMAND_AHEAD = r"(?m)^([^\w!-/;-~\n]*:)(?=:.*::)"
"""A pattern for lines that GitHub's runner reads as a command, after it removed blanks and ignorable characters."""


def plain(text: str) -> str:
    """Make a text from a host harmless as a part of a line.

    Control and format characters, and the line separators U+2028 and U+2029, become "�". "##[" becomes "# #[": GitHub's
    runner reads it as a command anywhere in a line of a step's output (actions/runner,
    src/Runner.Common/ActionCommand.cs, TryParse).
    """
    if not text.isprintable():
        text = "".join(map(_shown, text))
    return re.sub(_COMMAND_INSIDE, "# ", text) if "##[" in text else text


def unbroken(text: str) -> str:
    """Use no-break spaces within quantities, so that a number and its unit, or a range, stay on one line."""
    return _QUANTITY.sub(NO_BREAK, text)


def without_commands(text: str) -> str:
    """Prevent that GitHub's runner reads a line as a command: "::" at the beginning of a line becomes ": :".

    The runner ignores blanks before it (ActionCommand.cs, TryParseV2). Only in the complete text is it known which part
    begins a line, so apply this to a whole document or message.
    """
    return re.sub(_COMMAND_AHEAD, r"\1 ", text) if "::" in text else text


def _shown(character: str) -> str:
    if character in "\n\t":
        return " "
    return "�" if is_hidden(character) else character


def is_hidden(character: str) -> bool:
    """Return whether a character is not visible text: it controls the terminal, or has no meaning alone."""
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
