"""Packages of any suite of Debian, from the mirror that apt is configured with, unpacked in a cache that lasts.

apt fetches them and checks them against the suite's signed index; what is installed on this machine is not touched.
"""

import os
import re
import subprocess
import tempfile
from functools import cache
from pathlib import Path

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


def cache_folder() -> Path:
    """Give the folder that outlives a test run: $HOSTCHECK_TEST_CACHE, or one in the user's cache."""
    own = os.environ.get("HOSTCHECK_TEST_CACHE")
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(own) if own else Path(caches) / "hostcheck-tests"


def unpacked(suite: str, *names: str) -> Path:
    """Give the folder with the files of these packages, without those that they depend on.

    They are those of the day they were first asked for: another version comes with the removal of the folder.

    Args:
        suite: a release of Debian, such as "trixie".
        names: packages of it.
    """
    place = cache_folder() / suite / "+".join(names)
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent) as folder:
            run("apt-get", "download", *names, cwd=folder, settings=_index(suite))
            whole = Path(folder, "unpacked")
            for archive in Path(folder).glob("*.deb"):
                run("dpkg-deb", "--extract", str(archive), str(whole))
            # Only a whole one takes the name.
            whole.rename(place)
    return place


def dependencies(suite: str, name: str) -> list[str]:
    """Name what a package of a suite depends on, as its index has it today."""
    output = run("apt-cache", "depends", name, settings=_index(suite))
    return re.findall(r"^ +\|?Depends: ([a-z0-9][a-z0-9+.-]+)$", output, re.MULTILINE)


def run(*command: str, cwd: str | None = None, settings: str | None = None) -> str:
    """Run a program that must succeed, and give what it printed."""
    environment = os.environ | ({"APT_CONFIG": settings} if settings else {})
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
    return done.stdout


@cache
def _index(suite: str) -> str:
    """Have apt read a suite's index into a folder of its own; give the path of the settings that use it."""
    output = run(
        "apt-get", "indextargets", "--format", "$(SITE)", "Created-By: Packages", "Origin: Debian", "Label: Debian"
    )
    assert output, "apt knows no mirror of Debian: apt-get update"
    folder = cache_folder() / suite / "apt"
    (folder / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    (folder / "sources.list").write_text(f"deb [signed-by={KEYRING}] {output.splitlines()[0]} {suite} main\n")
    settings = folder / "apt.conf"
    settings.write_text(
        f'Dir::Etc::SourceList "{folder}/sources.list";\n'
        'Dir::Etc::SourceParts "/dev/null";\n'
        f'Dir::State::Lists "{folder}/lists";\n'
        f'Dir::Cache "{folder}";\n'
        'Acquire::Languages "none";\n'
        # Its own user may not write into a folder of ours.
        'APT::Sandbox::User "root";\n'
    )
    run("apt-get", "update", settings=str(settings))
    return str(settings)
