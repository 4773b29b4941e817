import pytest


@pytest.fixture(scope="session")
def stats():
    """SciPy's statistics: to load them takes a second, which only those pay that compare with them."""
    from scipy import stats

    return stats
