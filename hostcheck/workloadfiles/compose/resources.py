"""What a service refers to: volumes, networks, secrets, configs, and files in the project's folder."""

from collections.abc import Iterator

from hostcheck.workloadfiles.compose.nodes import is_beside, is_required, text_of, truth_of
from hostcheck.workloadfiles.needs import HostPath, Need, Unclear
from hostcheck.workloadfiles.node import UNCLEAR, Node
from hostcheck.workloadfiles.rules import Mistakes


class Resources:
    """What one service refers to.

    Attributes:
        name: the name of the service.
        node: the service.
        root: the merged mapping of the project.
        mistakes: the list to which references to undefined resources are added.
    """

    def __init__(self, name: str, node: Node, root: Node, mistakes: Mistakes) -> None:
        self.name, self.node, self.root, self.mistakes = name, node, root, mistakes

    def named(self) -> Iterator[Need]:
        """Yield the needs of the resources that the service names; add a mistake for each undefined name.

        External resources must exist already, which is unclear. Other volumes may need a driver, or a folder of the
        host.
        """
        for kind, name, each in self._references():
            defined = self.root.get(kind)
            found = defined.mapping().get(name) if defined is not None else None
            if found is None:
                self.mistakes.add(
                    "compose/undefined-resource",
                    each.place,
                    f"{name} is not among the {kind} of the file, and Compose refuses it",
                    f"Add {name} below {kind}, or leave it out here.",
                    self.name,
                )
            elif (
                found.is_mapping and (external := found.get("external")) and (external.is_mapping or truth_of(external))
            ):
                what = f"external {kind}"
                yield Unclear(external.place, name, what, "whether it is there is known to the engine alone")
            elif kind == "volumes" and found.is_mapping:
                yield from self._made_volume(name, found)

    def _made_volume(self, name: str, node: Node) -> Iterator[Need]:
        """Yield the needs of a volume that the engine creates: its driver, and the folder that it mounts."""
        driver = node.get("driver")
        if driver is not None and text_of(driver) not in {"", "local"}:
            why = "whether the engine has this driver is known to it alone"
            yield Unclear(driver.place, f"{name}: {driver.text()}", "a driver of volumes", why)
        options, folder = node.at("driver_opts", "o"), node.at("driver_opts", "device")
        if options is None or folder is None or not text_of(folder).startswith("/"):
            return
        if {"bind", "rbind"} & set(text_of(options).split(",")):
            yield HostPath(folder.place, f"device: {folder.text()}", folder.text().rstrip("/") or "/")

    def _references(self) -> Iterator[tuple[str, str, Node]]:
        """Yield each reference: the top-level key that must define the resource, the name, and the place."""
        for each in self.node.all_of("volumes"):
            if not each.is_mapping:
                source, colon, _ = each.text().partition(":")
                if each.tag != UNCLEAR and colon and len(source) > 1 and source[0] not in "./~":
                    yield "volumes", source, each
            elif text_of(each.get("type")) == "volume" and (name := text_of(each.get("source"))):
                yield "volumes", name, each
        networks = self.node.get("networks")
        if networks is not None:
            by_name = (
                networks.mapping() if networks.is_mapping else {text_of(each): each for each in networks.elements()}
            )
            for name, each in by_name.items():
                if name and name != "default":
                    yield "networks", name, each
        for kind in ("secrets", "configs"):
            for each in self.node.all_of(kind):
                name = text_of(each.get("source") if each.is_mapping else each)
                if name:
                    yield kind, name, each

    def files(self) -> Iterator[Need]:
        """Yield an unclear need for each missing file that Compose itself reads when it starts the service."""
        found = self.node.get("env_file")
        files = [] if found is None else found.elements() if found.is_list else [found]
        named = [each.get("path") if each.is_mapping else each for each in files if is_required(each)]
        for kind, name, _ in self._references():
            defined = self.root.at(kind, name) if kind in {"secrets", "configs"} else None
            if defined is not None and defined.is_mapping:
                named.append(defined.get("file"))
        for each in named:
            if each is None or each.tag == UNCLEAR or each.text().startswith(("/", "~")):
                continue
            if not is_beside(each):
                yield Unclear(each.place, each.text(), "a file that Compose reads", "it is not beside the project now")
        build = self.node.get("build")
        context = build.get("context") if build is not None and build.is_mapping else build
        if context is not None and _is_relative(text_of(context)) and not is_beside(context):
            what = "the folder of the build"
            yield Unclear(context.place, context.text(), what, "it is not beside the project now")


def _is_relative(path: str) -> bool:
    """Return whether a build context is a relative path, and not a URL."""
    return bool(path) and path[0] not in "/~" and ":" not in path and not path.startswith("github.com/")
