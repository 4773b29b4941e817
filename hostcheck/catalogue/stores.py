"""The engines that have separate folders for images and containers. Each folder may be on another disk."""

OF_USERS = ("docker_rootless", "podman_rootless")
"""Stores of the engines of an ordinary user."""
STORES = ("k3s", "rke2", "k0s", "microk8s", "containerd", "crio", "podman", "incus", "lxd", *OF_USERS)
"""Names that the key ``store`` of a profile can have. Each fact of the data-root has a counterpart for the folder: for
``storage.overlay``, it is ``store.k3s.overlay``."""

OF_DATA_ROOT, OF_STORE = "storage.", "store."
_ONLY_OF_USERS = frozenset({"storage.rootless_drivers"})
"""Facts that only the stores of engines of an ordinary user have."""


def has_fact(store: str, fact_id: str) -> bool:
    """Return whether this store has the fact too. The fact is one of the data-root."""
    return fact_id.startswith(OF_DATA_ROOT) and (store in OF_USERS or fact_id not in _ONLY_OF_USERS)


def fact_of_store(store: str, fact_id: str) -> str:
    """Return the id of this store's fact for a fact of the data-root or of another store; other ids are unchanged."""
    if has_fact(store, fact_id):
        return f"{OF_STORE}{store}.{fact_id.removeprefix(OF_DATA_ROOT)}"
    if fact_id.startswith(OF_STORE):
        return f"{OF_STORE}{store}.{fact_id.split('.', 2)[2]}"
    return fact_id
