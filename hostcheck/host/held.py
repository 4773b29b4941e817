"""A folder of this machine, held open: what is read below it cannot be exchanged for anything outside of it.

Each part of a path is opened relative to the folder above it, and no link is followed (openat(2), O_NOFOLLOW). Whoever
owns the folder may rename and link in it meanwhile: the descriptors still lead to what they were opened for.
"""

import contextlib
import errno
import os
import stat
import weakref
from collections.abc import Iterator

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

_MOST_OPEN = 100
"""Folders held open at once; a login's usual limit is 1,024 descriptors."""

_OWN_KERNEL = frozenset(
    {
        0x9FA0, 0x62656572, 0x27E0EB, 0x63677270, 0x64626720, 0x74726163, 0x73636673, 0x62656570, 0x6165676C,
        0xCAFE4A11, 0xDE5E81E4, 0x42494E4D, 0x19800202, 0x6E736673, 0xF97CFF8C, 0x43415D53, 0x5A3C69F0,
    }
)  # fmt: skip
"""statfs(2)'s f_type of proc, sysfs, cgroup, cgroup2, debugfs, tracefs, securityfs, configfs, pstore, bpf, efivarfs,
binfmt_misc, mqueue, nsfs, selinuxfs, smackfs, aafs (linux/magic.h): what is in them is of the kernel that runs here.
"""


class HeldFolder:
    """A folder, and what is below it. Places are relative to it: "" is the folder itself."""

    def __init__(self, path: str) -> None:
        """Open the folder. A link is followed here, and never again.

        Raises:
            OSError: when it cannot be opened.
            ValueError: when it is this machine's own root, or a file system of the running kernel's.
        """
        top = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._folders = {"": top}
        self.close = weakref.finalize(self, _close, self._folders)
        self._devices = {os.fstat(top).st_dev}
        try:
            _refuse_own_root(top)
            _refuse_own_kernel(top)
        except BaseException:
            self.close()
            raise

    def lstat(self, place: str) -> os.stat_result:
        """Tell what is at a place, without following a link.

        Raises:
            OSError: as lstat(2).
        """
        folder, name = self._above(place)
        return os.stat(name, dir_fd=folder, follow_symlinks=False) if name else os.fstat(folder)

    def readlink(self, place: str) -> str:
        """Tell where a link points.

        Raises:
            OSError: as readlink(2).
        """
        folder, name = self._above(place)
        # The folder itself is none; an empty name would be read as the folder's own.
        return os.readlink(name or ".", dir_fd=folder)

    def listdir(self, place: str) -> list[str]:
        """List the names in a folder.

        Raises:
            OSError: as opendir(3).
        """
        return os.listdir(self._folder(place))

    @contextlib.contextmanager
    def opened(self, place: str) -> Iterator[int]:
        """Open a plain file, for as long as the context lasts.

        Raises:
            OSError: when it is none, or as open(2).
        """
        # A device or a pipe would be this machine's, and to open one may do something: it is looked at first.
        if not stat.S_ISREG(self.lstat(place).st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        folder, name = self._above(place)
        flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY
        descriptor = os.open(name, flags, dir_fd=folder)
        try:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise OSError(errno.EINVAL, "not a regular file")
            # A single file of /proc can be mounted too, over one in the folder.
            self._refuse_another(descriptor, found.st_dev)
            yield descriptor
        finally:
            os.close(descriptor)

    def _above(self, place: str) -> tuple[int, str]:
        """Open the folder that a place is in; give it and the last part of the place."""
        folder, _, name = place.rpartition("/")
        return self._folders.get(folder) or self._folder(folder), name

    def _folder(self, place: str) -> int:
        """Open a folder, and keep it open: the next one to be asked for is mostly the same, or in it."""
        if place in self._folders:
            return self._folders[place]
        above, name = self._above(place)
        descriptor = self._below(above, name)
        if len(self._folders) > _MOST_OPEN:
            # All but the top one, which is the oldest; and before this one is among them.
            _close(self._folders, keep=1)
        self._folders[place] = descriptor
        return descriptor

    def _below(self, above: int, name: str) -> int:
        if name in {"", ".", ".."}:
            raise OSError(errno.EINVAL, f"a place has no part {name!r}")
        try:
            descriptor = os.open(name, _FOLDER, dir_fd=above)
        except NotADirectoryError as error:
            # Links were followed by whoever asks: this one was put there since. Nothing is known of what it hides.
            if stat.S_ISLNK(os.stat(name, dir_fd=above, follow_symlinks=False).st_mode):
                raise OSError(errno.ELOOP, "a folder was exchanged for a link meanwhile") from error
            raise
        try:
            self._refuse_another(descriptor, os.fstat(descriptor).st_dev)
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def _refuse_another(self, descriptor: int, device: int) -> None:
        if device in self._devices:
            return
        try:
            _refuse_own_kernel(descriptor)
        except ValueError as error:
            raise OSError(errno.EXDEV, str(error)) from error
        self._devices.add(device)


def _close(folders: dict[str, int], keep: int = 0) -> None:
    while len(folders) > keep:
        os.close(folders.popitem()[1])


def _refuse_own_root(descriptor: int) -> None:
    if os.path.samestat(os.fstat(descriptor), os.stat("/")):
        raise ValueError("it is this machine's own root; audit it without --root")


def _refuse_own_kernel(descriptor: int) -> None:
    """Refuse a file system whose files the running kernel makes up.

    Raises:
        ValueError: when it is one.
    """
    # They have no device; and ctypes costs 8 ms.
    if os.major(os.fstat(descriptor).st_dev):
        return
    import ctypes  # noqa: PLC0415 - see above

    # struct statfs begins with f_type, a long or an int (s390x), and has less than 256 bytes on every architecture.
    room = (ctypes.c_long * 32)()
    if ctypes.CDLL(None, use_errno=True).fstatfs(descriptor, ctypes.byref(room)) != 0:
        raise ValueError("what kind of file system it is on cannot be seen")
    if (room[0] & 0xFFFFFFFF) in _OWN_KERNEL or (room[0] >> 32 & 0xFFFFFFFF) in _OWN_KERNEL:
        raise ValueError("it is a file system of the kernel that runs here, not of the captured host")
