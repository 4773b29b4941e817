"""A container of LXC, which runs one command."""

from .place import LOOK

SETTINGS = """
lxc.rootfs.path = dir:{root}
lxc.net.0.type = empty
lxc.uts.name = inside
lxc.mount.auto = proc:mixed sys:mixed cgroup:mixed
lxc.mount.entry = {seen} seen none rw,bind 0 0
"""


def executing(place, *settings, look=LOOK):
    """Return the command that runs a shell's command in a container with these settings, and write them."""
    # Users of its own are to pass through.
    place.folder.chmod(0o755)
    file = place.folder / "settings"
    binds = (f"lxc.mount.entry = {path} {path.relative_to('/')} none ro,bind 0 0" for path in place.bound)
    file.write_text("\n".join([SETTINGS.format(root=place.root, seen=place.seen), *binds, *settings, ""]))
    (place.folder / "containers").mkdir()
    own = ("-P", str(place.folder / "containers"), "-n", place.name, "-f", str(file))
    return ("lxc-execute", *own, "--", "/bin/sh", "-c", look)
