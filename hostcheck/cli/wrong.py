"""Convert errors of typer to one-line errors of hostcheck."""

from typing import Any

from hostcheck.cli.command import written
from hostcheck.errors import UsageError

_FORMATS = frozenset({"--json", "--csv", "--html", "--markdown", "--junit", "--sarif", "--pdf"})
"""Options with which other programs choose a format."""


def in_our_words(error: Any) -> UsageError:
    """Convert click's UsageError to hostcheck's UsageError.

    Error classes are recognised by name. They are in click or in typer, depending on typer's version.
    """
    names = _names(error.ctx)
    problem, remedy = _problem(error)
    command = f"{' '.join(names)}: " if names else ""
    return UsageError(f"{command}{problem}", remedy=remedy or f"see {' '.join(('hostcheck', *names))} --help")


def _problem(error: Any) -> tuple[str, str]:
    match type(error).__name__:
        case "NoSuchOption":
            return f"there is no option {error.option_name}", _nearest_option(error)
        case "BadOptionUsage":
            return f"{error.option_name} {'takes no value' if _is_flag(error) else 'needs a value'}", ""
        case "MissingParameter":
            return f"{written(error.param)} is missing", ""
        case "BadParameter" if error.param is not None:
            return f"{written(error.param)}: {error.message.rstrip('.')}", ""
        case _:
            message = error.format_message().rstrip(".")
            return message[:1].lower() + message[1:], ""


def _is_flag(error: Any) -> bool:
    named = [each for each in _parameters(error) if error.option_name in (*each.opts, *each.secondary_opts)]
    return any(getattr(each, "is_flag", False) for each in named)


def _parameters(error: Any) -> list[Any]:
    return [] if error.ctx is None else error.ctx.command.get_params(error.ctx)


def _nearest_option(error: Any) -> str:
    from hostcheck.spelling import closest

    if error.option_name in _FORMATS and any("--output" in each.opts for each in _parameters(error)):
        word = error.option_name.removeprefix("--")
        return f"write -o {word}:-, or -o {word}:FILE"
    known = [name for each in _parameters(error) for name in (*each.opts, *each.secondary_opts)]
    near = closest(error.option_name, known)
    return f"did you mean {near}?" if near else ""


def _names(context: Any) -> list[str]:
    """Return the words of the command after ``hostcheck``; both words for a command in a group: ["fleet", "fits"]."""
    return [*_names(context.parent), context.info_name] if context and context.parent else []
