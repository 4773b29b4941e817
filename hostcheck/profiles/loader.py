"""Load profiles: by name those that ship with hostcheck and those of plugins, by path a user's own."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from hostcheck.catalogue.stores import OF_DATA_ROOT, OF_STORE, STORES, fact_of_store
from hostcheck.errors import UsageError
from hostcheck.profiles.model import Check, Profile, Question
from hostcheck.profiles.predicates import PLACED
from hostcheck.profiles.rows import Fit, read_check
from hostcheck.proofs import is_proof
from hostcheck.resources import read_shipped, shipped_in
from hostcheck.tomltext import Table, nearest, read_document, read_table_text
from hostcheck.userfile import resolved

if TYPE_CHECKING:
    from hostcheck.plugins import Plugin

_FOLDER = Path(__file__).parent
_KEYS = ("name", "title", "summary", "extends", "without", "roles", "proof", "store", "place", "check")
_MOST_FILES = 40
"""Maximum number of files in a chain in which each extends the next."""

CALLED = {
    **dict.fromkeys(("k8s", "kube", "kubeadm"), "kubernetes"),
    **dict.fromkeys(("docker-compose", "docker compose"), "compose"),
    "containerd": "nerdctl",
    "cri-o": "crio",
}
"""The profile that is meant, by another common name of its engine."""
_SHARED = "_"
"""Prefix of shipped files that other profiles extend, and that cannot be used directly."""


@lru_cache
def names() -> tuple[str, ...]:
    """Names of the profiles that ship with hostcheck."""
    return tuple(name for name in _files() if not name.startswith(_SHARED))


@lru_cache
def _files() -> tuple[str, ...]:
    """Names of all shipped files, including those that profiles only extend."""
    return tuple(sorted(path.stem for path in shipped_in(_FOLDER, ".toml")))


def load(reference: str) -> Profile:
    """Load a profile.

    Args:
        reference: the name of a profile that ships with hostcheck or is a plugin, or the path of a file. A path has a
            "/" or ends in ".toml".

    Raises:
        UsageError: if the profile does not exist; the remedy has the nearest name. If it is not valid, the message has
            file and line.
    """
    if is_file(reference):
        from hostcheck.filekinds import recognising  # noqa: PLC0415  a profile that ships is of its kind

        with recognising("profile", "profile", Path(reference)):
            return _read(Path(reference))
    if reference in names():
        return _shipped(reference)
    file = _plugin_file(reference)
    if file is None:
        meant = CALLED.get(reference.lower())
        remedy = f"did you mean {meant}?" if meant else nearest(reference, known_names())
        several = [word.strip() for word in reference.split(",") if word.strip()]
        if len(several) > 1:
            remedy = f"give -p once for each: {' '.join(f'-p {word}' for word in several)}"
        raise UsageError(f"there is no profile {reference!r}", remedy=remedy)
    return _read(file)


def exists(name: str) -> bool:
    """Whether a profile of this name ships with hostcheck or is a plugin."""
    return name in names() or _plugin(name) is not None


def known_names() -> tuple[str, ...]:
    """Names of the profiles that ship with hostcheck, then of those that are plugins."""
    from hostcheck import plugins  # noqa: PLC0415  only a name that is not built in needs it

    return (*names(), *plugins.names("profile"))


def parse(text: str, path: Path) -> Profile:
    """Parse a profile.

    Args:
        text: the content of the file, TOML.
        path: the path of the file. It is used in errors, for the default name, and to find profiles that it extends.

    Raises:
        UsageError: as in ``load``.
    """
    return _parse(text, path, _Reading((), {}))


def _plugin(name: str) -> "Plugin | None":
    from hostcheck import plugins  # noqa: PLC0415  the same

    return plugins.find("profile", name)


def _plugin_file(name: str) -> Path | None:
    """Return the file of a profile that is a plugin; None if there is no plugin of this name.

    Raises:
        UsageError: if the plugin cannot be loaded, or does not give the path of a file ``NAME.toml``.
    """
    plugin = _plugin(name)
    if plugin is None:
        return None
    file = plugin.load()
    if not isinstance(file, Path) or file.name != f"{name}.toml":
        raise plugin.failed(f"it is {file!r}, and not the pathlib.Path of a file {name}.toml")
    return file


@lru_cache
def _shipped(name: str) -> Profile:
    return _read(_FOLDER / f"{name}.toml")


def is_file(reference: str) -> bool:
    """Whether a reference is the path of a file, not a name."""
    return "/" in reference or reference.endswith(".toml")


class _Reading(NamedTuple):
    """The state while a profile, and the profiles that it extends, are read.

    Attributes:
        chain: the files from the first one to the one that is read, each extending the next.
        known: the profiles read so far, by file: a file that several profiles extend is read once.
    """

    chain: tuple[Path, ...]
    known: dict[Path, Profile]


def _read(path: Path, reading: _Reading | None = None) -> Profile:
    text = read_shipped(path) if path.parent == _FOLDER else read_table_text("profile", path)
    return _parse(text, path, reading or _Reading((), {}))


def _parse(text: str, path: Path, reading: _Reading) -> Profile:
    document = read_document("profile", text, path)
    top = Table("profile", text, path)
    meant = top.refuse_unknown(document, _KEYS)
    parts: dict[str, Any] = {}
    for key, read in (("name", _name), ("title", _text), ("summary", _text)):
        if key not in meant:
            with top.collecting():
                parts[key] = read(top, document, key)
    extended = _texts_or_text(top, document, "extends")
    parents: list[Profile] = []
    for name in extended:
        with top.collecting():
            parents.append(_parent(top, name, _Reading((*reading.chain, resolved(path)), reading.known)))
    if len(parents) < len(extended):
        # Without a parent, each row that changes one of its checks would be reported as incomplete.
        top.refuse_mistakes()
    own_roles: tuple[str, ...] = ()
    with top.collecting():
        own_roles = _listed(top, document, "roles")
    roles = tuple(dict.fromkeys((*(role for each in parents for role in each.roles), *own_roles)))
    proof = ""
    with top.collecting():
        proof = _proof(top, document) or next((each.proof for each in parents if each.proof), "")
    store = next((each.store for each in parents if each.store), "")
    if "store" in document:
        with top.collecting():
            store = top.one_of(document, "store", STORES, None)
    checks = () if "check" in meant else _checks(top, document, parents, roles)
    top.refuse_mistakes()
    if store:
        checks = tuple(_of_store(store, check) for check in checks)
    extends = tuple(parent.name for parent in parents)
    return Profile(**parts, checks=checks, roles=roles, extends=extends, proof=proof, store=store)


def _of_store(store: str, check: Check) -> Check:
    """Return the check with its questions about the data-root, or about another store, asked about this store."""
    if not any(_is_of_a_folder(question) for question in (check.test, *(condition.test for condition in check.when))):
        return check
    conditions = tuple(condition._replace(test=_moved(store, condition.test)) for condition in check.when)
    return check._replace(test=_moved(store, check.test), when=conditions)


def _is_of_a_folder(question: Question) -> bool:
    return question.subject.startswith((OF_DATA_ROOT, OF_STORE))


def _moved(store: str, question: Question) -> Question:
    return question._replace(subject=fact_of_store(store, question.subject))


def _parent(top: Table, reference: str, reading: _Reading) -> Profile:
    if not is_file(reference):
        if reference in _files():
            return _shipped(reference)
        file = _plugin_file(reference)
        if file is None:
            top.fail("extends", f"there is no profile {reference!r}", nearest(reference, known_names()))
    elif not reference.isprintable():
        top.fail("extends", f"{reference!r} is not a path", "name a profile, or its file as ./NAME.toml")
    else:
        file = None
    path = file or top.path.parent / reference
    real = resolved(path)
    if real in reading.chain:
        top.fail("extends", f"{reference} extends this file too", "let one of them extend the other")
    if len(reading.chain) >= _MOST_FILES:
        top.fail("extends", f"more than {_MOST_FILES} files extend one another", "merge some of them")
    if real not in reading.known:
        reading.known[real] = _read(path, reading)
    return reading.known[real]


def _checks(
    top: Table, document: Mapping[str, Any], parents: Iterable[Profile], roles: tuple[str, ...]
) -> tuple[Check, ...]:
    """Combine the file's rows with the inherited checks: a row changes the inherited check of its id, or adds one.

    The file's own checks are first. Users should attend to the checks in order, and an engine's own checks weigh more
    than those that it shares with other engines. Proofs are last: the other checks name the cause of a failed step.
    """
    inherited: dict[str, Check] = {}
    for parent in parents:
        for check in parent.checks:
            inherited.setdefault(check.id, check)
    with top.collecting():
        for check_id in _listed(top, document, "without"):
            if inherited.pop(check_id, None) is None:
                with top.collecting():
                    remedy = nearest(check_id, inherited)
                    top.fail("without", f"the profile inherits no check {check_id!r}", remedy, item=check_id)
    rows = document.get("check", [])
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        with top.collecting():
            top.fail("check", "check is not a list of tables", "write each as [[check]]")
        rows = []
    elif not rows and not inherited and "place" not in document:
        with top.collecting():
            top.fail(None, "the profile has no checks", "write each as [[check]], or extend a profile")
    own: dict[str, Check | None] = {check.id: check for check in _placed(top, document)}
    fit = _fit(top.path)
    for number, row in enumerate(rows):
        table = top.inner(("check",), number)
        with table.collecting():
            check_id = table.text_of(row, "id") or table.fail(None, f"check {number + 1} has no id", 'add id = "…"')
            if check_id in own:
                table.fail("id", f"there are two checks {check_id!r}", "give one of them another id")
            own[check_id] = read_check(table, row, inherited.get(check_id), roles, fit)
    merged = own | {key: inherited[key] for key in inherited if key not in own}
    return tuple(sorted((check for check in merged.values() if check), key=lambda check: is_proof(check.id)))


def _placed(top: Table, document: Mapping[str, Any]) -> tuple[Check, ...]:
    """Return the checks of the table ``[place]``; none if the file has no such table."""
    if "place" not in document:
        return ()
    found = document["place"]
    if not isinstance(found, Mapping):
        with top.collecting():
            top.fail("place", "place is not a table", "write it as [place], with within or not_within")
        return ()
    table = top.inner(("place",))
    table.refuse_unknown(found, PLACED)
    from hostcheck.profiles.placed import read_place  # noqa: PLC0415  few profiles have one

    return read_place(table, found)


def _fit(path: Path) -> Fit:
    """Return the function that checks the questions of a file against the types of facts and metrics.

    Shipped profiles are checked by the tests, so that an audit need not read the catalogue of facts.
    """
    if resolved(path).parent == _FOLDER:
        return lambda question: question
    from hostcheck.profiles.questions import convert  # noqa: PLC0415

    return convert


def _proof(top: Table, document: Mapping[str, Any]) -> str:
    proof = top.text_of(document, "proof") or ""
    if proof and not is_proof(proof):
        top.fail("proof", f"{proof!r} is not the fact of a proof", "hostcheck checks --facts lists them: prove.…")
    return proof


def _name(top: Table, document: Mapping[str, Any], key: str) -> str:
    name = top.text_of(document, key) or top.path.stem
    if not name.replace("-", "").replace("_", "").isalnum():
        top.fail(key, f"{name!r} is not a valid name of a profile", "use letters, digits, - and _")
    if name in names() and resolved(top.path).parent != _FOLDER:
        top.fail(key, f"{name} is the name of a profile that ships with hostcheck", "give it another name")
    return name


def _text(top: Table, document: Mapping[str, Any], key: str) -> str:
    text = top.text_of(document, key)
    if text is None:
        top.fail(None, f"the profile has no {key}", f'add {key} = "…"')
    return text


def _texts_or_text(top: Table, document: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return (document[key],) if isinstance(document.get(key), str) else _listed(top, document, key)


def _listed(top: Table, document: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return top.texts(document, key) or ()
