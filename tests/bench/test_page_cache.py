import pytest

from hostcheck.bench import page_cache
from hostcheck.bench.page_cache import drop_page_cache, sync_file_system


@pytest.mark.real
def test_a_file_system_is_synced_by_itself(tmp_path):
    assert sync_file_system(tmp_path) == "syncfs"


def test_where_the_folder_may_not_be_opened_all_is_synced(monkeypatch, tmp_path):
    called = []
    monkeypatch.setattr(page_cache.os, "sync", lambda: called.append(True))
    assert sync_file_system(tmp_path / "absent") == "sync"
    assert called == [True]


def test_a_page_cache_that_may_not_be_dropped_is_reported(monkeypatch, tmp_path):
    monkeypatch.setattr(page_cache, "_DROP", tmp_path / "absent" / "drop_caches")
    assert drop_page_cache() is False
