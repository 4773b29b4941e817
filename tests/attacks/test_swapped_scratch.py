"""The attack of ``swapped_scratch``, for twenty seconds; five minutes of it are run by hand (docs/security.md)."""

import pytest

from tests.attacks.swapped_scratch import attack


@pytest.mark.real
def test_who_owns_the_folder_above_changes_nothing_outside_and_leaves_nothing(tmp_path_factory):
    top = tmp_path_factory.mktemp("attack")
    # The user has to reach his own folder in it.
    top.parent.chmod(0o711)
    top.parent.parent.chmod(0o711)
    outcome = attack(20, top)
    assert outcome.wrong == []
    assert sum(outcome.ends.values()) > 1
