"""An empty value is a slip, an unset variable of a shell: no option and no argument of any command takes one."""

import subprocess
import sys

import pytest
import typer

from hostcheck.cli import COMMANDS, _app
from hostcheck.errors import UsageError
from tests.effort import share


def command(name):
    """Return a command by its name: "gate", or of a group "fleet gate"."""
    group, _, of_group = name.partition(" ")
    found = typer.main.get_command(_app([group])).commands[group]
    return found.commands[of_group] if of_group else found


def names():
    for name in COMMANDS:
        of_group = getattr(command(name), "commands", None)
        yield from (f"{name} {each}" for each in of_group) if of_group else [name]


NAMES = list(names())
VALUES = [
    (name, parameter)
    for name in NAMES
    for parameter in command(name).params
    if not getattr(parameter, "is_flag", False)
]
KINDS = "fio|yabs|sysbench|pg_test_fsync"
ARGUMENTS = {
    "address": "ssh://USER@HOST",
    "runs": "RUN",
    "kind": KINDS,
    "files": KINDS,
    "workloads": "FILE",
    "metric": "metric",
    "check": "ID",
    "question": "FILE",
    "identity": "FILE",
    "options": "-- ANSIBLE_OPTION",
    "words": "HOST",
}
"""What is named where a command's only argument is empty: its first one."""
OF_ONE = {
    ("promise", "files"): "FILE",
    ("fleet collect", "files"): "DIR|FILE",
}


def refusal(name, *arguments):
    with pytest.raises(UsageError) as refused:
        # Parsed, and not run: where nothing is refused, no command starts.
        command(name).make_context(name, list(arguments))
    return str(refused.value)


@pytest.mark.parametrize("blank", share(["", " ", "\t\n", "\u00a0"], 4))
@pytest.mark.parametrize(("name", "parameter"), VALUES, ids=lambda value: getattr(value, "name", value))
def test_an_empty_value_is_refused_in_one_line_that_names_its_option(name, parameter, blank):
    if parameter.param_type_name == "argument":
        named = OF_ONE.get((name, parameter.name)) or ARGUMENTS[parameter.name]
        assert refusal(name, "--", blank) == f"{named} is empty: is a variable unset?"
        return
    long = max(parameter.opts, key=len)
    said = {refusal(name, form, blank) for form in parameter.opts} | {refusal(name, f"{long}={blank}")}
    assert said == {f"{long} is empty: is a variable unset?"}


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_argument_is_refused_also_where_none_belongs(name):
    for blank in ("", " ", "\t\n", "\u00a0"):
        assert refusal(name, *["x"] * 3, blank).endswith("is empty: is a variable unset?")


def test_as_a_process_it_ends_with_2_and_one_line():
    argv = [sys.executable, "-m", "hostcheck", "gate", "--run", "x", "--baseline", ""]
    done = subprocess.run(argv, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "hostcheck: --baseline is empty: is a variable unset?\n"
