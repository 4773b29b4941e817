"""Find the folder in which an engine keeps the layers of images and containers: the disk that builds and storms use.

With containerd's image store, the default from Docker 29 on, this folder belongs to containerd and is not the engine's
data-root (https://github.com/moby/moby/issues/50517).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hostcheck.bench.base import CannotRun
from hostcheck.bench.engine.daemon import containerd_root
from hostcheck.bench.engine.processes import Processes

DEFAULT_ROOT = Path("/var/lib/containerd")
"""The folder of a containerd that runs as a service (containerd-config.toml(5))."""

SNAPSHOTTER = "io.containerd.snapshotter.v1"
"""containerd's type name of the plugins that store the layers of images."""


@dataclass(frozen=True, slots=True)
class Layers:
    """The place of an engine's layers.

    Attributes:
        folder: the data folder that holds them: the engine's, or containerd's.
        others: folders where a layer would appear if ``folder`` were wrong.
        driver: the storage driver or snapshotter.
        known_by: how the folder was found, in words.
    """

    folder: Path
    others: tuple[Path, ...]
    driver: str
    known_by: str = "the engine's data-root"

    def moments(self) -> Mapping[Path, int]:
        """Return when the list of layers in each data folder changed last, in nanoseconds since the epoch.

        A folder that has no layers, or that this user cannot see, is left out.
        """
        found: dict[Path, int] = {}
        for folder in (self.folder, *self.others):
            for list_ in (folder / self.driver, folder / f"{SNAPSHOTTER}.{self.driver}" / "snapshots"):
                try:
                    found[folder] = max(found.get(folder, 0), list_.stat().st_mtime_ns)
                except OSError:
                    continue
        return found

    def prove(self, before: Mapping[Path, int]) -> bool:
        """Check that ``folder`` is the right one, by a layer that was just written.

        Args:
            before: ``moments`` from before a container or an image was made.

        Returns:
            True if layers appeared in ``folder`` and in no other folder; False if this is not certain.

        Raises:
            CannotRun: if layers appeared only in another folder.
        """
        changed = {folder for folder, moment in self.moments().items() if moment != before.get(folder)}
        if changed and self.folder not in changed:
            found = ", ".join(map(str, sorted(changed)))
            raise CannotRun(
                f"the engine writes its layers to {found}, but its settings name {self.folder}",
                "restart the engine and containerd, so that they use their settings, and measure again",
            )
        return changed == {self.folder}


def find_layers(info: Mapping[str, Any], store: str, data_root: Path, processes: Processes) -> Layers:
    """Return where an engine keeps its layers.

    Args:
        info: the engine's answer to GET /info.
        store: what stores the engine's images, as in ``Engine.image_store``.
        data_root: the engine's data folder.
        processes: the engine's processes.
    """
    driver = str(info.get("Driver") or "unknown")
    folder = containerd_root(processes.containerd)
    if store != "containerd":
        return Layers(data_root, (folder,) if folder and folder != data_root else (), driver)
    if folder is not None:
        known_by = "containerd's settings"
    elif DEFAULT_ROOT.is_dir():
        folder, known_by = DEFAULT_ROOT, "assumed: containerd's settings are not visible"
    else:
        # Where no containerd runs as a service, dockerd starts one, with its data there (libcontainerd/supervisor).
        folder, known_by = data_root, "assumed: no containerd is visible"
    return Layers(folder, (data_root,) if folder != data_root else (), driver, known_by)
