"""An initramfs from Python: the kernel unpacks archives of the "newc" format one after the other."""

import stat
from pathlib import Path


class Archive:
    """Collects files, folders and links at the paths they will have in the guest."""

    def __init__(self):
        self._parts = []
        self._known = {"/"}

    def _entry(self, path, mode, content=b"", mtime=0):
        name = path.lstrip("/").encode() + b"\0"
        fields = (len(self._parts) + 1, mode, 0, 0, 1, mtime, len(content), 0, 0, 0, 0, len(name), 0)
        head = b"070701" + b"".join(b"%08x" % field for field in fields) + name
        self._parts.append(head + b"\0" * (-len(head) % 4) + content + b"\0" * (-len(content) % 4))
        self._known.add(path)

    def folder(self, path):
        if path not in self._known:
            self.folder(str(Path(path).parent))
            self._entry(path, stat.S_IFDIR | 0o755)

    def write(self, path, content, mode=0o644, mtime=0):
        self.folder(str(Path(path).parent))
        self._entry(path, stat.S_IFREG | mode, content.encode() if isinstance(content, str) else content, mtime)

    def link(self, path, target):
        self.folder(str(Path(path).parent))
        self._entry(path, stat.S_IFLNK | 0o777, str(target).encode())

    def copy(self, source, path=None):
        """Put a file of this machine at its own path, or at another; its links are followed."""
        path = str(path or source)
        if path not in self._known:
            status = Path(source).stat()
            self.write(path, Path(source).read_bytes(), stat.S_IMODE(status.st_mode), int(status.st_mtime))

    def tree(self, source, path=None, skip=frozenset(), suffixes=()):
        """Put a folder and what is in it, without the names to skip and those that end so."""
        for place in sorted(Path(source).iterdir()):
            target = f"{path or source}/{place.name}"
            if place.name in skip or place.name.endswith(tuple(suffixes)):
                continue
            if place.is_dir():
                self.tree(place, target, skip, suffixes)
            elif place.exists():
                self.copy(place, target)

    def bytes(self):
        return b"".join(self._parts) + Archive._trailer()

    @staticmethod
    def _trailer():
        last = Archive()
        last._entry("TRAILER!!!", 0)
        return last._parts[0]
