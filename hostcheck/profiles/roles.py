"""Roles of a host: a control plane or a worker, a server or a client."""

from collections.abc import Collection, Iterable

from hostcheck.errors import UsageError
from hostcheck.profiles.model import Profile
from hostcheck.tomltext import nearest


def refuse_unknown_roles(roles: Collection[str], profiles: Iterable[Profile]) -> None:
    """Refuse a role that none of the profiles has, since it would silently be ignored.

    Raises:
        UsageError: for the first one; the remedy names the nearest role.
    """
    known = {role for profile in profiles for role in profile.roles}
    for role in roles:
        if role not in known:
            remedy = nearest(role, known) if known else "leave --role out, or add the profile it belongs to"
            raise UsageError(f"none of the profiles has a role {role!r}", remedy=remedy)
