"""The state of the kernel modules that engines need: built in, loaded, loadable, blocked or absent."""

from collections.abc import Iterator

from hostcheck.host.base import Host, Reading
from hostcheck.probes.kernel.installed import modules_folder
from hostcheck.probes.kernel.kconfig import KernelConfig, read_config
from hostcheck.probes.kernel.loaded import PROC_MODULES, state_without_configuration
from hostcheck.probes.kernel.modprobe import MODULES
from hostcheck.probes.kernel.moduledep import lists
from hostcheck.probes.kernel.release import read_release
from hostcheck.probes.readings import unread_reason
from hostcheck.run.model import Evidence, Fact

OPTIONS = (
    *("OVERLAY_FS", "BRIDGE", "BRIDGE_NETFILTER", "VETH", "NF_NAT", "NF_TABLES", "NFT_COMPAT", "IP_NF_NAT"),
    *("NETFILTER_XT_MATCH_ADDRTYPE", "NETFILTER_XT_MATCH_CONNTRACK", "IP_VS", "VXLAN", "MACVLAN", "IPVLAN"),
)
"""The options that build the modules which are reported (``modprobe.MODULES``)."""


def probe(host: Host) -> Iterator[Fact]:
    """Yield kernel.modules: the state of each module that engines need."""
    config = read_config(host)
    if config.path is None:
        yield _without_configuration(host, config)
        return
    modular = any(config.state(option) == "m" for option in OPTIONS)
    listing = host.read(f"{modules_folder(host, read_release(host).text)}/modules.dep") if modular else None
    states = {MODULES[option]: _state(config, option, listing) for option in OPTIONS}
    blocking = {option: config.blocks[option] for option in OPTIONS if option in config.blocks}
    shown = " ".join(f"{option}={config.state(option)}" for option in OPTIONS)
    evidence = [Evidence(config.path, shown, "built in, module, or off")]
    if listing is not None:
        evidence.append(listing.evidence("installed modules", _size(listing)))
    evidence += [block.evidence for block in blocking.values()]
    reason = next((block.reason for block in blocking.values() if block.firm is None), "") or _unlisted(listing)
    yield Fact("kernel.modules", states, reason=reason if None in states.values() else "", evidence=tuple(evidence))


def _without_configuration(host: Host, config: KernelConfig) -> Fact:
    """Return kernel.modules from the modules that the running kernel shows.

    The state of the other modules is unknown (None).
    """
    states = {MODULES[option]: state_without_configuration(host, option) for option in OPTIONS}
    if not any(states.values()):
        return Fact.unknown("kernel.modules", config.problem, config.evidence)
    listed = " ".join(f"{name}={state}" for name, state in states.items() if state)
    shown = Evidence(f"{PROC_MODULES}, /sys/module", listed, "loaded modules, and those built in")
    return Fact("kernel.modules", states, reason=config.problem, evidence=(*config.evidence, shown))


def _state(config: KernelConfig, option: str, listing: Reading | None) -> str | None:
    module = MODULES[option]
    if config.state(option) == "y":
        return "builtin"
    if option in config.loaded:
        return "loaded"
    if config.state(option) == "n" or config.gone or listing is None:
        return "absent"
    there = lists(listing, module)
    if there is not False and option in config.blocks:
        return None if config.blocks[option].firm is None else "blocked"
    return None if there is None else "loadable" if there else "absent"


def _size(listing: Reading) -> str | None:
    return None if listing.data is None else f"{len(listing.data)} bytes"


def _unlisted(listing: Reading | None) -> str:
    if listing is None:
        return ""
    if listing.data is None:
        return unread_reason(listing) + (": run depmod" if listing.failure == "absent" else "")
    return f"{listing.source} is too long to be read completely: see modinfo"
