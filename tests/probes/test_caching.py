"""What several probes conclude from a host is concluded once for an audit, and anew for each host."""

import pytest

from hostcheck.host.captured import CapturedHost
from hostcheck.host.recording import RecordingHost
from hostcheck.probes.caching import cached_per_audit
from hostcheck.probes.engine.dockerd import find_daemon
from hostcheck.probes.engine.engine import find_engine
from hostcheck.probes.kernel.kconfig import read_config
from hostcheck.probes.kernel.release import read_release
from hostcheck.probes.network.network import installed_iptables
from hostcheck.probes.paths import other_folders
from hostcheck.probes.storage.dataroot import find_data_root

SHARED = (find_daemon, find_engine, read_config, read_release, installed_iptables, other_folders, find_data_root)


@pytest.fixture
def release(tmp_path):
    place = tmp_path / "proc/sys/kernel/osrelease"
    place.parent.mkdir(parents=True)
    place.write_text("6.1.0\n")
    return place


@pytest.mark.parametrize("conclude", SHARED)
def test_a_conclusion_is_made_once_for_an_audit(tmp_path, release, conclude):
    host = RecordingHost(CapturedHost(tmp_path))
    assert conclude(host) is conclude(host)


def test_each_function_and_each_host_has_a_conclusion_of_its_own(tmp_path, release):
    text = cached_per_audit(lambda host: host.read("/proc/sys/kernel/osrelease").text)
    size = cached_per_audit(lambda host: len(host.read("/proc/sys/kernel/osrelease").data))
    first = RecordingHost(CapturedHost(tmp_path))
    assert (text(first), size(first)) == ("6.1.0\n", 6)
    release.write_text("6.12\n")
    assert (text(first), size(first)) == ("6.1.0\n", 6)
    assert text(RecordingHost(CapturedHost(tmp_path))) == "6.12\n"


def test_a_host_that_records_nothing_is_asked_each_time(tmp_path, release):
    assert read_release(CapturedHost(tmp_path)).text == "6.1.0"
    release.write_text("6.12\n")
    assert read_release(CapturedHost(tmp_path)).text == "6.12"
