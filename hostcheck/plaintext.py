"""Text from a host or a file, made harmless to what shows it: a terminal, and the log of a CI runner."""

import re
import unicodedata

_COMMAND_INSIDE = re.compile(r"#(?=#\[)")
_COMMAND_AHEAD = re.compile(r"^([^\w!-/;-~\n]*:)(?=:.*::)", re.MULTILINE)
"""What GitHub's runner takes for a command once it has left out blanks before it, and what collates as nothing."""


def plain(text: str) -> str:
    """Make text from a host harmless on a line.

    Control and format characters, and those that end a line to some readers (U+2028, U+2029), become "�". "##[" becomes
    "# #[": GitHub's runner takes it for a command wherever it is in a line, in what any step writes
    (actions/runner, src/Runner.Common/ActionCommand.cs, TryParse).
    """
    if not text.isprintable():
        text = "".join(map(_shown, text))
    return _COMMAND_INSIDE.sub("# ", text) if "##[" in text else text


def without_commands(text: str) -> str:
    """Keep lines of text from being commands of GitHub's runner: "::" that begins one becomes ": :".

    The runner leaves out blanks before it (ActionCommand.cs, TryParseV2). Which text from a host begins a line is not
    known before the lines are made, so this is for a whole document, or a whole message.
    """
    return _COMMAND_AHEAD.sub(r"\1 ", text) if "::" in text else text


def _shown(character: str) -> str:
    if character in "\n\t":
        return " "
    return "�" if is_hidden(character) else character


def is_hidden(character: str) -> bool:
    """Whether a character is no text: it steers what shows it, or does not stand for anything."""
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
