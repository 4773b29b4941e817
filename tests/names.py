"""Which packages a text names for an installer: pip, pipx, uv, Ansible, cloud-init, a system's package manager."""

import ast
import re
import shlex
from collections.abc import Iterator

import yaml

OURS = "hostcheck-audit"

THIRD_PARTY = {"build", "uv", "pandas", "matplotlib", "jinja2"}
"""What pip, pipx and uv may be asked for besides this project, by the name in the index."""

SYSTEM = {"curl", "python3-venv", "docker.io"}
"""What the examples may ask a system's package manager for."""

VARIABLES = {"$@", "$*", "$file", "$wheel", "$SOURCE", "$HOSTCHECK_WHEEL", "{{ hostcheck_file }}"}
"""Files and folders whose names only the caller knows; tests of the examples run them with real ones."""

_FILLED_IN = "./filled-in"
"""Stands for what a program fills in: tests run what it prints."""

_INSTALLERS = re.compile(
    r"""(?<![\w./-])
    (?: (?:[\w./${}~-]*/)? pip[\d.]* \s+ (?:install|download|wheel)
      | pipx \s+ (?:install|run|inject \s+ \S+)
      | uv \s+ (?:tool \s+ (?:install|run)|pip \s+ install|add)
      | uvx )
    \b (?P<words>[^\n;&|`]*)""",
    re.VERBOSE,
)
_SYSTEM = re.compile(r"\b(?:apt|apt-get|dnf|yum|apk|brew|conda|npm|cargo|snap) +(?:install|add)\b(?P<words>[^\n;&|`]*)")
_KEY = re.compile(r"""^[ \t#-]*["']?packages?["']?:[ \t]+["']?(?P<name>[^\s"'\[{]+)""", re.MULTILINE)
_REQUIREMENT = re.compile(r"(?<![\w./@-])(?P<name>[Hh]ostcheck(?:\[[\w, -]+\]|(?: *(?:[=<>!~]=|[<>]) *\d)| @ ))")
_ANY = re.compile(r"pip|uv|install|add|package|ostcheck")
"""What every one of these has; most texts of a program have none of it."""
_ANY_OF_PROGRAMS = re.compile(
    r"""pip|\buvx?\b|\b(?:apt|apt-get|dnf|yum|apk|brew|conda|npm|cargo|snap)\b|packages?["']?:"""
    r"""|ostcheck["'\s,]*(?:\[|[=<>~!]=|[<>]|@)"""
)
"""The same of whole programs, whose strings may stand in parts. Most programs have none of it, and are not parsed."""
_WITH_VALUE = {
    "-r",
    "--requirement",
    "-c",
    "--constraint",
    "--python",
    "-d",
    "--dest",
    "-w",
    "--wheel-dir",
    "--spec",
    "--with",
}


def foreign(text: str) -> Iterator[str]:
    """Yield each thing that a text has installed and that is neither ours, nor a file, nor listed here."""
    if not _ANY.search(text):
        return
    line = text.replace("\\\n", " ")
    for match in _INSTALLERS.finditer(line):
        yield from (word for word in _words(match["words"]) if not _known(word, THIRD_PARTY))
    for match in _SYSTEM.finditer(line):
        yield from (word for word in _words(match["words"]) if re.match(r"hostcheck\b", word, re.IGNORECASE))
    yield from (match["name"] for match in _KEY.finditer(text) if not _known(match["name"], SYSTEM))
    yield from (match["name"] for match in _REQUIREMENT.finditer(text))


def foreign_in_python(text: str) -> Iterator[str]:
    """Yield the same of a program: of its comments, and of its strings as it has them, parts and words joined."""
    if not _ANY_OF_PROGRAMS.search(text):
        return
    yield from foreign("\n".join(re.findall(r"#.*", text)))
    nodes = list(ast.walk(ast.parse(text)))
    parts = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in nodes:
        match node:
            case ast.List(elts=words) | ast.Tuple(elts=words) | ast.Call(args=words):
                # A string with a blank is no word of a command.
                texts = (f"\n{text}\n" if " " in text else text for text in map(_string, words))
                yield from foreign(" ".join(texts))
            case ast.JoinedStr() | ast.Constant(value=str()) if id(node) not in parts:
                yield from foreign(_string(node))


def _string(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(map(_string, parts))
    return _FILLED_IN


def foreign_in_yaml(text: str) -> Iterator[str]:
    """Yield what the modules and keys of an Ansible, cloud-init or CI file have installed and that is not known."""
    for document in yaml.safe_load_all(text):
        yield from _foreign_nodes(document)


def _foreign_nodes(node: object) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _foreign_nodes(each)
    elif isinstance(node, dict):
        for key, value in node.items():
            module = str(key).rpartition(".")[2]
            names = value.get("name", []) if isinstance(value, dict) else value
            if module in {"pip", "package", "packages", "apt", "dnf", "yum", "apk"}:
                listed = names if isinstance(names, list) else [names]
                yield from (str(name) for name in listed if not _known(str(name), SYSTEM))
            yield from _foreign_nodes(value)


def _words(line: str) -> Iterator[str]:
    """Yield the words of a command that are no options and no values of options."""
    value = False
    for word in _split(line):
        if set(word) <= set("()<>"):  # of a shell: a redirection or the end of a subshell
            return
        if not value and not word.startswith("-"):
            yield word
        value = word in _WITH_VALUE


def _split(line: str) -> list[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars="()<>")
    lexer.whitespace_split = True
    lexer.commenters = "#"
    try:
        return list(lexer)
    except ValueError:  # a quote that the line does not close, as of a list in a program
        return re.sub(r"""["'\])]""", " ", line).split()


def _known(word: str, names: set[str]) -> bool:
    name = re.split(r"[\[=<>~! ]", word)[0]
    normalised = re.sub(r"[-_.]+", "-", name).lower()
    is_file = "/" in name or word in {".", ".."} or name.endswith(".whl") or word.startswith(".[")
    return is_file or word in VARIABLES or name in names or normalised == OURS
