"""Typer commands that also refuse empty values and unknown commands, with hostcheck's own messages."""

import sys
from typing import Any

from typer import BadParameter
from typer.core import TyperCommand, TyperGroup

from hostcheck.errors import UsageError

WRONG_COMMAND_LINE: type[Exception] = BadParameter.__bases__[0]
"""click's UsageError class. It is in click or in typer, depending on typer's version."""


class Group(TyperGroup):
    """A group of commands that refuses an unknown command and suggests the nearest name."""

    def get_help(self, ctx: Any) -> str:
        """Return the help in characters that standard output can encode; see click's Command."""
        return _as_written(super().get_help(ctx))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command; see click's Group.

        Raises:
            UsageError: if there is no command with this name.
        """
        known = self.list_commands(ctx)
        if args[0] not in known and not ctx.resilient_parsing:
            from hostcheck.tomltext import nearest

            asked = args[0] in {"help", "version"}
            remedy = f"hostcheck --{args[0]} shows it" if asked else nearest(args[0], known)
            raise UsageError(f"there is no command {args[0]!r}", remedy=remedy)
        return super().resolve_command(ctx, args)


class Command(TyperCommand):
    """A typer command that refuses empty values. An empty path would mean the current folder."""

    def get_help(self, ctx: Any) -> str:
        """Return the help in characters that standard output can encode; see click's Command."""
        return _as_written(super().get_help(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the command line; see click's Command.

        Raises:
            UsageError: if an option or argument is empty or blank, or there are too many arguments.
        """
        # Before typer converts the texts: Path("") would be ".".
        try:
            given, extra, _ = self.make_parser(ctx).parse_args(list(args))
        except WRONG_COMMAND_LINE as error:
            # Not every error of the parser names its command.
            error.ctx = ctx  # type: ignore[attr-defined]
            raise
        for parameter in self.get_params(ctx):
            if _has_blank(given.get(parameter.name or "")):
                _refuse_empty(written(parameter))
        if _has_blank(extra):
            _refuse_empty("an argument")
        if extra and not given.get("help") and not ctx.resilient_parsing:
            raise UsageError(
                f"{ctx.info_name}: unexpected argument: {' '.join(extra)}",
                remedy=_instead(ctx, extra),
            )
        return super().parse_args(ctx, args)


def _instead(context: Any, extra: list[str]) -> str:
    outputs = {name for each in context.command.get_params(context) for name in each.opts} & {"-o"}
    if outputs and len(extra) == 1 and "." in extra[0]:
        return f"to write to this file: -o {extra[0]}"
    return "leave it out, or put several words that are one argument in quotes"


def written(parameter: Any) -> str:
    """Return a click parameter's name as on the command line: "--run", "RUN"."""
    is_option = parameter.param_type_name == "option"
    return str(max(parameter.opts, key=len) if is_option else parameter.human_readable_name.strip("[]."))


def _as_written(text: str) -> str:
    """Return a text in which characters that standard output cannot encode are replaced.

    click ignores an ASCII encoding of standard output, and writes UTF-8 to it.
    """
    encoding = sys.stdout.encoding
    return text.encode(encoding, sys.stdout.errors or "strict").decode(encoding)


def _has_blank(value: Any) -> bool:
    texts = (value,) if isinstance(value, str) else value if isinstance(value, (list, tuple)) else ()
    return any(not text.strip() for text in texts)


def _refuse_empty(name: str) -> None:
    raise UsageError(f"{name} is empty: is a variable unset?")
