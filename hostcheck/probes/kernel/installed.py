"""Find the folder of the running kernel's modules, and whether they are missing."""

from hostcheck.host.base import Host
from hostcheck.probes.kernel.release import wsl_generation
from hostcheck.probes.kernel.sharing import is_marked, shares_kernel

_FOLDERS = (
    *("/lib/modules", "/usr/lib/modules"),
    "/run/booted-system/kernel-modules/lib/modules",  # NixOS: nixos/modules/system/boot/kernel.nix
    "/run/booted-system/kernel/lib/modules",  # Guix: LINUX_MODULE_DIRECTORY of gnu/system.scm
)


def modules_folder(host: Host, release: str | None) -> str:
    """Return the folder of the running kernel's modules; the usual one if none was found."""
    folders = [f"{folder}/{release}" for folder in _FOLDERS]
    return next((folder for folder in folders if host.exists(folder) is True), folders[0])


def modules_are_gone(host: Host, release: str | None) -> bool:
    """Whether the running kernel's modules are known to be missing: modules of another kernel are in their place.

    If there are no modules at all, nothing is known: the distribution may keep them elsewhere. In a container, missing
    modules prove nothing, since they are on the container's host. WSL 2 has one place for modules: it mounts those of
    its own kernel there, but none for a kernel that the user supplies
    (https://learn.microsoft.com/windows/wsl/wsl-config, kernelModules; microsoft/WSL#12108).
    """
    if not release or host.exists(modules_folder(host, release)) is not False:
        return False
    if wsl_generation(release) == 2:
        return not is_marked(host)
    others = any(name != release for folder in _FOLDERS for name in host.listdir(folder) or ())
    return others and not shares_kernel(host)
