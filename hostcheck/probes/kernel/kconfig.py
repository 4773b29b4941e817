"""Find and parse the running kernel's build configuration; some options had other names in earlier versions.

Format: https://docs.kernel.org/kbuild/kconfig.html ("CONFIG_X=y", "=m", "# CONFIG_X is not set").
"""

import re
import zlib
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, NamedTuple

from hostcheck.counts import number_of
from hostcheck.host.base import Host, Reading
from hostcheck.probes.caching import cached_per_audit
from hostcheck.probes.kernel.installed import modules_are_gone, modules_folder
from hostcheck.probes.kernel.loaded import PROC_MODULES, loaded_options
from hostcheck.probes.kernel.modprobe import MODULES, ModuleBlock, ModuleBlocks, read_blocks
from hostcheck.probes.kernel.moduledep import lists, needs
from hostcheck.probes.kernel.release import Release, read_release
from hostcheck.probes.kernel.sharing import shares_kernel
from hostcheck.probes.readings import unread_reason
from hostcheck.probes.witness import Witness
from hostcheck.run.model import Evidence

State = Literal["y", "m", "n"]

_UNPACKED_LIMIT = 8 << 20
_GZIP_MAGIC = b"\x1f\x8b"
_OPTION = re.compile(rb"^CONFIG_(\w+)=([ym])$", re.MULTILINE)

FORMERLY: Mapping[str, tuple[tuple[tuple[int, int], str], ...]] = MappingProxyType(
    {
        "CGROUP_NET_CLASSID": (((3, 14), "NET_CLS_CGROUP"),),
        "CGROUP_NET_PRIO": (((3, 14), "NETPRIO_CGROUP"),),
        "IP6_NF_NAT": (((3, 17), "NF_NAT_IPV6"),),
        "IP_NF_NAT": (((3, 7), "NF_NAT"), ((3, 17), "NF_NAT_IPV4")),
        "MEMCG": (((3, 6), "CGROUP_MEM_RES_CTLR"),),
        "NETFILTER_XT_TARGET_MASQUERADE": (((5, 2), "IP_NF_TARGET_MASQUERADE"),),
        "NETFILTER_XT_TARGET_REDIRECT": (((3, 7), "IP_NF_TARGET_REDIRECT"),),
    }
)
"""For each option that had other names, pairs of a version and the name before that version, the oldest first.

Sources: Linux 3.6, "memcg: rename config variables"; 3.17, "netfilter: move NAT Kconfig switches out of the iptables
scope"; 5.2, "netfilter: x_tables: merge ip and ipv6 masquerade modules"; else the Kconfig files of net/ of the
versions, and moby contrib/check-config.sh.
"""

SELECTED_BY: Mapping[str, str] = MappingProxyType(
    {f"NETFILTER_XT_TARGET_{name}": f"IP_NF_TARGET_{name}" for name in ("MASQUERADE", "REDIRECT")}
)
"""The old name of each renamed option whose old option still exists and selects it (Kconfig's select). A partial
configuration may set only the old one."""


class KernelConfig(NamedTuple):
    """A kernel's build configuration.

    Attributes:
        path: the path of the file; None if none could be found and read.
        options: the options that are set, "y" or "m", by name.
        version: the kernel's version, which decides the names of options; None if it cannot be trusted.
        problem: why there is no configuration, and what to do about it; empty if there is one.
        evidence: each file that was found, and the result.
        gone: the folder of the running kernel's modules if it was not found and may be elsewhere; else empty.
        blocks: rules that block modules which are not loaded, by the option that builds the module.
        loaded: options that a loaded module proves, whatever the configuration says: option to module.
    """

    path: str | None
    options: MappingProxyType[str, State] = MappingProxyType({})
    version: tuple[int, ...] | None = None
    problem: str = ""
    evidence: tuple[Evidence, ...] = ()
    gone: str = ""
    blocks: Mapping[str, ModuleBlock] = MappingProxyType({})
    loaded: Mapping[str, str] = MappingProxyType({})

    def state(self, option: str) -> State | None:
        """Return "y", "m" or "n" for an option; None if there is no configuration."""
        if self.path is None:
            return None
        return self.options.get(self._name(option), "m" if option in self.loaded else "n")

    def _name(self, option: str) -> str:
        """Return the name of an option in this version; if the version is unknown, the name that is set."""
        formerly = FORMERLY.get(option)
        if formerly is None:
            return option
        if self.version is None:
            names = [option, *(old for _, old in formerly)]
        else:
            old = next((old for until, old in formerly if self.version < until), None)
            names = [old] if old else [option, SELECTED_BY.get(option, option)]
        return next((name for name in names if name in self.options), names[0])

    def witness(self, *options: str) -> Witness:
        """Answer whether all of these options are set, built in or as modules that can be used.

        The answer is None if the folder of the modules was not found, since it may be elsewhere. It is False if a
        module is blocked or not installed, as after an update and before the reboot. A loaded module is proof, even if
        there is no configuration.
        """
        proofs = [self.loaded[option] for option in options if option in self.loaded]
        if len(proofs) == len(options) and options:
            return Witness(answer=True, evidence=Evidence(PROC_MODULES, " ".join(dict.fromkeys(proofs)), "for: loaded"))
        if self.path is None:
            return Witness(None, Evidence("kernel configuration", None, "silent: not found"), self.problem)
        states = {option: self.state(option) for option in options}
        shown = " ".join(f"CONFIG_{option}={state}" for option, state in states.items())
        answer = "n" not in states.values()
        if answer and self.gone and any(states[option] == "m" for option in options if option not in self.loaded):
            remedy = "reboot after an update, or audit from outside of the container"
            reason = f"{shown}, but {self.gone} is missing: {remedy}"
            return Witness(None, Evidence(self.path, shown, f"silent: {self.gone} is missing"), reason)
        unloaded = (option for option in options if option not in self.loaded)
        blocks = [self.blocks[name] for name in map(self._name, unloaded) if name in self.blocks]
        if answer and blocks:
            block = next((block for block in blocks if block.firm), blocks[0])
            return Witness(False if block.firm else None, block.evidence, block.reason)
        return Witness(answer, Evidence(self.path, shown, "for" if answer else "against"))

    def usable(self, *alternatives: str) -> bool | None:
        """Whether one of these alternatives is usable; None if it is unknown.

        An alternative is one option, or several that are needed together: "A B".
        """
        answers = [self.witness(*options.split()).answer for options in alternatives]
        return True if True in answers else None if None in answers else False


def parse_config(data: bytes) -> MappingProxyType[str, State]:
    """Parse a kernel configuration, plain or compressed by gzip: return the options that are "y" or "m".

    Raises:
        ValueError: if the data is damaged, or sets no option at all. Such a file is not a configuration, and must not
            be reported as a hundred missing options (k3s#6278).
    """
    return _parse(data)


@lru_cache(maxsize=4)
def _parse(data: bytes) -> MappingProxyType[str, State]:
    text = data
    if data.startswith(_GZIP_MAGIC):
        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        try:
            text = unpacker.decompress(data, _UNPACKED_LIMIT)
        except zlib.error as error:
            raise ValueError(f"it is damaged: {error}") from error
        if not unpacker.eof:
            raise ValueError("it is cut short")
    states: dict[str, State] = {name.decode(): "y" if state == b"y" else "m" for name, state in _OPTION.findall(text)}
    if not states:
        raise ValueError("it sets no option")
    return MappingProxyType(states)


def config_paths(release: str | None) -> tuple[str, ...]:
    """Return the paths where distributions keep the running kernel's configuration, most likely first.

    Except /proc/config.gz, each path contains the release: /usr/src/linux/.config may belong to another kernel.
    """
    if not release:
        return ("/proc/config.gz",)
    return (
        "/proc/config.gz",
        f"/boot/config-{release}",
        f"/usr/lib/modules/{release}/config",
        f"/lib/modules/{release}/config",
        f"/usr/lib/ostree-boot/config-{release}",
        f"/usr/lib/kernel/config-{release}",
        f"/lib/modules/{release}/build/.config",
        f"/usr/src/linux-{release}/.config",
    )


@cached_per_audit
def read_config(host: Host) -> KernelConfig:
    """Find and parse the running kernel's configuration."""
    release = read_release(host)
    loaded = loaded_options(host)
    evidence: list[Evidence] = []
    problems: list[str] = []
    for path in config_paths(release.text):
        reading = host.read(path)
        if reading.failure == "absent":
            continue
        if reading.data is None:
            problems.append(unread_reason(reading))
            evidence.append(reading.evidence("not readable"))
            continue
        try:
            options = parse_config(reading.data)
        except ValueError as error:
            problems.append(f"{path} is not a usable kernel configuration: {error}")
            evidence.append(_summary(reading, f"not usable: {error}"))
            continue
        evidence.append(_summary(reading, f"the kernel's configuration, {number_of(len(options), 'option')} set"))
        gone, blocks = _gone(host, release), _blocks(host, options, release, loaded)
        return KernelConfig(path, options, release.version, "", tuple(evidence), gone, blocks, loaded)
    return KernelConfig(None, problem=_problem(host, problems, release), evidence=tuple(evidence), loaded=loaded)


def _blocks(
    host: Host, options: Mapping[str, State], release: Release, loaded: Mapping[str, str]
) -> Mapping[str, ModuleBlock]:
    built = {name: module for name, module in MODULES.items() if options.get(name) == "m" and name not in loaded}
    if not built:
        return {}
    rules = read_blocks(host)
    folder = modules_folder(host, release.text)
    if modules_are_gone(host, release.text):
        shown = Evidence(folder, None, "against: the running kernel's modules are gone")
        return dict.fromkeys(built, ModuleBlock(firm=True, evidence=shown))
    listing = host.read(f"{folder}/modules.dep")
    found = {
        option: _uninstalled(listing, module) or _block(host, rules, listing, module)
        for option, module in built.items()
    }
    return {option: block for option, block in found.items() if block}


def _block(host: Host, rules: ModuleBlocks, listing: Reading, module: str) -> ModuleBlock | None:
    """Return the strictest rule that blocks a module, or a module that it depends on and that is not loaded yet."""
    own = rules.of(module)
    if (own and own.firm) or not rules.named:
        return own
    missing = (name for name in needs(listing, module) if not host.exists(f"/sys/module/{name}"))
    return rules.of_dependency(missing) or own


def _uninstalled(listing: Reading, module: str) -> ModuleBlock | None:
    if lists(listing, module) is not False:
        return None
    return ModuleBlock(firm=True, evidence=listing.evidence("against: the module is not installed", f"no {module}.ko"))


def _gone(host: Host, release: Release) -> str:
    folder = modules_folder(host, release.text)
    missing = release.text and host.exists(folder) is False and not modules_are_gone(host, release.text)
    return folder if missing else ""


def _summary(reading: Reading, says: str) -> Evidence:
    return reading.evidence(says, value=f"{len(reading.data or b'')} bytes")


def _problem(host: Host, problems: list[str], release: Release) -> str:
    if problems:
        return "; ".join(problems)
    where = f"/proc/config.gz or /boot/config-{release.text or '<release>'}"
    remedy = "it is the host's, not this container's: audit the host" if shares_kernel(host) else "install it"
    if modules_are_gone(host, release.text):
        remedy = "another kernel is installed than the one that runs: reboot"
    return f"the kernel's configuration was not found ({where}, and where distributions keep it): {remedy}"
