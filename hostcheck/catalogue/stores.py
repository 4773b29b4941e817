"""Engines with a folder of their own for images and containers, each of which may be on another disk."""

STORES = (
    *("k3s", "rke2", "k0s", "microk8s", "containerd", "crio", "podman", "incus", "lxd"),
    *("docker_rootless", "podman_rootless"),
)
"""Names that the key ``store`` of a profile can have. Facts of the folder are those of the data-root: for
``storage.overlay`` it is ``store.k3s.overlay``."""

OF_DATA_ROOT, OF_STORE = "storage.", "store."
OF_NO_STORE = ("storage.rootless_drivers",)
"""Facts of the data-root that are of an ordinary user's engine alone, whichever it is."""


def fact_of_store(store: str, fact_id: str) -> str:
    """Return the id of a fact of the data-root, or of another store, as a fact of this store; others are unchanged."""
    if fact_id.startswith(OF_DATA_ROOT) and fact_id not in OF_NO_STORE:
        return f"{OF_STORE}{store}.{fact_id.removeprefix(OF_DATA_ROOT)}"
    if fact_id.startswith(OF_STORE):
        return f"{OF_STORE}{store}.{fact_id.split('.', 2)[2]}"
    return fact_id
