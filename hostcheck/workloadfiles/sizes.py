"""Parse amounts: sizes in the syntax of Docker and Compose, and quantities of Kubernetes."""

import re
from collections.abc import Mapping
from decimal import Decimal

_DOCKER = re.compile(r"(\d{1,20}(?:\.\d{1,20})?) ?(?:([kmgtp])i?b?|b)?", re.IGNORECASE)
_DOCKER_UNITS = {unit: 1024**power for power, unit in enumerate("kmgtp", 1)}
_QUANTITY = re.compile(
    r"([+-]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20}))(?:(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE])|[eE]([+-]?\d{1,2}))?"
)
_QUANTITY_UNITS: Mapping[str, Decimal] = {
    **{f"{unit}i": Decimal(1024) ** power for power, unit in enumerate("KMGTPE", 1)},
    **{unit: Decimal(1000) ** power for power, unit in enumerate("kMGTPE", 1)},
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
}
MEBIBYTE = 1 << 20
LEAST_MEMORY = 6 * MEBIBYTE
"""The smallest memory limit that Docker accepts (moby's daemon, linuxMinMemory)."""


def docker_bytes(text: str) -> int | None:
    """Return the bytes of a size such as "512m" or "1.5GiB", as Docker reads it; None if Docker refuses it.

    All units are powers of 1024, in any letter case (github.com/docker/go-units, RAMInBytes).
    """
    found = _DOCKER.fullmatch(text)
    if found is None:
        return None
    return int(Decimal(found[1]) * _DOCKER_UNITS.get((found[2] or "").lower(), 1))


def quantity(text: str) -> float | None:
    """Return the value of a Kubernetes quantity ("500m", "1Gi", "2e3"); None if it is invalid.

    https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
    """
    found = _QUANTITY.fullmatch(text)
    if found is None:
        return None
    number, unit, exponent = Decimal(found[1]), found[2], found[3]
    if exponent:
        return float(number * Decimal(10) ** int(exponent))
    return float(number * _QUANTITY_UNITS.get(unit or "", Decimal(1)))
