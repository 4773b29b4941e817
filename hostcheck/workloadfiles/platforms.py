"""Processor architectures, by the names that Go and images use."""

OF_THE_KERNEL = {
    "x86_64": "amd64",
    "aarch64": "arm64",
    "armv7l": "arm",
    "armv6l": "arm",
    "i686": "386",
    "i386": "386",
    "ppc64le": "ppc64le",
    "s390x": "s390x",
    "riscv64": "riscv64",
}
"""Go's name for each machine name that uname(2) returns."""


def architecture_of(platform: str) -> str:
    """Return the architecture of a platform: "amd64" for "linux/amd64", "arm" for "linux/arm/v7".

    Raises:
        ValueError: if the operating system is not Linux.
    """
    system, slash, rest = platform.lower().partition("/")
    if slash and system != "linux":
        raise ValueError(f"{platform} is not Linux")
    name = rest.partition("/")[0] if slash else system
    return OF_THE_KERNEL.get(name, name)
