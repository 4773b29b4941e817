"""What is set up, built and launched in the matrices of engines, and how what was measured is judged."""

import io
import json
import re
import tarfile
from pathlib import Path

from hostcheck.bench.base import CannotRun
from hostcheck.bench.build.options import BuildOptions
from hostcheck.bench.build.workload import BuildWorkload
from hostcheck.bench.busybox import find_busybox
from hostcheck.bench.storm.options import StormOptions
from hostcheck.bench.storm.ready import parse_ready
from hostcheck.bench.storm.workload import StormWorkload
from hostcheck.errors import CannotMeasureError
from tests.bench.conftest import ONCE
from tests.packages import unpacked

TWO = StormOptions(ONCE, (2,))
LONGEST = 300
"""The longest line that says why there are no figures, in characters."""


def programs(folder: Path) -> None:
    """Put there what the rows name: runtimes, profiles of seccomp."""
    for name, script in {
        "slow": 'sleep 0.2\nexec runc "$@"',
        "failing": "echo it does not work here >&2\nexit 1",
    }.items():
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
    allow = {"defaultAction": "SCMP_ACT_ALLOW"}
    (folder / "allow.json").write_text(json.dumps(allow))
    deny = allow | {"syscalls": [{"names": ["execve"], "action": "SCMP_ACT_ERRNO"}]}
    (folder / "deny.json").write_text(json.dumps(deny))


def crun(folder: Path) -> None:
    """Put Debian's crun there, whether it is installed or not."""
    files = unpacked("bookworm", "crun", "libyajl2")
    path = folder / "crun"
    path.write_text(f'#!/bin/sh\nLD_LIBRARY_PATH={files}/usr/lib/x86_64-linux-gnu exec {files}/usr/bin/crun "$@"\n')
    path.chmod(0o755)


def judged(workload, context, refused):
    """Measure, and compare with what is expected; return the settings of the figures."""
    try:
        found = list(workload.measure(context))
    except (CannotRun, CannotMeasureError) as cannot:
        said = str(cannot)
    else:
        said = "; ".join(sorted({metric.reason for metric in found if metric.state not in {"ok", "unstable"}}))
        if not said:
            assert not refused, "expected to be refused, and was measured"
            return found[-1].settings
    assert refused, f"expected figures, and was refused: {said}"
    assert re.search(refused, said), said
    assert "\n" not in said
    assert len(said) < LONGEST, said
    return {}


IMAGES = {
    "an entry point that is absent": ('ENTRYPOINT ["/absent"]', "", ""),
    "a health check": ('HEALTHCHECK CMD ["/absent"]', "", ""),
    "a user": ("USER 1000:1000", "", ""),
    "a user without passwd": ("USER somebody", "", "launching one container as a test failed: .*somebody.*"),
    "a volume": ("VOLUME /bin", "", ""),
    "a stop signal": ("STOPSIGNAL SIGKILL", "", ""),
    "a working folder": ("WORKDIR /some/where", "", ""),
    # A static busybox runs its own sleep without looking for it.
    "an environment": ("ENV PATH=/absent", "", ""),
    "ports": ("EXPOSE 80/tcp 53/udp", "", ""),
    "a shell form": ("CMD sleep 1", "", ""),
    "labels": ('LABEL a="b c"', "", ""),
    "a trigger": ("ONBUILD RUN false", "", ""),
    "a port that it opens": ('ENTRYPOINT ["/bin/busybox", "httpd", "-f", "-p", "8080"]', "port:8080", ""),
    "a port that it never opens": ('ENTRYPOINT ["/bin/sh", "-c", "exit 3"]', "port:81", "it ended before it was ready"),
    "a line that it prints": ('ENTRYPOINT ["/bin/sh", "-c", "echo now up; exec sleep 600"]', "line:up$", ""),
    "health that it has not": ('ENTRYPOINT ["/bin/sleep", "600"]', "health", "has no HEALTHCHECK"),
    "health": ('HEALTHCHECK --interval=1s CMD ["/bin/true"]\nENTRYPOINT ["/bin/sleep", "600"]', "health", ""),
}
"""What a Dockerfile adds to busybox, what makes it ready, and why there are no figures."""


def archive(dockerfile):
    """Return a build context with this Dockerfile and busybox."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as members:
        for member, data in (("Dockerfile", dockerfile.encode()), ("rootfs.tar", find_busybox().rootfs())):
            header = tarfile.TarInfo(member)
            header.size = len(data)
            members.addfile(header, io.BytesIO(data))
    buffer.seek(0)
    return buffer


def judge_image(row, make_context, client, holdings, **more):
    """Launch containers of an image that is built for it."""
    instruction, ready, refused = row
    dockerfile = f"FROM scratch\nADD rootfs.tar /\n{instruction}\n"
    list(client.build(fileobj=archive(dockerfile), custom_context=True, tag="matrix:1", rm=True))
    before = holdings()
    options = StormOptions(ONCE, (2,), image="matrix:1", **({"ready": parse_ready(ready)} if ready else {}))
    judged(StormWorkload(), make_context(options, **more), refused)
    assert holdings() == before
    client.remove_image("matrix:1")


CONTEXTS = {
    "a copy": ("FROM scratch\nCOPY . /\n", {}, ""),
    "stages": ("FROM scratch AS a\nCOPY one /\nFROM a\nCOPY two /\n", {}, ""),
    "a target": ("FROM scratch AS a\nCOPY one /\nFROM absent:1\n", {"target": "a"}, ""),
    "a target that is absent": ("FROM scratch AS a\nCOPY one /\n", {"target": "b"}, "b"),
    "an argument before FROM": ("ARG V=scratch\nFROM ${V}\nCOPY one /\n", {}, ""),
    "a build argument": ("ARG V\nFROM ${V}\nCOPY one /\n", {"arguments": (("V", "scratch"),)}, ""),
    "a continued FROM": ("FROM \\\n scratch\nCOPY one /\n", {}, ""),
    "lower case": ("from scratch\ncopy one /\n", {}, ""),
    "ends of lines of Windows": ("FROM scratch\r\nCOPY one /\r\n", {}, ""),
    "a byte order mark": ("\ufeffFROM scratch\nCOPY one /\n", {}, ""),
    "an image that is absent": ("FROM absent:1\n", {}, "the engine does not have the build's base image absent:1"),
    "a file that is absent": ("FROM scratch\nCOPY three /\n", {}, "three"),
    "an instruction that is none": ("FROM scratch\nFETCH one /\n", {}, "(?i)fetch"),
    "nothing": ("", {}, "(?i)dockerfile|empty"),
    "a variable without a value": ("FROM ${V}\n", {}, "variable without a default"),
}


def judge_context(row, make_context, holdings, folder, **more):
    """Build a context in a folder."""
    dockerfile, asked, refused = row
    (folder / "Dockerfile").write_bytes(dockerfile.encode())
    for file in ("one", "two", "a name that is longer than most names " * 4):
        (folder / file).write_text(file)
    before = holdings()
    judged(BuildWorkload(), make_context(BuildOptions(ONCE, context=folder, **asked), **more), refused)
    assert holdings() == before
