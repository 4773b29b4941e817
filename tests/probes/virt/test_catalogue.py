"""What the catalogue says of virt.* is what the probe can say."""

import pytest

from hostcheck.catalogue.loader import entries
from hostcheck.probes.virt.cpu import SIGNATURES
from hostcheck.probes.virt.firmware import ACPI_MAKERS
from hostcheck.probes.virt.machines import CLOUDS, MACHINES


def listed(fact_id):
    kind = entries()[fact_id].kind
    return {*kind.values, *(["none"] if kind.none else [])}


def test_each_fact_of_the_probe_is_explained(tree):
    outcome = set(tree.kvm().on_the_host().facts())
    assert outcome == {fact_id for fact_id in entries() if fact_id.startswith("virt.")}


@pytest.mark.parametrize(
    ("fact_id", "names"),
    [
        ("virt.vm", {machine.name for machine in MACHINES} | set(SIGNATURES.values())),
        ("virt.vm", {name for name, _ in ACPI_MAKERS.values()}),
        ("virt.cloud", {cloud.name for cloud in CLOUDS}),
        (
            "virt.vmm",
            {vmm for _, vmm in ACPI_MAKERS.values() if vmm} | {row.vmm for row in (*MACHINES, *CLOUDS) if row.vmm},
        ),
    ],
)
def test_each_name_that_a_table_holds_is_listed(fact_id, names):
    assert names <= listed(fact_id)
