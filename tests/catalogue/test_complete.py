"""The catalogue and the probes tell of the same facts."""

from hostcheck.audit import collect
from hostcheck.catalogue.loader import entries
from hostcheck.host.captured import CapturedHost


def test_every_fact_of_a_probe_is_in_the_catalogue_and_the_other_way_round(tmp_path):
    (tmp_path / "proc").mkdir()
    facts = collect(CapturedHost(tmp_path), strict=True)
    assert sorted(facts) == sorted(entries())
