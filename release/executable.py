"""The executable: hostcheck with a Python, a C library and the loader of both, for a host that has a shell.

PyInstaller with staticx unpacks twice, which takes longer than the half second that a start may take; its helper
processes use a folder that ends with the first process; and it stops where /tmp forbids programs. So the launcher is a
shell script that an administrator can read, in front of an archive.
"""

import gzip
import io
import marshal
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import zipfile
from collections.abc import Mapping
from importlib.util import MAGIC_NUMBER, source_hash
from pathlib import Path

from hostcheck.remote.bench import END
from release.contents import BASE, MEASURING, compiled_modules, of_distribution, of_wheel

KERNEL = (3, 2)
"""The oldest kernel of the C library that is packed. Source: glibc 2.26, NEWS; `file libc.so.6` says it too."""

_LAUNCHER = Path(__file__).with_name("launcher.sh")

_START = """\
import os, sys
folder = os.path.dirname(os.path.abspath(__file__))
sys.path.append(folder + "/app")
# What starts a helper process starts this program again.
sys.frozen, sys.executable = True, folder + "/hostcheck"
sys.argv[0] = "hostcheck"
from hostcheck.__main__ import main
main()
"""

_AGAIN = """\
#!/bin/sh
folder=${0%/*}
exec "$folder/ld.so" --library-path "$folder/lib" "$folder/python" -I -S -B "$folder/start.py" "$@"
"""

_FOR_ANSIBLE = "hostcheck/fleet/collections/"
"""Modules that Ansible's Python imports, from their sources."""

_PROGRAMS = {"python", "hostcheck", "ld.so"}

_IN_A_FOLDER = ("certifi", "psutil", "tomli")
"""The distributions with compiled modules, or with files that are opened by their path."""

_UNUSED = (
    "__phello__", "aifc", "antigravity", "asyncio", "config-", "curses", "dbm", "distutils", "doctest", "ensurepip",
    "ftplib", "idlelib", "imaplib", "lib-dynload", "lib2to3", "mailbox", "nntplib", "pdb", "pip", "pydoc",
    "site-packages", "smtp", "test", "tkinter", "turtle", "unittest", "venv", "wsgiref", "xml",
)  # fmt: skip
"""What of the standard library nothing here imports; and lib-dynload, which is packed by itself."""

_UNUSED_COMPILED = (
    "_ssl",
    "_hashlib",
    "_crypt",
    "_ctypes_test",
    "_elementtree",
    "pyexpat",
    "_asyncio",
    "_bz2",
    "_lzma",
    "_test",
    "_xxtest",
    "xx",
    "_codecs_",
    "_multibyte",
    "unicodedata_",
    "_tkinter",
    "_curses",
    "readline",
    "_dbm",
    "_gdbm",
    "audioop",
    "nis",
    "ossaudio",
)


def make(wheel: Path, target: Path, version: str) -> list[str]:
    """Write the executable for the architecture of this machine.

    Args:
        wheel: hostcheck's.
        target: the file.
        version: hostcheck's.

    Returns:
        The names of the C libraries that are packed.

    Raises:
        RuntimeError: when this Python cannot be packed.
    """
    number = "{}.{}".format(*sys.version_info)
    files: dict[str, bytes] = {"start.py": _START.encode(), "hostcheck": _AGAIN.encode()}
    # Python takes the folder above this file for its own.
    files[f"lib/python{number}/os.py"] = Path(os.__file__).read_bytes()
    unpacked, imported = of_hostcheck(wheel)
    files |= unpacked
    for name in (*BASE, *MEASURING):
        if name in _IN_A_FOLDER:
            parts = of_distribution(name, compiled=True)
            files |= {f"app/{path}": data for path, data in (_as_bytecode(*part) for part in parts)}
        else:
            imported |= dict(of_distribution(name, compiled=False))
    modules_of_all = _standard_library() | dict(_as_bytecode(*part) for part in imported.items())
    python = Path(sys.executable).resolve()
    modules = {f"lib/python{number}/lib-dynload/{path.name}": path for path in _dynamic_modules()}
    files |= {name: _stripped(path) for name, path in {"python": python, **modules}.items()}
    libraries = _libraries((python, *modules.values(), *compiled_modules(_IN_A_FOLDER)))
    loader = next(name for name in libraries if name.startswith("ld-linux"))
    files["ld.so"] = libraries.pop(loader).read_bytes()
    files |= {f"lib/{name}": _stripped(path) for name, path in libraries.items()}
    target.write_bytes(launcher(version, os.uname().machine) + _packed(files) + _zipped(modules_of_all))
    target.chmod(0o755)
    return sorted(libraries)


def of_hostcheck(wheel: Path) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return the files of hostcheck's wheel that are unpacked, and those that are imported from the archive."""
    files = dict(of_wheel(wheel))
    data = {name: content for name, content in files.items() if name.startswith("hostcheck/_data/")}
    # Beside the archive, which the launcher puts into lib: hostcheck.resources looks there.
    unpacked = {name.replace("hostcheck/", "lib/", 1): content for name, content in data.items()}
    return unpacked, {name: content for name, content in files.items() if name not in data}


def launcher(version: str, machine: str) -> bytes:
    """Return the shell script that stands before the archive.

    Args:
        version: hostcheck's.
        machine: the architecture, as uname(1) names it.
    """
    text = _LAUNCHER.read_text(encoding="utf-8")
    words = {
        "VERSION": version,
        "KERNEL_MAJOR": KERNEL[0],
        "KERNEL_MINOR": KERNEL[1],
        "MACHINE": machine,
        "PYTHON": "python{}{}".format(*sys.version_info),
        "BYTES": len(END),
        "END": END.decode(),
    }
    for word, value in {**words, "LINES": text.count("\n") + 1}.items():
        text = re.sub(rf"\b{word}\b", str(value), text)
    return text.encode()


def _packed(files: Mapping[str, bytes]) -> bytes:
    """Return the files that are unpacked before a start, for gzip and tar."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name in sorted(files):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(files[name]), 0o700 if name in _PROGRAMS else 0o600
            archive.addfile(member, io.BytesIO(files[name]))
    return gzip.compress(buffer.getvalue(), 9, mtime=0)


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """Return an archive that Python imports from: only what is imported is decompressed.

    It is the end of the executable, of which Python gets a copy: a ZIP file may have other data before it.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name), files[name], zipfile.ZIP_DEFLATED, 9)
        archive.comment = END
    return buffer.getvalue()


def _standard_library() -> dict[str, bytes]:
    """Return the standard library as bytecode, which an archive's importer reads without its sources."""
    top = Path(sysconfig.get_path("stdlib"))
    files: dict[str, bytes] = {}
    for path in sorted(top.rglob("*.py")):
        name = path.relative_to(top)
        if not name.parts[0].startswith(_UNUSED) and "test" not in name.parts and "tests" not in name.parts:
            files[str(name.with_suffix(".pyc"))] = _bytecode(path.read_bytes(), str(name))
    return files


def _as_bytecode(name: str, data: bytes) -> tuple[str, bytes]:
    """Return a file as it is packed: a module as bytecode, which Python imports without its source."""
    is_imported = name.endswith(".py") and not name.startswith(_FOR_ANSIBLE)
    return (f"{name}c", _bytecode(data, name)) if is_imported else (name, data)


def _bytecode(source: bytes, name: str) -> bytes:
    """Return a .pyc whose source is never looked at (PEP 552: a hash that is not checked)."""
    code = compile(source, name, "exec", dont_inherit=True)
    # The flag of a hash alone (1): it is not compared with a source.
    return MAGIC_NUMBER + (1).to_bytes(4, "little") + source_hash(source) + marshal.dumps(code)


def _dynamic_modules() -> list[Path]:
    folder = Path(sysconfig.get_path("stdlib"), "lib-dynload")
    return [path for path in sorted(folder.glob("*.so")) if not path.name.startswith(_UNUSED_COMPILED)]


def _libraries(programs: tuple[Path, ...]) -> dict[str, Path]:
    """Return the libraries that programs load, by name, with the loader; as ldd(1) finds them here."""
    found: dict[str, Path] = {}
    for program in programs:
        listed = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
        if missing := re.search(r"(\S+) => not found", listed):
            raise RuntimeError(f"{program} needs {missing[1]}, which is not here")
        for path in map(Path, re.findall(r"(/\S+) \(0x", listed)):
            found[path.name] = path.resolve()
    return found


def _stripped(path: Path) -> bytes:
    """Return a program or library without its symbols for debuggers."""
    if shutil.which("strip") is None:
        raise RuntimeError("strip is missing: install binutils")
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder, path.name)
        subprocess.run(["strip", "--strip-unneeded", "-o", made, path], check=True)
        return made.read_bytes()
