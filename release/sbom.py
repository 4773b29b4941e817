"""A bill of materials beside the files: CycloneDX 1.5 (https://cyclonedx.org/docs/1.5/json/)."""

import hashlib
import json
import platform
from collections.abc import Iterable
from importlib.metadata import distribution
from pathlib import Path
from typing import Any


def make(version: str, files: Iterable[Path], distributions: Iterable[str], libraries: Iterable[str]) -> str:
    """Return the document: the same text for the same files.

    Args:
        version: hostcheck's.
        files: what was made; each is a component with its SHA-256.
        distributions: the names of the Python distributions that are packed in one of them.
        libraries: the names of the C libraries in the executable.
    """
    components = [_file(path) for path in files]
    components += [_distribution(name) for name in sorted(distributions)]
    components.append({"type": "platform", "name": "cpython", "version": platform.python_version()})
    components.append({"type": "library", "name": "glibc", "version": platform.libc_ver()[1]})
    components += [{"type": "library", "name": name} for name in sorted(libraries)]
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "hostcheck-audit", "version": version}},
        "components": components,
    }
    return json.dumps(document, indent=1) + "\n"


def _file(path: Path) -> dict[str, Any]:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {"type": "file", "name": path.name, "hashes": [{"alg": "SHA-256", "content": digest}]}


def _distribution(name: str) -> dict[str, Any]:
    found = distribution(name)
    component: dict[str, Any] = {"type": "library", "name": name, "version": found.version}
    component["purl"] = f"pkg:pypi/{name}@{found.version}"
    if licence := found.metadata.get("License-Expression"):
        component["licenses"] = [{"expression": licence}]
    return component
