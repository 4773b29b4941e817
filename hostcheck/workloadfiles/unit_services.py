"""Services that systemd does not load: without a command, with several, or with a restart that their type excludes.

Source: systemd's src/core/service.c (service_verify, service_add_extras).
"""

from collections.abc import Sequence

from hostcheck.workloadfiles.place import Place
from hostcheck.workloadfiles.rules import Mistakes
from hostcheck.workloadfiles.unit_files import Setting, effective
from hostcheck.workloadfiles.unit_words import commands_of, is_closed

_TRUE = frozenset({"1", "yes", "y", "true", "t", "on"})
_AGAIN = frozenset({"always", "on-success"})
_RULE = "systemd/refused"


def judge_service(file: str, settings: Sequence[Setting], name: str, mistakes: Mistakes) -> None:
    """Add the mistakes for which systemd does not load a service.

    Args:
        file: the path of the file.
        settings: the settings of the unit, with its drop-ins.
        name: the name of the unit. Units of other types have no commands.
        mistakes: the list to which they are added.
    """
    # An empty file masks a unit (systemctl(1), mask).
    if not name.endswith(".service") or not settings:
        return
    own = [each for each in settings if each.section == "Service"]
    started = effective(own, {"ExecStart"})
    last = {each.key: each for each in own}
    values = {key: each.value for key, each in last.items()}
    # Without Type= and without a command, the type is oneshot.
    kind = values.get("Type") or ("simple" if started or values.get("BusName") else "oneshot")
    if not started:
        acts = any(
            (each.section, each.key) == ("Unit", "SuccessAction") and each.value not in {"", "none"}
            for each in settings
        )
        stays = values.get("RemainAfterExit", "").lower() in _TRUE and effective(own, {"ExecStop"})
        if kind != "oneshot" or not (acts or stays):
            place = own[0].place if own else Place(file, 1)
            said = "the service has no ExecStart=, and systemd does not load it"
            mistakes.add(_RULE, place, said, "Give it an ExecStart=.", name)
    elif kind != "oneshot" and (second := _second(started)) is not None:
        said = "the service has a second command in ExecStart=, and systemd takes several only with Type=oneshot"
        fix = "Write the earlier ones as ExecStartPre=, or begin with an empty ExecStart= where this one replaces them."
        mistakes.add(_RULE, second.place, said, fix, name)
    for each in (*started, *effective(own, {"ExecStartPre", "ExecStartPost"})):
        if not is_closed(each.value):
            said = f"{each.key}= has a quote that is not closed, and systemd does not load the service"
            mistakes.add(
                _RULE, each.place, said, "Close it. A backslash at the end of a line has nothing after it.", name
            )
    if kind == "oneshot" and values.get("Restart") in _AGAIN:
        restart = last["Restart"]
        said = f"Restart={restart.value} beside Type=oneshot: systemd does not load the service"
        mistakes.add(_RULE, restart.place, said, "Leave Type= out, or write Restart=on-failure.", name)


def _second(started: Sequence[Setting]) -> Setting | None:
    """Return the setting with the second command; None if there is one command. A semicolon separates commands."""
    commands = [each for each in started for _ in (commands_of(each.value) if is_closed(each.value) else [""])]
    return commands[1] if len(commands) > 1 else None
