"""Read below a folder that is held open, so that a path can never lead out of it.

Each part of a path is opened relative to the folder above it, and no link is followed (openat(2), O_NOFOLLOW). If the
owner of the folder renames or links files in it meanwhile, the descriptors still refer to the files that were opened.
"""

import contextlib
import errno
import os
import stat
import weakref
from collections.abc import Iterator

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

_MOST_OPEN = 100
"""Maximum number of folders that are open at the same time; a login usually has a limit of 1,024 descriptors."""

_OWN_KERNEL = frozenset(
    {
        0x9FA0, 0x62656572, 0x27E0EB, 0x63677270, 0x64626720, 0x74726163, 0x73636673, 0x62656570, 0x6165676C,
        0xCAFE4A11, 0xDE5E81E4, 0x42494E4D, 0x19800202, 0x6E736673, 0xF97CFF8C, 0x43415D53, 0x5A3C69F0,
    }
)  # fmt: skip
"""statfs(2)'s f_type of proc, sysfs, cgroup, cgroup2, debugfs, tracefs, securityfs, configfs, pstore, bpf, efivarfs,
binfmt_misc, mqueue, nsfs, selinuxfs, smackfs, aafs (linux/magic.h): their files describe the kernel that runs here.
"""


class HeldFolder:
    """A folder and all files below it. Places are relative to the folder: "" is the folder itself."""

    def __init__(self, path: str) -> None:
        """Open the folder. If the path is a link, it is followed once, here.

        Raises:
            OSError: if the folder cannot be opened.
            ValueError: if the folder is this machine's own root, or a file system that the running kernel generates.
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
        """Return the status of a place; links are not followed.

        Raises:
            OSError: for an error of lstat(2).
        """
        folder, name = self._above(place)
        return os.stat(name, dir_fd=folder, follow_symlinks=False) if name else os.fstat(folder)

    def readlink(self, place: str) -> str:
        """Return the target of a link.

        Raises:
            OSError: for an error of readlink(2).
        """
        folder, name = self._above(place)
        # The folder itself is not a link, so "." fails. An empty name would mean the descriptor's own file.
        return os.readlink(name or ".", dir_fd=folder)

    def listdir(self, place: str) -> list[str]:
        """List the names in a folder.

        Raises:
            OSError: for an error of opendir(3).
        """
        return os.listdir(self._folder(place))

    @contextlib.contextmanager
    def opened(self, place: str) -> Iterator[int]:
        """Open a regular file until the context is left.

        Raises:
            OSError: if the place is not a regular file, or for an error of open(2).
        """
        # Opening a device or a pipe may have an effect on this machine, so the kind of file is checked first.
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
        """Return the open folder that holds a place, and the last part of the place."""
        folder, _, name = place.rpartition("/")
        return self._folders.get(folder) or self._folder(folder), name

    def _folder(self, place: str) -> int:
        """Open a folder and keep it open: the next request is usually for the same folder, or for one in it."""
        if place in self._folders:
            return self._folders[place]
        above, name = self._above(place)
        descriptor = self._below(above, name)
        if len(self._folders) > _MOST_OPEN:
            # The top folder is the oldest entry, and is kept. The new folder is not yet among them.
            _close(self._folders, keep=1)
        self._folders[place] = descriptor
        return descriptor

    def _below(self, above: int, name: str) -> int:
        if name in {"", ".", ".."}:
            raise OSError(errno.EINVAL, f"{name!r} is not a valid part of a path here")
        try:
            descriptor = os.open(name, _FOLDER, dir_fd=above)
        except NotADirectoryError as error:
            # The caller has already followed all links, so this link is new. What the folder held is unknown.
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
    """Refuse a file system whose files the running kernel generates.

    Raises:
        ValueError: if the descriptor is on such a file system, or the type of its file system cannot be read.
    """
    # Such file systems have no device (major 0). Others are accepted without loading ctypes, which takes 8 ms.
    if os.major(os.fstat(descriptor).st_dev):
        return
    import ctypes  # noqa: PLC0415 - see above

    # struct statfs begins with f_type, a long or an int (s390x), and has less than 256 bytes on every architecture.
    room = (ctypes.c_long * 32)()
    if ctypes.CDLL(None, use_errno=True).fstatfs(descriptor, ctypes.byref(room)) != 0:
        raise ValueError("the type of its file system cannot be read")
    if (room[0] & 0xFFFFFFFF) in _OWN_KERNEL or (room[0] >> 32 & 0xFFFFFFFF) in _OWN_KERNEL:
        raise ValueError("it is a file system of this machine's kernel, not of the captured host")
