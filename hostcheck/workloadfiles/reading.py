"""Read workload files. The format is recognised by the content of a file."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hostcheck.errors import UsageError, refuse
from hostcheck.plaintext import plain
from hostcheck.spelling import closest
from hostcheck.userfile import read_text
from hostcheck.workloadfiles.limits import LARGEST
from hostcheck.workloadfiles.model import Content, Workload
from hostcheck.workloadfiles.node import NOT_RENDERED
from hostcheck.workloadfiles.ports import count_ports_anew
from hostcheck.workloadfiles.refusals import read_whole, with_mistakes

if TYPE_CHECKING:
    from hostcheck.workloadfiles.node import Node

FORMATS = ("compose", "kubernetes", "nomad", "marathon", "fleet", "systemd", "quadlet", "script", "ansible")
"""The formats that can be read."""


def read_files(
    files: Sequence[str],
    *,
    format: str | None = None,  # noqa: A002  the option's name
    profiles: Iterable[str] = (),
    environment: Mapping[str, str] | None = None,
    scale: Mapping[str, int] | None = None,
    lint: bool = False,
) -> tuple[Content, ...]:
    """Read workload files. Several Compose files are one project, merged in their order.

    Args:
        files: the paths of the files.
        format: the format of all files; None to recognise it by the content.
        profiles: the active profiles of Compose.
        environment: the variables for Compose files; None for those of this process.
        scale: the number of instances of workloads by name, which replaces that of the file.
        lint: whether to list refused values as mistakes, and to read the file without them.

    Raises:
        UsageError: if a file cannot be read (with the line), values are refused (with the line of each), no file has a
            workload, or ``scale`` names an unknown workload.
    """
    texts = [(file, read_text("workload file", Path(file), LARGEST)) for file in files]
    count_ports_anew()
    try:
        contents, refused = read_whole(
            lambda: _read(texts, format, profiles, environment, scale or {}), sum(len(text) for _, text in texts)
        )
    except UsageError as error:
        raise _of_another_kind(error, texts) or _of_a_template(error, texts) from error
    if contents is None or not lint:
        refuse(refused)
    return with_mistakes(contents or (), refused)


def _read(
    texts: Sequence[tuple[str, str]],
    of_all: str | None,
    profiles: Iterable[str],
    environment: Mapping[str, str] | None,
    scale: Mapping[str, int],
) -> tuple[Content, ...]:
    kinds = [of_all or recognised(file, text) for file, text in texts]
    of_compose, of_quadlet = (
        [pair for pair, kind in zip(texts, kinds, strict=True) if kind == name] for name in ("compose", "quadlet")
    )
    contents: list[Content] = []
    for (file, text), kind in zip(texts, kinds, strict=True):
        if kind not in {"compose", "quadlet"}:
            contents.append(_READERS[kind](file, text))
        elif kind == "compose" and (file, text) == of_compose[0]:
            contents.append(_compose(of_compose, profiles, environment))
        elif kind == "quadlet" and (file, text) == of_quadlet[0]:
            contents += _quadlet(of_quadlet)
    if not any(each.workloads for each in contents):
        why = next((note for each in contents for note in each.notes), "")
        named = ", ".join(plain(file) for file, _ in texts)
        raise UsageError(
            f"{named}: nothing in it starts a container" + (f": {plain(why)}" if why else ""),
            # Of a project without workloads, each service is in a profile that is not active.
            remedy="ask for it with --compose-profile" if of_compose and why else "",
        )
    return _scaled(contents, scale)


def _of_another_kind(error: UsageError, texts: Sequence[tuple[str, str]]) -> UsageError | None:
    """Return an error with the kind of a refused file, if it is no workload file; None if it may be one."""
    from hostcheck.filekinds import kind_of  # noqa: PLC0415  only a file that is refused needs it

    for file, text in texts:
        if not str(error).startswith(f"{plain(file)}:"):
            continue
        if not text.strip():
            return UsageError(f"reading the workload file {plain(file)}: it is empty", remedy="name one with workloads")
        kind = kind_of(Path(file))
        if kind is not None:
            what = f"reading the workload file {plain(file)}: this is {kind.what}"
            is_host = kind.name == "run" or kind.name.startswith("capture")
            return UsageError(
                what, remedy="name it with --on, after a workload file" if is_host else "name one with workloads"
            )
    return None


_BROKEN = re.compile(r":(\d+): not (?:YAML|JSON|HCL): ")
_OF_TEMPLATES = re.compile(r"\{\{|\{%|\[\[[ ~-]|<%")
_LINES_AROUND = 2
"""Number of lines before the reported line in which the fault may be: parsers report it a line or two late."""


def _of_a_template(error: UsageError, texts: Sequence[tuple[str, str]]) -> UsageError:
    """Return an error that explains why a file cannot be parsed, if it is a template that was not rendered.

    Otherwise return the error unchanged.
    """
    broken = _BROKEN.search(str(error))
    if broken is None or error.remedy:
        return error
    for file, text in texts:
        if str(error).startswith(f"{plain(file)}:"):
            lines = text.splitlines()
            last = int(broken[1])
            for number in range(last, max(last - 1 - _LINES_AROUND, 0), -1):
                if number <= len(lines) and _OF_TEMPLATES.search(lines[number - 1]):
                    where = f"{plain(file)}:{number}"
                    return UsageError(f"{where}: a template that is not rendered", remedy=NOT_RENDERED)
    return error


def recognised(file: str, text: str) -> str:
    """Return the format of a file, by its content.

    Raises:
        UsageError: if the format is none of ``FORMATS``, or its YAML or JSON cannot be parsed.
    """
    from hostcheck.workloadfiles.documents import read_json, read_yaml  # noqa: PLC0415  units need no YAML

    begin = text.lstrip("\ufeff \t\r\n")
    lines = [line.strip() for line in begin.splitlines()]
    first = next((line for line in lines if line and line[0] not in "#;" and not line.startswith("//")), "")
    if _SECTION.fullmatch(first):
        return "quadlet" if any(line in _OF_QUADLET for line in lines) else "fleet"
    if begin.startswith("#!") or Path(file).suffix in _OF_SHELLS or _IS_RUN.match(first):
        return "script"
    if _BLOCK.match(first):
        return "nomad"
    is_json = begin[:1] in {"{", "["}
    try:
        documents = [read_json(text, file)] if is_json else read_yaml(text, file)
        found = _of_documents(documents)
    except UsageError:
        if is_json or not _RUNS.search(text):
            raise
        found, documents = "", []
    if not found and _RUNS.search(text):
        return "script"
    if not found:
        if documents and _is_first_compose(documents[0]):
            raise UsageError(
                f"{plain(file)}: Compose's first format, which Compose 2 refuses",
                remedy='put its services below the key "services"',
            )
        raise UsageError(
            f"{plain(file)}: not a kind of workload file that hostcheck knows",
            remedy=f"if it is one of {', '.join(FORMATS)}, say which with --as",
        )
    return found


_SECTION = re.compile(r"\[[A-Za-z][A-Za-z-]{0,40}\]")
_OF_QUADLET = frozenset(
    f"[{section}]" for section in ("Container", "Pod", "Kube", "Volume", "Network", "Image", "Build")
)
_OF_SHELLS = frozenset({".sh", ".bash"})
_RUN = (
    r"(?:\$ )?(?:sudo )?(?:/\S{0,200}/)?"
    r"(?:(?:docker|podman|nerdctl) (?:container )?(?:run|create) |docker[- ]compose .{0,200}\bup\b)"
)
_IS_RUN = re.compile(_RUN)
_RUNS = re.compile(f"^{_RUN}", re.MULTILINE)
"""Such a command at the beginning of a line. An indented one may belong to a script within another file."""
_BLOCK = re.compile(r'(?:job|variable)\s{0,9}"[^"]{1,200}"\s{0,9}\{|locals\s{0,9}\{')


def _is_first_compose(root: "Node") -> bool:
    """Return whether a document has the Compose format of 2014, with services at the top level."""
    return root.is_mapping and any(
        each.is_mapping and {"image", "build"} & each.mapping().keys() for each in root.mapping().values()
    )


def _of_documents(documents: "Sequence[Node]") -> str:
    """Return the format of YAML or JSON documents; "" if it is unknown."""
    if not documents:
        return ""
    first = documents[0]
    keys = first.mapping().keys() if first.is_mapping else frozenset()
    if {"services", "include"} & keys and "apiVersion" not in keys:
        return "compose"

    from hostcheck.workloadfiles.ansible import is_playbook  # noqa: PLC0415  the formats before need none of these
    from hostcheck.workloadfiles.kubernetes.manifest import is_manifest  # noqa: PLC0415
    from hostcheck.workloadfiles.marathon import is_marathon  # noqa: PLC0415
    from hostcheck.workloadfiles.nomad import is_job  # noqa: PLC0415

    if any(map(is_manifest, documents)):
        return "kubernetes"
    if is_job(first):
        return "nomad"
    return "marathon" if is_marathon(first) else "ansible" if is_playbook(first) else ""


def _compose(
    texts: Sequence[tuple[str, str]], profiles: Iterable[str], environment: Mapping[str, str] | None
) -> Content:
    from hostcheck.workloadfiles.compose import content  # noqa: PLC0415  only the formats that are there
    from hostcheck.workloadfiles.compose.project import read_project  # noqa: PLC0415

    return content.read(read_project(texts, environment=environment, profiles=profiles))


def _kubernetes(file: str, text: str) -> Content:
    from hostcheck.workloadfiles.documents import read_yaml  # noqa: PLC0415
    from hostcheck.workloadfiles.kubernetes import manifest  # noqa: PLC0415

    return manifest.read(file, read_yaml(text, file))


def _marathon(file: str, text: str) -> Content:
    from hostcheck.workloadfiles import marathon  # noqa: PLC0415
    from hostcheck.workloadfiles.documents import read_json  # noqa: PLC0415

    return marathon.read(file, read_json(text, file))


def _unit(file: str, text: str) -> Content:
    from hostcheck.workloadfiles import units  # noqa: PLC0415

    return units.read(file, text)


def _quadlet(files: Sequence[tuple[str, str]]) -> Iterator[Content]:
    from hostcheck.workloadfiles import quadlet  # noqa: PLC0415

    return quadlet.read(files)


def _script(file: str, text: str) -> Content:
    from hostcheck.workloadfiles import scripts  # noqa: PLC0415

    return scripts.read(file, text)


def _ansible(file: str, text: str) -> Content:
    from hostcheck.workloadfiles import ansible  # noqa: PLC0415
    from hostcheck.workloadfiles.documents import read_yaml  # noqa: PLC0415

    documents = read_yaml(text, file)
    if not documents:
        raise UsageError(f"{plain(file)}: the playbook has no play", remedy="name a playbook with plays")
    return ansible.read(file, documents[0])


def _nomad(file: str, text: str) -> Content:
    from hostcheck.workloadfiles import nomad  # noqa: PLC0415
    from hostcheck.workloadfiles.documents import read_json  # noqa: PLC0415
    from hostcheck.workloadfiles.hcl import read_hcl  # noqa: PLC0415

    return nomad.read(file, read_json(text, file) if text.lstrip().startswith("{") else read_hcl(text, file))


_READERS: Mapping[str, Callable[[str, str], Content]] = {
    "kubernetes": _kubernetes,
    "marathon": _marathon,
    "fleet": _unit,
    "systemd": _unit,
    "script": _script,
    "ansible": _ansible,
    "nomad": _nomad,
}


def _scaled(contents: Sequence[Content], scale: Mapping[str, int]) -> tuple[Content, ...]:
    names = [workload.name for content in contents for workload in content.workloads]
    for name in scale:
        if name not in names:
            near = closest(name, names)
            remedy = f"did you mean {plain(near)}?" if near else f"name one of {plain(', '.join(names[:10]))}"
            raise UsageError(f"--scale {plain(name)}: no workload of the files", remedy=remedy)

    def scaled(workload: Workload) -> Workload:
        return replace(workload, instances=scale.get(workload.name, workload.instances))

    return tuple(_without_needs(replace(each, workloads=tuple(map(scaled, each.workloads)))) for each in contents)


def _without_needs(content: Content) -> Content:
    """Return a content in which workloads with 0 instances need nothing, with a note on each of them."""
    none = [each for each in content.workloads if each.is_none]
    notes = (f"{each.name} has 0 instances ({each.place}): it needs nothing of a host" for each in none)
    workloads = (replace(each, needs=(), rules=(), engines=()) if each.is_none else each for each in content.workloads)
    return replace(content, workloads=tuple(workloads), notes=(*content.notes, *notes)) if none else content
