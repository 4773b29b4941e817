"""A command of the command line, which takes no empty value."""

from typing import Any

from typer.core import TyperCommand

from hostcheck.errors import UsageError


class Command(TyperCommand):
    """A typer command that refuses empty values: an empty path is the current folder, and an empty name is no name."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the command line; see click's Command.

        Raises:
            UsageError: for an option or argument that is empty or blank.
        """
        # Before typer makes values of the texts: then Path("") is ".".
        given, extra, _ = self.make_parser(ctx).parse_args(list(args))
        for parameter in self.get_params(ctx):
            if _has_blank(given.get(parameter.name or "")):
                is_option = parameter.param_type_name == "option"
                _refuse(max(parameter.opts, key=len) if is_option else parameter.human_readable_name.strip("[]."))
        if _has_blank(extra):
            _refuse("an argument")
        return super().parse_args(ctx, args)


def _has_blank(value: Any) -> bool:
    texts = (value,) if isinstance(value, str) else value if isinstance(value, (list, tuple)) else ()
    return any(not text.strip() for text in texts)


def _refuse(name: str) -> None:
    raise UsageError(f"{name} is empty: is a variable unset?")
